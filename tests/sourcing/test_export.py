"""What leaves the house as CSV: every importer's exact sheet, nothing lost, nobody who should stay."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyexcel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_people import NOW, ROLE, Invented
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.candidates import Candidate, load_candidates
from db.queries.show import show
from db.records import Identifier, IdentifierKind
from db.schema import AuditEvent, ExportedPerson, Person, Ranking
from db.suppression import Suppressor
from sourcing.export import PRESETS, Allowed, choose, from_csv, save_export, to_csv
from sourcing.export.cells import escape, unescape
from sourcing.export.csv_file import files_of, unused
from sourcing.export.names import given_and_family
from sourcing.show_view import subject_lines
from sourcing.terminal import Screen

GENERIC = (
    "candidate_id, full_name, role, rank, score, score_low, score_high, originality, code_quality, importance, "
    "execution, fit, why, first_author_papers, best_paper_title, best_paper_url, best_paper_date, venue, "
    "repository_url, affiliation, sector, country, years_active, homepage, openreview_url, github_url, scholar_url, "
    "orcid, linkedin_search_url, email, email_source_url, stage, tags, first_seen, last_seen, notice_due"
)
GREENHOUSE = (
    "First Name, Last Name, Company, Title, Notes, Email, Phone, Social Media, Website, Address, Source, "
    "Who gets credit, Job, Department, Office, Prospect Pool, Prospect Stage"
)
LEVER = (
    "Lever Profile ID, Full Name, Email, Date Added, Stage, Archive Reason, Archive Date, Sources, Origin, Tags, "
    "Phone, Location, Links, Referrer, Resume Filename, Company, Owner, Lever Posting URL, Posting Owner, "
    "Posting Hiring Manager, DateNote-0, UserNote-0, IsSecretNote-0, Note-0, DateNote-1, UserNote-1, IsSecretNote-1, "
    "Note-1, DateNote-2, UserNote-2, IsSecretNote-2, Note-2, DateNote-3, UserNote-3, IsSecretNote-3, Note-3"
)
HEADERS = {
    "generic": GENERIC,
    "excel": GENERIC,
    "greenhouse": GREENHOUSE,
    "gem": "job_stage, first_name, last_name, email, linkedin_url, phone_number",
    "lever": LEVER,
    "hubspot": "Email, First Name, Last Name, Company, Phone, Job Title, Website",
    "linkedin": "first name, last name, e-mail",
}
NOBODY = Suppressor(b"k" * 32)


@pytest.fixture
def invented(session: Session) -> Invented:
    return Invented(session)


def candidates(session: Session, *people: Person) -> list[Candidate]:
    return load_candidates(session, ROLE, [one.id for one in people], now=NOW)


def test_headers_are_the_importers_own() -> None:
    assert {name: ", ".join(preset.columns) for name, preset in PRESETS.items()} == HEADERS


@pytest.mark.parametrize("name", HEADERS)
def test_a_sheet_comes_back_as_it_was(
    session: Session, invented: Invented, tmp_path: Path, name: str
) -> None:
    ada = invented.person(
        "=cmd|' /C calc'!A0", affiliation='Fjord, "North"\nand South', email="ada@quill.example",
        email_url="https://quill.example", homepage="https://quill.example/ä",
    )  # fmt: skip
    invented.paper(ada, title="+1 for Ünïcode, “quoted”; and\ttabbed")
    invented.tag(ada, "@home")
    invented.ranked(ada, axes={"originality": 0.4, "code_quality": 99.6})
    (found,) = candidates(session, ada)
    preset = PRESETS[name]
    (file,) = save_export(session, [found], preset, tmp_path / "out.csv", role=ROLE, by="robin", now=NOW)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") == (name == "excel")
    assert b"\r\n" in content
    raw = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) for row in raw for cell in row)
    header, rows = from_csv(content.decode())
    assert header == list(preset.columns)
    assert rows == [{column: preset.row(found).get(column, "") for column in preset.columns}]


@pytest.mark.parametrize("name", HEADERS)
def test_a_spreadsheet_sees_the_same_sheet(
    session: Session, invented: Invented, tmp_path: Path, name: str
) -> None:
    """Opened by a library that knows nothing of ours: the same columns and cells, and no cell that is a formula."""
    people = [
        invented.person("=HYPERLINK(1)", affiliation='Fjord, "North"\nand South', email="ada@quill.example"),
        invented.person("Łukasz Ńowak", homepage="https://nowak.example/ä", affiliation="+49 Institute"),
        invented.person("Bo Renn"),
    ]
    for number, one in enumerate(people):
        invented.paper(one, title=f"@SUM(A{number}); “quoted”, and\ttabbed\nin two lines")
    invented.identifier(people[0], "orcid", "0000-0001-5000-0007")
    invented.tag(people[1], "-1+1")
    invented.ranked(*people, axes={"originality": 0.4, "code_quality": 99.6})
    found, preset = candidates(session, *people), PRESETS[name]
    (file,) = save_export(session, found, preset, tmp_path / "a.csv", role=ROLE, by="robin", now=NOW)
    as_text = pyexcel.get_array(file_name=str(file), auto_detect_int=False, auto_detect_float=False,
                                auto_detect_datetime=False, encoding="utf-8-sig")  # fmt: skip
    width = len(preset.columns)
    header, *rows = [[*row, *[""] * (width - len(row))] for row in as_text]
    assert header == list(preset.columns)
    expected = [[escape(preset.row(one).get(column, "")) for column in preset.columns] for one in found]
    assert rows == expected
    guessed = pyexcel.get_array(file_name=str(file), encoding="utf-8-sig")
    cells = [cell for row in guessed for cell in row if isinstance(cell, str)]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    if name in ("generic", "excel"):
        ids = [row[list(preset.columns).index("candidate_id")] for row in guessed[1:]]
        assert ids == [one.public_id for one in people]
        assert guessed[1][list(preset.columns).index("orcid")] == "0000-0001-5000-0007"
        assert guessed[1][list(preset.columns).index("code_quality")] == 100


def test_unknown_is_empty_and_scores_are_whole(session: Session, invented: Invented) -> None:
    bo = invented.person("Bo Renn")
    invented.ranked(bo, axes={"originality": 0.4})
    row = PRESETS["generic"].row(candidates(session, bo)[0])
    assert row["originality"] == "0"
    assert [row[name] for name in ("code_quality", "fit", "email", "years_active", "notice_due")] == [""] * 5
    assert (row["score"], row["score_low"], row["stage"]) == ("94", "84", "new")


@pytest.mark.parametrize("name", ["generic", "excel", "greenhouse", "lever"])
def test_code_that_is_gone_is_no_link_and_other_code_of_theirs_is(
    session: Session, invented: Invented, name: str
) -> None:
    ada = invented.person("Ada Quill")
    gone = invented.repository("github.com/quill/gone", invented.paper(ada), owner=ada)
    invented.ranked(ada)
    session.scalars(select(Ranking)).one().repository_id = gone.id

    def sheet() -> str:
        session.flush()
        (found,) = candidates(session, ada)
        assert found.repository_key == gone.key
        return " ".join(PRESETS[name].row(found).values())

    assert gone.url in sheet()
    gone.gone_since = NOW
    assert "/gone" not in sheet()
    said = "\n".join(subject_lines(show(session, ada), now=NOW, on=Screen(100, 50)))
    assert f"{gone.key} 90 % of the commits, gone since {NOW:%Y-%m-%d}" in said
    own = invented.repository("codeberg.org/quill/own", owner=ada)
    assert own.url in sheet()
    older = invented.repository(
        "gitlab.com/quill/older", invented.paper(ada, published=NOW - timedelta(days=9))
    )
    assert older.url in sheet()
    assert own.url not in sheet()
    gone.gone_since = None
    assert gone.url in sheet()


def test_names_are_split_as_the_sources_say_and_by_place_only_where_none_does(
    session: Session, invented: Invented
) -> None:
    people = [
        invented.person("Nguyen Thi Minh", given="Thi Minh", family="Nguyen"),
        invented.person("Ludwig van der Berg"),
        invented.person("Madonna"),
    ]
    invented.ranked(*people)
    assert [given_and_family(one) for one in candidates(session, *people)] == [
        ("Thi Minh", "Nguyen"),
        ("Ludwig", "van der Berg"),
        ("Madonna", "Madonna"),
    ]


@given(st.text())
def test_escaping_a_cell_loses_nothing(cell: str) -> None:
    assert unescape(escape(cell)) == cell
    assert not escape(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\0"))


_cells = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.tuples(_cells, _cells), min_size=1, max_size=8))
def test_rows_come_back_whatever_they_hold(rows: Sequence[tuple[str, str]]) -> None:
    content = to_csv(("id", "a", "b"), ({"id": "p-1", "a": a, "b": b} for a, b in rows))
    header, back = from_csv(content)
    assert header == ["id", "a", "b"]
    assert [(row["a"], row["b"]) for row in back] == list(rows)


_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    people=st.lists(
        st.fixed_dictionaries(
            {
                "full_name": _texts, "given": st.none() | _texts, "family": st.none() | _texts, "why": _texts,
                "affiliation": st.none() | _texts, "email": st.none() | _texts, "best_paper_title": st.none() | _texts,
                "homepage": st.none() | _texts, "tags": st.lists(_texts, max_size=3).map(tuple), "stage": _texts,
            }
        ),
        min_size=1, max_size=5,
    ),
    name=st.sampled_from(sorted(HEADERS)),
    limit=st.integers(1, 4),
)  # fmt: skip
def test_whatever_people_are_called_every_preset_comes_back_whole(
    prototype: Candidate, people: list[dict[str, object]], name: str, limit: int
) -> None:
    """Written, split at a limit, read again: each row once, in order, cell for cell, in every preset."""
    preset = replace(PRESETS[name], max_rows=limit)
    rows = [preset.row(replace(prototype, **one)) for one in people]  # type: ignore[arg-type]
    files = list(files_of(preset, rows, Path("out.csv")))
    assert len(files) == -(-len(rows) // limit)
    back: list[dict[str, str]] = []
    for _, content in files:
        assert content.startswith("\ufeff") == (name == "excel")
        header, part = from_csv(content.encode().decode())
        assert header == list(preset.columns)
        assert len(part) <= limit
        back += part
    wanted = [{column: row.get(column, "") for column in preset.columns} for row in rows]
    # A row of nothing but empty cells is a blank line to any reader; only presets without constants can make one.
    assert back == [row for row in wanted if any(row.values())]


@pytest.fixture
def prototype(session: Session, invented: Invented) -> Candidate:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    return candidates(session, ada)[0]


@pytest.mark.parametrize(
    ("name", "limit"), [("greenhouse", 8_000), ("gem", 10_000), ("lever", 55_000), ("linkedin", 200)]
)
def test_files_keep_to_the_importers_limit(name: str, limit: int) -> None:
    preset = PRESETS[name]
    rows = [{preset.columns[0]: str(number)} for number in range(limit + 1)]
    files = list(files_of(preset, rows, Path("people.csv")))
    assert [str(path) for path, _ in files] == ["people-1.csv", "people-2.csv"]
    read = [from_csv(content)[1] for _, content in files]
    assert [len(part) for part in read] == [limit, 1]
    assert read[1][0][preset.columns[0]] == str(limit)


def test_lever_gets_its_constants_and_a_file_name_it_takes(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    ada = invented.person("Ada Quill", homepage="https://quill.example/a, b")
    invented.paper(ada)
    invented.tag(ada, "one, two")
    invented.ranked(ada)
    (file,) = save_export(
        session, candidates(session, ada), PRESETS["lever"], tmp_path / "New People (äöü).csv",
        role=ROLE, by="robin", now=NOW, fixed={"Owner": "robin@agency.example"},
    )  # fmt: skip
    assert re.fullmatch(r"[a-z0-9_-]+\.csv", file.name)
    (row,) = from_csv(file.read_text())[1]
    assert (row["Stage"], row["Origin"], row["Sources"]) == ("New Lead", "Sourced", "Sourcing")
    assert row["Owner"] == "robin@agency.example"
    assert len(row["Tags"].split(",")) == 1
    assert row["Links"].split(", ")[0] == "https://quill.example/a,%20b"


def test_custom_fields_come_last_where_the_importer_takes_them(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    found = candidates(session, ada)
    fixed = {"Prospect Pool": "ML", "GDPR consent": "=no"}
    (file,) = save_export(
        session, found, PRESETS["greenhouse"], tmp_path / "a.csv", role=ROLE, by="robin", now=NOW, fixed=fixed
    )
    header, (row,) = from_csv(file.read_text())
    assert header == [*GREENHOUSE.split(", "), "GDPR consent"]
    assert (row["Prospect Pool"], row["GDPR consent"]) == ("ML", "=no")
    with pytest.raises(KeyError, match="Prospect Pool"):
        save_export(
            session, found, PRESETS["gem"], tmp_path / "b.csv", role=ROLE, by="robin", now=NOW, fixed=fixed
        )


def test_who_stays_out_and_why(session: Session, invented: Invented) -> None:
    free, contacted, exported, twin, namesake, silent = (
        invented.person(name) for name in ("Free", "Contacted", "Exported", "Twin", "Namesake", "Silent One")
    )
    everybody = [free, contacted, exported, twin, namesake, silent]
    invented.ranked(*everybody)
    invented.stage(contacted, "contacted", by="somebody else")
    invented.stage(contacted, "shortlisted")
    invented.maybe_same(twin, namesake)
    session.add(AuditEvent(at=NOW, by="robin", action="export", details={}))
    ids = [one.id for one in everybody]
    suppressor = Suppressor(b"k" * 32, frozenset(NOBODY.hashes_of(["SILENT ONE"], [])))
    save_export_of(session, exported)
    choice = choose(session, ids, Allowed(), suppressor)
    assert choice.chosen == [free.id]
    assert choice.left_out == {
        "contacted before": 1,
        "exported before": 1,
        "maybe the same as somebody else (see: sourcing duplicates)": 2,
        "asked to be left alone": 1,
    }
    everything = choose(session, ids, Allowed(exported=True, contacted=True, undecided=True), suppressor)
    assert silent.id not in everything.chosen
    assert len(everything.chosen) == 5


def save_export_of(session: Session, person: Person) -> None:
    from db.schema import ExportBatch

    batch = ExportBatch(preset="generic", role=ROLE, path="x.csv", rows=1, at=NOW, by="robin")
    session.add(batch)
    session.flush()
    session.add(ExportedPerson(batch_id=batch.id, person_id=person.id))
    session.flush()


def test_suppression_by_identifier_is_enough(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    invented.identifier(ada, "github", "adaquill")
    key = Identifier(kind=IdentifierKind.GITHUB, value="adaquill")
    suppressor = Suppressor(b"k" * 32, frozenset(NOBODY.hashes_of([], [key])))
    assert choose(session, [ada.id], Allowed(), suppressor).left_out == {"asked to be left alone": 1}


def test_what_came_out_of_a_linkedin_export_goes_into_no_sheet(session: Session, invented: Invented) -> None:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    invented.identifier(ada, "linkedin", "https://www.linkedin.com/in/ada-quill", source="linkedin")
    (candidate,) = candidates(session, ada)
    for name, preset in PRESETS.items():
        assert "in/ada-quill" not in " ".join(preset.row(candidate).values()), name


def test_an_export_is_remembered_also_after_a_merge(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    ada, twin = invented.person("Ada Quill"), invented.person("A. Quill")
    invented.ranked(ada, twin)
    save_export(
        session, candidates(session, twin), PRESETS["gem"], tmp_path / "a.csv", role=ROLE, by="robin", now=NOW
    )
    twin.merged_into = ada.id
    session.flush()
    assert choose(session, [ada.id], Allowed(), NOBODY).left_out == {"exported before": 1}
    event = session.scalars(select(AuditEvent)).one()
    assert (event.by, event.action, event.details["preset"]) == ("robin", "export", "gem")


def test_nothing_is_remembered_of_a_file_that_could_not_be_written(
    session: Session, invented: Invented, tmp_path: Path
) -> None:
    ada = invented.person("Ada Quill")
    invented.ranked(ada)
    session.commit()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        save_export(
            session, candidates(session, ada), PRESETS["generic"], tmp_path / "file" / "a.csv",
            role=ROLE, by="robin", now=NOW,
        )  # fmt: skip
    session.rollback()
    assert choose(session, [ada.id], Allowed(), NOBODY).chosen == [ada.id]


def test_files_of_one_name_stand_side_by_side(tmp_path: Path) -> None:
    wanted = tmp_path / "new-ml-engineer-2026-11-23.csv"
    for name in (wanted.name, "new-ml-engineer-2026-11-23-2.csv", "new-ml-engineer-2026-11-23-3.csv"):
        free = unused(wanted)
        assert free.name == name
        free.touch()
