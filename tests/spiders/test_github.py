"""GitHub's API from its bytes to the database; repositories and people are invented."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from db.engine import new_session, open_database
from db.records import ParseError, RepositoryRecord, RepositoryStatus
from db.schema import RecordRow, Repository, RepositoryAlias
from db.suppression import Suppressor
from sourcing.crawl import CrawlContext, SpiderPlan, run_spiders
from sourcing.demo.faults import changed, dropped, quota_exhausted, secondary_limit, status
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Issue, World
from sourcing.demo.world import Repository as DemoRepository
from spiders.account import SourceOutcome
from spiders.middlewares import Credential
from spiders.parsing.github import parse_issues, parse_readme, parse_refusal, parse_repository, parse_search

URL = "https://api.github.com/repos/tidelab/ebb"
SAMPLE: dict[str, Any] = {
    "id": 9000001,
    "full_name": "TideLab/Ebb",
    "name": "Ebb",
    "owner": {
        "login": "TideLab",
        "id": 7,
        "type": "Organization",
        "events_url": "https://api.github.com/x{/y}",
    },
    "html_url": "https://github.com/TideLab/Ebb",
    "description": "Ebb models. Write to someone@example.org",
    "fork": True,
    "parent": {"full_name": "upstream/Ebb", "owner": {"login": "upstream"}},
    "homepage": "https://tidelab.example.org",
    "topics": ["tides", "forecasting"],
    "language": "Python",
    "license": {"key": "mit", "spdx_id": "MIT", "name": "MIT License"},
    "default_branch": "main",
    "archived": True,
    "size": 1234,
    "stargazers_count": 5,
    "forks_count": 2,
    "open_issues_count": 1,
    "created_at": "2025-01-02T03:04:05Z",
    "pushed_at": "2026-01-02T03:04:05Z",
    "clone_url": "https://github.com/TideLab/Ebb.git",
    "subscribers_count": 3,
}


def read(value: object, **more: Any) -> RepositoryRecord:
    (record,) = parse_repository(json.dumps(value).encode(), url=URL, **more).records
    assert isinstance(record, RepositoryRecord)
    return record


def test_every_field_of_a_repository() -> None:
    parsed = parse_repository(json.dumps(SAMPLE).encode(), url=URL)
    assert parsed.warnings == {}
    assert parsed.records == (
        RepositoryRecord(
            source="github",
            key="github.com/tidelab/ebb",
            url="https://github.com/TideLab/Ebb",
            owner="TideLab",
            owner_is_person=False,
            name="Ebb",
            description="Ebb models. Write to [address left out]",
            homepage="https://tidelab.example.org",
            topics=("tides", "forecasting"),
            language="Python",
            licence="MIT",
            default_branch="main",
            is_fork=True,
            parent_key="github.com/upstream/ebb",
            archived=True,
            size_kb=1234,
            stars=5,
            forks=2,
            open_issues=1,
            created=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
            pushed=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        ),
    )


def test_a_redirect_leaves_the_former_name() -> None:
    assert read(SAMPLE, asked="github.com/tidelab/old").redirected_from == ("github.com/tidelab/old",)
    assert read(SAMPLE, asked="github.com/tidelab/ebb").redirected_from == ()


@pytest.mark.parametrize(
    "name", ["description", "homepage", "license", "language", "topics", "parent", "owner"]
)
def test_nothing_but_the_name_is_needed(name: str) -> None:
    assert read({**SAMPLE, name: None}).key == "github.com/tidelab/ebb"
    assert read({key: value for key, value in SAMPLE.items() if key != name}).key == "github.com/tidelab/ebb"


def test_what_is_new_or_odd_upstream_is_counted() -> None:
    parsed = parse_repository(
        json.dumps({**SAMPLE, "mood": 1, "size": "big", "new_url": "x"}).encode(), url=URL
    )
    assert parsed.warnings == {"unknown field: mood": 1, "field of another type: size": 1}


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b'{"full_name": "no slash"}', b"<html>", b"\xff\xfe{"]
)
def test_what_is_no_repository(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"api\.github\.com"):
        parse_repository(body, url=URL)


def test_search_results() -> None:
    answer = {
        "total_count": 41,
        "incomplete_results": True,
        "items": [SAMPLE, SAMPLE, {"id": 1}, {**SAMPLE, "full_name": "a/b"}],
    }
    parsed = parse_search(json.dumps(answer).encode(), url=URL)
    assert [one.key for one in parsed.records if isinstance(one, RepositoryRecord)] == [
        "github.com/tidelab/ebb",
        "github.com/a/b",
    ]
    assert parsed.total == 41
    assert parsed.warnings == {"search cut short by its time limit": 1, "item that is no repository": 1}
    with pytest.raises(ParseError):
        parse_search(b'{"message": "Validation Failed"}', url=URL)


def test_readmes_in_every_form() -> None:
    text = "# Ebb\r\n\r\nMail ebb@example.org \x07now"
    clean = "# Ebb\n\nMail [address left out] now"
    packed = base64.encodebytes(text.encode()).decode()
    assert parse_readme(text.encode(), url=URL) == clean
    assert parse_readme(b"\xef\xbb\xbf" + text.encode(), url=URL) == clean
    assert parse_readme(text.encode("utf-16"), url=URL) == clean
    assert parse_readme(json.dumps({"content": packed, "encoding": "base64"}).encode(), url=URL) == clean
    assert parse_readme(json.dumps({"content": "", "encoding": "none"}).encode(), url=URL) is None
    assert parse_readme(b"\x89PNG\x00\x00", url=URL) is None
    assert parse_readme(b" \n", url=URL) is None
    assert len(parse_readme(b"a" * 10_000_000, url=URL) or "") == 60_000


def issue(**more: Any) -> dict[str, Any]:
    """An open issue of a stranger that nobody has answered."""
    asked = {
        "state": "open",
        "comments": 0,
        "created_at": "2026-05-01T08:00:00Z",
        "author_association": "NONE",
    }
    return {"number": 7, "user": {"login": "visitor", "type": "User"}, **asked, **more}


def counted(*issues: object) -> tuple[int | None, int | None, dict[str, int]]:
    parsed = parse_issues(json.dumps(issues).encode(), url=f"{URL}/issues?state=all")
    [record] = parsed.records
    assert isinstance(record, RepositoryRecord)
    assert record.key == "github.com/tidelab/ebb"
    return record.issues_outside, record.issues_answered, dict(parsed.warnings)


def test_issues_from_outside_are_counted_and_closed_or_commented_ones_are_answered() -> None:
    assert counted() == (0, 0, {})
    assert counted(issue(), issue(comments=1), issue(state="closed")) == (3, 2, {})
    inside = [issue(author_association=one) for one in ("OWNER", "MEMBER", "COLLABORATOR")]
    robot = issue(user={"login": "tidy[bot]", "type": "Bot"})
    assert counted(*inside, robot, issue(pull_request={"url": "x"}), issue()) == (1, 0, {})


@pytest.mark.parametrize("field", ["state", "comments", "created_at", "author_association"])
def test_an_issue_that_leaves_open_whose_it_is_or_what_became_of_it_is_not_counted(field: str) -> None:
    told = {"issue that does not say whose it is or what became of it": 1}
    assert counted(issue(**{field: None}), issue()) == (1, 0, told)
    assert counted(issue(**{field: None})) == (None, None, told)  # not 0: nothing is known of it


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"<html>"])
def test_what_is_no_list_of_issues(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_issues(body, url=f"{URL}/issues")
    with pytest.raises(ParseError, match="no known repository"):
        parse_issues(b"[]", url="https://api.github.com/repositories/7/issues")
    by_number = parse_issues(
        b"[]", url="https://api.github.com/repositories/7/issues", asked="github.com/a/b"
    )
    assert [one.key for one in by_number.records if isinstance(one, RepositoryRecord)] == ["github.com/a/b"]


@pytest.mark.parametrize(
    ("code", "body", "state", "words"),
    [
        (404, b'{"message": "Not Found"}', RepositoryStatus.MISSING, "deleted or private"),
        (451, b'{"message": "Repository access blocked", "block": {"reason": "dmca", "html_url": "https://x.example/d"}}',
         RepositoryStatus.BLOCKED, "(dmca): https://x.example/d"),
        (403, b'{"message": "Repository access blocked", "block": {"reason": "tos"}}',
         RepositoryStatus.BLOCKED, "(tos)"),
        (451, b"<html>", RepositoryStatus.BLOCKED, "no reason given"),
    ],
)  # fmt: skip
def test_refusals(code: int, body: bytes, state: RepositoryStatus, words: str) -> None:
    (record,) = parse_refusal(code, body, url=URL, asked="github.com/tidelab/ebb").records
    assert isinstance(record, RepositoryRecord)
    assert record.status is state
    assert words in (record.status_reason or "")


def test_a_refusal_that_says_nothing_of_the_repository_is_a_problem() -> None:
    with pytest.raises(ParseError, match="HTTP 403: Must have admin rights"):
        parse_refusal(403, b'{"message": "Must have admin rights"}', url=URL, asked="github.com/a/b")


@given(st.binary(max_size=200), st.integers(0, 1500), st.binary(max_size=8))
def test_mutated_answers_are_records_or_a_parse_error(junk: bytes, at: int, patch: bytes) -> None:
    good = json.dumps(SAMPLE).encode()
    for body in (junk, good[:at], good[:at] + patch + good[at + len(patch) :]):
        for parse in (parse_repository, parse_search, parse_readme, parse_issues):
            with suppress(ParseError):  # anything else would be a crash
                parse(body, url=URL)


# -- from the host into the database -----------------------------------------------------------------------

HISTORY = b"""\
commit refs/heads/main
committer Ada Example <ada@example.org> 1762000000 +0000
data <<END
Begin
END
M 100644 inline README.md
data <<END
# Ebb: Tides by Attention
END

