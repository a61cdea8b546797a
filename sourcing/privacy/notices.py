"""Telling people that data about them was collected: who, by when, in which words (GDPR, article 14).

A notice is due one month after collection, or at the first contact if that is earlier (article 14 (3)). It is due for
everybody who is held as a candidate: ranked for a role, described by a profile or a list, or dealt with by a recruiter.
Who is only a name printed on a stored paper is not listed, until they lead one; see docs/privacy.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.queries.candidates import FIRST_STAGE, stages
from db.queries.lineage import survivors, with_merged
from db.schema import (
    AchievementRow,
    AuditEvent,
    Authorship,
    ExportBatch,
    ExportedPerson,
    Note,
    NoticeRow,
    Paper,
    Person,
    PersonIdentifier,
    Ranking,
    RecordRow,
    StageEvent,
    TagEvent,
    Verdict,
)
from db.store.upsert import insert_rows
from sourcing.settings.model import PrivacySettings
from sourcing.stages import CONTACTED

# How the sources that a letter may name are called outside this program.
_SOURCE_NAMES = {"arxiv": "arXiv", "arxiv_oai": "arXiv", "openreview": "OpenReview", "orcid": "ORCID",
                 "github": "GitHub", "huggingface": "Hugging Face", "pmlr": "Proceedings of Machine Learning Research",
                 "acl": "ACL Anthology", "cvf": "CVF Open Access", "neurips": "Proceedings of NeurIPS",
                 "homepages": "your homepage", "project_pages": "the page of your project",
                 "virtual": "the conference's own pages", "feeds": "a blog's feed", "kaggle": "Kaggle",
                 "linkedin": "our own contacts on LinkedIn"}  # fmt: skip
# How the tools are called that a person's data may have gone to.
_RECIPIENTS = {"generic": "our own files", "excel": "our own files", "greenhouse": "Greenhouse", "gem": "Gem",
               "lever": "Lever", "hubspot": "HubSpot", "linkedin": "LinkedIn"}  # fmt: skip


class BadTemplate(ValueError):  # noqa: N818 (what it is)
    """The user's own template cannot be rendered; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Who must be told by when. ``contacted_at`` is the first contact; ``sent_at`` is empty until they were told."""

    row_id: int
    candidate_id: str
    full_name: str
    collected_at: datetime
    due_at: datetime
    contacted_at: datetime | None
    sent_at: datetime | None
    channel: str | None
    email: str | None
    email_url: str | None
    stage: str

    def is_overdue(self, now: datetime) -> bool:
        """Whether the notice should have gone out already."""
        return self.sent_at is None and self.due_at < now


def schedule_notices(session: Session, *, days: int) -> int:
    """Note when everybody held as a candidate must be told; gives how many are new. Repeating it changes nothing.

    A first contact brings the date forward; a change of ``days`` moves what has not been sent yet.
    """
    wanted = _held(session)
    kept = session.execute(
        select(NoticeRow.person_id, NoticeRow.collected_at, NoticeRow.due_at, NoticeRow.sent_at)
    ).all()
    missing = wanted - {row.person_id for row in kept}
    contacts = first_contacts(session)
    fresh: list[dict[str, Any]] = []
    for ids in batches(sorted(missing)):
        led = _first_led(session, ids)
        for row in session.execute(select(Person.id, Person.first_seen).where(Person.id.in_(ids))):
            collected = max(row.first_seen, led.get(row.id, row.first_seen))
            due = _due(collected, contacts.get(row.id), days)
            fresh.append({"person_id": row.id, "collected_at": collected, "due_at": due})
    insert_rows(session, NoticeRow, fresh)
    moved = [
        {"person_id": row.person_id, "due_at": due}
        for row in kept
        if row.sent_at is None
        and row.due_at != (due := _due(row.collected_at, contacts.get(row.person_id), days))
    ]
    if moved:
        session.execute(update(NoticeRow), moved)
    session.flush()
    return len(fresh)


