"""What a reader of the database sees of a paper on arXiv, by whichever door it came."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.records import DeletedRecord, PaperRecord, ParseError
from spiders.parsing.arxiv_atom import Throttled, UpstreamError, parse_arxiv_atom
from spiders.parsing.arxiv_oai import OaiError, parse_arxiv_oai

FIXTURES = Path(__file__).parent.parent / "fixtures"
URL = "https://export.arxiv.org/api/query?search_query=cat:cs.LG"


def atom(name: str) -> bytes:
    return (FIXTURES / "arxiv" / name).read_bytes()


def oai(name: str) -> bytes:
    return (FIXTURES / "arxiv_oai" / name).read_bytes()


def paper(record: object) -> PaperRecord:
    assert isinstance(record, PaperRecord)
    return record


def test_atom_entry_becomes_a_paper() -> None:
    parsed = parse_arxiv_atom(atom("two_papers.xml"), url=URL)
    first = paper(parsed.records[0])
    assert (first.source, first.source_key, first.arxiv_id, first.version) == (
        "arxiv",
        "2611.00417",
        "2611.00417",
        2,
    )
    assert first.url == "https://arxiv.org/abs/2611.00417"
    assert first.title == "Tidal Kernels: Attention That Ebbs & Flows"
    assert first.abstract is not None
    assert first.abstract.endswith("tide. Code: https://github.com/invented-lab/tidal-kernels")
    assert first.published == datetime(2026, 10, 29, 17, 59, 46, tzinfo=UTC)
    assert first.updated == datetime(2026, 11, 1, 21, 15, 9, tzinfo=UTC)
    assert first.doi == "10.5555/invented.417"
    assert first.journal_ref == "Journal of Invented Results 3 (2026) 14-25"
    assert (first.primary_category, first.categories) == ("cs.LG", ("cs.LG", "stat.ML"))
    assert [one.name for one in first.authors] == ["Maren Ødegård", "Tobias N. Quill", "Amara Okonjo-Reyes"]
    assert first.authors[0].affiliations == ("University of Nordhavn",)
    assert (parsed.total, parsed.warnings) == (2, {})


def test_joint_first_authors_are_marked_where_the_comment_says_so() -> None:
    first = paper(parse_arxiv_atom(atom("two_papers.xml"), url=URL).records[0])
    assert [one.joint_first for one in first.authors] == [True, True, False]


def test_a_collaboration_is_no_first_author_and_zero_is_a_title() -> None:
    second = paper(parse_arxiv_atom(atom("two_papers.xml"), url=URL).records[1])
    assert second.title == "0"
    assert [(one.name, one.position) for one in second.authors] == [("Li Wei", 1)]
    assert second.source_key == "cs/0601009"


def test_error_entry_is_no_paper() -> None:
    with pytest.raises(UpstreamError, match="incorrect id format for tide"):
        parse_arxiv_atom(atom("error.xml"), url=URL)


@pytest.mark.parametrize("body", [b"Rate exceeded.", b"", b"  \n", b"{}"])
def test_a_body_that_is_not_xml_is_a_throttle_and_not_an_empty_page(body: bytes) -> None:
    with pytest.raises(Throttled):
        parse_arxiv_atom(body, url=URL)
    with pytest.raises(Throttled):
        parse_arxiv_oai(body, url=URL)


def test_a_truncated_feed_is_an_error_that_names_its_url() -> None:
    body = atom("two_papers.xml")
    with pytest.raises(ParseError, match=r"export\.arxiv\.org"):
        parse_arxiv_atom(body[: len(body) * 2 // 3], url=URL)


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = (
        atom("two_papers.xml").replace(b"<feed", bomb + b"<feed", 1).replace(b"<title>0<", b"<title>&b;<", 1)
    )
    parsed = parse_arxiv_atom(body, url=URL)
    assert "aaaa" not in repr(parsed.records)


def test_a_field_that_is_new_upstream_is_counted() -> None:
    body = atom("two_papers.xml").replace(b"<published>", b"<arxiv:orcid>0</arxiv:orcid><published>")
    parsed = parse_arxiv_atom(body, url=URL)
    assert parsed.warnings == {"unknown field: orcid": 2}
    assert len(parsed.records) == 2


def test_oai_gives_the_same_paper_as_atom_but_for_what_it_does_not_carry() -> None:
    parsed = parse_arxiv_oai(oai("list_records.xml"), url=URL)
    from_oai = paper(parsed.records[0])
    from_atom = paper(parse_arxiv_atom(atom("two_papers.xml"), url=URL).records[0])
    differing = {"source", "authors", "comment", "published", "updated", "version", "licence"}
    kept = {name: getattr(from_atom, name) for name in differing}
    assert replace(from_oai, **kept) == from_atom
    assert from_oai.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert from_oai.published == datetime(2026, 10, 29, tzinfo=UTC)
    assert (parsed.next_token, parsed.total, parsed.warnings) == ("7100001|1001", 1203, {})


def test_oai_names_come_in_parts() -> None:
    authors = paper(parse_arxiv_oai(oai("list_records.xml"), url=URL).records[0]).authors
    assert [(a.name, a.given, a.family, a.suffix) for a in authors] == [
        ("Maren Ødegård", "Maren", "Ødegård", None),
        ("Tobias N. Quill III", "Tobias N.", "Quill", "III"),
    ]
    assert all(one.joint_first for one in authors)


def test_deleted_records_are_passed_on() -> None:
    deleted = parse_arxiv_oai(oai("list_records.xml"), url=URL).records[1]
    assert deleted == DeletedRecord(
        source="arxiv_oai",
        source_key="2610.00099",
        url="https://arxiv.org/abs/2610.00099",
        deleted=datetime(2026, 10, 30, tzinfo=UTC),
    )


def test_raw_format_has_versions_exact_dates_and_an_author_line() -> None:
    record = paper(parse_arxiv_oai(oai("get_record_raw.xml"), url=URL).records[0])
    assert record.version == 2
    assert record.published == datetime(2026, 10, 29, 17, 59, 46, tzinfo=UTC)
    assert record.updated == datetime(2026, 11, 1, 21, 15, 9, tzinfo=UTC)
    assert [(one.name, one.affiliations) for one in record.authors] == [
        ("Maren Ødegård", ("University of Nordhavn",)),
        ("Tobias N. Quill", ("University of Nordhavn", "Institute of Slow Water")),
        ("Amara Okonjo-Reyes", ("Institute of Slow Water",)),
    ]


def test_namespaces_may_be_missing() -> None:
    body = oai("list_records.xml")
    for namespace in (
        b' xmlns="http://www.openarchives.org/OAI/2.0/"',
        b' xmlns="http://arxiv.org/OAI/arXiv/"',
    ):
        body = body.replace(namespace, b"")
    assert parse_arxiv_oai(body, url=URL).records == parse_arxiv_oai(oai("list_records.xml"), url=URL).records


def error_answer(code: str) -> bytes:
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-02T03:00:00Z</responseDate>'
        f'<request>https://oaipmh.arxiv.org/oai</request><error code="{code}">said so</error></OAI-PMH>'
    ).encode()


def test_no_records_match_is_an_empty_answer_and_other_errors_are_errors() -> None:
    assert parse_arxiv_oai(error_answer("noRecordsMatch"), url=URL).records == ()
    with pytest.raises(OaiError, match="said so") as raised:
        parse_arxiv_oai(error_answer("badResumptionToken"), url=URL)
    assert raised.value.code == "badResumptionToken"


def test_an_empty_resumption_token_ends_the_list() -> None:
    body = oai("list_records.xml").replace(b">7100001|1001<", b"><")
    assert parse_arxiv_oai(body, url=URL).next_token is None
