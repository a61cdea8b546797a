"""Lists that lead to other lists: the volumes of a year, the days of a conference."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fixture_cases import CASES
from scrapy import Request
from scrapy.http import HtmlResponse
from twisted.python.failure import Failure

from db.records import Page
from spiders.account import Account, judge
from spiders.cvf import CvfSpider
from spiders.middlewares import GaveUp
from spiders.neurips import NeuripsSpider
from spiders.openreview import OpenReviewSpider
from spiders.parsing.cvf import days_of_conference
from spiders.parsing.neurips import volumes_of_year
from spiders.parsing.openreview import parse_openreview_notes
from spiders.pmlr import PmlrSpider
from spiders.registry import source_named
from spiders.virtual import VirtualSpider


def body(name: str) -> bytes:
    [case] = [case for case in CASES if str(case) == name]
    return case.body


def answers(spider: Any, request: Request, content: bytes, **more: Any) -> list[Page | Request]:
    response = HtmlResponse(request.url, body=content, request=request, **more)
    return list(spider.read(response, **request.cb_kwargs))


def test_a_year_names_its_other_volumes_and_a_conference_its_days() -> None:
    url = "https://proceedings.neurips.cc/paper_files/paper/2031"
    assert volumes_of_year(body("neurips/list_2031_volumes.html"), url=url) == ("2031/vol44-main-conference",)
    assert volumes_of_year(body("neurips/list_2031.html"), url=url) == ()
    days = days_of_conference(body("cvf/days.html"), url="https://openaccess.thecvf.com/CVPR2018?day=all")
    assert days == ("2018-06-19", "2018-06-20")


def test_a_conference_listed_by_day_is_read_day_by_day() -> None:
    spider = CvfSpider(options={"conferences": ["CVPR2018"], "abstracts": False})
    [first] = spider.first_requests()
    assert first.url == "https://openaccess.thecvf.com/CVPR2018?day=all"
    *days, page = answers(spider, first, body("cvf/days.html"))
    assert [one.url.partition("?")[2] for one in days if isinstance(one, Request)] == [
        "day=2018-06-19",
        "day=2018-06-20",
    ]
    assert isinstance(page, Page)
    assert (page.records, page.cursor is not None) == ((), True)
    [read] = answers(spider, days[0], body("cvf/listing.html"))
    assert isinstance(read, Page)
    assert len(read.records) == 2
    assert read.cursor is not None
    assert read.cursor.scope == "CVPR2018/2018-06-19"
    assert spider.account.problems == {}


def test_pages_by_number_overlap_so_that_a_note_that_moves_up_meanwhile_is_met() -> None:
    spider = OpenReviewSpider(options={"venues": ["ICLR.cc/2026/Conference"], "profiles": False})
    [first] = spider.first_requests()
    content = json.loads(body("openreview/v2_notes.json")) | {"count": 150}
    _, following = answers(spider, first, json.dumps(content).encode())
    assert isinstance(following, Request)
    asked = parse_qs(urlsplit(following.url).query)
    assert int(asked["offset"][0]) < int(asked["limit"][0]), "what was last on a page is asked for again"
    assert len(answers(spider, following, json.dumps(content).encode())) == 1, (
        "and after the last page nothing"
    )


def test_a_venue_counts_as_read_once_the_profiles_of_its_first_authors_are_there() -> None:
    spider = OpenReviewSpider(options={"venues": ["ICLR.cc/2026/Conference"]})
    [first] = spider.first_requests()
    content = json.dumps(json.loads(body("openreview/v2_notes.json")) | {"count": 150}).encode()
    notes, asked = answers(spider, first, content)
    assert isinstance(notes, Page)
    assert (bool(notes.records), notes.cursor) == (True, None)
    assert isinstance(asked, Request)
    assert "/profiles?ids=" in asked.url
    people, read, following = answers(spider, asked, body("openreview/profiles.json"))
    assert isinstance(people, Page)
    assert people.cursor is None
    assert isinstance(read, Page)
    assert (read.records, read.cursor is not None) == ((), True)
    assert isinstance(following, Request)
    assert "/notes?" in following.url


def test_a_limit_of_papers_leaves_nobody_without_their_profile() -> None:
    papers = len(parse_openreview_notes(body("openreview/v2_notes.json"), url="https://api2.invalid").records)
    spider = OpenReviewSpider(options={"venues": ["ICLR.cc/2026/Conference"]}, max_items=papers)
    [first] = spider.first_requests()
    content = json.dumps(json.loads(body("openreview/v2_notes.json")) | {"count": 150}).encode()
    notes, asked = answers(spider, first, content)
    assert isinstance(notes, Page)
    assert len(notes.records) == papers
    assert isinstance(asked, Request)
    people, read = answers(spider, asked, body("openreview/profiles.json"))
    assert isinstance(people, Page)
    assert people.records, "the cursor moves on, so nobody would ask for them again"
    assert isinstance(read, Page)
    assert read.cursor is not None


def test_profiles_that_cannot_be_had_are_asked_for_again_the_next_night() -> None:
    spider = OpenReviewSpider(options={"venues": ["ICLR.cc/2026/Conference"]})
    [first] = spider.first_requests()
    content = json.dumps(json.loads(body("openreview/v2_notes.json")) | {"count": 150}).encode()
    _, asked = answers(spider, first, content)
    assert isinstance(asked, Request)
    assert asked.errback is not None
    *pages, following = asked.errback(Failure(GaveUp("api2.openreview.net still answers HTTP 503")))
    assert [one.cursor for one in pages] == [None]
    assert spider.account.problems
    notes, *_ = answers(spider, following, content)  # what is new is read all the same
    assert isinstance(notes, Page)
    assert (bool(notes.records), notes.cursor) == (True, None)


def test_an_unchanged_list_does_not_lose_what_it_once_led_to() -> None:
    cursors = {"2031": "00 4/4 etag", "2031/vol44-main-conference": "11 9/9 etag", "2030": "22 1/1 etag"}
    spider = NeuripsSpider(options={"years": [2031]}, cursors=cursors)
    asked = list(spider.first_requests())
    assert [one.url.rpartition("paper/")[2] for one in asked] == ["2031", "2031/vol44-main-conference"]
    [page] = answers(spider, asked[0], b"", status=304)
    assert isinstance(page, Page)


def test_a_list_that_shrinks_is_counted() -> None:
    spider = CvfSpider(
        options={"conferences": ["CVPR2031"], "abstracts": False}, cursors={"CVPR2031": "00 9/9"}
    )
    [first] = spider.first_requests()
    answers(spider, first, body("cvf/listing.html"))
    assert spider.account.warnings == {"list is much shorter than before": 1}


@pytest.mark.parametrize(
    ("fetched", "first", "said"),
    [
        (0, True, ["neurips found no record in the 3 pages of its first run"]),
        (0, False, []),
        (9, True, []),
        (60_001, False, ["neurips brought 60,001 records, it can hold 60,000 at most"]),
    ],
)
def test_a_source_is_held_to_its_least_and_most(fetched: int, first: bool, said: list[str]) -> None:
    account = Account("neurips")
    account.pages, account.fetched = 3, fetched
    judge(account, source_named("neurips"), limited=False, first=first)
    assert list(account.problems) == said


@pytest.mark.parametrize(
    ("conference", "path"),
    [
        ("CVPR2013", "/CVPR2013"),
        ("CVPR2026", "/CVPR2026?day=all"),
        ("CVPR2026_workshops/NTIRE", "/CVPR2026_workshops/NTIRE"),
    ],
)
def test_only_recent_conferences_are_asked_for_by_days(conference: str, path: str) -> None:
    [first] = CvfSpider(options={"conferences": [conference]}).first_requests()
    assert first.url == f"https://openaccess.thecvf.com{path}"


def test_a_conference_with_a_tenth_of_the_smallest_one_fails_loudly() -> None:
    spider = CvfSpider(options={"conferences": ["CVPR2031"], "abstracts": False})
    [first] = spider.first_requests()
    [page] = answers(spider, first, body("cvf/listing.html"))
    assert isinstance(page, Page)
    assert len(page.records) == 2  # what came is kept all the same
    assert page.cursor is None  # asked for, and told, again
    assert list(spider.account.problems) == ["CVPR2031 lists 2 papers, where the smallest known has 526"]


def test_workshops_and_stand_ins_may_be_small() -> None:
    for options, base in (
        ({"conferences": ["CVPR2031_workshops/NTIRE"]}, None),
        ({"conferences": ["CVPR2031"]}, "http://127.0.0.1:9"),
    ):
        spider = CvfSpider(options={**options, "abstracts": False}, base_url=base)
        [first] = spider.first_requests()
        answers(spider, first, body("cvf/listing.html"))
        assert spider.account.problems == {}


def test_a_list_that_lost_nine_tenths_fails_wherever_it_is() -> None:
    cursors = {"v901": "00 31/31"}
    spider = PmlrSpider(options={"volumes": ["v901"], "abstracts": False}, cursors=cursors)
    [first] = spider.first_requests()
    answers(spider, first, body("pmlr/volume.html"))
    [problem] = spider.account.problems
    assert problem.startswith("v901 lists ")
    assert problem.endswith("where it had 31")


def test_a_virtual_site_with_a_handful_of_papers_fails_loudly() -> None:
    spider = VirtualSpider(options={"conferences": ["neurips-2031"]})
    [first] = spider.first_requests()
    answers(spider, first, body("virtual/neurips-2031-orals-posters.json"))
    [problem] = spider.account.problems
    assert problem.endswith("where the smallest known has 687")
