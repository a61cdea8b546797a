"""``show`` and ``search``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from sourcing.cli.candidates import roles
from sourcing.cli.options import MOST


class Kind(StrEnum):
    """What can be searched."""

    PAPER = "paper"
    PERSON = "person"
    REPOSITORY = "repository"


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(show)
    app.command()(search)


def show(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="ID", help="p-…, arXiv:2406.01234, github.com/owner/name, or a name.")
    ],
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            "-r",
            help="Whose topics tell a person's interest (default: the first role).",
            autocompletion=roles,
        ),
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="A person's scores and ladder, and nothing that tells who it is.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a person, paper or repository whole: scores with parts, evidence and interval, and where each field is from.

    Of a person also the ladder, your own notes, and why these papers are one person's. Looking at a person by name
    after having looked blind is logged.

    Example: sourcing show "Ingrid Solberg"

    Example: sourcing show arXiv:2611.04001
    """
    from db.queries.candidates import load_candidates
    from db.queries.find import NotFound, find_subject
    from db.queries.show import show as look_up
    from db.schema import Person
    from sourcing.blind import blinded, looked_at_blind, save_blind, save_revealed
    from sourcing.cli.candidates import checked_role
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import ExitCode, Failure
    from sourcing.shortlist_view import blind_why
    from sourcing.show_view import subject_lines
    from sourcing.terminal import print_lines, screen

    with opened(context) as app, app.session() as session:
        name = checked_role(app, role)
        try:
            shown = find_subject(session, subject)
            found = look_up(session, shown)
        except NotFound as error:
            raise Failure(str(error)) from error
        if isinstance(shown, Person):
            from sourcing.ladder import ladder_as_json, load_ladders

            ladder = load_ladders(session, [shown.id], name, app.settings.roles[name])[shown.id]
            found["ladder"], found["open_roles"] = ladder_as_json(ladder), [*app.settings.open_roles]
            if blind:
                places = [
                    place
                    for each in found["roles"]
                    if each["role"] in app.settings.open_roles
                    for place in load_candidates(session, each["role"], [shown.id], now=app.now())
                ]
                found = blinded(found, {place.role: blind_why(place) for place in places})
                session.commit()  # reading ends here, so that what is written next can wait for its turn
                if app.can_write("that you looked blind is not logged"):
                    save_blind(session, [shown.public_id], by=app.user, now=app.now())
            else:
                from sourcing.identity.story import identity_of

                found["identity"] = identity_of(session, shown)
                revealed = looked_at_blind(session, [shown.public_id], by=app.user)
                session.commit()
                if revealed and app.can_write(
                    "that somebody whom you looked at blind is named now is not logged"
                ):
                    save_revealed(session, revealed, "show", by=app.user, now=app.now())
                    app.say("you have looked at them blind: that they are named now is logged")
            session.commit()
        elif blind:
            raise Failure("--blind is for people: a paper or a repository tells whose it is", ExitCode.USAGE)
        if as_json:
            print_json(found)
        else:
            on = screen()
            print_lines(subject_lines(found, now=app.now(), on=on), on)


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help='Words, "phrases", beginnings*, AND, OR, NOT, ( ).')],
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind; repeatable.")] = None,
    top: Annotated[
        int, typer.Option("--top", "-n", min=1, max=MOST, help="At most so many of each kind.")
    ] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search titles, abstracts, names, affiliations and repositories.

    Words side by side must all occur. Best first; where more than 5,000 match, those with the words in their title
    come first, of the newest. A shell takes quotes away: write '"score matching"' for a phrase.

    Example: sourcing search diffusion NOT video --kind paper

    Example: sourcing search '"loss landscape" OR (abstention AND cost*)'
    """
    from dataclasses import asdict

    from sqlalchemy import select

    from db.queries.search import QueryError, count_matches
    from db.queries.search import search as find
    from db.schema import Paper
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import ExitCode, Failure
    from sourcing.search_view import search_lines
    from sourcing.terminal import print_lines, screen

    with opened(context) as app, app.session() as session:
        try:
            kinds = frozenset(str(one) for one in kind) if kind else None
            asked = " ".join(query)
            hits = find(session, asked, kinds=kinds, limit=top)
            if as_json:
                print_json([asdict(one) for one in hits])
                return
            counts = count_matches(session, asked, kinds=kinds)
        except QueryError as error:
            raise Failure(str(error), ExitCode.USAGE) from error
        on = screen()
        print_lines(search_lines(hits, counts, on=on), on)
        if not hits and session.scalar(select(Paper.id).limit(1)) is None:
            app.say("nothing has been collected yet; run: sourcing nightly")
        elif not hits:
            app.say("nothing found; fewer words, OR between them, or a beginning such as diff* find more")
