"""The served bytes are what the ``arxiv`` package and an OAI-PMH harvester expect."""

from datetime import UTC, datetime

import arxiv
import pytest
import requests
from lxml import etree
from small_world import NIGHTS, at, paper, small_world

from sourcing.demo import faults
from sourcing.demo.sources.arxiv_oai import in_tex, set_specs
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import announcement

OAI = {"o": "http://www.openarchives.org/OAI/2.0/", "a": "http://arxiv.org/OAI/arXiv/"}
RAW = "{http://arxiv.org/OAI/arXivRaw/}"


def client_of(upstream: DemoUpstream, page_size: int = 100, retries: int = 0) -> arxiv.Client:
    client = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=retries)
    client.query_url_format = upstream.urls["arxiv_api"] + "?{}"
    return client


def found(upstream: DemoUpstream, query: str, **search: object) -> list[arxiv.Result]:
    return list(client_of(upstream).results(arxiv.Search(query=query, **search)))


def oai(upstream: DemoUpstream, **arguments: str) -> etree._Element:
    answer = requests.get(upstream.urls["arxiv_oai"], params=arguments, timeout=10)
    assert answer.status_code == 200
    return etree.fromstring(answer.content)


def identifiers(tree: etree._Element) -> list[str]:
    return [element.text.rpartition(":")[2] for element in tree.iterfind(".//o:identifier", OAI)]


def test_the_arxiv_package_reads_every_field(upstream: DemoUpstream) -> None:
    [result] = found(upstream, "", id_list=["2611.00001"])
    expected = small_world().papers[0]
    assert result.entry_id == "http://arxiv.org/abs/2611.00001v1"
    assert result.title == expected.title
    assert result.summary == expected.abstract
    assert [author.name for author in result.authors] == ["Ingrid Solberg", "José Ñandú García"]
    assert result.authors[0].affiliation == ["Fjord Institute"]
    assert result.categories == ["cs.LG", "stat.ML"]
    assert result.primary_category == "cs.LG"
    assert (result.comment, result.doi) == (expected.comment, expected.doi)
    assert result.published == result.updated == at(9, 10)
    assert result.pdf_url == "https://arxiv.org/pdf/2611.00001v1"


def test_only_announced_papers_are_visible_and_versions_grow(upstream: DemoUpstream) -> None:
    window = "submittedDate:[202611080000 TO 202611122359]"
    assert {r.get_short_id() for r in found(upstream, window)} == {
        "2611.00001v1", "2611.00002v1", "2611.00005v1", "2611.00006v1",
    }  # fmt: skip
    upstream.set_night(3)
    assert {r.get_short_id() for r in found(upstream, window)} == {
        "2611.00001v1", "2611.00002v2", "2611.00003v1", "2611.00004v1", "2611.00006v1",
    }  # fmt: skip
    assert [r.get_short_id() for r in found(upstream, "", id_list=["2611.00002v1"])] == ["2611.00002v1"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("cat:cs.LG", [1, 3, 4]),
        ("cat:cs.*", [1, 2, 3, 4]),
        ("(cat:cs.CV OR cat:physics.ao-ph) AND submittedDate:[20261109 TO 20261109]", [2, 6]),
        ("cat:cs.LG ANDNOT ti:tidal", [4]),
        ('au:solberg AND abs:"kernel 3"', [3]),
        ("au:Solberg_I", []),
        ("lastUpdatedDate:[202611101900 TO 202611102100]", [2]),
        ("tidal", [1, 2, 3, 6]),
    ],
)
def test_queries_select(upstream: DemoUpstream, query: str, numbers: list[int]) -> None:
    upstream.set_night(3)
    results = found(upstream, query, sort_by=arxiv.SortCriterion.SubmittedDate)
    shown = [int(result.get_short_id()[5:10]) for result in results]
    assert sorted(shown) == numbers
    published = [result.published for result in results]
    assert published == sorted(published, reverse=True)


def test_pages_join_and_an_empty_later_page_raises() -> None:
    papers = tuple(paper(number, versions=small_world().papers[0].versions) for number in range(1, 26))
    with DemoUpstream(small_world(papers=papers)) as upstream:
        client = client_of(upstream, page_size=10)
        search = arxiv.Search(query="cat:cs.LG", max_results=None, sort_by=arxiv.SortCriterion.SubmittedDate)
        assert len({result.entry_id for result in client.results(search)}) == 25
        upstream.faults.add("arxiv_api", faults.empty_feed(), path="start=10&", times=1)
        with pytest.raises(arxiv.UnexpectedEmptyPageError):
            list(client.results(search))
        assert len(list(client_of(upstream, page_size=10, retries=1).results(search))) == 25


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"id_list": "abc"}, "incorrect id format for abc"),
        ({"search_query": "cat:cs.LG", "start": "-1"}, "start must be non-negative"),
        ({"search_query": "cat:cs.LG", "max_results": "many"}, "max_results must be an integer"),
        ({"search_query": "cat:cs.LG", "start": "29991"}, "start + max_results must not exceed 30000"),
        ({"search_query": "(cat:cs.LG"}, "a parenthesis is not closed"),
        ({"search_query": "cat:cs.LG", "sortBy": "fame"}, "sortBy must be in"),
    ],
)
def test_what_arxiv_refuses_is_an_error_entry(
    upstream: DemoUpstream, parameters: dict[str, str], problem: str
) -> None:
    answer = requests.get(upstream.urls["arxiv_api"], params=parameters, timeout=10)
    assert answer.status_code == 400
    tree = etree.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert tree.findtext(f"{atom}entry/{atom}title") == "Error"
    assert problem in (tree.findtext(f"{atom}entry/{atom}summary") or "")