def first_contacts(session: Session) -> dict[int, datetime]:
    """When each person was first written to, by anybody; merged entries count for the survivor."""
    merged = survivors(session)
    found: dict[int, datetime] = {}
    for row in session.execute(
        select(StageEvent.person_id, func.min(StageEvent.at).label("at"))
        .where(StageEvent.stage.in_(CONTACTED))
        .group_by(StageEvent.person_id)
    ):
        person_id = merged.get(row.person_id, row.person_id)
        found[person_id] = min(row.at, found.get(person_id, row.at))
    return found


def notices(session: Session, people: Collection[int] | None = None) -> list[Notice]:
    """Every notice, the most urgent first; of ``people`` (row ids) only, if given.

    Of somebody who was merged, the earlier date counts, and it is enough that one of the entries was told.
    """
    merged = survivors(session)
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(select(*NoticeRow.__table__.columns)):
        rows[merged.get(row.person_id, row.person_id)].append(row)
    wanted = rows.keys() if people is None else rows.keys() & set(people)
    contacts = first_contacts(session)
    found = []
    for ids in batches(sorted(wanted)):
        at = stages(session, ids, merged)
        for person in session.execute(
            select(Person.id, Person.public_id, Person.full_name, Person.email, Person.email_url).where(
                Person.id.in_(ids)
            )
        ):
            own = rows[person.id]
            sent = min((one for one in own if one.sent_at), key=lambda one: one.sent_at, default=None)
            found.append(
                Notice(
                    row_id=person.id,
                    candidate_id=person.public_id,
                    full_name=person.full_name,
                    collected_at=min(one.collected_at for one in own),
                    due_at=min(one.due_at for one in own),
                    contacted_at=contacts.get(person.id),
                    sent_at=sent.sent_at if sent else None,
                    channel=sent.channel if sent else None,
                    email=person.email,
                    email_url=person.email_url,
                    stage=at.get(person.id, FIRST_STAGE),
                )
            )
    return sorted(found, key=lambda one: (one.due_at, one.candidate_id))


def save_sent(
    session: Session, people: Iterable[Person], *, channel: str | None, by: str, now: datetime
) -> None:
    """Record that notices went out (the caller commits). Who was told before keeps the earlier date."""
    for person in people:
        if session.get(NoticeRow, person.id) is None:
            row = NoticeRow(person_id=person.id, collected_at=person.first_seen, due_at=now)
            session.add(row)
            session.flush()
        session.execute(
            update(NoticeRow)
            .where(NoticeRow.person_id == person.id, NoticeRow.sent_at.is_(None))
            .values(sent_at=now, channel=channel)
        )
        details = {"channel": channel} if channel else {}
        session.add(AuditEvent(at=now, by=by, action="notice", subject=person.public_id, details=details))
    session.flush()


def render_notice(session: Session, notice: Notice, settings: PrivacySettings, *, base: Path) -> str:
    """The letter to one person, from the user's own template (relative to ``base``) where the settings name one.

    Raises :class:`BadTemplate`.
    """
    name = settings.notice_template
    try:
        if name:
            template = _environment().from_string((base / Path(name).expanduser()).read_text("utf-8"))
        else:
            template = _environment().get_template("notice.txt.j2")
        return template.render(told(session, notice, settings)).strip() + "\n"
    except (TemplateError, UnicodeDecodeError, OSError) as error:
        raise BadTemplate(f"{name or 'the notice'}: {error}") from error


def told(session: Session, notice: Notice, settings: PrivacySettings) -> Mapping[str, Any]:
    """What a template may name: the facts that article 14 asks for, about one person."""
    person = session.get_one(Person, notice.row_id)
    merged = survivors(session)
    own = list(with_merged([person.id], merged))
    return {
        "name": person.full_name,
        "candidate_id": person.public_id,
        "controller": settings.controller
        or "(set [privacy] controller in sourcing.toml: name, address, contact)",
        "purpose": settings.purpose,
        "collected_at": notice.collected_at,
        "due_at": notice.due_at,
        "email": person.email,
        "email_url": person.email_url,
        "categories": _categories(session, person, own),
        "sources": _sources(session, own),
        "recipients": _recipients(session, own),
        "retention_days": settings.retention_days,
        "erase_after": notice.collected_at + timedelta(days=settings.retention_days),
    }


