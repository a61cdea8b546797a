"""Proof on the user's own database that no score moves when names, institutions and countries do.

Everything is scored and ranked three times with the code of the nightly run: as it is, with names, institutions and
countries blanked, and with everybody given somebody else's. Each time is a transaction that is rolled back. (Savepoints
within one would do as well, but at each statement in them SQLite walks along everything they have changed so far.)
Code and shares of commits were tried when they were read, or are read again for that
(:mod:`sourcing.privacy.code_counterfactual`): trees are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.progress import Progress, TaskID
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key
from db.schema import AchievementRow, AssessmentRow, Authorship, Paper, Person, PersonName, Ranking, RecordRow
from db.store.scores import save_assessments
from db.store.upsert import insert_rows
from ranking.ladder import Seen
from sourcing.app import App
from sourcing.assess.papers import BATCH, paper_scorers, score_papers
from sourcing.ladder import all_ladders
from sourcing.lock import run_lock
from sourcing.preference import learned_pulls
from sourcing.privacy.code_counterfactual import Tried, prove_code, stored_numbers
from sourcing.privacy.code_proof import WHOLE_SCALE, Numbers, difference, numbers
from sourcing.rank import rank_roles

# What stands for a name, an institution or a country, by table.
_PERSON = (
    "full_name", "given", "family", "name_key", "affiliation", "sector", "country", "headline", "homepage", "email",
    "email_url",
)  # fmt: skip
_AUTHORSHIP = ("name", "name_key", "given", "family", "suffix", "variants", "affiliations", "identifiers")
_PRINTED = ("name", "given", "family", "suffix", "affiliations", "identifiers")
_PROFILE = (
    "name", "given", "family", "other_names", "affiliations", "country", "homepage", "email", "email_url", "headline",
)  # fmt: skip
_BLANK: Mapping[str, Any] = {"full_name": "", "name": "", "name_key": "", "variants": [], "affiliations": [],
                             "identifiers": [], "other_names": []}  # fmt: skip

_HEIGHTS = {Seen.UNSEEN: 0.0, Seen.WEAK: 1.0, Seen.CLEAR: 2.0}

# What is compared of each subject of one family of scores.
Scores = Mapping[str, Numbers]
Rows = Sequence[Mapping[str, Any]]
Values = Callable[[Rows, Sequence[str]], Iterator[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How one family of scores came out after one change: how many were compared, how many differ, by how much at most.

    A score that is there in one of the two only counts as differing, by 100.
    """

    change: str
    scores: str
    compared: int
    differing: int
    largest_difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All comparisons, and how much was changed: rows whose name, institution or country became another.

    ``unproved`` names every stored score that could not be compared, with why, and ``moved`` each of code that differs;
    ``older`` says which stored ones are no longer what scoring gives today, so that those made anew were compared;
    ``failed`` counts the repositories that were asked for in vain, ``read_again`` those that were not.
    """

    comparisons: Sequence[Comparison]
    changed: Mapping[str, int]
    unproved: Sequence[str] = ()
    older: Sequence[str] = ()
    moved: Sequence[str] = ()
    failed: int = 0
    read_again: int = 0

    @property
    def holds(self) -> bool:
        """Whether every score is the same to the last digit."""
        return not any(one.differing for one in self.comparisons)

    @property
    def complete(self) -> bool:
        """Whether no score was left out."""
        return not self.unproved


def counterfactual(app: App, *, code: int | None = None) -> Proof:
    """Score and rank everything as it is and under each change; the database is left as it was.

    What was not tried of code when it was read is read again now, and that is stored; ``code`` reads so many
    repositories again instead, drawn at random, and 0 none. Raises :class:`sourcing.failure.Failure` where another run
    holds the lock.
    """
    comparisons: list[Comparison] = []
    changed: dict[str, int] = {}
    with (
        run_lock(app.settings.database.url),
        app.engine.execution_options(writing=True).connect() as connection,
        Progress(console=app.console, transient=True, disable=not app.console.is_terminal) as progress,
    ):
        telling = _Telling(app, progress)
        with Session(connection) as session:
            stored = _stored(session)
        before, _ = _attempt(app, connection, None, telling)
        unproved, older = _without_role(stored, before), _older(stored, before)
        del stored
        for change, values in (("blanked", _blanked), ("swapped", _swapped)):
            after, counts = _attempt(app, connection, values, telling, change)
            for name, count in counts.items():
                changed[name] = max(count, changed.get(name, 0))
            comparisons += [_compare(change, name, before[name], after[name]) for name in before]
    with app.session(writing=True) as session:
        read = prove_code(app, session, code)
    for change, name, tried in (
        ("both", "code of repositories", read.scores),
        ("renamed", "shares of commits", read.shares),
    ):
        if tried.compared:
            comparisons.append(_as_comparison(change, name, tried))
    changed["names in code"] = read.places
    return Proof(
        comparisons=comparisons,
        changed=changed,
        unproved=[*unproved, *read.unproved],
        older=older,
        moved=read.moved,
        failed=read.failed,
        read_again=read.read_again,
    )


def _as_comparison(change: str, scores: str, tried: Tried) -> Comparison:
    return Comparison(
        change=change,
        scores=scores,
        compared=tried.compared,
        differing=tried.differing,
        largest_difference=tried.largest_difference,
    )


class _Telling:
    """How far the scoring is: a bar on a terminal, else a line before each of the three times."""

    def __init__(self, app: App, progress: Progress) -> None:
        self._app, self._progress = app, progress
        self._task: TaskID | None = None

    def begin(self, change: str, papers: int, axes: int) -> None:
        """Say what is about to be scored."""
        what = (
            f"scoring {papers:,} {'paper' if papers == 1 else 'papers'} on {axes} axes and ranking everybody"
        )
        if self._app.console.is_terminal:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(f"{change}: {what}", total=papers * axes)
        else:
            self._app.say(f"{change}: {what}")

    def advance(self, papers: int) -> None:
        """Say that so many more papers were scored on one axis."""
        if self._task is not None:
            self._progress.advance(self._task, papers)


def _attempt(
    app: App, connection: Connection, values: Values | None, telling: _Telling, change: str = "as it is"
) -> tuple[dict[str, Scores], dict[str, int]]:
    """Change what ``values`` says, score everything, take it all back; gives the scores and what was changed."""
    with (
        connection.begin() as attempt,
        # What is committed in the session stays within the transaction outside.
        Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session,
    ):
        counts = _change(session, values) if values is not None else {}
        session.commit()
        found = _measure(app, session, telling, change)
        attempt.rollback()
    return found, counts


def _measure(app: App, session: Session, telling: _Telling, change: str) -> dict[str, Scores]:
    """Every score of papers and every place in a ranking, made anew."""
    found: dict[str, Scores] = {}
    assessed = select(AssessmentRow.subject_id).where(AssessmentRow.subject_kind == "paper")
    ids = session.scalars(select(Paper.id).where(Paper.public_id.in_(assessed)).order_by(Paper.id)).all()
    scorers = list(paper_scorers(app, session))
    telling.begin(change, len(ids), len(scorers))
    for scorer in scorers:
        scores: dict[str, Numbers] = {}
        for some in batches(ids, BATCH):
            scored = score_papers(session, scorer, some)
            save_assessments(session, scored, now=app.now())
            scores |= {one.subject_id: numbers(one) for one in scored}
            telling.advance(len(some))
        found[f"{scorer.axis} of papers"] = scores
    session.commit()
    rank_roles(session, app.settings.roles, now=app.now(), pulls=learned_pulls(app, session))
    ladders = all_ladders(session, app.settings.roles)
    for role in app.settings.roles:
        found[f"places for {role}"] = _places(session, role)
        found[f"ladders for {role}"] = {
            str(person): tuple(_HEIGHTS[rung.seen] for rung in rungs)
            for person, rungs in ladders[role].items()
        }
    return found


def _places(session: Session, role: str) -> Scores:
    return {
        str(one.person_id): (
            one.score, one.low, one.high, one.lift, one.rank, None if one.excluded is None else 1.0,
            *(one.axes[axis][name] for axis in sorted(one.axes) for name in ("score", "low", "high")),
        )
        for one in session.scalars(select(Ranking).where(Ranking.role == role))
    }  # fmt: skip


def _stored(session: Session) -> dict[str, Scores]:
    """The scores of papers and the places as they are in the database."""
    papers: dict[str, dict[str, Numbers]] = {}
    # Parts hold all their evidence: of three scores a paper only the numbers are kept.
    rows = select(
        AssessmentRow.subject_id, AssessmentRow.axis, AssessmentRow.score, AssessmentRow.low, AssessmentRow.high,
        AssessmentRow.parts,
    ).where(AssessmentRow.subject_kind == "paper")  # fmt: skip
    for row in session.execute(rows.execution_options(yield_per=BATCH)):
        papers.setdefault(f"{row.axis} of papers", {})[row.subject_id] = stored_numbers(row)
    roles = session.scalars(select(Ranking.role).distinct().order_by(Ranking.role)).all()
    return {**papers, **{f"places for {role}": _places(session, role) for role in roles}}


def _without_role(stored: Mapping[str, Scores], now: Mapping[str, Scores]) -> list[str]:
    return [
        f"{name} ({len(scores):,}): the settings have no such role any more; sourcing rank removes them"
        for name, scores in sorted(stored.items())
        if name not in now
    ]


def _older(stored: Mapping[str, Scores], now: Mapping[str, Scores]) -> list[str]:
    """Which stored scores are others when made anew, with nobody's name changed: what came since counts, too."""
    said = []
    for name, scores in sorted(stored.items()):
        older = sum(now[name].get(subject) != one for subject, one in scores.items()) if name in now else 0
        if older and name.startswith("places"):
            said.append(
                f"{older:,} of {len(scores):,} {name} are older than scores or settings; run: sourcing rank"
            )
        elif older:
            said.append(
                f"{older:,} of {len(scores):,} {name} are of an earlier version of the scorer or an earlier corpus"
            )
    return said


