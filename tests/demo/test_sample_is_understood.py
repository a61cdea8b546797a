"""What the parsers make of the sample world is what the world holds, field by field."""

from datetime import UTC, datetime

import pytest
import requests

from db.records import DeletedRecord, PaperRecord, Parsed
from sourcing.demo.sample import NIGHTS, sample_world
from sourcing.demo.upstream import DemoUpstream
from spiders.parsing.arxiv_atom import parse_arxiv_atom
from spiders.parsing.arxiv_oai import parse_arxiv_oai

WORLD = sample_world()


def papers_of(parsed: Parsed) -> dict[str, PaperRecord]:
    return {r.arxiv_id or r.source_key: r for r in parsed.records if isinstance(r, PaperRecord)}


def check_texts(found: dict[str, PaperRecord]) -> None:
    for arxiv_id, record in found.items():
        paper = WORLD.paper_by_id[arxiv_id]
        assert record.title == paper.title
        assert record.abstract == " ".join(paper.abstract.split())
        assert record.comment == paper.comment
        assert record.categories == paper.categories
        assert [author.name for author in record.authors] == [a.printed for a in paper.authors]
        affiliations = [author.affiliations for author in record.authors]
        assert affiliations == [(a.affiliation,) if a.affiliation else () for a in paper.authors]
        joint = [a.joint_first for a in paper.authors]
        assert [author.joint_first for author in record.authors] == joint, paper.title


def test_atom(sample_upstream: DemoUpstream) -> None:
    sample_upstream.set_night(7)
    query = {"search_query": "submittedDate:[202301010000 TO 202612310000]", "max_results": "2000"}
    answer = requests.get(sample_upstream.urls["arxiv_api"], params=query, timeout=10)
    parsed = parse_arxiv_atom(answer.content, url=answer.url)
    found = papers_of(parsed)
    assert len(found) == parsed.total == len(WORLD.papers) - 1  # one was withdrawn
    assert parsed.warnings == {}
    check_texts(found)
    assert found["2611.04050"].version == 3
    assert found["2611.04050"].updated == datetime(2026, 11, 11, 11, tzinfo=UTC)


@pytest.mark.parametrize("prefix", ["arXiv", "arXivRaw"])
def test_oai(sample_upstream: DemoUpstream, prefix: str) -> None:
    sample_upstream.set_night(7)
    found: dict[str, PaperRecord] = {}
    deleted: list[str] = []
    arguments = {"verb": "ListRecords", "metadataPrefix": prefix, "until": f"{NIGHTS[-1]:%Y-%m-%d}"}
    while arguments:
        answer = requests.get(sample_upstream.urls["arxiv_oai"], params=arguments, timeout=10)
        parsed = parse_arxiv_oai(answer.content, url=answer.url)
        assert parsed.warnings == {}
        found |= papers_of(parsed)
        deleted += [r.source_key for r in parsed.records if isinstance(r, DeletedRecord)]
        arguments = {"verb": "ListRecords", "resumptionToken": parsed.next_token} if parsed.next_token else {}
    assert len(found) == len(WORLD.papers) - 1
    assert deleted == ["2611.04155"]
    check_texts(found)