def _first_led(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    """When the first paper that each person leads was read: before that a co-author was only a printed name."""
    rows = session.execute(
        select(Authorship.person_id, func.min(Paper.first_seen).label("at"))
        .join(Paper, Paper.id == Authorship.paper_id)
        .where(Authorship.person_id.in_(ids), Authorship.is_first)
        .group_by(Authorship.person_id)
    )
    return {row.person_id: row.at for row in rows}


def _due(collected_at: datetime, contacted_at: datetime | None, days: int) -> datetime:
    due = collected_at + timedelta(days=days)
    return due if contacted_at is None else min(due, contacted_at)


def _held(session: Session) -> set[int]:
    """Row ids of everybody who is held as a candidate."""
    merged = survivors(session)
    found: set[int] = set()
    for column in (
        Ranking.person_id,
        RecordRow.person_id,
        AchievementRow.person_id,
        StageEvent.person_id,
        TagEvent.person_id,
        Note.person_id,
        Verdict.person_id,
        ExportedPerson.person_id,
    ):
        for person_id in session.scalars(select(column).where(column.is_not(None)).distinct()):
            if person_id is not None:
                found.add(merged.get(person_id, person_id))
    return found


def _categories(session: Session, person: Person, own: Collection[int]) -> list[str]:
    papers = session.scalar(
        select(func.count(Authorship.paper_id.distinct())).where(Authorship.person_id.in_(own))
    )
    kinds = session.scalars(
        select(PersonIdentifier.kind).where(PersonIdentifier.person_id.in_(own)).distinct()
    ).all()
    notes = session.scalar(select(func.count()).where(Note.person_id.in_(own)))
    fields = {
        "your institution": person.affiliation,
        "your country": person.country,
        "your homepage": person.homepage,
        "the address that you published there": person.email,
    }
    return [
        "your name, and the forms in which it is printed",
        *([f"{papers} of your papers: title, abstract, date, venue"] if papers else []),
        *([f"identifiers: {', '.join(sorted(kinds))}"] if kinds else []),
        *(said for said, value in fields.items() if value),
        *(["scores of your papers and of published code, and what they were read from"] if papers else []),
        *(["what we noted ourselves"] if notes else []),
    ]


def _sources(session: Session, own: Collection[int]) -> list[Mapping[str, Any]]:
    """Where it was read, each address once; of many papers the latest from each source."""
    mine = select(Authorship.paper_id).where(Authorship.person_id.in_(own))
    rows = session.scalars(
        select(RecordRow)
        .where(RecordRow.person_id.in_(own) | RecordRow.paper_id.in_(mine), RecordRow.deleted.is_(False))
        .order_by(RecordRow.fetched_at.desc(), RecordRow.url)
    )
    found: dict[str, Mapping[str, Any]] = {}
    for one in rows:
        name = _SOURCE_NAMES.get(one.source, one.source)
        found.setdefault(
            one.url,
            {
                "source": name,
                "url": one.url,
                "terms": one.terms,
                "fetched_at": one.fetched_at,
                "public": not one.source.startswith(("list:", "linkedin")),
            },
        )
    return list(found.values())


def _recipients(session: Session, own: Collection[int]) -> list[str]:
    rows = session.execute(
        select(ExportBatch.preset, func.min(ExportBatch.at).label("at"))
        .join(ExportedPerson, ExportedPerson.batch_id == ExportBatch.id)
        .where(ExportedPerson.person_id.in_(own))
        .group_by(ExportBatch.preset)
        .order_by(ExportBatch.preset)
    )
    return [f"{_RECIPIENTS.get(row.preset, row.preset)}, since {row.at.day} {row.at:%B %Y}" for row in rows]


def _environment() -> Environment:
    return SandboxedEnvironment(
        loader=PackageLoader("sourcing.privacy", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
