"""Resolving the store's mentions: what is new on a night, everything anew, or around a few people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.batches import batches
from db.schema import Authorship
from sourcing.identity.left_behind import leave_nobody_behind
from sourcing.identity.locks import decided
from sourcing.identity.neighbours import clear_forms, read_neighbours, save_forms
from sourcing.identity.pending import find_pending
from sourcing.identity.people import Outcome, refresh_names, save_resolution
from sourcing.identity.reading import read_names_anew, save_reading
from sourcing.identity.resolver import not_collecting, resolve
from sourcing.identity.stored import Stored, read_all, read_profiles, read_some, stock_of

# From this share of all mentions on, reading everything once is quicker than asking the index for each.
_MOST = 0.3


def resolve_pending(session: Session, *, now: datetime) -> Outcome:
    """Give every authorship without a person to one; people who are known stay who they are, unless what is new (a
    mention, an identifier, a page) shows two of them to be one, or one to be two. The caller commits."""
    renamed = read_names_anew(session)
    pending = find_pending(session)
    pending.restated |= renamed - pending.nobodys
    # Before questions are asked anew: what is known of whose mentions fell together stands in one.
    redirected = leave_nobody_behind(session, pending.changed)
    outcome = Outcome()
    if pending.ids:
        outcome = resolve_rows(
            session, pending.ids, now=now, restated=pending.restated, freed=pending.unfounded
        )
    outcome.redirected |= redirected
    outcome.marked = pending.changed
    refresh_names(session, pending.misnamed - outcome.redirected.keys(), now=now)
    return outcome


@not_collecting()
def resolve_everything(session: Session, *, now: datetime) -> Outcome:
    """Cluster all mentions anew, as if they had come in one night; locks hold and ids stay. The caller commits."""
    read_names_anew(session)
    pending = find_pending(session)
    redirected = leave_nobody_behind(session, None)
    mentions = read_all(session)
    clear_forms(session)
    save_forms(session, mentions)
    save_reading(session)
    resolution = resolve(
        (one.mention for one in mentions),
        profiles=read_profiles(session),
        locks=decided(session).locks(),
        stock=stock_of(session),
    )
    outcome = save_resolution(session, mentions, resolution, now=now, restated=pending.restated)
    outcome.redirected |= redirected
    refresh_names(session, pending.misnamed - outcome.redirected.keys(), now=now)
    return outcome


@not_collecting()
def resolve_rows(
    session: Session,
    ids: Collection[int],
    *,
    now: datetime,
    keep: Collection[int] = (),
    judged: Collection[int] = (),
    restated: Collection[int] | None = None,
    freed: Collection[int] = (),
) -> Outcome:
    """Resolve authorships by row id among all that they have to be compared with. The caller commits.

    Of several persons who turn out to be one, one in ``keep`` stays. ``judged`` are persons whose doubts are to be
    looked at again. ``restated`` are those that may be printed otherwise than before (default: all). ``freed`` stay
    with their person only if the evidence says so.
    """
    fixed = decided(session)
    fresh = set(ids)
    for some in batches(sorted(judged)):
        fresh.update(session.scalars(select(Authorship.id).where(Authorship.person_id.in_(some))))
    mentions = _around(session, fresh, fixed.bound_to(fresh))
    known = {
        one.mention.mention_id: one.person_id
        for one in mentions
        if one.person_id is not None and one.id not in freed
    }
    resolution = resolve(
        (one.mention for one in mentions),
        profiles=read_profiles(session),
        locks=fixed.locks(),
        known=known,
        fresh={one.mention.mention_id for one in mentions if one.id in fresh},
        stock=stock_of(session),
    )
    return save_resolution(
        session,
        mentions,
        resolution,
        now=now,
        keep=keep,
        judged=judged,
        fresh=fresh,
        restated=fresh if restated is None else restated,
    )


def _around(session: Session, fresh: set[int], bound: set[int]) -> Sequence[Stored]:
    total = session.scalar(select(func.count()).select_from(Authorship)) or 0
    if len(fresh) > _MOST * total:
        mentions = read_all(session)
        save_forms(session, (one for one in mentions if one.id in fresh))
        return mentions
    new = read_some(session, fresh)
    save_forms(session, new)
    return [*new, *read_neighbours(session, new, bound)]
