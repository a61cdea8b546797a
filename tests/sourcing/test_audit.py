"""Whether names count is proved on the user's own database; groups are counted as people named themselves."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from invented_people import NOW, Invented
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from db.records import Assessment, Author, Axis, Page, PaperRecord, PersonRecord, SubjectKind
from db.schema import AssessmentRow, Authorship, Paper, Person, Ranking, Table
from db.store import save_page
from sourcing.app import App, open_app
from sourcing.assess.papers import PaperScorer, assess_papers, paper_scorers
from sourcing.cli import app as command_line
from sourcing.identity.phase import resolve_phase
from sourcing.privacy import counterfactual as module
from sourcing.privacy.counterfactual import counterfactual
from sourcing.privacy.impact import BadGroups, impact, read_groups
from sourcing.rank import rank_phase
from sourcing.runs import OpenRun
from sourcing.settings import load_settings

SETTINGS = """\
[roles.ml-researcher]
topics = ["order of learning"]
[roles.mlops]
topics = ["replaying examples"]
"""
ABSTRACT = (
    "Networks forget what they learned first when they learn something else. We ask whether forgetting follows the "
    "order of learning, and give a bound on how much of the first task can be kept by a network of width {}. "
    "Experiments on four sequences of tasks agree with the bound to within a few percent, and show that replaying "
    "a small number of old examples moves the bound itself rather than the distance to it."
)
PEOPLE = (("Ada Quill", "Fjord Institute, Norway"), ("Bo Renn", "Kestrel AI, Canada"), ("Cy Mora", ""))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = tmp_path / "sourcing.toml"
    settings.write_text(f'[database]\nurl = "sqlite:///sourcing.db"\n{SETTINGS}', "utf-8")
    opened = open_app(load_settings(settings, environ={}), clock=lambda: NOW)
    opened.console.quiet = True
    papers = tuple(
        PaperRecord(
            source="arxiv", source_key=f"2611.0000{place}", arxiv_id=f"2611.0000{place}",
            url=f"https://arxiv.example/abs/2611.0000{place}", title=f"Forgetting in Order, Part {place}",
            abstract=ABSTRACT.format(place), published=NOW, decision="oral" if place else None, venue="ICLR",
            authors=(Author(name=name, position=1, affiliations=(where,) if where else ()),
                     Author(name="Di Lund", position=2)),
        )
        for place, (name, where) in enumerate(PEOPLE)
    )  # fmt: skip
    profile = PersonRecord(
        source="orcid",
        source_key="0000-0001-5000-0007",
        url="https://orcid.example",
        name="Ada Quill",
        country="NO",
    )
    with opened.session() as session:
        page = Page(source="arxiv", url="x", fetched_at=NOW, terms="CC0", records=(*papers, profile))
        save_page(session, page, suppressor=opened.suppressor())
    run = OpenRun(1)
    for phase in (resolve_phase, assess_papers, rank_phase):
        phase(opened, run)
    yield opened
    opened.close()


def everything(app: App) -> dict[str, list[tuple[object, ...]]]:
    with app.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in Table.metadata.sorted_tables
        }


def test_no_score_moves_and_the_database_is_left_as_it_was(app: App) -> None:
    before = everything(app)
    proof = counterfactual(app)
    assert proof.holds
    assert {(one.change, one.scores) for one in proof.comparisons} >= {
        (change, scores)
        for change in ("blanked", "swapped")
        for scores in (
            "originality of papers",
            "execution of papers",
            "places for ml-researcher",
            "places for mlops",
        )
    }
    assert all(one.compared == 3 for one in proof.comparisons)
    assert proof.changed["names"] == 4
    assert proof.changed["printed names"] == 6
    assert proof.changed["printed institutions"] >= 2
    assert everything(app) == before


def _biased(app: App, session: Session) -> list[PaperScorer]:
    """A scorer that looks up the first author's institution, and gives it a millionth of a point."""
    scorers = paper_scorers(app, session)

    def score(papers: Sequence[Paper], reviews: object) -> list[Assessment]:
        del reviews
        found = []
        for paper in papers:
            affiliations = session.scalars(
                select(Authorship.affiliations).where(Authorship.paper_id == paper.id, Authorship.is_first)
            ).one()
            points = 50.0 + (0.000001 if "Fjord Institute, Norway" in affiliations else 0.0)
            found.append(
                Assessment(
                    subject_kind=SubjectKind.PAPER, subject_id=paper.public_id, axis=Axis.EXECUTION, scorer="biased",
                    scorer_version="1", score=points, low=40.0, high=60.0,
                )
            )  # fmt: skip
        return found

    return [*scorers[:1], PaperScorer(Axis.EXECUTION, "1", score)]


