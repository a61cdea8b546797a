"""Reading the repositories of papers, scoring them, and keeping who wrote how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from traceback import extract_tb
from typing import TYPE_CHECKING

from rich.progress import Progress
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.repositories import folder_key
from db.queries.lineage import survivors
from db.queries.pending import repositories_to_read
from db.records import (
    Assessment,
    AssessmentStatus,
    Axis,
    IdentifierKind,
    ImplementationKind,
    SubjectKind,
)
from db.schema import (
    AssessmentRow,
    Authorship,
    Contribution,
    Implementation,
    Person,
    PersonIdentifier,
    Repository,
    Snapshot,
)
from db.store.scores import save_assessments
from db.store.upsert import upsert
from ranking.code_quality import CodeQualityScorer, SourceTree
from ranking.code_quality.issues import OutsideIssues, with_issues
from sourcing.checkout import CheckoutError, CheckoutLimits, fetch_snapshot
from sourcing.checkout.commit_log import CommitLog
from sourcing.checkout.limits import Refusal
from sourcing.checkout.snapshot import clear_quarantine
from sourcing.identity.github import save_confirmed_accounts, save_probable_accounts
from sourcing.implementations.watch import fell_due
from sourcing.privacy.code_proof import CodeReading, Histories, assessed
from sourcing.privacy.names_behind import names_behind
from sourcing.runs import stage

if TYPE_CHECKING:
    from sourcing.app import App
    from sourcing.runs import OpenRun
    from sourcing.settings import Settings

# The hosts that git may speak to, and what each is called in [upstreams] and [delays].
_GIT_HOSTS = {
    "github.com": "github_git",
    "gitlab.com": "gitlab_git",
    "bitbucket.org": "bitbucket_git",
    "codeberg.org": "codeberg_git",
    "huggingface.co": "huggingface_git",
}

# A repository that could not be read is tried again after so long; most such faults are no accident of a night.
RETRY_AFTER = timedelta(days=7)
# One whose host did not answer is tried again the next night.
RETRY_UNREACHABLE_AFTER = timedelta(hours=12)
# What says nothing about a repository: a score that it has stays.
_PASSING = frozenset({Refusal.UNREACHABLE, Refusal.TOO_SLOW})
# After so many repositories in a row that were out of reach, their host is taken to be down.
_MOST_LOST = 3
_LEFT = "left for the next run: their host does not answer"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What became of one repository: a tree, its history and its scores, or the sentence why not.

    ``assessments`` are of the whole repository, then of each folder that a paper links.
    """

    row_id: int
    assessments: tuple[Assessment, ...]
    tree: SourceTree | None = None
    histories: Histories | None = None
    refusal: str = ""
    reason: str = ""


def assess_repositories(app: App, run: OpenRun) -> None:
    """Read and score every pending repository, some at the same time; each is committed when it is done."""
    scorer = CodeQualityScorer.load()
    with stage(app, run, "read code") as counts, app.session(writing=True) as session:
        save_probable_accounts(session, now=app.now())
        ids = code_to_read(session, scorer.model.version, app.now())
        wanted = wanted_code(session, ids)
        session.commit()
        if not app.settings.checkout.keep:
            clear_quarantine(app.state_dir("quarantine"))
        with Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress:
            task = progress.add_task("reading code", total=len(wanted))
            for reading in _read_all(app.settings, scorer, wanted, app.state_dir("quarantine")):
                if reading.refusal != _LEFT:
                    _save(session, reading, now=app.now())
                    session.commit()
                counts[reading.refusal or "read"] = counts.get(reading.refusal or "read", 0) + 1
                progress.advance(task)


class OriginalOutOfReach(CheckoutError):  # noqa: N818 (shown to users as a sentence)
    """A fork could be had, and what it was forked from could not this time."""


def code_to_read(session: Session, scorer_version: str, now: datetime) -> list[int]:
    """Row ids of the repositories that a night would read."""
    return repositories_to_read(
        session,
        scorer_version,
        retry_before=now - RETRY_AFTER,
        retry_unreachable_before=now - RETRY_UNREACHABLE_AFTER,
        promised=fell_due(session, now),
    )


