"""Nights, corrections by hand, erasures and rebuilds in any order: what holds after each of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_night import NOW, author, paper
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.queries.lineage import survivors
from db.records import Author, Identifier, IdentifierKind, Page, PaperRecord, PersonRecord
from db.schema import (
    Authorship,
    MaybeSame,
    Paper,
    Person,
    PersonIdentifier,
    PersonName,
    RecordRow,
    StageEvent,
    Suppression,
)
from db.store import save_page
from db.store.profiles import new_person
from db.store.undescribed import undescribed
from db.store.unknown_people import drop_unknown_people
from db.suppression import Suppressor
from sourcing.identity.hand import Decision, keep_apart, merge, split, undo
from sourcing.identity.locks import active_locks, decided
from sourcing.identity.night import resolve_everything, resolve_pending
from sourcing.identity.phase import changed_people
from sourcing.people.describe import describe_people
from sourcing.people.detaching import let_own_pages_go
from sourcing.people.printed import PRINTED
from sourcing.people.profiles import attach_profiles
from sourcing.privacy.forget import forget
from sourcing.privacy.known_by import known_of

NAMES = (
    "Ann Jones", "Ann B. Jones", "A. Jones", "Ann Jones Harrow", "Otis Quillfeather", "O. Quillfeather",
    "Olga Quillfeather", "Wei Wang", "W. Wang", "Wang Wei", "Bo Rennquist", "Kim Min Jun", "Minjun Kim", "M. J. Kim",
    "王伟",
)  # fmt: skip
ORCIDS = ("0000-0001-5000-0007", "0000-0001-5000-0015")
PLACES = ("Lakeshore University", "Harbour Polytechnic")
WORDS = ("tides", "kernels", "ropes", "grammar", "sparse", "ice", "robots", "diffusion", "lace", "knots")


class Office:
    """A database, and what happens to it; each happening draws what it needs."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.day = 0
        self.papers: dict[int, PaperRecord] = {}
        self.suppressor = Suppressor(b"k" * 32)
        self.forgotten: set[str] = set()
        self.decision = Decision(by="rita", at=NOW)

    def people(self) -> list[Person]:
        return list(
            self.session.scalars(select(Person).where(Person.merged_into.is_(None)).order_by(Person.id))
        )

    def save(self, *records: PaperRecord | PersonRecord) -> None:
        at = NOW + timedelta(days=self.day)
        page = Page(source="arxiv", url="https://arxiv.example/", fetched_at=at, terms="CC0", records=records)
        save_page(self.session, page, suppressor=self.suppressor)
        self.session.commit()

    def resolve(self, *, rebuild: bool = False) -> None:
        """What the stage of that name does."""
        session, now = self.session, NOW + timedelta(days=self.day)
        outcome = (resolve_everything if rebuild else resolve_pending)(session, now=now)
        people = None if rebuild else changed_people(outcome)
        let_own_pages_go(session, outcome.shrunk)
        attach_profiles(session, now=now, person_ids=people)
        if people is not None:
            people |= undescribed(session)
        describe_people(session, now=now, person_ids=None if people is None else sorted(people))
        drop_unknown_people(session, people)
        session.commit()
        session.expire_all()

    # What happens.

    def new_papers(self, rng: Random) -> None:
        for _ in range(rng.randint(1, 3)):
            number = len(self.papers) + 1
            title = f"{' '.join(rng.sample(WORDS, 3))} of thing {number}"
            self.papers[number] = paper(number, *_authors(rng), title=title)
            self.save(self.papers[number])
        self.resolve()

    def a_paper_is_printed_anew(self, rng: Random) -> None:
        number = rng.choice(sorted(self.papers))
        authors = list(self.papers[number].authors)
        rng.shuffle(authors)
        at = rng.randrange(len(authors))
        printed = {one.name for one in authors}
        if rng.random() < 0.5:
            authors[at] = _author(rng, rng.choice([name for name in NAMES if name not in printed]))
        elif len(authors) > 1:
            authors.pop(at)
        else:
            authors[at] = _author(rng, authors[at].name)
        numbered = tuple(replace(one, position=place) for place, one in enumerate(authors, 1))
        self.papers[number] = replace(self.papers[number], authors=numbered)
        self.save(self.papers[number])
        self.resolve()

    def a_page(self, rng: Random) -> None:
        source, key = rng.choice(("homepages", "openreview", "orcid")), rng.choice("ab")
        self.save(
            PersonRecord(
                source=source, source_key=f"{source}/{key}", url=f"https://{source}.example/{key}",
                name=rng.choice(NAMES),
                identifiers=(
                    Identifier(kind=IdentifierKind.ORCID, value=rng.choice(ORCIDS)),
                    Identifier(kind=IdentifierKind.GITHUB, value="annj"),
                ),
            )
        )  # fmt: skip
        self.resolve()

    def a_list_is_brought_in(self, rng: Random) -> None:
        key = f"row{rng.randrange(10**6)}"
        login = Identifier(kind=IdentifierKind.GITHUB, value=key)
        url = f"https://list.example/{key}"
        name = rng.choice(NAMES)
        self.save(PersonRecord(source="list:a", source_key=key, url=url, name=name, identifiers=(login,)))
        row = self.session.scalar(select(RecordRow).where(RecordRow.source_key == key))
        if row is not None:  # nobody who asked to be forgotten
            new_person(self.session, row, at=NOW)
            self.session.commit()

    def somebody_is_contacted(self, rng: Random) -> None:
        if people := self.people():
            self.session.add(
                StageEvent(person_id=rng.choice(people).id, stage="contacted", at=NOW, by="rita")
            )
            self.session.commit()

    def two_are_merged(self, rng: Random) -> None:
        if len(people := self.people()) > 1:
            one, other = rng.sample(people, 2)
            if not self._papers(one) & self._papers(other):
                merge(self.session, one, other, self.decision)
                self.session.commit()

    def two_are_told_apart(self, rng: Random) -> None:
        if len(people := self.people()) > 1:
            keep_apart(self.session, *rng.sample(people, 2), self.decision)
            self.session.commit()

    def somebody_is_split(self, rng: Random) -> None:
        if several := [person for person in self.people() if len(self._papers(person)) > 1]:
            person = rng.choice(several)
            papers = sorted(self._papers(person))
            out = [
                self.session.get_one(Paper, one) for one in rng.sample(papers, rng.randrange(1, len(papers)))
            ]
            split(self.session, person, out, self.decision)
            self.session.commit()

    def a_decision_is_taken_back(self, rng: Random) -> None:
        if locks := active_locks(self.session):
            undo(self.session, rng.choice(locks), self.decision)
            self.session.commit()

    def somebody_is_forgotten(self, rng: Random) -> None:
        if people := self.people():
            person = rng.choice(people)
            self.forgotten |= known_of(self.session, person, namesakes=True).keys
            forget(self.session, person, self.suppressor, by="rita", now=NOW)
            self.suppressor = Suppressor(
                b"k" * 32, frozenset(self.session.scalars(select(Suppression.key_hash)))
            )

    def all_is_crawled_again(self, rng: Random) -> None:
        self.save(*self.papers.values())
        self.resolve()

    def all_is_resolved_anew(self, rng: Random) -> None:
        self.resolve(rebuild=True)

    def _papers(self, person: Person) -> set[int]:
        return set(self.session.scalars(select(Authorship.paper_id).where(Authorship.person_id == person.id)))

    # What holds.

    def check(self) -> None:
        """After a night or a rebuild."""
        session = self.session
        merged = survivors(session)
        rows = list(session.scalars(select(Authorship)))
        borne = Counter((row.paper_id, *link) for row in rows for link in map(tuple, row.identifiers))
        of_person: dict[int, list[Authorship]] = defaultdict(list)
        for row in rows:
            assert row.person_id is not None, "nobody's"
            assert row.person_id not in merged, "of somebody who leads elsewhere"
            of_person[row.person_id].append(row)
        self._check_decisions(rows)
        by_hand = {place.row_id for group in decided(session).merged for place in group}
        told = self._told()
        for person_id, theirs in of_person.items():
            printed = {name for row in theirs for name in (row.name, *row.variants)}
            known = set(session.scalars(select(PersonName.name).where(PersonName.person_id == person_id)))
            assert printed <= known <= printed | told[person_id], "names"
            assert session.get_one(Person, person_id).full_name in printed, "called otherwise"
            links = {
                (kind, value)
                for row in theirs
                for kind, value in row.identifiers
                if borne[row.paper_id, kind, value] == 1
            }
            held = select(PersonIdentifier).where(PersonIdentifier.person_id == person_id)
            kept = {(one.kind, one.value): one.reason for one in session.scalars(held)}
            assert links <= kept.keys(), "identifiers"
            assert {link for link, reason in kept.items() if reason == PRINTED} <= links, (
                "others' identifiers"
            )
            if by_hand.isdisjoint(row.id for row in theirs):
                assert len({row.paper_id for row in theirs}) == len(theirs), "two places of one paper"
                assert sum(kind == "orcid" for kind, _ in links) <= 1, "two ORCIDs"
        for question in session.scalars(select(MaybeSame).where(MaybeSame.decision.is_(None))):
            assert question.person_id not in merged, "asked about who leads elsewhere"
            assert question.other_id not in merged, "asked about who leads elsewhere"
        for keys in (Authorship.name_key, PersonName.name_key, Person.name_key):
            assert self.forgotten.isdisjoint(session.scalars(select(keys))), "forgotten"

    def _told(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for row in self.session.scalars(select(RecordRow).where(RecordRow.kind == "person")):
            if row.person_id is not None:
                found[row.person_id].add(row.payload["name"])
        return found

    def _check_decisions(self, rows: list[Authorship]) -> None:
        whose = {row.id: row.person_id for row in rows}
        now = decided(self.session)
        for group in now.merged:
            assert len({whose[place.row_id] for place in group}) <= 1, "a merge is not in force"
        for one, other in now.split:
            assert whose[one.row_id] != whose[other.row_id], "a split is not in force"

    def state(self) -> dict[str, Any]:
        session = self.session
        session.expire_all()
        return {
            "mentions": {
                (row.paper_id, row.position): row.person_id for row in session.scalars(select(Authorship))
            },
            "people": {
                one.public_id: (one.full_name, one.merged_into) for one in session.scalars(select(Person))
            },
            "names": set(map(tuple, session.execute(select(PersonName.person_id, PersonName.name)))),
            "identifiers": set(
                map(
                    tuple,
                    session.execute(
                        select(PersonIdentifier.person_id, PersonIdentifier.kind, PersonIdentifier.value)
                    ),
                )
            ),
            "questions": set(
                map(
                    tuple,
                    session.execute(select(MaybeSame.person_id, MaybeSame.other_id, MaybeSame.decision)),
                )
            ),
        }


def _author(rng: Random, name: str, position: int = 1) -> Author:
    places = [rng.choice(PLACES)] if rng.random() < 0.6 else []
    return author(name, position, *places, orcid=rng.choice(ORCIDS) if rng.random() < 0.3 else "")


def _authors(rng: Random) -> list[Author]:
    names = rng.sample(NAMES, rng.randint(1, 3))
    return [_author(rng, name, place) for place, name in enumerate(names, 1)]


@contextmanager
def an_office(folders: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = folders.mktemp("office")
    engine = open_database(f"sqlite:///{folder}/test.db")
    with new_session(engine) as session:
        yield Office(session)
    engine.dispose()


NIGHTS = [Office.new_papers, Office.a_paper_is_printed_anew, Office.a_page, Office.all_is_crawled_again]
BY_HAND = [
    Office.two_are_merged, Office.two_are_told_apart, Office.somebody_is_split, Office.a_decision_is_taken_back,
    Office.a_list_is_brought_in, Office.somebody_is_contacted, Office.somebody_is_forgotten,
]  # fmt: skip
steps = st.lists(
    st.tuples(
        st.sampled_from([*NIGHTS, *NIGHTS, *BY_HAND, Office.all_is_resolved_anew]), st.integers(0, 10**6)
    ),
    min_size=4,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(steps=steps, seed=st.integers(0, 10**6))
def test_whatever_happens_people_are_who_they_are(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, int]], seed: int
) -> None:
    with an_office(tmp_path_factory) as office:
        office.new_papers(Random(seed))
        office.check()
        for happens, number in steps:
            office.day += 1
            happens(office, Random(number))
            if happens in NIGHTS or happens is Office.all_is_resolved_anew:
                office.check()
        for rebuild in (False, True):
            office.resolve(rebuild=rebuild)
            office.check()
            before = office.state()
            office.resolve(rebuild=rebuild)
            assert office.state() == before, "nothing came, and something changed"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_first_night_is_a_rebuild(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    with an_office(tmp_path_factory) as office:
        rng = Random(seed)
        records = [paper(number, *_authors(rng), title=f"Of thing {number}") for number in range(1, 9)]
        office.save(*records)
        office.resolve()
        before = office.state()
        office.resolve(rebuild=True)
        assert office.state() == before
