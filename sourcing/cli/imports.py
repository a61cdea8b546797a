"""``import``: what arrives by file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcing.cli.files_in import AS_JSON, DRY_RUN, ENCODING, FILE, MAP, one_sentence, read_map
from sourcing.cli.options import MOST
from sourcing.cli.stages_back import stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sourcing.imports.save import Import
    from sourcing.imports.table import BadRow


def register(app: typer.Typer) -> None:
    """Add this group."""
    group = typer.Typer(
        name="import",
        help="Bring in files: your own lists edited, LinkedIn exports, Kaggle results, lists of people, feeds. Matched "
        "to known people, never merged silently.",
        no_args_is_help=True,
    )
    for verb in (stages, linkedin, people, kaggle, feeds, review):
        group.command()(verb)
    app.add_typer(group)


def linkedin(
    context: typer.Context,
    file: Annotated[Path, FILE],
    mapping: Annotated[list[str] | None, MAP] = None,
    encoding: Annotated[str | None, ENCODING] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Find known people in your LinkedIn Connections.csv or in a Recruiter project's export.

    People you do not know here yet are not stored; addresses never are.

    Example: sourcing import linkedin Connections.csv --dry-run
    """
    from sourcing.imports.linkedin import SOURCE, read_linkedin
    from sourcing.imports.opening import read_file
    from sourcing.imports.registry import file_source
    from sourcing.imports.save import Import

    def wanted(name: str) -> bool:
        return name.lower().endswith("connections.csv")

    with one_sentence():
        name, body = read_file(file, wanted=wanted)
        found = read_linkedin(body, name=name, mapping=read_map(mapping), encoding=encoding)
    people = found.people
    _refuse_own_list(context, file, people.candidate_ids)
    _bring_in(
        context,
        "linkedin",
        Import(
            source=SOURCE,
            file=name,
            terms=file_source("linkedin").terms,
            rows=people.people,
            keep_unknown=False,
            make_people=False,
        ),
        people.bad,
        [*map(str, people.warnings), *_unused(people.unused)],
        encoding=people.encoding,
        dry_run=dry_run,
        as_json=as_json,
    )


