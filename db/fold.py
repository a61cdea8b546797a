"""Folding the records of one paper into one row. Pure, and blind to the order in which they arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import name_key, parse_name
from db.keys.own_script import can_be_transcribed
from db.keys.papers import title_key
from db.records import Author, PaperRecord, Review

T = TypeVar("T")

# Whose word counts first where several sources fill one field. arXiv's text is the authors' own and the
# newest; a venue's own pages say more about venue and decision, but arXiv leaves those fields empty anyway.
_PRECEDENCE = ("arxiv", "arxiv_oai", "openreview", "virtual", "neurips", "pmlr", "cvf", "acl", "huggingface")

_SCALARS = (
    "title", "abstract", "updated", "version", "arxiv_id", "doi", "openreview_id", "primary_category",
    "comment", "journal_ref", "licence", "venue", "venue_year", "decision", "url",
)  # fmt: skip
_UNIONS = ("categories", "keywords", "awards", "code_urls", "page_urls")
_FIELDS = (*_SCALARS, *_UNIONS, "published")
_read_fields = attrgetter(*_FIELDS)
_AUTHOR_FIELDS = ("name", "given", "family", "suffix", "affiliations", "identifiers")
_read_author = attrgetter(*_AUTHOR_FIELDS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as the store holds it: ``id`` is its row."""

    id: int
    record: PaperRecord


class FoldedAuthor(NamedTuple):
    """One position of the author list; ``origins`` names the record each field came from."""

    author: Author
    is_first: bool
    name_key: str
    variants: tuple[str, ...]
    origins: dict[str, int]


@dataclass(frozen=True, slots=True)
class Folded:
    """A paper's columns, where each came from, its authors and its reviews (by record)."""

    fields: dict[str, Any]
    origins: dict[str, int]
    authors: tuple[FoldedAuthor, ...]
    reviews: tuple[tuple[int, tuple[Review, ...]], ...]


def precedence(record: PaperRecord) -> tuple[int, str, str]:
    """Sort key: whose fields win, then a fixed order so that arrival does not matter."""
    rank = _PRECEDENCE.index(record.source) if record.source in _PRECEDENCE else len(_PRECEDENCE)
    return rank, record.source, record.source_key


def fold(kept: Sequence[Kept]) -> Folded:
    """Fold at least one record into one paper.

    Single values come from the first source in precedence that has them, lists are united, ``published`` is
    the earliest date any source gives (a work is as old as its first appearance).
    """
    ordered = sorted(kept, key=lambda one: precedence(one.record)) if len(kept) > 1 else kept
    fields, origins = _fields_of(ordered[0])
    for one in ordered[1:]:
        _fill(fields, origins, one)
    fields["title_key"] = title_key(fields["title"])
    fields["n_authors"] = max([a.position for one in ordered for a in one.record.authors], default=0)
    fields["text_hash"] = text_hash(fields["title"], fields["abstract"])
    return Folded(
        fields=fields,
        origins=origins,
        authors=_fold_authors(ordered),
        reviews=tuple((one.id, one.record.reviews) for one in ordered if one.record.reviews),
    )


def _fields_of(kept: Kept) -> tuple[dict[str, Any], dict[str, int]]:
    """One record's own fields, and itself as the origin of those that are filled."""
    fields: dict[str, Any] = dict(zip(_FIELDS, _read_fields(kept.record), strict=True))
    for name in _UNIONS:
        if fields[name]:
            fields[name] = tuple(dict.fromkeys(fields[name]))
    return fields, {name: kept.id for name, value in fields.items() if value is not None and value != ()}


def _fill(fields: dict[str, Any], origins: dict[str, int], kept: Kept) -> None:
    """Add what a record later in precedence knows besides."""
    more, theirs = _fields_of(kept)
    for name in _SCALARS:
        if name in theirs and name not in origins:
            fields[name], origins[name] = more[name], kept.id
    for name in _UNIONS:
        fields[name] = tuple(dict.fromkeys((*fields[name], *more[name])))
        if name in theirs:
            origins.setdefault(name, kept.id)
    dated = [
        (published, at)
        for published, at in (
            (fields["published"], origins.get("published", 0)),
            (more["published"], kept.id),
        )
        if published is not None
    ]
    if dated:
        fields["published"], origins["published"] = min(dated)


