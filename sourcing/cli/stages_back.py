"""``import stages``: an export that comes back edited, into the recruiter's own record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcing.cli.files_in import AS_JSON, DRY_RUN, ENCODING, FILE, one_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from db.schema import Person
    from sourcing.app import App
    from sourcing.imports.stages import Change, StagesRead


def stages(
    context: typer.Context,
    file: Annotated[Path, FILE],
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Take the file's stage where another was recorded since the export."
        ),
    ] = False,
    encoding: Annotated[str | None, ENCODING] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Take an export back that somebody edited: stage, tags, note, verdict, contacted_at, unsubscribed.

    The key is candidate_id; rows of merged people go to whoever stands for them now. Rows that cannot be followed are
    listed. Who unsubscribed is forgotten at once and for good, as with: sourcing forget.

    Example: sourcing import stages outreach.csv --dry-run
    """
    import csv
    from contextlib import nullcontext

    from sourcing.cli.duties import say_who_must_be_told
    from sourcing.cli.opening import opened, print_json
    from sourcing.export import from_csv
    from sourcing.failure import ExitCode, Failure
    from sourcing.imports.opening import read_file
    from sourcing.imports.stages import read_stages, save_stages
    from sourcing.imports.table import decode
    from sourcing.lock import run_lock
    from sourcing.recruiter import save_import
    from sourcing.terminal import counted, print_lines, screen

    on = screen()
    with one_sentence(), opened(context) as app:
        with (
            nullcontext() if dry_run else run_lock(app.settings.database.url),
            app.session(writing=not dry_run) as session,
        ):
            _, body = read_file(file, wanted=lambda one: one.lower().endswith((".csv", ".tsv", ".txt")))
            content, _ = decode(body, name=str(file), encoding=encoding)
            try:
                header, rows = from_csv(content)
                if not header:
                    raise Failure(f"{file}: is empty", ExitCode.USAGE)
                found = read_stages(
                    session, header, rows, now=app.now(), roles=app.settings.roles, overwrite=overwrite
                )
            except KeyError as error:
                raise Failure(
                    f"{file}: no column candidate_id, so there is no telling whom the rows are about; “generic” and "
                    "“excel” exports and saved verdicts have it",
                    ExitCode.USAGE,
                ) from error
            except csv.Error as error:
                raise Failure(f"{file}: cannot be read as CSV: {error}", ExitCode.USAGE) from error
            # Made while everybody is there: who unsubscribes goes.
            changes = _as_json(found, dry_run=dry_run)
            lines = [part for one in found.changes for part in on.lines(_change_line(one))]
            people = len({one.person.id for one in found.changes})
            if not dry_run:
                leaving = save_stages(session, found.changes, by=app.user, now=app.now())
                save_import(session, "stages", file.name, found.rows, by=app.user, now=app.now())
                session.commit()
                _forget_all(app, session, leaving)
                say_who_must_be_told(app, session, [one.person for one in found.changes if one.is_contact])
        # Printed when the database is free again: a list may be read at length, and a night must not wait for that.
        if as_json:
            print_json(changes)
        else:
            print_lines(lines, on)
            for conflict in found.conflicts:
                app.say(f"not followed: {conflict}")
        if found.ignored:
            app.say(f"columns left alone: {', '.join(found.ignored)}")
        told = (
            f"{counted(found.rows, 'row')} read: {counted(len(found.changes), 'change')} to "
            f"{counted(people, 'person', 'people')}"
        )
        if found.conflicts:
            told += f", {len(found.conflicts):,} not followed"
        app.say(f"{told}; nothing was changed (--dry-run)" if dry_run else told)


def _as_json(found: StagesRead, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "rows": found.rows,
        "conflicts": found.conflicts,
        "ignored": found.ignored,
        "changes": [
            {
                "candidate_id": one.person.public_id,
                "what": one.kind,
                "from": one.was,
                "to": one.value,
                "role": one.role,
            }
            for one in found.changes
        ],
    }


def _change_line(one: Change) -> str:
    from sourcing.terminal import clean

    arrow = f"{one.was} → " if one.was else ""
    role = f" ({one.role})" if one.role else ""
    said = clean(f"{one.kind}{role}: {arrow}{one.value}")
    return f"{one.person.public_id}  {clean(one.person.full_name)}  {said}"


def _forget_all(app: App, session: Session, leaving: Sequence[Person]) -> None:
    """Erase who unsubscribed, and keep them out."""
    from sqlalchemy import select

    from db.schema import Person
    from sourcing.privacy.forget import forget
    from sourcing.privacy.traces import Cleaned, forget_person_files

    cleaned: list[Cleaned] = []
    for public_id in [one.public_id for one in leaving]:
        # Somebody of the same name may have taken this one along.
        person = session.scalar(select(Person).where(Person.public_id == public_id))
        if person is None:
            continue
        forget(
            session,
            person,
            app.suppressor(),
            by=app.user,
            now=app.now(),
            before_commit=lambda done: cleaned.append(forget_person_files(app, done)),
        )
    for line in Cleaned.of(cleaned).told():
        app.say(line)
    if leaving:
        app.say(f"{len(leaving)} unsubscribed: forgotten, and kept out from now on")
