"""Each file in its wire format, every field against what a person reads in it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from db.records import Identifier, IdentifierKind, ParseError
from sourcing.imports.columns import UnknownMapping, read_mapping
from sourcing.imports.kaggle import Leaderboard, read_leaderboard
from sourcing.imports.linkedin import read_linkedin
from sourcing.imports.meta_kaggle import is_meta_kaggle, read_meta_kaggle
from sourcing.imports.opening import read_file
from sourcing.imports.people import PeopleFile, identifier_in, read_people

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "imports"


def board(name: str, **more: object) -> Leaderboard:
    return read_leaderboard((FIXTURES / name).read_bytes(), name=name, **more)  # type: ignore[arg-type]


def people(text: str, *mapping: str) -> PeopleFile:
    body = text.encode()
    return read_people(body, name="fair.csv", list_name="Fair", mapping=read_mapping(mapping))


def test_linkedin_connections() -> None:
    found = read_linkedin((FIXTURES / "Connections.csv").read_bytes(), name="Connections.csv", mapping={})
    assert found.kind == "connections"
    (line, first), _, (_, third) = found.people.people
    assert line == 5
    assert (first.name, first.given, first.family) == ("Ingrid Solberg", "Ingrid", "Solberg")
    assert first.source_key == "ingrid-solberg-sample"
    assert first.url == "https://www.linkedin.com/in/ingrid-solberg-sample"
    assert first.affiliations == ("Fjord Institute of Technology",)
    assert first.headline == 'Doctoral student, "tides" group (connected 02 Mar 2026)'
    assert third.headline == 'Head of 5" things (connected 01 Jan 2024)'
    assert [str(one) for one in found.people.bad] == ["line 8: has no name"]
    assert all(one.email is None for _, one in found.people.people)


def test_a_formula_an_address_and_a_number_are_no_names() -> None:
    found = people(
        "Name;Uni\nAda Quill;A\n=SUM(1);B\nada@quill.example;C\n0041 79 123;D\nhttps://x.example/ada;E\n"
    )
    assert [one.name for _, one in found.people] == ["Ada Quill"]
    assert [str(one) for one in found.bad] == [f"line {line}: has no name" for line in (3, 4, 5, 6)]


def test_a_recruiter_project_by_its_column_names() -> None:
    body = (FIXTURES / "recruiter_project.csv").read_bytes()
    found = read_linkedin(body, name="project.csv", mapping={})
    assert found.kind == "recruiter"
    ((_, one),) = found.people.people
    assert (one.name, one.headline, one.affiliations) == (
        "Ingrid Solberg",
        "Learning from tides",
        ("Fjord Institute of Technology",),
    )
    assert one.source_key == "ingrid-solberg-sample"


def test_a_leaderboard_as_downloaded() -> None:
    found = board("gap-prize-publicleaderboard-2026-10-02T08_00_00.csv")
    assert (found.competition, found.board, found.teams, found.more) == ("gap-prize", "public", 4, False)
    first, second, third = (one for _, one in found.achievements)
    assert first.source_key == "gap-prize/1234567/isolberg-k"
    assert first.identifiers == (Identifier(kind=IdentifierKind.KAGGLE, value="isolberg-k"),)
    assert first.title == "1st of 4 in Kaggle’s “gap-prize”"
    assert first.summary == "public leaderboard, team “Night, Owls” of 2"
    assert first.date == datetime(2026, 10, 1, 22, 10, 3, tzinfo=UTC)
    assert (second.person_name, third.person_name, third.place, third.entrants) == (
        "kbaptiste",
        "tidepool",
        2,
        4,
    )
    assert [str(one) for one in found.bad] == [
        "line 4: Excel has rounded the TeamId to 1.23E+06; take the file as it was downloaded"
    ]
    assert found.without_names == 1


def test_only_the_places_asked_for_are_taken_and_all_are_counted() -> None:
    found = board("gap-prize-publicleaderboard-2026-10-02T08_00_00.csv", top=1)
    assert [one.place for _, one in found.achievements] == [1, 1]
    assert found.achievements[0][1].entrants == 4


@pytest.mark.parametrize("name", ["kaggle_printed.csv", "kaggle_table.txt"])
def test_a_leaderboard_as_the_command_prints_it(name: str) -> None:
    found = board(name, competition="https://www.kaggle.com/competitions/gap-prize")
    assert (found.competition, found.teams, found.more, found.without_names) == ("gap-prize", 2, True, 2)
    assert found.achievements == ()
    assert found.bad == ()


def test_a_leaderboard_that_names_no_competition_asks_for_it() -> None:
    with pytest.raises(ParseError, match="--competition"):
        board("kaggle_printed.csv")


def test_a_leaderboard_in_kaggles_archive(tmp_path: Path) -> None:
    name = "gap-prize-publicleaderboard-2026-10-02T08_00_00.csv"
    with ZipFile(tmp_path / "gap-prize.zip", "w") as archive:
        archive.write(FIXTURES / name, name)
    read, body = read_file(tmp_path / "gap-prize.zip", wanted=lambda one: one.endswith(".csv"))
    assert (read, body) == (name, (FIXTURES / name).read_bytes())
    with pytest.raises(ParseError, match="there are: none"):
        read_file(tmp_path / "gap-prize.zip", wanted=lambda one: one == "other")


@pytest.mark.parametrize("packed", [False, True])
def test_meta_kaggle(tmp_path: Path, packed: bool) -> None:
    path = FIXTURES / "meta_kaggle"
    if packed:
        with ZipFile(tmp_path / "archive.zip", "w") as archive:
            for table in path.iterdir():
                archive.write(table, table.name)
        path = tmp_path / "archive.zip"
    assert is_meta_kaggle(path)
    found = read_meta_kaggle(path, top=100)
    assert (found.competitions, found.practice, found.teams) == (1, 1, 1)
    first, second = found.achievements
    assert first.title == "1st of 812 in Kaggle’s “The Gap Prize”"
    assert first.summary == "private leaderboard, gold medal, team “Night, Owls” of 2"
    assert (first.person_name, second.person_name) == ("Ingrid Solberg", "Kwame Baptiste")
    assert first.source_key == "gap-prize/1234567/isolberg-k"
    assert first.date == datetime(2026, 10, 1, 23, 59, tzinfo=UTC)
    assert {table: [str(one) for one in bad] for table, bad in found.bad.items()} == {
        "Teams.csv": ["line 5: has 4 cells, the header has 13"]
    }
    assert len(read_meta_kaggle(path, top=1000, practice=True).achievements) == 4


def test_a_byte_that_is_no_letter_costs_one_row_of_meta_kaggle(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "meta_kaggle", tmp_path, dirs_exist_ok=True)
    users = tmp_path / "Users.csv"
    users.write_bytes(users.read_bytes().replace(b"Kwame", b"Kw\xe4me"))
    found = read_meta_kaggle(tmp_path, top=100)
    assert [one.person_name for one in found.achievements] == ["Ingrid Solberg"]
    [bad] = found.bad["Users.csv"]
    assert bad.problem == "is not UTF-8"
    users.write_bytes(b"x" * 200_000)
    with pytest.raises(ParseError, match="no header that can be read"):
        read_meta_kaggle(tmp_path, top=100)


@pytest.mark.parametrize("rank", ["²", "٣", "9" * 5_000, "-1", "1.5"])
def test_a_rank_that_is_no_place_is_named_and_left_out(rank: str) -> None:
    name = "gap-prize-publicleaderboard-2026-10-02T08_00_00.csv"
    body = f"Rank,TeamId,TeamName,TeamMemberUserNames\n{rank},7,Owls,ada\n2,8,Tide,bo\n".encode()
    found = read_leaderboard(body, name=name)
    assert [one.person_name for _, one in found.achievements] == ["bo"]
    [bad] = found.bad
    assert (bad.line, bad.problem.endswith("is no place")) == (2, True)


def test_a_campus_list_from_a_german_excel() -> None:
    body = (FIXTURES / "career_fair.csv").read_text("utf-8").encode("cp1252")
    found = read_people(body, name="career_fair.csv", list_name="Career fair", mapping={})
    assert found.encoding == "cp1252"
    (line, first), (_, second), (_, third) = found.people
    assert (line, first.name, first.given, first.family) == (3, "Jörg Früh", "Jörg", "Früh")
    assert (first.affiliations, first.country) == (("Universität Hochtal",), "DE")
    assert first.identifiers == (Identifier(kind=IdentifierKind.GITHUB, value="jfrueh"),)
    assert (first.email, found.addresses_left_out) == (None, 1)
    assert second.country is None  # "Norwegen" is in none of the lists: unknown stays unknown
    assert third.affiliations == ("=Lakeshore",)
    assert third.identifiers == (Identifier(kind=IdentifierKind.ORCID, value="0000-0002-1825-0097"),)
    assert [str(one) for one in found.bad] == [
        "line 7: a quotation mark is opened and never closed",
        "line 8: has 9 cells, the header has 8",
    ]
    assert found.unused == ("Woher",)


def test_columns_are_mapped_by_hand_where_their_names_say_nothing() -> None:
    text = "Wer,Woher,Netz,Seite\nQuill, Ada,,\n"
    found = people(
        'Wer,Woher,Netz\n"Quill, Ada",Fjord,github.com/adaq\n',
        "full-name=Wer",
        "affiliation=Woher",
        "github=netz",
    )
    ((_, one),) = found.people
    assert (one.name, one.given, one.family, one.affiliations) == ("Ada Quill", "Ada", "Quill", ("Fjord",))
    assert one.identifiers == (Identifier(kind=IdentifierKind.GITHUB, value="adaq"),)
    with pytest.raises(UnknownMapping, match="no such column; there are: Wer, Woher"):
        people(text, "full_name=Wer", "country=Land")
    with pytest.raises(UnknownMapping, match="FIELD one of full_name"):
        people(text, "shoe_size=Wer")


def test_an_address_is_kept_only_beside_the_page_that_publishes_it() -> None:
    text = (
        "name,email,email url\nAda Quill,ada@quill.example,https://quill.example/\nBo Renn,bo@renn.example,\n"
    )
    found = people(text)
    assert [(one.email, one.email_url) for _, one in found.people] == [
        ("ada@quill.example", "https://quill.example/"),
        (None, None),
    ]
    assert found.addresses_left_out == 1


def test_the_same_person_twice_in_a_list_is_one() -> None:
    found = people(
        "name,orcid\nAda Quill,0000-0002-1825-0097\nA. Quill,https://orcid.org/0000-0002-1825-0097\n"
    )
    assert [one.name for _, one in found.people] == ["Ada Quill"]
    assert [str(one) for one in found.warnings] == [
        "line 3: is the same person as line 2; the first one counts"
    ]


def test_two_people_of_one_laboratory_are_two_though_they_give_its_page() -> None:
    found = people(
        "name,website\nAda Quill,https://lab.example/\nBo Renn,https://lab.example/\n"
        "Bo Renn,https://lab.example/\n"
    )
    assert [one.name for _, one in found.people] == ["Ada Quill", "Bo Renn"]
    assert [str(one) for one in found.warnings] == [
        "line 4: is the same person as line 3; the first one counts"
    ]


def test_a_row_is_known_by_the_same_key_wherever_it_stands() -> None:
    rows = ["Ada Quill,Fjord", "Bo Renn,Lake"]
    one, other = (people("name,school\n" + "\n".join(order)) for order in (rows, rows[::-1]))
    assert {key.source_key for _, key in one.people} == {key.source_key for _, key in other.people}


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("github", "@Octo-Sample", ("github", "octo-sample")),
        ("github", "github.com/octo", ("github", "octo")),
        ("github", "https://github.com/octo/repo", None),
        ("orcid", "0000-0002-1825-0098", None),
        ("homepage", "https://orcid.org/0000-0002-1825-0097", ("orcid", "0000-0002-1825-0097")),
        ("homepage", "quill.example", ("homepage", "https://quill.example/")),
        ("homepage", "see CV", None),
        ("linkedin", "linkedin.com/in/Ada-Q/", ("linkedin", "https://www.linkedin.com/in/ada-q")),
        ("linkedin", "https://quill.example/", None),
        ("openreview", "~Ada_Quill1", ("openreview", "~Ada_Quill1")),
        ("openreview", "Ada Quill", None),
        ("scholar", "https://scholar.google.com/citations?user=AbC-123&hl=en", ("scholar", "AbC-123")),
        ("dblp", "12/3456", ("dblp", "12/3456")),
        ("kaggle", "TidePool", ("kaggle", "tidepool")),
    ],
)
def test_identifiers_are_understood_however_they_are_put(
    field: str, text: str, expected: tuple[str, str] | None
) -> None:
    found = identifier_in(field, text)
    assert (None if found is None else (str(found.kind), found.value)) == expected
