"""Tables in every dress that Excel and its relatives put them in."""

import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.records import ParseError
from sourcing.imports.table import TableText, column_key, read_table

KNOWN = frozenset(["name", "school", "note"])
TEXT = "Name;School;Note\r\nJörg Früh;Universität Hochtal;“quoted”\r\nZoë;;\r\n"


def read(body: bytes, encoding: str | None = None) -> TableText:
    return read_table(body, name="list.csv", known=KNOWN.__contains__, encoding=encoding)


def cells(table: TableText) -> list[tuple[int, dict[str, str]]]:
    return [(row.line, row.cells) for row in table.rows]


EXPECTED = [
    (2, {"name": "Jörg Früh", "school": "Universität Hochtal", "note": "“quoted”"}),
    (3, {"name": "Zoë"}),
]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found(encoding: str, delimiter: str) -> None:
    assert cells(read(TEXT.replace(";", delimiter).encode(encoding))) == EXPECTED


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_lines(newline: str) -> None:
    assert cells(read(TEXT.replace("\r\n", newline).encode())) == EXPECTED


def test_a_named_encoding_is_believed_and_a_wrong_one_refused() -> None:
    body = "name,school\n张伟,清华\n".encode("gb18030")
    assert read(body, "gb18030").rows[0].cells == {"name": "张伟", "school": "清华"}
    with pytest.raises(ParseError, match="no encoding 'klingon'"):
        read(body, "klingon")
    with pytest.raises(ParseError, match="is not ascii"):
        read(body, "ascii")


def test_excels_sep_line_says_the_delimiter() -> None:
    table = read(b'"sep=|"\r\nName|School, or lab\r\nAda|a, b; c\r\n')
    assert table.delimiter == "|"
    assert table.rows[0].cells == {"name": "Ada", "schoolorlab": "a, b; c"}


def test_what_excel_does_to_cells_is_undone() -> None:
    table = read(b'name,school,note\n\'=Ada,"=""007""",#N/A\n\'t Hooft,\'+47,\'quoted\'\n')
    assert [row.cells for row in table.rows] == [
        {"name": "=Ada", "school": "007"},
        {"name": "'t Hooft", "school": "+47", "note": "'quoted'"},
    ]


def test_lines_before_the_header_and_headers_in_between_are_no_rows() -> None:
    table = read(b"Exported by a tool, 2026\n\nName,School\nAda,X\nName,School\n,\nBo,Y\n")
    assert [(row.line, row.cells["name"]) for row in table.rows] == [(4, "Ada"), (7, "Bo")]
    assert table.preamble == ("Exported by a tool, 2026",)


def test_a_bad_row_costs_only_itself() -> None:
    table = read(b'name,school\nAda,X\n"Bo,Y\nCy,Z\nEve,W,too,much\n"Fay\nOtt",V\nGus,5" disk\n')
    assert [(row.line, row.cells["name"]) for row in table.rows] == [
        (2, "Ada"),
        (4, "Cy"),
        (6, "Fay Ott"),
        (8, "Gus"),
    ]
    assert [str(one) for one in table.bad] == [
        "line 3: a quotation mark is opened and never closed",
        "line 5: has 4 cells, the header has 2",
    ]


def test_an_absurd_row_is_left_out() -> None:
    table = read(b"name,school\nAda," + b"x" * 30_000 + b"\nBo," + b"y," * 200_000 + b"\nCy,Z\n")
    assert [row.cells["name"] for row in table.rows] == ["Cy"]
    assert [one.line for one in table.bad] == [2, 3]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"PK\x03\x04rest", "ZIP archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "no table of text"),
        (b"", "no header"),
        (b"colour,size\nred,1\n", "begins with “colour,size”"),
        (b"name\x81\x8d\n", "say which with --encoding"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read(body)


cell = st.text(st.sampled_from("aÄ張é0;,|\"'.=#ß"), max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(cell, cell), max_size=8), st.sampled_from([",", ";", "\t", "|"]))
def test_what_a_csv_writer_wrote_comes_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(["name", "school"])
    kept = [
        one
        for one in rows
        if one[0] and one[0][0] not in "'#=\ufeff" and (not one[1] or one[1][0] not in "'#=")
    ]
    kept = [one for one in kept if [column_key(part) for part in one] != ["name", "school"]]
    writer.writerows(kept)
    table = read(written.getvalue().encode("utf-8-sig"))
    assert [(row.cells["name"], row.cells.get("school", "")) for row in table.rows] == kept
    assert table.bad == ()


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_parse_error(body: bytes) -> None:
    with contextlib.suppress(ParseError):
        read(b"name,school\n" + body)
