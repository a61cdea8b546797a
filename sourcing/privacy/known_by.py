"""What somebody is known by: every name, identifier and address under which they are held."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys.names import name_key, parse_name
from db.payload import from_payload
from db.queries.lineage import survivors, with_merged
from db.records import Identifier, IdentifierKind, PersonRecord
from db.schema import (
    Authorship,
    Contribution,
    Implementation,
    Person,
    PersonIdentifier,
    PersonName,
    RecordRow,
    Repository,
)
from db.suppression import printed_forms, without_middle_names

LOGIN_AT = {"github.com": IdentifierKind.GITHUB, "huggingface.co": IdentifierKind.HUGGINGFACE}
_LOGINS = (IdentifierKind.GITHUB, IdentifierKind.HUGGINGFACE, IdentifierKind.KAGGLE)
_SHARED_HOSTS = frozenset(
    {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co", "kaggle.com", "linkedin.com",
     "scholar.google.com", "sites.google.com", "orcid.org", "openreview.net", "arxiv.org", "dblp.org", "x.com",
     "twitter.com", "medium.com", "researchgate.net", "semanticscholar.org", "youtube.com"}
)  # fmt: skip
# A shorter family name is in too many logins by chance.
_SHORTEST_FAMILY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All under which somebody is held. ``keys`` are the keys of ``names``; ``ids`` are row ids."""

    ids: tuple[int, ...]
    public_ids: tuple[str, ...]
    names: tuple[str, ...]
    keys: frozenset[str]
    identifiers: tuple[Identifier, ...]
    addresses: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Whatever must not be read anywhere afterwards: names of two words and more, identifiers, addresses."""
        told = (name for name in self.names if len(name.split()) > 1 or not name.isascii())
        held = (one.value for one in self.identifiers if self._is_telling(one))
        return (*told, *held, *self.addresses, *self.public_ids)

    def _is_telling(self, one: Identifier) -> bool:
        """Whether an identifier says who it is wherever it stands; a login such as ``tide`` is a word of its own."""
        if one.kind not in _LOGINS or any(ch.isdigit() for ch in one.value):
            return True
        parts = {part for key in self.keys for part in key.split() if len(part) > 2}
        return any(part in one.value.casefold() for part in parts)


def known_of(session: Session, person: Person, *, namesakes: bool) -> Known:
    """All under which ``person`` is held, merged entries included.

    With ``namesakes``, those who are usually called the same are included, also with middle names: somebody who only
    shares a short form ("A. Quill") is not.
    """
    own = set(with_merged([person.id], survivors(session)))
    names = set(session.scalars(select(Person.full_name).where(Person.id.in_(own))))
    names.update(session.scalars(select(PersonName.name).where(PersonName.person_id.in_(own))))
    for name, variants in session.execute(
        select(Authorship.name, Authorship.variants).where(Authorship.person_id.in_(own))
    ):
        names.update((name, *variants))
    held = session.execute(
        select(PersonIdentifier.kind, PersonIdentifier.value).where(
            PersonIdentifier.person_id.in_(own), PersonIdentifier.confidence == "confirmed"
        )
    ).all()
    identifiers = {Identifier(kind=IdentifierKind(kind), value=value) for kind, value in held}
    for row in session.scalars(
        select(RecordRow).where(RecordRow.kind == "person", RecordRow.person_id.in_(own))
    ):
        profile = from_payload(PersonRecord, row.payload)
        names.update((profile.name, *profile.other_names))
        identifiers.update(profile.identifiers)
    about = session.execute(select(Person.homepage, Person.email).where(Person.id.in_(own))).all()
    identifiers |= {
        Identifier(kind=IdentifierKind.HOMEPAGE, value=one.homepage) for one in about if one.homepage
    }
    identifiers |= _accounts_named_after(session, own, names)
    identifiers = {one for one in identifiers if not _is_everybodys(one)}
    if namesakes:
        names |= _with_middle_names(session, names)
    keys = {key for name in names for form in printed_forms(name) if (key := name_key(form))}
    ids = own
    if namesakes:
        ids = own | set(session.scalars(select(Person.id).where(Person.name_key.in_(keys))))
    return Known(
        ids=tuple(sorted(ids)),
        public_ids=tuple(session.scalars(select(Person.public_id).where(Person.id.in_(ids)))),
        names=tuple(sorted(names)),
        keys=frozenset(keys),
        identifiers=tuple(sorted(identifiers, key=lambda one: (one.kind, one.value))),
        addresses=tuple(sorted({one.email for one in about if one.email})),
    )


def _is_everybodys(one: Identifier) -> bool:
    """Whether a homepage is the front page of a site that many have pages on: keeping that out would keep all out."""
    page = one.value.casefold().rstrip("/").rpartition("://")[2].removeprefix("www.")
    return one.kind is IdentifierKind.HOMEPAGE and page in _SHARED_HOSTS


def _with_middle_names(session: Session, names: Collection[str]) -> set[str]:
    """Forms stored here that print further given names between the first one and the family name of ``names``."""
    found: set[str] = set()
    for name in names:
        parsed = parse_name(name)
        given, family = parsed.given_parts, " ".join(parsed.family_parts)
        if parsed.native or not given or len(given[0]) < 2 or len(family) < 2:
            continue
        key = name_key(f"{given[0]} {family}")
        for printed, keyed in (
            (Authorship.name, Authorship.name_key),
            (Person.full_name, Person.name_key),
            (PersonName.name, PersonName.name_key),
        ):
            longer = session.scalars(
                select(printed)
                .where(
                    keyed.startswith(f"{given[0]} ", autoescape=True),
                    keyed.endswith(f" {family}", autoescape=True),
                )
                .distinct()
            )
            found.update(one for one in longer if name_key(without_middle_names(one) or "") == key)
    return found


def _accounts_named_after(session: Session, own: Collection[int], names: Collection[str]) -> set[Identifier]:
    """Owners of repositories of their papers, or that they committed to, whose login holds their family name.

    Nobody has confirmed such a login, so it is no identifier of theirs otherwise; but it says who it is. On hosts whose
    logins are no kind of identifier it is the address of their page.
    """
    families = {"".join(parse_name(name).family_parts) for name in names}
    mine = select(Authorship.paper_id).where(Authorship.person_id.in_(own))
    linked = select(Implementation.repository_id).where(Implementation.paper_id.in_(mine))
    committed = select(Contribution.repository_id).where(Contribution.person_id.in_(own))
    keys = session.scalars(select(Repository.key).where(Repository.id.in_(linked.union(committed))))
    owners = {tuple(key.split("/")[:-1]) for key in keys}
    return {
        Identifier(kind=LOGIN_AT[host], value=path[-1])
        if host in LOGIN_AT
        else Identifier(kind=IdentifierKind.HOMEPAGE, value=f"https://{'/'.join((host, *path))}")
        for host, *path in owners
        if path
        if any(len(one) >= _SHORTEST_FAMILY and one in path[-1].replace("-", "") for one in families)
    }