def test_unknown_ids_are_left_out_in_silence(upstream: DemoUpstream) -> None:
    assert found(upstream, "", id_list=["0000.0000"]) == []
    assert len(found(upstream, "", id_list=["0704.00001", "2611.00001"])) == 1


def test_listrecords_walks_every_page_once(upstream: DemoUpstream) -> None:
    upstream.set_night(3)
    upstream.scene.oai_page = 2
    tree = oai(upstream, verb="ListRecords", metadataPrefix="arXiv", **{"from": "2026-11-01"})
    seen = identifiers(tree)
    while token := tree.findtext(".//o:resumptionToken", namespaces=OAI):
        tree = oai(upstream, verb="ListRecords", resumptionToken=token)
        seen += identifiers(tree)
    assert tree.find(".//o:resumptionToken", OAI) is not None  # an empty one ends the list
    assert sorted(seen) == [f"2611.{number:05d}" for number in range(1, 7)]


def test_arxiv_and_raw_formats_hold_names_as_arxiv_prints_them(upstream: DemoUpstream) -> None:
    upstream.set_night(2)
    identifier = "oai:arXiv.org:2611.00002"
    tree = oai(upstream, verb="GetRecord", metadataPrefix="arXiv", identifier=identifier)
    assert [e.text for e in tree.iterfind(".//a:keyname", OAI)] == ["Solberg", "Ñandú García"]
    assert [e.text for e in tree.iterfind(".//a:forenames", OAI)] == ["Ingrid", "José"]
    assert "\n  " in (tree.findtext(".//a:title", namespaces=OAI) or "")
    assert tree.findtext(".//a:created", namespaces=OAI) == "2026-11-09"
    raw = oai(upstream, verb="GetRecord", metadataPrefix="arXivRaw", identifier=identifier)
    assert r"Jos\'e \~Nand\'u Garc\'ia" in " ".join((raw.findtext(f".//{RAW}authors") or "").split())
    assert [e.get("version") for e in raw.iterfind(f".//{RAW}version")] == ["v1"]
    assert raw.findtext(f".//{RAW}date") == "Mon, 09 Nov 2026 15:00:00 GMT"


def test_a_withdrawn_record_is_deleted_and_has_no_metadata(upstream: DemoUpstream) -> None:
    upstream.set_night(3)
    tree = oai(upstream, verb="ListRecords", metadataPrefix="arXiv", **{"from": "2026-11-12"})
    deleted = tree.findall(".//o:header[@status='deleted']", OAI)
    assert [e.findtext("o:identifier", namespaces=OAI) for e in deleted] == ["oai:arXiv.org:2611.00005"]
    assert deleted[0].getparent().find("o:metadata", OAI) is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "from": "2026-11-20"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "until": "2020-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "nonsense"}, "badResumptionToken"),
        ({"verb": "GetRecord", "metadataPrefix": "arXiv", "identifier": "oai:arXiv.org:1"}, "idDoesNotExist"),
        ({"verb": "Sing"}, "badVerb"),
    ],
)
def test_oai_errors_have_status_200(upstream: DemoUpstream, arguments: dict[str, str], code: str) -> None:
    error = oai(upstream, **arguments).find("o:error", OAI)
    assert error is not None
    assert error.get("code") == code


def test_sets_select_by_group_archive_and_category(upstream: DemoUpstream) -> None:
    for wanted, numbers in (("cs", 3), ("cs:cs:LG", 2), ("physics", 1), ("stat:stat:ML", 2)):
        tree = oai(upstream, verb="ListIdentifiers", metadataPrefix="arXiv", set=wanted)
        assert len(identifiers(tree)) == numbers, wanted
    assert "oai:arXiv.org" not in etree.tostring(oai(upstream, verb="Identify")).decode()
    assert "cs:cs:LG" in [e.text for e in oai(upstream, verb="ListSets").iterfind(".//o:setSpec", OAI)]


def test_set_specs_and_tex_names() -> None:
    assert set_specs(("cs.LG", "quant-ph", "astro-ph.CO")) == [
        "cs:cs:LG", "physics:quant-ph", "physics:astro-ph:CO",
    ]  # fmt: skip
    assert in_tex("Łukasz Gonçalves Müller") == r"{\L}ukasz Gon\c{c}alves M\"uller"


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        (datetime(2026, 11, 9, 18, 59, tzinfo=UTC), datetime(2026, 11, 10, 1, tzinfo=UTC)),
        (datetime(2026, 11, 9, 19, 0, tzinfo=UTC), datetime(2026, 11, 11, 1, tzinfo=UTC)),
        (datetime(2026, 11, 6, 12, 0, tzinfo=UTC), datetime(2026, 11, 9, 1, tzinfo=UTC)),
        (datetime(2026, 11, 6, 20, 0, tzinfo=UTC), datetime(2026, 11, 10, 1, tzinfo=UTC)),
        (datetime(2026, 11, 8, 12, 0, tzinfo=UTC), datetime(2026, 11, 10, 1, tzinfo=UTC)),
    ],
)
def test_announcements_follow_arxivs_week(submitted: datetime, announced: datetime) -> None:
    assert announcement(submitted) == announced


def test_nights_see_what_was_announced_since_the_night_before() -> None:
    world = small_world()
    assert [[p.arxiv_id[-1] for p in world.new_papers(night)] for night in (1, 2, 3)] == [
        ["1", "5", "6", "2"], ["3"], ["4"],
    ]  # fmt: skip
    assert len(NIGHTS) == 3
