"""A run: recorded from its start, closed however it ends, and told as it goes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from db.store.runs import save_run_end, save_run_start
from sourcing.app import App
from sourcing.counts import in_words
from sourcing.failure import ExitCode, as_failure
from sourcing.lock import run_lock


@dataclass(slots=True)
class OpenRun:
    """A run in progress: phases add what they did to ``counts`` and sources that failed to ``failed``."""

    id: int
    counts: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        """3 when a source failed, else 0."""
        return ExitCode.SOURCE_FAILED if self.failed else ExitCode.DONE


@contextmanager
def recorded_run(app: App, verb: str, arguments: Mapping[str, Any]) -> Iterator[OpenRun]:
    """Hold the lock and keep the run's row: ``done``, ``partial``, ``interrupted`` or ``failed`` at its end."""
    with run_lock(app.settings.database.url):
        with app.session(writing=True) as session:
            run = OpenRun(save_run_start(session, verb, arguments, now=app.now()).id)
            session.commit()
        try:
            yield run
        except KeyboardInterrupt:
            _close(app, run, "interrupted", "stopped from the keyboard; what was committed is kept")
            raise
        except BaseException as error:
            said = as_failure(error, app.settings.database.url) or f"{type(error).__name__}: {error}"
            _close(app, run, "failed", (str(said).splitlines() or [type(error).__name__])[0][:300])
            raise
        message = "; ".join(f"{source}: {said}" for source, said in run.failed.items()) or None
        _close(app, run, "partial" if run.failed else "done", message)


def _close(app: App, run: OpenRun, status: str, message: str | None) -> None:
    with app.session(writing=True) as session:
        save_run_end(session, run.id, status, now=app.now(), counts=run.counts, message=message)
        session.commit()


@contextmanager
def phase(app: App, run: OpenRun, name: str) -> Iterator[dict[str, Any]]:
    """Tell that a phase begins and what it did; the counts it fills in are kept with the run."""
    # What reads logs knows phases by the key "stage".
    app.say(f"{name} …", stage=name, event="begin")
    began = time.monotonic()
    counts: dict[str, Any] = {}
    yield counts
    told = ", ".join(in_words(key, value) for key, value in counts.items()) or "nothing to do"
    seconds = time.monotonic() - began
    app.say(
        f"{name}: {told} ({seconds:.1f} s)", stage=name, event="end", counts=counts, seconds=round(seconds, 1)
    )
    run.counts.update({f"{name}.{key}": value for key, value in counts.items()})
