"""The last stage of a night: what is new for each role, as a CSV and a digest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from db.queries.shortlist import count_ranked
from sourcing.app import App, data_folder
from sourcing.digest import news_for, render, save_shown
from sourcing.digest.page import Section
from sourcing.export import Allowed, choose, generic, save_csv, to_csv
from sourcing.runs import OpenRun, stage


def deliver(app: App, run: OpenRun) -> None:
    """Write ``new-ROLE-DATE.csv`` for each role with news, and one digest; remember who was shown.

    The files are written before the memory is committed: a stop in between shows the same people again in the next
    digest, never nobody.
    """
    with stage(app, run, "deliver") as counts, app.session() as session:
        now = app.now()
        folder = data_folder(app.settings) / "out"
        sections = _sections(app, session, app.settings.open_roles)
        people = {one.candidate.row_id for section in sections for one in section.news}
        for section in sections:
            chosen, _ = choose(session, [one.candidate for one in section.news], Allowed(exported=True))
            if chosen:
                path = folder / f"new-{section.role}-{now:%Y-%m-%d}.csv"
                save_csv(path, to_csv(generic.COLUMNS, (generic.row(one) for one in chosen)))
                app.say(f"new for {section.role}: {path}")
        if people:
            path = folder / f"digest-{now:%Y-%m-%d}.html"
            save_digest(session, path, [one for one in sections if one.news], app=app)
            app.say(f"digest: {path}")
        for section in sections:
            save_shown(session, section.role, section.news, now=now)
        session.commit()
        counts["new_people"] = len(people)


def save_digest(session: Session, path: Path, sections: Sequence[Section], *, app: App) -> None:
    """Write the digest of these sections."""
    save_csv(path, render(session, sections, now=app.now()))


def _sections(app: App, session: Session, roles: Sequence[str]) -> list[Section]:
    return [
        Section(
            role=role,
            title=app.settings.roles[role].title or role,
            news=news_for(session, role, now=app.now()),
            ranked=count_ranked(session, role)[0],
        )
        for role in roles
    ]
