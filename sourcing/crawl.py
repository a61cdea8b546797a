"""Running sources: spiders in a child process, arXiv's client in this one, and how each of them went.

A Twisted reactor cannot be started twice, and a spider's crash must not take the night with it; so each call
of :func:`run_spiders` starts one child process, which stores pages by itself and sends back its accounts.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.engine import new_session
from db.records import Page, ParseError
from db.store import save_page
from db.suppression import Suppressor
from spiders.account import Account, SourceOutcome, judge
from spiders.registry import source_named

if TYPE_CHECKING:
    from spiders.middlewares import Credential

# After Ctrl-C a spider may finish the page in hand; one that waits for a host is not waited for.
GRACE_S = 3.0

# With a delay of 0 Scrapy's downloader empties its whole queue before the first of its tasks has begun, so the limit
# of one connection per host does not hold (scrapy.core.downloader.Downloader._process_queue under asyncio).
SHORTEST_DELAY_S = 0.001

Progress = Callable[[SourceOutcome], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiderPlan:
    """One source to crawl.

    ``upstreams`` holds addresses of further hosts that it speaks to, by their key in the settings; ``kept`` are scopes
    whose cursor is not to move. ``delay_s`` lies between two requests to one host; ``delays`` are those of hosts that
    have their own. ``credentials`` go to their own origin only; they and ``secrets`` (what a source logs in with) are
    not shown.
    """

    source: str
    base_url: str | None = None
    upstreams: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    delay_s: float | None = None
    delays: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    cursors: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    max_items: int = 0
    credentials: tuple[Credential, ...] = ()
    scrapy_settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """What all sources of a crawl share.

    ``cache_dir`` (``None``: no cache) would keep bodies on disk; ``now`` stops the clock, for a sample night.
    """

    database_url: str
    suppressor: Suppressor
    run_id: int | None = None
    user_agent: str = "sourcing (no contact set)"
    cache_dir: str | None = None
    log_level: str = "ERROR"
    patience_s: float = 3600.0
    tries: int = 6
    timeout_s: float = 90.0
    now: datetime | None = None


def user_agent(contact: str) -> str:
    """How we introduce ourselves: name, version, and whom to write to if we are a nuisance."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        release = version("sourcing")
    except PackageNotFoundError:
        release = "0"
    return f"sourcing/{release} ({contact or 'no contact set'})"


def run_spiders(
    plans: Sequence[SpiderPlan], context: CrawlContext, *, on_progress: Progress = lambda outcome: None
) -> list[SourceOutcome]:
    """Crawl the planned sources in one child process and say how each went, in the order of ``plans``.

    Sources on one host run one after the other, others at the same time. One that fails leaves the others
    alone. ``on_progress`` is called with the account so far after each page committed. On Ctrl-C the child is
    told once, given :data:`GRACE_S` seconds, then ended, and :class:`KeyboardInterrupt` is raised again: what
    was committed stays, the rest is read in the next run. The child ends by itself if this process dies.
    """
    if not plans:
        return []
    processes = multiprocessing.get_context("spawn")
    receiver, sender = processes.Pipe(duplex=False)
    child = processes.Process(target=_child, args=(tuple(plans), context, sender), name="sourcing-crawl")
    latest: dict[str, SourceOutcome] = {}
    finished: dict[str, SourceOutcome] = {}
    _start_undisturbed(child)
    sender.close()
    try:
        _listen(receiver, latest, finished, on_progress)
        child.join()
    except KeyboardInterrupt:
        _end(child)
        raise
    finally:
        receiver.close()
    return [
        finished.get(plan.source) or _broken_off(plan.source, latest.get(plan.source), child.exitcode)
        for plan in plans
    ]


def _start_undisturbed(child: Any) -> None:
    """Start a process to which a Ctrl-C at the terminal waits until it is ready to hear of one."""
    resource_tracker.ensure_running()  # which would let signals through again when it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(
    receiver: Connection,
    latest: dict[str, SourceOutcome],
    finished: dict[str, SourceOutcome],
    on_progress: Progress,
) -> None:
    while True:
        try:
            done, outcome = receiver.recv()
        except EOFError:
            return
        (finished if done else latest)[outcome.source] = outcome
        on_progress(outcome)


def _broken_off(source: str, so_far: SourceOutcome | None, exitcode: int | None) -> SourceOutcome:
    so_far = so_far or SourceOutcome(source=source)
    return SourceOutcome(
        source=source,
        pages=so_far.pages,
        fetched=so_far.fetched,
        new=so_far.new,
        changed=so_far.changed,
        withheld=so_far.withheld,
        warnings=so_far.warnings,
        error=so_far.error or f"the crawler ended without a word (exit code {exitcode})",
    )


def _end(child: Any) -> None:
    """Ask once, wait a little, then insist. Whatever was being saved is rolled back by the database."""
    if child.pid is not None and child.is_alive():
        os.kill(child.pid, signal.SIGINT)
    child.join(GRACE_S)
    if child.is_alive():
        child.kill()
        child.join()


# -- in the child ----------------------------------------------------------------------------------------


