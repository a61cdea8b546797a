"""A shortlist for eyes (a table that fits the terminal) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from db.kinds import Axis
from db.queries.candidates import Candidate
from ranking.ladder import NAMES, Rung
from ranking.why import kept, original
from sourcing.ladder import SIGNS, ladder_as_json
from sourcing.terminal import Screen, clean, counted, cut, padded, wrapped

Ladder = tuple[Rung, ...]

_HEADINGS = {
    Axis.ORIGINALITY: "orig",
    Axis.CODE_QUALITY: "code",
    Axis.IMPORTANCE: "imp",
    Axis.EXECUTION: "exec",
    Axis.FIT: "fit",
}

# Cells of a row besides the name and the axes, of an axis, and of the shortest and longest column of names.
_FIXED, _AXIS, _SHORTEST, _LONGEST = 18, 5, 14, 34
_INDENT = "     "

# What tells who somebody is, or lets it be guessed.
IDENTIFYING = (
    "full_name", "given", "family", "best_paper_id", "best_paper_title", "best_paper_url", "best_paper_date", "venue",
    "decision", "repository_key", "repository_url", "repository_gone_since", "affiliation", "sector", "country",
    "first_paper_year", "years_active", "homepage", "email", "email_url", "identifiers", "why", "first_author_papers",
    "tags", "first_seen", "last_seen", "notice_due",
)  # fmt: skip


def shortlist_lines(
    found: Sequence[Candidate],
    title: str,
    *,
    ladders: Mapping[int, Ladder],
    on: Screen,
    blind: bool = False,
    skipped: int = 0,
    of: int | None = None,
) -> Iterator[str]:
    """Candidates in lines of at most ``on.width`` cells; what is unknown is a dot, never 0.

    ``of`` is how many there are, where these are not all: those after the first ``skipped``.
    """
    if not found:
        return
    shown = [axis for axis in Axis if any(one.axis(axis) is not None for one in found)]
    named = [one.candidate_id if blind else clean(one.full_name) for one in found]
    inline = on.width - _FIXED - _AXIS * len(shown) >= _SHORTEST
    room = on.width - _FIXED - (_AXIS * len(shown) if inline else 0)
    width = max(_SHORTEST, min(room, _LONGEST, max(len(one) for one in named) + 2))
    told = counted(len(found), "candidate")
    if of is not None and of > len(found):
        told = f"{skipped + 1:,}–{skipped + len(found):,} of {of:,} candidates"
    yield on.bold(cut(f"{title}: {told}, best first", on.width))
    headings = "".join(padded(_HEADINGS[axis], _AXIS, right=True) for axis in shown) if inline else ""
    yield on.dim(f"   #  {padded('candidate', width)}score  range{headings}")
    for one, name in zip(found, named, strict=True):
        numbers = "".join(padded(_number(one.axis(axis)), _AXIS, right=True) for axis in shown)
        span = f"{round(one.low or 0)}–{round(one.high or 0)}"
        yield (
            f"{one.rank or '–':>4}  {on.bold(padded(name, width))}"
            f"{on.bold(f'{one.score or 0:5.0f}')} {on.dim(padded(span, 6, right=True))}{numbers if inline else ''}"
        )
        if not inline:
            # An axis and its number stay on one line.
            axes = [f"{_HEADINGS[axis]}\0{_number(one.axis(axis))}" for axis in shown]
            yield from wrapped(" · ".join(axes), on.width, _INDENT)
        yield from _below(one, ladders.get(one.row_id, ()), on, blind=blind)
    yield ""
    signs, seen = "".join(SIGNS.values()), ", ".join(SIGNS)
    legend = f"Ladder {signs} ({seen}): {', '.join(NAMES.values())}. A dot is unknown, and not held against anybody."
    yield from (on.dim(line) for line in wrapped(legend, on.text_width))


def _below(one: Candidate, ladder: Ladder, on: Screen, *, blind: bool) -> Iterator[str]:
    """What stands under a row: who it is beside the score, and why."""
    about = [] if blind else [one.candidate_id]
    about += [one for one in (ladder_signs(ladder),) if one]
    about += (
        [*one.blind_marks] if blind else [*one.marks, *one.tags, *([one.stage] if one.stage != "new" else [])]
    )
    if not blind and one.affiliation:
        about.append(cut(clean(one.affiliation), 40))
    yield from (on.dim(line) for line in wrapped(" · ".join(about), on.text_width, _INDENT))
    yield from wrapped(blind_why(one) if blind else clean(one.why), on.text_width, _INDENT)


def ladder_signs(ladder: Ladder) -> str:
    """A ladder in five signs, lowest rung first."""
    return "".join(SIGNS[rung.seen] for rung in ladder)


def blind_why(one: Candidate) -> str:
    """Why somebody stands where they stand, without a title or a name that would tell who it is.

    Of code it is the code's own score that is said, with what counts for the person where that is another.
    """
    said = []
    if (value := one.axis(Axis.ORIGINALITY)) is not None:
        said.append(f"a paper {original(value)}")
    if (value := one.axis(Axis.CODE_QUALITY)) is not None:
        own = value if one.repository_score is None else one.repository_score
        said.append(f"code {kept(own, '' if round(own) == round(value) else f'counts as {value:.0f}')}")
    sentence = " and ".join(said) or "nothing scored yet"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _number(score: float | None) -> str:
    return "·" if score is None else f"{score:.0f}"


def as_json(one: Candidate, ladder: Ladder, *, blind: bool) -> dict[str, Any]:
    """A candidate for programs. Blind leaves out all that tells who it is."""
    found = asdict(one)
    del found["row_id"], found["best_paper_row"], found["junior"]  # one of the marks
    if blind:
        for name in IDENTIFYING:
            found.pop(name, None)
        found["why"] = blind_why(one)
    found["marks"] = list(one.blind_marks if blind else one.marks)
    found["ladder"] = ladder_as_json(ladder, blind=blind)
    return found