@dataclass(frozen=True, slots=True)
class WantedCode:
    """A repository to read: what it was forked from (``None``: no fork; empty: not known), the linked folders,
    its issues as last counted, and the names of whoever is behind it.
    """

    row_id: int
    key: str
    parent: str | None
    folders: tuple[str, ...]
    issues: OutsideIssues | None
    names: frozenset[str]


def wanted_code(session: Session, ids: Sequence[int]) -> list[WantedCode]:
    """What has to be known of repositories (row ids) before they are read, by row id."""
    folders: dict[int, list[str]] = {}
    found = []
    for some in batches(sorted(ids)):
        for repository_id, folder in session.execute(
            select(Implementation.repository_id, Implementation.subdirectory)
            .where(Implementation.repository_id.in_(some), Implementation.subdirectory.is_not(None))
            .order_by(Implementation.subdirectory)
            .distinct()
        ):
            folders.setdefault(repository_id, []).append(folder or "")
        for row in session.scalars(select(Repository).where(Repository.id.in_(some)).order_by(Repository.id)):
            parent = (row.parent_key or "") if row.is_fork else None
            found.append(
                WantedCode(
                    row.id, row.key, parent, tuple(folders.get(row.id, ())), _issues(row), names_behind(session, row.id)
                )
            )  # fmt: skip
    return found


def _issues(row: Repository) -> OutsideIssues | None:
    if row.issues_outside is None or row.issues_answered is None or not row.has_issues:
        return None
    return OutsideIssues(opened=row.issues_outside, answered=row.issues_answered, since=row.issues_since)


def _read_all(
    settings: Settings, scorer: CodeQualityScorer, wanted: Sequence[WantedCode], quarantine: Path
) -> Iterator[_Reading]:
    workers = max(1, settings.checkout.workers)
    hosts = _Hosts(lambda host: git_delay(settings, host))
    with ThreadPoolExecutor(workers, thread_name_prefix="checkout") as pool:
        try:
            # Nothing else may hold on to them: each keeps its whole tree.
            for done in as_completed(
                [pool.submit(_read, settings, scorer, one, quarantine, hosts) for one in wanted]
            ):
                yield done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True, wait=False)
            raise


