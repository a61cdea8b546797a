"""``merge``, ``split`` and ``duplicates``: who is who, and which records are one paper, corrected by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcing.cli.candidates import checked_role, roles
from sourcing.cli.options import MOST

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.schema import Paper, Person
    from sourcing.app import App
    from sourcing.identity.hand import Corrected, Decision

WHY = typer.Option("--why", help="A sentence for whoever reads it later.")
AS_JSON = typer.Option("--json", help="Print JSON.")


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (merge, split, duplicates):
        app.command()(verb)


def merge(
    context: typer.Context,
    one: Annotated[
        str, typer.Argument(metavar="ID", help="Who stays: p-…, or a name that one person bears. Or a paper.")
    ],
    other: Annotated[
        str,
        typer.Argument(metavar="ID", help="Who is the same; this id leads there from now on. Or a paper."),
    ],
    why: Annotated[str | None, WHY] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take this merge back.")] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Say that two people are one, or two papers. Kept with your name, the date and why; survives every later run.

    Until it is taken back with --undo. Of two papers, all records are kept.

    Example: sourcing merge "Dagny Zielonka" "Carmen Aldana" --why "her name until 2024"
    """
    from sourcing.cli import one_paper
    from sourcing.cli.opening import opened, print_json
    from sourcing.identity.hand import WrongPeople, find_lock
    from sourcing.identity.hand import merge as merge_people
    from sourcing.identity.hand import undo as take_back
    from sourcing.identity.locks import MERGE
    from sourcing.terminal import counted

    with opened(context) as app, app.session(writing=True) as session, _sentences():
        if (papers := one_paper.both(session, one, other)) is not None:
            changed = one_paper.merge(app, session, papers, why=why, undo=undo)
            _log(session, app, "merge papers", undo=undo, why=why, papers=[one, other])
            one_paper.tell(app, session, changed, as_json=as_json)
            return
        if undo:
            lock = find_lock(session, MERGE, [_own_id(session, word) for word in (one, other)])
            done = take_back(session, lock, _decision(app, why))
        else:
            stays, goes = _person(session, one), _person(session, other)
            if stays.id == goes.id:
                both = f"{one} and {other} are" if one != other else f"{one} is"
                raise WrongPeople(f"{both} {stays.full_name} ({stays.public_id}) already; name two people")
            done = merge_people(session, stays, goes, _decision(app, why))
        _log(session, app, "merge", undo=undo, why=why, people=[one, other])
        shown = _people(session, done.people)
        session.commit()
        if as_json:
            print_json({"decision": _told(session, done), "undone": undo, "people": shown})
            return
        if undo:
            app.say(f"{' and '.join(_called(each) for each in shown)} are two again")
        else:
            held = counted(shown[0]["papers"], "paper")
            app.say(f"{_called(shown[0])} is both, with {held}; {other} leads there now")
        app.say("shortlists follow at the next: sourcing rank")


def split(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="Whose papers are mixed up. Or a paper.")],
    records: Annotated[
        list[str],
        typer.Argument(
            metavar="RECORD…",
            help="Papers that are somebody else's, as show lists them. Of a paper: its records that are another work.",
        ),
    ],
    why: Annotated[str | None, WHY] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take this split back.")] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Take papers from a person: they are somebody else's. Or records from a paper: they are another work.

    Survives every later run, until taken back with --undo. Whose papers they are the evidence decides: somebody known,
    or somebody new. A record is named as show lists it (pmlr:v235/lind24a, or its address).

    Example: sourcing split "Hana Yamashiro-Lund" arXiv:2302.00188 --why "a physicist of that name"
    """
    from sourcing.cli import one_paper
    from sourcing.cli.opening import opened, print_json
    from sourcing.identity.hand import find_lock
    from sourcing.identity.hand import split as split_person
    from sourcing.identity.hand import undo as take_back
    from sourcing.identity.locks import SPLIT
    from sourcing.terminal import counted

    with opened(context) as app, app.session(writing=True) as session, _sentences():
        if (paper := one_paper.named(session, person)) is not None:
            changed = one_paper.split(app, session, paper, records, why=why, undo=undo)
            _log(session, app, "split paper", undo=undo, why=why, papers=[person], records=records)
            one_paper.tell(app, session, changed, as_json=as_json)
            return
        papers = [_paper(session, word) for word in records]
        if undo:
            lock = find_lock(session, SPLIT, [_own_id(session, person)], [one.public_id for one in papers])
            done = take_back(session, lock, _decision(app, why))
        else:
            done = split_person(session, _person(session, person), papers, _decision(app, why))
        _log(session, app, "split", undo=undo, why=why, people=[person], records=records)
        shown = _people(session, done.people)
        session.commit()
        if as_json:
            print_json({"decision": _told(session, done), "undone": undo, "people": shown})
            return
        for one in shown[:1] if undo else shown:
            app.say(f"{_called(one)}: {counted(one['papers'], 'paper')}")
        app.say("shortlists follow at the next: sourcing rank")


def duplicates(
    context: typer.Context,
    different: Annotated[
        tuple[str, str] | None,
        typer.Option("--different", metavar="ID ID", help="Say of these two that they are two."),
    ] = None,
    why: Annotated[str | None, WHY] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back that these two are different.")] = False,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            "-r",
            help="Only pairs with somebody on this role's shortlist, in its order.",
            autocompletion=roles,
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, max=MOST, help="At most so many.")] = 50,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """List people who may be the same, likeliest first, with every point for and against. Neither is exported yet.

    Answer with merge, or with --different. Points are in natural-log odds and add up.

    Example: sourcing duplicates --role ml-engineer --top 10
    """
    from db.queries.shortlist import shortlist_ids
    from sourcing.cli.opening import opened, print_json
    from sourcing.duplicates_view import doubt_lines
    from sourcing.failure import ExitCode, Failure
    from sourcing.identity.duplicates import open_doubts, told
    from sourcing.identity.hand import find_lock, keep_apart
    from sourcing.identity.hand import undo as take_back
    from sourcing.identity.locks import APART
    from sourcing.role_filters import filter_of
    from sourcing.terminal import counted, print_lines, screen

    if undo and different is None:
        raise Failure("say of whom: sourcing duplicates --different ID ID --undo", ExitCode.USAGE)
    with opened(context) as app, app.session(writing=different is not None) as session, _sentences():
        if different is not None:
            one, other = (_person(session, word) for word in different)
            if undo:
                lock = find_lock(session, APART, [one.public_id, other.public_id])
                done = take_back(session, lock, _decision(app, why))
            else:
                done = keep_apart(session, one, other, _decision(app, why))
            _log(session, app, "apart", undo=undo, why=why, people=list(different))
            shown = _people(session, done.people)
            session.commit()
            if as_json:
                print_json({"decision": _told(session, done), "undone": undo, "people": shown})
            else:
                said = "may be the same again" if undo else "are two people, and stay so"
                app.say(f"{' and '.join(_called(each) for each in shown)} {said}")
            return
        listed = None
        if role is not None:
            name = checked_role(app, role)
            wanted = filter_of(name, app.settings.roles[name], top=None)
            listed = shortlist_ids(session, wanted, now=app.now())
        waiting = open_doubts(session, listed=listed)
        found = told(session, waiting[:top])
        if as_json:
            print_json(found)
            return
        if not found:
            app.say(
                "nobody is in doubt" if role is None else f"nobody on the shortlist of {role} is in doubt"
            )
        on = screen()
        print_lines(doubt_lines(found, on), on)
        if more := len(waiting) - len(found):
            hint = (
                "" if role is not None else "; with --role, those that keep somebody of its shortlist waiting"
            )
            app.say(f"{counted(more, 'more pair')}{hint}")


class _sentences:  # noqa: N801 (used as a statement: with _sentences())
    """Turn what cannot be done into one sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from db.queries.find import NotFound
        from db.store.paper_merge import CannotMerge
        from sourcing.failure import Failure
        from sourcing.identity.hand import WrongPeople

        if isinstance(error, NotFound | WrongPeople | CannotMerge):
            raise Failure(str(error)) from error


