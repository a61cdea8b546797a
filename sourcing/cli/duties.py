"""``notices`` and ``purge``: who must be told, and who may not be kept any longer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcing.cli.options import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.schema import Person
    from sourcing.app import App
    from sourcing.privacy.notices import Notice
    from sourcing.privacy.purge import Expired
    from sourcing.terminal import Screen


# People whose ids a command to copy holds.
MOST_NAMED = 5


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(notices)
    app.command()(purge)


def notices(
    context: typer.Context,
    people: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Only these people: p-…, or a name.")
    ] = None,
    within: Annotated[
        int | None, typer.Option("--within", min=0, max=MOST, help="Only what is due within so many days.")
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what should have gone out already.")
    ] = False,
    everybody: Annotated[bool, typer.Option("--all", help="Also people who were told.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Print the letters instead of the list.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write one letter a file into this folder.")
    ] = None,
    sent: Annotated[
        bool, typer.Option("--sent", help="Record that these people were told (needs ID…).")
    ] = False,
    channel: Annotated[
        str | None, typer.Option("--channel", help="How they were told, such as e-mail; with --sent.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show who must be told by when that data about them was collected; write the letters; record what went out.

    Due one month after collection (notice_days in the settings), or at the first contact. Letters name source, purpose,
    retention and rights; notice_template in the settings replaces the text.

    Example: sourcing notices --within 14

    Example: sourcing notices "Ingrid Solberg" --text

    Example: sourcing notices --sent "Ingrid Solberg" --channel e-mail
    """
    from sourcing.cli.opening import opened, print_json
    from sourcing.export import checked_folder
    from sourcing.failure import ExitCode, Failure
    from sourcing.privacy import notices as told

    if sent and not people:
        raise Failure("say who was told: sourcing notices --sent p-…", ExitCode.USAGE)
    if sent and (text or output):
        raise Failure("--sent records that letters went out; write them first, without it", ExitCode.USAGE)
    if channel and not sent:
        raise Failure("--channel goes with --sent", ExitCode.USAGE)
    if output is not None:
        checked_folder(output)
    with opened(context) as app:
        now = app.now()
        if sent:
            _save_sent(app, people or [], channel, now)
            return
        _schedule(app)
        # What follows may be read at length, and nobody who writes meanwhile shall wait for that.
        with app.session() as session:
            chosen = _people(session, people or [])
            found = told.notices(session, [one.id for one in chosen] if people else None)
            if not people:
                found = [one for one in found if everybody or one.sent_at is None]
            if overdue:
                found = [one for one in found if one.is_overdue(now)]
            if within is not None:
                found = [one for one in found if one.sent_at is None and _days_to(one, now) <= within]
            if text or output:
                _letters(app, session, found, output)
            elif as_json:
                print_json([_as_json(one, now) for one in found])
            else:
                _print_notices(app, found, now)


def _schedule(app: App) -> None:
    """Note who came to be told since the last night, where something can be noted."""
    from sourcing.privacy.notices import schedule_notices

    if app.can_write("who came to be told since its last night is not listed"):
        with app.session(writing=True) as session:
            schedule_notices(session, days=app.settings.privacy.notice_days)
            session.commit()


def _save_sent(app: App, people: Sequence[str], channel: str | None, now: datetime) -> None:
    from sourcing.privacy.notices import save_sent, schedule_notices

    with app.session(writing=True) as session:
        schedule_notices(session, days=app.settings.privacy.notice_days)
        session.commit()
        chosen = _people(session, people)
        save_sent(session, chosen, channel=channel, by=app.user, now=now)
        session.commit()
    app.say(f"told: {', '.join(one.full_name for one in chosen)}")


def _people(session: Session, words: Sequence[str]) -> list[Any]:
    from db.queries.find import NotFound, find_person
    from sourcing.failure import Failure

    try:
        return [find_person(session, word) for word in words]
    except NotFound as error:
        raise Failure(str(error)) from error


def _letters(app: App, session: Session, found: Sequence[Notice], output: Path | None) -> None:
    from sourcing.export import save_text
    from sourcing.failure import ExitCode, Failure
    from sourcing.privacy.notices import BadTemplate, render_notice

    settings = app.settings
    if not settings.privacy.controller:
        app.say("the letters do not say who is responsible yet: set [privacy] controller")
    base = settings.path.parent if settings.path else Path.cwd()
    for one in found:
        try:
            letter = render_notice(session, one, settings.privacy, base=base)
        except BadTemplate as error:
            raise Failure(str(error), ExitCode.USAGE) from error
        if output is None:
            typer.echo(letter)
        else:
            path = output / f"notice-{one.candidate_id}.txt"
            save_text(path, letter)
            typer.echo(path)
    if not found:
        app.say("nobody has to be told")


def _print_notices(app: App, found: Sequence[Notice], now: datetime) -> None:
    from sourcing.terminal import print_lines, screen

    if not found:
        app.say("nobody has to be told")
        return
    on = screen()
    print_lines(_notice_lines(found, now, on), on)
    _say_overdue(app, found, now)


def _notice_lines(found: Sequence[Notice], now: datetime, on: Screen) -> Iterator[str]:
    """Who must be told by when: a table, or where that does not fit, a line or two for each."""
    from sourcing.terminal import clean, table, wrapped

    rows = [
        (f"{one.due_at:%Y-%m-%d}", _state(one, now), one.candidate_id, clean(one.full_name), one.stage,
         one.email or "none published")
        for one in found
    ]  # fmt: skip
    lines = table(("due", "", "id", "name", "stage", "address"), rows)
    if on.fits(lines):
        yield on.bold(lines[0])
        yield from lines[1:]
        return
    for due, state, candidate_id, name, stage, address in rows:
        where = address if "@" in address else "no address published"
        told = f"{due} {state}: {candidate_id} {name}, {stage}, {where}"
        yield from wrapped(told, on.width, "", "  ")


