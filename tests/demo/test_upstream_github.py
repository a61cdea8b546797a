"""The sample GitHub: REST with its quotas and redirects, git over smart HTTP."""

import base64
import subprocess
from pathlib import Path

import pytest
import requests
from small_world import HISTORY, at, small_world

from sourcing.demo.git_store import git_environment
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Issue, Repository

AGENT = {"User-Agent": "tests"}


def get(upstream: DemoUpstream, path: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(
        upstream.urls["github_api"] + path, headers={**AGENT, **named}, timeout=10, allow_redirects=False
    )


def clone(upstream: DemoUpstream, name: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "clone", "--quiet", *options, f"{upstream.urls['github_git']}/{name}.git", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=git_environment(),
    )


def test_repository_metadata_comes_from_the_real_repository(upstream: DemoUpstream) -> None:
    upstream.set_night(2)
    answer = get(upstream, "/repos/Ada/tidal-maps")
    shown = answer.json()
    assert shown["full_name"] == "ada/tidal-maps"
    assert shown["html_url"] == "https://github.com/ada/tidal-maps"
    assert (shown["fork"], shown["stargazers_count"], shown["license"]["spdx_id"]) == (False, 12, "MIT")
    assert shown["pushed_at"] == "2026-11-11T00:00:00Z"
    assert shown["owner"]["type"] == "User"
    assert get(upstream, "/repos/bo/tidal-maps").json()["parent"]["full_name"] == "ada/tidal-maps"


def test_confirmed_answers_cost_no_quota(upstream: DemoUpstream) -> None:
    first = get(upstream, "/repos/ada/tidal-maps")
    assert first.headers["X-RateLimit-Remaining"] == "59"
    again = get(upstream, "/repos/ada/tidal-maps", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-RateLimit-Remaining"] == "59"


def test_refusals(upstream: DemoUpstream) -> None:
    assert get(upstream, "/repos/lab/gone").json()["message"] == "Not Found"
    assert get(upstream, "/repos/lab/blocked").status_code == 451
    assert get(upstream, "/repos/lab/blocked").json()["block"]["reason"] == "dmca"
    wrong = get(upstream, "/rate_limit", Authorization="Bearer wrong")
    assert (wrong.status_code, wrong.json()["message"]) == (401, "Bad credentials")
    assert get(upstream, "/rate_limit", Authorization="token sample-token").json()["rate"]["limit"] == 5000
    assert get(upstream, "/repos/ada/tidal-maps", User_Agent="").status_code == 403


def test_a_renamed_repository_moves_permanently(upstream: DemoUpstream) -> None:
    moved = get(upstream, "/repos/ada/old-tides")
    assert moved.status_code == 301
    followed = requests.get(moved.headers["Location"], headers=AGENT, timeout=10)
    assert followed.json()["full_name"] == "ada/tidal-maps"
    assert get(upstream, "/repos/ada/old-tides/readme").headers["Location"].endswith("/readme")


def test_the_quota_ends(upstream: DemoUpstream) -> None:
    upstream.scene.core_limit = (2, 3)
    statuses = [get(upstream, "/repos/lab/gone").status_code for _ in range(3)]
    assert statuses == [404, 404, 403]
    refused = get(upstream, "/repos/ada/tidal-maps")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert refused.json()["message"].startswith("API rate limit exceeded")
    assert get(upstream, "/repos/lab/gone", Authorization="Bearer sample-token").status_code == 404


def test_the_readme_is_the_one_of_that_night(upstream: DemoUpstream) -> None:
    shown = get(upstream, "/repos/ada/tidal-maps/readme").json()
    assert base64.b64decode(shown["content"]).decode() == "# Tidal maps\n\nComing soon.\n"
    raw = get(upstream, "/repos/ada/tidal-maps/readme", Accept="application/vnd.github.raw+json")
    assert raw.text.startswith("# Tidal maps")
    assert get(upstream, "/repos/ada/empty/readme").status_code == 404


def test_issues_come_newest_first_in_pages_with_pull_requests_among_them() -> None:
    asked = tuple(
        Issue(opened=at(1), closed=at(2) if n % 2 else None, pull_request=n == 4) for n in range(130)
    )
    repositories = (
        Repository(full_name="ada/maps", issues=asked),
        Repository(full_name="ada/silent", has_issues=False),
    )
    with DemoUpstream(small_world(repositories=repositories)) as upstream:
        whole = "/repos/ada/maps/issues?state=all&sort=created&direction=desc&per_page="
        first, second = get(upstream, f"{whole}500").json(), get(upstream, f"{whole}100&page=2").json()
        assert (len(first), len(second)) == (100, 30)
        assert len({one["number"] for one in first + second}) == 130
        assert [one["number"] for one in first + second if "pull_request" in one] == [5]
        assert {one["state"] for one in get(upstream, "/repos/ada/maps/issues").json()} == {"open"}
        assert len(get(upstream, "/repos/ada/maps/issues").json()) == 30
        tag = get(upstream, f"{whole}100").headers["ETag"]
        assert get(upstream, f"{whole}100", If_None_Match=tag).status_code == 304
        assert get(upstream, "/repos/ada/silent/issues").status_code == 410
        assert get(upstream, "/repos/ada/silent").json()["has_issues"] is False


def test_search_leaves_forks_out(upstream: DemoUpstream) -> None:
    found = get(upstream, "/search/repositories?q=tidal+maps+in:name,description").json()
    assert [item["full_name"] for item in found["items"]] == ["ada/tidal-maps"]
    assert found["incomplete_results"] is False
    assert get(upstream, "/search/repositories?q=").status_code == 422


def test_a_partial_clone_leaves_blobs_behind(upstream: DemoUpstream, tmp_path: Path) -> None:
    upstream.set_night(2)
    folder = tmp_path / "clone"
    done = clone(upstream, "ada/tidal-maps", folder, "--filter=blob:none", "--no-checkout", "--bare")
    assert done.returncode == 0, done.stderr
    missing = subprocess.run(
        ["git", "-C", str(folder), "rev-list", "--objects", "--all", "--missing=print"],
        capture_output=True,
        text=True,
        check=True,
        env=git_environment(),
    ).stdout
    assert sum(line.startswith("?") for line in missing.splitlines()) == 3
    log = subprocess.run(
        ["git", "-C", str(folder), "log", "--format=%an %s %H"],
        capture_output=True,
        text=True,
        check=True,
        env=git_environment(),
    ).stdout.splitlines()
    assert [line.rpartition(" ")[0] for line in log] == ["Bo Example Add the model", "Ada Example Begin"]


def test_commit_ids_are_the_same_everywhere(upstream: DemoUpstream) -> None:
    repository = upstream.world.repository_by_name["ada/tidal-maps"]
    assert upstream.scene.git.tip(repository, at(10)) == "e9da2b63ad63b03a2802446261df289c85339f1d"


def test_later_commits_are_not_there_yet(upstream: DemoUpstream, tmp_path: Path) -> None:
    assert clone(upstream, "ada/tidal-maps", tmp_path / "first").returncode == 0
    assert not (tmp_path / "first" / "tidal").exists()
    upstream.set_night(2)
    assert clone(upstream, "ada/tidal-maps", tmp_path / "second", "--filter=blob:limit=60").returncode == 0
    assert (tmp_path / "second" / "tidal" / "model.py").is_file()


@pytest.mark.parametrize("name", ["ada/old-tides", "ADA/Tidal-Maps"])
def test_git_follows_a_rename(upstream: DemoUpstream, tmp_path: Path, name: str) -> None:
    assert clone(upstream, name, tmp_path / "clone").returncode == 0
    assert (tmp_path / "clone" / "README.md").is_file()


def test_an_unknown_repository_asks_for_a_password(upstream: DemoUpstream, tmp_path: Path) -> None:
    done = clone(upstream, "ada/nothing", tmp_path / "clone")
    assert done.returncode != 0
    assert "could not read Username" in done.stderr


def test_other_hosts_serve_only_their_own(tmp_path: Path) -> None:
    world = small_world(repositories=(Repository(full_name="ada/maps", host="gitlab.com", history=HISTORY),))
    with DemoUpstream(world) as upstream:
        for key, code in (("gitlab_git", 0), ("github_git", 128)):
            url = f"{upstream.urls[key]}/ada/maps.git"
            done = subprocess.run(
                ["git", "clone", "-q", url, str(tmp_path / key)], check=False, env=git_environment()
            )
            assert done.returncode == code
        assert get(upstream, "/repos/ada/maps").status_code == 404
