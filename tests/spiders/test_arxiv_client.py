"""How the nightly window behaves towards arXiv, and what it makes of arXiv's moods. No real time passes."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from db.records import Page, PaperRecord
from sourcing.arxiv_client import ArxivClient, ArxivUnavailable, Manners, Window, new_submissions
from spiders.parsing.arxiv_atom import UpstreamError

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
    "<o:totalResults>{total}</o:totalResults>{entries}</feed>"
)
ENTRY = (
    "<entry><id>http://arxiv.org/abs/2611.{number:05d}v1</id><title>Paper {number}</title>"
    "<published>{at}</published><updated>{at}</updated><author><name>Ada Lind</name></author></entry>"
)


def feed(numbers: range, total: int, *, start: datetime = NOW - timedelta(days=1)) -> bytes:
    entries = "".join(
        ENTRY.format(number=n, at=(start + timedelta(minutes=n)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for n in numbers
    )
    return FEED.format(total=total, entries=entries).encode()


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


Script = list[tuple[int, bytes] | tuple[int, bytes, dict[str, str]] | Exception]


class Scripted(BaseAdapter):
    """Answers from a script, one after the other, and remembers what it was asked and when."""

    def __init__(self, script: Script, clock: Clock) -> None:
        super().__init__()
        self.script, self.clock = list(script), clock
        self.asked: list[requests.PreparedRequest] = []
        self.at: list[float] = []
        self.timeouts: list[object] = []

    def send(self, request: requests.PreparedRequest, **how: object) -> requests.Response:  # type: ignore[override]
        self.asked.append(request)
        self.at.append(self.clock.seconds)
        self.timeouts.append(how["timeout"])
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        response = requests.Response()
        response.status_code, response.url, response.request = step[0], str(request.url), request
        response.headers = CaseInsensitiveDict(step[2] if len(step) == 3 else {})
        response.raw = io.BytesIO(step[1])
        self.clock.seconds += 0.25
        return response

    def close(self) -> None:
        """Nothing is open."""

    def query(self, index: int) -> dict[str, str]:
        return {key: value[0] for key, value in parse_qs(urlsplit(str(self.asked[index].url)).query).items()}


def client(script: Script, *, page_size: int = 2, **manners: float) -> tuple[ArxivClient, Scripted, Clock]:
    clock = Clock()
    adapter = Scripted(script, clock)
    session = requests.Session()
    session.mount("http://arxiv.invalid", adapter)
    made = ArxivClient(
        base_url="http://arxiv.invalid/api/query",
        user_agent="sourcing/1 (tests@example.org)",
        manners=Manners(**manners),  # type: ignore[arg-type]
        page_size=page_size,
        session=session,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        now=lambda: NOW,
        random=Random(7),
    )
    return made, adapter, clock


def nightly(made: ArxivClient, **options: object) -> Iterator[Page]:
    given: dict[str, object] = {"since": NOW - timedelta(days=3), "until": NOW, **options}
    return new_submissions(made, ["cs.LG"], **given)  # type: ignore[arg-type]


def keys(pages: list[Page]) -> list[str]:
    return [one.source_key for page in pages for one in page.records if isinstance(one, PaperRecord)]


def test_pages_are_read_to_the_end_in_a_stable_order() -> None:
    made, adapter, _ = client([(200, feed(range(2), 3)), (200, feed(range(2, 3), 3))])
    pages = list(nightly(made))
    assert keys(pages) == ["2611.00000", "2611.00001", "2611.00002"]
    assert adapter.query(0)["search_query"] == "cat:cs.LG AND submittedDate:[202610300300 TO 202611020300]"
    assert (adapter.query(0)["sortBy"], adapter.query(0)["sortOrder"]) == ("submittedDate", "ascending")
    assert [adapter.query(n)["start"] for n in (0, 1)] == ["0", "2"]


def test_three_seconds_pass_between_requests_and_each_has_a_time_out_and_a_contact() -> None:
    made, adapter, _ = client([(200, feed(range(n, n + 1), 3)) for n in range(3)], page_size=1)
    list(nightly(made))
    assert [later - earlier for earlier, later in zip(adapter.at, adapter.at[1:], strict=False)] == [
        3.25,
        3.25,
    ]
    assert all(timeout == (20.0, 60.0) for timeout in adapter.timeouts)
    assert {one.headers["User-Agent"] for one in adapter.asked} == {"sourcing/1 (tests@example.org)"}


def test_the_cursor_is_the_newest_submission_read_and_the_next_window_overlaps_it() -> None:
    made, _, _ = client([(200, feed(range(2), 3)), (200, feed(range(2, 3), 3))])
    cursors = [page.cursor.value for page in nightly(made) if page.cursor]
    assert cursors == ["2026-11-01T03:01:00+00:00", "2026-11-01T03:02:00+00:00"]
    again, adapter, _ = client([(200, feed(range(0), 0))])
    pages = list(nightly(again, cursors={"cs.LG": cursors[-1]}, overlap=timedelta(days=2)))
    assert adapter.query(0)["search_query"].endswith("submittedDate:[202610300302 TO 202611020300]")
    assert [page.cursor.value for page in pages if page.cursor] == cursors[-1:]


@pytest.mark.parametrize(
    "trouble",
    [
        (200, b"Rate exceeded."),
        (200, feed(range(2), 2)[:-80]),
        (200, b"<html><body>Service unavailable</body></html>"),
        (200, feed(range(0), 2)),
        (429, b"Rate exceeded."),
        (500, b""),
        (503, b"busy"),
        requests.ConnectionError("reset"),
        requests.ReadTimeout("silence"),
    ],
)
def test_passing_trouble_is_waited_out_ever_longer(trouble: object) -> None:
    made, _, clock = client([trouble, trouble, (200, feed(range(2), 2))])  # type: ignore[list-item]
    assert len(keys(list(nightly(made)))) == 2
    first, second = (wait for wait in clock.slept if wait > 3.0)
    assert 10 <= first <= 20 <= second <= 40


@pytest.mark.parametrize(
    ("header", "least"), [("120", 120), ("Mon, 02 Nov 2026 03:02:00 GMT", 120), ("nonsense", 10)]
)
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(header: str, least: float) -> None:
    made, _, clock = client([(503, b"", {"Retry-After": header}), (200, feed(range(1), 1))])
    list(nightly(made))
    assert least <= max(clock.slept) <= least + 20


def test_a_later_page_that_is_empty_is_asked_for_again() -> None:
    made, adapter, _ = client(
        [(200, feed(range(2), 4)), (200, feed(range(0), 4)), (200, feed(range(2, 4), 4))]
    )
    assert len(keys(list(nightly(made)))) == 4
    assert adapter.query(1) == adapter.query(2)


def test_giving_up_keeps_what_was_read_and_says_why_in_one_sentence() -> None:
    made, _, _ = client([(200, feed(range(2), 4))] + [(429, b"Rate exceeded.")] * 3, tries=3)
    pages = nightly(made)
    assert next(pages).cursor is not None
    with pytest.raises(ArxivUnavailable, match=r"arxiv\.invalid could not be read in 3 tries: HTTP 429"):
        next(pages)


def test_no_patience_for_a_retry_after_of_a_day() -> None:
    made, adapter, clock = client([(503, b"", {"Retry-After": "86400"})])
    with pytest.raises(ArxivUnavailable, match="86,400 s"):
        list(nightly(made))
    assert len(adapter.asked) == 1
    assert max(clock.slept, default=0) < 60


def test_a_refused_query_is_not_repeated_and_stores_no_paper_called_error() -> None:
    body = FEED.format(
        total=1,
        entries="<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>bad</summary></entry>",
    ).encode()
    for status in (200, 400):
        made, adapter, _ = client([(status, body)])
        with pytest.raises(UpstreamError, match="bad"):
            list(nightly(made))
        assert len(adapter.asked) == 1


def test_a_window_that_is_too_deep_is_cut_in_two() -> None:
    made, adapter, _ = client(
        [(200, feed(range(2), 50)), (200, feed(range(2), 2)), (200, feed(range(2, 4), 2))]
    )
    pages = list(nightly(made, depth_limit=10))
    assert len(keys(pages)) == 4
    first, second = (adapter.query(n)["search_query"] for n in (1, 2))
    assert first.endswith("[202610300300 TO 202610311500]")
    assert second.endswith("[202610311501 TO 202611020300]")


def test_halves_cover_the_window_without_gap_or_overlap() -> None:
    window = Window("cs.LG", NOW - timedelta(minutes=3), NOW)
    halves = window.halves()
    assert halves is not None
    assert (halves[0].start, halves[1].end) == (window.start, window.end)
    assert halves[1].start - halves[0].end == timedelta(minutes=1)
    assert Window("cs.LG", NOW, NOW).halves() is None


def test_results_out_of_order_do_not_move_the_cursor_until_the_window_is_through() -> None:
    jumbled = feed(range(5, 6), 2)
    made, _, _ = client([(200, jumbled), (200, feed(range(1, 2), 2))], page_size=1)
    first, second = list(nightly(made))
    assert first.cursor is not None
    assert second.warnings == {"results are not in order of submission": 1}
    assert second.cursor is not None
    assert second.cursor.value == "2026-11-01T03:05:00+00:00"


def test_the_limit_on_items_holds_and_a_cut_page_does_not_move_the_cursor() -> None:
    made, adapter, _ = client([(200, feed(range(2), 9)), (200, feed(range(2, 4), 9))])
    pages = list(nightly(made, max_items=3))
    assert len(keys(pages)) == 3
    assert pages[-1].cursor is None
    assert len(adapter.asked) == 2


def test_a_category_cannot_smuggle_a_query() -> None:
    made, adapter, _ = client([])
    with pytest.raises(ValueError, match="no arXiv category"):
        list(new_submissions(made, ["cs.LG OR all:x"], since=NOW - timedelta(days=1), until=NOW))
    assert adapter.asked == []


def test_the_packages_own_results_go_through_the_same_manners() -> None:
    import arxiv

    made, _, clock = client([(200, b"Rate exceeded."), (200, feed(range(2), 2))])
    titles = [one.title for one in made.results(arxiv.Search(query="cat:cs.LG", max_results=None))]
    assert titles == ["Paper 0", "Paper 1"]
    assert max(clock.slept) >= 10


def unreachable() -> requests.ConnectionError:
    reason = NewConnectionError(HTTPConnection("arxiv.invalid"), "Name or service not known")
    return requests.ConnectionError(MaxRetryError(HTTPConnectionPool("arxiv.invalid"), "/api/query", reason))


def test_without_a_network_it_says_so_at_once_and_gives_up_soon() -> None:
    made, adapter, _ = client([unreachable() for _ in range(6)])
    said: list[str] = []
    made._say = said.append
    with pytest.raises(ArxivUnavailable, match="could not be read in 3 tries: no connection"):
        list(nightly(made))
    assert len(adapter.asked) == 3
    assert [re.sub(r"\d+ s$", "N s", one) for one in said] == [
        "arXiv: no connection; trying again in N s"
    ] * 2


def test_a_connection_that_breaks_off_is_a_mood_and_tried_as_often_as_any() -> None:
    made, adapter, _ = client([requests.ConnectionError("reset by peer") for _ in range(6)])
    with pytest.raises(ArxivUnavailable, match="in 6 tries"):
        list(nightly(made))
    assert len(adapter.asked) == 6
