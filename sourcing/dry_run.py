"""What a night would ask of whom. Asks nobody, changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from ranking.code_quality import CodeQualityScorer
from sourcing.app import App
from sourcing.assess.wanted import code_to_look_at, code_to_read
from sourcing.implementations.fetching import ANONYMOUS, FetchLimits, plan_fetches
from sourcing.profiles import plan_homepages, plan_orcids
from sourcing.settings import Settings
from sourcing.sources import Asked, overlap, plan
from spiders.registry import address, source_named


def plan_requests(
    app: App, names: Sequence[str], *, since: date | None, limit: int, whole_night: bool = False
) -> Iterator[str]:
    """One line for each source and one for each part of it that is read on its own; with ``whole_night`` also what the
    later phases would ask, as far as it is known before the sources have been read."""
    with app.session() as session:
        asked = plan(session, app.settings, names, since=since, limit=limit, now=app.now())
        for one in asked:
            most = f", at most {one.limit:,} records" if one.limit else ""
            base = address(one.source, getattr(app.settings.upstreams, one.source.upstream))
            yield _line(app.settings, one.source.name, base or "the addresses in your settings", most)
            for scope, begin in _scopes(one, app.settings):
                yield f"    {scope} {begin}"
        if whole_night:
            later = list(_later(app, session))
            yield "Then, for what these bring: GitHub, project pages, ORCID, homepages, git; within a night's limits."
            if later:
                yield "What is waiting for that already:"
            yield from later


def _later(app: App, session: Session) -> Iterator[str]:
    token = bool(os.environ.get("GITHUB_TOKEN"))
    limits = FetchLimits() if token else ANONYMOUS
    fetches = plan_fetches(session, app.now(), limits=limits)
    most = f"at most {limits.repositories:,} a night" + ("" if token else " without GITHUB_TOKEN")
    counted = (
        ("github", len(fetches.repositories), f"repositories to describe ({most})"),
        ("github", len(fetches.searches), "searches by title"),
        ("project_pages", len(fetches.pages), "project pages"),
        ("orcid", len(plan_orcids(session, app.now()).asked), "records"),
        ("homepages", len(plan_homepages(session, app.now()).asked), "homepages"),
    )
    for name, count, what in counted:
        configured = app.settings.sources.get(name)
        if count and (configured is None or configured.enabled):
            base = address(source_named(name), getattr(app.settings.upstreams, source_named(name).upstream))
            yield _line(app.settings, name, base or "their own hosts", f": {count:,} {what}")
    version = CodeQualityScorer.load().model.version
    unread = code_to_read(session, version, app.now())
    if unread:
        yield f"{'git':<13} the code hosts: {len(unread):,} repositories to read"
    if looks := code_to_look_at(session, app.now(), unread):
        yield f"{'git':<13} the code hosts but GitHub: {len(looks):,} repositories to look at"


def _line(settings: Settings, name: str, base: str, more: str) -> str:
    delay = getattr(settings.delays, source_named(name).upstream)
    return f"{name:<13} {base}, one request in {delay:g} s{more}"


def _scopes(asked: Asked, settings: Settings) -> Iterable[tuple[str, str]]:
    lists = [value for value in asked.options.values() if isinstance(value, tuple)]
    for scope in [str(scope) for values in lists for scope in values] or ["all"]:
        # Some sources put a word before what the settings call a part ("v" of a volume), or have one cursor for all.
        cursor = next(
            (value for key, value in asked.cursors.items() if key.endswith(scope) or not lists), None
        )
        if cursor is None:
            yield scope, f"from {asked.since.isoformat()}"
        elif asked.source.name == "arxiv":
            yield scope, f"from {datetime.fromisoformat(cursor) - overlap(settings):%Y-%m-%d %H:%M}"
        else:
            yield scope, "what is new since it was last read"
