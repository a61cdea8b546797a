"""Completeness: what a stranger can do with the README in hand."""

from __future__ import annotations

import re
from dataclasses import replace
from statistics import fmean as mean

from db.records import Evidence
from ranking.code_quality.evaluating import named_for_evaluation
from ranking.code_quality.kinds import learns
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.engineering import kept_like_a_project
from ranking.code_quality.parts.measure import Measure, log_ramp, note, saturating
from ranking.code_quality.reading import Reading
from ranking.code_quality.result_scripts import result_scripts
from ranking.code_quality.wording import WordingFit

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
    r"(?:^|/)(?:[\w-]*_)?(?:pre)?train\w*\.(?:py|sh|ipynb)\Z|(?:^|/)main\w*\.py\Z|(?:^|/)finetune\w*\.py\Z",
    re.I,
)
_EVAL_FILE = re.compile(
    r"(?:^|/)(?:[\w-]*_)?(?:eval\w*|test|inference|infer|predict\w*|benchmark\w*|demo|validate)\.(?:py|sh|ipynb)\Z",
    re.I,
)
_WEIGHTS_FILE = re.compile(
    r"(?:^|[/_.-])(?:weights?|wts|ckpts?|checkpoints?|pre-?trained|trained|saved|models?)(?=[/_.\d-]|\Z).*"
    r"\.(?:h5|hdf5|npz|t7|params|pth?|ckpt|pb|onnx|safetensors|caffemodel|tflite|pkl|joblib|bin|tar)\Z"
    r"|\.(?:pth\.tar|data-\d+-of-\d+)\Z",
    re.I,
)
_RUNNABLE = frozenset({Role.SOURCE, Role.SCRIPT, Role.NOTEBOOK, Role.TEST})
# Beyond these, a README's wording is worth a sentence.
_WELL_WORDED, _ILL_WORDED = 0.7, 0.3
_PIN = re.compile(r"^\s*-?\s*[\w.\[\]-]+\s*(?:[=~<>!]=|=)\s*[\d]", re.M)
_REQUIREMENT = re.compile(r"^\s*-?\s*[A-Za-z][\w.\[\]-]*\s*(?:[=~<>!]=?.*|@.*)?(?:#.*)?$", re.M)


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


