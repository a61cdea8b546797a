"""What the recruiter's likes say of one paper: how strongly it is pulled up or down, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# With fewer likes, "near what you like" is one paper's wording.
LEAST_LIKES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How strongly one paper is pulled up (``strength`` 0..1) or down (0..-1), and by which judged paper (its title).

    ``words`` are those that it shares with that paper, most telling first; empty where it is that paper itself.
    """

    strength: float
    title: str
    words: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The reason as a clause: "because you liked “…”: both speak of …"."""
        did = "liked" if self.strength > 0 else "disliked"
        both = f": both speak of {_listed(self.words)}" if self.words else ""
        return f"because you {did} “{self.title}”{both}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
