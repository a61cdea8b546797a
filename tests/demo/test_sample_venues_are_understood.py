"""What the parsers of conferences, people and pages make of the sample world is what it holds."""

from collections.abc import Callable

import pytest
import requests

from db.records import IdentifierKind, PaperRecord, Parsed, PersonRecord
from sourcing.demo.sample import sample_world
from sourcing.demo.sources.openreview import TOKEN
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Publication
from spiders.parsing.acl import parse_acl_listing, parse_acl_paper
from spiders.parsing.cvf import parse_cvf_listing, parse_cvf_paper
from spiders.parsing.huggingface import parse_daily_papers
from spiders.parsing.neurips import parse_neurips_list, parse_neurips_paper
from spiders.parsing.openreview import parse_openreview_notes
from spiders.parsing.openreview_profiles import parse_openreview_profiles
from spiders.parsing.orcid import parse_orcid
from spiders.parsing.pmlr import parse_pmlr_paper, parse_pmlr_volume
from spiders.parsing.project_page import parse_project_page
from spiders.parsing.virtual_site import parse_virtual_abstracts, parse_virtual_site

WORLD = sample_world()
Parser = Callable[..., Parsed]


def fetch(upstream: DemoUpstream, key: str, path: str) -> tuple[bytes, str]:
    headers = {"User-Agent": "tests", "Authorization": f"Bearer {TOKEN}"}
    answer = requests.get(upstream.origins[key] + path, headers=headers, timeout=10)
    assert answer.status_code == 200, path
    return answer.content, answer.url


def read(upstream: DemoUpstream, parser: Parser, key: str, path: str) -> Parsed:
    body, url = fetch(upstream, key, path)
    parsed = parser(body, url=url)
    assert parsed.warnings == {}, path
    return parsed


def papers_of(parsed: Parsed) -> dict[str, PaperRecord]:
    return {record.title: record for record in parsed.records if isinstance(record, PaperRecord)}


def accepted(venue: str, year: int = 2026) -> dict[str, Publication]:
    return {p.title: p for p in WORLD.published(venue, year) if p.accepted}


def check(found: dict[str, PaperRecord], expected: dict[str, Publication], *, affiliations: bool) -> None:
    assert found.keys() == expected.keys()
    for title, record in found.items():
        printed = expected[title].authors
        assert [author.name for author in record.authors] == [author.printed for author in printed]
        if affiliations:
            shown = [author.affiliations for author in record.authors]
            assert shown == [(author.affiliation,) if author.affiliation else () for author in printed]
        assert record.venue_year == expected[title].year


@pytest.mark.parametrize("venue", ["NeurIPS", "ICML", "ICLR"])
def test_virtual_sites(sample_upstream: DemoUpstream, venue: str) -> None:
    name = venue.lower()
    path = f"/static/virtual/data/{name}-2026-orals-posters.json"
    found = papers_of(read(sample_upstream, parse_virtual_site, f"{name}_virtual", path))
    expected = accepted(venue)
    check(found, expected, affiliations=True)
    for title, record in found.items():
        assert record.openreview_id == expected[title].openreview_id
        assert record.decision is not None
        assert record.decision in expected[title].decision.lower().replace("regular", "poster")


def test_abstracts_of_icml(sample_upstream: DemoUpstream) -> None:
    body, url = fetch(sample_upstream, "icml_virtual", "/static/virtual/data/icml-2026-abstracts.json")
    assert set(parse_virtual_abstracts(body, url=url).values()) == {
        " ".join(p.abstract.split()) for p in accepted("ICML").values()
    }


