"""The GitHub parsers against recorded answers, where those are beside the project."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from db.records import RepositoryRecord
from spiders.parsing.github import parse_issues, parse_readme, parse_refusal, parse_repository, parse_search

RECORDED = Path(__file__).parents[2] / "../shared/data/upstream/github_rest"
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers beside the project are absent"),
]


def cassette(name: str) -> list[tuple[str, bytes]]:
    kept: dict[str, Any] = json.loads((RECORDED / "github3py" / name).read_text(encoding="utf-8"))
    answers = []
    for one in kept["http_interactions"]:
        body = one["response"]["body"]
        packed = body.get("base64_string")
        raw = gzip.decompress(base64.b64decode(packed)) if packed else body["string"].encode()
        answers.append((one["request"]["uri"], raw))
    return answers


def test_a_recorded_repository_is_read_whole_and_holds_nothing_unknown() -> None:
    ((url, body),) = cassette("GitHub_repository.json")
    parsed = parse_repository(body, url=url)
    (record,) = parsed.records
    assert isinstance(record, RepositoryRecord)
    assert (record.key, record.owner_is_person, record.is_fork) == (
        "github.com/sigmavirus24/github3.py",
        True,
        False,
    )
    assert record.size_kb == 18713
    assert parsed.warnings == {}


def test_a_recorded_search_is_read_whole() -> None:
    ((url, body),) = cassette("GitHub_search_repositories.json")
    parsed = parse_search(body, url=url)
    assert (len(parsed.records), parsed.total, parsed.warnings) == (8, 8, {})


def test_a_recorded_list_of_issues_is_counted_without_its_pull_requests() -> None:
    kept = json.loads((RECORDED / "status_codes" / "Repository_issues_state_all.json").read_text("utf-8"))
    first, second = kept["http_interactions"][2:4]  # after the repository itself, asked for twice
    for one, asked in (
        (first, None),
        (second, "github.com/a/b"),
    ):  # the second page bears a number for a name
        body = one["response"]["body"]
        raw = gzip.decompress(base64.b64decode(body["base64_string"])) if "base64_string" in body else b""
        listed = json.loads(raw)
        outside = [
            issue for issue in listed if "pull_request" not in issue
            and issue["author_association"] not in ("OWNER", "MEMBER", "COLLABORATOR")
        ]  # fmt: skip
        parsed = parse_issues(raw, url=one["request"]["uri"], asked=asked)
        (record,) = parsed.records
        assert isinstance(record, RepositoryRecord)
        assert record.issues_outside == len(outside) > 10
        assert record.issues_answered == sum(
            issue["state"] == "closed" or issue["comments"] > 0 for issue in outside
        )
        assert parsed.warnings == {}


def test_recorded_readmes() -> None:
    texts = [
        parse_readme(body, url=url) or ""
        for url, body in cassette("Repository_readme.json")
        if "readme" in url
    ]
    assert texts
    assert all("github3.py" in text for text in texts)


def test_recorded_refusals() -> None:
    reasons = {}
    for code, name in ((404, "404_repo"), (451, "451_dmca"), (403, "403_tos_block")):
        body = (RECORDED / "from_issues" / f"{name}.json").read_bytes()
        (record,) = parse_refusal(code, body, url="https://api.github.com/x", asked="github.com/a/b").records
        assert isinstance(record, RepositoryRecord)
        reasons[name] = str(record.status)
    assert reasons == {"404_repo": "missing", "451_dmca": "blocked", "403_tos_block": "blocked"}
