"""One Python file, read through its syntax tree. Nothing is imported or run."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from ranking.code_quality.files.facts import FileFacts, FunctionFacts
from ranking.code_quality.files.python_rules import RULES
from ranking.code_quality.files.python_tests import MAY_CHECK, TriedFunctions, tests_by_lines
from ranking.code_quality.files.text_rules import MAX_LINE, commented_out, read_lines, text_digest
from ranking.code_quality.layout import Role, role_of

_PYTHON2 = re.compile(r"^\s*print\s+[\"'\w]|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|^\s*exec\s+[\"'\w]", re.M)
_OF_PYTHON2 = ("Missing parentheses", "multiple exception types")
# Types as of Python 3.12: def first[T](…), class Pond[T], type Depth = float. Its f-strings hold any expression.
_NEWER = re.compile(
    r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+\[|^[ \t]*type[ \t]+[A-Z]\w*[ \t]*[\[=]", re.M
)
_OLD_FSTRINGS = sys.version_info < (3, 12)
# Of a file that does not parse, imports are read by lines.
_IMPORTS = re.compile(
    r"^[ \t]{0,40}(?:from[ \t]{1,8}([\w.]{1,200})[ \t]{1,8}import\b"
    r"|import[ \t]{1,8}([\w.]{1,200})[ \t]{0,8}(?:as[ \t]|[,;#\n]|\Z))",
    re.M,
)
_NESTS = frozenset({ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match})
_BRANCHES = frozenset(
    {ast.For, ast.AsyncFor, ast.While, ast.If, ast.IfExp, ast.ExceptHandler, ast.comprehension}
)
_DEFINES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_EVALUATES_NAME = re.compile(
    r"(?:run_|do_)?(?:eval|test|valid|predict|infer|score|accuracy|benchmark|metric)", re.I
)
_TRAINS_NAME = re.compile(r"(?:run_|do_|_)?(?:pre)?train(?!able)|fit\Z|learn\Z", re.I)
_MAX_NODES = 400_000


def read_python(path: str, content: bytes) -> FileFacts:
    """Facts of one Python file.

    A file that does not parse (Python 2, conflict marks, not text) keeps its line counts and says why in
    ``failure``. May be slow, or end the process, on hostile input: run it under limits
    (:mod:`ranking.code_quality.isolation.supervisor`).
    """
    facts = FileFacts(path=path, language="Python")
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    facts.lines = len(lines)
    if "\0" in text:
        facts.failure = "it holds null bytes"
        return facts
    read_lines(facts, lines)
    if max(map(len, lines)) > MAX_LINE:
        facts.failure = f"a line is longer than {MAX_LINE} characters"
        _count_lines(facts, lines, ())
        return facts
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the parser warns about escapes in the file's own strings
            tree = ast.parse(text.lstrip("\ufeff"))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        facts.failure, rule = _why_not(text, error)
        facts.found(rule, min(line, len(lines)))
        facts.imports = sorted({whole or part for part, whole in _IMPORTS.findall(text)})
        if role_of(path) is Role.TEST:
            tests_by_lines(facts, lines)
        _count_lines(facts, lines, ())
        return facts
    except (RecursionError, MemoryError) as error:
        too = "large" if isinstance(error, MemoryError) else "deeply nested"
        facts.failure = f"it is too {too} to parse"
        _count_lines(facts, lines, ())
        return facts
    _Reader(facts, lines).read(tree)
    return facts


def _why_not(text: str, error: SyntaxError | ValueError) -> tuple[str, str]:
    """Why a text does not parse, and what of it is found; to be written for a later Python than ours is no fault."""
    if _NEWER.search(text) or (_OLD_FSTRINGS and str(error).startswith("f-string")):
        return "in a later Python than it was read with", "later python"
    if str(error).startswith(_OF_PYTHON2) or _PYTHON2.search(text):
        return "Python 2", "python 2"
    return "it does not parse", "syntax error"


def _count_lines(facts: FileFacts, lines: list[str], strings: tuple[tuple[int, int], ...]) -> None:
    """Code and comment lines; ``strings`` are the line ranges of docstrings, which are neither."""
    inside = {number for first, last in strings for number in range(first, last + 1)}
    comments = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or number in inside:
            continue
        if text.startswith("#"):
            comments.append(number)
        else:
            facts.code_lines += 1
    facts.comment_lines = len(comments)
    dead = commented_out(lines, comments)
    for number in dead:
        facts.found("commented-out code", number, lines[number - 1].strip())


class _Reader:
    """One pass over a syntax tree with a stack of our own, so that depth costs memory and not the process."""

    def __init__(self, facts: FileFacts, lines: list[str]) -> None:
        self.facts = facts
        self.lines = lines
        self.strings: list[tuple[int, int]] = []
        self.tests = TriedFunctions() if role_of(facts.path) is Role.TEST else None

    def read(self, tree: ast.Module) -> None:
        facts = self.facts
        facts.docstring = self._documented(tree)
        self._top_level(tree)
        stack: list[tuple[Any, FunctionFacts | None, int]] = [(tree, None, 0)]
        nodes = 0
        while stack:
            node, function, depth = stack.pop()
            nodes += 1
            if nodes > _MAX_NODES:
                facts.failure = f"it has more than {_MAX_NODES} syntax nodes; the rest was left out"
                break
            kind = node.__class__
            if kind in _DEFINES:
                outer = function
                function, depth = self._function(node), 0
                if outer is not None:
                    function.public = False
                if self.tests is not None:
                    self.tests.enter(function, outer)
            elif kind is ast.ClassDef:
                facts.classes += 1
                facts.classes_documented += self._documented(node)
                if not function:
                    depth = 0
            elif kind in _NESTS:
                depth += 1
                if function is not None:
                    function.nesting = max(function.nesting, depth)
            if function is not None and kind in _BRANCHES:
                function.branches += 1
            if self.tests is not None and function is not None and kind in MAY_CHECK:
                self.tests.look(node, function)
            rule = RULES.get(kind)
            if rule is not None:
                rule(facts, node)
            last = None  # an elif is no deeper than its if
            if kind is ast.If and len(node.orelse) == 1 and node.orelse[0].__class__ is ast.If:
                last = node.orelse[0]
            held = len(stack)
            for name in _WALKED[kind]:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for child in value:
                        if child.__class__ in _WALKED:
                            stack.append((child, function, depth - 1 if child is last else depth))
                elif value.__class__ in _WALKED:
                    stack.append((value, function, depth))
            stack[held:] = stack[: held - 1 if held else None : -1]  # the first is read first
        _count_lines(facts, self.lines, tuple(self.strings))
        facts.imports = sorted(set(facts.imports))
        if self.tests is not None:
            self.tests.settle(facts)

    def _documented(self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        body = node.body
        if not (body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
            return False
        value = body[0].value
        if not isinstance(value.value, str):
            return False
        self.strings.append((value.lineno, value.end_lineno or value.lineno))
        return len(value.value.split()) >= 2

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionFacts:
        documented = self._documented(node)
        spec = node.args
        parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
        counted = [p for p in parameters if p.arg not in ("self", "cls")]
        typed = sum(p.annotation is not None for p in counted) + (node.returns is not None)
        end = node.end_lineno or node.lineno
        first = node.body[0]
        start = node.body[1].lineno if documented and len(node.body) > 1 else first.lineno
        function = FunctionFacts(
            name=node.name,
            line=node.lineno,
            lines=end - node.lineno + 1,
            arguments=len(counted),
            annotated=typed / (len(counted) + 1),
            documented=documented,
            public=not node.name.startswith("_"),
            digest=text_digest(self.lines[start - 1 : end]),
        )
        self.facts.functions.append(function)
        for default in [*spec.defaults, *spec.kw_defaults]:
            if isinstance(default, ast.List | ast.Dict | ast.Set):
                self.facts.found("mutable default", default.lineno, f"def {node.name}(…)")
        if _TRAINS_NAME.match(node.name):
            self.facts.tick("trains")
        elif _EVALUATES_NAME.match(node.name):
            self.facts.tick("evaluates")
        return function

    def _top_level(self, tree: ast.Module) -> None:
        """Count statements that run on import: neither definitions, imports, constants nor a main guard."""
        for node in tree.body:
            if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
                self.facts.tick("main guard")
            elif isinstance(node, ast.For | ast.While | ast.With) or (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            ):
                span = (node.end_lineno or node.lineno) - node.lineno + 1
                self.facts.tick("loose lines", span)
                self.facts.found("runs on import", node.lineno)


# Which fields of which nodes lead on. Names, constants and operators are most of a tree, and nothing is read there.
_LEAVES = (
    ast.expr_context,
    ast.boolop,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.Name,
    ast.Constant,
    ast.alias,
)


def _node_types(base: type[ast.AST]) -> Iterator[type[ast.AST]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _node_types(kind)


_WALKED: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(
        name for name in kind._fields if name not in ("ctx", "op", "ops", "type_comment", "id", "attr")
    )
    for kind in _node_types(ast.AST)
    if not issubclass(kind, _LEAVES)
}
