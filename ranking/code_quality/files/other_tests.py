"""Tests in other languages than Python, by the words that begin them, and whether they check something."""

from __future__ import annotations

import re

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import Role, role_of

# The head of one test, by language.
_TEST = {
    "Go": re.compile(r"^func\s+(?:Test|Fuzz)(?![a-z])\w*\s*\("),
    "Rust": re.compile(r"^\s*#\[(?:\w+::)?(?:test|rstest|test_case)\b"),
    "R": re.compile(r"^\s*(?:testthat::)?(?:test_that|it)\s*\("),
    "Julia": re.compile(r"^\s*@testset\b"),
    "Ruby": re.compile(r"^\s*(?:(?:it|test|specify)\s+['\"]|def\s+test_)"),
    "Swift": re.compile(r"^\s*(?:func\s+test\w*\s*\(|@Test\b)"),
    "PHP": re.compile(r"\bfunction\s+test\w*\s*\("),
    "MATLAB": re.compile(r"^\s*function\s+(?:\w+\s*=\s*)?test\w*"),
    "Haskell": re.compile(r"^\s*(?:(?:it|prop|testCase|testProperty)\s+\"|prop_\w+\s*::)"),
    "C#": re.compile(r"^\s*\[(?:Test|Fact|Theory|TestMethod|TestCase)\b"),
    "Scala": re.compile(r"^\s*(?:@Test\b|(?:test|it)\s*\(\s*\"|\"[^\"]+\"\s+(?:should|in)\b)"),
    **dict.fromkeys(("Java", "Kotlin"), re.compile(r"^\s*@(?:Parameterized|Repeated)?Test\b")),
    **dict.fromkeys(("JavaScript", "TypeScript", "Lua"), re.compile(r"^\s*(?:it|test)(?:\.\w+)*\s*[(`]")),
    **dict.fromkeys(
        ("C", "C++", "CUDA"),
        re.compile(r"^\s*(?:(?:TYPED_)?TEST(?:_[FP]|_CASE|_METHOD)?|SCENARIO|BOOST_\w*TEST_CASE)\s*\("),
    ),
}
# Their tests are marked one by one, wherever they stand; Rust's often stand in the file that they test.
_MARKED = frozenset({"Rust", "Java", "Kotlin", "C#"})
_TEST_MODULE = re.compile(r"^\s*(?:#\[cfg\(test\)\]|mod\s+tests?\b)")
_MOST_HELPERS = 200
_TEST_NAME = re.compile(r"_*test(?![a-z])|test_|\w*(?:_t|T)est\Z", re.I)
_RUNS_OTHERS = re.compile(r"\btest_(?:check|dir|package|local)\s*\(")  # R: the tests of other files
_CHECK = re.compile(
    r"assert|expect|require|should|check|verif|compare|fail|panic|throw|abort|exit\s*\(|@test\b|\b[tbf]\.(?:Error|Fatal)",
    re.I,
)


def find_tests(facts: FileFacts, lines: list[str], language: str, comments: set[int]) -> None:
    """Note each test; what stands up to the next one tells whether it checks anything."""
    is_test = role_of(facts.path) is Role.TEST
    if not is_test and language not in _MARKED:
        return
    head = _TEST.get(language)
    code = {
        n: line
        for n, line in enumerate(lines, start=1)
        if n not in comments and len(line) < 1000 and not _RUNS_OTHERS.search(line)
    }
    starts = [n for n, line in code.items() if head is not None and head.search(line)]
    spans = [
        (start, starts[place + 1] - 1 if place + 1 < len(starts) else len(lines))
        for place, start in enumerate(starts)
    ]
    if is_test and not spans:  # of a framework that is not known, or of none
        spans = [(f.line, f.line + f.lines - 1) for f in facts.functions if _TEST_NAME.match(f.name)]
    bodies = ["\n".join(code[n] for n in range(first, last + 1) if n in code) for first, last in spans]
    helped = _helped_by(facts, code) if is_test or starts else None
    for (first, _), body in zip(spans, bodies, strict=True):
        checks = _CHECK.search(body) or (helped is not None and helped.search(body))
        facts.found("test" if checks else "test without a check", first)
    if is_test and not spans and (first := next((n for n in code if _CHECK.search(code[n])), 0)):
        facts.found("test", first)  # a program that checks as it runs
    if not is_test and starts:
        opened = [n for n in code if n <= starts[0] and _TEST_MODULE.search(code[n])]
        begun = opened[-1] if opened else starts[0]
        facts.counts["test lines"] = sum(bool(line.strip()) for n, line in code.items() if n >= begun)


def _helped_by(facts: FileFacts, code: dict[int, str]) -> re.Pattern[str] | None:
    """Calls of the file's own functions that check something for their caller, themselves or by another."""
    calls: re.Pattern[str] | None = None
    for _ in range(2):
        names = [
            x.name
            for x in facts.functions[:_MOST_HELPERS]
            if any(
                _CHECK.search(code[n]) or (calls is not None and calls.search(code[n]))
                for n in range(x.line + 1, x.line + x.lines)
                if n in code
            )
        ]
        calls = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\s*[(!:]") if names else None
    return calls