def _child(plans: Sequence[SpiderPlan], context: CrawlContext, sender: Connection) -> None:
    # A group of its own: the terminal's Ctrl-C reaches the parent only, which passes it on exactly once (a
    # second one would make Scrapy drop the page in hand).
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    # Until Scrapy listens for itself nothing is at work that would have to be ended with care.
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(1))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_die_with_parent, daemon=True).start()

    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.misc import load_object

    settings = _settings(context)
    process = CrawlerProcess(settings)
    # A robots.txt that cannot be fetched is logged with a traceback; the page asked for after it meets the same trouble
    # and tells it in a sentence. Set here: the process configures logging anew.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    for queue in _by_host(plans):
        _crawl_in_turn(process, load_object, list(queue), context, sender)
    process.start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _settings(context: CrawlContext) -> Any:
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    settings.update(
        {
            "USER_AGENT": context.user_agent,
            "LOG_LEVEL": context.log_level,
            "DOWNLOAD_TIMEOUT": context.timeout_s,
            "BACKOFF_TRIES": context.tries,
            "BACKOFF_PATIENCE_S": context.patience_s,
            "SOURCING_DATABASE_URL": context.database_url,
            "SOURCING_RUN_ID": context.run_id,
        },
        priority="cmdline",
    )
    # Settings copies and pickles what it is given; an object stays as it is only under its own key.
    settings.set("SOURCING_SUPPRESSOR", context.suppressor, priority="cmdline")
    if context.cache_dir:
        settings.update({"HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": context.cache_dir}, priority="cmdline")
    return settings


def _by_host(plans: Iterable[SpiderPlan]) -> list[list[SpiderPlan]]:
    """Plans grouped by whom they ask: Scrapy keeps delays for each crawler alone."""
    from urllib.parse import urlsplit

    queues: dict[str, list[SpiderPlan]] = {}
    for plan in plans:
        url = plan.base_url or source_named(plan.source).base_url
        queues.setdefault(urlsplit(url).netloc or plan.source, []).append(plan)
    return list(queues.values())


def _crawl_in_turn(
    process: Any,
    load: Callable[[str], Any],
    queue: list[SpiderPlan],
    context: CrawlContext,
    sender: Connection,
) -> None:
    if not queue:
        return
    plan, *rest = queue
    source = source_named(plan.source)
    account = Account(plan.source)
    delay_s = source.delay_s if plan.delay_s is None else plan.delay_s

    def report(current: Account) -> None:
        sender.send((False, current.outcome()))

    def finished(result: Any) -> None:
        ended = getattr(crawler, "spider", None)
        if ended is not None:
            outcome = ended.account.outcome()
        else:
            failure = getattr(result, "value", None)
            account.add_problem(f"{plan.source} could not start: {failure or 'no reason given'}")
            outcome = account.outcome()
        sender.send((True, outcome))
        if not outcome.interrupted:
            _crawl_in_turn(process, load, rest, context, sender)

    crawler: Any = None
    try:
        if source.spider is None:
            raise ValueError(f"{plan.source} is read by no spider")
        crawler = process.create_crawler(load(source.spider.replace(":", ".")))
        crawler.settings.update(
            {
                "DOWNLOAD_DELAY": max(delay_s, SHORTEST_DELAY_S),
                # Back-off is for the host's sake; it shrinks with the delay that is asked for.
                "BACKOFF_FIRST_S": min(15.0, 5 * delay_s),
                "SOURCING_CREDENTIALS": list(plan.credentials),
                **({"DOWNLOAD_SLOTS": _slots(plan.delays)} if plan.delays else {}),
                **plan.scrapy_settings,
            },
            priority="cmdline",
        )
        running = process.crawl(
            crawler,
            base_url=plan.base_url,
            upstreams=plan.upstreams,
            secrets=plan.secrets,
            options=plan.options,
            cursors=plan.cursors,
            kept=plan.kept,
            max_items=plan.max_items,
            on_page=report,
            **({"now": lambda: moment} if (moment := context.now) is not None else {}),
        )
    except Exception as error:
        account.add_problem(f"{plan.source} could not start: {error}")
        sender.send((True, account.outcome()))
        _crawl_in_turn(process, load, rest, context, sender)
        return
    running.addBoth(finished)


def _slots(delays: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    return {
        host: {"concurrency": 1, "delay": max(delay_s, SHORTEST_DELAY_S), "randomize_delay": False}
        for host, delay_s in delays.items()
    }


# -- without a spider ------------------------------------------------------------------------------------


def save_pages(
    source: str,
    pages: Iterable[Page],
    engine: Engine,
    *,
    suppressor: Suppressor,
    run_id: int | None = None,
    limited: bool = False,
    first: bool = False,
    on_progress: Progress = lambda outcome: None,
) -> SourceOutcome:
    """Save what a client yields (arXiv's nightly window) and give the same account as a spider's.

    ``first`` says that the source was never read before: then it has to bring a record. Each page is committed
    before the next is asked for. arXiv being away, an answer that cannot be read and a database error end this source
    with a sentence; what was saved before stays.
    """
    # Here, so that the processes that run spiders need not load arXiv's client.
    from sourcing.arxiv_client import ArxivUnavailable

    account = Account(source)
    account.asked = 1
    try:
        for page in pages:
            with new_session(engine, writing=True) as session:
                saved = save_page(session, page, suppressor=suppressor, run_id=run_id)
            account.add_page(
                fetched=saved.fetched,
                new=saved.new,
                changed=saved.changed,
                withheld=saved.withheld,
                warnings=page.warnings,
            )
            on_progress(account.outcome())
    except (ArxivUnavailable, ParseError) as error:
        account.add_problem(str(error))
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        account.add_problem(f"could not save a page of {source}: {said[:150]}")
    if not account.problems:
        judge(account, source_named(source), limited=limited, first=first)
    return account.outcome()
