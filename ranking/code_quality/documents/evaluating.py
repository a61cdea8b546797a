"""Where a repository says how its results are checked: commands, scripts named for it, headings and words.

People who tick "evaluation code" (https://github.com/paperswithcode/releasing-research-code) seldom find a file called
``eval.py``. They find ``test_net.py``, a flag ``--phase test``, a heading "Testing" or a sentence that says which
script makes the table, so all of these are looked for, in every README.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ranking.code_quality.documents.commands import is_run
from ranking.code_quality.documents.headings import lines_in_sections

# Names of scripts in several languages, as READMEs write them.
_SCRIPT = re.compile(r"(?<![\w./-])[\w./-]{1,200}\.(?:py|sh|ipynb|m|lua|jl|R)\b")
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_EVALUATES = ("eval", "test", "bench", "validat", "metric", "scor")
_METRICS = frozenset({"fid", "psnr", "ssim", "bleu", "rouge", "val"})
# At the start of a line any interpreter begins a command; within it, only what no sentence says.
_WITHIN = re.compile(
    r"(?:^|[\s`($>:])((?:python[\d.]*|bash|sh)\s+[\w./-]{1,200}\.(?:py|sh)\b[^`\n]{0,200}|\./[\w/-]{1,200}\.sh\b[^`\n]{0,200})"
)
_NOT_A_RUN = re.compile(
    r"pip3? |setup\.py|conda |git clone|pytest|unittest|nvidia-smi|curl |wget |\btests/", re.I
)
_MODE = re.compile(
    r"--?(?:do[_-])?(?:eval(?:uate|uation)?|test(?:ing)?|pred(?:ict)?|valid(?:ate)?|final_?test|inference|benchmark)"
    r"(?:[_-](?:only|mode|model))?(?=[\s=]|$)"
    r"|--?(?:mode|phase|stage|task|split|run|job|action)[ =][\"']?(?:\w+_)?(?:eval|test|val|infer|pred)"
    r"|\s-e(?:\s|$)|(?:^|\s)(?:test|eval|evaluate|predict)(?:\s|$)|--(?:is_)?train(?:ing)?[ =](?:False|0)\b",
    re.I,
)
_ON_EVALUATION = re.compile(
    r"\beval|\btest(?:ing|s)?\b|\binference\b|\bvalidat|\bbenchmark|\bpredict|\bmetrics?\b", re.I
)
_ON_EXPERIMENTS = re.compile(r"\bexperiments?\b|\breproduc|\breplicat|\bresults?\b", re.I)
_UNDER_EVALUATION = re.compile(r"\b(?:test|eval)", re.I)
# What leads up to a command says so as well, unless it is the installation that is tested.
_LEADS_TO_EVALUATION = re.compile(
    r"\b(?:evaluat(?:e|es|ed|ing|ion)|validate|inference)\b"
    r"|(?<![/-])\btest(?:s|ing)?\b(?!(?:[/-]| (?:sets?|split|data|cases?|suite|with|on|setting)\b))",
    re.I,
)
_LEADS_ELSEWHERE = re.compile(r"\binstall|\bunit|\bset ?up", re.I)
_MENTION = re.compile(
    r"\b(?:evaluat\w+|test(?:ing|ed)?|validat\w+|comput\w+ (?:the )?(?:metrics?|scores?)|measur\w+|performance)\b",
    re.I,
)
_MADE_AGAIN = re.compile(
    r"\b(?:reproduc|replicat|regenerat|obtain)\w*\b[^\n]{0,80}\b(?:results?|tables?|figures?|experiments?|numbers|plots?|paper)\b"
    r"|\b(?:results?|tables?|figures?|experiments?|plots?)\b[^\n]{0,60}"
    r"\b(?:reproduc|replicat|generated? (?:by|with|using)|from the paper|in (?:the|our) paper)",
    re.I,
)
_UNIT_TESTS = re.compile(
    r"(?:^|/)(?:tests|unit_?tests?)/|(?:^|/)(?:test|testing)/(?:.{0,200}/)?(?:test_|conftest)", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluating:
    """Over all READMEs, places as path and line: the first ``command`` that evaluates, the first line that ``names`` a
    script for it without running it, the first ``heading`` on evaluation, or failing that (``only_experiments``) on
    experiments or results; on how many lines evaluation is spoken of, and on how many how results are made again."""

    command: tuple[str, int] | None = None
    names: tuple[str, int] | None = None
    heading: tuple[str, int] | None = None
    only_experiments: bool = False
    mentions: int = 0
    made_again: int = 0


def named_for_evaluation(path: str) -> bool:
    """Whether a file's name says that it evaluates: ``test_net.py``, ``evalOnCoco.m``, not ``retrieval.py``."""
    if _UNIT_TESTS.search(path):
        return False
    stem = path.rpartition("/")[2].rpartition(".")[0]
    words = [word.lower() for word in _NAME_WORD.findall(stem)]
    return any(word.startswith(_EVALUATES) or word in _METRICS for word in words) and not any(
        word.startswith("train") for word in words
    )


def read_evaluating(texts: Iterable[tuple[str, list[str]]]) -> Evaluating:
    """Look through READMEs, given as path and lines."""
    command: tuple[str, int] | None = None
    names: tuple[str, int] | None = None
    told: tuple[str, int] | None = None
    experiments: tuple[str, int] | None = None
    mentions = made_again = 0
    for path, lines in texts:
        for number, line, heading, section, caption in lines_in_sections(lines):
            place = (path, number)
            if heading:
                if told is None and _ON_EVALUATION.search(line):
                    told = place
                if experiments is None and _ON_EXPERIMENTS.search(line):
                    experiments = place
                continue
            mentions += _MENTION.search(line) is not None
            made_again += _MADE_AGAIN.search(line) is not None
            if command is None and _evaluates(line, section, caption):
                command = place
            elif names is None and any(map(named_for_evaluation, _SCRIPT.findall(line))):
                names = place
    return Evaluating(
        command=command,
        names=names,
        heading=told or experiments,
        only_experiments=told is None and experiments is not None,
        mentions=mentions,
        made_again=made_again,
    )


def _evaluates(line: str, section: str, caption: str) -> bool:
    """Whether a line holds a command that evaluates, by what it runs or by what leads up to it."""
    commands = [line] if is_run(line) else _WITHIN.findall(line)
    led = (
        not is_run(caption)
        and _LEADS_TO_EVALUATION.search(caption) is not None
        and not _LEADS_ELSEWHERE.search(caption)
    )
    return any(
        not _NOT_A_RUN.search(one)
        and (
            any(map(named_for_evaluation, _SCRIPT.findall(one)))
            or _MODE.search(one) is not None
            or led
            or _UNDER_EVALUATION.search(section) is not None
        )
        for one in commands
    )
