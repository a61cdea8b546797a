"""Conferences, proceedings, people and pages of the sample world, each in its host's own format."""

from dataclasses import fields

import pytest
import requests
from lxml import etree, html

from sourcing.demo.sample import sample_world
from sourcing.demo.sources.openreview import TOKEN
from sourcing.demo.upstream import DemoUpstream
from sourcing.settings import UpstreamSettings

WORLD = sample_world()


def get(upstream: DemoUpstream, key: str, path: str, **headers: str) -> requests.Response:
    return requests.get(upstream.origins[key] + path, headers={"User-Agent": "tests", **headers}, timeout=10)


def page(upstream: DemoUpstream, key: str, path: str) -> etree._Element:
    answer = get(upstream, key, path)
    assert answer.status_code == 200, path
    return html.fromstring(answer.content)


def texts(tree: etree._Element, xpath: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in tree.xpath(xpath)]


def test_every_upstream_that_can_be_set_is_served(sample_upstream: DemoUpstream) -> None:
    settable = {field.name for field in fields(UpstreamSettings)}
    assert settable - sample_upstream.urls.keys() == {"kaggle"}  # arrives by file only
    assert sample_upstream.urls.keys() <= settable


def test_an_oral_has_an_event_beside_its_poster(sample_upstream: DemoUpstream) -> None:
    data = get(
        sample_upstream, "neurips_virtual", "/static/virtual/data/neurips-2026-orals-posters.json"
    ).json()
    assert data["count"] == len(data["results"]) == 5
    oral = next(event for event in data["results"] if event["eventtype"] == "Oral")
    poster = next(event for event in data["results"] if event["id"] in oral["related_events_ids"])
    assert (poster["name"], poster["eventtype"]) == (oral["name"], "Poster")
    assert poster["authors"][0]["institution"]
    assert poster["abstract"]


def test_icml_2026_keeps_abstracts_in_a_file_of_their_own(sample_upstream: DemoUpstream) -> None:
    base = "/static/virtual/data/icml-2026"
    events = get(sample_upstream, "icml_virtual", f"{base}-orals-posters.json").json()["results"]
    abstracts = get(sample_upstream, "icml_virtual", f"{base}-abstracts.json").json()
    posters = [event for event in events if event["eventtype"] == "Poster"]
    assert {str(event["id"]) for event in posters} == abstracts.keys()
    assert "abstract" not in events[0]
    assert (
        get(sample_upstream, "icml_virtual", "/static/virtual/data/icml-2019-abstracts.json").status_code
        == 404
    )


def test_openreview_asks_strangers_for_a_challenge_and_lets_members_in(sample_upstream: DemoUpstream) -> None:
    refused = get(sample_upstream, "openreview_api", "/notes?invitation=ICLR.cc/2026/Conference/-/Submission")
    assert (refused.status_code, refused.json()["name"]) == (403, "ChallengeRequiredError")
    login = sample_upstream.origins["openreview_api"] + "/login"
    wrong = requests.post(login, json={"id": "me@example.org", "password": "wrong"}, timeout=10)
    assert wrong.status_code == 400
    right = requests.post(login, json={"id": "me@example.org", "password": "sample"}, timeout=10)
    assert right.json()["token"] == TOKEN


def test_notes_come_with_reviews_and_decisions(sample_upstream: DemoUpstream) -> None:
    member = {"Authorization": f"Bearer {TOKEN}"}
    query = "/notes?invitation=ICLR.cc/2026/Conference/-/Submission&details=replies&limit=3"
    first = get(sample_upstream, "openreview_api", query, **member).json()
    rest = get(sample_upstream, "openreview_api", query + "&offset=3", **member).json()
    assert (first["count"], len(first["notes"]), len(rest["notes"])) == (4, 3, 1)
    note = first["notes"][0]
    assert note["content"]["title"]["value"]
    assert note["content"]["authorids"]["value"][-1] == "~Ingrid_Solberg1"
    kinds = [reply["invitations"][0].rpartition("/")[2] for reply in note["details"]["replies"]]
    assert kinds == ["Official_Review"] * 3 + ["Decision"]
    assert note["details"]["replies"][0]["content"]["rating"] == {"value": 6}
    old = get(
        sample_upstream,
        "openreview_api_v1",
        "/notes?invitation=ICLR.cc/2021/Conference/-/Blind_Submission&details=directReplies",
        **member,
    ).json()
    assert old["notes"][0]["content"]["title"] == "Sequence Kernels with Gaps for Small Audio Data"
    assert old["notes"][0]["details"]["directReplies"][0]["content"]["rating"].startswith("6:")


