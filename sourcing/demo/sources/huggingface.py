"""``huggingface.co/api``: daily papers, and one paper by its arXiv id.

Fields as recorded from 2024 to 2026; ``githubRepo`` and ``projectPage`` are there only where somebody added
them, ``user`` only where an author claimed the paper.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import Request, Response, as_json
from sourcing.demo.world import Author, Paper


class HuggingFace:
    """The Hub's paper pages."""

    key = "huggingface"
    path = ""
    robots = "User-agent: *\nDisallow: /login\nDisallow: /join\n"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def respond(self, request: Request) -> Response:
        """A day's papers, or one paper."""
        visible = [
            shown.paper for shown in self.scene.world.papers_at(self.scene.now) if shown.paper.huggingface
        ]
        match request.parts:
            case ["api", "daily_papers"]:
                day = request.parameters.get("date", f"{self.scene.now:%Y-%m-%d}")
                limit = int(request.parameters.get("limit", "50"))
                start = int(request.parameters.get("p", "0")) * limit
                found = [paper for paper in visible if f"{_listed(paper):%Y-%m-%d}" == day]
                return _json([self._item(paper) for paper in found[start : start + limit]])
            case ["api", "papers", arxiv_id]:
                for paper in visible:
                    if paper.arxiv_id == arxiv_id:
                        return _json(self._paper(paper))
                return _json({"error": "Paper not found"}, status=404)
        return _json({"error": "Sorry, we can't find the page you are looking for."}, status=404)

    def _item(self, paper: Paper) -> dict[str, Any]:
        return {
            "paper": self._paper(paper),
            "publishedAt": _stamp(paper.submitted),
            "title": paper.title,
            "summary": paper.abstract,
            "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.arxiv_id}.png",
            "numComments": 1,
            "submittedBy": {**_user("sample-reader", "A Reader"), "isHf": False, "isMod": False},
            "isAuthorParticipating": False,
        }

    def _paper(self, paper: Paper) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": paper.arxiv_id,
            "authors": [self._author(author) for author in paper.authors],
            "publishedAt": _stamp(paper.submitted),
            "submittedOnDailyAt": _stamp(_listed(paper)),
            "title": paper.title,
            "submittedOnDailyBy": _user("sample-reader", "A Reader"),
            "summary": paper.abstract,
            "upvotes": len(paper.title) % 40,
            "discussionId": _id("discussion" + paper.arxiv_id),
        }
        repository = self.scene.world.repository_by_name.get((paper.repository or "").lower())
        if repository is not None:
            shown["githubRepo"] = f"https://{repository.host}/{repository.full_name}"
            shown["githubRepoAddedBy"] = "auto"
            shown["githubStars"] = repository.stars
            if repository.homepage:
                shown["projectPage"] = repository.homepage
        return shown

    def _author(self, author: Author) -> dict[str, Any]:
        shown: dict[str, Any] = {"_id": _id(author.printed), "name": author.printed, "hidden": False}
        person = self.scene.world.person_by_key.get(author.person or "")
        if person is not None and person.github:
            shown["user"] = _user(person.github, person.name)
            shown["status"] = "claimed_verified"
            shown["statusLastChangedAt"] = _stamp(self.scene.now)
        return shown


def _json(value: Any, status: int = 200) -> Response:
    headers = {"RateLimit": '"api";r=498;t=287', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
    return as_json(value, status=status, headers=headers)


def _listed(paper: Paper) -> datetime:
    return paper.versions[0].announced.astimezone(UTC).replace(hour=0, minute=0, second=0)


def _user(name: str, fullname: str) -> dict[str, Any]:
    return {
        "_id": _id(name),
        "avatarUrl": f"/avatars/{_id(name)}.svg",
        "isPro": False,
        "fullname": fullname,
        "user": name,
        "type": "user",
        "name": name,
    }


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
