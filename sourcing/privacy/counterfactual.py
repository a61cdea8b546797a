"""Proof on the user's own database that no score moves when names, institutions and countries do.

Everything is scored and ranked three times with the code of the nightly run: as it is, with names, institutions and
countries blanked, and with everybody given somebody else's. All of it happens in one transaction that is rolled back.
Code is fetched again for that, if asked (:mod:`sourcing.privacy.code_counterfactual`): trees are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key
from db.schema import AchievementRow, AssessmentRow, Authorship, Paper, Person, PersonName, Ranking, RecordRow
from db.store.scores import save_assessments
from db.store.upsert import insert_rows
from sourcing.app import App
from sourcing.assess.papers import BATCH, paper_scorers, score_papers
from sourcing.preference import learned_pulls
from sourcing.privacy.code_counterfactual import Numbers, prove_code
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

    ``unread`` are repositories whose code was asked for and could not be had, each with why.
    """

    comparisons: Sequence[Comparison]
    changed: Mapping[str, int]
    unread: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Whether every score is the same to the last digit."""
        return not any(one.differing for one in self.comparisons)


def counterfactual(app: App, *, code: int = 0) -> Proof:
    """Score and rank everything as it is and under each change; the database is left as it was.

    The code of so many repositories is fetched again and scored, too.
    """
    comparisons: list[Comparison] = []
    changed: dict[str, int] = {}
    with app.engine.connect() as connection, connection.begin() as everything:
        before, _ = _attempt(app, connection, None)
        for change, values in (("blanked", _blanked), ("swapped", _swapped)):
            after, counts = _attempt(app, connection, values)
            for name, count in counts.items():
                changed[name] = max(count, changed.get(name, 0))
            comparisons += [_compare(change, name, before[name], after[name]) for name in before]
        everything.rollback()
    unread: Sequence[str] = ()
    if code:
        with app.session() as session:
            read = prove_code(app, session, code)
        comparisons += [
            _compare(change, "code of repositories", read.before, after)
            for change, after in read.after.items()
        ]
        changed["names in code"], unread = read.places, read.unread
    return Proof(comparisons=comparisons, changed=changed, unread=unread)


def _attempt(
    app: App, connection: Connection, values: Values | None
) -> tuple[dict[str, Numbers], dict[str, int]]:
    """Change what ``values`` says, score everything, take it all back; gives the scores and what was changed."""
    attempt = connection.begin_nested()
    # What is committed in the session is only a savepoint of the transaction outside.
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        counts = _change(session, values) if values is not None else {}
        session.commit()
        found = _measure(app, session)
    attempt.rollback()
    return found, counts


def _measure(app: App, session: Session) -> dict[str, Numbers]:
    """Every score of papers and every place in a ranking, made anew."""
    found: dict[str, Numbers] = {}
    assessed = select(AssessmentRow.subject_id).where(AssessmentRow.subject_kind == "paper")
    ids = session.scalars(select(Paper.id).where(Paper.public_id.in_(assessed)).order_by(Paper.id)).all()
    for scorer in paper_scorers(app, session):
        numbers: dict[str, tuple[float | None, ...]] = {}
        for some in batches(ids, BATCH):
            scored = score_papers(session, scorer, some)
            save_assessments(session, scored, now=app.now())
            for one in scored:
                numbers[one.subject_id] = (one.score, one.low, one.high, *(part.score for part in one.parts))
        found[f"{scorer.axis} of papers"] = numbers
    session.commit()
    rank_roles(session, app.settings.roles, now=app.now(), pulls=learned_pulls(app, session))
    for role in app.settings.roles:
        found[f"places for {role}"] = {
            str(one.person_id): (
                one.score, one.low, one.high, one.rank, None if one.excluded is None else 1.0,
                *(one.axes[axis][name] for axis in sorted(one.axes) for name in ("score", "low", "high")),
            )
            for one in session.scalars(select(Ranking).where(Ranking.role == role))
        }  # fmt: skip
    return found


def _compare(change: str, scores: str, before: Numbers, after: Numbers) -> Comparison:
    differing, largest = 0, 0.0
    for subject in before.keys() | after.keys():
        one, other = before.get(subject), after.get(subject)
        if one == other:
            continue
        differing += 1
        if one is None or other is None or len(one) != len(other):
            largest = 100.0
            continue
        for was, now in zip(one, other, strict=True):
            if was != now:
                largest = max(largest, 100.0 if was is None or now is None else abs(was - now))
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