def _decision(app: App, why: str | None) -> Decision:
    from sourcing.identity.hand import Decision

    return Decision(by=app.user, at=app.now(), why=why)


def _person(session: Session, word: str) -> Person:
    from db.queries.find import NotFound, find_person
    from db.schema import Person
    from sourcing.identity.hand import person_or_record

    try:
        return find_person(session, word)
    except NotFound:
        # The commonest slip: a paper where a person is meant.
        try:
            found = person_or_record(session, word)
        except NotFound:
            found = None
        if found is not None and not isinstance(found, Person):
            raise NotFound(
                f"{word} is a paper; name a person (sourcing show {word} lists its authors)"
            ) from None
        raise


def _paper(session: Session, word: str) -> Paper:
    from db.queries.find import NotFound
    from db.schema import Person
    from sourcing.identity.hand import person_or_record

    found = person_or_record(session, word)
    if isinstance(found, Person):
        raise NotFound(
            f"{word} is a person; name the papers that are not theirs (sourcing show {word} lists them), "
            f"or to say that two people are different: sourcing duplicates --different ID ID"
        )
    return found


def _own_id(session: Session, word: str) -> str:
    """An id as it was given, even where it leads to somebody else by now."""
    from sqlalchemy import select

    from db.schema import Person

    if session.scalar(select(Person.id).where(Person.public_id == word)) is not None:
        return word
    return _person(session, word).public_id


def _people(session: Session, row_ids: tuple[int, ...]) -> list[dict[str, Any]]:
    from sqlalchemy import func, select

    from db.schema import Authorship, Person

    found = []
    for row_id in row_ids:
        person = session.get_one(Person, row_id)
        papers = session.scalar(select(func.count(Authorship.id)).where(Authorship.person_id == row_id)) or 0
        found.append({"id": person.public_id, "name": person.full_name, "papers": papers})
    return found


def _told(session: Session, done: Corrected) -> dict[str, Any]:
    """A decision as the verb takes it back: whom it is of and, of a split, which papers; then who, when and why."""
    from db.schema import IdentityLock
    from sourcing.identity.locks import SPLIT

    lock = session.get_one(IdentityLock, done.lock)
    told: dict[str, Any] = {"kind": lock.kind, "people": lock.subjects["people"]}
    if lock.kind == SPLIT:
        told["papers"] = sorted({ref["paper"] for ref in lock.subjects["right"]})
    return {**told, "by": lock.by, "at": lock.at, "why": lock.why}


def _called(shown: dict[str, Any]) -> str:
    return f"{shown['name']} ({shown['id']})"


def _log(session: Session, app: App, action: str, *, undo: bool, why: str | None, **about: list[str]) -> None:
    """Into the log of decisions, for ``audit``."""
    from db.schema import AuditEvent

    details = {**about, "why": why, "undone": undo}
    session.add(AuditEvent(at=app.now(), by=app.user, action=action, details=details))
