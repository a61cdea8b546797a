"""The shortlist as somebody at a terminal gets it: at any width, blind, in pages, and honest about its role."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from invented_people import NOW, invented_in
from rich.cells import cell_len
from sqlalchemy import select
from typer.testing import CliRunner

from db.engine import new_session, open_database
from db.records import Axis
from db.schema import AchievementRow, AuditEvent, Ranking, Repository
from sourcing.cli import app
from sourcing.failure import ExitCode, Failure

SETTINGS = """
[roles.kernels]
preset = "ml-researcher"
title = "Kernel researcher 研究者"
topics = ["quiet kernels"]
weights = {originality = 0.6, code_quality = 0.4, fit = 0.0}
"""
# What gives a person away.
GIVEAWAYS = ("王小明", "Quiet Kernels", "Fjord", "github.com/xiaoming", "2025", "NO")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and a database of three people ranked for a role."""
    folder = tmp_path_factory.mktemp("shortlist")
    with invented_in(folder, SETTINGS) as invented:
        ming = invented.person(
            "王小明", affiliation="Fjord University", sector="academia", country="NO", first_paper_year=2025
        )
        paper = invented.paper(ming, title="Quiet Kernels for Loud Data", categories=["cs.LG", "stat.ML"])
        ming.origins = {"name": paper.origins["title"]}
        invented.repository("github.com/xiaoming/kernels", paper, owner=ming)
        invented.score("paper", paper.public_id, Axis.ORIGINALITY, 88.0)
        invented.score("repository", "github.com/xiaoming/kernels", Axis.CODE_QUALITY, 30.0)
        long = invented.person("Maximiliane-Alexandra Żółkiewska-Brontë van den Broek", sector="industry")
        years_ago = NOW - timedelta(days=3 * 365)
        invented.paper(
            long, title="Loud " * 30, primary_category="cs.RO", categories=["cs.RO"], published=years_ago
        )
        invented.person("Nobody Ranked")
        invented.ranked(ming, long, role="kernels", axes={"originality": 88.0, "code_quality": 30.0})
        invented.session.add(
            AchievementRow(
                source="kaggle", source_key="1", person_id=ming.id, person_name="王小明", identifiers=[],
                kind="kaggle", rung="finished", title="3rd of 900 in Kaggle’s “Tides”", url="https://k.example",
                terms="", fetched_at=NOW,
            )
        )  # fmt: skip
    return folder


def run(*words: str, width: int = 80, code: int = 0) -> Any:
    said = CliRunner().invoke(app, list(words), env={"COLUMNS": str(width), "NO_COLOR": "1"})
    assert said.exit_code == code, (said.output, said.exception)
    return said


def audited(folder: Path, action: str) -> list[tuple[str | None, str]]:
    engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
    with new_session(engine) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == action)).all()
    engine.dispose()
    return [(one.subject, one.by) for one in events]


@pytest.mark.parametrize("width", [45, 60, 80, 120, 200])
def test_the_table_fits_the_terminal(folder: Path, width: int) -> None:
    said = run("shortlist", width=width).stdout
    assert "王小明" in said
    assert "p-000001 · ●◐◐●● · " in said
    assert [line for line in said.splitlines() if cell_len(line) > width] == []


def test_an_axis_and_its_number_stay_on_one_line(folder: Path) -> None:
    engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
    with new_session(engine) as session:
        for one in session.scalars(select(Ranking)):
            one.axes = {
                str(axis): {"score": 100.0, "low": 90.0, "high": 100.0}
                for axis in (Axis.ORIGINALITY, Axis.CODE_QUALITY, Axis.IMPORTANCE, Axis.EXECUTION, Axis.FIT)
            }
        session.commit()
    engine.dispose()
    for width in range(40, 57):  # from then on they are columns
        said = run("shortlist", width=width).stdout
        assert [line for line in said.splitlines() if cell_len(line) > width] == []
        for named in ("orig 100", "code 100", "imp 100", "exec 100", "fit 100"):
            assert named in said


