"""``show`` and ``search``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a person, paper or repository whole: scores with parts, evidence and interval, and where each field is from.

    Example: sourcing show arXiv:2611.04001
    """
    from db.queries.find import NotFound, find_subject
    from db.queries.show import show as look_up
    from db.schema import Person
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import Failure
    from sourcing.identity.story import identity_of
    from sourcing.show_view import print_subject

    with opened(context) as app, app.session() as session:
        try:
            shown = find_subject(session, subject)
            found = look_up(session, shown)
        except NotFound as error:
            raise Failure(str(error)) from error
        if isinstance(shown, Person):
            found["identity"] = identity_of(session, shown)
        if as_json:
            print_json(found)
        else:
            print_subject(found, now=app.now())


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help='Words, "phrases", AND, OR, NOT.')],
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind; repeatable.")] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="At most so many of each kind.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search titles, abstracts, names, affiliations and repositories.

    Example: sourcing search diffusion NOT video --kind paper
    """
    from dataclasses import asdict

    from db.queries.search import QueryError
    from db.queries.search import search as find
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import ExitCode, Failure

    with opened(context) as app, app.session() as session:
        try:
            kinds = frozenset(str(one) for one in kind) if kind else None
            hits = find(session, " ".join(query), kinds=kinds, limit=top)
        except QueryError as error:
            raise Failure(str(error), ExitCode.USAGE) from error
        if as_json:
            print_json([asdict(one) for one in hits])
            return
        for hit in hits:
            typer.echo(f"{hit.kind:<10} {hit.id:<32} {hit.title}")
        if not hits:
            app.say("nothing found")
