"""``like``, ``dislike`` and ``likes``: what the recruiter wants to see more of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from db.queries.preferences import JudgedPaper
    from db.schema import Paper
    from sourcing.app import App
    from sourcing.terminal import Screen

PAPERS = typer.Argument(
    metavar="PAPER…", help="arXiv:2406.01234, an address, another id that a list printed, or a title."
)
UNDO = typer.Option("--undo", help="Take it back: neither liked nor disliked.")


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (like, dislike, likes):
        app.command()(verb)


def like(
    context: typer.Context,
    papers: Annotated[list[str], PAPERS],
    undo: Annotated[bool, UNDO] = False,
) -> None:
    """Say that you like papers. From three likes on, their first authors and papers near them rise.

    Candidates are ranked anew at once. The last word about a paper counts: dislike undoes like, and like dislike.

    Example: sourcing like "Tide Tables for Gradients"
    """
    _judge(context, papers, 0 if undo else 1)


def dislike(
    context: typer.Context,
    papers: Annotated[list[str], PAPERS],
    undo: Annotated[bool, UNDO] = False,
) -> None:
    """Say that you do not like papers; it undoes a like. Papers near them sink, once three others are liked.

    Example: sourcing dislike "Tide Tables for Gradients"
    """
    _judge(context, papers, 0 if undo else -1)


def likes(
    context: typer.Context,
    history: Annotated[bool, typer.Option("--history", help="All that was ever said, oldest first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the papers that are liked and disliked, with who said so and when, and what that changes.

    Example: sourcing likes --json
    """
    from db.queries.preferences import judged_papers, preference_history
    from sourcing.cli.opening import opened, print_json
    from sourcing.preference import effect_of
    from sourcing.terminal import print_lines, screen

    with opened(context) as app, app.session() as session:
        judged = judged_papers(session)
        found = preference_history(session) if history else judged
        if as_json:
            print_json([_as_json(one) for one in found])
            return
        on = screen()
        print_lines(_lines(found, on), on)
        app.say(effect_of(judged))


def _lines(found: Sequence[JudgedPaper], on: Screen) -> Iterator[str]:
    from sourcing.terminal import clean

    width = max((len(one.id) for one in found), default=0)
    for one in found:
        title = f"{clean(one.title)}  ({one.by}, {one.at:%Y-%m-%d})"
        line = f"{_said(one.verdict):<10} {one.id:<{width}} {title}"
        yield from on.lines(line, "    ")


def _judge(context: typer.Context, words: list[str], preference: int) -> None:
    from db.queries.preferences import judged_papers
    from sourcing.cli.opening import opened
    from sourcing.preference import effect_of, learns, save_preference
    from sourcing.terminal import clean, print_lines, screen

    with opened(context) as app, app.session(writing=True) as session:
        papers = _papers(session, words)
        before = judged_papers(session)
        changed = save_preference(session, papers, preference, by=app.user, now=app.now())
        after = judged_papers(session)
        session.commit()
        on = screen()
        for paper in papers:
            already = "" if paper in changed else "already "
            told = f"{already}{_said(preference)}: {paper.public_id} {clean(paper.title)}"
            print_lines(on.lines(told), on)
        app.say(effect_of(after))
        session.close()
        if changed and (learns(before) or learns(after)):
            _rank_anew(app)


def _rank_anew(app: App) -> None:
    from sourcing.failure import ExitCode, Failure
    from sourcing.rank import rank_phase
    from sourcing.runs import recorded_run

    try:
        with recorded_run(app, "rank", {"after": "preference"}) as run:
            rank_phase(app, run)
    except Failure as failure:
        if failure.code != ExitCode.LOCKED:
            raise
        app.say("kept; another run is at work on this database, and the next ranking will know of it")


def _papers(session: Session, words: list[str]) -> list[Paper]:
    """All papers that are meant, once each; nothing is recorded unless every word is understood."""
    from db.queries.find import NotFound, find_named_paper
    from sourcing.failure import Failure

    try:
        found = [find_named_paper(session, word) for word in words]
    except NotFound as error:
        raise Failure(str(error)) from error
    return list({paper.id: paper for paper in found}.values())


def _said(preference: int) -> str:
    from sourcing.preference import SAID

    return SAID.get(preference, "taken back")


def _as_json(one: JudgedPaper) -> dict[str, Any]:
    return {
        "verdict": _said(one.verdict), "id": one.id, "title": one.title, "url": one.url,
        "at": one.at, "by": one.by,
    }  # fmt: skip
