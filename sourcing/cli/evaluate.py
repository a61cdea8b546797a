"""``evaluate``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class What(StrEnum):
    """What can be evaluated."""

    ORIGINALITY = "originality"
    CODE = "code"
    IDENTITY = "identity"
    IMPLEMENTATIONS = "implementations"
    PREFERENCE = "preference"


def register(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(evaluate)


def evaluate(
    what: Annotated[What, typer.Argument(help="Which scorer.")],
    data: Annotated[Path, typer.Option("--data", help="Labelled rows: JSONL (or .jsonl.gz); CSV for code.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    model: Annotated[
        Path | None,
        typer.Option(
            "--model",
            help="Originality: judge this artefact of python -m sourcing.calibrate, not what ships.",
        ),
    ] = None,
) -> None:
    """Run the shipped scorer over labelled rows and print how well it agrees with people.

    The scorer sees only what it would see in production, never the label.

    Example: sourcing evaluate originality --data labelled.jsonl.gz --json
    """
    import importlib

    from sourcing.cli.opening import print_json
    from sourcing.failure import ExitCode, Failure

    if model is not None and what is not What.ORIGINALITY:
        raise Failure(f"{model}: --model is for originality", ExitCode.USAGE)
    for path in (data, model):
        if path is not None and not path.is_file():
            problem = "is no file" if path.exists() else "no such file"
            raise Failure(f"{path}: {problem}", ExitCode.USAGE)
    room = importlib.import_module(f"sourcing.evaluate.{what}")
    try:
        result: dict[str, Any] = room.evaluate(data, **({} if model is None else {"model": model}))
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        problem = f"missing field {error}" if isinstance(error, KeyError) else str(error)
        if isinstance(error, UnicodeDecodeError):
            problem = "the file is not UTF-8"
        raise Failure(f"{data}: these are not rows for evaluate {what}: {problem}", ExitCode.USAGE) from error
    if as_json:
        print_json(result)
    else:
        _print(result)


def _print(result: dict[str, Any], indent: str = "") -> None:
    for key, value in result.items():
        if isinstance(value, dict):
            typer.echo(f"{indent}{key}")
            _print(value, indent + "  ")
        elif key == "unreadable_rows":
            for row in value:
                typer.echo(f"{indent}  row {row['row']}: {row['path']}: {row['reason']}")
        else:
            none = "no row" if key == "unseen" else "unknown"
            shown = none if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
            typer.echo(f"{indent}{key.replace('_', ' '):<28} {shown}")
