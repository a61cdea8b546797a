"""What is known about a person — affiliation, sector, country, homepage, contact, first year — with its origin.

For people to read and filter by; none of it enters a score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from db.kinds import KEPT_APART
from db.payload import from_payload
from db.records import PersonRecord
from db.schema import Authorship, Paper, Person, RecordRow
from db.store.upsert import batches, update_rows
from sourcing.affiliations import Institution, describe_affiliations, describe_domain
from sourcing.people.own_pages import OWN_PAGES

FIELDS = (
    "affiliation", "sector", "country", "homepage", "email", "email_url", "headline", "first_paper_year", "given",
    "family",
)  # fmt: skip
# Not "merged_into IS NULL": SQLite would walk the index over that, which is all papers, for every batch of people.
_NOT_MERGED = func.coalesce(Paper.merged_into, 0) == 0
_COLUMNS = (Person.id, Person.origins, Person.undescribed, *(getattr(Person, name) for name in FIELDS))


@dataclass(slots=True)
class _Facts:
    """Values of a person's fields, and the record each came from."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, value: Any, record_id: int | None) -> None:
        if value is None or name in self.values:
            return
        self.values[name] = value
        if record_id is not None:
            self.origins[name] = record_id


@dataclass(frozen=True, slots=True)
class _Profile:
    row_id: int
    source: str
    said: datetime
    record: PersonRecord


@dataclass(frozen=True, slots=True)
class _Printed:
    """Affiliations as the newest paper that has any prints them."""

    affiliations: tuple[str, ...]
    record_id: int | None
    at: datetime | None


def describe_people(session: Session, *, now: datetime, person_ids: Sequence[int] | None = None) -> int:
    """Fill in what the attached profiles and the papers of people say; gives how many people changed.

    Call it after :func:`sourcing.people.profiles.attach_profiles`. Affiliation is the newest statement: a paper's, or
    the first of a profile's; sector and country are read from it (:mod:`sourcing.affiliations`), a country that a
    profile states goes first. An e-mail address is taken only from a profile that says where its owner published
    it. A fact whose record has gone is taken back. ``first_paper_year`` counts by the earliest date any source
    gives of any paper. Whoever was described is no longer marked (:mod:`db.store.undescribed`).
    """
    wanted = (
        list(person_ids)
        if person_ids is not None
        else list(session.scalars(select(Person.id).where(Person.merged_into.is_(None)).order_by(Person.id)))
    )
    changed = 0
    for some in batches(wanted):
        profiles = _profiles(session, some)
        printed = _printed(session, some)
        years = _first_years(session, some)
        rows, as_before = [], []
        for person in session.execute(select(*_COLUMNS).where(Person.id.in_(some))):
            facts = facts_of(profiles.get(person.id, []), printed.get(person.id), years.get(person.id))
            if (values := _changed(person, facts)) is not None:
                rows.append({"id": person.id, "undescribed": False, **values})
            elif person.undescribed:
                as_before.append({"id": person.id, "undescribed": False})
        update_rows(session, Person, rows)
        update_rows(session, Person, as_before)
        changed += len(rows)
    session.expire_all()
    return changed


def facts_of(profiles: Sequence[_Profile], printed: _Printed | None, first_year: int | None) -> _Facts:
    """The facts that profiles and papers add up to."""
    facts = _Facts()
    ordered = sorted(profiles, key=_rank)
    with_affiliation = [one for one in ordered if one.record.affiliations]
    newest = max(with_affiliation, key=lambda one: one.said, default=None)
    if printed is not None and (newest is None or printed.at is None or printed.at >= newest.said):
        institution = describe_affiliations(printed.affiliations)
        facts.put("affiliation", "; ".join(printed.affiliations)[:500], printed.record_id)
        _put_institution(facts, institution, printed.record_id)
    elif newest is not None:
        current = newest.record.affiliations[0]
        facts.put("affiliation", current, newest.row_id)
        facts.put("country", newest.record.country, newest.row_id)
        _put_institution(facts, describe_affiliations([current]), newest.row_id)
    for one in ordered:
        record = one.record
        facts.put("country", record.country, one.row_id)
        for name in ("homepage", "headline", "given", "family"):
            facts.put(name, getattr(record, name), one.row_id)
        if record.email is not None and record.email_url is not None and "email" not in facts.values:
            facts.put("email", record.email, one.row_id)
            facts.put("email_url", record.email_url, one.row_id)
            _put_institution(facts, describe_domain(record.email), one.row_id)
    facts.put("first_paper_year", first_year, None)
    return facts


def _put_institution(facts: _Facts, institution: Institution, record_id: int | None) -> None:
    facts.put("sector", institution.sector, record_id)
    facts.put("country", institution.country, record_id)


def _rank(profile: _Profile) -> tuple[int, str, int]:
    trusted = OWN_PAGES.index(profile.source) if profile.source in OWN_PAGES else len(OWN_PAGES)
    return trusted, profile.source, profile.row_id


def _changed(person: Any, facts: _Facts) -> dict[str, Any] | None:
    """The new values of a person's row; ``None`` if it says all that already."""
    _, before_origins, _, *values = person
    before = dict(zip(FIELDS, values, strict=True))
    after = {name: facts.values.get(name) for name in FIELDS}
    origins = {name: record_id for name, record_id in before_origins.items() if name not in after}
    for name in ("given", "family"):
        if after[name] is None:  # how a name is cut is identity's to say where no profile does
            after[name] = before[name]
            if name in before_origins:
                origins[name] = before_origins[name]
    origins |= {name: facts.origins[name] for name in FIELDS if name in facts.origins}
    if before == after and before_origins == origins:
        return None
    return {**after, "origins": origins}


def _profiles(session: Session, people: Sequence[int]) -> dict[int, list[_Profile]]:
    found: dict[int, list[_Profile]] = defaultdict(list)
    for row in session.scalars(
        select(RecordRow).where(
            RecordRow.kind == "person", RecordRow.person_id.in_(people), RecordRow.deleted.is_(False)
        )
    ):
        if row.person_id is not None and row.source not in KEPT_APART:
            record = from_payload(PersonRecord, row.payload)
            found[row.person_id].append(_Profile(row.id, row.source, row.changed_at, record))
    return found


def _printed(session: Session, people: Sequence[int]) -> dict[int, _Printed]:
    found: dict[int, _Printed] = {}
    for row in session.execute(
        select(Authorship.person_id, Authorship.affiliations, Authorship.origins, Paper.published)
        .join(Paper, Paper.id == Authorship.paper_id)
        .where(Authorship.person_id.in_(people), _NOT_MERGED, cast(Authorship.affiliations, String) != "[]")
        .order_by(Paper.published.is_(None), Paper.published.desc(), Paper.id.desc())
    ):
        if row.affiliations and row.person_id not in found:
            found[row.person_id] = _Printed(
                tuple(row.affiliations), row.origins.get("affiliations"), row.published
            )
    return found


def _first_years(session: Session, people: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for person_id, published, venue_year in session.execute(
        select(Authorship.person_id, func.min(Paper.published), func.min(Paper.venue_year))
        .join(Paper, Paper.id == Authorship.paper_id)
        .where(Authorship.person_id.in_(people), _NOT_MERGED)
        .group_by(Authorship.person_id)
    ):
        years = [year for year in (published.year if published else None, venue_year) if year]
        if person_id is not None and years:
            found[person_id] = min(years)
    return found
