"""Lines that break a rule, and files that do not parse."""

from __future__ import annotations

from collections.abc import Sequence

from db.records import Evidence
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.parts.measure import Measure, decaying, note
from ranking.code_quality.reading import Reading

# Findings per thousand lines at which half the points are gone, and what is said of the first.
_RULES: dict[str, tuple[float, str]] = {
    "commented-out code": (20.0, "commented-out code"),
    "hard-coded path": (1.0, "a path of the author's own machine"),
    "bare except": (1.0, "catches every exception, also interrupts"),
    "swallowed exception": (1.0, "swallows every exception"),
    "mutable default": (1.0, "a mutable default is shared between calls"),
    "star import": (1.0, "imports everything from a module"),
    "changes the import path": (1.0, "edits sys.path to find its own modules"),
    "global state": (2.0, "keeps state in globals"),
    "runs text as code": (1.0, "runs text as code"),
    "comparison to singleton": (2.0, "compares to None or True with =="),
    "identity of a literal": (0.5, "compares a literal by identity: wrong by luck"),
    "device fixed in code": (0.5, "chooses the GPU in the code"),
    "left-over debugger": (0.3, "a debugger was left in"),
}


def findings(reading: Reading) -> list[Measure]:
    """A measure for each rule, by how often it is broken in a thousand lines."""
    files = [*reading.sources, *reading.tests]
    code = sum(f.code_lines for f in reading.every()) / 1000
    if not code:
        return []
    measures = []
    for rule, (half, said) in _RULES.items():
        # A notebook has no other way to find the modules beside it.
        books = reading.notebooks if rule != "changes the import path" else []
        hits = [(f, f.findings[rule]) for f in [*files, *books] if rule in f.findings]
        count = sum(finding.count for _, finding in hits)
        if rule == "hard-coded path":
            stated = [(f, f.findings[rule]) for f in reading.texts if rule in f.findings]
            hits += stated
            count += len(stated)  # settings repeat their root line by line, and it is changed in one go
        evidence: tuple[Evidence, ...] = ()
        if hits:
            file, finding = max(hits, key=lambda hit: hit[1].count)
            times = (
                f" ({count} line{'s' * (count != 1)})"
                if rule == "commented-out code"
                else f" ({count} times)"
                if count > 1
                else ""
            )
            sample = f": {finding.sample}" if finding.sample and rule == "hard-coded path" else ""
            evidence = note(f"{said}{sample}{times}", file.path, finding.lines[0])
        measures.append(Measure(name=rule, value=decaying(count / max(code, 0.3), half), evidence=evidence))
    if files:
        measures.append(_parses(files))
    return measures


def _parses(files: Sequence[FileFacts]) -> Measure:
    old = [f for f in files if f.failure == "Python 2"]
    broken = [f for f in files if "parse" in f.failure]
    evidence: tuple[Evidence, ...] = ()
    for found, rule, one, many in (
        (old, "python 2", "one file is written in Python 2", "files are written in Python 2"),
        (broken, "syntax error", "one file does not parse", "files do not parse"),
    ):
        if found:
            finding = found[0].findings.get(rule)
            said = one if len(found) == 1 else f"{len(found)} {many}"
            evidence += note(said, found[0].path, finding.lines[0] if finding else None)
    return Measure(name="parses", value=1 - (len(old) + len(broken)) / len(files), evidence=evidence)
