"""Proof that no score of code and no share of the commits moves with names: as tried at reading, and the rest now.

Each repository is tried under other names when it is read, while its tree is at hand
(:mod:`sourcing.privacy.code_proof`); how much moved is stored beside the score. What was never tried is fetched once
more, at the very commit that was read, and compared with what is stored, too.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.progress import Progress
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.repositories import folder_key
from db.records import Assessment, Axis, SubjectKind
from db.schema import AssessmentRow, Contribution, Implementation, Person, Repository, Snapshot
from ranking.code_quality import CodeQualityScorer
from sourcing.app import App
from sourcing.assess.fetching import OriginalOutOfReach, fetch_code, own_histories
from sourcing.assess.git_hosts import GitHosts, git_delay
from sourcing.assess.shares import known_logins
from sourcing.assess.wanted import WantedCode, wanted_code
from sourcing.checkout import CheckoutError
from sourcing.failure import ExitCode, Failure
from sourcing.lock import run_lock
from sourcing.privacy.code_proof import CodeReading, Numbers, assessed, numbers

# Fetches a repository at a commit.
Fetch = Callable[[WantedCode, str], CodeReading]
# Which repositories ``--code N`` draws; the same ones each time, as long as there are the same.
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How many of one kind were tried under other names, how many moved, and by how much at most (points of 100)."""

    compared: int
    differing: int
    largest_difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProof:
    """``scores`` of repositories and linked folders, ``shares`` of commits; ``places`` counts where a name stood.

    ``moved`` names what does not hold. ``unproved`` names each score that was not tried, with why; ``failed`` counts
    the repositories that were asked for in vain, ``read_again`` those that were not.
    """

    scores: Tried
    shares: Tried
    places: int
    moved: Sequence[str]
    unproved: Sequence[str]
    failed: int
    read_again: int


@dataclass(slots=True)
class _Again:
    """What came of reading again: why something is still not proved, by repository; how many were read, or not."""

    reasons: dict[int, str] = field(default_factory=dict)
    read: int = 0
    failed: int = 0

    def leave(self, some: Sequence[WantedCode], reason: str) -> None:
        """Note why these could not be read."""
        self.reasons.update((one.row_id, reason) for one in some)
        self.failed += len(some)


