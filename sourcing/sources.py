"""Which sources a night reads, how each is asked, and the crawl phase that does it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import CursorRow
from db.store.runs import save_source_progress
from sourcing.app import App, system_clock
from sourcing.crawl import CrawlContext, SpiderPlan, run_spiders, save_pages, user_agent
from sourcing.failure import ExitCode, Failure
from sourcing.runs import OpenRun, phase
from sourcing.settings import Settings
from spiders.account import SourceOutcome
from spiders.middlewares import Credential
from spiders.registry import SOURCES, Source, source_named

# Sources that are asked about things the database already names, by the phase that needs the answer.
ON_DEMAND = frozenset({"github", "homepages", "project_pages", "orcid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One source to read: where it begins, and how far it had been read.

    ``kept`` are scopes whose cursor stays: what is read from a date that was asked for lies beside them, before or
    after a gap that the next night still has to read.
    """

    source: Source
    since: date
    limit: int
    options: Mapping[str, Any]
    cursors: Mapping[str, str]
    kept: frozenset[str] = frozenset()


def crawl(app: App, run: OpenRun, names: Sequence[str], *, since: date | None, limit: int) -> None:
    """Read every planned source; one that fails is named in ``run.failed`` and leaves the others alone."""
    with app.session() as session:
        asked = plan(session, app.settings, names, since=since, limit=limit, now=app.now())
    with phase(app, run, "crawl") as counts:
        for outcome in _read(app, run, asked):
            note_outcome(app, run, outcome)
            for name in ("fetched", "new", "changed"):
                counts[name] = counts.get(name, 0) + getattr(outcome, name)


def plan(
    session: Session,
    settings: Settings,
    names: Sequence[str],
    *,
    since: date | None,
    limit: int,
    now: datetime,
) -> list[Asked]:
    """The sources to read: those named, else all that are enabled. An unknown name is a usage error."""
    known = check_names(names)
    chosen = list(dict.fromkeys(names)) or [
        name for name in known if name in settings.sources and settings.sources[name].enabled
    ]
    begin = since or settings.crawl.since or (now - timedelta(days=settings.crawl.first_days)).date()
    return [
        Asked(
            source=source_named(name),
            since=begin,
            limit=limit or settings.crawl.max_items,
            options=settings.sources[name].options if name in settings.sources else {},
            # A date that was asked for goes before what is remembered.
            cursors={} if since else _cursors(session, name),
            kept=frozenset(_cursors(session, name)) if since else frozenset(),
        )
        for name in chosen
    ]


def check_names(names: Sequence[str]) -> list[str]:
    """All sources that can be named; raises :class:`Failure` where one of ``names`` is none of them."""
    known = [source.name for source in SOURCES if source.name not in ON_DEMAND]
    for name in names:
        if name not in known:
            near = "".join(f"did you mean {one!r}? " for one in get_close_matches(name, known, n=1))
            raise Failure(
                f"no source {name!r}; {near}{'T' if near else 't'}here are: {', '.join(known)}",
                ExitCode.USAGE,
            )
    return known


def overlap(settings: Settings) -> timedelta:
    """How far behind the newest paper read a nightly window begins."""
    return timedelta(days=settings.crawl.overlap_days)


def _cursors(session: Session, source: str) -> dict[str, str]:
    rows = session.execute(select(CursorRow.scope, CursorRow.value).where(CursorRow.source == source))
    return {row.scope: row.value for row in rows}


def _read(app: App, run: OpenRun, asked: Sequence[Asked]) -> Iterator[SourceOutcome]:
    # arXiv's own client runs before the reactor starts: one connection to arXiv at a time, whichever the door.
    for one in asked:
        if one.source.spider is None:
            yield _read_arxiv(app, run, one)
    plans = [spider_plan(app.settings, one) for one in asked if one.source.spider is not None]
    yield from run_spiders(plans, crawl_context(app, run))


