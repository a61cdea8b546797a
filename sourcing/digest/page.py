"""The digest as HTML: cards with score bars and intervals, three plots, and room for verdicts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.queries.candidates import Candidate
from db.queries.judged_code import judged_code
from db.queries.spoken_for import undecided
from db.records import Axis, SubjectKind
from db.schema import AssessmentRow, Repository, Snapshot
from sourcing.digest.areas import in_words
from sourcing.digest.news import News
from sourcing.digest.plots import harvests, intervals, topics
from sourcing.digest.trust import validations
from sourcing.digest.verdicts import COLUMNS, sheet_name
from sourcing.export import PRESETS
from sourcing.ladder import SIGNS, load_ladders
from sourcing.settings import RoleSettings

# How much of the evidence on each axis a card shows, in this order. Of code it is what weighs most.
MOST_EVIDENCE = {Axis.ORIGINALITY: 6, Axis.CODE_QUALITY: 5, Axis.IMPORTANCE: 3}
MOST_EARLIER = 2

Item = Mapping[str, Any]

# Columns of the generic sheet that hold addresses, and what a link to each is called.
PAGES = {
    "homepage": "homepage", "github_url": "GitHub", "openreview_url": "OpenReview", "scholar_url": "Scholar",
    "linkedin_search_url": "find on LinkedIn",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A score from ``low`` to ``high`` on a scale of 0..100; ``score`` is ``None`` without evidence."""

    name: str
    score: float | None = None
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """A piece of evidence: what was seen, and where, as words and as an address."""

    text: str
    label: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One role's part of the digest; ``waiting`` are new too, but more than a morning holds.

    ``settings`` are the role's own, for the topics that its candidates' interest is told by. ``again_of`` is when these
    people were shown, where an earlier digest is written once more.
    """

    role: str
    title: str
    news: Sequence[News]
    ranked: int
    waiting: int = 0
    again_of: datetime | None = None
    settings: RoleSettings = field(default_factory=RoleSettings)

    @property
    def new(self) -> int:
        """How many of those who are shown no digest of this role has shown before."""
        return 0 if self.again_of is not None else sum(one.again is None for one in self.news)

    @property
    def said(self) -> str:
        """How many are new, how many are back with new evidence, and how many wait."""
        if not self.news:
            return "nobody new"
        if self.again_of is not None:
            return f"{len(self.news)} of {self.ranked} ranked, again, of {self.again_of:%Y-%m-%d}"
        back = len(self.news) - self.new
        return f"{self.new} new{f', {back} with new evidence,' if back else ''} of {self.ranked} ranked" + (
            f"; {self.waiting} more wait for the next digest" if self.waiting else ""
        )


def render(session: Session, sections: Sequence[Section], *, now: datetime, interactive: bool = True) -> str:
    """One HTML document. Loads nothing from anywhere; every text in it is escaped.

    With ``interactive`` verdicts are ticked and saved as a sheet in the page itself, by the one script that its own
    policy lets run. Without, it holds no script: mail programs take such attachments for an attack.
    """
    script = _part("verdicts.js")
    template = _environment().get_template("digest.html.j2")
    return template.render(
        sections=sections,
        ladders=[
            load_ladders(session, [one.candidate.row_id for one in part.news], part.role, part.settings)
            for part in sections
        ],
        is_web=_is_web,
        ladder_signs={str(seen): sign for seen, sign in SIGNS.items()},
        heading="New candidates"
        if any(part.news and part.again_of is None for part in sections)
        else "Candidates shown before",
        people=len({one.candidate.row_id for section in sections for one in section.news}),
        now=now,
        interactive=interactive,
        style=Markup(style()),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
        script_source=Markup(_source_of(script) if interactive else "'none'"),  # noqa: S704 (a digest)
        columns=COLUMNS,
        sheet=sheet_name(now),
        undecided=undecided(session),
        bars=bars,
        facts=facts,
        links=links,
        evidence=lambda one: _evidence(session, one),
        intervals=intervals,
        topics=topics,
        harvests=harvests(session, now=now),
        validated={_name(axis): said for axis, said in validations().items()},
    )  # fmt: skip


def bars(one: Candidate) -> list[Bar]:
    """All axes in their usual order; without evidence they are empty."""
    return [
        Bar(name=_name(axis))
        if (found := one.axes.get(str(axis))) is None
        else Bar(name=_name(axis), score=found.score, low=found.low, high=found.high)
        for axis in Axis
    ]


def facts(one: Candidate) -> list[str]:
    """What else is known, in few words."""
    return [
        *([one.affiliation] if one.affiliation else []),
        *([one.country] if one.country else []),
        *([in_words(one.area)] if one.area else []),
        *([f"first known paper: {one.first_paper_year}"] if one.first_paper_year else []),
        *([one.stage] if one.stage != "new" else []),
        *one.tags,
    ]


def links(one: Candidate) -> list[tuple[str, str]]:
    """Labels and addresses of the best paper, its code, and pages of the candidate. Only addresses of the web."""
    row = PRESETS["generic"].row(one)
    orcid = row["orcid"]
    found = [
        (one.best_paper_title or "paper", one.best_paper_url),
        ("code", one.repository_url),
        *((label, row[column]) for column, label in PAGES.items()),
        ("ORCID", f"https://orcid.org/{orcid}" if orcid else None),
    ]
    return [(label, url) for label, url in found if url and _is_web(url)]


def _evidence(session: Session, one: Candidate) -> dict[str, list[ShownEvidence]]:
    """What a person can check, by axis: words, earlier papers and topics of the best paper, and lines of its code."""
    judged = judged_code(session, {one.row_id: one.repository_key} if one.repository_key else {})
    code = judged.get(one.row_id)
    rows = session.execute(
        select(AssessmentRow.axis, AssessmentRow.evidence, AssessmentRow.parts).where(
            or_(
                and_(
                    AssessmentRow.subject_kind == str(SubjectKind.PAPER),
                    AssessmentRow.subject_id == one.best_paper_id,
                ),
                and_(
                    AssessmentRow.subject_kind == str(SubjectKind.REPOSITORY),
                    AssessmentRow.subject_id == (None if code is None else code.subject_id),
                ),
            ),
            AssessmentRow.axis.in_(MOST_EVIDENCE),
        )
    )
    said = {row.axis: _telling(row.axis, row.evidence, row.parts) for row in rows}
    tree = _tree_url(session, one) if Axis.CODE_QUALITY in said else None
    return {
        _name(axis): [_shown(item, tree) for item in items]
        for axis in MOST_EVIDENCE
        if (items := said.get(str(axis)))
    }


def _telling(axis: str, evidence: Sequence[Item], parts: Sequence[Item]) -> Sequence[Item]:
    """The evidence on one axis that a card has room for."""
    most = MOST_EVIDENCE[Axis(axis)]
    if axis == Axis.CODE_QUALITY:
        inside = [item for part in parts for item in part.get("evidence", ())]
        # An open key comes first, however little it weighs.
        inside.sort(key=lambda item: (item.get("kind") != "secret", -abs(item.get("weight") or 0.0)))
        return inside[:most]
    earlier = [item for item in evidence if item.get("kind") == "earlier paper"][:MOST_EARLIER]
    others = [item for item in evidence if item.get("kind") != "earlier paper"]
    return [*others[: most - len(earlier)], *earlier]


def _shown(item: Item, tree: str | None) -> ShownEvidence:
    said, url, place = str(item.get("text", "")), item.get("url"), item.get("location")
    if isinstance(url, str) and _is_web(url):
        return ShownEvidence(
            text=said, label="paper" if item.get("kind") == "earlier paper" else "source", url=url
        )
    if not isinstance(place, str):
        return ShownEvidence(text=said)
    path, _, line = place.rpartition(":")
    if not line.isdigit():
        path, line = place, ""
    return ShownEvidence(
        text=said, label=place, url=f"{tree}/{path}{f'#L{line}' if line else ''}" if tree else None
    )


def _tree_url(session: Session, one: Candidate) -> str | None:
    """Where the files of a candidate's code can be looked at as they were read, while its host has them."""
    if one.repository_gone_since is not None or not (one.repository_key or "").startswith("github.com/"):
        return None
    commit = session.scalar(
        select(Snapshot.commit)
        .join(Repository, Repository.id == Snapshot.repository_id)
        .where(Repository.key == one.repository_key, Snapshot.subdirectory == "")
        .order_by(Snapshot.taken_at.desc())
        .limit(1)
    )
    return f"https://{one.repository_key}/blob/{commit}" if commit else None


def style() -> str:
    """The page's style sheet."""
    return _part("digest.css")


def _name(axis: Axis) -> str:
    return str(axis).replace("_", " ")


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _source_of(script: str) -> str:
    """How a Content-Security-Policy names one script (CSP Level 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@lru_cache(maxsize=2)
def _part(name: str) -> str:
    return resources.files("sourcing.digest").joinpath("templates", name).read_text("utf-8")


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("sourcing.digest", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