def _compare(change: str, scores: str, before: Scores, after: Scores) -> Comparison:
    differing, largest = 0, 0.0
    for subject in before.keys() | after.keys():
        one, other = before.get(subject), after.get(subject)
        if one == other:
            continue
        differing += 1
        largest = max(largest, WHOLE_SCALE if one is None or other is None else difference(one, other))
    return Comparison(
        change=change,
        scores=scores,
        compared=len(before.keys() | after.keys()),
        differing=differing,
        largest_difference=largest,
    )


def _blanked(rows: Rows, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for _ in rows:
        yield {name: _BLANK.get(name) for name in names}


def _swapped(rows: Rows, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Everybody gets what the next one has; where that is the same by chance, of the one after."""
    for place, row in enumerate(rows):
        others = (rows[(place + step) % len(rows)] for step in range(1, min(len(rows), 50)))
        other = next((one for one in others if any(one.get(name) != row.get(name) for name in names)), row)
        yield {name: other.get(name, _BLANK.get(name)) for name in names}


def _change(session: Session, values: Values) -> dict[str, int]:
    """Write other names, institutions and countries wherever they are stored; gives how many became others."""
    people = _rows(session, Person, _PERSON)
    other = list(values(people, _PERSON))
    changed = {
        "names": _differ(people, other, "full_name"),
        "institutions": _differ(people, other, "affiliation"),
        "countries": _differ(people, other, "country"),
    }
    _save(session, Person, people, other)
    session.execute(delete(PersonName))
    insert_rows(
        session,
        PersonName,
        [
            {"person_id": row["id"], "name": one["full_name"], "name_key": name_key(one["full_name"])}
            for row, one in zip(people, other, strict=True)
            if one["full_name"]
        ],
    )
    printed = _rows(session, Authorship, _AUTHORSHIP)
    other = list(values(printed, _AUTHORSHIP))
    changed["printed names"] = _differ(printed, other, "name")
    changed["printed institutions"] = _differ(printed, other, "affiliations")
    _save(session, Authorship, printed, other)
    deeds = _rows(session, AchievementRow, ("person_name",))
    _save(session, AchievementRow, deeds, [{"person_name": ""} for _ in deeds])
    _change_records(session, values)
    return changed


def _change_records(session: Session, values: Values) -> None:
    """The records as the sources sent them hold the same names."""
    ids = session.scalars(select(RecordRow.id).where(RecordRow.kind.in_(("paper", "person")))).all()
    for some in batches(ids):
        rows = session.execute(
            select(RecordRow.id, RecordRow.kind, RecordRow.payload).where(RecordRow.id.in_(some))
        ).all()
        profiles = [row.payload for row in rows if row.kind == "person"]
        authors = [author for row in rows for author in row.payload.get("authors", ())]
        other_authors = values(authors, _PRINTED)
        other_profiles = values(profiles, _PROFILE)
        fresh = []
        for row in rows:
            if row.kind == "person":
                payload = row.payload | next(other_profiles)
            else:
                own = row.payload.get("authors", ())
                payload = row.payload | {"authors": [one | next(other_authors) for one in own]}
            fresh.append({"id": row.id, "payload": payload})
        session.execute(update(RecordRow), fresh)


def _rows(session: Session, table: Any, names: Sequence[str]) -> list[Mapping[str, Any]]:
    columns = [getattr(table, name) for name in ("id", *names)]
    return [dict(row._mapping) for row in session.execute(select(*columns).order_by(table.id))]


def _save(session: Session, table: Any, rows: Rows, other: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(
            update(table), [{"id": row["id"], **one} for row, one in zip(rows, other, strict=True)]
        )


def _differ(rows: Rows, other: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(row[name] != one[name] for row, one in zip(rows, other, strict=True))
