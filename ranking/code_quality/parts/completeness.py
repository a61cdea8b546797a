"""Completeness: what a stranger can do with the README in hand."""

from __future__ import annotations

import re

from ranking.code_quality.layout import Role, role_of
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


def completeness(reading: Reading) -> list[Measure]:
    """The measures of this part."""
    return [*_topics(reading), *_readme(reading), *_files(reading)]


def _topics(reading: Reading) -> list[Measure]:
    documents = reading.documents
    measures = []
    for topic, (present, absent) in _SAID.items():
        strength, path, line = documents.topics.get(topic, (0, "", 0))
        if strength:
            evidence = note(present if strength == 2 else f"{present}, in passing", path, line)
        else:
            evidence = note(absent, documents.readme) if absent and documents.readme else ()
        measures.append(Measure(name=f"readme {topic}", value=strength / 2, evidence=evidence))
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
        _does(reading, "training code", "trains"),
        _does(reading, "evaluation code", "evaluates"),
        Measure(
            name="training script",
            value=float(train is not None),
            evidence=note("training script", train) if train else (),
        ),
        Measure(
            name="evaluation script",
            value=float(evaluate is not None),
            evidence=note("evaluation script", evaluate) if evaluate else (),
        ),
        Measure(name="run scripts", value=saturating(len(scripts), 3)),
        _weights(reading, roles.get(Role.WEIGHTS, [])),
        Measure(name="container", value=float(Role.CONTAINER in roles)),
    ]


def _weights(reading: Reading, files: list[str]) -> Measure:
    strength, path, line = reading.documents.topics.get("weights", (0, "", 0))
    if strength:
        said = note("links trained weights" if strength == 2 else "mentions trained weights", path, line)
    elif files:
        said = note("trained weights lie in the repository", files[0])
    else:
        said = note("links no trained weights", reading.documents.readme)
    return Measure(name="weights", value=max(strength / 2, 0.5 * bool(files)), evidence=said)


def _does(reading: Reading, name: str, count: str) -> Measure:
    """Whether some authored file trains, or evaluates, by the calls it makes; unknown outside Python."""
    files = [
        f
        for f in [*reading.sources, *reading.notebooks]
        if not f.failure and f.language in ("Python", "Jupyter")
    ]
    if not files:
        return Measure(name=name, value=None)
    place = max(files, key=lambda f: f.counts.get(count, 0))
    found = place.counts.get(count, 0)
    return Measure(name=name, value=float(found > 0), evidence=note(name, place.path) if found else ())


def _dependencies(reading: Reading, paths: list[str]) -> Measure:
    paths = sorted((p for p in paths if p.count("/") <= 2), key=lambda p: (p.count("/"), p))
    if not paths:
        stated, where, line = reading.documents.topics.get("requirements", (0, "", 0))
        if stated:
            said = note("dependencies are stated in the README only", where, line)
        else:
            said = note("dependencies are not stated")
        return Measure(name="dependencies", value=0.3 * stated, evidence=said)
    pinned = named = 0
    for path in paths:
        if path.endswith((".txt", ".in", ".yml", ".yaml")):
            text = (reading.tree.by_path[path].content or b"").decode("utf-8", "replace")
            pinned += len(_PIN.findall(text))
            named += len(_REQUIREMENT.findall(text))
    share = min(1.0, pinned / named) if named else 0.5
    text = f"dependencies stated, {share:.0%} of them with a version" if named else "dependencies stated"
    return Measure(name="dependencies", value=0.7 + 0.3 * share, evidence=note(text, paths[0]))