def people(
    context: typer.Context,
    file: Annotated[Path, FILE],
    list_name: Annotated[
        str | None, typer.Option("--name", help="What the list is called (default: the file's name).")
    ] = None,
    mapping: Annotated[list[str] | None, MAP] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Tag these people; repeatable.")] = None,
    terms: Annotated[str, typer.Option("--terms", help="Under which terms you were given the list.")] = "",
    encoding: Annotated[str | None, ENCODING] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Bring in a campus, referral or agency list: any table with a row for each person.

    Columns are found by name (in several languages). People known by an identifier are recognised, namesakes are
    kept for review, the others are new. An address is kept only beside the page its owner published it on.

    Example: sourcing import people career-fair.csv --map affiliation="Where from" --tag campus
    """
    from sourcing.imports.opening import read_file
    from sourcing.imports.people import read_people
    from sourcing.imports.save import Import
    from sourcing.imports.table import column_key
    from sourcing.terminal import counted

    called = list_name or file.stem
    with one_sentence():
        name, body = read_file(file, wanted=lambda one: one.lower().endswith((".csv", ".tsv", ".txt")))
        found = read_people(body, name=name, list_name=called, mapping=read_map(mapping), encoding=encoding)
    _refuse_own_list(context, file, found.candidate_ids)
    notes = [*map(str, found.warnings), *_unused(found.unused)]
    if found.addresses_left_out:
        left = counted(found.addresses_left_out, "e-mail address", "e-mail addresses")
        notes.append(f"{left} left out: no column email_url says where they were published")
    _bring_in(
        context,
        "people",
        Import(
            source=f"list:{column_key(called)}",
            file=name,
            terms=terms or f"handed over as {name}",
            rows=found.people,
            keep_unknown=True,
            make_people=True,
            tags=tuple(tag or ()),
        ),
        found.bad,
        notes,
        encoding=found.encoding,
        dry_run=dry_run,
        as_json=as_json,
    )


def _refuse_own_list(context: typer.Context, file: Path, candidate_ids: Sequence[str]) -> None:
    """An export that comes back is no list of new people: taken for one it asks of everybody in it who they are."""
    import shlex

    from sqlalchemy import select

    from db.schema import Person
    from sourcing.cli.opening import opened
    from sourcing.failure import ExitCode, Failure
    from sourcing.terminal import counted

    if not candidate_ids:
        return
    with opened(context) as app, app.session() as session:
        here = {*candidate_ids}.intersection(session.scalars(select(Person.public_id)))
    if here:
        raise Failure(
            f"{file} is a list that sourcing wrote: its candidate_id names "
            f"{counted(len(here), 'person', 'people')} in your database. To take back the stage, tags, note or verdict "
            f"that you wrote into it: sourcing import stages {shlex.quote(str(file))}",
            ExitCode.USAGE,
        )


def kaggle(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, readable=True, help="Leaderboard (CSV, ZIP, or printed), or Meta Kaggle."
        ),
    ],
    competition: Annotated[
        str | None, typer.Option("--competition", help="Slug or address, where the file's name does not say.")
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, max=MOST, help="Only so many places of each leaderboard.")
    ] = 100,
    first_rank: Annotated[
        int, typer.Option("--first-rank", min=1, max=MOST, help="Place of the first row of a printed page.")
    ] = 1,
    practice: Annotated[
        bool, typer.Option("--practice", help="Meta Kaggle: also Playground, Getting Started and the like.")
    ] = False,
    encoding: Annotated[str | None, ENCODING] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Bring in a Kaggle leaderboard, as downloaded or as the kaggle command prints it, or Meta Kaggle's tables.

    Results go to the people whose Kaggle name is known; the others wait for theirs.

    Example: sourcing import kaggle gemini-long-context-publicleaderboard-2026-01-09.csv --top 50
    """
    from db.records import ParseError
    from sourcing.imports.kaggle import SOURCE, read_leaderboard
    from sourcing.imports.meta_kaggle import TABLES, is_meta_kaggle, read_meta_kaggle
    from sourcing.imports.opening import read_file
    from sourcing.imports.registry import file_source
    from sourcing.imports.save import Import, Numbered
    from sourcing.imports.table import BadRow

    rows: Sequence[Numbered]
    notes: list[str] = []
    teams = 0
    with one_sentence():
        if is_meta_kaggle(file):
            name, understood = file.name, "utf-8"
            tables = read_meta_kaggle(file, top=top, practice=practice)
            rows = [(0, one) for one in tables.achievements]
            bad = [
                BadRow(one.line, f"{table}: {one.problem}")
                for table, ones in tables.bad.items()
                for one in ones
            ]
            if tables.practice:
                notes.append(f"{tables.practice} practice competitions passed over (--practice)")
        elif file.is_dir():
            raise ParseError(
                str(file), f"there is no {TABLES[1]}; a folder holds Meta Kaggle: {', '.join(TABLES)}"
            )
        else:
            name, body = read_file(file, wanted=lambda one: one.lower().endswith(".csv"))
            board = read_leaderboard(
                body, name=name, competition=competition, top=top, first_rank=first_rank, encoding=encoding
            )
            rows, bad, understood = board.achievements, list(board.bad), board.encoding
            teams = board.without_names
            if board.without_names:
                said = f"{board.without_names} teams without members' names: download the CSV to get them"
                notes.append(said)
            if board.more:
                notes.append("this is one page of the leaderboard; how many took part is not known")
    _bring_in(
        context,
        "kaggle",
        Import(
            source=SOURCE,
            file=name,
            terms=file_source("kaggle").terms,
            rows=rows,
            keep_unknown=True,
            make_people=False,
        ),
        bad,
        notes,
        encoding=understood,
        dry_run=dry_run,
        as_json=as_json,
        teams=teams,
    )


def feeds(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="RSS or Atom, saved.")
    ],
    url: Annotated[
        str | None, typer.Option("--url", help="The feed's address, to make its links absolute.")
    ] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Bring in a blog's or laboratory's feed: posts that survey an area are kept as evidence of breadth.

    Example: sourcing import feeds feed.xml --url https://quill.example/feed.xml
    """
    from db.records import Achievement, ParseError
    from sourcing.imports.opening import read_file
    from sourcing.imports.registry import file_source
    from sourcing.imports.save import Import
    from spiders.parsing.feeds import SOURCE, parse_feed

    with one_sentence():
        name, body = read_file(file, wanted=lambda one: one.lower().endswith((".xml", ".rss", ".atom")))
        try:
            found = parse_feed(body, url=url or f"file:{name}")
        except ParseError as error:
            # What an XML parser says of it helps nobody who took another file for a feed.
            problem = error.problem.partition(" (")[0]
            raise ParseError(str(file), f"{problem}; save the address that a feed reader takes") from error
    _bring_in(
        context,
        "feeds",
        Import(
            source=SOURCE,
            file=name,
            terms=file_source("feeds").terms,
            rows=[(0, one) for one in found.records if isinstance(one, Achievement)],
            keep_unknown=True,
            make_people=False,
        ),
        [],
        [f"{number} × {what}" for what, number in found.warnings.items()],
        encoding="feed",
        dry_run=dry_run,
        as_json=as_json,
    )


def review(
    context: typer.Context,
    accept: Annotated[
        list[int] | None, typer.Option("--accept", metavar="NUMBER", help="It is that person; repeatable.")
    ] = None,
    reject: Annotated[
        list[int] | None, typer.Option("--reject", metavar="NUMBER", help="It is not; repeatable.")
    ] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """List imported rows that may be known people, and decide on them by number. A decision holds for later imports.

    Example: sourcing import review --json
    """
    from db.store.profiles import Undecidable, decide
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import ExitCode, Failure
    from sourcing.imports.view import question_lines, questions
    from sourcing.terminal import print_lines, screen

    answers = [*((number, True) for number in accept or ()), *((number, False) for number in reject or ())]
    with opened(context) as app, app.session(writing=bool(answers)) as session:
        asked = {one["number"]: one for one in questions(session)} if answers else {}
        try:
            for number, same in answers:
                decide(session, number, same=same, at=app.now(), by=app.user)
        except Undecidable as error:
            raise Failure(str(error), ExitCode.USAGE) from error
        session.commit()
        for number, same in answers:
            one = asked[number]
            app.say(f"{number}: {one['says']} {'is' if same else 'is not'} {one['person']} {one['who']}")
        found = questions(session)
        if as_json:
            print_json(found)
            return
        on = screen()
        print_lines((part for line in question_lines(found) for part in on.lines(line, " " * 9)), on)
        if not found:
            app.say("nothing to review")


def _unused(columns: Sequence[str]) -> list[str]:
    return [f"columns of no use here (see --map): {', '.join(columns)}"] if columns else []


def _bring_in(
    context: typer.Context,
    kind: str,
    wanted: Import,
    bad: Sequence[BadRow],
    notes: Sequence[str],
    *,
    encoding: str,
    dry_run: bool,
    as_json: bool,
    teams: int = 0,
) -> None:
    from sourcing.cli.opening import opened, print_json
    from sourcing.imports.registry import check_rows, file_source
    from sourcing.imports.save import plan_import, run_import
    from sourcing.imports.view import as_json as to_json
    from sourcing.imports.view import review_lines, told
    from sourcing.recruiter import save_import
    from sourcing.runs import recorded_run
    from sourcing.terminal import print_lines, screen

    with opened(context) as app:
        for one in (*bad, *notes):
            app.say(f"{wanted.file}: {one}")
        # A printed leaderboard names teams and nobody in them, which its note says.
        rows = len(wanted.rows) + teams
        check_rows(file_source(kind), wanted.file, rows=rows, left_out=len(bad))
        if dry_run:
            with app.session() as session:
                outcome = plan_import(session, wanted, app.suppressor())
        else:
            suppressor = app.suppressor()
            with (
                recorded_run(app, "import", {"source": wanted.source, "file": wanted.file}) as run,
                app.session(writing=True) as session,
            ):
                outcome = run_import(session, wanted, suppressor, now=app.now(), by=app.user, run_id=run.id)
                run.counts.update({"rows": len(outcome.fates), "left_out": len(bad)})
                save_import(
                    session, wanted.source, wanted.file, len(outcome.fates), by=app.user, now=app.now()
                )
                session.commit()
        with app.session() as session:
            if as_json:
                print_json(to_json(session, outcome, bad, dry_run=dry_run, encoding=encoding))
                return
            on = screen()
            lines = [*told(outcome, bad, dry_run=dry_run, encoding=encoding), *review_lines(session, outcome)]
            print_lines((part for line in lines for part in on.lines(line, "    ")), on)
