"""What ``sourcing demo`` runs: the whole nightly job, two nights long, against the sample upstream.

Everything lies in one folder afterwards: settings, database, CSV files and digests, so that every other verb can
be tried with ``--config FOLDER/sourcing.toml``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select

from db.queries.shortlist import ShortlistFilter
from db.queries.shortlist import shortlist as find_candidates
from db.records import Identifier, IdentifierKind
from db.schema import Paper, Suppression
from db.schema import Person as PersonRow
from sourcing.app import App, data_folder, open_app
from sourcing.demo.credentials import SAMPLE_CREDENTIALS
from sourcing.demo.sample import sample_world
from sourcing.demo.settings import is_demo_settings, save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Person, printed
from sourcing.failure import ExitCode, Failure
from sourcing.ladder import load_ladders
from sourcing.nightly import NightPlan, run_night
from sourcing.runs import recorded_run
from sourcing.settings import load_settings
from sourcing.shortlist_view import shortlist_lines
from sourcing.sources import crawl
from sourcing.terminal import screen

_BACK_FILL_FROM = date(2023, 1, 1)

# All that a demo leaves in its folder, and in the folder of its lists. A folder with anything else in it is not wiped.
_DATABASE = "sourcing.db"
_WRITTEN = (
    "sourcing.toml", _DATABASE, *(f"{_DATABASE}-{end}" for end in ("wal", "shm", "journal")), "sourcing.lock",
    "suppression.key", "corpus", "quarantine", "cache", "out",
)  # fmt: skip
_LISTS = re.compile(r"(new-[\w-]+\.csv|digest-[\d-]+\.html)")


def run_demo(folder: Path, *, nights: int = 2, top: int = 10) -> ExitCode:
    """Run ``nights`` (1 to 7) nights into ``folder``, an earlier demo there is replaced, and print what came of it.

    Results go to stdout, progress to stderr. Returns :attr:`ExitCode.SOURCE_FAILED` if a source failed. Raises
    :class:`Failure` if ``folder`` holds anything but an earlier demo.
    """
    world = sample_world()
    _make_way(folder)
    outcome = ExitCode.DONE
    with sample_credentials(), DemoUpstream(world) as upstream:
        # Quotas are counted by the real clock: a demo must not wait for the next minute.
        upstream.scene.core_limit = upstream.scene.search_limit = (100_000, 100_000)
        settings_file = save_demo_settings(folder, upstream.urls)
        for night in range(1, nights + 1):
            upstream.set_night(night)
            app = demo_app(settings_file, upstream.now)
            try:
                app.say(f"\nNight {night}, {upstream.now:%A} {upstream.now.day} {upstream.now:%B %Y}")
                if night == 1:
                    app.say("First the years before, from arXiv's harvesting interface:")
                    suppress(app, [person for person in world.people if person.suppressed])
                    _back_fill(app)
                    app.say("Then the night:")
                run = run_night(app, NightPlan())
                for source, said in run.failed.items():
                    app.say(f"source {source} failed: {said}", source=source, error=said)
                outcome = max(outcome, run.exit_code)
                _tell(app, night=night, last=night == nights, top=top)
            finally:
                app.close()
    return outcome


def demo_app(settings_file: Path, moment: datetime) -> App:
    """The application as it would be opened at ``moment``."""
    return open_app(load_settings(settings_file, environ={}), clock=lambda: moment)


@contextmanager
def sample_credentials() -> Iterator[None]:
    """The sample upstream's own credentials in place of the user's, until the end of the block."""
    before = {name: os.environ.get(name) for name in SAMPLE_CREDENTIALS}
    os.environ.update(SAMPLE_CREDENTIALS)
    try:
        yield
    finally:
        _restore(before)


def _restore(environment: Mapping[str, str | None]) -> None:
    for name, value in environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def suppress(app: App, people: list[Person]) -> None:
    """Put people on the list of those to be left alone, as they would be after ``sourcing forget``."""
    hashes: set[str] = set()
    for person in people:
        known = (
            (IdentifierKind.ORCID, person.orcid),
            (IdentifierKind.OPENREVIEW, person.openreview),
            (IdentifierKind.GITHUB, person.github),
        )
        identifiers = [Identifier(kind=kind, value=value) for kind, value in known if value]
        hashes |= app.suppressor().hashes_of([printed(name) for name in person.names], identifiers)
    with app.session() as session:
        session.add_all(Suppression(key_hash=one, at=app.now()) for one in sorted(hashes))
        session.commit()


def _make_way(folder: Path) -> None:
    """Take an earlier demo away. What no demo has written stays, and so does a demo that somebody made their own."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Failure(f"{folder} is a file; name a folder with --out", ExitCode.USAGE)
    there = sorted(one.name for one in folder.iterdir())
    if not there:
        return
    lists = sorted(one.name for one in (folder / "out").iterdir()) if (folder / "out").is_dir() else []
    strange = [one for one in there if one not in _WRITTEN]
    strange += [f"out/{one}" for one in lists if not _LISTS.fullmatch(one)]
    if "sourcing.toml" not in there:
        why = "is no earlier demo"
    elif strange:
        named = ", ".join(strange[:3]) + ("" if len(strange) <= 3 else f" and {len(strange) - 3} more")
        why = f"holds what no demo wrote ({named})"
    elif not is_demo_settings(folder / "sourcing.toml"):
        why = "has a sourcing.toml that this demo did not write or that was changed, so its database may be yours"
    elif Path.cwd().is_relative_to(folder):
        why = "is the folder you are in"
    else:
        for name in there:
            path = folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        return
    raise Failure(
        f"{folder} exists and {why}; name another folder with --out. Nothing was changed.", ExitCode.USAGE
    )


