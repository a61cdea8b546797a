"""Each source, from the sample upstream over the wire into the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db.engine import new_session, open_database
from db.schema import AchievementRow, CursorRow, RecordRow
from db.suppression import Suppressor
from sourcing.crawl import CrawlContext, SpiderPlan, run_spiders, user_agent
from sourcing.demo.faults import status
from sourcing.demo.sample import sample_world
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Publication
from spiders.account import SourceOutcome
from spiders.registry import SOURCES, source_named

WORLD = sample_world()
NOBODY = Suppressor(b"k" * 32)
OPTIONS: dict[str, dict[str, Any]] = {
    "huggingface": {"since": "2026-11-01"},
    "virtual": {"conferences": ["neurips-2026", "icml-2026", "iclr-2026"]},
    "openreview": {"venues": ["ICLR.cc/2026/Conference", "ICLR.cc/2021/Conference"]},
    "neurips": {"years": [2026]},
    "pmlr": {"volumes": [one.volume for one in WORLD.publications if one.volume][:1]},
    "cvf": {"conferences": ["CVPR2026"]},
    "acl": {"events": ["acl-2026"]},
    "orcid": {
        "orcids": [*[one.orcid for one in WORLD.people if one.orcid][:5], "0000-0002-1825-0097", "nonsense"]
    },
    "homepages": {
        "people": [
            {"url": one.homepage, "name": one.name}
            for one in WORLD.people
            if one.homepage and not one.suppressed
        ]
        + [{"url": next(one.homepage for one in WORLD.people if one.homepage), "name": "Somebody Else"}]
    },
    "feeds": {"urls": ["https://okonjo.example/feed.xml"]},
    "project_pages": {
        "papers": [
            {"url": f"https://{page}", "title": page} for page in WORLD.pages if not page.endswith(".xml")
        ]
    },
}


@dataclass
class Night:
    """What a crawl of everything left behind."""

    outcomes: dict[str, SourceOutcome]
    again: dict[str, SourceOutcome]
    stranger: dict[str, SourceOutcome]
    records: dict[str, list[dict[str, Any]]]
    requests_again: list[tuple[str, int]]
    agents: set[str]
    encodings: set[str]
    fetched_robots: set[str]
    most_at_once: int


def plans(
    upstream: DemoUpstream, names: Sequence[str], cursors: dict[str, dict[str, str]], **more: Any
) -> list[SpiderPlan]:
    return [
        SpiderPlan(
            source=name,
            base_url=upstream.urls[source_named(name).upstream],
            upstreams=dict(upstream.urls),
            delay_s=0.0,
            options=OPTIONS[name],
            cursors=cursors.get(name, {}),
            **more,
        )
        for name in names
    ]


def cursors_of(engine: Engine) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with new_session(engine) as session:
        for row in session.scalars(select(CursorRow)):
            found.setdefault(row.source, {})[row.scope] = row.value
    return found


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    database = f"sqlite:///{Path(tmp_path_factory.mktemp('night')) / 'sourcing.db'}"
    engine = open_database(database)
    with DemoUpstream(WORLD, night=3) as upstream:
        context = CrawlContext(
            database_url=database, suppressor=NOBODY, now=upstream.now, user_agent=user_agent("t@example.org")
        )
        member = {"secrets": {"username": "me@example.org", "password": "sample"}}
        names = list(OPTIONS)
        first = run_spiders(plans(upstream, names, {}, **member), context)
        agents = {
            str(entry.request.headers.get("user-agent"))
            for key in upstream.urls
            for entry in upstream.requests.of(key)
        }
        encodings = {
            str(entry.request.headers.get("accept-encoding"))
            for key in upstream.urls
            for entry in upstream.requests.of(key)
        }
        at_once = max(upstream.requests.most_at_once(key) for key in upstream.urls)
        robots = {
            entry.upstream for entry in upstream.requests._entries if entry.request.path == "/robots.txt"
        }
        upstream.requests.clear()
        repeated = ["neurips", "pmlr", "cvf", "acl", "virtual", "openreview", "feeds"]
        again = run_spiders(plans(upstream, repeated, cursors_of(engine), **member), context)
        asked = [(entry.target, entry.status) for key in upstream.urls for entry in upstream.requests.of(key)]
        upstream.faults.add("cvf", status(404))
        stranger = run_spiders(plans(upstream, ["openreview", "cvf", "acl"], {}), context)
        with new_session(engine) as session:
            records: dict[str, list[dict[str, Any]]] = {}
            for row in session.scalars(select(RecordRow)):
                records.setdefault(row.source, []).append(
                    {"terms": row.terms, "kind": row.kind, **row.payload}
                )
            for post in session.scalars(select(AchievementRow)):
                records.setdefault(post.source, []).append(
                    {"terms": post.terms, "title": post.title, "by": post.person_name, "rung": post.rung}
                )
        yield Night(
            {one.source: one for one in first},
            {one.source: one for one in again},
            {one.source: one for one in stranger},
            records,
            asked,
            agents,
            encodings,
            robots,
            at_once,
        )
    engine.dispose()


def published(venue: str, year: int = 2026) -> list[Publication]:
    return [one for one in WORLD.published(venue, year) if one.accepted]


def test_every_source_is_crawled_here_or_in_a_test_of_its_own() -> None:
    assert {one.name for one in SOURCES} - OPTIONS.keys() <= {"arxiv", "arxiv_oai", "github"}


@pytest.mark.parametrize("source", sorted(OPTIONS))
def test_a_source_ends_in_the_database(source: str, night: Night) -> None:
    outcome = night.outcomes[source]
    assert outcome.error is None
    assert outcome.fetched > 0
    assert outcome.new == len(night.records[source])
    assert {one["terms"] for one in night.records[source]} == {source_named(source).terms}


@pytest.mark.parametrize(("source", "venue"), [("neurips", "NeurIPS"), ("cvf", "CVPR"), ("acl", "ACL")])
def test_proceedings_give_the_papers_that_were_accepted(source: str, venue: str, night: Night) -> None:
    stored = {one["title"]: one for one in night.records[source]}
    assert stored.keys() == {one.title for one in published(venue)}
    for paper in published(venue):
        kept = stored[paper.title]
        assert [one["name"] for one in kept["authors"]] == [one.printed for one in paper.authors]
        assert kept["abstract"] == " ".join(paper.abstract.split())
        assert (kept["venue"], kept["venue_year"]) == (venue, 2026)


def test_pmlr_gives_no_preface(night: Night) -> None:
    volume = OPTIONS["pmlr"]["volumes"][0]
    wanted = {one.title: one for one in WORLD.publications if one.volume == volume}
    stored = {one["title"]: one for one in night.records["pmlr"]}
    assert stored.keys() == wanted.keys()
    for title, paper in wanted.items():
        assert stored[title].get("openreview_id") == paper.openreview_id
        assert stored[title].get("code_urls", []) == ([paper.software] if paper.software else [])


def test_virtual_sites_give_decisions_and_institutions(night: Night) -> None:
    wanted = {one.title: one for venue in ("NeurIPS", "ICML", "ICLR") for one in published(venue)}
    stored = {one["title"]: one for one in night.records["virtual"]}
    assert stored.keys() == wanted.keys()
    for title, paper in wanted.items():
        assert stored[title]["abstract"] == " ".join(paper.abstract.split())
        assert stored[title]["authors"][0].get("affiliations", []) == (
            [paper.authors[0].affiliation] if paper.authors[0].affiliation else []
        )
        if "oral" in paper.decision.lower():
            assert stored[title]["decision"] == "oral"


def test_openreview_gives_reviews_of_both_versions_and_profiles_of_first_authors_only(night: Night) -> None:
    papers = {one["title"]: one for one in night.records["openreview"] if one["kind"] == "paper"}
    wanted = [one for year in (2021, 2026) for one in WORLD.published("ICLR", year) if one.openreview_id]
    assert papers.keys() == {one.title for one in wanted}
    for paper in wanted:
        reviews = papers[paper.title].get("reviews", [])
        assert [one["rating"] for one in reviews] == [float(one[0]) for one in paper.reviews]
        assert [one["novelty"] for one in reviews] == [float(one[3]) for one in paper.reviews]
        assert [one["execution"] for one in reviews] == [float(one[1]) for one in paper.reviews]
    people = {one["name"] for one in night.records["openreview"] if one["kind"] == "person"}
    assert people <= {paper.authors[0].printed for paper in wanted}
    assert "@" not in str(night.records["openreview"])


def test_hugging_face_names_repositories(night: Night) -> None:
    for record in night.records["huggingface"]:
        [paper] = [one for one in WORLD.papers if one.arxiv_id == record["arxiv_id"]]
        assert record["source_key"] == paper.arxiv_id
        if paper.repository:
            assert record["code_urls"][0].lower().endswith(paper.repository.lower())


def test_orcid_gives_people_and_counts_what_it_does_not_know(night: Night) -> None:
    known = {one.orcid: one for one in WORLD.people if one.orcid}
    assert {one["source_key"] for one in night.records["orcid"]} == set(OPTIONS["orcid"]["orcids"][:5])
    for record in night.records["orcid"]:
        person = known[record["source_key"]]
        assert record["name"] == person.name
        assert record.get("country") == person.country
    assert night.outcomes["orcid"].warnings == {"not an ORCID iD": 1, "record answered HTTP 404": 1}


def test_feeds_give_the_posts_that_survey_an_area(night: Night) -> None:
    with_survey = [one for one in WORLD.people if one.survey]
    assert [(one["title"], one["by"], one["rung"]) for one in night.records["feeds"]] == [
        (one.survey, one.name, "breadth") for one in with_survey
    ]
    assert night.outcomes["feeds"].warnings == {"post that surveys nothing": len(with_survey)}


def test_homepages_give_the_contact_that_their_owner_published(night: Night) -> None:
    stored = {one["name"]: one for one in night.records["homepages"]}
    assert "Somebody Else" not in stored
    owners = [one for one in WORLD.people if one.name in stored]
    assert owners
    for person in owners:
        kept = stored[person.name]
        assert kept.get("email") == person.email
        assert (kept.get("email_url") == kept["url"]) == (person.email is not None)
        assert {"kind": "homepage", "value": person.homepage} in kept["identifiers"]


def test_what_has_not_changed_is_not_read_again(night: Night) -> None:
    assert {name: (one.error, one.new) for name, one in night.again.items()} == dict.fromkeys(
        night.again, (None, 0)
    )
    for source in ("neurips", "pmlr", "cvf", "acl"):
        assert night.again[source].fetched == 0
    assert not [target for target, _ in night.requests_again if "/hash/" in target or "/html/" in target]


def test_a_stranger_is_told_what_to_do_and_a_source_that_fails_leaves_the_others_alone(night: Night) -> None:
    said = night.stranger["openreview"].error
    assert said is not None
    assert "OPENREVIEW_USERNAME" in said
    assert "[sources.virtual]" in said
    assert "answered HTTP 404" in str(night.stranger["cvf"].error)
    assert night.stranger["acl"].error is None


def test_manners(night: Night) -> None:
    assert night.most_at_once == 1
    assert len(night.agents) == 1
    assert "t@example.org" in night.agents.pop()
    assert all("gzip" in one for one in night.encodings)
    pages = {
        "neurips",
        "pmlr",
        "cvf",
        "acl",
        "neurips_virtual",
        "icml_virtual",
        "iclr_virtual",
        "project_pages",
    }
    assert pages <= night.fetched_robots
    assert not night.fetched_robots & {"openreview_api", "huggingface", "orcid"}
