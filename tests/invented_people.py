"""Invented people, papers and places in a ranking, written straight into a database for tests to ask about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.keys.names import name_key
from db.keys.papers import title_key
from db.records import Axis
from db.schema import (
    AssessmentRow,
    Authorship,
    Contribution,
    Implementation,
    MaybeSame,
    Paper,
    Person,
    PersonIdentifier,
    PersonName,
    Ranking,
    RecordRow,
    Repository,
    StageEvent,
    TagEvent,
)

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ROLE = "ml-researcher"


@contextmanager
def invented_in(folder: Path, more: str = "") -> Iterator[Invented]:
    """Make a folder's settings (``more`` comes after where the database lies) and its database, and commit to that."""
    (folder / "sourcing.toml").write_text(f'[database]\nurl = "sqlite:///sourcing.db"\n{more}', "utf-8")
    engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
    with new_session(engine) as session:
        yield Invented(session)
        session.commit()
    engine.dispose()


class Invented:
    """Adds rows to a session; everything it does not say has an unremarkable value."""

    def __init__(self, session: Session, *, first: int = 1) -> None:
        self.session = session
        self._number = first - 1

    def _next(self) -> int:
        self._number += 1
        return self._number

    def person(self, name: str, **columns: Any) -> Person:
        number = self._next()
        row = Person(
            **{
                "public_id": f"p-{number:06d}", "full_name": name, "name_key": name_key(name),
                "given": None, "family": None, "origins": {}, "first_seen": NOW - timedelta(days=2),
                "last_seen": NOW - timedelta(days=1), **columns,
            }
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        self.session.add(PersonName(person_id=row.id, name=name, name_key=name_key(name)))
        self.session.flush()
        return row

    def paper(self, *authors: Person, title: str = "", **columns: Any) -> Paper:
        number = self._next()
        title = title or f"An Invented Paper Number {number}"
        arxiv_id = f"2611.{number:05d}"
        row = Paper(
            **{
                "public_id": f"arXiv:{arxiv_id}", "title": title, "title_key": title_key(title),
                "abstract": "We invent a paper.", "published": NOW - timedelta(days=3), "arxiv_id": arxiv_id,
                "primary_category": "cs.LG", "categories": ["cs.LG"], "keywords": [], "awards": [],
                "code_urls": [], "page_urls": [], "url": f"https://arxiv.example/abs/{arxiv_id}",
                "withdrawn": False, "n_authors": len(authors), "text_hash": str(number), "origins": {},
                "first_seen": NOW - timedelta(days=2), "last_seen": NOW, **columns,
            }
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        record = RecordRow(
            kind="paper", source="arxiv", source_key=arxiv_id, url=row.url, terms="CC0 (metadata)",
            payload={
                "source": "arxiv", "source_key": arxiv_id, "url": row.url, "title": title,
                "authors": [{"name": one.full_name, "position": at} for at, one in enumerate(authors, start=1)],
            },
            payload_hash=str(number), deleted=False, first_seen=row.first_seen, fetched_at=row.last_seen,
            changed_at=row.first_seen, paper_id=row.id,
        )  # fmt: skip
        self.session.add(record)
        self.session.flush()
        row.origins = {"title": record.id, "url": record.id}
        for position, author in enumerate(authors, start=1):
            self.session.add(
                Authorship(
                    paper_id=row.id, position=position, is_first=position == 1, name=author.full_name,
                    name_key=author.name_key, joint_first=False, variants=[], affiliations=[], identifiers=[],
                    origins={"name": record.id}, person_id=author.id,
                )
            )  # fmt: skip
        self.session.flush()
        return row

    def repository(
        self, key: str, paper: Paper | None = None, *, owner: Person | None = None, **link: Any
    ) -> Repository:
        row = Repository(
            key=key, url=f"https://{key}", status="live", topics=[], origins={}, first_seen=NOW, last_seen=NOW
        )
        self.session.add(row)
        self.session.flush()
        if paper is not None:
            self.session.add(
                Implementation(
                    **{
                        "paper_id": paper.id, "repository_id": row.id, "kind": "official", "probability": 0.97,
                        "evidence": [{"text": "the abstract names it"}], "first_seen": NOW, "last_seen": NOW,
                        **link,
                    }
                )
            )  # fmt: skip
        if owner is not None:
            self.session.add(Contribution(repository_id=row.id, person_id=owner.id, share=0.9, seen_at=NOW))
        self.session.flush()
        return row

    def identifier(
        self, person: Person, kind: str, value: str, confidence: str = "confirmed", *, source: str = "orcid"
    ) -> None:
        self.session.add(
            PersonIdentifier(
                person_id=person.id,
                kind=kind,
                value=value,
                confidence=confidence,
                source=source,
                fetched_at=NOW,
            )
        )
        self.session.flush()

    def score(self, kind: str, subject: str, axis: Axis, score: float | None, **columns: Any) -> None:
        self.session.add(
            AssessmentRow(
                **{
                    "subject_kind": kind, "subject_id": subject, "axis": str(axis), "scorer": "invented",
                    "scorer_version": "1", "status": "scored" if score is not None else "insufficient evidence",
                    "score": score, "low": None if score is None else max(0.0, score - 8),
                    "high": None if score is None else min(100.0, score + 8), "parts": [], "evidence": [],
                    "validated_on": "Invented rows, so not at all.", "assessed_at": NOW, **columns,
                }
            )
        )  # fmt: skip
        self.session.flush()

    def ranked(self, *people: Person, role: str = ROLE, axes: dict[str, float] | None = None) -> None:
        """Give people a place for a role, best first."""
        measured = {"originality": 70.0} if axes is None else axes
        places = {
            name: {"score": one, "low": max(0.0, one - 10), "high": min(100.0, one + 10)}
            for name, one in measured.items()
        }
        for rank, one in enumerate(people, start=1):
            best = self.session.query(Authorship).filter_by(person_id=one.id, is_first=True).first()
            score = 95.0 - rank
            self.session.add(
                Ranking(
                    role=role, person_id=one.id, rank=rank, score=score, low=score - 10, high=min(100.0, score + 10),
                    axes=places, originality=measured.get("originality"),
                    code_quality=measured.get("code_quality"), why="First author of an invented paper.",
                    excluded=None, unknown_bars=[], best_paper_id=best.paper_id if best else None,
                    repository_id=None, input_hash="x", ranked_at=NOW,
                )
            )  # fmt: skip
        self.session.flush()

    def stage(self, person: Person, stage: str, at: datetime = NOW, by: str = "robin") -> None:
        self.session.add(StageEvent(person_id=person.id, stage=stage, at=at, by=by))
        self.session.flush()

    def tag(self, person: Person, tag: str, *, added: bool = True) -> None:
        self.session.add(TagEvent(person_id=person.id, tag=tag, added=added, at=NOW, by="robin"))
        self.session.flush()

    def maybe_same(self, one: Person, other: Person) -> None:
        self.session.add(
            MaybeSame(person_id=one.id, other_id=other.id, probability=0.6, evidence=[], first_seen=NOW)
        )
        self.session.flush()
