"""Files in other languages, read by lines and braces: coarser than a parser, hence a lower confidence."""

from __future__ import annotations

import re

from ranking.code_quality.files.facts import FileFacts, FunctionFacts
from ranking.code_quality.files.text_rules import MAX_LINE, read_lines, text_digest
from ranking.code_quality.layout import Role, role_of

_HASH = frozenset({"R", "Julia", "Ruby", "Shell", "Cython", "Python stub", "Perl", "Elixir", "Nim"})
_DASH = frozenset({"Lua", "Haskell", "Lean", "VHDL"})
_PERCENT = frozenset({"MATLAB", "Erlang"})
_NO_BRACES = _HASH | _DASH | _PERCENT | {"OCaml", "Fortran"}
_FUNCTION = {
    "R": re.compile(r"^\s*([\w.]+)\s*(?:<-|=)\s*function\s*\("),
    "Julia": re.compile(r"^\s*function\s+([\w.!]+)"),
    "Ruby": re.compile(r"^\s*def\s+([\w.?!]+)"),
    "Lua": re.compile(r"^\s*(?:local\s+)?function\s+([\w.:]+)"),
    "MATLAB": re.compile(r"^\s*function\b.*?(\w+)\s*(?:\(|$)"),
    "Cython": re.compile(r"^\s*(?:cp?def|def)\s+(?:[\w\[\]:, ]+\s+)?(\w+)\s*\("),
    "Go": re.compile(r"^func\s+(?:\([^)]*\)\s*)?(\w+)\s*\("),
    "Perl": re.compile(r"^\s*sub\s+(\w+)"),
    "Elixir": re.compile(r"^\s*defp?\s+([\w?!]+)"),
    "Nim": re.compile(r"^\s*(?:proc|func|method|iterator|template|macro)\s+(\w+)"),
    "Erlang": re.compile(r"^([a-z]\w*)\([^)]*\)\s*(?:when\b[^>]*)?->"),
    "Zig": re.compile(r"^\s*(?:pub\s+|export\s+|extern\s+|inline\s+)*fn\s+(\w+)"),
    "WGSL": re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s*)*fn\s+(\w+)"),
    "Rust": re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|unsafe\s+|const\s+)*fn\s+(\w+)"),
}
_BRACED = re.compile(
    r"^\s*(?:(?:public|private|protected|static|final|virtual|inline|async|export|default|template\s*<[^>]*>|const"
    r"|constexpr|__global__|__device__|__host__|__forceinline__|extern|override|function)\s+)*"
    r"(?:[\w:<>,*&\[\]~ ]+[\s*&]+)?([\w:~]+)\s*\([^;{}]*\)?[^;{}]*\{?\s*$"
)
_KEYWORDS = frozenset(
    {"if", "for", "while", "switch", "catch", "return", "else", "do", "sizeof", "defined", "new"}
)
_BRANCH = re.compile(r"\b(?:if|for|while|case|catch|elif|elseif)\b|&&|\|\|")

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
_CHECK = re.compile(
    r"assert|expect|require|should|check|verif|compare|fail|panic|throw|abort|exit\s*\(|@test\b|\b[tbf]\.(?:Error|Fatal)",
    re.I,
)


def read_other(path: str, language: str, content: bytes) -> FileFacts:
    """Lines, comments, functions and their length, and the rules that hold in any language."""
    facts = FileFacts(path=path, language=language)
    lines = content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    facts.lines = len(lines)
    if max(map(len, lines)) > MAX_LINE or b"\0" in content:
        facts.failure = "it is data or minified, not written code"
        return facts
    read_lines(facts, lines)
    comments = _comment_numbers(lines, language)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            if number in comments:
                facts.comment_lines += 1
            else:
                facts.code_lines += 1
    if language in _NO_BRACES:
        _indented_functions(facts, lines, language, comments)
    else:
        _braced_functions(facts, lines, language, comments)
    _tests(facts, lines, language, comments)
    return facts


def _tests(facts: FileFacts, lines: list[str], language: str, comments: set[int]) -> None:
    """Tests by the words that begin them; what stands up to the next one tells whether it checks anything."""
    is_test = role_of(facts.path) is Role.TEST
    if not is_test and language not in _MARKED:
        return
    head = _TEST.get(language)
    code = {n: line for n, line in enumerate(lines, start=1) if n not in comments and len(line) < 1000}
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


def _comment_numbers(lines: list[str], language: str) -> set[int]:
    mark = "#" if language in _HASH else "--" if language in _DASH else "%" if language in _PERCENT else "//"
    found: set[int] = set()
    inside = False
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if inside:
            found.add(number)
            inside = "*/" not in text
        elif text.startswith(mark):
            found.add(number)
        elif mark == "//" and text.startswith("/*"):
            found.add(number)
            inside = "*/" not in text
    return found


def _braced_functions(facts: FileFacts, lines: list[str], language: str, comments: set[int]) -> None:
    """Functions whose head is followed by a brace; strings with braces in them can mislead, so ends are soft."""
    head = _FUNCTION.get(language, _BRACED)
    depth = 0
    open_function: tuple[FunctionFacts, int] | None = None
    for number, line in enumerate(lines, start=1):
        if number in comments or len(line) > 300:  # the pattern for heads is quadratic in the line
            continue
        code = line.split("//", 1)[0] if "//" in line else line
        opens, closes = code.count("{"), code.count("}")
        may_start = open_function is None and "(" in code and ";" not in code
        if may_start and (match := head.match(code)) and match.group(1) not in _KEYWORDS:
            following = code if opens else lines[number] if number < len(lines) else ""
            if "{" in following:
                documented = number - 1 in comments or number - 2 in comments
                function = FunctionFacts(
                    name=match.group(1).rpartition(":")[2][:60], line=number, lines=1, documented=documented
                )
                open_function = (function, depth)
        before = depth
        depth = max(0, depth + opens - closes)
        if open_function is not None:
            function, outer = open_function
            if "(" in code or "case" in code:
                function.branches += len(_BRANCH.findall(code))
            function.nesting = max(function.nesting, max(before, depth) - outer - 1)
            if depth <= outer and closes:
                function.lines = number - function.line + 1
                function.digest = text_digest(lines[function.line : number])
                facts.functions.append(function)
                open_function = None


def _indented_functions(facts: FileFacts, lines: list[str], language: str, comments: set[int]) -> None:
    head = _FUNCTION.get(language)
    if head is None:
        return
    starts = [
        (number, match.group(1))
        for number, line in enumerate(lines, start=1)
        if number not in comments and len(line) < 1000 and (match := head.match(line))
    ]
    for position, (number, name) in enumerate(starts):
        end = starts[position + 1][0] - 1 if position + 1 < len(starts) else len(lines)
        body = lines[number:end]
        facts.functions.append(
            FunctionFacts(
                name=name[:60],
                line=number,
                lines=end - number + 1,
                branches=sum(len(_BRANCH.findall(line)) for line in body if len(line) < 1000),
                documented=number - 1 in comments or number + 1 in comments,
                digest=text_digest(body),
            )
        )
