"""``api.github.com``: the parts of the REST API (version 2022-11-28) that a metadata crawler needs.

https://docs.github.com/rest. Headers, redirects and error bodies as recorded by octokit, PyGithub and
github3.py.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from typing import Any

from sourcing.demo.sources import github_shapes as shapes
from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import Request, Response, as_json
from sourcing.demo.world import Repository

_DOCS = "https://docs.github.com/rest"


class GithubApi:
    """Repositories, READMEs, issues, releases, owners and search, with quotas, tokens and conditional requests."""

    key = "github_api"
    path = ""
    robots = ""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._used: Counter[tuple[str, str, int]] = Counter()

    def respond(self, request: Request) -> Response:
        """The answer of the API, or the gateway's refusal."""
        if not request.headers.get("user-agent"):
            text = (
                "\r\nRequest forbidden by administrative rules. Please make sure your request has a "
                f"User-Agent header ({_DOCS}/overview/resources-in-the-rest-api#user-agent-required).\r\n"
            )
            return Response(status=403, headers={"Content-Type": "text/html"}, body=text.encode())
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind and (kind.lower() not in ("token", "bearer") or token not in self.scene.tokens):
            return _problem(401, "Bad credentials", _DOCS)
        resource = "search" if request.path.startswith("/search/") else "core"
        if request.path == "/rate_limit":
            return as_json(self._rate_limit(token), headers=self._quota(token, resource))
        if self._remaining(token, resource) <= 0:
            response = self._over_quota(token)
        else:
            response = self._conditional(request, self._route(request))
            if response.status != 304:  # a confirmed cache entry costs nothing
                self._used[token, resource, self._window(resource)] += 1
        headers = {**response.headers, **self._quota(token, resource)}
        return Response(status=response.status, headers=headers, body=response.body)

    # Quotas run on the real clock: clients compare X-RateLimit-Reset with their own.

    def _window(self, resource: str) -> int:
        return int(time.time()) // (60 if resource == "search" else 3600)

    def _limit(self, token: str, resource: str) -> int:
        limits = self.scene.search_limit if resource == "search" else self.scene.core_limit
        return limits[bool(token)]

    def _remaining(self, token: str, resource: str) -> int:
        return max(0, self._limit(token, resource) - self._used[token, resource, self._window(resource)])

    def _reset(self, resource: str) -> int:
        return (self._window(resource) + 1) * (60 if resource == "search" else 3600)

    def _quota(self, token: str, resource: str) -> dict[str, str]:
        limit, remaining = self._limit(token, resource), self._remaining(token, resource)
        return {
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Used": str(limit - remaining),
            "X-RateLimit-Reset": str(self._reset(resource)),
            "X-RateLimit-Resource": resource,
        }

    def _rate_limit(self, token: str) -> dict[str, Any]:
        resources = {
            name: {
                "limit": self._limit(token, name),
                "used": self._limit(token, name) - self._remaining(token, name),
                "remaining": self._remaining(token, name),
                "reset": self._reset(name),
            }
            for name in ("core", "search")
        }
        return {"resources": resources, "rate": resources["core"]}

    def _over_quota(self, token: str) -> Response:
        whom = "user ID 4242" if token else "127.0.0.1"
        advice = (
            "" if token else " (But here's the good news: Authenticated requests get a higher rate limit.)"
        )
        return _problem(
            403,
            f"API rate limit exceeded for {whom}.{advice}",
            f"{_DOCS}/overview/rate-limits-for-the-rest-api",
        )

    def _conditional(self, request: Request, response: Response) -> Response:
        if response.status != 200:
            return response
        tag = 'W/"' + hashlib.sha256(response.body).hexdigest() + '"'
        headers = {**response.headers, "ETag": tag, "Cache-Control": "public, max-age=60, s-maxage=60"}
        headers["Vary"] = (
            "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With"
        )
        if request.headers.get("if-none-match", "").removeprefix("W/") == tag.removeprefix("W/"):
            return Response(status=304, headers=headers)
        return Response(status=200, headers=headers, body=response.body)

    def _route(self, request: Request) -> Response:
        match request.parts:
            case ["repos", owner, name, *rest]:
                return self._repository(f"{owner}/{name}", rest, request)
            case ["repositories", number, *rest] if number.isdigit():
                for repository in self.scene.world.repositories:
                    if shapes.number_of(repository.full_name) == int(number):
                        return self._repository(repository.full_name, rest, request)
            case ["users", login]:
                return self._user(login)
            case ["search", "repositories"]:
                return self._search(request)
        return _problem(404, "Not Found", _DOCS)

    def _repository(self, full_name: str, rest: list[str], request: Request) -> Response:
        repository = self.scene.git.find(full_name)
        if repository is None or repository.status == "missing":
            return _problem(404, "Not Found", f"{_DOCS}/repos/repos#get-a-repository")
        if repository.status == "blocked":
            page = f"https://github.com/github/dmca/blob/master/2026/03/2026-03-02-{repository.name}.md"
            block = {"reason": "dmca", "created_at": "2026-03-02T15:50:17Z", "html_url": page}
            return as_json({"message": "Repository access blocked", "block": block}, status=451)
        if repository.full_name.lower() != full_name.lower():
            suffix = "".join(f"/{part}" for part in rest)
            where = f"{self.scene.origins[self.key]}/repositories/{shapes.number_of(repository.full_name)}{suffix}"
            return as_json(
                {
                    "message": "Moved Permanently",
                    "url": where,
                    "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-"
                    "api#follow-redirects",
                },
                status=301,
                headers={"Location": where},
            )
        match rest:
            case []:
                return as_json(self._described(repository))
            case ["readme"]:
                return self._readme(repository, request)
            case ["releases"]:
                return as_json([shapes.release(repository, *release) for release in repository.releases])
            case ["issues"]:
                return self._issues(repository, request)
            case ["license"] if repository.licence:
                return as_json(
                    {"name": "LICENSE", "path": "LICENSE", "license": shapes.licence(repository.licence)}
                )
        return _problem(404, "Not Found", _DOCS)

    def _listed(self, repository: Repository) -> dict[str, Any]:
        git, now = self.scene.git, self.scene.now
        return shapes.repository(
            repository,
            holder=self._owner(repository.owner),
            pushed=git.pushed(repository, now) or repository.created or now,
            size_kb=sum(size for _, size in git.files(repository, now).values()) // 1024,
        )

    def _described(self, repository: Repository) -> dict[str, Any]:
        described = self._listed(repository)
        if repository.fork_of and (parent := self.scene.git.find(repository.fork_of)):
            described["parent"] = described["source"] = self._listed(parent)
        if not repository.owner_is_person:
            described["organization"] = self._owner(repository.owner)
        return described | {
            "network_count": repository.forks,
            "subscribers_count": repository.stars // 20 + 1,
        }

    def _owner(self, login: str) -> dict[str, Any]:
        held = [repo for repo in self.scene.world.repositories if repo.owner.lower() == login.lower()]
        return shapes.owner(login, person=all(repo.owner_is_person for repo in held))

    def _user(self, login: str) -> Response:
        owners = {repo.owner.lower(): repo.owner for repo in self.scene.world.repositories}
        people = {person.github.lower(): person for person in self.scene.world.people if person.github}
        person = people.get(login.lower())
        known = person.github if person else owners.get(login.lower())
        if known is None:
            return _problem(404, "Not Found", f"{_DOCS}/users/users#get-a-user")
        return as_json(
            self._owner(known)
            | {
                "name": person.name if person else None,
                "company": person.affiliation if person else None,
                "blog": (person.homepage if person else None) or "",
                "location": None,
                "email": None,
                "hireable": None,
                "bio": None,
                "twitter_username": None,
                "public_repos": sum(repo.owner == known for repo in self.scene.world.repositories),
                "public_gists": 0,
                "followers": 17,
                "following": 4,
                "created_at": "2019-02-11T09:30:00Z",
                "updated_at": "2026-10-01T08:00:00Z",
            }
        )

    def _readme(self, repository: Repository, request: Request) -> Response:
        files = self.scene.git.files(repository, self.scene.now)
        path = next((p for p in sorted(files) if re.fullmatch(r"readme(\.\w+)?", p, re.IGNORECASE)), None)
        if path is None:
            return _problem(404, "Not Found", f"{_DOCS}/repos/contents#get-a-repository-readme")
        blob, _ = files[path]
        content = self.scene.git.content(repository, self.scene.now, blob)
        if "raw" in request.headers.get("accept", ""):
            return Response(
                headers={"Content-Type": "application/vnd.github.raw; charset=utf-8"}, body=content
            )
        return as_json(shapes.readme(repository, path=path, blob=blob, content=content))

    def _issues(self, repository: Repository, request: Request) -> Response:
        if not repository.has_issues:
            return _problem(410, "Issues are disabled for this repo", f"{_DOCS}/issues/issues")
        asked, now = request.parameters, self.scene.now
        numbered = [one for one in enumerate(repository.issues, 1) if one[1].opened <= now]
        if (state := asked.get("state", "open")) != "all":
            numbered = [one for one in numbered if (one[1].closed is not None) == (state == "closed")]
        numbered.sort(key=lambda one: one[1].opened, reverse=asked.get("direction", "desc") == "desc")
        page, per_page = _paging(request)
        shown = numbered[(page - 1) * per_page : page * per_page]
        return as_json([shapes.issue(repository, number, one) for number, one in shown])

    def _search(self, request: Request) -> Response:
        query = request.parameters.get("q", "")
        if not query.strip():
            errors = [{"resource": "Search", "field": "q", "code": "missing"}]
            return as_json(
                {
                    "message": "Validation Failed",
                    "errors": errors,
                    "documentation_url": f"{_DOCS}/search/search",
                },
                status=422,
            )
        words = [
            word.lower()
            for word in re.findall(r"[\w-]+", re.sub(r"\b[a-z]+:\S+", " ", query))
            if len(word) > 1
        ]
        in_readme = any("readme" in where.split(",") for where in re.findall(r"\bin:(\S+)", query))
        ranked = []
        for repository in self.scene.world.repositories:
            if (
                repository.status != "live" or repository.fork_of or repository.host != "github.com"
            ):  # forks are left out unless asked for
                continue
            text = f"{repository.name} {repository.description or ''} {' '.join(repository.topics)}".lower()
            if in_readme:
                text += self._readme_text(repository)
            if words and all(word in text for word in words):
                ranked.append(repository)
        ranked.sort(key=lambda repository: (-repository.stars, repository.full_name))
        page, per_page = _paging(request)
        items = ranked[(page - 1) * per_page : page * per_page]
        return as_json(
            {
                "total_count": len(ranked),
                "incomplete_results": False,
                "items": [self._listed(repository) | {"score": 1.0} for repository in items],
            }
        )

    def _readme_text(self, repository: Repository) -> str:
        files = self.scene.git.files(repository, self.scene.now)
        blob = next((files[p][0] for p in files if p.lower().startswith("readme")), None)
        if blob is None:
            return ""
        return self.scene.git.content(repository, self.scene.now, blob).decode("utf-8", "replace").lower()


def _paging(request: Request) -> tuple[int, int]:
    asked = request.parameters
    return max(1, int(asked.get("page", "1"))), min(100, int(asked.get("per_page", "30")))


def _problem(status: int, message: str, documentation: str) -> Response:
    return as_json(
        {"message": message, "documentation_url": documentation, "status": str(status)}, status=status
    )
