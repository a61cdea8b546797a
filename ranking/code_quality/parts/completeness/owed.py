"""What is asked of code that is no experiment in machine learning, in place of training, weights and a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean as mean

from ranking.code_quality.parts.completeness.learning import learns
from ranking.code_quality.parts.engineering.project import kept_like_a_project
from ranking.code_quality.parts.measure import Measure, note, saturating
from ranking.code_quality.reading import Reading

# What an experiment in machine learning owes its reader and other code does not.
_OF_EXPERIMENTS = frozenset(
    {
        "readme train",
        "training script",
        "commands for training",
        "evaluation command",
        "evaluation heading",
        "evaluation mentions",
        "evaluation script",
        "results made again",
        "weights",
        "readme results",
        "result table",
        "words for results",
    }
)
# What leads a stranger to results.
_LEADING = (
    "results in the readme", "results in guides", "downloads", "result scripts", "experiment folders", "durations"
)  # fmt: skip


def as_far_as_owed(measures: Sequence[Measure], reading: Reading) -> list[Measure]:
    """``measures``, lifted where something else stands for what is missing.

    A library trains nothing and has no table to reproduce: as far as a repository is kept like one, how well its
    use is explained stands for that. Code that learns nothing has no weights to give: what leads to its results
    stands for them.
    """
    explained = kept_like_a_project(reading) * _use_explained(reading)
    if learns(reading):
        return [
            replace(one, value=explained, evidence=())
            if one.name in _OF_EXPERIMENTS and one.value is not None and one.value < explained
            else one
            for one in measures
        ]
    value = max(_led(measures), explained)
    english = reading.documents.english
    said = note("it learns nothing: what leads to its results stands for training, weights and a table")
    return [
        *(
            replace(one, value=value, evidence=())
            if one.name in _OF_EXPERIMENTS and (english or one.value is not None)
            else one
            for one in measures
        ),
        Measure(name="asked of it", value=1.0, evidence=said),
    ]


def _led(measures: Iterable[Measure]) -> float:
    """How far a stranger is led to the results, 0..1, by what is known of it."""
    known = {one.name: one.value for one in measures if one.value is not None}
    led = mean([known[name] for name in _LEADING if name in known])
    return (led + known["wording"]) / 2 if "wording" in known else led


def _use_explained(reading: Reading) -> float:
    """How well it is told how to install and use it, with pages of documentation, 0..1."""
    documents = reading.documents
    told = [
        documents.topics[name].value if name in documents.topics else 0.0 for name in ("usage", "install")
    ]
    return (sum(told) + saturating(documents.docs_files, 4)) / 3
