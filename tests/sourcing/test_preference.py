"""What changes for a recruiter who says which papers they like."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select
from typer.testing import CliRunner, Result

from db.queries.shortlist import ShortlistFilter, shortlist
from db.schema import AuditEvent, Paper, Person, PreferenceEvent, Ranking
from ranking.originality import OriginalityScorer
from sourcing.app import App, open_app
from sourcing.assess.papers import grown_corpus
from sourcing.cli import app as command
from sourcing.cli import main
from sourcing.lock import run_lock
from sourcing.rank import rank_roles
from sourcing.settings import load_settings

TIDES = "tide gauges storm surge coastal water levels forecasting ocean {}"
OTHERS = (
    "protein folding residues amino acids structure {}",
    "speech recognition phonemes dialect acoustic {}",
    "theorem proving tactics formal proofs lean {}",
    "robot grasping gripper contact tactile {}",
    "traffic lights junctions vehicles routing {}",
)


@dataclass
class Desk:
    """A recruiter's machine: a database with 5 papers on tides and 60 on other things, and the command line."""

    app: App
    config: Path

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(command, ["--config", str(self.config), *words])

    def place(self, name: str) -> Ranking:
        with self.app.session() as session:
            query = (
                select(Ranking).join(Person).where(Person.full_name == name, Ranking.role == "ml-researcher")
            )
            return session.scalars(query).one()

    def standings(self) -> list[tuple[object, ...]]:
        with self.app.session() as session:
            rows = session.scalars(select(Ranking).order_by(Ranking.role, Ranking.person_id))
            return [(one.role, one.person_id, one.rank, one.score, one.why) for one in rows]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database that every test starts from."""
    folder = tmp_path_factory.mktemp("desk")
    app = _opened(folder)
    with app.session() as session:
        invented = Invented(session)
        for number in range(60):
            text = OTHERS[number % len(OTHERS)].format(f"case{number}")
            author = invented.person(f"Other Author{number}")
            invented.paper(author, title=f"On Matter {number}", abstract=text)
        for number in range(5):
            author = invented.person(f"Tidal Author{number}")
            invented.paper(author, title=f"Tides, Part {number}", abstract=TIDES.format(f"gauge{number}"))
        session.commit()
        rank_roles(session, app.settings.roles, now=NOW)
        grown_corpus(app, session, OriginalityScorer.load().version)
    app.close()
    return folder


@pytest.fixture
def desk(furnished: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    app = _opened(tmp_path)
    yield Desk(app, tmp_path / "sourcing.toml")
    app.close()


def _opened(folder: Path) -> App:
    config = folder / "sourcing.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{folder}/sourcing.db"\n')
    app = open_app(load_settings(config), clock=lambda: NOW)
    app.console.quiet = True
    return app


def ids(desk: Desk, *numbers: int) -> list[str]:
    return [f"arXiv:2611.{_number(desk, f'Tides, Part {number}'):05d}" for number in numbers]


def _number(desk: Desk, title: str) -> int:
    found = json.loads(desk.run("search", f'"{title}"', "--json").stdout)
    return next(int(one["id"][-5:]) for one in found if one["title"] == title)


def test_two_likes_change_nothing_and_say_so(desk: Desk) -> None:
    before = desk.standings()
    answer = desk.run("like", *ids(desk, 0, 1))
    assert answer.exit_code == 0
    assert "2 likes change nothing yet: 1 more" in answer.stderr
    assert desk.run("rank").exit_code == 0
    assert desk.standings() == before


def test_from_three_likes_on_their_authors_and_papers_near_them_rise_and_say_why(desk: Desk) -> None:
    before = {name: desk.place(name) for name in ("Tidal Author0", "Tidal Author4", "Other Author7")}
    answer = desk.run("like", *ids(desk, 0, 1, 2))
    assert "3 likes: their first authors, and papers near them, are placed higher" in answer.stderr
    own, near, other = (desk.place(name) for name in before)
    assert own.rank is not None
    assert own.rank <= 3
    assert near.score is not None
    assert near.score > (before["Tidal Author4"].score or 0)
    assert near.rank is not None
    assert near.rank <= 5
    assert "because you liked “Tides, Part " in near.why
    assert "both speak of" in near.why
    assert "because you liked “Tides, Part 0”" in own.why
    assert (other.score, other.why) == (before["Other Author7"].score, before["Other Author7"].why)


def test_the_reason_is_in_the_shortlist_the_csv_the_digest_and_show(desk: Desk, tmp_path: Path) -> None:
    desk.run("like", *ids(desk, 0, 1, 2))
    (listed,) = [
        one
        for one in json.loads(desk.run("shortlist", "--json").stdout)
        if one["full_name"] == "Tidal Author3"
    ]
    reason = "because you liked “Tides, Part "
    assert reason in listed["why"]
    assert listed["lift"] > 0
    csv, html = tmp_path / "out.csv", tmp_path / "out.html"
    assert desk.run("export", "-o", str(csv)).exit_code == 0
    assert desk.run("digest", "--role", ROLE, "-o", str(html)).exit_code == 0
    assert reason in csv.read_text()
    assert reason in html.read_text()
    shown = " ".join(desk.run("show", listed["candidate_id"]).stdout.split())
    assert reason in shown
    assert "from the papers you like and dislike" in shown
    assert "liked by" in desk.run("show", ids(desk, 0)[0]).stdout


def test_taking_a_like_back_restores_the_ranking(desk: Desk) -> None:
    before = desk.standings()
    papers = ids(desk, 0, 1, 2)
    desk.run("like", *papers)
    assert desk.standings() != before
    desk.run("dislike", papers[2])
    assert desk.standings() == before
    desk.run("like", papers[2])
    assert desk.standings() != before
    desk.run("like", "--undo", papers[2])
    assert desk.standings() == before
    said = [one["verdict"] for one in json.loads(desk.run("likes", "--history", "--json").stdout)]
    assert said == ["liked", "liked", "liked", "disliked", "liked", "taken back"]


def test_a_disliked_paper_s_author_sinks_and_those_near_it(desk: Desk) -> None:
    desk.run("like", *ids(desk, 0, 1, 2))
    before = desk.place("Other Author0").score or 0
    desk.run("dislike", "On Matter 0")
    after = desk.place("Other Author0")
    assert (after.score or 0) < before
    assert "because you disliked “On Matter 0”" in after.why


def test_likes_say_who_and_when(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCING_USER", "ines")
    paper = ids(desk, 0)[0]
    desk.run("like", paper)
    (one,) = json.loads(desk.run("likes", "--json").stdout)
    assert (one["verdict"], one["id"], one["by"]) == ("liked", paper, "ines")
    assert one["at"]
    assert paper in desk.run("likes").stdout
    with desk.app.session() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "like")).one()
        assert (event.by, event.subject) == ("ines", paper)


def test_saying_it_twice_is_kept_once(desk: Desk) -> None:
    paper = ids(desk, 0)[0]
    desk.run("like", paper, paper)
    answer = desk.run("like", paper)
    assert answer.stdout.startswith("already liked: ")
    with desk.app.session() as session:
        assert len(session.scalars(select(PreferenceEvent)).all()) == 1


def test_a_paper_is_known_by_every_form_that_is_printed(desk: Desk) -> None:
    paper = ids(desk, 3)[0]
    number = paper.removeprefix("arXiv:")
    addresses = (f"https://arxiv.org/abs/{number}", f"https://arxiv.example/abs/{number}")
    for form in (paper, number, f"{number}v2", paper.upper(), *addresses, "tides part 3", "des, Part 3"):
        answer = desk.run("like", form)
        assert answer.exit_code == 0, (form, answer.exception)
        assert paper in answer.stdout


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Tides, Part", "5 papers go by 'Tides, Part'; say which: arXiv:"),
        ("arXiv:2611.99999", "no paper is known as 'arXiv:2611.99999'; try: sourcing search"),
        ("p-000001", "no paper is known as 'p-000001'"),
        ("%", "no paper is known as '%'"),
    ],
)
def test_a_word_that_is_not_one_paper_records_nothing(
    desk: Desk, word: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["sourcing", "--config", str(desk.config), "like", ids(desk, 0)[0], word])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert said in capsys.readouterr().err
    assert json.loads(desk.run("likes", "--json").stdout) == []


def test_a_like_during_another_run_is_kept_for_the_next_ranking(desk: Desk) -> None:
    papers = ids(desk, 0, 1, 2)
    before = desk.standings()
    with run_lock(desk.app.settings.database.url):
        answer = desk.run("like", *papers)
    assert answer.exit_code == 0
    assert "the next ranking will know of it" in answer.stderr
    assert desk.standings() == before
    desk.run("rank")
    assert desk.standings() != before


def test_a_like_of_a_paper_that_was_merged_counts_for_the_one_that_stands(desk: Desk) -> None:
    papers = ids(desk, 0, 1, 2)
    desk.run("like", *papers)
    with desk.app.session() as session:
        gone, kept = (
            session.scalars(select(Paper).where(Paper.public_id == one)).one()
            for one in (papers[0], ids(desk, 3)[0])
        )
        gone.merged_into = kept.id
        session.commit()
    listed = [one["id"] for one in json.loads(desk.run("likes", "--json").stdout)]
    assert sorted(listed) == sorted([*papers[1:], ids(desk, 3)[0]])


def test_names_and_institutions_move_nothing(desk: Desk) -> None:
    desk.run("like", *ids(desk, 0, 1, 2))
    before = [(one[1], one[2], one[3]) for one in desk.standings()]
    with desk.app.session() as session:
        for number, person in enumerate(session.scalars(select(Person))):
            person.full_name, person.affiliation = f"Somebody Else{number}", "Another Institute"
            person.country, person.sector = "NZ", "industry"
        session.commit()
    desk.run("rank")
    assert [(one[1], one[2], one[3]) for one in desk.standings()] == before


def test_the_list_is_in_the_order_of_the_scores(desk: Desk) -> None:
    desk.run("like", *ids(desk, 0, 1, 2))
    with desk.app.session() as session:
        found = shortlist(session, ShortlistFilter(role=ROLE), now=NOW)
    scores = [one.score or 0 for one in found]
    assert scores == sorted(scores, reverse=True)
