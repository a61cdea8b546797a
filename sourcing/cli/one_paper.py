"""Which records are one paper, put right by hand: the part of ``merge`` and ``split`` that is about papers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.schema import Paper
    from db.store.paper_match import Key
    from sourcing.app import App


def named(session: Session, word: str) -> Paper | None:
    """The paper that a word is an id or address of; people's ids and names are none."""
    from db.queries.find import find_paper_by_any_id

    return None if word.startswith("p-") else find_paper_by_any_id(session, word)


def both(session: Session, one: str, other: str) -> tuple[Paper, Paper] | None:
    """Two papers; ``None`` where neither word or only one of them names a paper."""
    papers = (named(session, one), named(session, other))
    return None if papers[0] is None or papers[1] is None else (papers[0], papers[1])


def merge(
    app: App, session: Session, papers: tuple[Paper, Paper], *, why: str | None, undo: bool
) -> list[Paper]:
    """Make two papers one, or take that back; gives the papers that they are now."""
    from db.store.paper_merge import CannotMerge, merge_papers, undo_merge

    if undo:
        return undo_merge(session, papers[0], at=app.now())
    if papers[0].id == papers[1].id:
        raise CannotMerge(f"both are {papers[0].public_id} already")
    return [merge_papers(session, papers, by=app.user, at=app.now(), why=why)]


def split(
    app: App, session: Session, paper: Paper, words: Sequence[str], *, why: str | None, undo: bool
) -> list[Paper]:
    """Take records out of a paper, or take that back; gives the papers that they are now."""
    from db.store.paper_merge import split_papers, undo_split

    if undo:
        return undo_split(session, paper, _records(session, words), at=app.now())
    records = _records(session, words, of=paper)
    apart = split_papers(session, paper, records, by=app.user, at=app.now(), why=why)
    return [session.get_one(type(paper), paper.id), apart]


def _records(session: Session, words: Sequence[str], of: Paper | None = None) -> Collection[Key]:
    """Records by "source:key", "source key" or address; with ``of`` also by the source's name alone."""
    from sqlalchemy import select

    from db.queries.find import NotFound
    from db.schema import RecordRow

    found: list[Key] = []
    for word in words:
        source, _, key = word.strip().replace(" ", ":", 1).partition(":")
        wanted = (RecordRow.url == word) | ((RecordRow.source == source) & (RecordRow.source_key == key))
        if of is not None and not key:
            wanted = (RecordRow.source == source) & (RecordRow.paper_id == of.id)
        rows = session.execute(
            select(RecordRow.source, RecordRow.source_key).where(wanted, RecordRow.paper_id.is_not(None))
        ).all()
        if not rows:
            where = f"sourcing show {of.public_id}" if of is not None else "sourcing show PAPER"
            raise NotFound(f"no record is known as {word!r}; {where} lists them")
        found += [(row.source, row.source_key) for row in rows]
    return found


def tell(app: App, session: Session, papers: Sequence[Paper], *, as_json: bool) -> None:
    """Commit, and say what the papers hold now."""
    from sqlalchemy import select

    from db.schema import RecordRow
    from sourcing.cli.opening import print_json

    shown: list[dict[str, Any]] = []
    for paper in papers:
        records = select(RecordRow).where(RecordRow.paper_id == paper.id).order_by(RecordRow.source)
        held = [f"{one.source}:{one.source_key}" for one in session.scalars(records)]
        shown.append({"id": paper.public_id, "title": paper.title, "records": held})
    session.commit()
    if as_json:
        print_json({"papers": shown})
        return
    for one in shown:
        app.say(f"{one['id']}: {one['title']} ({', '.join(one['records'])})")
    app.say("people and scores follow at the next: sourcing resolve, assess, rank")
