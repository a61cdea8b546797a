"""The command line: thin verbs. Each verb imports what it needs when it runs, so that ``--help`` is instant."""

from __future__ import annotations

import atexit
import gc
import io
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import typer

from sourcing.cli.opening import Invocation
from sourcing.cli.verbs import MODULES, command_line, modules_for
from sourcing.failure import ExitCode, Failure, as_failure


def __getattr__(name: str) -> typer.Typer:
    """``app``: the whole command line, for those who embed it. A process builds only what its words ask for."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    whole = globals()["app"] = command_line()
    return whole


def main(words: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> None:
    """Run the command line and turn every failure into one sentence and an exit code.

    ``words`` are those of the process unless given; ``clock`` stands in for the machine's own.
    """
    look_through_objects_less()
    write_what_the_terminal_can_show()
    invocation = Invocation(clock=clock)
    if words is None:
        # Nor on leaving: what is left then goes with the process.
        atexit.register(gc.freeze)
    try:
        said = sys.argv[1:] if words is None else words
        needed = modules_for(said)
        code = command_line(needed)(words, obj=invocation, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)
    except (KeyboardInterrupt, typer.Abort):
        _complain(invocation, "stopped. Nothing was changed.")
        sys.exit(ExitCode.FAILED)
    except BrokenPipeError:
        # The reader of our output (``head``) has gone; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(ExitCode.FAILED)
    except Exception as error:
        if (failure := _wrong_usage(error, said) or as_failure(error, invocation.database_url)) is None:
            raise
        _complain(invocation, str(failure))
        sys.exit(failure.code)


def look_through_objects_less() -> None:
    """Let the collector of cycles begin later: starting a verb makes a hundred thousand objects that stay, and by
    default they are looked through again and again, for an eighth of the time."""
    gc.set_threshold(50_000, 20, 100)


def write_what_the_terminal_can_show() -> None:
    """Let a letter that the output's encoding does not have become "?": most do not have all the letters of names."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        # In the plain C locale Python lets bytes of file names through, and no letter beyond ASCII.
        poor = stream.errors == "surrogateescape" and not stream.encoding.lower().startswith("utf")
        if stream.errors == "strict" or poor:
            stream.reconfigure(errors="replace")


def _wrong_usage(error: Exception, words: Sequence[str]) -> Failure | None:
    """Typer's complaint about the words of a command line, as one sentence that says where to look."""
    told, context = getattr(error, "format_message", None), getattr(error, "ctx", None)
    if told is None:
        return None
    sentence = " ".join(str(told()).replace("Value error, ", "").split()).rstrip(".")
    sentence = sentence.replace("does not match the formats '%Y-%m-%d'", "is no date; write it as 2026-01-31")
    for theirs, ours in _OF_PYDANTIC:
        sentence = re.sub(theirs, ours, sentence)
    verbs: list[str] = []
    while context is not None and context.parent is not None:  # the outermost is the program itself
        verbs.insert(0, context.info_name or "")
        context = context.parent
    if not verbs and len(needed := modules_for(words)) == 1:
        # Of an option that lacks a word typer does not say whose it is.
        verbs = [next(word for word in words if word in MODULES[needed[0]])]
    where = " ".join(filter(None, ("sourcing", *verbs, "--help")))
    sentence = (
        sentence or f"a word is missing after {verbs[-1] if verbs else 'sourcing'}"
    )  # the help was shown
    return Failure(f"{sentence}{' See' if sentence.endswith('?') else '; see'}: {where}", ExitCode.USAGE)


# What pydantic says of an option's value, and how a person would.
_OF_PYDANTIC = (
    (r"Input should be greater than or equal to (\S+)", r"it must be at least \1"),
    (r"Input should be less than or equal to (\S+)", r"it must be at most \1"),
    (r"Input should be a valid integer\b.*", "it must be a whole number"),
    (r"Input should be a valid number\b.*", "it must be a number"),
)


def _complain(invocation: Invocation, sentence: str) -> None:
    if invocation.log_json:
        import json

        at = (invocation.clock or (lambda: datetime.now(UTC)))().isoformat()
        told = {"time": at, "message": sentence, "error": sentence}
        sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        from sourcing.terminal import fitted

        sys.stderr.write(fitted(f"sourcing: {sentence}", sys.stderr) + "\n")