def _read_arxiv(app: App, run: OpenRun, asked: Asked) -> SourceOutcome:
    from sourcing.arxiv_client import ArxivClient, Manners, new_submissions

    settings = app.settings
    client = ArxivClient(
        base_url=settings.upstreams.arxiv_api,
        user_agent=user_agent(settings.crawl.contact),
        manners=Manners(
            delay_s=settings.delays.arxiv_api,
            tries=settings.crawl.attempts,
            timeout_s=settings.crawl.timeout_s,
            # Back-off is for the host's sake; it shrinks with the delay that is asked for, as on a test server.
            first_wait_s=min(20.0, 7 * settings.delays.arxiv_api),
        ),
        now=app.clock,
        say=lambda told: app.say(f"  {told}", source=asked.source.name),
    )
    pages = new_submissions(
        client,
        asked.options["categories"],
        since=datetime.combine(asked.since, time(), UTC),
        cursors=asked.cursors,
        overlap=overlap(settings),
        max_items=asked.limit,
    )
    return save_pages(
        asked.source.name,
        (
            replace(page, cursor=None)
            if page.cursor is not None and page.cursor.scope in asked.kept
            else page
            for page in pages
        ),
        app.engine,
        suppressor=app.suppressor(),
        run_id=run.id,
        limited=bool(asked.limit),
        # A category that nobody submits to is a slip of the pen, and shows as an empty first night.
        first=not asked.cursors and not asked.kept,
    )


def spider_plan(settings: Settings, asked: Asked) -> SpiderPlan:
    """How the crawler is told about one source."""
    name = asked.source.upstream
    return SpiderPlan(
        source=asked.source.name,
        base_url=getattr(settings.upstreams, name) or None,
        upstreams={
            key: url
            for key in (name, *asked.source.further_upstreams)
            if (url := getattr(settings.upstreams, key))
        },
        secrets=secrets(asked.source.name),
        delay_s=getattr(settings.delays, name),
        delays=_delays(settings, asked.source),
        options={"since": asked.since.isoformat(), **asked.options},
        cursors=asked.cursors,
        kept=asked.kept,
        max_items=asked.limit,
        credentials=credentials(settings, asked.source.name),
    )


def _delays(settings: Settings, source: Source) -> dict[str, float]:
    """Seconds between two requests to each of the hosts of a source that speaks to several; of one host that stands in
    for several the longest."""
    delays: dict[str, float] = {}
    for key in (source.upstream, *source.further_upstreams) if source.further_upstreams else ():
        if host := urlsplit(getattr(settings.upstreams, key)).hostname:
            delays[host] = max(getattr(settings.delays, key), delays.get(host, 0.0))
    return delays


def credentials(settings: Settings, source: str) -> tuple[Credential, ...]:
    """The credential of a source, out of the environment, bound to the origin it is for."""
    token = os.environ.get("GITHUB_TOKEN")
    if source == "github" and token:
        return (Credential(settings.upstreams.github_api, f"Bearer {token}"),)
    return ()


def secrets(source: str) -> Mapping[str, str]:
    """What a source logs in with, out of the environment."""
    if source != "openreview":
        return {}
    names = {"username": "OPENREVIEW_USERNAME", "password": "OPENREVIEW_PASSWORD"}
    return {key: value for key, name in names.items() if (value := os.environ.get(name))}


def crawl_context(app: App, run: OpenRun) -> CrawlContext:
    """What all spiders of a run share."""
    settings = app.settings
    return CrawlContext(
        database_url=settings.database.url,
        suppressor=app.suppressor(),
        run_id=run.id,
        user_agent=user_agent(settings.crawl.contact),
        cache_dir=settings.crawl.cache_dir or None,
        tries=settings.crawl.attempts,
        timeout_s=settings.crawl.timeout_s,
        now=None if app.clock is system_clock else app.now(),
    )


def note_outcome(app: App, run: OpenRun, outcome: SourceOutcome) -> None:
    """Keep how a source went with the run, and name it where it failed."""
    with app.session(writing=True) as session:
        save_source_progress(
            session,
            run.id,
            outcome.source,
            now=app.now(),
            status="failed" if outcome.error else "interrupted" if outcome.interrupted else "done",
            error=outcome.error,
        )
        session.commit()
    if outcome.error:
        run.failed[outcome.source] = outcome.error
