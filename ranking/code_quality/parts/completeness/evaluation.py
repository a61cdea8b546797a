"""Whether there is what a person looks for who ticks "evaluation code": a command, a heading, a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from ranking.code_quality.documents.evaluating import named_for_evaluation
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.completeness.scripts import Scripts, script_measure, scripts_among
from ranking.code_quality.parts.measure import Measure, note, saturating
from ranking.code_quality.reading import Reading

_EVAL_FILE = re.compile(
    r"(?:^|/)(?:[\w-]{0,100}_)?(?:eval\w{0,100}|test|inference|infer|predict(?:ions?)?(?:_\w{0,100})?|benchmark\w{0,100}|demo|validate)\.(?:py|sh|ipynb)\Z",
    re.I,
)
# Tests of something else than a model, however alike their names: perf_test.sh.
_OTHER_TESTS = re.compile(
    r"(?:^|/)(?:perf(?:ormance)?|speed|unit|smoke|stress|load|regression)[_-]tests?\.", re.I
)
_RUNNABLE = frozenset({Role.SOURCE, Role.SCRIPT, Role.NOTEBOOK, Role.TEST})


def evaluation_measures(reading: Reading, works: Scripts) -> list[Measure]:
    """None of it alone is much."""
    told = reading.documents.evaluating
    readme = reading.documents.readme
    runs = told.command is not None and not works.run_nothing(*told.command)
    if told.command is not None and not runs:
        said = note("gives an evaluation command that runs nothing", *told.command)
    elif told.command is not None:
        said = note("gives the evaluation command", *told.command)
    elif told.names is not None:
        said = note("names a script that evaluates, but no command", *told.names)
    else:
        said = note("gives no evaluation command", readme) if readme else ()
    heading = 0.0 if told.heading is None else 0.5 if told.only_experiments else 1.0
    return [
        Measure(name="evaluation command", value=float(bool(runs or told.names)), evidence=said),
        Measure(name="evaluation heading", value=heading),
        Measure(name="evaluation mentions", value=saturating(told.mentions, 1.5)),
        _evaluation_script(reading, works),
        Measure(name="results made again", value=0.5 * saturating(told.made_again, 0.7)),
    ]


def _evaluation_script(reading: Reading, works: Scripts) -> Measure:
    paths = [path for path in reading.counted_paths() if role_of(path) in _RUNNABLE]

    def first_among(paths: Iterable[str], named: Callable[[str], object]) -> str | None:
        return next(
            (
                path
                for path in scripts_among(paths, named)
                if works.serve(path, "evaluates")
                and not works.is_unit_test(path)
                and not _OTHER_TESTS.search(path)
            ),
            None,
        )

    plain = first_among(paths, _EVAL_FILE.search)
    found = script_measure(
        reading, "evaluation script", plain, "evaluates", "evaluates, but in no script named for it"
    )
    if plain is not None and not named_for_evaluation(plain):
        return replace(found, evidence=note("a script that applies the model", plain))
    high = [path for path in paths if path.count("/") <= 1]
    if plain is None and (first := first_among(high, named_for_evaluation)):
        # Less sure than eval.py: test_net.py may test the code and not the model.
        return replace(found, value=0.8, evidence=note("evaluation script", first))
    return found
