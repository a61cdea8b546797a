"""Cells of a CSV that a spreadsheet opens: safe from formula injection, and back again without loss."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote_plus

# A cell that begins with one of these can be taken for a formula (OWASP, CSV injection; ASVS 1.2.10).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


def escape(text: str) -> str:
    """Put a ``'`` before a cell that a spreadsheet would run.

    A cell that itself begins with ``'`` followed by such a character gets one more, so that :func:`unescape` gives
    back exactly what went in.
    """
    bare = text.lstrip("'")
    return f"'{text}" if bare.startswith(DANGEROUS) else text


def unescape(text: str) -> str:
    """Take off what :func:`escape` put on."""
    if text.startswith("'") and text.lstrip("'").startswith(DANGEROUS):
        return text[1:]
    return text


def whole(score: float | None) -> str:
    """A score as a whole number; unknown is empty, never 0."""
    return "" if score is None else str(round(score))


def day(moment: datetime | None) -> str:
    """A date as ISO 8601; unknown is empty."""
    return "" if moment is None else moment.date().isoformat()


def text(value: object) -> str:
    """Anything else; unknown is empty."""
    return "" if value is None else str(value)


def linkedin_search_url(name: str, affiliation: str | None) -> str:
    """A search for a person to click on. LinkedIn itself is never fetched."""
    words = f"{name} {affiliation}" if affiliation else name
    return f"https://www.linkedin.com/search/results/people/?keywords={quote_plus(words)}"
