"""Which family names the fit saw, so that a figure can say what it was measured on."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.resources import files

from db.keys.names import parse_printed

# So many that a new family is not taken for a fitted one.
DIGITS = 8


def family_of(name: str) -> str:
    """The last word of the family name, folded; empty for a string without letters."""
    parts = parse_printed(name).family_parts
    return parts[-1] if parts else ""


def family_digest(name: str) -> str:
    """A short digest of the family name of a printed name."""
    return hashlib.sha1(family_of(name).encode(), usedforsecurity=False).hexdigest()[:DIGITS]


def half_of(name: str) -> int:
    """The half (0 or 1) of all families that this family name is in, by a hash."""
    drawn = hashlib.sha1(f"identity:{family_of(name)}".encode(), usedforsecurity=False).hexdigest()[:8]
    return int(drawn, 16) * 2 // 2**32


@lru_cache(maxsize=1)
def fitted_families() -> frozenset[str]:
    """Digests of the families that the shipped scorecard was fitted on."""
    text = json.loads((files("sourcing.identity") / "scorecard.json").read_text("utf-8"))["families"]
    return frozenset(text[at : at + DIGITS] for at in range(0, len(text), DIGITS))
