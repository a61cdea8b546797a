"""The measures of completeness, put together."""

from __future__ import annotations

from ranking.code_quality.documents.wording_model import WordingFit
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.completeness.dependencies import dependencies
from ranking.code_quality.parts.completeness.evaluation import evaluation_measures
from ranking.code_quality.parts.completeness.licence import licence
from ranking.code_quality.parts.completeness.owed import as_far_as_owed
from ranking.code_quality.parts.completeness.readme import readme_measures, topic_measures
from ranking.code_quality.parts.completeness.results import result_measures
from ranking.code_quality.parts.completeness.scripts import Scripts
from ranking.code_quality.parts.completeness.training import training_script
from ranking.code_quality.parts.completeness.unread_words import without_unread_words
from ranking.code_quality.parts.completeness.weights import weights
from ranking.code_quality.parts.completeness.worded import worded
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading


def completeness(reading: Reading, wording: WordingFit) -> list[Measure]:
    """The measures of this part; ``wording`` is what READMEs are held against. All unknown where the README that would
    tell is another repository's."""
    readme = reading.documents.readme
    if readme in reading.inherited:
        said = note("unknown: its README is that of the repository it was forked from", readme)
        return [Measure(name="inherited", value=None, evidence=said)]
    works = Scripts.of(reading)
    measures = [
        *topic_measures(reading, works), *readme_measures(reading, works), *_beside_the_readme(reading, works),
        *evaluation_measures(reading, works), *result_measures(reading), worded(reading, wording),
    ]  # fmt: skip
    return as_far_as_owed(without_unread_words(measures, reading.documents), reading)


def _beside_the_readme(reading: Reading, works: Scripts) -> list[Measure]:
    """What is given in files of its own."""
    by_role: dict[Role, list[str]] = {}
    for path in reading.counted_paths():
        by_role.setdefault(role_of(path), []).append(path)

    def paths(*roles: Role) -> list[str]:
        return [path for role in roles for path in by_role.get(role, [])]

    return [
        dependencies(reading, paths(Role.DEPENDENCIES, Role.PACKAGING)),
        licence(reading.documents),
        training_script(reading, works, paths(Role.SOURCE, Role.SCRIPT, Role.NOTEBOOK, Role.TEST)),
        weights(reading, paths(Role.WEIGHTS, Role.DATA, Role.OTHER)),
        Measure(name="container", value=float(Role.CONTAINER in by_role)),
    ]