def test_blind_gives_nobody_away_and_looking_later_is_logged(folder: Path) -> None:
    blind = run("shortlist", "--blind")
    told = run("shortlist", "--blind", "--json").stdout
    for said in (blind.stdout, told):
        assert "p-000001" in said
        assert [one for one in GIVEAWAYS if one in said] == []
    assert "A paper more original than 88 % of comparable papers and code less well kept than" in " ".join(
        blind.stdout.split()
    )
    assert audited(folder, "reveal") == []
    assert "2 of them you have looked at blind" in run("shortlist").stderr
    run("shortlist")  # a second look reveals nothing new
    assert audited(folder, "reveal") == [("p-000001", "robin"), ("p-000003", "robin")]


def test_the_blind_number_of_a_code_is_its_own_with_what_counts(folder: Path) -> None:
    engine = open_database(f"sqlite:///{folder / 'sourcing.db'}")
    with new_session(engine) as session:
        one = session.scalars(select(Ranking).where(Ranking.rank == 1)).one()
        one.repository_id = session.scalars(select(Repository.id)).one()
        one.axes = {**one.axes, "code_quality": {"score": 38.0, "low": 20.0, "high": 60.0}}
        session.commit()
    engine.dispose()
    said = "code less well kept than most (30 of 100; counts as 38)."
    for words in (["shortlist", "--blind"], ["show", "p-000001", "--blind"]):
        assert said in " ".join(run(*words).stdout.split())


def test_who_decides_by_ids_is_told_no_names(folder: Path) -> None:
    for words in (
        ["stage", "p-000001", "shortlisted"],
        ["tag", "p-000001", "odd"],
        ["note", "p-000001", "yes"],
    ):
        said = run(*words).stderr
        assert "p-000001" in said
        assert "王小明" not in said
    first, *duty = run("stage", "王小明", "contacted").stderr.splitlines()
    assert first == "王小明: contacted"
    assert "王小明" not in "".join(duty)


def test_showing_somebody_blind_then_by_name_is_logged_too(folder: Path) -> None:
    said = run("show", "p-000001", "--blind")
    told = run("show", "p-000001", "--blind", "--json").stdout
    assert [one for one in GIVEAWAYS if one in said.stdout + told] == []
    assert "originality" in said.stdout
    assert "logged" in run("show", "p-000001").stderr
    assert audited(folder, "reveal") == [("p-000001", "robin")]


def test_json_has_the_ladder_with_its_evidence(folder: Path) -> None:
    first, second = json.loads(run("shortlist", "--json").stdout)
    rungs = {one["rung"]: one for one in first["ladder"]}
    assert list(rungs) == ["interest", "software skills", "breadth", "finished projects", "creativity"]
    assert rungs["interest"]["evidence"][0]["text"] == (
        "“Quiet Kernels for Loud Data” speaks of “quiet kernels”"
    )
    assert [one["text"] for one in rungs["finished projects"]["evidence"]] == [
        "“Quiet Kernels for Loud Data”: with its code in github.com/xiaoming/kernels",
        "3rd of 900 in Kaggle’s “Tides”",
    ]
    assert [one["seen"] for one in second["ladder"]] == ["weak", "not seen", "not seen", "weak", "not seen"]
    assert (first["marks"], second["marks"]) == (["junior"], ["industry"])


def test_pages_say_that_there_are_more(folder: Path) -> None:
    first = run("shortlist", "--top", "1")
    assert "王小明" in first.stdout
    assert "add --page 2" in first.stderr
    second = run("shortlist", "--top", "1", "--page", "2")
    assert "王小明" not in second.stdout
    assert "more" not in second.stderr
    assert "page 3 is empty" in run("shortlist", "--top", "1", "--page", "3").stderr


def test_a_page_says_which_part_of_how_many_it_is(folder: Path) -> None:
    assert ": 1–1 of 2 candidates, best first" in run("shortlist", "--top", "1").stdout
    assert ": 2–2 of 2 candidates, best first" in run("shortlist", "--top", "1", "--page", "2").stdout
    assert ": 2 candidates, best first" in run("shortlist").stdout


