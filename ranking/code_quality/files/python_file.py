"""One Python file, read through its syntax tree. Nothing is imported or run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ranking.code_quality.files.facts import FileFacts, FunctionFacts
from ranking.code_quality.files.text_rules import MAX_LINE, commented_out, read_lines, text_digest
from ranking.code_quality.layout import Role, role_of

_PYTHON2 = re.compile(r"^\s*print\s+[\"'\w(]|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|^\s*exec\s+[\"'\w]", re.M)
_NESTS = frozenset({ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match})
_BRANCHES = frozenset(
    {ast.For, ast.AsyncFor, ast.While, ast.If, ast.IfExp, ast.ExceptHandler, ast.comprehension}
)
_DEFINES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_CONFIGURES = frozenset({
    "argparse", "click", "hydra", "omegaconf", "typer", "fire", "absl", "gin", "yacs", "configargparse",
    "tyro", "simple_parsing", "jsonargparse", "sacred", "docopt", "ml_collections", "configparser", "tap",
    "optparse",
})  # fmt: skip
_TESTS = frozenset(["pytest", "unittest", "hypothesis", "nose", "absl.testing"])
_SEEDS = frozenset(
    ["seed", "manual_seed", "manual_seed_all", "seed_everything", "set_seed", "set_random_seed"]
)
# Calls that only code which learns, or measures what was learned, makes; in the common frameworks.
_TRAINS = frozenset({
    "backward", "minimize", "apply_gradients", "train_on_batch", "fit", "fit_generator", "partial_fit", "train_step",
    "value_and_grad", "train_and_evaluate", "compute_gradients",
})  # fmt: skip
_EVALUATES = frozenset({
    "eval", "no_grad", "evaluate", "predict", "accuracy_score", "roc_auc_score", "f1_score", "score", "inference_mode",
    "test_step", "validation_step", "mean_squared_error", "classification_report",
})  # fmt: skip
_EVALUATES_NAME = re.compile(
    r"(?:run_|do_)?(?:eval|test|valid|predict|infer|score|accuracy|benchmark|metric)", re.I
)
_TRAINS_NAME = re.compile(r"(?:run_|do_|_)?(?:pre)?train(?!able)|fit\Z|learn\Z", re.I)
# A statement of these kinds in a test may check something; so does a call of what is named for it.
_MAY_CHECK = frozenset({ast.Assert, ast.Raise, ast.Call})
_CHECKS_BY_NAME = re.compile(
    r"_*(?:assert|check(?!point)|verif|expect|compare|ensure|grad(?:grad)?check)|(?:raises|warns|fail)(?![a-z])",
    re.I,
)
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
        facts.failure = "Python 2" if _PYTHON2.search(text) else f"it does not parse (line {line})"
        facts.found("python 2" if facts.failure == "Python 2" else "syntax error", min(line, len(lines)))
        _count_lines(facts, lines, ())
        return facts
    except (RecursionError, MemoryError) as error:
        too = "large" if isinstance(error, MemoryError) else "deeply nested"
        facts.failure = f"it is too {too} to parse"
        _count_lines(facts, lines, ())
        return facts
    _Reader(facts, lines).read(tree)
    return facts


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


class _Reader:
    """One pass over a syntax tree with a stack of our own, so that depth costs memory and not the process."""

    def __init__(self, facts: FileFacts, lines: list[str]) -> None:
        self.facts = facts
        self.lines = lines
        self.strings: list[tuple[int, int]] = []
        self.tests = role_of(facts.path) is Role.TEST
        self.tried: list[_Tried] = []
        self.tried_in: dict[int, _Tried] = {}  # by the identity of a function's facts

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
                if self.tests:
                    self._try(function, outer)
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
            if self.tests and function is not None and kind in _MAY_CHECK:
                self._checks(node, self.tried_in[id(function)])
            check = _CHECKS.get(kind)
            if check is not None:
                check(self, node)
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
        if self.tests:
            self._tests()

    def _try(self, function: FunctionFacts, outer: FunctionFacts | None) -> None:
        if outer is None:
            self.tried.append(_Tried(function.name, function.line, function.arguments))
            self.tried_in[id(function)] = self.tried[-1]
        else:
            self.tried_in[id(function)] = self.tried_in[id(outer)]

    def _checks(self, node: Any, tried: _Tried) -> None:
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

    def _tests(self) -> None:
        """Tell tests that check something from those that only run; a helper checks for those who call it."""
        for _ in range(4):  # helpers of helpers
            checking = {one.name for one in self.tried if one.checks}
            for one in self.tried:
                one.checks = one.checks or not checking.isdisjoint(one.calls)
        for one in self.tried:
            if one.is_test:
                self.facts.found("test" if one.checks else "test without a check", one.line)
        counts, found = self.facts.counts, self.facts.findings
        if (
            counts.get("tests with")
            and counts.get("asserts")
            and not {"test", "test without a check"} & found.keys()
        ):
            self.facts.found("test", 1)  # a script that checks as it runs

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

    def check_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._imported(alias.name)

    def check_import_from(self, node: ast.ImportFrom) -> None:
        self._imported("." * node.level + (node.module or ""))
        for alias in node.names:
            if alias.name == "*":
                if not self.facts.path.endswith("__init__.py"):
                    self.facts.found("star import", node.lineno, f"from {node.module} import *")
            elif node.level or len(node.names) < 8:
                self.facts.imports.append("." * node.level + f"{node.module or ''}.{alias.name}".strip("."))

    def _imported(self, module: str) -> None:
        self.facts.imports.append(module)
        top = module.partition(".")[0]
        if top in _CONFIGURES:
            self.facts.tick("configures")
        if top in _TESTS or module in _TESTS:
            self.facts.tick("tests with")
        if top == "logging" or top == "loguru":
            self.facts.tick("logs")

    def check_handler(self, node: ast.ExceptHandler) -> None:
        if node.type is None:
            self.facts.found("bare except", node.lineno)
        elif (
            isinstance(node.type, ast.Name)
            and node.type.id in ("Exception", "BaseException")
            and len(node.body) == 1
            and isinstance(node.body[0], ast.Pass)
        ):
            self.facts.found("swallowed exception", node.lineno)

    def check_compare(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(right, ast.Constant):
                if isinstance(operator, ast.Eq | ast.NotEq) and (right.value is None or right.value is True):
                    self.facts.found("comparison to singleton", node.lineno)
                elif (
                    isinstance(operator, ast.Is | ast.IsNot)
                    and isinstance(right.value, str | int | bytes)
                    and not isinstance(right.value, bool)
                ):
                    self.facts.found("identity of a literal", node.lineno)

    def check_call(self, node: ast.Call) -> None:
        function = node.func
        facts = self.facts
        if isinstance(function, ast.Name):
            if function.id == "print":
                facts.tick("prints")
            elif function.id in ("exec", "eval") and not isinstance(
                node.args[0] if node.args else None, ast.Constant
            ):
                facts.found("runs text as code", node.lineno)
            elif function.id in _SEEDS:
                facts.tick("seeds")
        elif isinstance(function, ast.Attribute):
            if function.attr in _TRAINS:
                facts.tick("trains")
            elif function.attr in _EVALUATES:
                facts.tick("evaluates")
            if function.attr in _SEEDS:
                facts.tick("seeds")
            elif (
                function.attr in ("append", "insert")
                and isinstance(function.value, ast.Attribute)
                and function.value.attr == "path"
                and isinstance(function.value.value, ast.Name)
                and function.value.value.id == "sys"
            ):
                facts.found("changes the import path", node.lineno)
            elif function.attr in ("set_trace", "breakpoint"):
                facts.found("left-over debugger", node.lineno)

    def check_global(self, node: ast.Global) -> None:
        self.facts.found("global state", node.lineno, "global " + ", ".join(node.names))

    def check_assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if (
            isinstance(target, ast.Subscript)
            and isinstance(target.slice, ast.Constant)
            and target.slice.value == "CUDA_VISIBLE_DEVICES"
        ):
            self.facts.found("device fixed in code", node.lineno)

    def check_assert(self, node: ast.Assert) -> None:
        self.facts.tick("asserts")


_CHECKS: dict[type[ast.AST], Callable[[_Reader, Any], None]] = {
    ast.Import: _Reader.check_import,
    ast.ImportFrom: _Reader.check_import_from,
    ast.ExceptHandler: _Reader.check_handler,
    ast.Compare: _Reader.check_compare,
    ast.Call: _Reader.check_call,
    ast.Global: _Reader.check_global,
    ast.Assign: _Reader.check_assign,
    ast.Assert: _Reader.check_assert,
}
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
