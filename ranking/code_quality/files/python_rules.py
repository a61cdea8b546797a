"""What single nodes of a Python syntax tree tell: imports, calls, and lines that break a rule."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ranking.code_quality.files.facts import FileFacts

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


def _import(facts: FileFacts, node: ast.Import) -> None:
    for alias in node.names:
        _imported(facts, alias.name)


def _import_from(facts: FileFacts, node: ast.ImportFrom) -> None:
    _imported(facts, "." * node.level + (node.module or ""))
    for alias in node.names:
        if alias.name == "*":
            if not facts.path.endswith("__init__.py"):
                facts.found("star import", node.lineno, f"from {node.module} import *")
        elif node.level or len(node.names) < 8:
            facts.imports.append("." * node.level + f"{node.module or ''}.{alias.name}".strip("."))


def _imported(facts: FileFacts, module: str) -> None:
    facts.imports.append(module)
    top = module.partition(".")[0]
    if top in _CONFIGURES:
        facts.tick("configures")
    if top in _TESTS or module in _TESTS:
        facts.tick("tests with")
    if top == "logging" or top == "loguru":
        facts.tick("logs")


def _handler(facts: FileFacts, node: ast.ExceptHandler) -> None:
    if node.type is None:
        facts.found("bare except", node.lineno)
    elif (
        isinstance(node.type, ast.Name)
        and node.type.id in ("Exception", "BaseException")
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
    ):
        facts.found("swallowed exception", node.lineno)


def _compare(facts: FileFacts, node: ast.Compare) -> None:
    for operator, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(right, ast.Constant):
            if isinstance(operator, ast.Eq | ast.NotEq) and (right.value is None or right.value is True):
                facts.found("comparison to singleton", node.lineno)
            elif (
                isinstance(operator, ast.Is | ast.IsNot)
                and isinstance(right.value, str | int | bytes)
                and not isinstance(right.value, bool)
            ):
                facts.found("identity of a literal", node.lineno)


def _call(facts: FileFacts, node: ast.Call) -> None:
    function = node.func
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


def _global(facts: FileFacts, node: ast.Global) -> None:
    facts.found("global state", node.lineno, "global " + ", ".join(node.names))


def _assign(facts: FileFacts, node: ast.Assign) -> None:
    target = node.targets[0]
    if (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value == "CUDA_VISIBLE_DEVICES"
        and isinstance(node.value, ast.Constant)  # an argument or a setting chooses outside the code
        and node.value.value not in ("", "-1")
    ):
        facts.found("device fixed in code", node.lineno)


def _assert(facts: FileFacts, node: ast.Assert) -> None:
    facts.tick("asserts")


# Which of them is asked for which kind of node.
RULES: dict[type[ast.AST], Callable[[FileFacts, Any], None]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.ExceptHandler: _handler,
    ast.Compare: _compare,
    ast.Call: _call,
    ast.Global: _global,
    ast.Assign: _assign,
    ast.Assert: _assert,
}
