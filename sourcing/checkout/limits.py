"""How much of a repository is fetched and read, and what is said when that is not enough."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutLimits:
    """Bounds of one checkout.

    ``max_bytes`` bounds what is downloaded, and ``max_text_bytes`` what is held in memory. ``timeout_s`` is
    wall-clock time of the whole checkout. ``memory_bytes`` bounds each git process.
    """

    max_bytes: int = 200_000_000
    max_files: int = 20_000
    max_text_bytes: int = 48_000_000
    max_commits: int = 5_000
    max_depth: int = 64
    timeout_s: float = 120.0
    memory_bytes: int = 2 << 30


class Refusal(StrEnum):
    """Why there is no snapshot."""

    MISSING = "missing"
    BLOCKED = "blocked"
    EMPTY = "empty"
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow"
    NOT_ALLOWED = "not allowed"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"


# What says nothing about a repository.
PASSING = frozenset({Refusal.UNREACHABLE, Refusal.TOO_SLOW})
# What its host says of one that is gone.
NOTHING_THERE = frozenset({Refusal.MISSING, Refusal.BLOCKED})


class CheckoutError(RuntimeError):
    """No snapshot could be made. ``str()`` is one sentence that names the repository and the reason.

    ``why`` is the reason alone, as it stands where the repository is named already.
    """

    def __init__(self, subject: str, reason: Refusal, sentence: str) -> None:
        super().__init__(f"{subject}: {sentence}")
        self.subject = subject
        self.reason = reason
        self.why = sentence.rstrip(".")
