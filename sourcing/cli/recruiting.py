"""``stage``, ``tag``, ``note`` and ``digest``: the recruiter's own record, and the morning's list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.schema import Person


def register(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (stage, tag, note, digest):
        app.command()(verb)


def stage(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="ID… STAGE", help="People, then the stage.")],
    why: Annotated[str | None, typer.Option("--why", help="A sentence for whoever reads it later.")] = None,
) -> None:
    """Record where candidates stand.

    Stages: new, shortlisted, contacted, replied, interviewing, offer, hired, rejected, declined. Nothing is
    overwritten: the last entry counts, the earlier ones stay as history. Whoever is contacted must be told at once that
    data about them is kept: see notices.

    Example: sourcing stage "Ingrid Solberg" contacted --why "wrote on Monday"
    """
    from sourcing.cli.duties import say_who_must_be_told
    from sourcing.cli.opening import opened
    from sourcing.failure import ExitCode, Failure
    from sourcing.recruiter import save_stage
    from sourcing.stages import CONTACTED, UnknownStage, checked_stage

    if len(words) < 2:
        raise Failure("say who and which stage: sourcing stage p-… contacted", ExitCode.USAGE)
    try:
        reached = checked_stage(words[-1])
    except UnknownStage as error:
        raise Failure(str(error), ExitCode.USAGE) from error
    with opened(context) as app, app.session(writing=True) as session:
        people = _people(session, words[:-1])
        save_stage(session, people, reached, why=why, by=app.user, now=app.now())
        session.commit()
        app.say(f"{_called(words[:-1], people)}: {reached}")
        if reached in CONTACTED:
            say_who_must_be_told(app, session, people)


def tag(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="ID… TAG", help="People, then the tag.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the tag off.")] = False,
) -> None:
    """Put a tag on candidates, or take it off.

    Example: sourcing tag "Ingrid Solberg" "met at a workshop"
    """
    from db.queries.candidates import tags
    from db.queries.lineage import survivors
    from sourcing.cli.opening import opened
    from sourcing.failure import ExitCode, Failure
    from sourcing.recruiter import save_tag

    if len(words) < 2 or "," in words[-1] or not words[-1].strip():
        raise Failure("say who and which tag (without a comma): sourcing tag p-… remote", ExitCode.USAGE)
    with opened(context) as app, app.session(writing=True) as session:
        named, put = words[:-1], words[-1].strip()
        people = _people(session, named)
        borne = tags(session, [one.id for one in people], survivors(session))
        # What is so already is not recorded again.
        changing = {one.id: one for one in people if (put in borne.get(one.id, ())) == remove}
        save_tag(session, changing.values(), put, added=not remove, by=app.user, now=app.now())
        session.commit()
        for word, one in zip(named, people, strict=True):
            before = ("was not tagged", "no longer tagged") if remove else ("already tagged", "tagged")
            app.say(f"{_called([word], [one])}: {before[one.id in changing]} {put}")


def note(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="Who.")],
    sentence: Annotated[str, typer.Argument(help="What.")],
) -> None:
    """Write a sentence about a candidate; show has all of them. The candidate may ask to see it.

    Example: sourcing note "Ingrid Solberg" "Prefers to be written to in Norwegian."
    """
    from sourcing.cli.opening import opened
    from sourcing.failure import ExitCode, Failure
    from sourcing.recruiter import save_note

    if not sentence.strip():
        raise Failure('say what: sourcing note p-… "Prefers mail."', ExitCode.USAGE)
    with opened(context) as app, app.session(writing=True) as session:
        (about,) = _people(session, [person])
        save_note(session, about, sentence.strip(), by=app.user, now=app.now())
        session.commit()
        app.say(f"noted about {_called([person], [about])}")


def digest(
    context: typer.Context,
    role: Annotated[
        list[str] | None, typer.Option("--role", "-r", help="Only this role; repeatable.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: digest-DATE.html here.")
    ] = None,
    mail: Annotated[
        bool, typer.Option("--mail", help="Send it to the addresses in your settings, too.")
    ] = False,
) -> None:
    """Write who is new since the last digest as one HTML file, and remember that they were shown.

    Where nobody is new, the last digest is written again. With --mail it is also sent, through the SMTP server of
    your settings.

    Example: sourcing digest --role ml-researcher -o digest.html
    """
    import os
    from dataclasses import replace

    from sourcing.cli.candidates import checked_role
    from sourcing.cli.opening import opened
    from sourcing.deliver import mail_digest, remember_digest, save_digest, sections_of
    from sourcing.digest import last_digest, save_shown
    from sourcing.export import checked_output, unused
    from sourcing.mail import check_mail

    # Of a link the file is remembered that it leads to: that is what must go when somebody in it is forgotten.
    asked = None if output is None else checked_output(output)
    with opened(context) as app, app.session(writing=True) as session:
        if mail:
            check_mail(app.settings.mail, os.environ)
        names = [checked_role(app, one) for one in role] if role else list(app.settings.open_roles)
        sections = sections_of(app, session, names)
        for place, section in enumerate(sections):
            if section.news:
                save_shown(session, section.role, section.news, now=app.now())
            elif (last := last_digest(session, section.role, now=app.now())) is not None:
                app.say(
                    f"nobody new for {section.role}; this is the digest of {last[0]:%Y-%m-%d %H:%M} again"
                )
                sections[place] = replace(section, news=last[1], waiting=0, again_of=last[0])
            else:
                app.say(f"nobody has been ranked for {section.role} yet; run: sourcing nightly")
        if not any(one.news for one in sections):
            app.say("there is nobody to show: no page is written")
            return
        path = asked or unused(Path(f"digest-{app.now():%Y-%m-%d}.html"))
        save_digest(session, path, sections, app=app)
        remember_digest(app, session, sections, path)
        session.commit()
        if mail:
            mail_digest(app, session, sections)
    typer.echo(path)


def _called(words: list[str], people: list[Person]) -> str:
    """People as they were asked for: who is named by an id may be meant to stay nameless (``shortlist --blind``)."""
    return ", ".join(
        word if word.startswith("p-") else one.full_name for word, one in zip(words, people, strict=True)
    )


def _people(session: Session, words: list[str]) -> list[Person]:
    from db.queries.find import NotFound, find_person
    from sourcing.failure import Failure

    try:
        return [find_person(session, word) for word in words]
    except NotFound as error:
        raise Failure(str(error)) from error
