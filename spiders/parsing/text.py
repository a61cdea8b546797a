"""Text as it comes off the wire, made fit to keep: one line, printable, of bounded length."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

MAX_TITLE = 2_000
MAX_NAME = 300
MAX_TEXT = 100_000

# C0/C1 controls, surrogates (JSON can spell half a pair, which no database takes), byte-order marks, and the
# bidirectional controls with which a name can be made to read backwards.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_NO_CONTROLS = {code: None for code in range(128) if _UNPRINTABLE.match(chr(code))}
# From here on it pays to look at the bytes first; shorter texts are as quickly looked at letter by letter.
_LONG = 100
_ASCII_CONTROLS = bytes((*range(32), 127))
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")


def one_line(text: str | None, limit: int = MAX_TEXT) -> str | None:
    """Collapse white space, drop what cannot be printed, cut at ``limit``; ``None`` if nothing is left.

    ``"0"`` is something: arXiv has a paper of that title (2104.12255).
    """
    if not text:
        return None
    if (
        len(text) <= limit
        and "  " not in text
        and text[0] != " " != text[-1]
        and (text.isprintable() if len(text) < _LONG else _is_printable(text))
    ):
        return text  # most texts are clean, and this is four times as fast
    text = text[: 4 * limit].strip()
    if not text.isprintable():
        text = text.translate(_NO_CONTROLS) if text.isascii() else _UNPRINTABLE.sub("", text)
        text = " ".join(text.split())
    elif "  " in text:
        text = " ".join(text.split())
    return text[:limit].rstrip() or None


def _is_printable(text: str) -> bool:
    # str.isprintable looks each letter up in Unicode's tables: two and a half times as long for an abstract in ASCII.
    if not text.isascii():
        return text.isprintable()
    return len(text.encode().translate(None, _ASCII_CONTROLS)) == len(text)


def without_entities(text: str) -> str:
    """Decode what was escaped twice on its way through a site: whole entities only, so that ``R&D`` survives.

    >>> without_entities("Ada &quot;tide&quot; Quill, R&D &lt3")
    'Ada "tide" Quill, R&D &lt3'
    """
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def utc_datetime(text: str | None) -> datetime | None:
    """Read an RFC 3339 time or a bare ``YYYY-MM-DD`` (midnight UTC); ``None`` for anything else.

    >>> utc_datetime("2024-06-03T17:59:46Z")
    datetime.datetime(2024, 6, 3, 17, 59, 46, tzinfo=datetime.timezone.utc)
    """
    text = (text or "").strip()
    try:
        if len(text) == 10:
            return datetime.fromisoformat(text).replace(tzinfo=UTC) if _DAY.fullmatch(text) else None
        if not _RFC3339.fullmatch(text):
            return None
        stamp = datetime.fromisoformat(text)
        if stamp.tzinfo is UTC:
            return stamp
        return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def epoch_ms(value: object) -> datetime | None:
    """Read milliseconds since 1970 (OpenReview's dates); ``None`` outside the years 1980 to 2100."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 315532800000 <= value < 4102444800000
    ):
        return None
    return datetime.fromtimestamp(value / 1000, UTC)