@pytest.mark.parametrize(
    ("key", "listing", "parse_listing", "parse_page", "venue"),
    [
        (
            "neurips",
            "/paper_files/paper/2026 /paper_files/paper/2026/vol39-main-conference",
            parse_neurips_list,
            parse_neurips_paper,
            "NeurIPS",
        ),
        ("pmlr", "/v900/", parse_pmlr_volume, parse_pmlr_paper, "AISTATS"),
        ("cvf", "/CVPR2026?day=all", parse_cvf_listing, parse_cvf_paper, "CVPR"),
        ("acl", "/events/acl-2026/", parse_acl_listing, parse_acl_paper, "ACL"),
    ],
)
def test_proceedings(
    sample_upstream: DemoUpstream,
    key: str,
    listing: str,
    parse_listing: Parser,
    parse_page: Parser,
    venue: str,
) -> None:
    expected = accepted(venue)
    found: dict[str, PaperRecord] = {}
    for address in listing.split():  # a year of NeurIPS has two volumes
        found |= papers_of(read(sample_upstream, parse_listing, key, address))
    check(found, expected, affiliations=False)
    for record in found.values():
        path = "/" + record.url.partition("://")[2].partition("/")[2]
        page = papers_of(read(sample_upstream, parse_page, key, path))
        check(page, {record.title: expected[record.title]}, affiliations=False)
        shown = page[record.title]
        assert shown.abstract == " ".join(expected[record.title].abstract.split())
        assert shown.source_key == record.source_key


def test_software_of_a_proceedings_paper(sample_upstream: DemoUpstream) -> None:
    found = papers_of(read(sample_upstream, parse_pmlr_volume, "pmlr", "/v900/"))
    software = {url for record in found.values() for url in record.code_urls}
    assert software == {"https://github.com/mjferrandiz/calibrated-abstention"}


def test_openreview(sample_upstream: DemoUpstream) -> None:
    path = "/notes?invitation=ICLR.cc/2026/Conference/-/Submission&details=replies"
    found = papers_of(read(sample_upstream, parse_openreview_notes, "openreview_api", path))
    expected = {p.title: p for p in WORLD.published("ICLR", 2026)}
    check(found, expected, affiliations=False)
    decisions = {found[title].decision: p.decision for title, p in expected.items()}
    assert decisions == {
        "poster": "Accept (Poster)", "oral": "Accept (Oral)", "reject": "Reject", "withdrawn": "Withdrawn",
    }  # fmt: skip
    for title, publication in expected.items():
        scores = [(r.rating, r.novelty, r.confidence) for r in found[title].reviews]
        assert scores == [(r[0], r[3], r[4]) for r in publication.reviews]
    old = "/notes?invitation=ICLR.cc/2021/Conference/-/Blind_Submission&details=directReplies"
    [record] = papers_of(read(sample_upstream, parse_openreview_notes, "openreview_api_v1", old)).values()
    assert [review.rating for review in record.reviews] == [6, 7]
    assert record.decision == "poster"


def test_profiles_and_orcid_records(sample_upstream: DemoUpstream) -> None:
    person = WORLD.person_by_key["ferrandiz"]
    path = f"/profiles?ids={person.openreview}"
    for parser, key, where in (
        (parse_openreview_profiles, "openreview_api", path),
        (parse_orcid, "orcid", f"/v3.0/{person.orcid}/record"),
    ):
        [record] = read(sample_upstream, parser, key, where).records
        assert isinstance(record, PersonRecord)
        assert record.name == person.name
        assert set(record.other_names) >= {"M. J. Ferrandiz", "Maria José Ferrándiz Olmo"}
        assert record.affiliations == (person.affiliation,)
        assert record.country == "ES"
        known = {identifier.kind: identifier.value for identifier in record.identifiers}
        assert known[IdentifierKind.ORCID] == person.orcid
        assert record.email is None


def test_hugging_face(sample_upstream: DemoUpstream) -> None:
    found = papers_of(
        read(sample_upstream, parse_daily_papers, "huggingface", "/api/daily_papers?date=2026-11-10")
    )
    assert {record.arxiv_id: record.code_urls for record in found.values()} == {
        "2611.04008": ("https://github.com/nokonjo/loomformer",),
        "2611.04043": ("https://github.com/quietlab/slowlight",),
    }


def test_project_page(sample_upstream: DemoUpstream) -> None:
    [record] = read(sample_upstream, parse_project_page, "project_pages", "/slowlight.example").records
    assert isinstance(record, PaperRecord)
    assert record.code_urls == ("https://github.com/quietlab/slowlight",)
    assert record.arxiv_id == "2611.04043"
