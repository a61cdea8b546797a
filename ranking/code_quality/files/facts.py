"""What was read out of one file. Plain data, so that it can cross from the reading process as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_FINDINGS = 20  # of one rule in one file; beyond that only the count grows


@dataclass(slots=True)
class FunctionFacts:
    """One function or method. ``digest`` is the hash of its normalised body, empty for short ones.

    ``annotated`` is the share of its parameters and result that carry a type; ``branches`` is McCabe's
    count less one; ``nesting`` the deepest block inside it.
    """

    name: str
    line: int
    lines: int
    nesting: int = 0
    branches: int = 0
    arguments: int = 0
    annotated: float = 0.0
    documented: bool = False
    public: bool = True
    digest: str = ""


@dataclass(slots=True)
class Finding:
    """Lines that break one rule; ``count`` may exceed the lines kept. ``sample`` quotes the first."""

    lines: list[int] = field(default_factory=list)
    count: int = 0
    sample: str = ""


@dataclass(slots=True)
class FileFacts:
    """One file. ``failure`` says why it could not be parsed, in words; the counts of lines hold even so.

    ``origin`` is where its head says that it comes from, ``holders`` whose copyright the head names.
    """

    path: str
    language: str
    lines: int = 0
    code_lines: int = 0
    comment_lines: int = 0
    docstring: bool = False
    functions: list[FunctionFacts] = field(default_factory=list)
    classes: int = 0
    classes_documented: int = 0
    imports: list[str] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    failure: str = ""
    generated: str = ""
    origin: str = ""
    holders: list[str] = field(default_factory=list)

    def found(self, rule: str, line: int, sample: str = "") -> None:
        """Note that ``line`` breaks ``rule``."""
        finding = self.findings.setdefault(rule, Finding())
        finding.count += 1
        if len(finding.lines) < MOST_FINDINGS:
            finding.lines.append(line)
        if not finding.sample:
            finding.sample = sample[:120]

    def tick(self, what: str, by: int = 1) -> None:
        """Count one more of ``what``."""
        self.counts[what] = self.counts.get(what, 0) + by

    def to_json(self) -> dict[str, Any]:
        """As plain lists and dictionaries."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileFacts:
        """The inverse of :meth:`to_json`."""
        plain = dict(data)
        plain["functions"] = [FunctionFacts(**function) for function in data["functions"]]
        plain["findings"] = {rule: Finding(**finding) for rule, finding in data["findings"].items()}
        return cls(**plain)
