"""Profiles and imported rows against known people: sure by identifier, for review by name, never merged on a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys.names import name_key
from db.keys.papers import title_key
from db.queries.lineage import survivors
from db.records import Achievement, Evidence, Identifier, IdentifierKind, PersonRecord
from db.schema import Authorship, Paper, Person, PersonIdentifier, PersonName
from db.store.upsert import batches
from sourcing.people.accounts import GITHUB, organisations

# One page may be a laboratory's or a couple's; every other identifier is handed to one person.
_SHAREABLE = frozenset([IdentifierKind.HOMEPAGE])
# Of these a person has one, so that two different ones mean two people.
_UNIQUE = frozenset([IdentifierKind.ORCID])
_LABELS = {
    "orcid": "ORCID iD", "openreview": "OpenReview profile", "github": "GitHub login", "dblp": "dblp entry",
    "scholar": "Google Scholar profile", "kaggle": "Kaggle name", "linkedin": "LinkedIn address",
    "homepage": "homepage", "huggingface": "Hugging Face name", "semantic_scholar": "Semantic Scholar page",
    "arxiv_author": "arXiv author id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A known person, by row id, and why."""

    person_id: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """What the known people are to one record: the one who it is for sure, or those it may be."""

    certain: Match | None = None
    maybe: tuple[Match, ...] = ()


@dataclass(slots=True)
class _Known:
    """Known people around a batch of records."""

    by_identifier: dict[tuple[str, str], dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))
    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_work: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    affiliations: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    unique: dict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))


def match_people(session: Session, records: Sequence[PersonRecord | Achievement]) -> list[Matched]:
    """Find each record among the known people.

    Sure is: an identifier that one known person bears (a homepage only together with the name), or the name on a
    paper that the record gives as its own. Everything else that speaks for somebody — the same name, a shared
    homepage, identifiers of two people — is a question for a human.
    """
    known = _load(session, records)
    return [_match(record, known) for record in records]


def _match(record: PersonRecord | Achievement, known: _Known) -> Matched:
    names = _name_keys(record)
    certain: dict[int, list[Evidence]] = defaultdict(list)
    maybe: dict[int, list[Evidence]] = defaultdict(list)
    for identifier in record.identifiers:
        bearers = known.by_identifier.get(identifier_key(identifier), {})
        for person_id, confirmed in bearers.items():
            named = any(person_id in known.by_name[key] for key in names)
            sure = confirmed and len(bearers) == 1 and (named or identifier.kind not in _SHAREABLE)
            said = f"the same {_LABELS.get(identifier.kind, identifier.kind)}, {identifier.value}"
            (certain if sure else maybe)[person_id].append(Evidence(text=said, kind="identifier"))
    for work in getattr(record, "work_keys", ()):
        for key in names:
            bearers_of_name = known.by_work.get((work, key), set())
            for person_id in bearers_of_name:
                evidence = Evidence(text=f"that name is on {work}, which the record lists", kind="paper")
                (certain if len(bearers_of_name) == 1 else maybe)[person_id].append(evidence)
    for key in names:
        for person_id in known.by_name[key]:
            if _cannot_be(record, person_id, known):
                continue
            maybe[person_id].append(Evidence(text="the same name", kind="name"))
            shared = _affiliation_keys(record) & known.affiliations[person_id]
            if shared:
                maybe[person_id].append(Evidence(text="the same affiliation", kind="affiliation"))
    if len(certain) == 1:
        (person_id, evidence_of_one), *_ = certain.items()
        return Matched(certain=Match(person_id, tuple(evidence_of_one)))
    for person_id, found in certain.items():
        maybe[person_id] = [*found, *maybe.get(person_id, [])]
    ordered = sorted(maybe.items(), key=lambda one: (-len(one[1]), one[0]))
    return Matched(maybe=tuple(Match(person_id, tuple(found)) for person_id, found in ordered))


