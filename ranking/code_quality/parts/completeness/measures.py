"""Completeness: what a stranger can do with the README in hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean as mean

from db.records import Evidence
from ranking.code_quality.documents.evaluating import named_for_evaluation
from ranking.code_quality.documents.reader import Documents
from ranking.code_quality.documents.texts import MOST_CHARACTERS
from ranking.code_quality.documents.wording_model import WordingFit
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.kinds import learns
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.completeness.dependencies import dependencies
from ranking.code_quality.parts.completeness.result_scripts import result_scripts
from ranking.code_quality.parts.engineering.measures import kept_like_a_project
from ranking.code_quality.parts.measure import Measure, log_ramp, note, saturating
from ranking.code_quality.reading import Reading
from ranking.code_quality.tree import SourceTree

_SAID = {
    "install": ("tells how to install it", "does not tell how to install it"),
    "train": ("gives the training command", "gives no training command"),
    "reproduce": ("says which run gives which result", "does not say which run gives which result"),
    "data": ("says where the data comes from", "does not say where the data comes from"),
    "results": ("states the results to expect in numbers", "states no results"),
    "usage": ("shows how to use it", "shows no use"),
    "structure": ("explains what lies where", ""),
    "hardware": ("states the hardware or time needed", ""),
    "expected": ("says what output to expect", ""),
}
_TRAIN_FILE = re.compile(
    r"(?:^|/)(?:[\w-]{0,100}_)?(?:pre)?train\w{0,100}\.(?:py|sh|ipynb)\Z|(?:^|/)main\w{0,100}\.py\Z"
    r"|(?:^|/)finetune\w{0,100}\.py\Z",
    re.I,
)
_EVAL_FILE = re.compile(
    r"(?:^|/)(?:[\w-]{0,100}_)?(?:eval\w{0,100}|test|inference|infer|predict\w{0,100}|benchmark\w{0,100}|demo|validate)\.(?:py|sh|ipynb)\Z",
    re.I,
)
_WEIGHTS_FILE = re.compile(
    r"(?:^|[/_.-])(?:weights?|wts|ckpts?|checkpoints?|pre-?trained|trained|saved|models?)(?=[/_.\d-]|\Z).{0,200}"
    r"\.(?:h5|hdf5|npz|t7|params|pth?|ckpt|pb|onnx|safetensors|caffemodel|tflite|pkl|joblib|bin|tar)\Z"
    r"|\.(?:pth\.tar|data-\d{1,9}-of-\d{1,9})\Z",
    re.I,
)
_RUNNABLE = frozenset({Role.SOURCE, Role.SCRIPT, Role.NOTEBOOK, Role.TEST})
# Fewer lines of code than this make no script, unless they start what is elsewhere.
_LEAST_CODE = 5
_SHELL_COMMAND = re.compile(rb"^[ \t]{0,40}(?!#)[\w./$\"(-]", re.M)
_ANY_MAIN = re.compile(r"(?:^|/)main\w{0,100}\.py\Z", re.I)
_SPEAKS_OF_TRAINING = re.compile(
    rb"(?:pre)?train(?:er|ing)?\w{0,20}(?:\(|\.|[\"']|:)|\bn?_?epochs?\b|\.fit\(|\.learn\(|optimi[sz]", re.I
)
# Beyond these, a README's wording is worth a sentence.
_WELL_WORDED, _ILL_WORDED = 0.7, 0.3


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


@dataclass(frozen=True, slots=True)
class _Scripts:
    """What the files hold that are named for a purpose.

    ``idle`` are ``commands`` of the README that run nothing; ``trained`` are commands of one with a part on training.
    """

    tree: SourceTree
    readme: str | None
    commands: tuple[str, ...]
    facts: Mapping[str, FileFacts]
    idle: frozenset[str] = frozenset()
    trained: frozenset[str] = frozenset()

    @classmethod
    def of(cls, reading: Reading) -> _Scripts:
        """Look at the scripts that the README tells to run: whether any of that name holds something."""
        documents = reading.documents
        facts = {file.path: file for file in reading.every()}
        scripts = cls(reading.tree, documents.readme, documents.commands, facts)
        commands = {path.rpartition("/")[2]: path for path in documents.commands}
        found = {
            name
            for file in reading.tree.files
            if (name := file.path.rpartition("/")[2]) in commands and scripts.hold_something(file.path)
        }
        idle = frozenset(path for path in documents.commands if path.rpartition("/")[2] not in found)
        told = documents.topics.get("train")
        trained = (
            frozenset(commands) if told is not None and told.announced and told.delivered else frozenset()
        )
        return replace(scripts, idle=idle, trained=trained)

    def run_nothing(self, path: str) -> bool:
        """Whether ``path`` is the README, and all commands in it are idle."""
        return path == self.readme and bool(self.commands) and len(self.idle) == len(self.commands)

    def hold_something(self, path: str) -> bool:
        """Some code, or the start of what is elsewhere."""
        facts = self.facts.get(path)
        if facts is None:
            content = self.tree.by_path[path].content
            return content is None or _SHELL_COMMAND.search(content) is not None
        started = facts.counts.get("loose lines", 0) + facts.counts.get("main guard", 0) > 0
        return facts.code_lines >= _LEAST_CODE or (bool(facts.imports) and started)

    def serve(self, path: str, count: str) -> bool:
        """Whether one does what it is named for.

        ``main.py`` is no such name, as servers have one: it must train, or be run for it.
        """
        if _ANY_MAIN.search(path):
            content = self.tree.by_path[path].content or b""
            facts = self.facts.get(path)
            does = facts is not None and facts.counts.get(count, 0) > 0
            told = path.rpartition("/")[2] in self.trained
            return does or told or _SPEAKS_OF_TRAINING.search(content) is not None
        return self.hold_something(path)


def completeness(reading: Reading, wording: WordingFit) -> list[Measure]:
    """The measures of this part; ``wording`` is what READMEs are held against.

    A library trains nothing and has no table to reproduce: as far as a repository is kept like one, how well its
    use is explained stands for that. Code that learns nothing has no weights to give: what leads to its results
    stands for them.
    """
    works = _Scripts.of(reading)
    measures = [
        *_topics(reading, works), *_readme(reading, works), *_files(reading, works), *_evaluation(reading, works),
        *_reproduction(reading), _wording(reading, wording),
    ]  # fmt: skip
    english = reading.documents.english
    if not english:
        measures = [replace(one, value=None, evidence=()) if _by_words(one) else one for one in measures]
        said = note("the README is not in English: what it says was not read", reading.documents.readme)
        measures.append(Measure(name="language", value=1.0, evidence=said))
    measures += _left_unread(reading.documents)
    owed = kept_like_a_project(reading) * _use_explained(reading)
    if not learns(reading):
        known = {one.name: one.value for one in measures if one.value is not None}
        led = mean([known[name] for name in _LEADING if name in known])
        if "wording" in known:
            led = (led + known["wording"]) / 2
        said = note("it learns nothing: what leads to its results stands for training, weights and a table")
        return [
            *(
                replace(one, value=max(led, owed), evidence=())
                if one.name in _OF_EXPERIMENTS and (english or one.value is not None)
                else one
                for one in measures
            ),
            Measure(name="asked of it", value=1.0, evidence=said),
        ]
    return [
        replace(one, value=owed, evidence=())
        if one.name in _OF_EXPERIMENTS and one.value is not None and one.value < owed
        else one
        for one in measures
    ]


def _by_words(measure: Measure) -> bool:
    """Whether a measure rests on English words, found or not."""
    name = measure.name
    if name in ("weights", "evaluation command"):
        return measure.value == 0.0  # a link and a command are the same in any language
    return name in _BY_WORDS or (name.startswith("readme ") and name != "readme headings")


def _left_unread(documents: Documents) -> list[Measure]:
    if not documents.unread:
        return []
    text = f"only the first {MOST_CHARACTERS:,} characters of its documents were read"
    return [Measure(name="read whole", value=1.0, evidence=note(text, documents.unread[0]))]


def _reproduction(reading: Reading) -> list[Measure]:
    """Signs that a stranger is led to the results, over the README and all guides beside it."""
    documents, guides = reading.documents, reading.documents.guides
    left_out = reading.authorship.left_out
    scripts = result_scripts(file.path for file in reading.tree.files if file.path not in left_out)
    # Five files of a kind are as good as more; three kinds are as good as four.
    named = sum(log_ramp(1 + count, 1, 6) for count in scripts.by_kind.values()) / 3
    spoken = guides.result_mentions >= 10
    return [
        Measure(name="results in the readme", value=saturating(documents.result_mentions, 6)),
        Measure(
            name="results in guides",
            value=saturating(guides.result_mentions, 8),
            evidence=note("its guides speak at length of experiments and results", documents.readme)
            if spoken
            else (),
        ),
        Measure(
            name="downloads",
            value=float(guides.download is not None),
            evidence=note("says how to fetch what is not in the repository", *guides.download)
            if guides.download
            else (),
        ),
        Measure(
            name="result scripts",
            value=min(1.0, named),
            evidence=note("has scripts named for what they run, plot or tabulate", scripts.first)
            if scripts.total >= 3
            else (),
        ),
        Measure(name="experiment folders", value=saturating(scripts.in_folders, 2)),
        Measure(
            name="durations",
            value=saturating(guides.durations, 2),
            evidence=note("says how long its steps take", *guides.duration) if guides.duration else (),
        ),
    ]


def _wording(reading: Reading, fit: WordingFit) -> Measure:
    """How the READMEs read beside those of artifacts that reviewers judged."""
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


def _use_explained(reading: Reading) -> float:
    """How well it is told how to install and use it, with pages of documentation, 0..1."""
    documents = reading.documents
    told = [
        documents.topics[name].value if name in documents.topics else 0.0 for name in ("usage", "install")
    ]
    return (sum(told) + saturating(documents.docs_files, 4)) / 3


def _topics(reading: Reading, works: _Scripts) -> list[Measure]:
    documents = reading.documents
    measures = []
    for topic, (present, absent) in _SAID.items():
        found = documents.topics.get(topic)
        if found is None:
            evidence = note(absent, documents.readme) if absent and documents.readme else ()
        elif found.delivered and topic == "train" and works.run_nothing(found.path):
            evidence = note("gives a training command that runs nothing", found.path, found.line)
            found = replace(found, delivered=False)
        elif found.delivered:
            said = present if found.announced else f"{present}, in passing"
            evidence = note(said, found.path, found.line)
        else:
            evidence = note(f"announces, but does no more: {present}", found.path, found.line)
        value = found.value if found is not None else 0.0
        measures.append(Measure(name=f"readme {topic}", value=value, evidence=evidence))
    return measures


def _readme(reading: Reading, works: _Scripts) -> list[Measure]:
    documents = reading.documents
    guides = documents.guides
    evidence = note(f"README of {documents.words} words", documents.readme) if documents.words < 80 else ()
    if documents.readme is None:
        evidence = note("there is no README")
    length = log_ramp(documents.words, 30, 1000)
    measures = [
        Measure(name="readme length", value=length, evidence=evidence),
        Measure(name="words for results", value=length),
        Measure(name="result table", value=float(guides.table_rows >= 2)),
        Measure(name="code blocks", value=saturating(guides.code_blocks, 4)),
        Measure(name="readme headings", value=saturating(documents.headings, 6)),
    ]
    if documents.commands:
        there = 1 - len(works.idle) / len(documents.commands)
        said = tuple(
            e for path, line in documents.missing[:3]
            for e in note(f"the README tells to run {path}, which is not there", documents.readme, line)
        )  # fmt: skip
        empty = sorted(works.idle.difference(path for path, _ in documents.missing))
        if empty:
            said += note(f"the README tells to run {empty[0]}, which does nothing", documents.readme)
        measures.append(Measure(name="commands that exist", value=there, evidence=said))
    commands = saturating(len(documents.commands) - len(works.idle), 2)
    measures.append(Measure(name="commands for training", value=commands))
    measures.append(Measure(name="shell lines", value=saturating(documents.shell_lines, 4)))
    measures.append(
        Measure(
            name="shell lines of guides",
            value=saturating(guides.shell_lines, 8),
            evidence=note(
                f"{guides.shell_lines} lines to paste into a shell, in {guides.files} guides",
                *guides.shell_line,
            )
            if guides.shell_line and guides.shell_lines >= 8
            else (),
        )
    )
    if documents.promise:
        text, line = documents.promise
        measures.append(
            Measure(
                name="code promised",
                value=0.0,
                evidence=note(f"announces code to come: “{text}”", documents.readme, line),
            )
        )
    return measures


def _files(reading: Reading, works: _Scripts) -> list[Measure]:
    tree, documents = reading.tree, reading.documents
    roles: dict[Role, list[str]] = {}
    for file in tree.files:
        if file.path not in reading.authorship.left_out:
            roles.setdefault(role_of(file.path), []).append(file.path)
    paths = [
        path for role in (Role.SOURCE, Role.SCRIPT, Role.NOTEBOOK, Role.TEST) for path in roles.get(role, [])
    ]
    train = next((p for p in paths if _TRAIN_FILE.search(p) and works.serve(p, "trains")), None)
    return [
        dependencies(reading, [p for r in (Role.DEPENDENCIES, Role.PACKAGING) for p in roles.get(r, [])]),
        _licence(documents),
        _script(reading, "training script", train, "trains", "trains, but in no script named for it"),
        _weights(
            reading, [*roles.get(Role.WEIGHTS, []), *roles.get(Role.DATA, []), *roles.get(Role.OTHER, [])]
        ),
        Measure(name="container", value=float(Role.CONTAINER in roles)),
    ]


def _licence(documents: Documents) -> Measure:
    """Named without its text it may be meant, but says less: which version, whose copyright."""
    if documents.licence:
        said = note(f"licence: {documents.licence_name or 'its own'}", documents.licence)
        return Measure(name="licence", value=1.0, evidence=said)
    stated = documents.licence_stated
    if stated is not None:
        said = note(f"licence named, but not enclosed: {stated.name}", stated.path, stated.line)
        return Measure(name="licence", value=0.6, evidence=said)
    return Measure(name="licence", value=0.0, evidence=note("no licence: nobody else may use it"))


def _evaluation(reading: Reading, works: _Scripts) -> list[Measure]:
    """What a person looks for who ticks "evaluation code"; none of it alone is much."""
    told = reading.documents.evaluating
    readme = reading.documents.readme
    runs = told.command is not None and not works.run_nothing(told.command[0])
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


def _evaluation_script(reading: Reading, works: _Scripts) -> Measure:
    left_out = reading.authorship.left_out
    paths = [
        file.path
        for file in reading.tree.files
        if file.path not in left_out and role_of(file.path) in _RUNNABLE
    ]
    plain = next((p for p in paths if _EVAL_FILE.search(p) and works.serve(p, "evaluates")), None)
    found = _script(
        reading, "evaluation script", plain, "evaluates", "evaluates, but in no script named for it"
    )
    high = (path for path in paths if path.count("/") <= 1)
    if plain is None and (
        named := next((p for p in high if named_for_evaluation(p) and works.serve(p, "evaluates")), None)
    ):
        # Less sure than eval.py: test_net.py may test the code and not the model.
        return replace(found, value=0.8, evidence=note("evaluation script", named))
    return found


def _weights(reading: Reading, files: list[str]) -> Measure:
    found = reading.documents.topics.get("weights")
    if found is not None:
        text = "links trained weights" if found.delivered else "mentions trained weights"
        said = note(text, found.path, found.line)
    else:
        said = note("links no trained weights", reading.documents.readme)
    # A link is all that is needed, under whatever heading.
    value = 0.0 if found is None else 1.0 if found.delivered else found.value
    named = next(filter(_WEIGHTS_FILE.search, files), None)
    # A .bin or .pkl may be anything; one in a folder of checkpoints is not.
    there = 0.9 if named else 0.5 * any(role_of(path) is Role.WEIGHTS for path in files)
    if there > value:
        said = note("trained weights lie in the repository", named or files[0])
    return Measure(name="weights", value=max(value, there), evidence=said)


def _script(reading: Reading, name: str, path: str | None, count: str, said: str) -> Measure:
    """A file named for the purpose; half as good is code that makes the calls. Unknown outside Python without one."""
    if path is not None:
        return Measure(name=name, value=1.0, evidence=note(name, path))
    files = [
        f
        for f in [*reading.sources, *reading.notebooks]
        if not f.failure and f.language in ("Python", "Jupyter")
    ]
    if not files:
        return Measure(name=name, value=None)
    place = max(files, key=lambda f: f.counts.get(count, 0))
    found = place.counts.get(count, 0) > 0
    return Measure(name=name, value=0.5 * found, evidence=note(said, place.path) if found else ())
