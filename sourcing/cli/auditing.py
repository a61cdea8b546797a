"""``audit``: the log of decisions, the proof that names do not count, and the rates of groups."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcing.cli.candidates import roles
from sourcing.cli.options import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from sourcing.app import App
    from sourcing.privacy.counterfactual import Proof


# Columns of our own lists that nobody chooses as a group.
_OWN = frozenset({"full_name", "score", "rank", "why", "verdict", "best_paper_title", "linkedin_search_url"})


class Selected(StrEnum):
    """What counts as being selected."""

    TOP = "top"
    SHORTLISTED = "shortlisted"
    EXPORTED = "exported"
    CONTACTED = "contacted"


def register(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(audit)


def audit(
    context: typer.Context,
    top: Annotated[
        int,
        typer.Option(
            "--top", "-n", min=1, max=MOST, help="The last so many entries; with --impact, who is selected."
        ),
    ] = 50,
    action: Annotated[
        str | None, typer.Option("--action", help="Only entries of this kind, such as export or forget.")
    ] = None,
    counterfactual: Annotated[
        bool,
        typer.Option("--counterfactual", help="Prove that names, institutions and countries move no score."),
    ] = False,
    code: Annotated[
        int | None,
        typer.Option(
            "--code",
            metavar="N",
            min=0,
            max=MOST,
            help="With --counterfactual: read the code of N repositories again, drawn at random, however they were "
            "proved before; 0 asks no host (default: those that were not proved when they were read).",
        ),
    ] = None,
    impact: Annotated[
        Path | None,
        typer.Option(
            "--impact",
            metavar="CSV",
            exists=True,
            dir_okay=False,
            help="Rates of groups: candidate_id, group, …",
        ),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            "-r",
            help="With --impact: whose candidates (default: the first role of the settings, else ml-researcher).",
            autocompletion=roles,
        ),
    ] = None,
    selected: Annotated[
        Selected, typer.Option("--selected", help="With --impact: what counts as selected.")
    ] = Selected.TOP,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show who decided, exported, revealed or forgot what, and when; newest first.

    --counterfactual scores all papers and ranks all roles again, with names, institutions and countries blanked and
    swapped. Code and shares of commits are tried under other names when they are read; what was not is fetched and
    read again now. It ends with 1 if a single digit differs, and with 3 if a repository could not be had again.
    --impact gives selection rates and impact ratios for groups that people chose themselves; groups are never guessed,
    and the file is not kept.

    Example: sourcing audit --action export --top 20

    Example: sourcing audit --counterfactual

    Example: sourcing audit --counterfactual --code 20

    Example: sourcing audit --impact groups.csv --role ml-researcher
    """
    from sqlalchemy import select

    from db.schema import AuditEvent
    from sourcing.audit_view import event_lines
    from sourcing.cli.opening import opened, print_json
    from sourcing.failure import ExitCode, Failure
    from sourcing.terminal import print_lines, screen

    if code is not None and not counterfactual:
        raise Failure("--code goes with --counterfactual", ExitCode.USAGE)
    if counterfactual and impact:
        raise Failure("--counterfactual and --impact are two questions; ask one at a time", ExitCode.USAGE)
    if role is not None and impact is None:
        raise Failure("--role goes with --impact", ExitCode.USAGE)
    with opened(context) as app:
        if counterfactual:
            _print_proof(app, code, as_json=as_json)
            return
        with app.session() as session:
            if impact is not None:
                _print_impact(app, session, impact, role, selected, top, as_json=as_json)
                return
            wanted = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(top)
            if action is not None:
                wanted = wanted.where(AuditEvent.action == action)
            events = session.scalars(wanted).all()
            kinds: Sequence[str] = ()
            if not events:
                kinds = session.scalars(
                    select(AuditEvent.action).distinct().order_by(AuditEvent.action)
                ).all()
    if as_json:
        print_json(
            [{"at": one.at, "by": one.by, "action": one.action, "subject": one.subject, "details": one.details}
             for one in events]
        )  # fmt: skip
        return
    on = screen()
    print_lines(event_lines(events, on), on)
    if not events and action is None:
        app.say("nothing has been recorded yet")
    elif not events:
        there = f"; there are: {', '.join(kinds)}" if kinds else ", nor has anything else"
        app.say(f"no {action!r} has been recorded yet{there}")