def test_a_millionth_of_a_point_for_an_institution_is_found(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "paper_scorers", _biased)
    proof = counterfactual(app)
    assert not proof.holds
    (one,) = (c for c in proof.comparisons if (c.change, c.scores) == ("blanked", "execution of papers"))
    assert (one.compared, one.differing) == (3, 1)
    assert one.largest_difference == pytest.approx(0.000001, rel=0.01)
    assert any(c.differing for c in proof.comparisons if c.scores == "places for ml-researcher")
    monkeypatch.undo()
    said = CliRunner().invoke(command_line, ["-c", str(app.settings.path), "audit", "--counterfactual"])
    assert said.exit_code == 0
    assert "same to the last digit" in said.output
    for change in ("as it is", "blanked", "swapped"):  # a large database takes a while each time
        assert f"{change}: scoring 3 papers on 3 axes and ranking everybody" in said.stderr
    monkeypatch.setattr(module, "paper_scorers", _biased)
    said = CliRunner().invoke(
        command_line, ["-c", str(app.settings.path), "audit", "--counterfactual", "--json"]
    )
    assert said.exit_code == 1
    assert '"holds": false' in said.output


def test_stored_scores_of_another_day_are_counted_and_lost_roles_are_not_proved(app: App) -> None:
    assert list(counterfactual(app).older) == []
    with app.session() as session:
        row = session.scalars(select(AssessmentRow).where(AssessmentRow.axis == "execution")).first()
        assert row is not None
        row.score = 1.0
        session.execute(update(Ranking).where(Ranking.role == "mlops").values(role="gone"))
        session.commit()
    proof = counterfactual(app)
    assert proof.holds
    assert (
        "1 of 3 execution of papers are of an earlier version of the scorer or an earlier corpus"
        in proof.older
    )
    assert proof.unproved == [
        "places for gone (3): the settings have no such role any more; sourcing rank removes them"
    ]
    assert not proof.complete


def test_the_log_says_what_was_proved_and_which_kinds_of_entries_there_are(app: App) -> None:
    words = ["-c", str(app.settings.path), "audit"]
    assert "nothing has been recorded yet" in CliRunner().invoke(command_line, words).stderr
    assert CliRunner().invoke(command_line, [*words, "--counterfactual"]).exit_code == 0
    told = CliRunner().invoke(command_line, words).stdout
    assert "counterfactual" in told
    assert "result every score proved; compared " in told
    wrong = CliRunner().invoke(command_line, [*words, "--action", "exprot"])
    assert wrong.stderr == "no 'exprot' has been recorded yet; there are: counterfactual\n"


def test_rates_and_ratios_of_groups() -> None:
    header = ["candidate_id", "gender", "origin"]
    rows = [{"candidate_id": f"w{n}", "gender": "women", "origin": "x"} for n in range(40)]
    rows += [{"candidate_id": f"m{n}", "gender": "men", "origin": ""} for n in range(60)]
    rows += [{"candidate_id": "o1", "gender": "other", "origin": "y"}]
    groups = read_groups(header, rows)
    everybody = [*(row["candidate_id"] for row in rows), "s1", "s2", "s3"]
    chosen = [*(f"w{n}" for n in range(12)), *(f"m{n}" for n in range(30)), "o1", "s1", "stranger"]
    found = impact(everybody, chosen, groups)
    assert (found.candidates, found.selected) == (104, 44)
    assert found.missing == {"gender": 3, "origin": 63, "gender × origin": 63}
    assert found.missing_selected["gender"] == 1
    by_name = {one.group: one for one in found.groups if one.category == "gender"}
    men, women, other = by_name["men"], by_name["women"], by_name["other"]
    assert (men.candidates, men.selected, men.rate, men.impact_ratio) == (60, 30, 0.5, 1.0)
    assert women.impact_ratio == pytest.approx(0.6)
    assert (women.below_four_fifths, men.below_four_fifths) == (True, False)
    assert (other.small, men.small) == (True, False)
    assert other.impact_ratio == 2.0  # selected always, but too few to compare the others with
    assert "women × x" in {one.group for one in found.groups}


