"""What typer does otherwise than our users expect: options that were not given, and Ctrl-C.

For each option typer makes a validator, and for the first of them loads what makes validators: a tenth of a second and
more, in every verb, for values that need no validation because they are the defaults of our own functions.
"""

from __future__ import annotations

from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from sourcing.failure import Failure

# More than any list holds and any calendar needs, and few enough for every database and date.
MOST = 1_000_000
# Boxes around options leave room for what they say from so many cells on; where there are fewer, it is plain text.
BOXES = 72


# Verbs that go on where they were stopped.
GOING_ON = frozenset(["nightly", "crawl", "resolve", "assess", "rank"])
# Verbs that change nothing of what is kept.
READING = frozenset(
    ["shortlist", "show", "search", "status", "doctor", "likes", "evaluate", "audit", "access", "notices"]
)


class Verb(TyperCommand):
    """A verb whose options are validated when they are given."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after the verb."""
        spare_defaults(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write its help, for people who write no programs."""
        prepare_help(self, ctx, formatter)
        super().format_help(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Run it. Ctrl-C becomes a sentence here: typer would end in silence with an exit code of its own."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            kept = "" if ctx.info_name in READING else " Everything that was committed is kept"
            said = "; the next run goes on from there." if ctx.info_name in GOING_ON else "." if kept else ""
            raise Failure(f"stopped.{kept}{said}") from stop


class Verbs(TyperGroup):
    """A verb with verbs of its own."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write its help, for people who write no programs."""
        prepare_help(self, ctx, formatter)
        super().format_help(ctx, formatter)


def make_verbs(app: typer.Typer) -> None:
    """Let every verb registered so far be a :class:`Verb`, and every group :class:`Verbs`."""
    for command in app.registered_commands:
        command.cls = Verb
    for group in app.registered_groups:
        group.cls = Verbs
        if group.typer_instance is not None:
            make_verbs(group.typer_instance)


def spare_defaults(params: list[Any]) -> None:
    """Let the defaults of these parameters pass as they are."""
    for param in params:
        # Typer makes it when it is first asked for; a later typer may call it something else, and is left alone.
        if getattr(param, "_runtime_param", _GivenOnly) is None:
            param._runtime_param = _GivenOnly(param)


def prepare_help(command: Any, ctx: Any, formatter: Any) -> None:
    """Let a help say what to write after an option instead of its type. Bounds are in our own words, and boxes where
    there is room for them."""
    if formatter.width < BOXES:
        command.rich_markup_mode = None
    for param in command.get_params(ctx):
        # A later typer may ask by another name, and then says it in its own words.
        param.display_type_rich = lambda ctx, one=param: _to_write(one)
        param.min = param.max = None


def _to_write(param: Any) -> str | None:
    """What is to be written after an option; nothing after a flag, and of an argument only what there is to choose."""
    wanted: Any = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    wanted = next(iter(get_args(wanted)), wanted)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return " | ".join(wanted)
    if param.param_type_name == "argument" or getattr(param, "is_flag", False):
        return None
    if param.metavar is not None:
        return str(param.metavar)
    return {int: "N", float: "N", Path: "PATH"}.get(wanted, "TEXT")


class _GivenOnly:
    """Stands in for typer's own coercion until a value comes from the command line."""

    def __init__(self, param: Any) -> None:
        self._param = param

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if type(value) in (int, float) and value == param.default:
            return value
        descriptor = getattr(param, "type_descriptor", None)
        if (plain := _plain(descriptor, value)) is not None:
            return plain
        self._param._runtime_param = None
        return self._param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _plain(descriptor: Any, value: Any) -> Any:
    """What a value from the command line stands for, where that is plain; ``None`` leaves it, and what to say about
    it, to typer."""
    wanted, asked = getattr(descriptor, "annotation", None), getattr(descriptor, "parameter_info", None)
    if wanted == list[str] and all(type(one) is str for one in value):
        return [*value]
    if type(value) is not str or asked is None:
        return None
    if wanted is str:
        return value
    if wanted is Path and not any(
        getattr(asked, rule, True) for rule in ("exists", "resolve_path", "parser")
    ):
        return Path(value)
    if wanted in (int, float):
        try:
            number = wanted(value)
        except ValueError:
            return None
        least, most = getattr(asked, "min", None), getattr(asked, "max", None)
        inside = (least is None or number >= least) and (most is None or number <= most)
        return number if inside and isfinite(number) else None
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return next((one for one in wanted if one.value == value), None)
    return None
