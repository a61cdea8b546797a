"""Completeness: what a stranger can do with the README in hand."""

from __future__ import annotations

import re
from dataclasses import replace

from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.engineering import kept_like_a_project
from ranking.code_quality.parts.measure import Measure, log_ramp, note, saturating
from ranking.code_quality.reading import Reading

_SAID = {
    "install": ("tells how to install it", "does not tell how to install it"),
    "train": ("gives the training command", "gives no training command"),
    "evaluate": ("gives the evaluation command", "gives no evaluation command"),
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
_PIN = re.compile(r"^\s*-?\s*[\w.\[\]-]+\s*(?:[=~<>!]=|=)\s*[\d]", re.M)
_REQUIREMENT = re.compile(r"^\s*-?\s*[A-Za-z][\w.\[\]-]*\s*(?:[=~<>!]=?.*|@.*)?(?:#.*)?$", re.M)


# What an experiment owes its reader and a library does not.
_OF_EXPERIMENTS = frozenset(
    {
        "readme train",
        "training script",
        "readme evaluate",
        "evaluation script",
        "weights",
        "readme results",
    }
)


def completeness(reading: Reading) -> list[Measure]:
    """The measures of this part.

    A library trains nothing and has no table to reproduce: as far as a repository is kept like one, how well its
    use is explained stands for that.
    """
    measures = [*_topics(reading), *_readme(reading), *_files(reading)]
    owed = kept_like_a_project(reading) * _use_explained(reading)
    return [
        replace(one, value=owed, evidence=())
        if one.name in _OF_EXPERIMENTS and one.value is not None and one.value < owed
        else one
        for one in measures
    ]


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
    if documents.readme is None:
        return [Measure(name="readme length", value=0.0, evidence=note("there is no README"))]
    evidence = note(f"README of {documents.words} words", documents.readme) if documents.words < 80 else ()
    measures = [
        Measure(name="readme length", value=log_ramp(documents.words, 30, 1000), evidence=evidence),
        Measure(name="readme code blocks", value=saturating(documents.code_blocks, 3)),
        Measure(name="readme headings", value=saturating(documents.headings, 6)),
    ]
    if documents.commands:
        there = 1 - len(documents.missing) / len(documents.commands)
        said = tuple(
            e for path, line in documents.missing[:3]
            for e in note(f"the README tells to run {path}, which is not there", documents.readme, line)
        )  # fmt: skip
        measures.append(Measure(name="commands that exist", value=there, evidence=said))
    measures.append(Measure(name="commands", value=saturating(len(documents.commands), 2)))
    measures.append(Measure(name="shell lines", value=saturating(documents.shell_lines, 4)))
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
    evaluate = next((p for p in paths if _EVAL_FILE.search(p)), None)
    scripts = roles.get(Role.SCRIPT, [])
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
        _script(
            reading, "evaluation script", evaluate, "evaluates", "evaluates, but in no script named for it"
        ),
        Measure(name="run scripts", value=saturating(len(scripts), 3)),
        _weights(reading, roles.get(Role.WEIGHTS, [])),
        Measure(name="container", value=float(Role.CONTAINER in roles)),
    ]


def _weights(reading: Reading, files: list[str]) -> Measure:
    found = reading.documents.topics.get("weights")
    if found is not None:
        text = "links trained weights" if found.delivered else "mentions trained weights"
        said = note(text, found.path, found.line)
    elif files:
        said = note("trained weights lie in the repository", files[0])
    else:
        said = note("links no trained weights", reading.documents.readme)
    value = found.value if found is not None else 0.0
    return Measure(name="weights", value=max(value, 0.5 * bool(files)), evidence=said)


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
    text = f"dependencies stated, {share:.0%} of them with a version" if named else "dependencies stated"
    return Measure(name="dependencies", value=0.8 + 0.2 * share, evidence=note(text, paths[0]))
