"""The implementations phase: link what the texts say, ask the hosts about it, link again with the answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from db.records import ImplementationKind
from sourcing.app import App
from sourcing.crawl import SpiderPlan, run_spiders
from sourcing.implementations.fetching import (
    ANONYMOUS,
    FetchLimits,
    FetchPlan,
    plan_fetches,
    save_fetched,
    save_watches,
)
from sourcing.implementations.linking import resolve_implementations
from sourcing.implementations.pages import save_pages_asked
from sourcing.runs import OpenRun, phase
from sourcing.sources import Asked, crawl_context, note_outcome, spider_plan
from spiders.account import SourceOutcome
from spiders.registry import source_named

# Seconds between two searches under GitHub's quota of 30 a minute with a token.
_SEARCH_DELAY_S = 2.2
# A quota that is spent for longer is left to the next night.
_PATIENCE_S = 600.0


def implementations_phase(app: App, run: OpenRun) -> None:
    """Find the repositories of papers whose text or repositories have changed, and watch promises.

    A host that fails is named in ``run.failed``; what the texts state is linked all the same.
    """
    with phase(app, run, "implementations") as counts:
        with app.session(writing=True) as session:
            save_watches(session, app.now())
            session.commit()
            done = resolve_implementations(session, app.now())
            settings = app.settings.sources.get("github")
            search = bool(settings.options.get("search", True)) if settings is not None else True
            limits = FetchLimits() if os.environ.get("GITHUB_TOKEN") else ANONYMOUS
            plan = plan_fetches(session, app.now(), search=search, limits=limits)
        asked = _ask(app, run, plan)
        with app.session(writing=True) as session:
            github, pages = asked.get("github"), asked.get("project_pages")
            if github is None or (github.error is None and not github.interrupted):
                save_fetched(session, plan, app.now())
            waits: dict[str, int] = {}
            if pages is not None and not pages.interrupted:
                given_up = save_pages_asked(session, plan.paged, app.now())
                waits = {"pages_left": plan.pages_left, "pages_given_up": given_up}
            session.commit()
            done.update(resolve_implementations(session, app.now()))
        counts["papers"] = len(done.kinds)
        for kind in ImplementationKind:
            counts[str(kind)] = done.count(kind)
        counts["watched"] = len(done.watched)
        counts.update((name, count) for name, count in waits.items() if count)


def _ask(app: App, run: OpenRun, plan: FetchPlan) -> dict[str, SourceOutcome]:
    """Run the spiders of a plan; gives what came of each source that was asked."""
    asked = {}
    for outcome in run_spiders(list(_spider_plans(app, plan)), crawl_context(app, run)):
        note_outcome(app, run, outcome)
        asked[outcome.source] = outcome
    return asked


def _spider_plans(app: App, plan: FetchPlan) -> Iterator[SpiderPlan]:
    if plan.repositories or plan.searches:
        # A delay of 0 means a stand-in on this machine.
        delay = _SEARCH_DELAY_S if app.settings.delays.github_api else 0.0
        slots = {"github-search": {"concurrency": 1, "delay": delay, "randomize_delay": False}}
        options = {
            "repositories": plan.repositories,
            "etags": plan.etags,
            "issues": plan.issues,
            "searches": plan.searches,
        }
        yield from _one(app, "github", options, {"DOWNLOAD_SLOTS": slots, "BACKOFF_PATIENCE_S": _PATIENCE_S})
    if plan.pages:
        yield from _one(app, "project_pages", {"papers": plan.pages})
    if plan.arxiv_ids:
        yield from _one(app, "huggingface", {"arxiv_ids": plan.arxiv_ids})


def _one(
    app: App, name: str, options: dict[str, Any], scrapy_settings: dict[str, Any] | None = None
) -> Iterator[SpiderPlan]:
    configured = app.settings.sources.get(name)
    if configured is not None and not configured.enabled:
        return
    asked = Asked(source=source_named(name), since=app.now().date(), limit=0, options=options, cursors={})
    yield replace(spider_plan(app.settings, asked), scrapy_settings=scrapy_settings or {})
