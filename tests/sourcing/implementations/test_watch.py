from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.engine import new_session, open_database
from db.records import (
    LANGUAGE_NOT_READ,
    Assessment,
    AssessmentStatus,
    Axis,
    ImplementationKind,
    Page,
    PaperRecord,
    RepositoryRecord,
    SubjectKind,
)
from db.schema import CodeWatch, Implementation, Paper, Repository
from db.store import save_page
from db.store.scores import save_assessments
from db.suppression import Suppressor
from sourcing.implementations.fetching import save_watches
from sourcing.implementations.watch import (
    GIVEN_UP_AFTER,
    LONGEST,
    next_check,
    papers_due,
    save_found,
    save_looked,
    save_promises,
)

START = datetime(2026, 11, 1, tzinfo=UTC)


def test_looks_grow_rarer_and_end() -> None:
    looks = [at for n in range(60) if (at := next_check(START, n)) is not None]
    assert [(at - START).days for at in looks[:5]] == [3, 9, 21, 45, 93]
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == LONGEST
    assert looks[-1] - START <= GIVEN_UP_AFTER
    assert len(looks) < 15


@given(st.integers(0, 200))
def test_a_look_is_always_later_than_the_one_before(checks: int) -> None:
    one, other = next_check(START, checks), next_check(START, checks + 1)
    assert other is None or (one is not None and other > one)


def test_a_paper_is_watched_looked_at_and_let_go(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 's.db'}")
    records = tuple(
        PaperRecord(source="arxiv", source_key=f"2611.0000{n}", url="u", title=f"Tides {n}") for n in (1, 2)
    )
    with new_session(engine) as session:
        page = Page(source="arxiv", url="u", fetched_at=START, terms="t", records=records)
        save_page(session, page, suppressor=Suppressor(b"k" * 32))
        one, two = session.scalars(select(Paper.id).order_by(Paper.id))
        save_promises(session, {one: "Code will be released.", two: "Code soon."}, START)
        assert papers_due(session, START + timedelta(days=2), 10) == []
        assert papers_due(session, START + timedelta(days=3), 10) == [one, two]
        save_looked(session, [one], START + timedelta(days=3))
        assert papers_due(session, START + timedelta(days=8), 10) == [two]
        save_promises(session, {one: "Said again."}, START + timedelta(days=5))  # does not begin anew
        watch = session.get_one(CodeWatch, one)
        assert (watch.promise, watch.checks, watch.since) == ("Code will be released.", 1, START)
        save_looked(session, [one], START + timedelta(days=100))  # after a long pause: one look, not five
        assert session.get_one(CodeWatch, one).next_check > START + timedelta(days=100)
        save_found(session, [two])
        save_looked(session, [one], START + timedelta(days=4000))
        assert session.scalars(select(CodeWatch.paper_id)).all() == []
    engine.dispose()


def test_code_in_a_language_that_is_not_read_is_not_waited_for(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 's.db'}")
    reasons = {1: "no code yet", 2: f"{LANGUAGE_NOT_READ}: Clojure"}
    papers = tuple(
        PaperRecord(source="arxiv", source_key=f"2611.0000{n}", url="u", title=f"Tides {n}") for n in reasons
    )
    repositories = tuple(
        RepositoryRecord(source="github", key=f"github.com/mira/tides{n}", url="u", status="live")
        for n in reasons
    )
    with new_session(engine) as session:
        page = Page(source="arxiv", url="u", fetched_at=START, terms="t", records=(*papers, *repositories))
        save_page(session, page, suppressor=Suppressor(b"k" * 32))
        for paper in session.scalars(select(Paper)):
            number = int(paper.title[-1])
            key = f"github.com/mira/tides{number}"
            repository = session.scalars(select(Repository).where(Repository.key == key)).one()
            session.add(
                Implementation(
                    paper_id=paper.id,
                    repository_id=repository.id,
                    kind=str(ImplementationKind.OFFICIAL),
                    probability=1.0,
                    evidence=[],
                    first_seen=START,
                    last_seen=START,
                )
            )
            verdict = Assessment(
                subject_kind=SubjectKind.REPOSITORY,
                subject_id=key,
                axis=Axis.CODE_QUALITY,
                scorer="code_quality",
                scorer_version="1",
                status=AssessmentStatus.INSUFFICIENT,
                reason=reasons[number],
            )
            save_assessments(session, [verdict], now=START)
        save_watches(session, START)
        assert session.scalars(select(CodeWatch.promise)).all() == ["no code yet"]
    engine.dispose()
