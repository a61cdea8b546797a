"""``forget`` and ``access``: the rights of the people in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from sourcing.privacy.erase import Erased


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (forget, access):
        app.command()(verb)


def forget(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="p-…, or a name that one person bears.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a person everywhere, and keep them out of every later crawl. This cannot be taken back.

    People of the same name go too, because a name alone keeps somebody out.

    Example: sourcing forget "Ingrid Solberg" --yes
    """
    from db.queries.find import NotFound, find_person
    from sourcing.cli.opening import opened
    from sourcing.failure import ExitCode, Failure
    from sourcing.lock import run_lock
    from sourcing.privacy.erase import finish_erasing
    from sourcing.privacy.forget import forget as erase
    from sourcing.privacy.traces import Cleaned, forget_person_files

    with opened(context) as app:
        with app.session() as session:
            finish_erasing(session)
            who, *namesakes = _who_goes(session, person)
        if namesakes:
            app.say(f"of the same name, and erased too: {'; '.join(namesakes)}")
        # Asked before anything is locked: the night does not wait for an answer.
        if not yes and not typer.confirm(f"Erase {who} for good?", err=True):
            raise Failure("nothing was changed", ExitCode.FAILED)
        with run_lock(app.settings.database.url), app.session(writing=True) as session:
            try:
                found = find_person(session, person)
            except NotFound as error:
                raise Failure(str(error)) from error
            cleaned: list[Cleaned] = []
            done = erase(
                session,
                found,
                app.suppressor(),
                by=app.user,
                now=app.now(),
                before_commit=lambda done: cleaned.append(forget_person_files(app, done)),
            )
        app.say(f"erased: {entries_and_records(done)}")
        for line in Cleaned.of(cleaned).told():
            app.say(line)
        app.say(
            "copies of exported files, letters, what other systems imported, your mail and your backups are yours to "
            "clean up"
        )


def _who_goes(session: Session, person: str) -> list[str]:
    """The person meant, then everybody of the same name who would go with them, each as a person knows them."""
    from db.queries.find import NotFound, find_person
    from db.schema import Person
    from sourcing.failure import Failure
    from sourcing.privacy.known_by import known_of

    try:
        found = find_person(session, person)
    except NotFound as error:
        raise Failure(str(error)) from error
    people = [session.get_one(Person, row_id) for row_id in known_of(session, found, namesakes=True).ids]
    others = sorted(
        (one for one in people if one.id != found.id and one.merged_into is None), key=lambda one: one.id
    )
    return [
        f"{one.full_name} ({', '.join(filter(None, (one.public_id, one.affiliation)))})"
        for one in (found, *others)
    ]


def entries_and_records(done: Erased) -> str:
    """How much was erased, in words."""
    people = f"{done.people} {'entry' if done.people == 1 else 'entries'} for people"
    return f"{people}, {done.records} {'record' if done.records == 1 else 'records'}"


def access(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="p-…, or a name that one person bears.")],
) -> None:
    """Print everything that is stored about a person, as JSON that the person can read.

    Example: sourcing access "Ingrid Solberg" > everything.json
    """
    from db.queries.find import NotFound, find_person
    from db.schema import AuditEvent
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import Failure
    from sourcing.privacy.access import answer_to

    with opened(context) as app, app.session() as session:
        try:
            found = find_person(session, person)
        except NotFound as error:
            raise Failure(str(error)) from error
        print_json(answer_to(session, found, app.settings.privacy))
        session.commit()  # reading ends here, so that what is written next can wait for its turn
        if app.can_write("that this was asked for is not logged"):
            session.add(
                AuditEvent(at=app.now(), by=app.user, action="access", subject=found.public_id, details={})
            )
            session.commit()
