"""Whom a night's mentions have to be compared with: found by index, however many people there are."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.batches import batches, rows_of
from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import ParsedName, parse_name, parse_printed
from db.queries.lineage import survivors
from db.schema import Authorship, NameForm, NameFormKey, PersonIdentifier
from db.store.upsert import insert_rows
from sourcing.identity.blocks import MAX_FORMS, form_keys, is_bare
from sourcing.identity.mention import PROOF
from sourcing.identity.stored import Stored, read_some


def save_forms(session: Session, mentions: Iterable[Stored]) -> None:
    """Enter the forms of these mentions into the index of names; what is there already stays."""
    wanted: dict[tuple[str, str], ParsedName] = {}
    for one in mentions:
        for name in _forms_of(one):
            wanted.setdefault((one.name_key, _text(name)), name)
    if not wanted:
        return
    by_id = {_digest(f"{name_key}|{form}"): (name_key, form) for name_key, form in wanted}
    there: set[int] = set()
    # On a first night there is nothing to look up.
    some_there = session.scalar(select(NameForm.id).limit(1)) is not None
    for some in batches(sorted(by_id) if some_there else ()):
        there.update(session.scalars(select(NameForm.id).where(NameForm.id.in_(some))))
    rows = []
    keys: list[tuple[int, int]] = []
    for form_id, (name_key, form) in sorted(by_id.items()):
        if form_id not in there:
            name = wanted[name_key, form]
            words = len(name.family_parts)
            rows.append({"id": form_id, "name_key": name_key, "form": form, "family_words": words})
            keys += [(key, form_id) for key in found_at(name)]
    insert_rows(session, NameForm, rows)
    insert_rows(session, NameFormKey, [{"key": key, "form_id": form_id} for key, form_id in sorted(keys)])


def clear_forms(session: Session) -> None:
    """Empty the index of names: what an earlier version entered may stand under keys that nobody asks for now."""
    session.execute(delete(NameFormKey))
    session.execute(delete(NameForm))


def related_name_keys(session: Session, mentions: Iterable[Stored]) -> set[str]:
    """Name keys of authorships whose printed names can be those of the people mentioned; their own included."""
    names = list({_text(name): name for one in mentions for name in _forms_of(one)}.values())
    found = {one.name_key for one in mentions}
    asking: dict[int, list[int]] = defaultdict(list)
    initials: set[int] = set()
    for number, name in enumerate(names):
        for key in looks_at(name):
            asking[key].append(number)
        initials |= _initials_at(name)
    forms: dict[int, list[int]] = defaultdict(list)
    for key, form_id in rows_of(
        session, select(NameFormKey.key, NameFormKey.form_id), NameFormKey.key, asking
    ):
        forms[key].append(form_id)
    # A key that more share is a common word; initials are compared with all that they may stand for.
    wanted = {
        form_id for key, ids in forms.items() if len(ids) <= MAX_FORMS or key in initials for form_id in ids
    }
    asked_of: dict[int, set[int]] = defaultdict(set)
    for key, ids in forms.items():
        for form_id in wanted.intersection(ids):
            asked_of[form_id].update(asking[key])
    stored_forms = select(NameForm.id, NameForm.name_key, NameForm.form, NameForm.family_words)
    for form_id, name_key, form, family_words in rows_of(session, stored_forms, NameForm.id, wanted):
        if name_key not in found:
            stored = _parsed(form, family_words)
            relations = (relate_names(names[number], stored) for number in asked_of[form_id])
            if any(relation is not NameRelation.DIFFERENT for relation in relations):
                found.add(name_key)
    return found


def read_neighbours(session: Session, pending: Sequence[Stored], also: Collection[int]) -> list[Stored]:
    """What has to be looked at together with the pending mentions: all mentions of people who bear related names, to
    whom a shared identifier leads, or who have an authorship in ``also`` (row ids); and who is nobody's yet among them.

    Rows are found in the indexes first and then read in the order in which they lie: those of a person lie scattered,
    and what is read by person is read from the disk again and again.
    """
    pending_ids = {one.id for one in pending}
    named = _ids(session, Authorship.name_key, related_name_keys(session, pending))
    near = read_some(session, (named | set(also)) - pending_ids)
    people = {one.person_id for one in (*pending, *near) if one.person_id is not None}
    people |= _bearers(session, {link for one in pending for link in one.mention.links})
    further = _ids(session, Authorship.person_id, people) - pending_ids - {one.id for one in near}
    return [*near, *read_some(session, further)]


def _ids(session: Session, column: Any, wanted: Iterable[Any]) -> set[int]:
    return {row_id for (row_id,) in rows_of(session, select(Authorship.id), column, wanted)}


def _bearers(session: Session, links: Collection[str]) -> set[int]:
    values = [kind_value.partition(":")[::2] for kind_value in sorted(links)]
    wanted = {(kind, value) for kind, value in values if kind in PROOF}
    if not wanted:
        return set()
    merged = survivors(session)
    found: set[int] = set()
    for some in batches(sorted({value for _, value in wanted})):
        for row in session.execute(
            select(PersonIdentifier.person_id, PersonIdentifier.kind, PersonIdentifier.value).where(
                PersonIdentifier.kind.in_(sorted(PROOF)), PersonIdentifier.value.in_(some)
            )
        ):
            if (row.kind, row.value) in wanted:
                found.add(merged.get(row.person_id, row.person_id))
    return found


def _forms_of(one: Stored) -> list[ParsedName]:
    mention = one.mention
    if mention.given and mention.family:
        first = parse_name(mention.name, given=mention.given, family=mention.family)
    else:
        first = parse_printed(mention.name)
    return [first, *(parse_printed(name) for name in mention.variants if name != mention.name)]


def _text(name: ParsedName) -> str:
    """The folded name without its suffix, as the index keeps it."""
    return name.key if name.native else " ".join((*name.given_parts, *name.family_parts))


def _parsed(form: str, family_words: int) -> ParsedName:
    words = form.split(" ")
    cut = len(words) - family_words
    if cut < 0 or family_words == 0 or not form.isascii():
        return parse_name(form)
    return ParsedName(
        given=" ".join(words[:cut]),
        family=" ".join(words[cut:]),
        given_parts=tuple(words[:cut]),
        family_parts=tuple(words[cut:]),
    )


def found_at(name: ParsedName) -> set[int]:
    """The keys at which a name is found."""
    keys, initials = form_keys(name)
    sign = "-" if is_bare(name) else "+"
    return {*map(_digest, keys), *[_digest(f"{sign} {key}") for key in initials]}


def looks_at(name: ParsedName) -> set[int]:
    """The keys at which a name looks for others: initials meet all names, full names only initials."""
    keys, _ = form_keys(name)
    return {*map(_digest, keys), *_initials_at(name)}


def _initials_at(name: ParsedName) -> set[int]:
    _, initials = form_keys(name)
    signs = "-+" if is_bare(name) else "-"
    return {_digest(f"{sign} {key}") for sign in signs for key in initials}


def _digest(key: str) -> int:
    """A signed number of 64 bits; names themselves are kept in one place only, where they can be erased."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
