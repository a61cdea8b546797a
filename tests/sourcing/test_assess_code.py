"""What a night reads of repositories: the linked folder of a shared one, and of a fork only what is its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from git_histories import MIRA, TOMAS, stream
from sqlalchemy import select, update

from db.queries.pending import repositories_to_read
from db.queries.show import show
from db.records import Author, Page, PaperRecord, RepositoryRecord
from db.schema import AssessmentRow, Contribution, Implementation, Paper, Repository, Snapshot
from db.store import save_page
from ranking.code_quality import CodeQualityScorer, SourceTree
from sourcing.app import App, open_app
from sourcing.assess import fetching
from sourcing.assess.code import assess_repositories
from sourcing.assess.git_hosts import GitHosts
from sourcing.assess.wanted import code_to_read
from sourcing.checkout import CheckoutError, Refusal
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository as DemoRepository
from sourcing.demo.world import World
from sourcing.identity.night import resolve_pending
from sourcing.implementations.linking import resolve_implementations
from sourcing.privacy.code_counterfactual import prove_code
from sourcing.runs import recorded_run
from sourcing.settings import load_settings
from sourcing.show_view import subject_lines
from sourcing.terminal import Screen
from sourcing.works import load_candidates

NIGHT = datetime(2026, 11, 10, 4, tzinfo=UTC)


def walks(*names: str) -> str:
    return "".join(
        f"def walk_{name}(values, limit):\n    kept_{name} = []\n    for position, value in enumerate(values):\n"
        f"        if value > limit:\n            kept_{name}.append(value - position)\n"
        f"        elif value < -limit:\n            kept_{name}.append(value + position)\n"
        f"    kept_{name}.sort()\n    kept_{name}.reverse()\n    return kept_{name}\n\n\n"
        for name in names
    )


THEIRS, OURS = (
    walks("hill", "shore", "marsh", "ridge", "fen"),
    walks("lane", "alley", "court", "mews", "close"),
)
LENA = "Lena Havel <lena@example.org>"
LOCKET = [(MIRA, f"Walk {n}", {"net.py": THEIRS + f"# {n}\n"}) for n in range(9)]
HISTORIES = {
    "lab/papers": [
        (MIRA, "Begin", {"README.md": "# Papers\n", "tide/net.py": OURS, "pond/net.py": "x = 1\n"})
    ],
    "mira/pocket": [(MIRA, "Begin", {"README.md": "# Pocket\n", "net.py": THEIRS})],
    "tomas/pocket": [
        (MIRA, "Begin", {"README.md": "# Pocket\n", "net.py": THEIRS}),
        (TOMAS, "Add walks", {"ours.py": OURS}),
    ],
    "mira/locket": LOCKET,
    "tomas/locket": [
        *LOCKET,
        *((TOMAS, f"Add walk {n}", {"ours.py": OURS + f"# {n}\n"}) for n in range(6)),
        *((LENA, f"Tell of walk {n}", {"README.md": f"# Locket\n\n{n}\n"}) for n in range(2)),
    ],
    "tomas/purse": [(MIRA, "Begin", {"README.md": "# Purse\n", "net.py": THEIRS})],
}
STATED = {
    "TideNet: Floods": "https://github.com/lab/papers/tree/main/tide",
    "PondNet: Ponds": "https://github.com/lab/papers/tree/main/pond",
    "PocketNet: Pockets": "https://github.com/tomas/pocket",
    "PurseNet: Purses": "https://github.com/tomas/purse",
    "LocketNet: Lockets": "https://github.com/tomas/locket",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    tmp_path = tmp_path_factory.mktemp("night")
    world = World(
        nights=(NIGHT,),
        repositories=tuple(DemoRepository(full_name=n, history=stream(h)) for n, h in HISTORIES.items()),
    )
    records = [
        PaperRecord(
            source="arxiv",
            source_key=f"2611.0000{number}",
            url=f"https://arxiv.org/abs/2611.0000{number}",
            title=title,
            abstract=f"Our code is available at {url}.",
            arxiv_id=f"2611.0000{number}",
            authors=(Author(name="Tomás Okafor", position=1),),
            published=NIGHT - timedelta(days=1),
        )
        for number, (title, url) in enumerate(STATED.items())
    ]
    forks = [
        RepositoryRecord(
            source="github",
            key=f"github.com/tomas/{name}",
            url=f"https://github.com/tomas/{name}",
            owner="tomas",
            name=name,
            is_fork=True,
            parent_key=f"github.com/mira/{name}",
            has_issues=True,
            issues_outside=3,
            issues_answered=2,
            issues_since=NIGHT - timedelta(days=40),
        )
        for name in ("pocket", "purse", "locket")
    ]
    with DemoUpstream(world) as running:
        opened = open_app(load_settings(save_demo_settings(tmp_path, running.urls)), clock=lambda: NIGHT)
        with opened.session() as session:
            for source, some in (("arxiv", records), ("github", forks)):
                page = Page(source=source, url="u", fetched_at=NIGHT, terms="t", records=tuple(some))
                save_page(session, page, suppressor=opened.suppressor())
            resolve_pending(session, now=NIGHT)
            resolve_implementations(session, NIGHT)
            session.commit()
        with recorded_run(opened, "nightly", {}) as run:
            assess_repositories(opened, run)
        yield opened
        opened.close()


def test_linked_folders_and_forks_are_judged_for_what_is_their_own(app: App) -> None:
    with app.session() as session:
        found = {one.subject_id: one for one in session.scalars(select(AssessmentRow))}
        tide, pond = (found[f"github.com/lab/papers/tree/HEAD/{name}"] for name in ("tide", "pond"))
        assert tide.score is not None
        places = [e["location"] for p in tide.parts for e in p["evidence"] if e.get("location")]
        assert {place.split("/")[0] for place in places} == {"tide"}
        assert (pond.status, pond.score) == ("insufficient evidence", None)
        assert pond.reason == "only 1 line of code"
        fork = found["github.com/tomas/pocket"]
        assert fork.score is not None
        assert [e["location"] for e in fork.evidence if "inherited" in e["text"]] == ["net.py"]
        lost = found["github.com/tomas/purse"]  # its parent is gone
        assert lost.score is None
        assert "what it inherited is not known" in (lost.reason or "")

        paper = session.scalars(select(Paper).where(Paper.title.startswith("TideNet"))).one()
        (link,) = show(session, paper)["repositories"]
        assert (link["folder"], link["scores"][0]["score"]) == ("tide", tide.score)
        shared = session.scalars(select(Repository).where(Repository.key == "github.com/lab/papers")).one()
        assert [one["folder"] for one in show(session, shared)["folders"]] == ["pond", "tide"]

        works = {w.title: w for c in load_candidates(session, frozenset(), {}) for w in c.works}
        assert [score.value for score in works["TideNet: Floods"].scores.values()] == [tide.score]
        assert works["PondNet: Ponds"].scores == {}


def test_a_share_of_a_fork_is_of_what_it_added(app: App) -> None:
    with app.session() as session:
        found = {
            key: (row, share)
            for key, row, share in session.execute(
                select(Repository.key, Repository, Contribution.share)
                .join(Contribution, Contribution.repository_id == Repository.id)
                .where(Repository.is_fork)
            )
        }
        locket, share = found["github.com/tomas/locket"]
        assert share == pytest.approx(6 / 8)  # of 17 commits nine are the original's
        assert found["github.com/tomas/purse"][1] is None  # what it inherited could not be read
        assert found["github.com/tomas/pocket"][1] is None  # one commit of its own tells nothing
        lines = " ".join(subject_lines(show(session, locket), now=NIGHT, on=Screen(200, 50)))
        assert "Tomás Okafor, 75 % of its own commits (the original's are left out)" in lines
        works = {w.title: w for c in load_candidates(session, frozenset(), {}) for w in c.works}
        assert works["LocketNet: Lockets"].share == pytest.approx(6 / 8)


def test_what_is_read_is_tried_under_other_names_at_once(app: App) -> None:
    with app.session() as session:
        scored = session.scalars(select(AssessmentRow).where(AssessmentRow.score.is_not(None))).all()
        assert {one.subject_id for one in scored} >= {
            "github.com/tomas/pocket",
            "github.com/lab/papers/tree/HEAD/tide",
        }
        assert [one.name_difference for one in scored] == [0.0] * len(scored)
        fork = next(one for one in scored if one.subject_id == "github.com/tomas/pocket")
        assert fork.name_places is not None
        shares = session.scalars(select(Contribution)).all()
        assert shares
        assert [one.name_difference for one in shares] == [0.0] * len(shares)
        one = session.scalars(select(Repository).where(Repository.key == "github.com/tomas/pocket")).one()
        lines = " ".join(subject_lines(show(session, one), now=NIGHT, on=Screen(200, 50)))
        assert "read under other names" in lines
        assert "it is the same to the last digit" in lines


def test_what_was_not_tried_is_fetched_at_its_commit_and_reads_as_it_did(app: App) -> None:
    with app.session() as session:
        session.execute(update(AssessmentRow).values(name_difference=None, name_places=None))
        session.execute(update(Contribution).values(name_difference=None))
        session.commit()
        proof = prove_code(app, session, pause=lambda _: None)
        assert (proof.unproved, proof.moved, proof.failed) == ([], [], 0)
        assert proof.read_again >= 2
        assert proof.scores.compared >= 3
        assert proof.shares.compared >= 3
    assert list(app.state_dir("quarantine").iterdir()) == []


def test_how_questions_from_outside_were_met_is_shown_where_it_is_known(app: App) -> None:
    said = "2 of 3 questions from outside were closed or commented on since 2026-10-01 (shown, not scored)"

    def page(key: str) -> str:
        one = session.scalars(select(Repository).where(Repository.key == key)).one()
        lines = subject_lines(show(session, one), now=NIGHT, on=Screen(width=100, height=50))
        return " ".join(" ".join(lines).split())

    with app.session() as session:
        head, _, process = page("github.com/tomas/pocket").partition("process:")
        assert f"issues: {said}" in head
        assert f"• {said}" in process
        assert "questions from outside" not in page("github.com/lab/papers")


def test_a_folder_that_is_linked_later_is_read_later(app: App) -> None:
    version = CodeQualityScorer.load().model.version
    with app.session() as session:
        assert (
            repositories_to_read(
                session, version, retry_before=NIGHT - timedelta(days=7), retry_unreachable_before=NIGHT
            )
            == []
        )
        link = session.scalars(select(Implementation).where(Implementation.subdirectory == "pond")).one()
        link.subdirectory = "lake"
        assert repositories_to_read(
            session, version, retry_before=NIGHT - timedelta(days=7), retry_unreachable_before=NIGHT
        ) == [link.repository_id]


@pytest.mark.parametrize("refusal", [Refusal.UNREACHABLE, Refusal.TOO_SLOW])
def test_a_score_of_a_fork_outlives_a_night_on_which_its_original_is_out_of_reach(
    app: App, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    with app.session() as session:
        fork = session.scalars(select(Repository).where(Repository.key == "github.com/tomas/locket")).one()
        row_id, pushed, fork.pushed = fork.id, fork.pushed, NIGHT + timedelta(hours=1)
        (share,) = session.scalars(select(Contribution.share).where(Contribution.repository_id == row_id))
        judged = select(AssessmentRow).where(AssessmentRow.subject_id == fork.key)
        score = session.scalars(judged).one().score
        session.commit()
    waited: list[str] = []
    lost: list[Refusal | None] = []

    def fetch(key: str, **_: object) -> SourceTree:
        if key.startswith("github.com/mira/"):
            raise CheckoutError(key, refusal, "its host does not answer.")
        return SourceTree(files=())

    monkeypatch.setattr(fetching, "fetch_snapshot", fetch)
    monkeypatch.setattr(GitHosts, "wait", lambda _, key: waited.append(key))
    monkeypatch.setattr(GitHosts, "tell", lambda _, key, refusal: lost.append(refusal))
    with recorded_run(app, "nightly", {}) as run:
        assess_repositories(app, run)
    assert waited == ["github.com/tomas/locket", "github.com/mira/locket"]
    assert lost == [None], "the fork's own host answered"
    with app.session() as session:
        kept = session.scalars(judged).one()
        assert (kept.status, kept.score) == ("scored", score)
        assert session.scalars(
            select(Contribution.share).where(Contribution.repository_id == row_id)
        ).all() == [share]
        last = session.scalars(
            select(Snapshot).where(Snapshot.repository_id == row_id, Snapshot.commit == "")
        ).one()
        assert "of what it was forked from, github.com/mira/locket" in (last.reason or "")
        version = CodeQualityScorer.load().model.version
        assert row_id in code_to_read(session, version, NIGHT + timedelta(days=8))
        session.delete(last)
        session.get_one(Repository, row_id).pushed = pushed
        session.commit()
