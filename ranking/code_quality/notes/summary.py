"""What a reviewer would say first."""

from __future__ import annotations

from collections.abc import Sequence

from db.records import Evidence, Part
from ranking.code_quality.parts.hygiene.secrets import LIES_OPEN


def summary(parts: Sequence[Part]) -> tuple[Evidence, ...]:
    """The three findings that speak most for it and against it.

    An open key comes before all others: it is acted on at once, however little it tells of the code.
    """
    open_key = [e.text for part in parts for e in part.evidence if e.kind == LIES_OPEN][:1]
    said = [
        e
        for part in parts
        for e in part.evidence
        if e.weight and e.kind != LIES_OPEN and not e.text.startswith("dependencies stated")
    ]
    said.sort(key=lambda e: -abs(e.weight or 0.0))
    found = []
    for opening, sign in (("for it", 1), ("against it", -1)):
        best = [e.text for e in said if (e.weight or 0.0) * sign >= 0.5]
        best = [*(open_key if sign < 0 else ()), *best][:3]
        if best:
            found.append(Evidence(text=f"{opening}: {'; '.join(best)}", kind="summary"))
    return tuple(found)