class _Hosts:
    """Which hosts have stopped to answer: of those nothing more is asked, as each repository would cost its whole time.

    And when each may be asked next: ``delay`` gives the seconds between two requests. Told from several threads.
    """

    def __init__(
        self,
        delay: Callable[[str], float],
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        self._lost: Counter[str] = Counter()
        self._next: dict[str, float] = {}
        self._delay, self._clock, self._sleep = delay, clock, sleep
        self._lock = Lock()

    def wait(self, key: str) -> None:
        """Wait until this one's host may be asked again."""
        host = key.partition("/")[0]
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._delay(host)
        if turn > now:
            self._sleep(turn - now)

    def is_down(self, key: str) -> bool:
        """Whether the last repositories of this one's host could not be had."""
        return self._lost[key.partition("/")[0]] >= _MOST_LOST

    def tell(self, key: str, refusal: Refusal | None) -> None:
        """Note how it went with a repository; any answer at all says that its host lives."""
        host = key.partition("/")[0]
        with self._lock:
            if refusal in _PASSING:
                self._lost[host] += 1
            else:
                del self._lost[host]


def _read(
    settings: Settings, scorer: CodeQualityScorer, wanted: WantedCode, quarantine: Path, hosts: _Hosts
) -> _Reading:
    if hosts.is_down(wanted.key):
        return _Reading(wanted.row_id, (), refusal=_LEFT)
    try:
        return _read_whole(settings, scorer, wanted, quarantine, hosts)
    except CheckoutError as error:
        hosts.tell(wanted.key, None if isinstance(error, OriginalOutOfReach) else error.reason)
        unread = _unread(wanted, scorer, error.why)
        return _Reading(wanted.row_id, unread, refusal=str(error.reason), reason=error.why)
    except Exception as error:
        # Whatever a repository does to us, the night goes on with the next, and with this one in a week.
        last = extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        reason = f"reading it failed, which is a fault of ours ({type(error).__name__} at {where})"
        unread = _unread(wanted, scorer, reason)
        return _Reading(wanted.row_id, unread, refusal=str(Refusal.BROKEN), reason=reason)


def _read_whole(
    settings: Settings, scorer: CodeQualityScorer, wanted: WantedCode, quarantine: Path, hosts: _Hosts
) -> _Reading:
    reading = fetch_code(settings, wanted, quarantine, wait=hosts.wait)
    hosts.tell(wanted.key, None)
    histories = own_histories(wanted, reading)
    if wanted.parent is not None and reading.parent is None:
        reason = "it is a fork, and what it inherited is not known: the original could not be read"
        return _Reading(wanted.row_id, _unread(wanted, scorer, reason), reading.tree, histories)
    assessments = [with_issues(one, wanted.issues) for one in assessed(scorer, reading, wanted.names)]
    return _Reading(wanted.row_id, tuple(assessments), reading.tree, histories)


def fetch_code(
    settings: Settings,
    wanted: WantedCode,
    quarantine: Path,
    revision: str | None = None,
    *,
    wait: Callable[[str], None] = lambda key: None,
) -> CodeReading:
    """A repository's tree and log at a commit (full id; default the newest), with what it was forked from.

    Of a fork whose original cannot be read ``parent`` is ``None``. ``wait`` is called before each repository is asked
    for. Raises :class:`CheckoutError`; :class:`OriginalOutOfReach` where only the original was, which says nothing of
    the fork.
    """
    limits, keep, logs = checkout_limits(settings), settings.checkout.keep, list[CommitLog]()
    bases = git_bases(settings)
    wait(wanted.key)
    tree = fetch_snapshot(
        wanted.key,
        quarantine=quarantine,
        bases=bases,
        limits=limits,
        revision=revision,
        keep=keep,
        told=logs.append,
    )
    parent, parent_logs = None, list[CommitLog]()
    if wanted.parent:
        wait(wanted.parent)
        try:
            parent = fetch_snapshot(
                wanted.parent,
                quarantine=quarantine,
                bases=bases,
                limits=limits,
                keep=keep,
                told=parent_logs.append,
            )
        except CheckoutError as error:
            if error.reason in _PASSING:
                said = f"of what it was forked from, {wanted.parent}: {error.why}."
                raise OriginalOutOfReach(wanted.key, error.reason, said) from error
    return CodeReading(
        key=wanted.key,
        tree=tree,
        log=logs[0] if logs else None,
        parent=parent,
        parent_log=parent_logs[0] if parent_logs else None,
        folders=wanted.folders,
    )


def own_histories(wanted: WantedCode, reading: CodeReading) -> Histories:
    """The history that shares are told by; of a fork without the commits that its original has, as only what it added
    is scored, and none where the original's could not be read.
    """
    if wanted.parent is None:
        return Histories.of(reading.tree, reading.log)
    own = None
    if reading.log is not None and reading.parent_log is not None:
        own = reading.log.without(reading.parent_log)
    return Histories.of(replace(reading.tree, commits=own.counted() if own is not None else None), own)


def _unread(wanted: WantedCode, scorer: CodeQualityScorer, reason: str) -> tuple[Assessment, ...]:
    return tuple(
        Assessment(
            subject_kind=SubjectKind.REPOSITORY,
            subject_id=folder_key(wanted.key, folder),
            axis=Axis.CODE_QUALITY,
            scorer="code_quality",
            scorer_version=scorer.model.version,
            status=AssessmentStatus.INSUFFICIENT,
            reason=reason,
        )
        for folder in ("", *wanted.folders)
    )


def checkout_limits(settings: Settings) -> CheckoutLimits:
    """How much of a repository is fetched, and for how long."""
    return replace(
        CheckoutLimits(),
        max_bytes=settings.checkout.max_bytes,
        max_files=settings.checkout.max_files,
        timeout_s=settings.checkout.timeout_s,
    )


def git_delay(settings: Settings, host: str) -> float:
    """Seconds between two requests to a git host."""
    return float(getattr(settings.delays, _GIT_HOSTS.get(host, "github_git")))


def git_bases(settings: Settings) -> dict[str, str]:
    """Which hosts git may speak to, and at which base URL."""
    return {host: getattr(settings.upstreams, name) for host, name in _GIT_HOSTS.items()}


def _save(session: Session, reading: _Reading, *, now: datetime) -> None:
    tree = reading.tree
    commits = tree.commits if tree is not None else None
    row = {
        "repository_id": reading.row_id,
        "commit": (tree.revision or "") if tree is not None else "",
        "subdirectory": "",
        "status": "read" if tree is not None else reading.refusal,
        "reason": reading.reason or None,
        "files": len(tree.files) if tree is not None else None,
        "bytes": sum(file.size or 0 for file in tree.files) if tree is not None else None,
        "commits": commits.total if commits is not None else None,
        "first_commit": commits.first if commits is not None else None,
        "last_commit": commits.last if commits is not None else None,
        "taken_at": now,
    }
    upsert(session, Snapshot, [row], key=("repository_id", "commit", "subdirectory"))
    had = _scored(session, reading.assessments) if reading.refusal in _PASSING else frozenset[str]()
    save_assessments(session, [one for one in reading.assessments if one.subject_id not in had], now=now)
    if tree is not None:
        save_confirmed_accounts(session, reading.row_id, tree.commits, now=now)
    if reading.histories is not None:
        _save_shares(session, reading.row_id, reading.histories, now=now)


def _scored(session: Session, assessments: Sequence[Assessment]) -> frozenset[str]:
    """The subjects among ``assessments`` whose code has a score."""
    return frozenset(
        session.scalars(
            select(AssessmentRow.subject_id).where(
                AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
                AssessmentRow.subject_id.in_([one.subject_id for one in assessments]),
                AssessmentRow.axis == str(Axis.CODE_QUALITY),
                AssessmentRow.status == str(AssessmentStatus.SCORED),
            )
        )
    )


def _save_shares(session: Session, repository_id: int, histories: Histories, *, now: datetime) -> None:
    """Each candidate's share of the commits: first authors of the papers it implements, and its own owner."""
    rows = []
    candidates = _candidates(session, repository_id)
    _drop_shares_of_others(session, repository_id, {person.id for person in candidates})
    for person in candidates:
        share, moved = histories.share(person.full_name, known_logins(session, person.id))
        rows.append(
            {
                "repository_id": repository_id,
                "person_id": person.id,
                "share": share,
                "name_difference": moved,
                "seen_at": now,
            }
        )
    upsert(session, Contribution, rows, key=("repository_id", "person_id"))


def _drop_shares_of_others(session: Session, repository_id: int, people: Collection[int]) -> None:
    """Of nobody is a share kept who is no candidate any more; whoever was merged into one keeps theirs."""
    merged = survivors(session)
    for row in session.scalars(select(Contribution).where(Contribution.repository_id == repository_id)).all():
        if merged.get(row.person_id, row.person_id) not in people:
            session.delete(row)
    session.flush()


def _candidates(session: Session, repository_id: int) -> list[Person]:
    first_authors = (
        select(Person)
        .join(Authorship, Authorship.person_id == Person.id)
        .join(Implementation, Implementation.paper_id == Authorship.paper_id)
        .where(
            Implementation.repository_id == repository_id,
            Implementation.kind == str(ImplementationKind.OFFICIAL),
            Authorship.is_first,
            Person.merged_into.is_(None),
        )
    )
    owners = (
        select(Person)
        .join(PersonIdentifier, PersonIdentifier.person_id == Person.id)
        .join(Repository, func.lower(Repository.owner) == func.lower(PersonIdentifier.value))
        .where(
            Repository.id == repository_id,
            Repository.key.startswith("github.com/", autoescape=True),  # a name elsewhere is no GitHub login
            PersonIdentifier.kind == str(IdentifierKind.GITHUB),
            PersonIdentifier.confidence == "confirmed",
            Person.merged_into.is_(None),
        )
    )
    found = {person.id: person for query in (first_authors, owners) for person in session.scalars(query)}
    return [found[row_id] for row_id in sorted(found)]


def known_logins(session: Session, person_id: int) -> tuple[str, ...]:
    """GitHub logins that are confirmed to be a person's (row id)."""
    return tuple(
        session.scalars(
            select(PersonIdentifier.value).where(
                PersonIdentifier.person_id == person_id,
                PersonIdentifier.kind == str(IdentifierKind.GITHUB),
                PersonIdentifier.confidence == "confirmed",
            )
        )
    )
