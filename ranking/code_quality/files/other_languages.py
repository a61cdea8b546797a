"""Files in other languages, read by lines and braces: coarser than a parser, hence a lower confidence."""

from __future__ import annotations

import re

from ranking.code_quality.files.facts import FileFacts, FunctionFacts
from ranking.code_quality.files.other_tests import find_tests
from ranking.code_quality.files.text_rules import MAX_LINE, read_lines, text_digest

_HASH = frozenset({"R", "Julia", "Ruby", "Shell", "Cython", "Python stub", "Perl", "Elixir", "Nim"})
_DASH = frozenset({"Lua", "Haskell", "Lean", "VHDL"})
_PERCENT = frozenset({"MATLAB", "Erlang"})
_NO_BRACES = (_HASH - {"R"}) | _DASH | _PERCENT | {"OCaml", "Fortran"}
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
# What a function ends with, at the depth of its head; others of these languages end where they are no deeper than it.
_ENDS = {"Julia": "end", "Lua": "end", "Ruby": "end", "Elixir": "end", "Perl": "}"}
_ENDS_BY_DEPTH = frozenset({"Cython", "Nim"})
_LONGEST_HEAD = 20  # lines of parameters
_BRANCH = re.compile(r"\b(?:if|for|while|case|catch|elif|elseif)\b|&&|\|\|")


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
    find_tests(facts, lines, language, comments)
    return facts


def _comment_numbers(lines: list[str], language: str) -> set[int]:
    mark = "#" if language in _HASH else "--" if language in _DASH else "%" if language in _PERCENT else "//"
    found = _docstring_numbers(lines) if language == "Julia" else set()
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


def _docstring_numbers(lines: list[str]) -> set[int]:
    """Lines of texts in three quotes that are assigned to nothing, for what stands below them."""
    found: set[int] = set()
    inside = documents = False
    for number, line in enumerate(lines, start=1):
        quotes = line.count('"""')
        if not inside:
            documents = line.lstrip().startswith('"""')
        if documents and (inside or quotes):
            found.add(number)
        inside ^= quotes % 2 == 1
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
        if (
            may_start
            and (match := head.match(code))
            and match.group(1) not in _KEYWORDS
            and _opened(code, lines[number : number + _LONGEST_HEAD], head)
        ):
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


def _opened(first: str, following: list[str], head: re.Pattern[str]) -> bool:
    """Whether a brace comes on the line where the parameters end, or on the next, if that is no other's head."""
    open_brackets = first.count("(") - first.count(")")
    if "{" in first:
        return True
    for line in following:
        ended = open_brackets <= 0
        if ended and head is not _BRACED and head.match(line):
            return False
        open_brackets += line.count("(") - line.count(")")
        if ended or "{" in line:
            return "{" in line
    return False


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
        last = starts[position + 1][0] - 1 if position + 1 < len(starts) else len(lines)
        end = _end_of(lines, number, last, language)
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


def _end_of(lines: list[str], number: int, last: int, language: str) -> int:
    """The last line of the function whose head is line ``number``; ``last`` where the language does not show it."""

    def depth(line: str) -> int:
        return len(line) - len(line.lstrip())

    outer, closing = depth(lines[number - 1]), _ENDS.get(language)
    if closing and lines[number - 1].split()[-1] == closing:
        return number
    for at, line in enumerate(lines[number:], start=number + 1):
        text = line.strip()
        if closing and text.startswith(closing) and depth(line) == outer:
            return at
        if language in _ENDS_BY_DEPTH and text and depth(line) <= outer and text[0] not in ")]#":
            return max(number, at - 1)
    return last
