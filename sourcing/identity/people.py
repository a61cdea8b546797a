"""Persons of the store after mentions were resolved: ids that stay, redirects and names."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import Session

from db.batches import batches
from db.keys.names import name_key, parse_name
from db.queries.lineage import standing
from db.schema import Authorship, Person, PersonName
from db.store.upsert import insert_rows, update_rows, upsert
from sourcing.identity.blocks import is_bare
from sourcing.identity.doubts import doubts_by_person, save_doubts
from sourcing.identity.locks import made_one
from sourcing.identity.mention import UNIQUE, Resolution
from sourcing.identity.stored import Stored, read_some
from sourcing.people.names import names_told

ID_DIGITS = 10


@dataclass(slots=True)
class Outcome:
    """What a resolution did to the store: row ids of persons by what became of them. ``revived`` had led to somebody
    else, or were on no paper; ``marked`` are those whose papers or pages had changed before it."""

    given: int = 0
    made: set[int] = field(default_factory=set)
    revived: set[int] = field(default_factory=set)
    grown: set[int] = field(default_factory=set)
    shrunk: set[int] = field(default_factory=set)
    redirected: dict[int, int] = field(default_factory=dict)
    unsure: int = 0
    marked: set[int] = field(default_factory=set)

    @property
    def touched(self) -> set[int]:
        """Persons who exist and changed."""
        return self.made | self.grown | self.shrunk


def save_resolution(
    session: Session,
    mentions: Sequence[Stored],
    resolution: Resolution,
    *,
    now: datetime,
    keep: Collection[int] = (),
    judged: Collection[int] | None = None,
    fresh: Collection[int] | None = None,
    restated: Collection[int] = (),
) -> Outcome:
    """Give every mention to the person of its cluster.

    A cluster keeps the person most of its mentions had (of two, one in ``keep``, else whose ORCID it has, else who was
    there first); it makes a new one only where nobody is left. A person who has no mention any more leads to whoever
    got most of them. Doubts about persons in ``judged`` (default: everybody) are those of this resolution, and no
    others; so are those about persons who changed and of whom a mention is in ``fresh`` (row ids), as only these were
    compared with all others. ``restated`` are row ids of mentions that may be printed otherwise than before.
    """
    every = _clusters(mentions, resolution)
    # Of most people a night has nothing to say.
    settled = _settled(every)
    clusters = _in_order(every, settled, restated)
    outcome = Outcome()
    home = settled | _homes(session, clusters, keep)
    home |= _new_people(session, [key for key in clusters if key not in home], clusters, outcome, now)
    moved = _move(session, clusters, home, outcome)
    stayed = [
        (one, home[key])
        for key, group in clusters.items()
        for one in group
        if one.id in restated and one.person_id == home[key]
    ]
    outcome.grown |= {person_id for _, person_id in stayed} - outcome.made
    _redirect(session, clusters, home, outcome)
    _save_names(session, clusters, home, [*moved, *stayed], outcome, now)
    changed = outcome.touched if fresh is None else outcome.touched & _compared(clusters, home, fresh)
    changed |= set(outcome.redirected) | set(judged or ())
    asked = doubts_by_person(resolution, home)
    save_doubts(session, asked, None if judged is None else changed, now=now)
    outcome.unsure = len(asked)
    refresh_names(session, outcome.revived, now=now)
    session.flush()
    return outcome


def _clusters(mentions: Iterable[Stored], resolution: Resolution) -> dict[int, list[Stored]]:
    """The mentions of each person, by their number."""
    groups: dict[int, list[Stored]] = defaultdict(list)
    persons = resolution.persons
    for one in mentions:
        groups[persons[one.mention.mention_id]].append(one)
    return groups


def _settled(clusters: Mapping[int, list[Stored]]) -> dict[int, int]:
    """The clusters that are all that a known person has, and nothing else; with that person."""
    had = {key: {one.person_id for one in group} for key, group in clusters.items()}
    parts = Counter(chain.from_iterable(had.values()))
    return {
        key: person_id
        for key, (person_id, *others) in had.items()
        if person_id is not None and not others and parts[person_id] == 1
    }


def _in_order(
    clusters: Mapping[int, list[Stored]], settled: Collection[int], restated: Collection[int]
) -> dict[int, list[Stored]]:
    """The clusters that are not settled, or of which a mention may be printed otherwise than before; they and their
    mentions in the fixed order (a person's number is their first mention's)."""
    return {
        key: sorted(group, key=attrgetter("mention.paper_id", "mention.position"))
        for key, group in sorted(clusters.items())
        if key not in settled or any(one.id in restated for one in group)
    }


def _homes(session: Session, clusters: Mapping[int, list[Stored]], keep: Collection[int]) -> dict[int, int]:
    """Which cluster goes on being which person: most mentions first, each person and each cluster once."""
    counts = Counter(
        [
            (key, one.person_id)
            for key, group in clusters.items()
            for one in group
            if one.person_id is not None
        ]
    )
    # Mostly a person has one cluster and the cluster one person: no need to ask who goes first.
    keys, people = Counter([key for key, _ in counts]), Counter([person_id for _, person_id in counts])
    home = {key: person_id for key, person_id in counts if keys[key] == 1 and people[person_id] == 1}
    taken = set(home.values())
    counts = Counter({pair: number for pair, number in counts.items() if pair[0] not in home})
    age: dict[int, tuple[datetime, str]] = {}
    contested = {person_id for _, person_id in counts}
    named = Counter(
        (key, one.person_id)
        for key in {key for key, _ in counts}
        for one in clusters[key]
        if any(link.partition(":")[0] in UNIQUE for link in one.mention.links)
    )
    for some in batches(sorted(contested)):
        for row_id, first_seen, public_id in session.execute(
            select(Person.id, Person.first_seen, Person.public_id).where(Person.id.in_(some))
        ):
            age[row_id] = first_seen, public_id
    order = sorted(
        counts.items(),
        key=lambda entry: (
            entry[0][1] not in keep, -entry[1], -named[entry[0]], age[entry[0][1]], entry[0][0]
        ),
    )  # fmt: skip
    for (key, person_id), _ in order:
        if key not in home and person_id not in taken:
            home[key] = person_id
            taken.add(person_id)
    return home


def _new_people(
    session: Session,
    keys: Sequence[int],
    clusters: Mapping[int, list[Stored]],
    outcome: Outcome,
    now: datetime,
) -> dict[int, int]:
    """A person for each of these clusters. The id follows from the first mention, so that a run that was stopped and
    begun again gives the same; an id that was ever given to somebody else is never given again."""
    if not keys:
        return {}
    wanted = {key: _public_id(clusters[key][0]) for key in keys}
    there: dict[str, tuple[int, int | None]] = {}
    last = session.scalar(select(func.max(Person.id))) or 0
    for some in batches(sorted(wanted.values()) if last else ()):
        for row_id, public_id, merged_into in session.execute(
            select(Person.id, Person.public_id, Person.merged_into).where(Person.public_id.in_(some))
        ):
            there[public_id] = row_id, merged_into
    origins = _origins(session, [clusters[key][0].id for key in keys])
    home: dict[int, int] = {}
    rows: list[dict[str, Any]] = []
    by_public: dict[str, int] = {}
    for key in keys:
        public_id, turn = wanted[key], 1
        found = there.get(public_id)
        if found is not None and (found[1] is not None or _is_on_no_paper(session, found[0])):
            # Made for this very mention once, and merged or off its paper since: the same person again.
            back = _heir_by_hand(session, found[0])
            if back is None or back in home.values():
                back = found[0]
                session.execute(update(Person).where(Person.id == back).values(merged_into=None))
            home[key] = back
            outcome.revived.add(back)
            continue
        while found is not None or public_id in by_public:
            turn += 1
            public_id = _public_id(clusters[key][0], turn)
            found = session.scalar(select(Person.id).where(Person.public_id == public_id))  # type: ignore[assignment]
        first = clusters[key][0]
        by_public[public_id] = key
        rows.append(
            {
                "public_id": public_id,
                "full_name": first.mention.name,
                "given": first.mention.given,
                "family": first.mention.family,
                "name_key": first.name_key,
                "origins": origins[first.id],
                "first_seen": now,
                "last_seen": now,
            }
        )
    insert_rows(session, Person, rows)
    # One pass over the newest ids is quicker than asking for each; a sequence that lags behind leaves some to ask for.
    made: dict[str, int] = {}
    for condition in (Person.id > last, *map(Person.public_id.in_, batches(sorted(by_public)))):
        if len(made) >= len(by_public):
            break
        made |= {
            public_id: row_id
            for row_id, public_id in session.execute(select(Person.id, Person.public_id).where(condition))
            if public_id in by_public
        }
    for public_id, key in by_public.items():
        home[key] = made[public_id]
        outcome.made.add(made[public_id])
    return home


def _heir_by_hand(session: Session, person_id: int) -> int | None:
    """Into whom somebody was merged by hand who is on no paper, and so cannot draw this one's mentions to them."""
    person = session.get_one(Person, person_id)
    heir = standing(session, person)
    by_hand = heir is not person and frozenset((heir.public_id, person.public_id)) in made_one(session)
    return heir.id if by_hand and _is_on_no_paper(session, heir.id) else None