def test_who_is_left_out_for_what_is_not_known_is_counted_also_beside_others(folder: Path) -> None:
    said = run("shortlist", "--max-years", "9").stderr
    assert "1 more left out, of whom what a filter asks is not known: add --unknown keep" in said
    assert "left out" not in run("shortlist", "--max-years", "9", "--unknown", "keep").stderr
    assert "left out" not in run("shortlist").stderr


def test_an_area_or_tag_that_nobody_has_names_those_there_are(folder: Path) -> None:
    run("tag", "p-000001", "met in Oslo")
    for words, said in (
        (
            ["shortlist", "--area", "cs.LGG"],
            "no area 'cs.LGG'; did you mean 'cs.LG'? There are: cs.LG, cs.RO",
        ),
        (["shortlist", "--tag", "Met in oslo"], "did you mean 'met in Oslo'? There are: met in Oslo"),
        (["export", "--tag", "zzz"], "no tag 'zzz'; there are: met in Oslo"),
    ):
        assert said in run(*words, code=1).exception.args[0]
    assert "王小明" in run("shortlist", "--tag", "met in Oslo", "--area", "cs.lg").stdout


def test_imports_tags_and_notes_are_in_the_log(folder: Path) -> None:
    (folder / "list.csv").write_text("full name,affiliation\nCy Mora,Quay Lab\n", "utf-8")
    (folder / "back.csv").write_text("candidate_id,stage\np-000001,shortlisted\n", "utf-8")
    run("tag", "p-000001", "odd")
    run("note", "p-000001", "asked about kernels")
    run("import", "people", "list.csv")
    run("import", "stages", "back.csv")
    assert audited(folder, "tag") == audited(folder, "note") == [("p-000001", "robin")]
    assert audited(folder, "import") == [(None, "robin")] * 2
    assert "file list.csv; rows 1" in run("audit", "--action", "import").stdout


def test_our_own_list_is_no_list_of_groups(folder: Path) -> None:
    run("export", "-o", "mine.csv")
    said = run("audit", "--impact", "mine.csv", code=1).exception.args[0]
    assert "mine.csv: is a list that sourcing wrote" in said


def test_unknown_is_a_value_and_a_wrong_one_names_the_right_ones(folder: Path) -> None:
    assert json.loads(run("shortlist", "--sector", "unknown", "--json").stdout) == []
    assert [
        one["sector"]
        for one in json.loads(run("shortlist", "--max-years", "9", "--unknown", "only", "--json").stdout)
    ] == ["industry"]
    assert "did you mean 'contacted'" in run("shortlist", "--stage", "contactd", code=1).exception.args[0]


def test_an_export_of_nobody_says_why(folder: Path) -> None:
    assert (
        "nobody has been ranked for mlops yet; run: sourcing nightly"
        in run("export", "--role", "mlops").stderr
    )
    assert list(folder.glob("*.csv")) == []


def test_who_stays_out_of_a_second_export_comes_with_the_option_it_names(folder: Path) -> None:
    run("export", "--role", "kernels")
    again = run("export", "--role", "kernels")
    assert "2 left out: exported before (--again takes them in)" in again.stderr
    run("stage", "p-000001", "contacted")
    last = run("export", "--role", "kernels", "--again")
    assert "1 left out: contacted before (--contacted takes them in)" in last.stderr
    assert "1 of 2 candidates for kernels written" in last.stderr


@pytest.mark.parametrize("verb", ["shortlist", "export"])
def test_a_stage_is_understood_and_a_slip_of_the_pen_is_named(folder: Path, verb: str) -> None:
    words = [verb, "--role", "kernels", *(["-o", "-"] if verb == "export" else [])]
    assert "p-000001" in run(*words, "--stage", "NEW").stdout
    slip = CliRunner().invoke(app, [*words, "--stage", "contctd"])
    assert isinstance(slip.exception, Failure)
    assert slip.exception.code is ExitCode.USAGE
    assert "did you mean 'contacted'?" in str(slip.exception)