def test_profiles_mask_addresses(sample_upstream: DemoUpstream) -> None:
    member = {"Authorization": f"Bearer {TOKEN}"}
    answer = get(sample_upstream, "openreview_api", "/profiles?ids=~Min_Zhao3,~Min_Zhao8,~Nobody1", **member)
    profiles = answer.json()["profiles"]
    assert [profile["id"] for profile in profiles] == ["~Min_Zhao3", "~Min_Zhao8"]
    assert all(profile["content"]["emails"][0].startswith("****@") for profile in profiles)
    assert len({profile["content"]["orcid"] for profile in profiles}) == 2


def test_hugging_face_lists_a_day_and_knows_the_repository(sample_upstream: DemoUpstream) -> None:
    day = get(sample_upstream, "huggingface", "/api/daily_papers?date=2026-11-10").json()
    assert [item["paper"]["id"] for item in day] == ["2611.04008", "2611.04043"]
    assert day[0]["paper"]["githubRepo"] == "https://github.com/nokonjo/loomformer"
    one = get(sample_upstream, "huggingface", "/api/papers/2611.04043").json()
    assert one["projectPage"] == "https://slowlight.example/"
    assert get(sample_upstream, "huggingface", "/api/papers/2611.04350").status_code == 404
    sample_upstream.set_night(2)
    assert "githubRepo" not in get(sample_upstream, "huggingface", "/api/papers/2611.04350").json()


def test_orcid_records_hold_name_forms_and_works(sample_upstream: DemoUpstream) -> None:
    person = WORLD.person_by_key["ferrandiz"]
    record = get(sample_upstream, "orcid", f"/v3.0/{person.orcid}/record").json()
    others = record["person"]["other-names"]["other-name"]
    assert [other["content"] for other in others] == ["M. J. Ferrandiz", "Maria José Ferrándiz Olmo"]
    works = record["activities-summary"]["works"]["group"]
    assert "arXiv:2611.04015" in [g["external-ids"]["external-id"][0]["external-id-value"] for g in works]
    assert get(sample_upstream, "orcid", "/v3.0/0000-0000-0000-0000/person").status_code == 404


@pytest.mark.parametrize(
    ("key", "listing", "link", "title", "authors"),
    [
        ("neurips", "/paper_files/paper/2026/vol39-main-conference", "//ul[@class='paper-list']//a", "//h1",
         "//p[@class='paper-authors']"),
        ("pmlr", "/v900/", "//p[@class='links']/a[1]", "//h1", "//span[@class='authors']"),
        ("cvf", "/CVPR2026?day=all", "//dt[@class='ptitle']/a", "//div[@id='papertitle']", "//div[@id='authors']//i"),
        ("acl", "/events/acl-2026/", "//a[@class='align-middle'][not(contains(@href,'.0/'))][contains(@href,'long.')]",
         "//h2[@id='title']", "//p[@class='lead']"),
    ],
)  # fmt: skip
def test_proceedings_link_to_a_page_for_each_paper(
    sample_upstream: DemoUpstream, key: str, listing: str, link: str, title: str, authors: str
) -> None:
    links = [
        element.get("href").replace("https://proceedings.mlr.press", "")
        for element in page(sample_upstream, key, listing).xpath(link)
    ]
    titles = {p.title for p in WORLD.publications if p.accepted} | {
        "Proceedings of the Sample Conference: Preface"
    }
    assert len(links) >= 2
    for href in links:
        tree = page(sample_upstream, key, href)
        assert texts(tree, title)[0] in titles
        assert texts(tree, authors)[0]
        assert tree.xpath("//meta[@name='citation_author']")


def test_pmlr_names_the_preface_and_the_software(sample_upstream: DemoUpstream) -> None:
    volume = page(sample_upstream, "pmlr", "/v900/")
    assert "Proceedings of the Sample Conference: Preface" in texts(volume, "//p[@class='title']")
    software = volume.xpath("//p[@class='links']/a[text()='Software']/@href")
    assert software == ["https://github.com/mjferrandiz/calibrated-abstention"]
    assert get(sample_upstream, "pmlr", "/v901/").status_code == 404


def test_pages_of_projects_and_people(sample_upstream: DemoUpstream) -> None:
    project = page(sample_upstream, "project_pages", "/slowlight.example/")
    assert "https://github.com/quietlab/slowlight" in project.xpath("//a/@href")
    home = page(sample_upstream, "project_pages", "/ingrid-solberg.example")
    assert "mailto:ingrid@ingrid-solberg.example" in home.xpath("//a/@href")


def test_a_changed_title_and_a_work_without_preprint_are_there() -> None:
    on_arxiv = {paper.arxiv_id: paper.title for paper in WORLD.papers}
    changed = [p for p in WORLD.publications if p.arxiv_id and p.title != on_arxiv[p.arxiv_id]]
    assert len(changed) == 4
    assert sum(p.arxiv_id is None for p in WORLD.publications) == 4
    assert {p.decision for p in WORLD.publications if p.venue == "ICLR"} == {
        "Accept (Poster)", "Accept (Oral)", "Reject", "Withdrawn",
    }  # fmt: skip
