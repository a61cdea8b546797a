"""What venues say about a paper, in our words: decisions, awards, and the scales of their review forms."""

from __future__ import annotations

import re

# ICML glued two words together ("OralPoster" in 2023, "spotlightposter" in 2025), ICLR 2013 wrote
# "conferenceOral-iclr2013-conference".
_ORAL = re.compile(r"\b(?:conference)?oral(?:poster|s)?\b|\btalk\b|notable[- ]top[- ]5%", re.IGNORECASE)
_SPOTLIGHT = re.compile(
    r"\bspotlight(?:poster|s)?\b|\bhighlight\b|notable[- ]top[- ]25%|\blong talk\b", re.IGNORECASE
)
_POSTER = re.compile(r"\b(?:conference)?posters?\b", re.IGNORECASE)
_WITHDRAWN = re.compile(r"withdr[ae]wn?", re.IGNORECASE)
# ICLR 2013 to 2018 sent some papers on to its workshop track: not accepted at the conference.
_REJECT = re.compile(r"reject|\binvite to workshop\b|iclr2013-workshop", re.IGNORECASE)
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
    # The track on datasets has its conference's form.
    venue = venue.removesuffix(" Datasets and Benchmarks").upper()
    for name, first, last, low, high in _RATING_SCALES:
        if venue == name.upper() and first <= year <= last:
            return float(low), float(high)
    return None


_VENUE_ID = re.compile(
    r"(?P<host>[A-Za-z0-9-]+)(?:\.[A-Za-z.]{2,8})?/(?:(?P<series>[A-Za-z][\w-]*)/){0,2}"
    r"(?P<year>(?:19|20)\d\d)/(?P<track>[\w-]+)(?:/(?P<rest>[\w-]+))?"
)
_UNDECIDED = re.compile(r"submission|under_review", re.IGNORECASE)
_NAMES = {"nips": "NeurIPS", "neurips": "NeurIPS", "icml": "ICML", "iclr": "ICLR", "aistats": "AISTATS",
          "robot-learning": "CoRL", "corl": "CoRL", "auai": "UAI", "uai": "UAI", "logconference": "LoG", "log": "LoG",
          "aclweb": "ACL", "acl": "ACL", "colm": "COLM", "colmweb": "COLM", "thecvf": "CVPR",
          "automl": "AutoML", "midl": "MIDL", "aaai": "AAAI", "emnlp": "EMNLP"}  # fmt: skip
# Tracks beside the main conference, by the beginning of what OpenReview and the proceedings call them.
_TRACKS = {
    "datasets": "Datasets and Benchmarks",
    "round": "Datasets and Benchmarks",  # NeurIPS 2021, whose proceedings have a host of their own
    "evaluations": "Evaluations and Datasets",
    "position": "Position Papers",
    "creative": "Creative AI",
    "competition": "Competitions",
    "education": "Education",
    "blogpost": "Blogposts",
    "tinypaper": "Tiny Papers",
}


def track_of(said: str | None) -> str | None:
    """A track's name from ``Datasets_and_Benchmarks_Track`` and the like; ``None`` for the main conference.

    >>> track_of("Position_Paper_Track"), track_of("Conference")
    ('Position Papers', None)
    """
    words = (said or "").lower()
    return next((name for start, name in _TRACKS.items() if words.startswith(start)), None)


def venue_of(venue_id: str | None) -> tuple[str | None, int | None]:
    """Name and year of an OpenReview group such as ``ICLR.cc/2025/Conference``; workshops and tracks keep theirs.

    >>> venue_of("NeurIPS.cc/2025/Workshop_Mexico_City/ResponsibleFM")
    ('NeurIPS workshop ResponsibleFM', 2025)
    """
    found = _VENUE_ID.match(venue_id or "")
    if found is None:
        return ("TMLR", None) if (venue_id or "").split("/")[0] == "TMLR" else (None, None)
    said = found["series"] or found["host"]
    name = _NAMES.get(said.lower(), said)
    track, rest = found["track"], found["rest"]
    if track.lower().startswith("workshop"):
        name = f"{name} workshop {rest or ''}".strip()
    elif (other := track_of(rest if track.lower() == "track" else track)) is not None:
        name = f"{name} {other}"
    return name, int(found["year"])


def accepted_by_venue_id(venue_id: str | None) -> bool:
    """Whether API v2 says "accepted" by the venue id alone: the bare venue, while ``…/Submission``,
    ``…/Rejected_Submission`` and the like say something else. (In v1 rejected papers bear the bare id too.)

    >>> accepted_by_venue_id("ICML.cc/2026/Conference"), accepted_by_venue_id("ICML.cc/2026/Conference/Submission")
    (True, False)
    """
    found = _VENUE_ID.match(venue_id or "")
    return found is not None and _UNDECIDED.search((venue_id or "")[found.end("track") :]) is None
