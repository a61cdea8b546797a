"""One Jupyter notebook (https://nbformat.readthedocs.io): its code cells, its prose, how it was left."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ranking.code_quality.files.facts import FileFacts, Finding
from ranking.code_quality.files.python_file import read_python
from ranking.code_quality.files.text_rules import OPEN_RULE, find_secrets

_MAX_CELLS = 2_000
_MAX_OUTPUTS, _MAX_OUTPUT = 50, 20_000  # per cell, and characters of each
# A cell magic that makes the cell another language's; %%time and its like leave it Python.
_FOREIGN = re.compile(r"\s*%%(?!time|timeit|capture|prun|memit)")
_GIVEN = re.compile(r"[\w., ]{1,80}=[ \t]{0,8}[!%][ \t]?\w")  # "files = !ls"
# Commands that need no sign before them.
_AUTOMAGIC = re.compile(r"(?:cd|ls|mkdir|pip3?|conda)[ \t]+(?!(?:for|in|if|is|and|or|not|else)\b)[\w./~-]")
_INSTALLS = re.compile(r"[ \t]{0,40}[!%][^\n]{0,60}?\b(?:pip3?|conda|mamba) +install\b", re.M)


def read_notebook(path: str, content: bytes) -> FileFacts:
    """Facts of one notebook. ``findings`` name cells, counted from 1; outputs are read for errors and secrets only.

    Counts: ``cells`` (code), ``prose`` (markdown), ``run out of order``.
    """
    facts = FileFacts(path=path, language="Jupyter")
    try:
        whole = json.loads(content.decode("utf-8", "replace"))
    except ValueError:
        facts.failure = "it is no JSON"
        return facts
    except RecursionError:
        facts.failure = "it is nested too deeply to be read"
        return facts
    cells = whole.get("cells") if isinstance(whole, dict) else None
    if cells is None and isinstance(whole, dict):  # nbformat 3 keeps cells in worksheets
        sheets = whole.get("worksheets")
        cells = (
            [c for s in sheets if isinstance(s, dict) for c in _list(s.get("cells"))]
            if isinstance(sheets, list)
            else None
        )
    if not isinstance(cells, list):
        facts.failure = "it has no cells"
        return facts
    language = _language(whole)
    code: list[str] = []
    numbers: list[int] = []
    starts: list[tuple[int, int]] = []
    line = 1
    for position, cell in enumerate(cells[:_MAX_CELLS], start=1):
        if not isinstance(cell, dict):
            continue
        source = _source(cell)
        find_secrets(facts, source[:_MAX_OUTPUT], position)
        if cell.get("cell_type") != "code":
            facts.tick("prose")
            continue
        if not source.strip():
            continue
        facts.tick("cells")
        if _INSTALLS.search(source):
            facts.found("installs", position)
        ran = cell.get("execution_count", cell.get("prompt_number"))
        if isinstance(ran, int):
            if numbers and ran < numbers[-1]:
                facts.tick("run out of order")
                facts.found("run out of order", position)
            numbers.append(ran)
        outputs = _list(cell.get("outputs"))
        if any(isinstance(o, dict) and o.get("output_type") in ("error", "pyerr") for o in outputs):
            facts.found("cell left with an error", position)
        for text in islice(_printed(outputs), _MAX_OUTPUTS):
            find_secrets(facts, text[:_MAX_OUTPUT], position)
        plain = [] if _FOREIGN.match(source) else list(_plain(source))
        starts.append((line, position))
        line += len(plain)
        code += plain
    if language.lower() not in ("python", ""):
        facts.lines = facts.code_lines = sum(bool(text.strip()) for text in code)
        facts.failure = f"its cells are in {language[:20]}"
        return facts
    _take_over(facts, read_python(path, "\n".join(code).encode("utf-8", "replace")), starts)
    return facts


def _take_over(facts: FileFacts, inner: FileFacts, starts: list[tuple[int, int]]) -> None:
    """Make the facts of the joined cells those of the notebook, with cell numbers in place of lines."""

    def cell(line: int) -> int:
        return next((position for first, position in reversed(starts) if first <= line), 1)

    facts.lines, facts.code_lines, facts.comment_lines = inner.lines, inner.code_lines, inner.comment_lines
    facts.functions, facts.classes, facts.imports = inner.functions, inner.classes, inner.imports
    facts.failure, facts.origin, facts.holders = inner.failure, inner.origin, inner.holders
    for function in facts.functions:
        function.line = cell(function.line)
    for rule, finding in inner.findings.items():
        if rule.startswith(OPEN_RULE):
            continue  # looked for cell by cell, also in what is no Python
        before = facts.findings.setdefault(rule, Finding())
        before.lines = sorted({*before.lines, *(cell(number) for number in finding.lines)})
        before.count += finding.count
        before.sample = before.sample or finding.sample
    for what, count in inner.counts.items():
        facts.tick(what, count)


def _plain(source: str) -> Iterator[str]:
    """The lines of a cell as Python: shell escapes and magics become ``pass`` at the same depth, and lines that such a
    command goes on with are blank."""
    goes_on = False
    for text in source.split("\n"):
        bare = text.lstrip()
        escaped = (
            bare.startswith(("!", "%", "?"))
            or bare.rstrip().endswith("?")
            or _GIVEN.match(bare)
            or _AUTOMAGIC.match(bare)
        )
        if goes_on:
            yield ""
        else:
            yield text[: len(text) - len(bare)] + "pass" if escaped else text
        goes_on = bool(goes_on or escaped) and bare.rstrip().endswith("\\")


def _source(cell: dict[str, Any]) -> str:
    return _joined(cell.get("source", cell.get("input", "")))


def _joined(text: Any) -> str:
    """A text of the format, which may be cut into lines."""
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def _printed(outputs: list[Any]) -> Iterator[str]:
    """What a cell printed, as text; pictures and tables in HTML are left out."""
    for output in outputs:
        if isinstance(output, dict):
            data = output.get("data")
            for given in (output.get("text"), data.get("text/plain") if isinstance(data, dict) else None):
                yield _joined(given)
            yield "\n".join(part for part in _list(output.get("traceback")) if isinstance(part, str))


def _language(whole: dict[str, Any]) -> str:
    metadata = whole.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = spec.get("language") if isinstance(spec, dict) else None
    return language if isinstance(language, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