def _cannot_be(record: PersonRecord | Achievement, person_id: int, known: _Known) -> bool:
    mine = {(str(one.kind), one.value) for one in record.identifiers if one.kind in _UNIQUE}
    theirs = known.unique[person_id]
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def identifier_key(identifier: Identifier) -> tuple[str, str]:
    """The form under which two printings of an identifier are equal: no case, scheme, ``www.`` or closing slash."""
    value = identifier.value.casefold()
    if identifier.kind in (IdentifierKind.HOMEPAGE, IdentifierKind.LINKEDIN):
        value = value.partition("://")[2] or value
        value = value.removeprefix("www.").rstrip("/")
    return str(identifier.kind), value


def _name_keys(record: PersonRecord | Achievement) -> list[str]:
    if isinstance(record, Achievement):
        names: tuple[str, ...] = (record.person_name,)
    else:
        names = (record.name, *record.other_names)
    return [key for key in dict.fromkeys(name_key(one) for one in names) if key]


def _affiliation_keys(record: PersonRecord | Achievement) -> set[str]:
    printed = record.affiliations if isinstance(record, PersonRecord) else ()
    return {key for one in printed if (key := title_key(one))}


def _load(session: Session, records: Iterable[PersonRecord | Achievement]) -> _Known:
    records = list(records)
    known = _Known()
    merged = survivors(session)
    wanted = {identifier_key(one) for record in records for one in record.identifiers}
    names = {key for record in records for key in _name_keys(record)}
    works = {work for record in records for work in getattr(record, "work_keys", ())}
    kinds = {kind for kind, _ in wanted} | {str(one) for one in _UNIQUE}
    identifiers = session.execute(
        select(
            PersonIdentifier.person_id,
            PersonIdentifier.kind,
            PersonIdentifier.value,
            PersonIdentifier.confidence,
        ).where(PersonIdentifier.kind.in_(kinds))
    )
    logins = {value for kind, value in wanted if kind == GITHUB}
    nobodys = {(GITHUB, login) for login in organisations(session, logins)}
    for person_id, kind, value, confidence in identifiers:
        key = identifier_key(Identifier(kind=IdentifierKind(kind), value=value))
        person = merged.get(person_id, person_id)
        if kind in _UNIQUE:
            known.unique[person].add((kind, value))
        if key in wanted and key not in nobodys:
            bearers = known.by_identifier[key]
            bearers[person] = bearers.get(person, False) or confidence == "confirmed"
    for some in batches(sorted(names)):
        for table in (
            select(PersonName.person_id, PersonName.name_key).where(PersonName.name_key.in_(some)),
            select(Person.id, Person.name_key).where(Person.name_key.in_(some)),
        ):
            for person_id, printed_key in session.execute(table):
                known.by_name[printed_key].add(merged.get(person_id, person_id))
    for some in batches(sorted(works)):
        for row in session.execute(
            select(Authorship.person_id, Authorship.name_key, Paper.arxiv_id, Paper.doi)
            .join(Paper, Paper.id == Authorship.paper_id)
            .where(Paper.arxiv_id.in_(some) | Paper.doi.in_(some))
        ):
            for work in (row.arxiv_id, row.doi):
                if work is not None and row.person_id is not None:
                    known.by_work[work, row.name_key].add(merged.get(row.person_id, row.person_id))
    people = {one for found in known.by_name.values() for one in found}
    _load_affiliations(session, people, known.affiliations)
    return known


def _load_affiliations(session: Session, people: Iterable[int], into: dict[int, set[str]]) -> None:
    for some in batches(sorted(people)):
        for person_id, printed in session.execute(
            select(Person.id, Person.affiliation).where(Person.id.in_(some))
        ):
            if printed:
                into[person_id].add(title_key(printed))
        for row in session.execute(
            select(Authorship.person_id, Authorship.affiliations).where(Authorship.person_id.in_(some))
        ):
            into[row.person_id].update(title_key(one) for one in row.affiliations)
