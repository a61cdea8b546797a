"""GitHub's JSON objects, field for field as its REST API (version 2022-11-28) prints them."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

from sourcing.demo.world import Issue, Repository

API = "https://api.github.com"
# Link fields whose path differs from their name; the others are plain.
_REPOSITORY_LINKS = {
    "forks": "forks",
    "keys": "keys{/key_id}",
    "collaborators": "collaborators{/collaborator}",
    "teams": "teams",
    "hooks": "hooks",
    "issue_events": "issues/events{/number}",
    "events": "events",
    "assignees": "assignees{/user}",
    "branches": "branches{/branch}",
    "tags": "tags",
    "blobs": "git/blobs{/sha}",
    "git_tags": "git/tags{/sha}",
    "git_refs": "git/refs{/sha}",
    "trees": "git/trees{/sha}",
    "statuses": "statuses/{sha}",
    "languages": "languages",
    "stargazers": "stargazers",
    "contributors": "contributors",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "commits": "commits{/sha}",
    "git_commits": "git/commits{/sha}",
    "comments": "comments{/number}",
    "issue_comment": "issues/comments{/number}",
    "contents": "contents/{+path}",
    "compare": "compare/{base}...{head}",
    "merges": "merges",
    "archive": "{archive_format}{/ref}",
    "downloads": "downloads",
    "issues": "issues{/number}",
    "pulls": "pulls{/number}",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "labels": "labels{/name}",
    "releases": "releases{/id}",
    "deployments": "deployments",
}
_OWNER_LINKS = {
    "followers": "followers",
    "following": "following{/other_user}",
    "gists": "gists{/gist_id}",
    "starred": "starred{/owner}{/repo}",
    "subscriptions": "subscriptions",
    "organizations": "orgs",
    "repos": "repos",
    "events": "events{/privacy}",
    "received_events": "received_events",
}
_LICENCES = {
    "MIT": ("mit", "MIT License"),
    "Apache-2.0": ("apache-2.0", "Apache License 2.0"),
    "BSD-3-Clause": ("bsd-3-clause", 'BSD 3-Clause "New" or "Revised" License'),
    "GPL-3.0": ("gpl-3.0", "GNU General Public License v3.0"),
    "NOASSERTION": ("other", "Other"),
}


def owner(login: str, *, person: bool) -> dict[str, Any]:
    """An account."""
    url = f"{API}/users/{login}"
    return {
        "login": login,
        "id": number_of(login),
        "node_id": node("U_", login),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number_of(login)}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"https://github.com/{login}",
        **{f"{name}_url": f"{url}/{path}" for name, path in _OWNER_LINKS.items()},
        "type": "User" if person else "Organization",
        "user_view_type": "public",
        "site_admin": False,
    }


def repository(repo: Repository, *, holder: dict[str, Any], pushed: datetime, size_kb: int) -> dict[str, Any]:
    """A repository as lists and searches show it; counts stand under both of their names."""
    url = f"{API}/repos/{repo.full_name}"
    html = f"https://github.com/{repo.full_name}"
    return {
        "id": number_of(repo.full_name),
        "node_id": node("R_", repo.full_name),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": False,
        "owner": holder,
        "html_url": html,
        "description": repo.description,
        "fork": repo.fork_of is not None,
        "url": url,
        **{f"{name}_url": f"{url}/{path}" for name, path in _REPOSITORY_LINKS.items()},
        "created_at": stamp(repo.created or pushed),
        "updated_at": stamp(pushed),
        "pushed_at": stamp(pushed),
        "git_url": f"git://github.com/{repo.full_name}.git",
        "ssh_url": f"git@github.com:{repo.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "homepage": repo.homepage,
        "size": size_kb,
        "stargazers_count": repo.stars,
        "watchers_count": repo.stars,
        "language": repo.language,
        "has_issues": repo.has_issues,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": repo.forks,
        "mirror_url": None,
        "archived": repo.archived,
        "disabled": False,
        "open_issues_count": repo.open_issues,
        "license": licence(repo.licence) if repo.licence else None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": list(repo.topics),
        "visibility": "public",
        "forks": repo.forks,
        "open_issues": repo.open_issues,
        "watchers": repo.stars,
        "default_branch": repo.default_branch,
    }


def readme(repo: Repository, *, path: str, blob: str, content: bytes) -> dict[str, Any]:
    """A file as the contents API shows it: Base64 in lines of 76."""
    url = f"{API}/repos/{repo.full_name}"
    link = f"{url}/contents/{path}?ref={repo.default_branch}"
    html = f"https://github.com/{repo.full_name}/blob/{repo.default_branch}/{path}"
    git_url = f"{url}/git/blobs/{blob}"
    return {
        "name": path,
        "path": path,
        "sha": blob,
        "size": len(content),
        "url": link,
        "html_url": html,
        "git_url": git_url,
        "download_url": f"https://raw.githubusercontent.com/{repo.full_name}/{repo.default_branch}/{path}",
        "type": "file",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
        "_links": {"self": link, "git": git_url, "html": html},
    }


def number_of(name: str) -> int:
    """The number under which the sample GitHub knows a repository or an account; stable."""
    return int.from_bytes(hashlib.sha256(name.lower().encode()).digest()[:4], "big") % 900_000_000 + 100_000


def node(kind: str, name: str) -> str:
    """The opaque id that GitHub's GraphQL side uses."""
    return kind + base64.urlsafe_b64encode(hashlib.sha256(name.lower().encode()).digest()[:6]).decode()


def stamp(moment: datetime) -> str:
    """A time as GitHub prints it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def licence(spdx: str) -> dict[str, Any]:
    """A licence by its SPDX id."""
    key, name = _LICENCES.get(spdx, (spdx.lower(), spdx))
    url = None if key == "other" else f"{API}/licenses/{key}"
    return {"key": key, "name": name, "spdx_id": spdx, "url": url, "node_id": node("L_", key)}


def issue(repository: Repository, number: int, one: Issue) -> dict[str, Any]:
    """An issue, or the issue that every pull request is too (https://docs.github.com/rest/issues/issues)."""
    kind = "pull" if one.pull_request else "issues"
    url = f"{API}/repos/{repository.full_name}"
    html = f"https://github.com/{repository.full_name}/{kind}/{number}"
    by = repository.owner if one.by == "OWNER" else f"visitor-{number}"
    shown = {
        "url": f"{url}/issues/{number}",
        "repository_url": url,
        "html_url": html,
        "id": number_of(html),
        "node_id": node("I_", html),
        "number": number,
        "title": f"Question {number}",
        "user": owner(by, person=True),
        "labels": [],
        "state": "closed" if one.closed else "open",
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": one.comments,
        "created_at": stamp(one.opened),
        "updated_at": stamp(one.closed or one.opened),
        "closed_at": stamp(one.closed) if one.closed else None,
        "author_association": one.by,
        "body": f"Write to visitor-{number}@example.org",
        "state_reason": "completed" if one.closed else None,
    }
    return shown | ({"pull_request": {"html_url": html}} if one.pull_request else {})


def release(repository: Repository, tag: str, name: str, at: datetime) -> dict[str, Any]:
    """A release with its tag."""
    return {
        "url": f"{API}/repos/{repository.full_name}/releases/{number_of(repository.full_name + tag)}",
        "html_url": f"https://github.com/{repository.full_name}/releases/tag/{tag}",
        "id": number_of(repository.full_name + tag),
        "tag_name": tag,
        "target_commitish": repository.default_branch,
        "name": name,
        "draft": False,
        "prerelease": False,
        "created_at": stamp(at),
        "published_at": stamp(at),
        "assets": [],
        "body": "",
    }