def say_who_must_be_told(app: App, session: Session, people: Sequence[Person]) -> None:
    """A first contact is the last moment for the notice, wherever it was due before."""
    from sourcing.privacy.notices import notices, schedule_notices

    schedule_notices(session, days=app.settings.privacy.notice_days)
    session.commit()
    untold = [one.candidate_id for one in notices(session, [one.id for one in people]) if one.sent_at is None]
    if len(untold) > MOST_NAMED:
        must = "must be told now that data about them is kept"
        app.say(f"{len(untold):,} people {must}: sourcing notices --overdue --text")
        app.say("and when that went out: sourcing notices ID… --sent")
    elif untold:
        ids = " ".join(untold)
        app.say(f"must be told now that data about them is kept: sourcing notices {ids} --text")
        app.say(f"and when that went out: sourcing notices {ids} --sent")


def _say_overdue(app: App, found: Sequence[Notice], now: datetime) -> None:
    late = sum(one.is_overdue(now) for one in found)
    if late:
        app.say(f"{late} overdue: inform them, or erase them with: sourcing purge")


def _state(one: Notice, now: datetime) -> str:
    if one.sent_at is not None:
        how = f" by {one.channel}" if one.channel else ""
        return f"told {one.sent_at:%Y-%m-%d}{how}"
    if one.due_at < now:
        return "overdue since the first contact" if one.contacted_at == one.due_at else "overdue"
    days = _days_to(one, now)
    return "today" if days == 0 else f"in {days} day{'s' if days > 1 else ''}"


def _days_to(one: Notice, now: datetime) -> int:
    """Days on the calendar until somebody is to be told; what is due tomorrow morning is due in one."""
    return (one.due_at.date() - now.date()).days


def _as_json(one: Notice, now: datetime) -> dict[str, Any]:
    return {
        "candidate_id": one.candidate_id,
        "full_name": one.full_name,
        "collected_at": one.collected_at,
        "due_at": one.due_at,
        "overdue": one.is_overdue(now),
        "contacted_at": one.contacted_at,
        "sent_at": one.sent_at,
        "channel": one.channel,
        "email": one.email,
        "email_source_url": one.email_url,
        "stage": one.stage,
    }


def purge(
    context: typer.Context,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, only say whom it would erase.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Erase people who were not told in time, and people kept for longer than the retention_days of your settings.

    Without --yes it only warns: it lists them and erases nobody. Erased is as with forget (tables, search index,
    cache, digests, lists), but who publishes something new may come back; the log keeps a pseudonym.

    Example: sourcing purge
    """
    from sourcing.cli.opening import opened, print_json
    from sourcing.privacy.purge import expired
    from sourcing.terminal import clean, counted, print_lines, screen

    with opened(context) as app:
        if yes:
            found = _erase_expired(app)
        else:
            _schedule(app)
            with app.session() as session:
                found = expired(session, retention_days=app.settings.privacy.retention_days, now=app.now())
        # Printed when the database is free again: a list may be read at length, and a night must not wait for that.
        if as_json:
            print_json(
                [{"candidate_id": one.candidate_id, "full_name": one.full_name, "reason": one.reason,
                  "since": one.since, "stage": one.stage, "erased": yes} for one in found]
            )  # fmt: skip
        else:
            on = screen()
            lines = (
                f"{one.candidate_id}  {clean(one.full_name)}: {one.reason}, since {one.since:%Y-%m-%d} ({one.stage})"
                for one in found
            )
            print_lines((part for line in lines for part in on.lines(line)), on)
        if not found:
            app.say("nobody was left uninformed or kept for too long")
        elif not yes:
            told = counted(len(found), "person", "people")
            app.say(f"warning: {told} would be erased for good; inform them (sourcing notices), or")
            app.say("erase them with: sourcing purge --yes")


def _erase_expired(app: App) -> list[Expired]:
    """Erase everybody whose time is over, and say what was cleaned; gives whom."""
    from datetime import timedelta

    from sourcing.cli.privacy import entries_and_records
    from sourcing.lock import run_lock
    from sourcing.privacy.erase import finish_erasing
    from sourcing.privacy.notices import schedule_notices
    from sourcing.privacy.purge import expired
    from sourcing.privacy.purge import purge as erase
    from sourcing.privacy.traces import Cleaned, forget_old_answers, forget_person_files

    privacy, now = app.settings.privacy, app.now()
    cleaned: list[Cleaned] = []
    with run_lock(app.settings.database.url), app.session(writing=True) as session:
        finish_erasing(session)
        schedule_notices(session, days=privacy.notice_days)
        session.commit()
        found = expired(session, retention_days=privacy.retention_days, now=now)
        if found:
            done = erase(
                session,
                found,
                app.suppressor(),
                by=app.user,
                now=now,
                before_commit=lambda done: cleaned.append(forget_person_files(app, done)),
            )
            app.say(f"erased: {entries_and_records(done)}")
            for line in Cleaned.of(cleaned).told():
                app.say(line)
        if app.settings.crawl.cache_dir:
            before = now - timedelta(days=privacy.retention_days)
            if old := forget_old_answers(Path(app.settings.crawl.cache_dir), before=before):
                app.say(f"{old} old files of the cache deleted")
    return found