def _back_fill(app: App) -> None:
    """The years before the first night, from the harvesting interface: the past that novelty is measured against."""
    with recorded_run(app, "crawl", {"sources": ["arxiv_oai"]}) as run:
        crawl(app, run, ["arxiv_oai"], since=_BACK_FILL_FROM, limit=0)


def _tell(app: App, *, night: int, last: bool, top: int) -> None:
    with app.session() as session:
        papers, people = (
            session.scalar(
                select(func.count()).where(table.first_seen == app.now(), table.merged_into.is_(None))
            )
            or 0
            for table in (Paper, PersonRow)
        )
        print(f"Night {night}: {papers} papers and {people} people were new.")
        if last:
            for role in app.settings.open_roles:
                wanted = ShortlistFilter(role=role, top=top)
                found = find_candidates(session, wanted, now=app.now())
                settings = app.settings.roles[role]
                ladders = load_ladders(session, [one.row_id for one in found], role, settings)
                print()
                print(*shortlist_lines(found, settings.title, ladders=ladders, on=screen()), sep="\n")
            print()
    out = data_folder(app.settings) / "out"
    for path in sorted(out.glob(f"*{app.now():%Y-%m-%d}*")):
        print(f"{'Digest' if path.suffix == '.html' else 'CSV'}: {path}")
    if last:
        _tell_what_next(app)
    sys.stdout.flush()


def _tell_what_next(app: App) -> None:
    """Commands that work as they stand, wherever the demo was started from."""
    with app.session() as session:
        best = find_candidates(
            session, ShortlistFilter(role=app.settings.open_roles[0], top=1), now=app.now()
        )
    program = f"{_program()} --config {_from_here(Path(str(app.settings.path)))}"
    print("\nLook around:")
    for words in (
        *(f"show {one.candidate_id}" for one in best),
        'search "loss landscape"',
        "status",
        "--help",
    ):
        print(f"  {program} {words}")


def _program() -> str:
    """How the command was called, so that a line that is copied finds it again."""
    if shutil.which("sourcing"):
        return "sourcing"
    called = Path(sys.argv[0])
    return (
        _from_here(called) if called.name == "sourcing" else f"{_from_here(Path(sys.executable))} -m sourcing"
    )


def _from_here(path: Path) -> str:
    """A path as short as it can be written in this folder, fit to be typed."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
