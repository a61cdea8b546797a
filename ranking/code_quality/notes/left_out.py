"""What does not count as the repository's own code, and why, in words."""

from __future__ import annotations

from db.records import Evidence
from ranking.code_quality.reading import Reading

_MOST = 6  # reasons that are told one by one


def why_left_out(reading: Reading) -> str:
    """Every reason with its share, in one sentence."""
    return ", ".join(f"{_percent(share)} {reason}" for reason, share, _ in _reasons(reading))


def left_out_notes(reading: Reading) -> list[Evidence]:
    """A note for each reason, with its share and a path; none where nearly all the code counts."""
    if reading.authorship.foreign_share < 0.01:
        return []
    return [
        Evidence(
            text=f"{_percent(share)} of the code is not counted: {reason}", kind="not counted", location=path
        )
        for reason, share, path in _reasons(reading)
    ]


def origin_notes(reading: Reading) -> list[Evidence]:
    """Honest words in the heads of files that count."""
    adapted = reading.authorship.adapted
    if not adapted:
        return []
    path, line, first = adapted[0]
    whose = "others' code" if first == "elsewhere" else first
    if len({origin for _, _, origin in adapted}) > 1:
        whose = "others' code"
    says = (
        "one file says that it builds" if len(adapted) == 1 else f"{len(adapted)} files say that they build"
    )
    text = f"{says} on {whose} (counted all the same)"
    return [Evidence(text=text, kind="origin", location=f"{path}:{line}")]


def _reasons(reading: Reading) -> list[tuple[str, float, str]]:
    shares = reading.authorship.shares()
    told, more = shares[:_MOST], shares[_MOST:]
    if len(more) > 1:
        told.append((f"for {len(more)} more reasons", sum(share for _, share, _ in more), more[0][2]))
        return told
    return shares


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.005 else "under 1 %"
