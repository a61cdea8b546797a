"""What the README deals with, how long it is, and whether what it tells to run is there."""

from __future__ import annotations

from dataclasses import replace

from ranking.code_quality.documents.readme_topics import Topic
from ranking.code_quality.parts.completeness.scripts import Scripts
from ranking.code_quality.parts.measure import Measure, log_ramp, note, saturating
from ranking.code_quality.reading import Reading

_SAID = {
    "install": ("tells how to install it", "does not tell how to install it"),
    "train": ("gives the training command", "gives no training command"),
    "reproduce": ("says which run gives which result", "does not say which run gives which result"),
    "data": ("says where the data comes from or lies", "does not say where the data comes from"),
    "results": ("states the results to expect", "states no results"),
    "usage": ("shows how to use it", "shows no use"),
    "structure": ("explains what lies where", ""),
    "hardware": ("states the hardware or time needed", ""),
    "expected": ("says what output to expect", ""),
}


def topic_measures(reading: Reading, works: Scripts) -> list[Measure]:
    """A measure for each topic."""
    documents = reading.documents
    measures = []
    for topic, (present, absent) in _SAID.items():
        found = documents.topics.get(topic)
        if topic == "train" and (found is None or not found.delivered):
            found = _trained_by(reading, works, found)
        if found is None:
            evidence = note(absent, documents.readme) if absent and documents.readme else ()
        elif found.delivered and topic == "train" and works.run_nothing(found.path, found.line):
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


def _trained_by(reading: Reading, works: Scripts, found: Topic | None) -> Topic | None:
    """What no word says and the code does: the README tells to run a script that trains."""
    if works.training is None or reading.documents.readme is None:
        return found
    announced = found is not None and found.announced
    return Topic(announced=announced, delivered=True, path=reading.documents.readme, line=works.training[1])


def readme_measures(reading: Reading, works: Scripts) -> list[Measure]:
    """Its length, its headings, and what it tells to type."""
    documents = reading.documents
    guides = documents.guides
    words = f"{documents.words} word{'s' * (documents.words != 1)}"
    evidence = note(f"README of {words}", documents.readme) if documents.words < 80 else ()
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
                f"{guides.shell_lines} lines to paste into a shell, in {guides.files} guide{'s' * (guides.files != 1)}",
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