def _print_proof(app: App, code: int | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from sourcing.cli.opening import print_json
    from sourcing.failure import ExitCode, Failure
    from sourcing.privacy.counterfactual import counterfactual

    if app.read_only:
        raise Failure(
            "the proof changes every name in the database and takes that back, and this one cannot be written to; "
            "copy it to where it can"
        )
    proof = counterfactual(app, code=code)
    compared = sum(one.compared for one in proof.comparisons)
    if not compared:
        raise Failure("there are no scores to compare yet; run: sourcing nightly")
    every = proof.holds and proof.complete
    differing = sum(one.differing for one in proof.comparisons)
    result = "every score proved" if every else "no score moved" if proof.holds else f"{differing} moved"
    _remember(
        app,
        "counterfactual",
        {"result": result, "compared": compared, "not_proved": len(proof.unproved)},
    )
    if as_json:
        print_json({"holds": proof.holds, "every_score_proved": every, **asdict(proof)})
    else:
        _print_comparisons(app, proof, compared)
    if not proof.holds:
        raise typer.Exit(ExitCode.FAILED)
    if proof.failed:
        raise typer.Exit(ExitCode.SOURCE_FAILED)


def _print_comparisons(app: App, proof: Proof, compared: int) -> None:
    from sourcing.audit_view import comparison_lines
    from sourcing.terminal import print_lines, screen

    on = screen()
    print_lines(comparison_lines(proof.comparisons, on), on)
    app.say(f"changed: {', '.join(f'{count:,} {name}' for name, count in proof.changed.items())}")
    if proof.read_again:
        app.say(
            f"read again for this: {proof.read_again:,} repositories; the others were tried when they were read"
        )
    for said in proof.moved:
        app.say(f"differs: {said}")
    for said in proof.older:
        app.say(f"made anew for this: {said}")
    for said in proof.unproved:
        app.say(f"not proved: {said}")
    app.say(
        "who stands behind which work is taken as decided; what an abstract says of its authors is its text"
    )
    differing = sum(one.differing for one in proof.comparisons)
    same = f"all {compared:,} comparisons give the same to the last digit"
    if not proof.holds:
        told = f"{differing:,} of {compared:,} comparisons differ."
    elif proof.complete:
        told = f"Every score proved: {same}."
    else:
        left_out = f"not every score is proved ({len(proof.unproved):,} left out, named above)"
        told = f"{same[0].upper()}{same[1:]}; {left_out}."
    print_lines(on.lines(told), on)


def _print_impact(
    app: App, session: Session, file: Path, role: str | None, selected: Selected, top: int, *, as_json: bool
) -> None:
    import csv
    from dataclasses import asdict

    from db.records import ParseError
    from sourcing.audit_view import impact_lines
    from sourcing.cli.candidates import checked_role
    from sourcing.cli.opening import print_json
    from sourcing.export import from_csv
    from sourcing.failure import ExitCode, Failure
    from sourcing.imports.table import decode
    from sourcing.privacy.impact import BadGroups, impact, read_groups
    from sourcing.terminal import counted, print_lines, screen

    name = checked_role(app, role)
    try:
        content, _ = decode(file.read_bytes(), name=str(file))
        header, rows = from_csv(content)
        if own := _OWN.intersection(header):
            raise BadGroups(
                f"is a list that sourcing wrote ({', '.join(sorted(own))}): none of its columns are groups that people "
                "chose. Write a file with candidate_id and a column for each category"
            )
        groups = read_groups(header, rows)
    except ParseError as error:
        raise Failure(str(error), ExitCode.USAGE) from error
    except (BadGroups, csv.Error) as error:
        raise Failure(f"{file}: {error}", ExitCode.USAGE) from error
    candidates, chosen = _chosen(session, name, selected, top)
    if not candidates:
        raise Failure(f"nobody has been ranked for {name} yet; run: sourcing nightly")
    known = {category: _survivors_of(session, of) for category, of in groups.items()}
    found = impact(candidates, chosen, known)
    strangers = len({person for of in known.values() for person in of} - set(candidates))
    _remember(app, "impact", {"role": name, "selected": str(selected), "candidates": found.candidates})
    if as_json:
        print_json(
            {"role": name, "selected_means": str(selected), **asdict(found), "not_candidates": strangers}
        )
        return
    on = screen()
    print_lines(impact_lines(found, on), on)
    if strangers:
        app.say(f"no candidates for this role: {counted(strangers, 'person', 'people')} in the file")
    app.say("small numbers say little: a ratio below four fifths is a reason to look, not a finding")


def _chosen(session: Session, role: str, selected: Selected, top: int) -> tuple[list[str], list[str]]:
    """Public ids of a role's candidates, and of those who count as selected."""
    from sqlalchemy import select

    from db.queries.spoken_for import already_exported, ever_at
    from db.schema import Person, Ranking
    from sourcing.stages import CONTACTED

    rows = session.execute(
        select(Person.id, Person.public_id, Ranking.rank)
        .join(Ranking, Ranking.person_id == Person.id)
        .where(Ranking.role == role, Person.merged_into.is_(None))
    ).all()
    if selected is Selected.TOP:
        chosen = {row.id for row in rows if row.rank is not None and row.rank <= top}
    elif selected is Selected.EXPORTED:
        chosen = already_exported(session)
    else:
        chosen = ever_at(
            session, CONTACTED if selected is Selected.CONTACTED else {*CONTACTED, "shortlisted"}
        )
    return [row.public_id for row in rows], [row.public_id for row in rows if row.id in chosen]


def _survivors_of(session: Session, groups: Any) -> dict[str, str]:
    """The same groups under the ids that stand for merged people now."""
    from sqlalchemy import select

    from db.queries.lineage import survivors
    from db.schema import Person

    merged = survivors(session)
    ids = {row.public_id: row.id for row in session.execute(select(Person.id, Person.public_id))}
    names = {row_id: public_id for public_id, row_id in ids.items()}
    return {
        names[merged.get(ids[person], ids[person])] if person in ids else person: group
        for person, group in groups.items()
    }


def _remember(app: App, action: str, details: dict[str, Any]) -> None:
    from db.schema import AuditEvent

    if not app.can_write("that this was asked for is not logged"):
        return
    with app.session() as session:
        session.add(AuditEvent(at=app.now(), by=app.user, action=action, details=details))
        session.commit()