"""
WORLD = World(
    papers=(),
    repositories=(
        DemoRepository(
            full_name="tidelab/ebb",
            history=HISTORY,
            description="Ebb",
            licence="MIT",
            former_names=("tidelab/old",),
            issues=(
                Issue(opened=datetime(2026, 10, 1, tzinfo=UTC), closed=datetime(2026, 10, 2, tzinfo=UTC)),
                Issue(opened=datetime(2026, 10, 3, tzinfo=UTC)),
                Issue(opened=datetime(2026, 9, 1, tzinfo=UTC), by="OWNER"),
                Issue(opened=datetime(2026, 9, 2, tzinfo=UTC), pull_request=True),
            ),
        ),
        DemoRepository(full_name="ada/ebb", history=HISTORY, fork_of="tidelab/ebb"),
        DemoRepository(full_name="tidelab/dune", history=HISTORY, has_issues=False),
        DemoRepository(full_name="lab/gone", status="missing"),
        DemoRepository(full_name="lab/taken-down", status="blocked"),
    ),
    nights=(datetime(2026, 11, 10, 4, tzinfo=UTC),),
)
ALL = ("tidelab/ebb", "ada/ebb", "lab/gone", "lab/taken-down")
TOKEN = "sample-token"
QUICK: Mapping[str, Any] = {
    "BACKOFF_FIRST_S": 0.001,
    "BACKOFF_LONGEST_S": 0.001,
    "BACKOFF_TRIES": 2,
    "DOWNLOAD_SLOTS": {"github-search": {"concurrency": 1, "delay": 0, "randomize_delay": False}},
}


@pytest.fixture
def upstream() -> Iterator[DemoUpstream]:
    with DemoUpstream(WORLD) as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sourcing.db'}"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    opened = open_database(database)
    yield opened
    opened.dispose()


def crawl(
    upstream: DemoUpstream,
    database: str,
    *names: str,
    token: str | None = TOKEN,
    elsewhere: Sequence[str] = (),
    **options: Any,
) -> SourceOutcome:
    base = upstream.urls["github_api"]
    plan = SpiderPlan(
        source="github",
        base_url=base,
        delay_s=0.0,
        options={"repositories": [f"github.com/{name}" for name in names] + list(elsewhere), **options},
        credentials=(Credential(base, f"Bearer {token}"),) if token else (),
        scrapy_settings=QUICK,
    )
    [outcome] = run_spiders(
        [plan], CrawlContext(database_url=database, suppressor=Suppressor(b"k" * 32), patience_s=5.0)
    )
    return outcome


def stored(engine: Engine) -> dict[str, Repository]:
    with new_session(engine) as session:
        return {one.key: one for one in session.scalars(select(Repository))}


def test_one_crawl_brings_metadata_readmes_renames_refusals_and_search_results(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    upstream.faults.add("github_api", status(429, retry_after=0), times=1)  # waited out
    asked = ("tidelab/old", "ada/ebb", "lab/gone", "lab/taken-down")
    outcome = crawl(
        upstream, database, *asked, elsewhere=["gitlab.com/a/b"], searches=["dune in:name", "nothing like it"]
    )
    assert (outcome.error, outcome.fetched) == (None, 5)
    assert outcome.warnings == {"not a repository on GitHub": 1}
    kept = stored(engine)
    assert set(kept) == {f"github.com/{name}" for name in ("tidelab/ebb", *asked[1:], "tidelab/dune")}
    ebb = kept["github.com/tidelab/ebb"]
    assert (ebb.status, ebb.licence, ebb.is_fork) == ("live", "MIT", False)
    assert (ebb.readme or "").startswith("# Ebb: Tides by Attention")
    assert ebb.etag
    with new_session(engine) as session:
        assert session.scalars(select(RepositoryAlias.key)).all() == ["github.com/tidelab/old"]
    assert kept["github.com/ada/ebb"].parent_key == "github.com/tidelab/ebb"
    assert kept["github.com/lab/gone"].status == "missing"
    assert kept["github.com/lab/taken-down"].status == "blocked"
    assert "dmca" in (kept["github.com/lab/taken-down"].status_reason or "")
    requests = upstream.requests.of("github_api")
    assert {one.request.headers.get("authorization") for one in requests} == {f"Bearer {TOKEN}"}
    assert [one.request.path for one in requests][-4:] == [
        "/search/repositories",
        "/repos/tidelab/dune",
        "/repos/tidelab/dune/readme",
        "/search/repositories",
    ]
    assert upstream.requests.most_at_once("github_api") == 1


def test_a_second_crawl_asks_only_whether_something_changed(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    crawl(upstream, database, "tidelab/ebb")
    before = stored(engine)["github.com/tidelab/ebb"]
    upstream.requests.clear()
    outcome = crawl(upstream, database, "tidelab/ebb", etags={before.key: before.etag})
    assert (outcome.error, outcome.new, outcome.changed) == (None, 0, 0)
    assert [one.status for one in upstream.requests.of("github_api")] == [304]
    after = stored(engine)["github.com/tidelab/ebb"]
    assert after.readme == before.readme
    assert before.checked_at is not None
    assert after.checked_at is not None
    assert after.checked_at > before.checked_at


def test_a_wrong_token_is_one_clear_sentence(upstream: DemoUpstream, engine: Engine, database: str) -> None:
    outcome = crawl(upstream, database, *ALL, token="wrong")
    assert (outcome.error or "").startswith("GitHub refuses the token in GITHUB_TOKEN (HTTP 401)")
    assert len(upstream.requests.of("github_api")) == 1


def test_a_spent_quota_ends_the_crawl_and_keeps_what_came(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    upstream.faults.add("github_api", quota_exhausted(), after=2)
    outcome = crawl(upstream, database, *ALL)
    assert "asks to wait" in (outcome.error or "")
    assert set(stored(engine)) == {"github.com/tidelab/ebb"}
    assert len(upstream.requests.of("github_api")) == 3


def test_a_host_that_breaks_every_connection_is_not_asked_for_all(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    """With real waits each repository would cost minutes, and a first night has thousands."""
    upstream.faults.add("github_api", dropped())
    outcome = crawl(upstream, database, *(f"tidelab/r{number}" for number in range(40)))
    assert "did not answer 3 requests in a row; the next run asks it again" in (outcome.error or "")
    # Twisted itself asks once more where a connection that was kept open breaks.
    assert 9 <= len(upstream.requests.of("github_api")) <= 18
    assert stored(engine) == {}


def test_a_secondary_limit_with_quota_left_is_no_missing_repository(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    upstream.faults.add("github_api", secondary_limit())
    assert crawl(upstream, database, *ALL).error
    assert stored(engine) == {}
    assert len(upstream.requests.of("github_api")) == 1


def test_one_bad_answer_costs_one_repository_and_a_lost_readme_is_asked_for_again(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    # Neither the full name nor the name, from which it could be made.
    upstream.faults.add("github_api", changed(b'name":', b'nom":'), path="/repos/tidelab/ebb$")
    upstream.faults.add("github_api", status(500), path="/readme")
    outcome = crawl(upstream, database, "tidelab/ebb", "ada/ebb")
    assert "not a repository" in (outcome.error or "")
    assert "HTTP 500" in (outcome.error or "")
    fork = stored(engine)["github.com/ada/ebb"]
    assert (fork.status, fork.readme, fork.etag) == ("live", None, None)
    assert set(stored(engine)) == {fork.key}


EBB, DUNE, FORK = "github.com/tidelab/ebb", "github.com/tidelab/dune", "github.com/ada/ebb"


def lists_asked(upstream: DemoUpstream) -> list[tuple[str, int]]:
    answers = upstream.requests.of("github_api")
    return [(one.request.path, one.status) for one in answers if one.request.path.endswith("/issues")]


def test_issues_are_counted_where_they_are_wanted_and_nothing_of_a_person_is_kept(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    outcome = crawl(
        upstream,
        database,
        "tidelab/old",
        "ada/ebb",
        "tidelab/dune",
        issues={"github.com/tidelab/old": "", DUNE: ""},
    )
    assert (outcome.error, outcome.warnings) == (None, {})
    assert lists_asked(upstream) == [
        ("/repos/tidelab/ebb/issues", 200)
    ]  # dune has none, ada/ebb is not wanted
    kept = stored(engine)
    ebb = kept[EBB]
    assert (ebb.issues_outside, ebb.issues_answered) == (2, 1)
    assert ebb.issues_since == datetime(2026, 10, 1, tzinfo=UTC)
    assert (kept[FORK].has_issues, kept[FORK].issues_outside) == (True, None)
    assert (kept[DUNE].has_issues, kept[DUNE].issues_outside) == (False, None)
    with new_session(engine) as session:
        rows = {row.id: row for row in session.scalars(select(RecordRow))}
    assert rows[ebb.origins["issues_outside"]].source_key == EBB
    assert "visitor" not in json.dumps([row.payload for row in rows.values()])


def test_a_list_of_issues_that_has_not_changed_leaves_the_counts(
    upstream: DemoUpstream, engine: Engine, database: str
) -> None:
    crawl(upstream, database, "tidelab/ebb", issues={EBB: ""})
    before = stored(engine)[EBB]
    crawl(upstream, database, "tidelab/ebb", issues={EBB: before.issues_etag})
    assert [status for _, status in lists_asked(upstream)] == [200, 304]
    after = stored(engine)[EBB]
    assert (after.issues_outside, after.issues_answered, after.issues_since, after.issues_etag) == (
        2, 1, before.issues_since, before.issues_etag,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(500), "HTTP 500"),
        (quota_exhausted(), "asks to wait"),
        (status(410), None),
        (changed(rb"^\[", b"<"), "JSON"),
    ],
)
def test_issues_that_do_not_come_stay_unknown_and_cost_nothing_else(
    upstream: DemoUpstream, engine: Engine, database: str, fault: Any, said: str | None
) -> None:
    upstream.faults.add("github_api", fault, path="/issues")
    outcome = crawl(upstream, database, "tidelab/ebb", issues={EBB: ""})
    assert (outcome.error is None) if said is None else (said in (outcome.error or ""))
    ebb = stored(engine)[EBB]
    assert (ebb.status, ebb.issues_outside, ebb.issues_answered, ebb.issues_etag) == (
        "live",
        None,
        None,
        None,
    )
    assert (ebb.readme or "").startswith("# Ebb")