def prove_code(
    app: App,
    session: Session,
    most: int | None = None,
    *,
    fetch: Fetch | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> CodeProof:
    """Count what was proved, after reading again whatever was not tried when it was read.

    ``most`` reads so many repositories again instead, drawn at random, tried before or not; 0 asks no host. Each is
    committed when it is done. Between two requests to one host its ``[delays]`` are kept. The lock of the database is
    held only while something is stored, so that no night waits for it; a night that begins ends the reading.
    """
    subjects = dict(_subjects(session))
    commits = _commits(session)
    if most is None:
        chosen = _untried(session, subjects)
    else:
        behind = sorted({*subjects.values(), *session.scalars(select(Contribution.repository_id))})
        # No proof of chance is asked for here, only that nobody chooses.
        chosen = set(random.Random(SEED).sample(behind, min(most, len(behind))))  # noqa: S311
    again = _Again({one: "the commit that was read is not known" for one in chosen if one not in commits})
    wanted = wanted_code(session, sorted(one for one in chosen if one in commits))
    session.commit()  # nothing is held open while hosts are asked
    hosts = GitHosts(lambda host: git_delay(app.settings, host), sleep=pause)
    _read_again(app, session, wanted, commits, fetch or _fetch_for(app, hosts), hosts, again)
    return _count(session, subjects, again)


def _read_again(
    app: App,
    session: Session,
    wanted: Sequence[WantedCode],
    commits: dict[int, str],
    fetch: Fetch,
    hosts: GitHosts,
    again: _Again,
) -> None:
    scorer = CodeQualityScorer.load()
    if wanted:
        app.say(
            f"reading the code of {_number(wanted, 'repository', 'repositories')} again; Ctrl-C keeps what is done"
        )
    with Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress:
        task = progress.add_task("reading code again", total=len(wanted))
        for number, one in enumerate(wanted, start=1):
            if hosts.is_down(one.key):
                again.leave([one], f"{one.key.split('/')[0]} does not answer")
                continue
            hosts.wait(one.key)
            try:
                reading = fetch(one, commits[one.row_id])
            except CheckoutError as error:
                again.leave([one], error.why)
                hosts.tell(one.key, None if isinstance(error, OriginalOutOfReach) else error.reason)
                continue
            finally:
                progress.advance(task)
            hosts.tell(one.key, None)
            try:
                with run_lock(app.settings.database.url):
                    said = _try(session, scorer, one, reading)
                    session.commit()
            except Failure as error:
                if error.code is not ExitCode.LOCKED:
                    raise
                again.leave(wanted[number - 1 :], "another run began meanwhile; ask again after it")
                return
            again.read += 1
            if said:
                again.reasons[one.row_id] = said
            if not app.console.is_terminal and number % 100 == 0:
                app.say(f"{number:,} of {len(wanted):,} repositories read again")


def _try(session: Session, scorer: CodeQualityScorer, wanted: WantedCode, reading: CodeReading) -> str:
    """Store what came of reading a repository again; gives why that proves nothing about what is stored, if so."""
    said = ""
    if wanted.parent is not None and reading.parent is None:
        said = "it is a fork, and its original cannot be read any more"
    else:
        for one in assessed(scorer, reading, wanted.names):
            said = _save_tried(session, one) or said
    histories = own_histories(wanted, reading)
    rows = session.execute(
        select(Contribution, Person)
        .join(Person, Person.id == Contribution.person_id)
        .where(Contribution.repository_id == wanted.row_id)
    )
    for contribution, person in rows:
        share, moved = histories.share(person.full_name, known_logins(session, person.id))
        if share == contribution.share:
            contribution.name_difference = moved
        else:
            contribution.name_difference = None
            said = said or "the share of its commits reads otherwise today than when it was stored"
    return said


def _save_tried(session: Session, one: Assessment) -> str:
    row = session.scalars(
        select(AssessmentRow).where(
            AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
            AssessmentRow.subject_id == one.subject_id,
            AssessmentRow.axis == str(Axis.CODE_QUALITY),
        )
    ).one_or_none()
    if row is None:
        return ""
    row.name_difference = row.name_places = None
    if row.scorer_version != one.scorer_version:
        return "its score is of another version of the scorer; run: sourcing assess"
    if stored_numbers(row) != numbers(one):
        return "its score reads otherwise today than when it was stored"
    if one.name_difference is None:
        return "it takes more than the limits on reading allow"
    row.name_difference, row.name_places = one.name_difference, one.name_places
    return ""


def stored_numbers(row: Any) -> Numbers:
    """What :func:`numbers` gives of an assessment, of a stored one."""
    return (row.score, row.low, row.high, *(part["score"] for part in row.parts))


def _count(session: Session, subjects: dict[str, int], again: _Again) -> CodeProof:
    keys = {row.id: row.key for row in session.execute(select(Repository.id, Repository.key))}
    scores, shares, places = list[float](), list[float](), 0
    moved, unproved = list[str](), list[str]()
    for row in session.execute(_SCORES):
        if row.name_difference is not None:
            scores.append(row.name_difference)
            places += row.name_places or 0
            if row.name_difference:
                moved.append(f"code of {row.subject_id}")
        elif row.score is not None:
            repository = subjects.get(row.subject_id)
            why = (
                "no repository is behind it any more" if repository is None else again.reasons.get(repository)
            )
            unproved.append(f"code of {row.subject_id}: {why or NOT_ASKED}")
    waiting: dict[int, int] = defaultdict(int)
    told = select(Contribution.repository_id, Contribution.name_difference).order_by(Contribution.id)
    for repository_id, moved_by in session.execute(told):
        if moved_by is None:
            waiting[repository_id] += 1
            continue
        shares.append(100 * moved_by)
        if moved_by:
            moved.append(f"a share of the commits of {keys[repository_id]}")
    for repository, count in waiting.items():
        which = "a share" if count == 1 else f"{count} shares"
        unproved.append(
            f"{which} of the commits of {keys[repository]}: {again.reasons.get(repository) or NOT_ASKED}"
        )
    return CodeProof(
        scores=_tried(scores),
        shares=_tried(shares),
        places=places,
        moved=moved,
        unproved=unproved,
        failed=again.failed,
        read_again=again.read,
    )


NOT_ASKED = "not tried when it was read, and not read again now"


def _tried(differences: Sequence[float]) -> Tried:
    return Tried(
        compared=len(differences),
        differing=sum(one > 0 for one in differences),
        largest_difference=max(differences, default=0.0),
    )


_SCORES = (
    select(
        AssessmentRow.subject_id,
        AssessmentRow.score,
        AssessmentRow.name_difference,
        AssessmentRow.name_places,
    )
    .where(
        AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
        AssessmentRow.axis == str(Axis.CODE_QUALITY),
    )
    .order_by(AssessmentRow.subject_id)
)


def _subjects(session: Session) -> Iterator[tuple[str, int]]:
    """Under which subjects the code of which repository (row id) is scored."""
    for row in session.execute(select(Repository.id, Repository.key)):
        yield row.key, row.id
    linked = (
        select(Repository.id, Repository.key, Implementation.subdirectory)
        .join(Implementation, Implementation.repository_id == Repository.id)
        .where(Implementation.subdirectory.is_not(None))
    )
    for row_id, key, folder in session.execute(linked):
        yield folder_key(key, folder), row_id


def _commits(session: Session) -> dict[int, str]:
    """The commit that was read last, by repository (row id)."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.status == "read").group_by(Snapshot.repository_id)
    found: dict[int, str] = {}
    for some in batches(session.scalars(newest)):
        rows = select(Snapshot.repository_id, Snapshot.commit).where(Snapshot.id.in_(some))
        found.update((row.repository_id, row.commit) for row in session.execute(rows) if row.commit)
    return found


def _untried(session: Session, subjects: dict[str, int]) -> set[int]:
    """Repositories (row ids) of which a score or a share was not tried yet."""
    scores = select(AssessmentRow.subject_id).where(
        AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
        AssessmentRow.axis == str(Axis.CODE_QUALITY),
        AssessmentRow.score.is_not(None),
        AssessmentRow.name_difference.is_(None),
    )
    shares = select(Contribution.repository_id).where(Contribution.name_difference.is_(None))
    untried = {subjects[one] for one in session.scalars(scores) if one in subjects}
    return untried | set(session.scalars(shares))


def _number(some: Sequence[object], one: str, more: str) -> str:
    return f"{len(some):,} {one if len(some) == 1 else more}"


def _fetch_for(app: App, hosts: GitHosts) -> Fetch:
    def fetch(wanted: WantedCode, commit: str) -> CodeReading:
        return fetch_code(app.settings, wanted, app.state_dir("quarantine"), commit, wait=hosts.wait)

    return fetch
