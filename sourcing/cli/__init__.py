"""The command line: thin verbs. Each verb imports what it needs when it runs, so that ``--help`` is instant."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sourcing.cli import auditing as audit_verbs
from sourcing.cli import candidates as candidate_verbs
from sourcing.cli import demo as demo_verbs
from sourcing.cli import duties as duty_verbs
from sourcing.cli import evaluate as evaluate_verbs
from sourcing.cli import identity as identity_verbs
from sourcing.cli import imports as import_verbs
from sourcing.cli import looking as looking_verbs
from sourcing.cli import maintenance as maintenance_verbs
from sourcing.cli import nightly as nightly_verbs
from sourcing.cli import preferring as preferring_verbs
from sourcing.cli import privacy as privacy_verbs
from sourcing.cli import recruiting as recruiting_verbs
from sourcing.cli.opening import Invocation
from sourcing.cli.options import make_verbs
from sourcing.cli.overview import Overview, flow_help
from sourcing.failure import ExitCode, Failure, as_failure

app = typer.Typer(
    name="sourcing",
    cls=Overview,
    help="Find research talent: first authors and implementations of new papers, scored for originality and "
    "code quality, with the evidence.",
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 done · 1 failed · 2 wrong usage or settings · 3 done, but a source failed · "
    "4 another run holds the lock.",
)


@app.callback()
def before_the_verb(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Settings file (default: ./sourcing.toml, else your config folder)."
        ),
    ] = None,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log as one JSON object a line, for machines (stderr).")
    ] = False,
) -> None:
    """Remember what was said before the verb."""
    invocation = context.obj = context.obj or Invocation()
    invocation.config, invocation.log_json = config, log_json


for group in (
    maintenance_verbs,
    nightly_verbs,
    candidate_verbs,
    recruiting_verbs,
    preferring_verbs,
    privacy_verbs,
    duty_verbs,
    audit_verbs,
    looking_verbs,
    identity_verbs,
    import_verbs,
    evaluate_verbs,
    demo_verbs,
):
    group.register(app)
make_verbs(app)
flow_help(app)


def main(words: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> None:
    """Run the command line and turn every failure into one sentence and an exit code.

    ``words`` are those of the process unless given; ``clock`` stands in for the machine's own.
    """
    look_through_objects_less()
    invocation = Invocation(clock=clock)
    if words is None:
        # Nor on leaving: what is left then goes with the process.
        atexit.register(gc.freeze)
    try:
        code = app(words, obj=invocation, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)
    except (KeyboardInterrupt, typer.Abort):
        _complain(invocation, "stopped. Nothing was changed.")
        sys.exit(ExitCode.FAILED)
    except BrokenPipeError:
        # The reader of our output (``head``) has gone; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(ExitCode.FAILED)
    except Exception as error:
        if (failure := _wrong_usage(error) or as_failure(error, invocation.database_url)) is None:
            raise
        _complain(invocation, str(failure))
        sys.exit(failure.code)


def look_through_objects_less() -> None:
    """Let the collector of cycles begin later: starting a verb makes a hundred thousand objects that stay, and by
    default they are looked through again and again, for an eighth of the time."""
    gc.set_threshold(50_000, 20, 100)


def _wrong_usage(error: Exception) -> Failure | None:
    """Typer's complaint about the words of a command line, as one sentence that says where to look."""
    told, context = getattr(error, "format_message", None), getattr(error, "ctx", None)
    if told is None:
        return None
    sentence = " ".join(str(told()).replace("Value error, ", "").split()).rstrip(".")
    verb = context.info_name if context is not None and context.parent is not None else ""
    where = " ".join(filter(None, ("sourcing", verb, "--help")))
    return Failure(f"{sentence}{' See' if sentence.endswith('?') else '; see'}: {where}", ExitCode.USAGE)


def _complain(invocation: Invocation, sentence: str) -> None:
    if invocation.log_json:
        import json

        at = (invocation.clock or (lambda: datetime.now(UTC)))().isoformat()
        told = {"time": at, "message": sentence, "error": sentence}
        sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        from sourcing.terminal import fitted

        sys.stderr.write(fitted(f"sourcing: {sentence}", sys.stderr) + "\n")
