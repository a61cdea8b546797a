"""Whom a morning shows: nobody twice, except on evidence that is new, and then the card says which."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.shortlist import ShortlistFilter
from db.records import Axis
from db.schema import Implementation, Paper, Person, Ranking, Repository, Snapshot
from ranking.code_quality.model import shipped_model as shipped_code_model
from ranking.importance.history import shipped_history
from ranking.originality.model import shipped_model as shipped_originality_model
from sourcing.deliver import told
from sourcing.digest import News, Section, last_digest, news_for, render, save_shown
from sourcing.digest.page import links, style
from sourcing.recruiter import save_stage, save_verdict

ASKED = ShortlistFilter(role=ROLE, top=None)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def invented(session: Session) -> Invented:
    return Invented(session)


def morning(session: Session, at: datetime, *, role: str = ROLE, top: int = 25) -> dict[str, str | None]:
    """Let a morning pass: names and what is said to be new about those who were shown before."""
    found = news_for(session, ShortlistFilter(role=role, top=None), now=at, top=top)
    save_shown(session, role, found.news, now=at)
    session.flush()
    return {one.candidate.full_name: one.again for one in found.news}


def place_of(session: Session, person: Person) -> Ranking:
    return session.scalars(select(Ranking).where(Ranking.person_id == person.id)).one()


def test_nobody_twice_and_each_role_for_itself(session: Session, invented: Invented) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    invented.ranked(bo, role="mlops")
    assert morning(session, NOW) == {"Ada Quill": None, "Bo Renn": None}
    assert morning(session, LATER) == {}
    assert morning(session, LATER, role="mlops") == {"Bo Renn": None}
    again = last_digest(session, ROLE, now=LATER)
    assert again is not None
    assert (again[0], [one.candidate.full_name for one in again[1]]) == (NOW, ["Ada Quill", "Bo Renn"])


def test_who_finds_no_room_comes_the_next_morning(session: Session, invented: Invented) -> None:
    invented.ranked(*(invented.person(name) for name in ("Ada Quill", "Bo Renn", "Cy Mora")))
    assert news_for(session, ASKED, now=NOW, top=2).waiting == 1
    assert morning(session, NOW, top=2) == {"Ada Quill": None, "Bo Renn": None}
    assert morning(session, LATER, top=2) == {"Cy Mora": None}


def paper_of(session: Session, invented: Invented, person: Person, **columns: object) -> Paper:
    paper = invented.paper(person, **columns)
    place = place_of(session, person)
    place.best_paper_id = paper.id
    session.flush()
    return paper


def code_of(session: Session, invented: Invented, person: Person, paper: Paper, at: datetime) -> Repository:
    code = invented.repository("github.com/quill/tides", paper, owner=person, first_seen=at)
    place_of(session, person).repository_id = code.id
    session.flush()
    return code


def read(session: Session, code: Repository, person: Person, at: datetime, score: float) -> None:
    session.add(Snapshot(repository_id=code.id, commit="c0ffee", subdirectory="", status="read", taken_at=at))
    place = place_of(session, person)
    place.axes = {**place.axes, "code_quality": {"score": score, "low": score - 5, "high": score + 5}}
    session.flush()


def test_new_evidence_brings_somebody_back_and_is_named(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    paper = paper_of(session, invented, ada, venue="ICLR")
    assert morning(session, NOW) == {"Ada Quill": None}
    code = code_of(session, invented, ada, paper, LATER)
    assert morning(session, LATER) == {"Ada Quill": "code has appeared: github.com/quill/tides"}
    read(session, code, ada, LATER + timedelta(days=1), 83.0)
    at = LATER + timedelta(days=1)
    assert morning(session, at) == {"Ada Quill": "the code has been read, and counts as 83 of 100"}
    paper.decision = "oral"
    assert morning(session, at + timedelta(days=1)) == {"Ada Quill": "ICLR has decided: oral"}
    better = paper_of(session, invented, ada, title="Slack Water", first_seen=at + timedelta(days=2))
    assert morning(session, at + timedelta(days=2)) == {"Ada Quill": "a new paper: “Slack Water”"}
    assert better.id
    assert morning(session, at + timedelta(days=3)) == {}


def test_what_is_no_evidence_brings_nobody_back(session: Session, invented: Invented) -> None:
    """Other weights, another scorer, another of the papers that were known: none of it is news."""
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    paper = paper_of(session, invented, ada)
    code = code_of(session, invented, ada, paper, NOW - timedelta(days=1))
    session.add(
        Snapshot(
            repository_id=code.id, commit="c0ffee", subdirectory="", status="read",
            taken_at=NOW - timedelta(days=1),
        )
    )  # fmt: skip
    other = invented.paper(ada, title="An Earlier Paper")
    assert morning(session, NOW) == {"Ada Quill": None}
    place = place_of(session, ada)
    place.score, place.best_paper_id = 12.0, other.id
    place.axes = {"code_quality": {"score": 83.0, "low": 80.0, "high": 90.0}}
    session.flush()
    assert morning(session, LATER) == {}


def test_who_was_turned_down_for_a_role_is_not_shown_for_it_again(
    session: Session, invented: Invented
) -> None:
    ada, bo, cy = (invented.person(name) for name in ("Ada Quill", "Bo Renn", "Cy Mora"))
    invented.ranked(ada, bo, cy)
    invented.ranked(ada, role="mlops")
    save_verdict(session, ada, "no", role=ROLE, by="kim", now=NOW)
    save_verdict(session, bo, "no", role=ROLE, by="kim", now=NOW)
    save_verdict(session, bo, "maybe", role=ROLE, by="kim", now=NOW)
    save_stage(session, [cy], "hired", why=None, by="kim", now=NOW)
    assert morning(session, NOW) == {"Bo Renn": None}
    assert morning(session, NOW, role="mlops") == {"Ada Quill": None}


def test_a_night_says_how_many_are_new_and_names_nobody(session: Session, invented: Invented) -> None:
    ada, bo = invented.person("Ada Quill"), invented.person("Bo Renn")
    invented.ranked(ada, bo)
    known, new = news_for(session, ASKED, now=NOW).news
    shown = Section(
        role=ROLE, title="ML researcher", news=[known, News(new.candidate, "a decision")], ranked=7, waiting=3
    )
    assert told(shown) == (
        "ML researcher: 1 new, 1 with new evidence, of 7 ranked; 3 more wait for the next digest"
    )
    assert told(replace(shown, news=[])) == "ML researcher: nobody new"


def page(session: Session, **how: bool) -> str:
    found = news_for(session, ASKED, now=NOW)
    return render(
        session, [Section(role=ROLE, title="ML researcher", news=found.news, ranked=2)], now=NOW, **how
    )


def test_how_the_scores_were_validated_is_what_the_shipped_scorers_say(
    session: Session, invented: Invented
) -> None:
    """Not what was stored beside old scores: that would go stale with the next refit."""
    ada = invented.person("Ada Quill")
    paper = invented.paper(ada)
    invented.ranked(ada)
    invented.score("paper", paper.public_id, Axis.ORIGINALITY, 70.0, validated_on="Figures of last year.")
    shown = page(session).replace("&#39;", "'")
    assert "Figures of last year." not in shown
    for model in (shipped_originality_model(), shipped_code_model(), shipped_history()):
        assert f"<dd>{model.validated_on}</dd>" in shown


def test_a_card_says_since_when_somebody_publishes(session: Session, invented: Invented) -> None:
    invented.ranked(invented.person("Ada Quill", first_paper_year=2023))
    assert "first known paper: 2023" in page(session)


def test_a_digest_that_is_written_again_calls_nobody_new(session: Session, invented: Invented) -> None:
    invented.ranked(invented.person("Ada Quill"), invented.person("Bo Renn"))
    known, back = news_for(session, ASKED, now=NOW).news
    fresh = Section(role=ROLE, title="R", news=[known, News(back.candidate, "a decision")], ranked=7)
    shown = render(session, [fresh], now=LATER)
    assert "<h1>New candidates</h1>" in shown
    assert "1 new, 1 with new evidence, of 7 ranked" in shown
    nobody = Section(role="mlops", title="M", news=[], ranked=0)
    again = render(session, [replace(fresh, again_of=NOW), nobody], now=LATER)
    assert "<h1>Candidates shown before</h1>" in again
    assert "2 of 7 ranked, again, of 2026-11-20" in again
    alone = render(session, [replace(fresh, again_of=NOW)], now=LATER)
    assert not re.search(
        r"\bnew\b|New candidates", re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>", "", alone)
    )


def test_the_day_is_written_as_people_write_it(session: Session, invented: Invented) -> None:
    invented.ranked(invented.person("Ada Quill"))
    found = news_for(session, ASKED, now=NOW)
    shown = render(
        session,
        [Section(role=ROLE, title="ML researcher", news=found.news, ranked=1)],
        now=NOW.replace(month=12, day=1),
    )
    assert "Tuesday, 1 December 2026" in shown


def test_a_card_says_that_it_may_be_somebody_elses(session: Session, invented: Invented) -> None:
    one, namesake, bo = (invented.person(name) for name in ("Min Zhao", "Min Zhao", "Bo Renn"))
    invented.ranked(one, namesake, bo)
    invented.maybe_same(one, namesake)
    assert page(session).count("maybe the same as somebody else") == 2


def test_only_addresses_of_the_web_become_links(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill", homepage="javascript:alert(1)")
    invented.paper(ada, url="data:text/html,<script>alert(1)</script>")
    invented.ranked(ada)
    invented.identifier(ada, "orcid", "0000-0001-5000-0007")
    (one,) = news_for(session, ASKED, now=NOW).news
    assert [label for label, _ in links(one.candidate)] == ["find on LinkedIn", "ORCID"]
    assert not re.search(r'href="(?!https://|#)', page(session))


def test_a_card_shows_the_ladder_with_what_was_seen_on_each_rung(
    session: Session, invented: Invented
) -> None:
    ada = invented.person("Ada Quill")
    paper = invented.paper(ada, title="Quiet Kernels")
    invented.ranked(ada)
    invented.score("paper", paper.public_id, Axis.ORIGINALITY, 88.0)
    shown = " ".join(page(session).split())
    assert '●</span> creativity <span class="soft">seen</span>' in shown
    assert '○</span> software skills <span class="soft">not seen</span>' in shown
    assert (
        f'href="{paper.url}" rel="noreferrer noopener" target="_blank">“Quiet Kernels”: more original'
        in shown
    )


def test_evidence_leads_to_the_line_as_it_was_read(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    paper = paper_of(session, invented, ada)
    code = code_of(session, invented, ada, paper, NOW)
    read(session, code, ada, NOW, 60.0)
    seen = [
        {"text": "has tests", "kind": "code", "location": "tests/test_tides.py:9", "weight": 2.0},
        {"text": "a licence", "kind": "code", "location": "LICENSE", "weight": -3.0},
        {"text": "a password lies open", "kind": "secret", "location": ".env:1", "weight": -0.6},
    ]
    parts = [{"name": "engineering", "score": 60.0, "weight": 1.0, "evidence": seen}]
    invented.score("repository", code.key, Axis.CODE_QUALITY, 60.0, parts=parts)
    earlier = [{"text": f"nearest earlier: {n}", "kind": "earlier paper", "url": f"https://a.example/{n}"}
               for n in range(3)]  # fmt: skip
    words = [{"text": f"“word {n}” raises it", "kind": "phrase"} for n in range(9)]
    invented.score("paper", paper.public_id, Axis.ORIGINALITY, 70.0, evidence=[*words, *earlier])
    shown = page(session)
    assert 'href="https://github.com/quill/tides/blob/c0ffee/tests/test_tides.py#L9"' in shown
    assert shown.index("a password lies open") < shown.index("a licence") < shown.index("has tests")
    assert re.findall(r'href="(https://a\.example/\d)"', shown) == [
        "https://a.example/0",
        "https://a.example/1",
    ]
    assert shown.count("raises it") == 4
    code.gone_since = NOW
    session.flush()
    shown = page(session)
    assert 'href="https://github.com/quill/tides' not in shown, "a link that leads nowhere"
    assert f"gone since {NOW:%Y-%m-%d}" in shown
    assert "a password lies open" in shown


def test_a_card_shows_nothing_of_what_lies_beside_the_folder_that_the_paper_links(
    session: Session, invented: Invented
) -> None:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    code = code_of(session, invented, ada, paper_of(session, invented, ada), NOW)
    read(session, code, ada, NOW, 60.0)
    session.scalars(select(Implementation)).one().subdirectory = "tide"
    for subject, said in (
        (code.key, "somebody else's password"),
        (f"{code.key}/tree/HEAD/tide", "has tests"),
    ):
        seen = [{"text": said, "kind": "code", "location": "tide/a.py:9", "weight": 2.0}]
        parts = [{"name": "engineering", "score": 60.0, "weight": 1.0, "evidence": seen}]
        invented.score("repository", subject, Axis.CODE_QUALITY, 60.0, parts=parts)
    shown = page(session)
    assert "has tests" in shown
    assert 'blob/c0ffee/tide/a.py#L9"' in shown
    assert "somebody else" not in shown


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(theme: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), in both themes."""
    blocks = re.findall(r":root \{([^}]*)\}", style())
    colours = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0] + (blocks[1] if theme == "dark" else ""))
    )
    pairs = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("page", "card", "track")]
    for ink, ground in [*pairs, ("good", "tint"), ("on-accent", "accent")]:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' relative luminances, the lighter one's over the darker one's."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
