"""The profiles phase: people's own records and pages, for those whose profile has come in or has changed.

A profile (OpenReview's, read for first authors only) names an ORCID iD and a homepage. Both are asked for, the oldest
profile's first and so many a night; where nothing came, a few times more. Nights on which nobody answered at all do not
count for that. What they say is matched to persons by the resolve phase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.records import IdentifierKind, PersonRecord
from db.schema import ProfileLead, RecordRow
from db.store.upsert import upsert
from sourcing.app import App
from sourcing.crawl import SpiderPlan, run_spiders
from sourcing.retries import MOST_PER_NIGHT, NO_ACCIDENT, PAUSES, next_try
from sourcing.runs import OpenRun, phase
from sourcing.sources import Asked, crawl_context, note_outcome, spider_plan
from spiders.parsing.project_page import page_key
from spiders.registry import source_named


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPlan:
    """What to ask one source for tonight, as its spider takes it, and what that means for the profiles behind it.

    ``tries``: profiles (records, by row id) that lead there → how often it will have been asked for; ``done``:
    profiles that lead nowhere, or to what was read.
    """

    source: str
    asked: Sequence[Any]
    tries: Mapping[int, int]
    done: Sequence[int]


def profiles_phase(app: App, run: OpenRun) -> None:
    """Ask ORCID, then homepages. A host that fails is named in ``run.failed``."""
    with phase(app, run, "profiles") as counts:
        # One after the other: the ORCID records that come name homepages, too.
        for option, plan_leads in (("orcids", plan_orcids), ("people", plan_homepages)):
            with app.session() as session:
                plan = plan_leads(session, app.now())
            counts[plan.source] = _ask(app, run, plan, option)


def plan_orcids(session: Session, now: datetime) -> LeadPlan:
    """ORCID iDs that profiles name and that were not read yet."""
    return _plan(session, "orcid", ("openreview",), _orcids, now)


def plan_homepages(session: Session, now: datetime) -> LeadPlan:
    """``{"url", "name"}`` of homepages that profiles name and that were not read yet."""
    return _plan(session, "homepages", ("openreview", "orcid"), _homepages, now)


def _orcids(profile: PersonRecord) -> dict[str, Any]:
    return {one.value: one.value for one in profile.identifiers if one.kind is IdentifierKind.ORCID}


def _homepages(profile: PersonRecord) -> dict[str, Any]:
    page = profile.homepage
    return {page_key(page): {"url": page, "name": profile.name}} if page else {}


def _plan(
    session: Session,
    source: str,
    led_from: Sequence[str],
    named: Callable[[PersonRecord], Mapping[str, Any]],
    now: datetime,
) -> LeadPlan:
    read = set(session.scalars(select(RecordRow.source_key).where(RecordRow.source == source)))
    asked: dict[str, Any] = {}
    tries: dict[int, int] = {}
    done: list[int] = []
    for record_id, before, profile in _waiting(session, source, led_from, now):
        unread = {key: one for key, one in named(profile).items() if key not in read}
        if not unread:
            done.append(record_id)
        elif len(asked.keys() | unread.keys()) <= MOST_PER_NIGHT:
            asked |= {key: one for key, one in unread.items() if key not in asked}
            tries[record_id] = before + 1
        else:
            break
    return LeadPlan(source=source, asked=list(asked.values()), tries=tries, done=done)


def _waiting(
    session: Session, source: str, led_from: Sequence[str], now: datetime
) -> Iterator[tuple[int, int, PersonRecord]]:
    """Profiles that have to be looked at, with how often their page was asked for: the never asked first, oldest
    first."""
    fresh = or_(ProfileLead.record_id.is_(None), RecordRow.changed_at > ProfileLead.looked_at)
    rows = session.execute(
        select(RecordRow.id, RecordRow.payload, case((fresh, 0), else_=ProfileLead.tries))
        .outerjoin(ProfileLead, and_(ProfileLead.record_id == RecordRow.id, ProfileLead.source == source))
        .where(
            RecordRow.kind == "person",
            RecordRow.source.in_(led_from),
            RecordRow.deleted.is_(False),
            or_(fresh, ProfileLead.next_try <= now),
        )
        .order_by(case((fresh, 0), else_=1), RecordRow.changed_at, RecordRow.id),
        execution_options={"yield_per": MOST_PER_NIGHT},
    )
    for record_id, payload, tries in rows:
        yield record_id, tries, from_payload(PersonRecord, payload)


def save_looks(session: Session, plan: LeadPlan, now: datetime, *, away: bool = False) -> None:
    """Note what was asked for, and when it is asked for again should it not have come.

    Nothing is given up for a night on which whoever was asked was ``away``.
    """
    most = len(PAUSES) if away else len(PAUSES) + 1
    tries = dict.fromkeys(plan.done, 0)
    tries |= {record_id: min(number, most) for record_id, number in plan.tries.items()}
    rows = [
        {
            "record_id": record_id,
            "source": plan.source,
            "tries": number,
            "next_try": next_try(now, number),
            "looked_at": now,
        }
        for record_id, number in tries.items()
    ]
    upsert(session, ProfileLead, rows, key=("record_id", "source"))


def _ask(app: App, run: OpenRun, plan: LeadPlan, option: str) -> int:
    configured = app.settings.sources.get(plan.source)
    if configured is not None and not configured.enabled:
        return 0
    fetched, away = 0, False
    now = app.now()
    if plan.asked:
        asked = Asked(
            source=source_named(plan.source),
            since=now.date(),
            limit=0,
            options={option: plan.asked},
            cursors={},
        )
        plans: list[SpiderPlan] = [spider_plan(app.settings, asked)]
        for outcome in run_spiders(plans, crawl_context(app, run)):
            note_outcome(app, run, outcome)
            fetched += outcome.fetched
            away = outcome.error is not None and not outcome.pages and len(plan.asked) >= NO_ACCIDENT
    with app.session(writing=True) as session:
        save_looks(session, plan, now, away=away)
        session.commit()
    return fetched
