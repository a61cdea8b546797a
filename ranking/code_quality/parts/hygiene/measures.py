"""Hygiene: what a careful reader stumbles over."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from db.records import Evidence
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.files.text_rules import OPEN_RULE
from ranking.code_quality.parts.hygiene.repeated import repeated_outside_functions
from ranking.code_quality.parts.measure import Measure, decaying, listed, note, ramp
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
_JUNK = re.compile(
    r"(?:^|/)(?:\.DS_Store|__pycache__/|\.idea/|\.vscode/|\.ipynb_checkpoints/|Thumbs\.db|\.pytest_cache/)|\.pyc\Z"
    r"|(?:^|/)[^/]*(?:[ _-](?:copy|backup|bak|old)\d*|\(\d+\)|\.orig|\.bak|~)(?:\.\w+)?\Z",
    re.I,
)  # fmt: skip
LIES_OPEN = "secret"  # of the evidence for a key that lies open
_LEFT_OVER = "one file was left behind by an editor, a backup or a cache"
_LEFT_OVERS = "files were left behind by editors, backups or caches"


def hygiene(reading: Reading) -> list[Measure]:
    """The measures of this part."""
    return [
        *_documentation(reading),
        *_findings(reading),
        _secrets(reading),
        *_shape(reading),
        *_duplication(reading),
        *_leftovers(reading),
        *_notebooks(reading),
    ]


def _documentation(reading: Reading) -> list[Measure]:
    public = [(f, x) for f, x in reading.functions() if x.public and x.lines >= 4]
    code = sum(f.code_lines for f in reading.sources) or 1
    comments = sum(f.comment_lines - _dead(f) for f in reading.sources)
    measures = [Measure(name="comments", value=ramp(comments / code, 0.0, 0.2))]
    if public:
        documented = sum(x.documented for _, x in public) / len(public)
        bare = [(f, x) for f, x in public if not x.documented]
        said = f"{100 * documented:.0f} % of {len(public)} public functions say what they do"
        if len(public) == 1:
            said = f"its only public function {'says' if documented else 'does not say'} what it does"
        longest = max(bare, key=lambda pair: pair[1].lines, default=None)
        evidence = note(said)
        if longest and documented < 0.7:
            file, function = longest
            evidence += note(
                f"{function.name}, {function.lines} lines, says nothing of what it does",
                file.path,
                function.line,
            )
        measures.append(Measure(name="docstrings", value=documented, evidence=evidence))
    classes = sum(f.classes for f in reading.sources)
    if classes:
        measures.append(
            Measure(
                name="class docstrings", value=sum(f.classes_documented for f in reading.sources) / classes
            )
        )
    python = [f for f in reading.sources if f.language == "Python" and f.code_lines >= 5]
    if python:
        measures.append(
            Measure(name="module docstrings", value=sum(f.docstring for f in python) / len(python))
        )
    return measures


def _dead(file: FileFacts) -> int:
    found = file.findings.get("commented-out code")
    return found.count if found else 0


def _findings(reading: Reading) -> list[Measure]:
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


def _secrets(reading: Reading) -> Measure:
    """Keys and passwords that lie open in any file: what each is and where, in the order of files, code first."""
    places: dict[str, list[tuple[str, int]]] = {}
    for file in [*reading.sources, *reading.tests, *reading.notebooks, *reading.texts]:
        for rule, finding in file.findings.items():
            if rule.startswith(OPEN_RULE):
                places.setdefault(rule.removeprefix(OPEN_RULE), []).extend(
                    (file.path, n) for n in finding.lines
                )
    if not places:
        return Measure(name="secrets", value=1.0)
    evidence: tuple[Evidence, ...] = ()
    for kind, found in places.items():
        times = f" in {len(found)} places" if len(found) > 1 else ""
        evidence += note(f"{kind} lies open{times}", *found[0])
    if len(places) > 1:
        first = next(iter(places.values()))[0]
        evidence = (*note(f"{listed(list(places))} lie open", *first), *evidence[1:])
    return Measure(
        name="secrets", value=0.0, evidence=tuple(replace(one, kind=LIES_OPEN) for one in evidence)
    )


def _shape(reading: Reading) -> list[Measure]:
    functions = list(reading.functions())
    lines = sum(x.lines for _, x in functions)
    if not lines:
        return []
    long = sum(x.lines for _, x in functions if x.lines > 80)
    nested = sum(x.lines for _, x in functions if x.nesting > 4)
    branchy = sum(x.lines for _, x in functions if x.branches > 15)
    file, worst = max(functions, key=lambda pair: pair[1].lines)
    deep_file, deepest = max(functions, key=lambda pair: pair[1].nesting)
    return [
        Measure(
            name="long functions",
            value=1 - min(1.0, long / lines),
            evidence=note(f"{worst.name} is {worst.lines} lines long", file.path, worst.line)
            if worst.lines > 120
            else (),
        ),
        Measure(
            name="nesting",
            value=1 - min(1.0, nested / lines),
            evidence=note(f"{deepest.name} nests {deepest.nesting} blocks deep", deep_file.path, deepest.line)
            if deepest.nesting > 5
            else (),
        ),
        Measure(name="branching", value=1 - min(1.0, branchy / lines)),
        Measure(
            name="arguments",
            value=1 - min(1.0, 4 * sum(x.arguments > 8 for _, x in functions) / len(functions)),
        ),
    ]


def _duplication(reading: Reading) -> list[Measure]:
    seen: dict[str, list[tuple[FileFacts, int, int, str]]] = defaultdict(list)
    for file, function in reading.functions():
        if function.digest:
            seen[function.digest].append((file, function.line, function.lines, function.name))
    again = [places for places in seen.values() if len(places) > 1]
    repeated = sum(lines for places in again for _, _, lines, _ in places[1:])
    found: list[tuple[int, Evidence]] = []
    if again:
        places = max(again, key=lambda p: p[0][2] * (len(p) - 1))
        (file, line, lines, name), other = places[0], places[1]
        text = f"{name}, {lines} lines, stands {len(places)} times, again in {other[0].path}:{other[1]}"
        found.append((lines * (len(places) - 1), note(text, file.path, line)[0]))
    loose = repeated_outside_functions(reading)
    if loose.worst:
        (path, line), (other_path, other_line), lines = loose.worst
        text = f"{lines} lines outside functions stand again in {other_path}:{other_line}"
        found.append((lines, note(text, path, line)[0]))
    whole = sum(x.lines for _, x in reading.functions()) + loose.lines
    value = 1 - min(1.0, 2 * (repeated + loose.repeated) / (whole or 1))
    said = [evidence for _, evidence in sorted(found, key=lambda pair: -pair[0])]
    return [Measure(name="duplication", value=value, evidence=tuple(said))]


def _leftovers(reading: Reading) -> list[Measure]:
    junk = [
        f.path
        for f in reading.tree.files
        if f.path not in reading.authorship.left_out and _JUNK.search(f.path)
    ]
    ignored = any(f.path == ".gitignore" for f in reading.tree.files)
    todo = sum(f.counts.get("todo", 0) for f in reading.sources)
    code = sum(f.code_lines for f in reading.sources) / 1000
    return [
        Measure(
            name="left-over files",
            value=decaying(len(junk), 3),
            evidence=note(_LEFT_OVER if len(junk) == 1 else f"{len(junk)} {_LEFT_OVERS}", junk[0])
            if junk
            else (),
        ),
        Measure(name="gitignore", value=float(ignored)),
        Measure(name="open ends", value=decaying(todo / max(code, 0.3), 5)),
    ]


def _notebooks(reading: Reading) -> list[Measure]:
    books = [n for n in reading.notebooks if n.counts.get("cells")]
    cells = sum(n.counts["cells"] for n in books)
    if not cells:
        return []
    prose = sum(n.counts.get("prose", 0) for n in books)
    disorder = sum(n.counts.get("run out of order", 0) for n in books)
    jumping = max(books, key=lambda n: n.counts.get("run out of order", 0) / n.counts["cells"])
    order: tuple[Evidence, ...] = ()
    if disorder / cells > 0.1:
        jumps, of = jumping.counts.get("run out of order", 0), jumping.counts["cells"]
        text = f"{jumps} of {of} cells were run before the one above them"
        order = note(text, jumping.path, jumping.findings["run out of order"].lines[0])
    failing = [n for n in books if "cell left with an error" in n.findings]
    evidence: tuple[Evidence, ...] = ()
    if failing:
        place = failing[0].findings["cell left with an error"].lines[0]
        evidence = note("a cell was left with an error", failing[0].path, place)
    return [
        Measure(name="notebook prose", value=ramp(prose / cells, 0.0, 0.5)),
        Measure(name="notebook order", value=decaying(disorder / cells, 0.1), evidence=order),
        Measure(name="notebook errors", value=1 - len(failing) / len(books), evidence=evidence),
    ]