def text_hash(title: str, abstract: str | None) -> str:
    """A digest of what scorers read, so that a score of an older text is known as stale."""
    return hashlib.blake2b(f"{title}\0{abstract or ''}".encode(), digest_size=12).hexdigest()


def _fold_authors(ordered: Sequence[Kept]) -> tuple[FoldedAuthor, ...]:
    lead = next((one for one in ordered if one.record.authors), None)
    if lead is None:
        return ()
    others = [one for one in ordered if one is not lead and one.record.authors]
    if not others:
        return _only_authors(lead)
    return tuple(
        _fold_author(author, lead, [(one, _same_place(author, lead, one)) for one in others])
        for author in sorted(lead.record.authors, key=lambda one: one.position)
    )


def _only_authors(lead: Kept) -> tuple[FoldedAuthor, ...]:
    """The authors of a paper with one record. Those with the same fields filled share one ``origins``: it is written
    out once for all of them."""
    shared: dict[tuple[bool, ...], dict[str, int]] = {}
    folded = []
    for author in lead.record.authors:
        filled = tuple(map(bool, _read_author(author)))
        origins = shared.get(filled)
        if origins is None:
            origins = shared[filled] = {
                name: lead.id for name, there in zip(_AUTHOR_FIELDS, filled, strict=True) if there
            }
        folded.append(
            FoldedAuthor(
                author=author,
                is_first=author.position == 1 or author.joint_first,
                name_key=name_key(author.name),
                variants=(),
                origins=origins,
            )
        )
    return tuple(folded)


def _same_place(author: Author, lead: Kept, other: Kept) -> Author | None:
    """The same person in another record of the same paper: the same name, or the same place in an equally long list
    with the same family name or a name that can be the same person's."""
    key = name_key(author.name)
    by_name = [one for one in other.record.authors if name_key(one.name) == key]
    if len(by_name) == 1:
        return by_name[0]
    if len(other.record.authors) != len(lead.record.authors):
        return None
    there = next((one for one in other.record.authors if one.position == author.position), None)
    if there is not None and (_family(there) == _family(author) or _may_be_one(there, author)):
        return there
    return None


def _may_be_one(one: Author, other: Author) -> bool:
    """Smithers and Jones-Smithers; 王伟 and Wei Wang. A name in other letters with another family name stays out:
    identity would take it for somebody else's."""
    names = [parse_name(each.name, given=each.given, family=each.family) for each in (one, other)]
    return relate_names(*names) is not NameRelation.DIFFERENT or can_be_transcribed(*names)


def _family(author: Author) -> str:
    return title_key(author.family or author.name.split()[-1] if author.name.split() else "")


def _fold_author(author: Author, lead: Kept, found: Sequence[tuple[Kept, Author | None]]) -> FoldedAuthor:
    same = [(lead, author), *((kept, other) for kept, other in found if other is not None)]
    origins = {"name": lead.id}

    def first(read: Callable[[Author], str | None], name: str) -> str | None:
        for kept, one in same:
            if (value := read(one)) is not None:
                origins[name] = kept.id
                return value
        return None

    given = first(lambda one: one.given, "given")
    family = first(lambda one: one.family, "family")
    suffix = first(lambda one: one.suffix, "suffix")
    for kept, one in same:
        for name, filled in (("affiliations", one.affiliations), ("identifiers", one.identifiers)):
            if filled:
                origins.setdefault(name, kept.id)
    folded = Author(
        name=author.name,
        position=author.position,
        given=given,
        family=family,
        suffix=suffix,
        joint_first=any(one.joint_first for _, one in same),
        affiliations=_unique(value for _, one in same for value in one.affiliations),
        identifiers=_unique(value for _, one in same for value in one.identifiers),
    )
    return FoldedAuthor(
        author=folded,
        is_first=folded.position == 1 or folded.joint_first,
        name_key=name_key(folded.name),
        variants=tuple(name for name in _unique(one.name for _, one in same) if name != folded.name),
        origins=origins,
    )


def _unique(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