def test_an_empty_list_says_how_many_are_left_out_for_what_is_not_known(folder: Path) -> None:
    said = run("shortlist", "--max-years", "1").stderr
    assert "none of the 2 candidates for kernels passes these filters" in said
    assert "1 would if they were let pass where that is not known: add --unknown keep" in said
    assert "Maximiliane" in run("shortlist", "--max-years", "1", "--unknown", "keep").stdout
    assert "not known" not in run("shortlist", "--stage", "contacted").stderr


def test_settings_that_changed_since_the_ranking_are_pointed_out(folder: Path) -> None:
    changed = SETTINGS.replace("originality = 0.6", "originality = 0.9")
    (folder / "sourcing.toml").write_text('[database]\nurl = "sqlite:///sourcing.db"\n' + changed, "utf-8")
    said = run("shortlist").stderr
    assert (
        "the weights add up to 1.3, not 1; they count in proportion: originality 69 %, code quality 31 %"
        in said
    )
    assert "has changed since its candidates were ranked; run: sourcing rank" in said


def test_ranking_says_at_once_what_is_odd_and_settles_the_list(folder: Path) -> None:
    odd = SETTINGS.replace("fit = 0.0}", "fit = 0.25}\nminimum = {code_quality = 99}").replace(
        '["quiet kernels"]', '["quiet kernels", "quantum basket weaving"]'
    )
    (folder / "sourcing.toml").write_text('[database]\nurl = "sqlite:///sourcing.db"\n' + odd, "utf-8")
    said = run("rank").stderr
    assert "[roles.kernels] the weights add up to 1.25, not 1" in said
    assert (
        "[roles.kernels] nobody writes about “quantum basket weaving”: 0 of 2 papers have all of it" in said
    )
    assert (
        "[roles.kernels] nobody passes the bar of 99 on code quality: the best of 1 has 30, at most 38"
        in said
    )
    assert "mlops" not in said  # presets that nobody asked for are ranked in silence
    assert "has changed" not in run("shortlist").stderr


def test_the_shell_completes_roles_and_stages(folder: Path) -> None:
    def completed(words: str) -> str:
        env = {
            "_SOURCING_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        }
        return CliRunner().invoke(app, [], env=env, prog_name="sourcing").output

    assert "kernels" in completed("sourcing shortlist --role kern")
    assert completed("sourcing shortlist --stage contac").split() == ["contacted"]
    assert "shortlist" in completed("sourcing short")


@pytest.mark.parametrize("width", [45, 80, 200])
def test_a_candidate_is_shown_whole_at_any_width(folder: Path, width: int) -> None:
    assert run("note", "p-000001", "asked about kernels").exit_code == 0
    said = run("show", "p-000001", width=width).stdout
    assert [line for line in said.splitlines() if cell_len(line) > width] == []
    told = " ".join(said.split())
    for shown in (
        "works at: Fjord University",
        "#1 94 84–100",
        "● interest: seen • “Quiet Kernels for Loud Data” speaks of “quiet kernels”",
        "robin: note: asked about kernels",
        "originality: 88 (80–96)",
        "github.com/xiaoming/kernels: official (97 %)",
        "code quality: 30 (22–38)",
        "originality and code quality: Invented rows, so not at all.",
        "full name: arxiv, ",
        "old, https://arxiv.example/abs/2611.00002; CC0 (metadata)",
    ):
        assert shown in told


def test_search_says_how_many_there_are_and_where_it_was_found(folder: Path) -> None:
    said = run("search", "kernels").stdout
    assert said.startswith("1 paper\n  arXiv:2611.00002 Quiet Kernels for Loud Data\n")
    assert "1 repository\n  github.com/xiaoming/kernels" in said
    assert "nothing found" in run("search", "nobodywritesthis").stderr
