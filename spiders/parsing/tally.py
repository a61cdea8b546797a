"""Counting what a parser did not understand, without letting a hostile answer choose how much is counted."""

from __future__ import annotations

import re

MAX_KINDS = 50
OVERFLOW = "further kinds of warning"
_ODD = re.compile(r"[^\w .:/@#\[\]-]+")


class Tally:
    """Warnings by short stable name. At most :data:`MAX_KINDS` names are kept; the rest share one."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def add(self, name: str, detail: str | None = None) -> None:
        """Count one ``name``, or ``name: detail`` where the detail comes from upstream (cut and cleaned)."""
        if detail is not None:
            name = f"{name}: {_ODD.sub('?', detail)[:40]}"
        if name not in self.counts and len(self.counts) >= MAX_KINDS:
            name = OVERFLOW
        self.counts[name] = self.counts.get(name, 0) + 1
