"""Which functions of a Python test file are tests, and which of them check something."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ranking.code_quality.files.facts import FileFacts, FunctionFacts

# A statement of these kinds in a test may check something; so does a call of what is named for it.
MAY_CHECK = frozenset({ast.Assert, ast.Raise, ast.Call})
_HEAD = re.compile(r"[ \t]{0,40}def[ \t]{1,8}test\w{0,200}[ \t]{0,8}\(")
_CHECKS_BY_NAME = re.compile(
    r"_*(?:assert|check(?!point)|verif|expect|compare|ensure|grad(?:grad)?check)|(?:raises|warns|fail)(?![a-z])",
    re.I,
)


def tests_by_lines(facts: FileFacts, lines: list[str]) -> None:
    """Note the tests of a file that does not parse; what stands up to the next one tells whether it checks anything."""
    starts = [number for number, line in enumerate(lines, start=1) if _HEAD.match(line)]
    for first, following in pairwise((*starts, len(lines) + 1)):
        checks = any("assert" in line.lower() or "raises" in line for line in lines[first : following - 1])
        facts.found("test" if checks else "test without a check", first)


@dataclass(slots=True)
class _Tried:
    """An outermost function of a test file: whether it checks something, itself or by what it calls."""

    name: str
    line: int
    arguments: int
    checks: bool = False
    calls: set[str] = field(default_factory=set)

    @property
    def is_test(self) -> bool:
        """Whether a runner would find it; ``test(model, loader)`` is how experiments call their evaluation."""
        return self.name == "runTest" or (
            self.name.startswith("test") and not (self.name == "test" and self.arguments)
        )


class TriedFunctions:
    """The outermost functions of one test file, filled while its syntax tree is walked."""

    def __init__(self) -> None:
        self._tried: list[_Tried] = []
        self._around: dict[int, _Tried] = {}  # by the identity of a function's facts

    def enter(self, function: FunctionFacts, outer: FunctionFacts | None) -> None:
        """Go into a function, which may lie within another."""
        if outer is None:
            self._tried.append(_Tried(function.name, function.line, function.arguments))
            self._around[id(function)] = self._tried[-1]
        else:
            self._around[id(function)] = self._around[id(outer)]

    def look(self, node: Any, function: FunctionFacts) -> None:
        """Take note of a node of one of :data:`MAY_CHECK` within a function."""
        tried = self._around[id(function)]
        if isinstance(node, ast.Assert):
            tried.checks = True
            return
        called = node.func if isinstance(node, ast.Call) else node.exc
        called = called.func if isinstance(called, ast.Call) else called
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if isinstance(node, ast.Raise):
            tried.checks = tried.checks or not re.search("Skip|NotImplemented", name)
            return
        tried.calls.add(name)
        tried.checks = tried.checks or _CHECKS_BY_NAME.match(name) is not None

    def settle(self, facts: FileFacts) -> None:
        """Tell tests that check something from those that only run; a helper checks for those who call it."""
        for _ in range(4):  # helpers of helpers
            checking = {one.name for one in self._tried if one.checks}
            for one in self._tried:
                one.checks = one.checks or not checking.isdisjoint(one.calls)
        counts, found = facts.counts, facts.findings
        # ``test_net(model, loader)`` where nothing is checked and no runner is known is an evaluation too.
        evaluates = not counts.get("tests with") and not counts.get("asserts")
        for one in self._tried:
            if one.is_test and (one.checks or not (evaluates and one.arguments)):
                facts.found("test" if one.checks else "test without a check", one.line)
        if (
            counts.get("tests with")
            and counts.get("asserts")
            and not {"test", "test without a check"} & found.keys()
        ):
            facts.found("test", 1)  # a script that checks as it runs