def completeness(reading: Reading, wording: WordingFit) -> list[Measure]:
    """The measures of this part; ``wording`` is what READMEs are held against.

    A library trains nothing and has no table to reproduce: as far as a repository is kept like one, how well its
    use is explained stands for that. Code that learns nothing has no weights to give: what leads to its results
    stands for them.
    """
    reproduction = _reproduction(reading)
    worded = _wording(reading, wording)
    measures = [
        *_topics(reading), *_readme(reading), *_files(reading), *_evaluation(reading), *reproduction, worded
    ]  # fmt: skip
    owed = kept_like_a_project(reading) * _use_explained(reading)
    if not learns(reading):
        led = mean([one.value for one in reproduction if one.value is not None])
        if worded.value is not None:
            led = (led + worded.value) / 2
        said = note("it learns nothing: what leads to its results stands for training, weights and a table")
        return [
            *(
                replace(one, value=max(led, owed), evidence=()) if one.name in _OF_EXPERIMENTS else one
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


def _topics(reading: Reading) -> list[Measure]:
    documents = reading.documents
    measures = []
    for topic, (present, absent) in _SAID.items():
        found = documents.topics.get(topic)
        if found is None:
            evidence = note(absent, documents.readme) if absent and documents.readme else ()
        elif found.delivered:
            said = present if found.announced else f"{present}, in passing"
            evidence = note(said, found.path, found.line)
        else:
            evidence = note(f"announces, but does no more: {present}", found.path, found.line)
        value = found.value if found is not None else 0.0
        measures.append(Measure(name=f"readme {topic}", value=value, evidence=evidence))
    return measures


def _readme(reading: Reading) -> list[Measure]:
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
        there = 1 - len(documents.missing) / len(documents.commands)
        said = tuple(
            e for path, line in documents.missing[:3]
            for e in note(f"the README tells to run {path}, which is not there", documents.readme, line)
        )  # fmt: skip
        measures.append(Measure(name="commands that exist", value=there, evidence=said))
    commands = saturating(len(documents.commands), 2)
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


def _files(reading: Reading) -> list[Measure]:
    tree, documents = reading.tree, reading.documents
    roles: dict[Role, list[str]] = {}
    for file in tree.files:
        if file.path not in reading.authorship.left_out:
            roles.setdefault(role_of(file.path), []).append(file.path)
    paths = [
        path for role in (Role.SOURCE, Role.SCRIPT, Role.NOTEBOOK, Role.TEST) for path in roles.get(role, [])
    ]
    train = next((p for p in paths if _TRAIN_FILE.search(p)), None)
    licence = documents.licence
    return [
        _dependencies(reading, [p for r in (Role.DEPENDENCIES, Role.PACKAGING) for p in roles.get(r, [])]),
        Measure(
            name="licence",
            value=1.0 if licence else 0.0,
            evidence=note(f"licence: {documents.licence_name or 'its own'}", licence)
            if licence
            else note("no licence: nobody else may use it"),
        ),
        _script(reading, "training script", train, "trains", "trains, but in no script named for it"),
        _weights(
            reading, [*roles.get(Role.WEIGHTS, []), *roles.get(Role.DATA, []), *roles.get(Role.OTHER, [])]
        ),
        Measure(name="container", value=float(Role.CONTAINER in roles)),
    ]


def _evaluation(reading: Reading) -> list[Measure]:
    """What a person looks for who ticks "evaluation code"; none of it alone is much."""
    told = reading.documents.evaluating
    readme = reading.documents.readme
    if told.command is not None:
        said = note("gives the evaluation command", *told.command)
    elif told.names is not None:
        said = note("names a script that evaluates, but no command", *told.names)
    else:
        said = note("gives no evaluation command", readme) if readme else ()
    heading = 0.0 if told.heading is None else 0.5 if told.only_experiments else 1.0
    return [
        Measure(name="evaluation command", value=float(bool(told.command or told.names)), evidence=said),
        Measure(name="evaluation heading", value=heading),
        Measure(name="evaluation mentions", value=saturating(told.mentions, 1.5)),
        _evaluation_script(reading),
        Measure(name="results made again", value=0.5 * saturating(told.made_again, 0.7)),
    ]


def _evaluation_script(reading: Reading) -> Measure:
    left_out = reading.authorship.left_out
    paths = [
        file.path
        for file in reading.tree.files
        if file.path not in left_out and role_of(file.path) in _RUNNABLE
    ]
    plain = next((path for path in paths if _EVAL_FILE.search(path)), None)
    found = _script(
        reading, "evaluation script", plain, "evaluates", "evaluates, but in no script named for it"
    )
    high = (path for path in paths if path.count("/") <= 1)
    if plain is None and (named := next(filter(named_for_evaluation, high), None)):
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


def _dependencies(reading: Reading, paths: list[str]) -> Measure:
    paths = sorted((p for p in paths if p.count("/") <= 2), key=lambda p: (p.count("/"), p))
    if not paths:
        topics = reading.documents.topics
        told = [topics[name] for name in ("requirements", "install") if name in topics]
        if not told:
            return Measure(name="dependencies", value=0.0, evidence=note("dependencies are not stated"))
        found = max(told, key=lambda topic: topic.value)
        said = note("dependencies are stated in the README only", found.path, found.line)
        return Measure(name="dependencies", value=0.85 * found.value, evidence=said)
    pinned = named = 0
    for path in paths:
        if path.endswith((".txt", ".in", ".yml", ".yaml")):
            text = (reading.tree.by_path[path].content or b"").decode("utf-8", "replace")
            pinned += len(_PIN.findall(text))
            named += len(_REQUIREMENT.findall(text))
    share = min(1.0, pinned / named) if named else 0.5
    text = (
        f"dependencies stated, {100 * share:.0f} % of them with a version" if named else "dependencies stated"
    )
    return Measure(name="dependencies", value=0.8 + 0.2 * share, evidence=note(text, paths[0]))
