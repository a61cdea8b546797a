"""Given and family names for importers that want them apart."""

from __future__ import annotations

from db.queries.candidates import Candidate


def given_and_family(candidate: Candidate) -> tuple[str, str]:
    """The two halves of a name, both non-empty.

    As the sources say (OpenReview, ORCID, arXiv's keyname and forenames) where one does. Otherwise by position: the
    last word is the family name, together with the lower-case particles before it (``van der``). Somebody with one
    name has it in both halves, because importers refuse an empty one.
    """
    if candidate.given and candidate.family:
        return candidate.given, candidate.family
    words = candidate.full_name.split()
    if len(words) < 2:
        return candidate.full_name, candidate.full_name
    start = len(words) - 1
    while start > 1 and words[start - 1].islower():
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])
