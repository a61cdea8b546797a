"""The last phase of a night: what is new for each role, as a CSV and a digest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from db.queries.shortlist import count_ranked
from db.schema import AuditEvent
from sourcing.app import App, data_folder
from sourcing.digest import Section, news_for, render, save_shown, verdict_sheet
from sourcing.export import PRESETS, Allowed, choose, save_text, to_csv, unused
from sourcing.role_filters import filter_of
from sourcing.runs import OpenRun, phase


def deliver(app: App, run: OpenRun, *, mail: bool = False) -> None:
    """Write ``new-ROLE-DATE.csv`` for each role with news, and one digest; remember who was shown; mail it if asked.

    The files are written before the memory is committed: a stop in between shows the same people again in the next
    digest, never nobody. A second night of one date writes files of its own, since it shows other people. The CSV is
    for looking at; only ``export`` lets people out of the house and remembers it.
    """
    with phase(app, run, "deliver") as counts, app.session(writing=True) as session:
        now = app.now()
        folder = out_folder(app)
        sections = sections_of(app, session, app.settings.open_roles)
        people = {one.candidate.row_id for section in sections for one in section.news}
        preset, suppressor = PRESETS["generic"], app.suppressor()
        for section in sections:
            news = {one.candidate.row_id: one.candidate for one in section.news}
            choice = choose(session, list(news), Allowed(), suppressor)
            app.say(told(section))
            for reason, number in choice.left_out.items():
                app.say(f"  {number} of them not in the list: {reason}")
            if choice.chosen:
                path = unused(folder / f"new-{section.role}-{now:%Y-%m-%d}.csv")
                save_text(path, to_csv(preset.columns, (preset.row(news[one]) for one in choice.chosen)))
                app.say(f"  list: {path}")
        if people:
            path = unused(folder / f"digest-{now:%Y-%m-%d}.html")
            save_digest(session, path, [one for one in sections if one.news], app=app)
            app.say(f"digest: {path}")
        for section in sections:
            save_shown(session, section.role, section.news, now=now)
        session.commit()
        counts["new_people"] = len(people)
        if mail:
            mail_digest(app, session, sections)


def told(section: Section) -> str:
    """What is new for a role, in one line without names: logs are kept where nobody is forgotten."""
    return f"{section.title}: {section.said}"


def out_folder(app: App) -> Path:
    """Where a night's files go: beside the database."""
    return data_folder(app.settings) / "out"


def save_digest(session: Session, path: Path, sections: Sequence[Section], *, app: App) -> None:
    """Write the digest of these sections."""
    save_text(path, render(session, sections, now=app.now()))


def remember_digest(app: App, session: Session, sections: Sequence[Section], path: Path) -> None:
    """Log that a page with these people was written where the user wanted it (the caller commits)."""
    people = sorted({one.candidate.candidate_id for section in sections for one in section.news})
    details = {"files": [str(path.absolute())], "roles": [one.role for one in sections], "people": people}
    if people:
        session.add(AuditEvent(at=app.now(), by=app.user, action="digest", details=details))


def mail_digest(app: App, session: Session, sections: Sequence[Section]) -> None:
    """Send the sections that show somebody to the addresses of ``[mail]``, and log that they left the house.

    Nobody is mailed about nobody. Raises :class:`sourcing.failure.Failure`; the digest's file is there all the same.
    """
    import os

    from sourcing.mail import check_mail, digest_message, send_message

    settings = app.settings.mail
    sections = [one for one in sections if one.news]
    if not sections:
        app.say("nobody is new: no mail")
        return
    check_mail(settings, os.environ)
    now = app.now()
    html, sheet = render(session, sections, now=now, interactive=False), verdict_sheet(sections)
    message = digest_message(sections, html, sheet, sender=settings.sender, to=settings.to, now=now)
    session.commit()  # a mail server may take its time, and nobody who writes meanwhile shall wait for it
    send_message(message, settings, os.environ)
    people = sorted({one.candidate.candidate_id for section in sections for one in section.news})
    details = {"to": list(settings.to), "roles": [one.role for one in sections], "people": people}
    session.add(AuditEvent(at=app.now(), by=app.user, action="mail", details=details))
    session.commit()
    app.say(f"mailed to {', '.join(settings.to)}")


def sections_of(app: App, session: Session, roles: Sequence[str]) -> list[Section]:
    """What is new for each of ``roles``."""
    sections = []
    for role in roles:
        settings = app.settings.roles[role]
        morning = news_for(session, filter_of(role, settings, top=None), now=app.now())
        sections.append(
            Section(
                role=role,
                title=settings.title or role,
                news=morning.news,
                ranked=count_ranked(session, role)[0],
                waiting=morning.waiting,
                settings=settings,
            )
        )
    return sections