def test_nobody_selected_gives_no_ratio() -> None:
    found = impact(["a", "b"], [], read_groups(["candidate_id", "g"], [{"candidate_id": "a", "g": "x"}]))
    assert [(one.rate, one.impact_ratio, one.below_four_fifths) for one in found.groups] == [
        (0.0, None, False)
    ]


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (["name", "gender"], [], "candidate_id"),
        (["candidate_id"], [], "no column with groups"),
        (
            ["candidate_id", "g"],
            [{"candidate_id": "a", "g": "x"}, {"candidate_id": "a", "g": "y"}],
            "'x' and 'y'",
        ),
    ],
)
def test_a_file_that_says_no_groups_is_refused(
    header: list[str], rows: list[dict[str, str]], said: str
) -> None:
    with pytest.raises(BadGroups, match=said):
        read_groups(header, rows)


def test_the_verb_counts_groups_of_a_role_and_keeps_none_of_it(app: App, tmp_path: Path) -> None:
    with app.session() as session:
        ids = {one.full_name: one.public_id for one in session.scalars(select(Person))}
        old = Invented(session).person("A. Quill", public_id="p-old")
        old.merged_into = session.scalars(select(Person.id).where(Person.full_name == "Ada Quill")).one()
        session.commit()
    file = tmp_path / "groups.csv"
    file.write_text(
        f"candidate_id,school\np-old,north\n{ids['Bo Renn']},south\n{ids['Di Lund']},south\np-nobody,south\n",
        "utf-8",
    )
    words = ["-c", str(app.settings.path), "audit", "--impact", str(file), "--top", "3", "--json"]
    said = CliRunner().invoke(command_line, words)
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    assert (told["role"], told["candidates"], told["selected"]) == ("ml-researcher", 3, 3)
    assert {one["group"]: one["candidates"] for one in told["groups"]} == {"north": 1, "south": 1}
    assert told["missing"] == {"school": 1}
    assert told["not_candidates"] == 2
    file.write_text(f"candidate_id,school\n{ids['Bo Renn']},[no answer]\n", "utf-8")
    table = CliRunner().invoke(command_line, words[:-1]).stdout
    assert "[no answer]" in table  # and not taken for markup
    file.write_bytes(f"candidate_id;school\n{ids['Bo Renn']};süd\n".encode("cp1252"))  # as Excel saves it
    told = json.loads(CliRunner().invoke(command_line, words).stdout)
    assert {one["group"]: one["candidates"] for one in told["groups"]} == {"süd": 1}
    assert b"north" not in b"".join(path.read_bytes() for path in tmp_path.glob("sourcing.db*"))


WIDE_NAMES = "a word of their own choice", "another word of their own choice"


@pytest.mark.parametrize("words", [["--counterfactual", "--code", "0"], ["--impact", "groups.csv"], []])
@pytest.mark.parametrize("width", [45, 60])
def test_figures_are_whole_in_a_narrow_window(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], width: int
) -> None:
    with app.session() as session:
        ids = session.scalars(select(Person.public_id)).all()
    groups = "".join(f"{one},{WIDE_NAMES[place % 2]}\n" for place, one in enumerate(ids))
    (tmp_path / "groups.csv").write_text(f"candidate_id,what they call themselves\n{groups}", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(width))
    if not words:
        CliRunner().invoke(command_line, ["audit", "--counterfactual", "--code", "0"])
    told = CliRunner().invoke(command_line, ["audit", *words]).stdout
    lines = told.splitlines()
    assert lines
    assert max(map(len, lines)) <= width
    assert "…" not in told
    said = " ".join(told.split())
    assert all(one in said for one in WIDE_NAMES) == (words[:1] == ["--impact"])
    if words[:1] == ["--counterfactual"]:
        assert "places for ml-researcher: 3 compared, 0 differ" in said


def test_figures_are_a_table_where_there_is_room(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    words = ["-c", str(app.settings.path), "audit", "--counterfactual", "--code", "0"]
    lines = CliRunner().invoke(command_line, words).stdout.splitlines()
    assert lines[0].split() == ["changed", "scores", "compared", "differ", "largest", "difference"]
    assert lines[1].split() == ["blanked", "originality", "of", "papers", "3", "0", "0"]
