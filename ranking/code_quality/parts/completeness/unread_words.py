"""READMEs in other languages than English: what they say was not read, so it is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ranking.code_quality.documents.reader import Documents
from ranking.code_quality.parts.measure import Measure, note

# Measures of words, which mean nothing where the README is in another language.
_BY_WORDS = frozenset(
    {
        "words for results",
        "evaluation heading",
        "evaluation mentions",
        "results made again",
        "results in the readme",
        "results in guides",
        "downloads",
        "durations",
        "wording",
    }
)


def without_unread_words(measures: Iterable[Measure], documents: Documents) -> list[Measure]:
    """The measures as they are where the README is in English; else those that rest on its words are unknown."""
    if documents.english:
        return list(measures)
    said = note("the README is not in English: what it says was not read", documents.readme)
    return [
        *(replace(one, value=None, evidence=()) if _by_words(one) else one for one in measures),
        Measure(name="language", value=1.0, evidence=said),
    ]


def _by_words(measure: Measure) -> bool:
    """Whether a measure rests on English words, found or not."""
    name = measure.name
    if name in ("weights", "evaluation command"):
        return measure.value == 0.0  # a link and a command are the same in any language
    return name in _BY_WORDS or (name.startswith("readme ") and name != "readme headings")
