"""What venues say about a paper, in our words: decisions, awards, and the scales of their review forms."""

from __future__ import annotations

import re

_ORAL = re.compile(r"\boral\b|\btalk\b|notable[- ]top[- ]5%", re.IGNORECASE)
_SPOTLIGHT = re.compile(r"\bspotlight\b|\bhighlight\b|notable[- ]top[- ]25%|\blong talk\b", re.IGNORECASE)
_POSTER = re.compile(r"\bposter\b", re.IGNORECASE)
_WITHDRAWN = re.compile(r"withdr[ae]wn?", re.IGNORECASE)
_REJECT = re.compile(r"reject", re.IGNORECASE)
_ACCEPT = re.compile(r"\baccept", re.IGNORECASE)
_AWARD = re.compile(
    r"(?:(?:outstanding|best|test of time|honou?rable|distinguished)[\w ]{0,40}?(?:paper|award|mention)[\w ]{0,20}"
    r"|award[\w ]{0,20})",
    re.IGNORECASE,
)


def decision_of(*said: str | None) -> str | None:
    """One of ``withdrawn``, ``reject``, ``oral``, ``spotlight``, ``poster``, ``accept``; ``None`` if unsaid.

    Takes decisions ("Accept: notable-top-5%"), venue strings ("ICLR 2025 Oral", "Submitted to ICLR 2025") and
    venue ids (".../Rejected_Submission"); the first that says anything counts, the strongest word in it wins.
    """
    for text in said:
        if not text:
            continue
        for pattern, decision in (
            (_WITHDRAWN, "withdrawn"),
            (_REJECT, "reject"),
            (_SPOTLIGHT, "spotlight"),
            (_ORAL, "oral"),
            (_POSTER, "poster"),
            (_ACCEPT, "accept"),
        ):
            if pattern.search(text):
                return decision
    return None


def awards_of(*said: str | None) -> tuple[str, ...]:
    """Awards named in free text, each once."""
    found: dict[str, None] = {}
    for text in said:
        for match in _AWARD.finditer(text or ""):
            found.setdefault(" ".join(match[0].split()).strip(" -,;"))
    return tuple(found)


# Rating scales as printed on the venues' review forms: (venue, first year, last year, low, high).
_RATING_SCALES = (
    ("ICLR", 2017, 2019, 1, 10),
    ("ICLR", 2020, 2020, 1, 8),
    ("ICLR", 2021, 2025, 1, 10),
    ("ICLR", 2026, 2026, 0, 10),
    ("NeurIPS", 2021, 2024, 1, 10),
    ("NeurIPS", 2025, 2025, 1, 6),
    ("ICML", 2025, 2025, 1, 5),
)


def rating_scale(venue: str | None, year: int | None) -> tuple[float, float] | None:
    """The scale of a venue's overall rating, ``None`` where its form is not known."""
    if venue is None or year is None:
        return None
    for name, first, last, low, high in _RATING_SCALES:
        if venue.upper() == name.upper() and first <= year <= last:
            return float(low), float(high)
    return None


_VENUE_ID = re.compile(
    r"(?P<host>[A-Za-z-]+)\.?(?:cc|org)?/(?P<year>(?:19|20)\d\d)/(?P<track>[A-Za-z0-9_-]+)"
)
_NAMES = {"nips": "NeurIPS", "neurips": "NeurIPS", "icml": "ICML", "iclr": "ICLR", "aistats": "AISTATS",
          "robot-learning": "CoRL", "auai": "UAI", "logconference": "LoG", "aclweb": "ACL", "colm": "COLM",
          "colmweb": "COLM"}  # fmt: skip


def venue_of(venue_id: str | None) -> tuple[str | None, int | None]:
    """Name and year of an OpenReview group such as ``ICLR.cc/2025/Conference``; workshops keep their path."""
    found = _VENUE_ID.match(venue_id or "")
    if found is None:
        return None, None
    name = _NAMES.get(found["host"].lower(), found["host"])
    if found["track"].lower() == "workshop" and venue_id:
        rest = venue_id[found.end() :].strip("/").split("/")[0]
        name = f"{name} workshop {rest}".strip()
    return name, int(found["year"])
