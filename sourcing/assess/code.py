"""Reading the repositories of papers and scoring them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys.repositories import folder_key
from db.records import Assessment, AssessmentStatus, Axis, SubjectKind
from db.schema import AssessmentRow, Snapshot
from db.store.scores import save_assessments
from db.store.upsert import upsert
from ranking.code_quality import CodeQualityScorer, SourceTree
from ranking.code_quality.issues import with_issues
from sourcing.assess.fetching import OriginalOutOfReach, fetch_code, is_unchanged, own_histories
from sourcing.assess.git_hosts import GitHosts, git_delay
from sourcing.assess.presence import save_presence
from sourcing.assess.shares import save_shares
from sourcing.assess.wanted import WantedCode, code_to_look_at, code_to_read, wanted_code
from sourcing.checkout import CheckoutError
from sourcing.checkout.limits import NOTHING_THERE, PASSING, Refusal
from sourcing.checkout.snapshot import clear_quarantine
from sourcing.identity.github import save_confirmed_accounts, save_probable_accounts
from sourcing.privacy.code_proof import Histories, assessed
from sourcing.runs import phase

if TYPE_CHECKING:
    from sourcing.app import App
    from sourcing.runs import OpenRun
    from sourcing.settings import Settings

# What says nothing about the code that was read before.
_SCORE_STAYS = PASSING | NOTHING_THERE
_UNCHANGED = "unchanged"
_LEFT = "left for the next run: their host does not answer"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What became of one repository: a tree, its history and its scores, or the sentence why not.

    ``assessments`` are of the whole repository, then of each folder that a paper links. ``outcome`` is what is counted;
    one that was ``only_looked_at`` brings no scores.
    """

    row_id: int
    assessments: tuple[Assessment, ...]
    tree: SourceTree | None = None
    histories: Histories | None = None
    refusal: Refusal | None = None
    reason: str = ""
    outcome: str = "read"
    only_looked_at: bool = False


def assess_repositories(app: App, run: OpenRun) -> None:
    """Read and score every pending repository, some at the same time; each is committed when it is done."""
    scorer = CodeQualityScorer.load()
    with phase(app, run, "read code") as counts, app.session(writing=True) as session:
        save_probable_accounts(session, now=app.now())
        ids = code_to_read(session, scorer.model.version, app.now())
        wanted = wanted_code(session, ids, code_to_look_at(session, app.now(), ids))
        session.commit()
        if not app.settings.checkout.keep:
            clear_quarantine(app.state_dir("quarantine"))
        with Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress:
            task = progress.add_task("reading code", total=len(wanted))
            for reading in _read_all(app.settings, scorer, wanted, app.state_dir("quarantine")):
                if reading.outcome != _LEFT:
                    save_presence(session, reading.row_id, reading.refusal, reading.reason, now=app.now())
                    if not reading.only_looked_at:
                        _save(session, reading, now=app.now())
                    session.commit()
                counts[reading.outcome] = counts.get(reading.outcome, 0) + 1
                progress.advance(task)


def _read_all(
    settings: Settings, scorer: CodeQualityScorer, wanted: Sequence[WantedCode], quarantine: Path
) -> Iterator[_Reading]:
    workers = max(1, settings.checkout.workers)
    hosts = GitHosts(lambda host: git_delay(settings, host))
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


def _read(
    settings: Settings, scorer: CodeQualityScorer, wanted: WantedCode, quarantine: Path, hosts: GitHosts
) -> _Reading:
    if hosts.is_down(wanted.key):
        return _Reading(wanted.row_id, (), outcome=_LEFT)
    try:
        if wanted.seen is not None:
            hosts.wait(wanted.key)
            if is_unchanged(settings, wanted, quarantine):
                hosts.tell(wanted.key, None)
                return _Reading(wanted.row_id, (), outcome=_UNCHANGED, only_looked_at=True)
        hosts.wait(wanted.key)
        return _read_whole(settings, scorer, wanted, quarantine, hosts)
    except CheckoutError as error:
        hosts.tell(wanted.key, None if isinstance(error, OriginalOutOfReach) else error.reason)
        return _refused(wanted, scorer, error.reason, error.why)
    except Exception as error:
        # Whatever a repository does to us, the night goes on with the next, and with this one in a week.
        last = extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        reason = f"reading it failed, which is a fault of ours ({type(error).__name__} at {where})"
        return _refused(wanted, scorer, Refusal.BROKEN, reason)


def _refused(wanted: WantedCode, scorer: CodeQualityScorer, refusal: Refusal, reason: str) -> _Reading:
    return _Reading(
        wanted.row_id,
        _unread(wanted, scorer, reason),
        refusal=refusal,
        reason=reason,
        outcome=str(refusal),
        only_looked_at=wanted.seen is not None,
    )


def _read_whole(
    settings: Settings, scorer: CodeQualityScorer, wanted: WantedCode, quarantine: Path, hosts: GitHosts
) -> _Reading:
    reading = fetch_code(settings, wanted, quarantine, wait=hosts.wait)
    hosts.tell(wanted.key, None)
    histories = own_histories(wanted, reading)
    if wanted.parent is not None and reading.parent is None:
        reason = "it is a fork, and what it inherited is not known: the original could not be read"
        return _Reading(wanted.row_id, _unread(wanted, scorer, reason), reading.tree, histories)
    assessments = [with_issues(one, wanted.issues) for one in assessed(scorer, reading, wanted.names)]
    return _Reading(wanted.row_id, tuple(assessments), reading.tree, histories)


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


def _save(session: Session, reading: _Reading, *, now: datetime) -> None:
    tree = reading.tree
    commits = tree.commits if tree is not None else None
    row = {
        "repository_id": reading.row_id,
        "commit": (tree.revision or "") if tree is not None else "",
        "subdirectory": "",
        "status": reading.outcome,
        "reason": reading.reason or None,
        "files": len(tree.files) if tree is not None else None,
        "bytes": sum(file.size or 0 for file in tree.files) if tree is not None else None,
        "commits": commits.total if commits is not None else None,
        "first_commit": commits.first if commits is not None else None,
        "last_commit": commits.last if commits is not None else None,
        "taken_at": now,
    }
    upsert(session, Snapshot, [row], key=("repository_id", "commit", "subdirectory"))
    had = _scored(session, reading.assessments) if reading.refusal in _SCORE_STAYS else frozenset[str]()
    save_assessments(session, [one for one in reading.assessments if one.subject_id not in had], now=now)
    if tree is not None:
        save_confirmed_accounts(session, reading.row_id, tree.commits, now=now)
    if reading.histories is not None:
        save_shares(session, reading.row_id, reading.histories, now=now)


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