def _is_on_no_paper(session: Session, person_id: int) -> bool:
    return session.scalar(select(Authorship.id).where(Authorship.person_id == person_id).limit(1)) is None


def _public_id(first: Stored, turn: int = 1) -> str:
    told = f"{first.mention.paper_id}/{first.mention.position}/{first.mention.name}"
    salt = f"/{turn}" if turn > 1 else ""
    return f"p-{hashlib.sha256(f'{told}{salt}'.encode()).hexdigest()[:ID_DIGITS]}"


def _origins(session: Session, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for some in batches(sorted(ids)):
        for row_id, origins in session.execute(
            select(Authorship.id, Authorship.origins).where(Authorship.id.in_(some))
        ):
            found[row_id] = origins
    return found


def _move(
    session: Session, clusters: Mapping[int, list[Stored]], home: Mapping[int, int], outcome: Outcome
) -> list[tuple[Stored, int]]:
    moved = [
        (one, home[key]) for key, group in clusters.items() for one in group if one.person_id != home[key]
    ]
    if moved:
        update_rows(session, Authorship, [{"id": one.id, "person_id": person_id} for one, person_id in moved])
        session.expire_all()
    for one, person_id in moved:
        outcome.given += one.person_id is None
        if person_id not in outcome.made:
            outcome.grown.add(person_id)
        if one.person_id is not None:
            outcome.shrunk.add(one.person_id)
    return moved


def _redirect(
    session: Session,
    clusters: Mapping[int, list[Stored]],
    home: Mapping[int, int],
    outcome: Outcome,
) -> None:
    """Let every person who lost all mentions lead to whoever has most of them now."""
    alive = set(home.values())
    to: dict[int, Counter[int]] = defaultdict(Counter)
    for key, group in clusters.items():
        for one in group:
            if one.person_id is not None and one.person_id not in alive:
                to[one.person_id][home[key]] += 1
    for gone, counts in sorted(to.items()):
        target = max(counts.items(), key=lambda entry: (entry[1], -entry[0]))[0]
        session.execute(update(Person).where(Person.id == gone).values(merged_into=target))
        outcome.redirected[gone] = target
    outcome.shrunk -= set(outcome.redirected)


def _compared(
    clusters: Mapping[int, list[Stored]], home: Mapping[int, int], fresh: Collection[int]
) -> set[int]:
    return {home[key] for key, group in clusters.items() if any(one.id in fresh for one in group)}


def _save_names(
    session: Session,
    clusters: Mapping[int, list[Stored]],
    home: Mapping[int, int],
    moved: Sequence[tuple[Stored, int]],
    outcome: Outcome,
    now: datetime,
) -> None:
    rows = {
        (person_id, name): {"person_id": person_id, "name": name, "name_key": name_key(name)}
        for one, person_id in moved
        for name in (one.mention.name, *one.mention.variants)
    }
    insert_rows(session, PersonName, [row for (one, _), row in rows.items() if one in outcome.made])
    for some in batches(row for (one, _), row in rows.items() if one not in outcome.made):
        upsert(session, PersonName, some, key=("person_id", "name"), update=())
    touched = outcome.touched
    left = {person_id: key for key, person_id in home.items() if person_id in touched}
    # Who is new is called as on the first of their papers, and was last seen now.
    called = {person_id: clusters[left[person_id]][0].mention.name for person_id in outcome.made}
    for person_id in sorted(outcome.shrunk):
        gone = _forms(one for one, _ in moved if one.person_id == person_id) - _forms(
            clusters[left[person_id]]
        )
        session.execute(
            delete(PersonName).where(PersonName.person_id == person_id, PersonName.name.in_(sorted(gone)))
        )
    renamed: list[dict[str, Any]] = []
    for some_ids in batches(sorted(touched - outcome.made)):
        called.update(
            (row_id, full_name)
            for row_id, full_name in session.execute(
                select(Person.id, Person.full_name).where(Person.id.in_(some_ids))
            )
        )
        session.execute(update(Person).where(Person.id.in_(some_ids)).values(last_seen=now))
    for row_id, full_name in sorted(called.items()):
        best = _called(full_name, clusters[left[row_id]])
        if best is not None:
            renamed.append(
                {"id": row_id, "full_name": best.mention.name, "name_key": best.name_key,
                 "given": best.mention.given, "family": best.mention.family}
            )  # fmt: skip
    if renamed:
        session.execute(update(Person), renamed)


def refresh_names(session: Session, people: Collection[int], *, now: datetime) -> None:
    """Bring the names of people in line with what papers print and profiles tell of them.

    Who is on no paper any more keeps their names, but for those that are others' of ``people``.
    """
    printed: dict[int, list[Stored]] = defaultdict(list)
    rows: list[int] = []
    for some in batches(sorted(people)):
        rows += session.scalars(select(Authorship.id).where(Authorship.person_id.in_(some)))
    for one in read_some(session, rows):
        if one.person_id is not None:
            printed[one.person_id].append(one)
    told = names_told(session, people)
    others = PersonName.name.in_(sorted(set().union(*told.values())))
    for person_id in sorted(people):
        untold = PersonName.name.not_in(sorted(told.get(person_id, ())))
        stale = untold if person_id in printed else and_(untold, others)
        session.execute(delete(PersonName).where(PersonName.person_id == person_id, stale))
    for person_id, group in printed.items():
        names = [
            {"person_id": person_id, "name": name, "name_key": name_key(name)}
            for name in sorted(_forms(group))
        ]
        upsert(session, PersonName, names, key=("person_id", "name"), update=())
        person = session.get_one(Person, person_id)
        best = _called(person.full_name, group)
        if best is not None:
            person.full_name, person.name_key = best.mention.name, best.name_key
            person.given, person.family = best.mention.given, best.mention.family
        person.last_seen = now
    session.flush()


def _forms(group: Iterable[Stored]) -> set[str]:
    return {name for one in group for name in (one.mention.name, *one.mention.variants)}


def _called(full_name: str, group: Sequence[Stored]) -> Stored | None:
    """The form to call a person by: the one most used that is more than initials. ``None`` if the present one is still
    printed and is more than initials too."""
    printed = [one for one in group if one.mention.name == full_name]
    if printed and (len(group) == len(printed) or not _is_short(printed[0])):
        return None
    counts = Counter(one.mention.name for one in group)
    best = min(
        group,
        key=lambda one: (
            _is_short(one), -counts[one.mention.name], -len(one.mention.name), one.mention.name
        ),
    )  # fmt: skip
    return best if best.mention.name != full_name else None


def _is_short(one: Stored) -> bool:
    return is_bare(parse_name(one.mention.name))
