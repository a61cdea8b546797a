"""The profiles stage: people's own records and pages, for those whose profile has just come in.

A profile (OpenReview's, read for first authors only) names an ORCID iD and a homepage; both are asked for while the
profile is fresh, and not again for a page that is gone. What they say is matched to persons by the resolve stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.payload import from_payload
from db.records import IdentifierKind, PersonRecord
from db.schema import RecordRow
from sourcing.app import App
from sourcing.crawl import SpiderPlan, run_spiders
from sourcing.runs import OpenRun, stage
from sourcing.sources import Asked, crawl_context, note_outcome, spider_plan
from spiders.parsing.project_page import page_key
from spiders.registry import source_named

# How long a profile that is new or has changed leads to its owner's other pages; also how often a dead one is tried.
FRESH = timedelta(days=3)
MOST_PER_NIGHT = 500
_PROFILES = ("openreview", "orcid")


def profiles_stage(app: App, run: OpenRun) -> None:
    """Ask ORCID, then homepages. A host that fails is named in ``run.failed``."""
    with stage(app, run, "profiles") as counts:
        with app.session() as session:
            orcids = plan_orcids(session, app.now())
        counts["orcid"] = _ask(app, run, "orcid", {"orcids": orcids}) if orcids else 0
        with app.session() as session:
            people = plan_homepages(session, app.now())
        counts["homepages"] = _ask(app, run, "homepages", {"people": people}) if people else 0


def plan_orcids(session: Session, now: datetime) -> list[str]:
    """ORCID iDs that fresh profiles name and that were not read yet."""
    read = set(session.scalars(select(RecordRow.source_key).where(RecordRow.source == "orcid")))
    named = dict.fromkeys(
        one.value
        for person in _fresh(session, now, ("openreview",))
        for one in person.identifiers
        if one.kind is IdentifierKind.ORCID
    )
    return [orcid for orcid in named if orcid not in read][:MOST_PER_NIGHT]


def plan_homepages(session: Session, now: datetime) -> list[Mapping[str, str]]:
    """``{"url", "name"}`` of homepages that fresh profiles name and that were not read yet."""
    read = set(session.scalars(select(RecordRow.source_key).where(RecordRow.source == "homepages")))
    asked: dict[str, Mapping[str, str]] = {}
    for person in _fresh(session, now, _PROFILES):
        if person.homepage and (key := page_key(person.homepage)) not in read:
            asked.setdefault(key, {"url": person.homepage, "name": person.name})
    return list(asked.values())[:MOST_PER_NIGHT]


def _fresh(session: Session, now: datetime, sources: Sequence[str]) -> Iterator[PersonRecord]:
    payloads = session.scalars(
        select(RecordRow.payload)
        .where(RecordRow.kind == "person", RecordRow.source.in_(sources), RecordRow.changed_at >= now - FRESH)
        .order_by(RecordRow.id)
    )
    return (from_payload(PersonRecord, payload) for payload in payloads)


def _ask(app: App, run: OpenRun, name: str, options: Mapping[str, Any]) -> int:
    configured = app.settings.sources.get(name)
    if configured is not None and not configured.enabled:
        return 0
    asked = Asked(source=source_named(name), since=app.now().date(), limit=0, options=options, cursors={})
    plans: list[SpiderPlan] = [spider_plan(app.settings, asked)]
    fetched = 0
    for outcome in run_spiders(plans, crawl_context(app, run)):
        note_outcome(app, run, outcome)
        fetched += outcome.fetched
    return fetched
