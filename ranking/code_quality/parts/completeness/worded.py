"""How the READMEs read beside those of artifacts that reviewers judged."""

from __future__ import annotations

from db.records import Evidence
from ranking.code_quality.documents.wording_model import WordingFit
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading

# Beyond these, a README's wording is worth a sentence.
_WELL_WORDED, _ILL_WORDED = 0.7, 0.3


def worded(reading: Reading, fit: WordingFit) -> Measure:
    """One measure, with the words that speak most for it or against it."""
    wording = reading.documents.wording
    value = fit.value(wording)
    evidence: tuple[Evidence, ...] = ()
    if value is not None and wording.words and (value >= _WELL_WORDED or value <= _ILL_WORDED):
        good = value >= _WELL_WORDED
        words = fit.telling(wording, speaking_for=good)
        if words:
            said = ", ".join(f"“{word}”" for word in words)
            like = "like" if good else "unlike"
            text = f"its README is worded {like} those of artifacts whose results reviewers could reproduce: {said}"
            evidence = note(text, *wording.places[words[0]])
    return Measure(name="wording", value=value, evidence=evidence)
