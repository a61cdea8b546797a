"""What an import did, for the person at the terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.lineage import standing
from db.schema import AchievementRow, Person, ProfileMatch, RecordRow
from sourcing.imports.save import Outcome
from sourcing.imports.table import BadRow
from sourcing.terminal import clean

_WORDS = {
    "known": "of known people",
    "review": "for review (sourcing import review)",
    "new": "of new people",
    "kept": "kept, of nobody known",
    "nobody": "of nobody known, not kept",
}
SHOWN = 20


def told(outcome: Outcome, bad: Sequence[BadRow], *, dry_run: bool, encoding: str) -> Iterator[str]:
    """Lines that say what happened."""
    total = len(outcome.fates) + outcome.withheld
    done = "would be read" if dry_run else "read"
    yield f"{total:,} {'row' if total == 1 else 'rows'} {done} ({encoding}); {len(bad):,} left out"
    for what, words in _WORDS.items():
        if number := outcome.count(what):
            yield f"  {number:,} {words}"
    if outcome.withheld:
        yield f"  {outcome.withheld:,} withheld: these people asked to be left alone"


def review_lines(session: Session, outcome: Outcome) -> Iterator[str]:
    """The rows that a human has to decide on."""
    fates = [one for one in outcome.fates if one.what == "review"]
    for fate in fates[:SHOWN]:
        for match in fate.matches[:3]:
            person = session.get_one(Person, match.person_id)
            why = "; ".join(one.text for one in match.evidence)
            told = f"{fate.name} may be {person.public_id} {described(person)}: {why}"
            yield f"  line {fate.line}: {clean(told)}"
    if len(fates) > SHOWN:
        yield f"  … and {len(fates) - SHOWN} more"


def described(person: Person) -> str:
    """A person in a few words."""
    return ", ".join(one for one in (person.full_name, person.affiliation) if one)


def as_json(
    session: Session, outcome: Outcome, bad: Iterable[BadRow], *, dry_run: bool, encoding: str
) -> dict[str, Any]:
    """The same for programs."""
    return {
        "dry_run": dry_run,
        "encoding": encoding,
        "rows": len(outcome.fates) + outcome.withheld,
        "withheld": outcome.withheld,
        "counts": {what: outcome.count(what) for what in _WORDS},
        "bad_rows": [{"line": one.line, "problem": one.problem} for one in bad],
        "review": [
            {
                "line": fate.line,
                "name": fate.name,
                "candidates": [
                    {
                        "person": session.get_one(Person, match.person_id).public_id,
                        "evidence": [one.text for one in match.evidence],
                    }
                    for match in fate.matches
                ],
            }
            for fate in outcome.fates
            if fate.what == "review"
        ],
    }


def questions(session: Session) -> list[dict[str, Any]]:
    """The open questions, those with most evidence first."""
    found = []
    for row in session.scalars(select(ProfileMatch).where(ProfileMatch.decision.is_(None))):
        person = standing(session, session.get_one(Person, row.person_id))
        found.append(
            {
                "number": row.id,
                "says": _says(session, row),
                "person": person.public_id,
                "who": described(person),
                "evidence": [one["text"] for one in row.evidence],
            }
        )
    return sorted(found, key=lambda one: (-len(one["evidence"]), one["number"]))


def question_lines(asked: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The same for the person at the terminal: two lines for each."""
    for one in asked:
        yield f"{one['number']:>5}  {clean(one['says'])}"
        yield f"       {one['person']} {clean(one['who'])}: {'; '.join(one['evidence'])}"


def _says(session: Session, row: ProfileMatch) -> str:
    if row.record_id is not None:
        record = session.get_one(RecordRow, row.record_id)
        told = [record.payload.get("name"), *record.payload.get("affiliations", [])[:1]]
        told += [record.payload.get("headline"), record.url if record.url.startswith("http") else None]
        return f"{record.source}: {', '.join(str(one) for one in told if one)}"
    achievement = session.get_one(AchievementRow, row.achievement_id)
    return f"{achievement.source}: {achievement.person_name}, {achievement.title} ({achievement.url})"
