"""``api2.openreview.net`` and ``api.openreview.net``: notes, reviews, decisions and profiles.

https://docs.openreview.net/reference/api-v2. Version 2 wraps each field of ``content`` in ``{"value": …}``,
version 1 (venues before 2023) does not. Since 2026 anonymous readers get 403 ``ChallengeRequiredError``; a
login (``POST /login``) gives a token.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import Request, Response, as_json
from sourcing.demo.world import Author, Person, Publication

TOKEN = "sample-openreview-token"  # noqa: S105 - opens the sample world only
_LAST_OF_V1 = 2022
_REVIEW_FIELDS = ("rating", "soundness", "presentation", "contribution", "confidence")


class OpenReview:
    """One of the two API versions. Accounts: any user with the password ``sample``."""

    path = ""
    robots = ""

    def __init__(self, scene: Scene, *, key: str, version: int) -> None:
        self.scene = scene
        self.key = key
        self.version = version

    def respond(self, request: Request) -> Response:
        """Log in, or read notes and profiles."""
        if request.path == "/login" and request.method == "POST":
            return _login(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(403, "ChallengeRequiredError", "Please complete the challenge to continue")
        if request.path == "/notes":
            return self._notes(request.parameters)
        if request.path == "/profiles":
            return self._profiles(request.parameters)
        return _error(404, "NotFoundError", f"The path {request.path} was not found")

    def _notes(self, asked: dict[str, str]) -> Response:
        papers = [
            paper
            for paper in self.scene.world.publications
            if paper.openreview_id and (paper.year <= _LAST_OF_V1) == (self.version == 1)
        ]
        wanted = asked.get("details", "").split(",")
        if "forum" in asked or "id" in asked:
            number = asked.get("forum") or asked.get("id")
            papers = [paper for paper in papers if paper.openreview_id == number]
        if "invitation" in asked:
            papers = [paper for paper in papers if asked["invitation"] == self._invitation(paper)]
        if "content.venueid" in asked:
            papers = [paper for paper in papers if asked["content.venueid"] == _venue_id(paper)]
        start, limit = int(asked.get("offset", "0")), min(1000, int(asked.get("limit", "1000")))
        notes = [self._note(paper) for paper in papers[start : start + limit]]
        for note, paper in zip(notes, papers[start:], strict=False):
            replies = self._replies(paper)
            note["details"] = {"replyCount": len(replies)} if "replyCount" in wanted else {}
            for name in {"replies", "directReplies"} & set(wanted):
                note["details"][name] = replies
        if "forum" in asked and papers:
            notes += self._replies(papers[0])
        return as_json({"notes": notes, "count": len(papers)})

    def _invitation(self, paper: Publication) -> str:
        kind = "Blind_Submission" if self.version == 1 else "Submission"
        return f"{paper.venue}.cc/{paper.year}/Conference/-/{kind}"

    def _note(self, paper: Publication) -> dict[str, Any]:
        year = paper.year
        content: dict[str, Any] = {
            "title": paper.title,
            "authors": [author.printed for author in paper.authors],
            "authorids": [self._author_id(author) for author in paper.authors],
            "keywords": list(paper.keywords),
            "abstract": paper.abstract,
            "pdf": f"/pdf/{hashlib.sha256(paper.title.encode()).hexdigest()[:40]}.pdf",
            "paperhash": f"{paper.authors[0].surname.lower()}|{paper.title.lower().replace(' ', '_')}",
            "_bibtex": f"@inproceedings{{\nsample{year},\ntitle={{{paper.title}}},\nyear={{{year}}}\n}}",
        }
        if self.version == 2:
            content |= {
                "TLDR": "",
                "primary_area": paper.area or "",
                "venue": _venue(paper),
                "venueid": _venue_id(paper),
            }
        return self._wrapped(
            paper.openreview_id or "", paper, content, self._invitation(paper), "Authors", None
        )

    def _replies(self, paper: Publication) -> list[dict[str, Any]]:
        found = []
        for number, review in enumerate(paper.reviews, 1):
            scores: dict[str, Any] = dict(zip(_REVIEW_FIELDS, review, strict=True))
            if self.version == 1:
                scores = {name: f"{value}: in words" for name, value in scores.items()}
            content = {"summary": "A summary.", "strengths": "Clear.", "weaknesses": "Few.", **scores}
            found.append(
                self._reply(paper, f"review{number}", content, "Official_Review", f"Reviewer_{number:03d}")
            )
        decision = "Accept" if paper.decision == "Accept" else paper.decision
        if decision != "Withdrawn":
            content = {"title": "Paper Decision", "decision": decision, "comment": ""}
            found.append(self._reply(paper, "decision", content, "Decision", "Program_Chairs"))
        return found

    def _reply(
        self, paper: Publication, name: str, content: dict[str, Any], kind: str, who: str
    ) -> dict[str, Any]:
        submission = "Paper" if self.version == 1 else "Submission"
        invitation = f"{paper.venue}.cc/{paper.year}/Conference/{submission}{paper.number}/-/{kind}"
        note_id = hashlib.sha256(f"{paper.openreview_id}{name}".encode()).hexdigest()[:10]
        return self._wrapped(note_id, paper, content, invitation, who, paper.openreview_id)

    def _wrapped(
        self,
        note_id: str,
        paper: Publication,
        content: dict[str, Any],
        invitation: str,
        who: str,
        replyto: str | None,
    ) -> dict[str, Any]:
        created = _milliseconds(datetime(paper.year - 1, 9, 24, 18, tzinfo=UTC)) + paper.number
        venue = f"{paper.venue}.cc/{paper.year}/Conference"
        note: dict[str, Any] = {
            "id": note_id,
            "forum": paper.openreview_id,
            "number": paper.number,
            "cdate": created,
            "tcdate": created,
            "mdate": created + 9_000_000,
            "tmdate": created + 9_000_000,
            "ddate": None,
            "readers": ["everyone"],
            "nonreaders": [],
            "writers": [venue],
            "signatures": [f"{venue}/Submission{paper.number}/{who}"],
        }
        if replyto is not None:
            note["replyto"] = replyto
        if self.version == 1:
            return note | {"invitation": invitation, "content": content}
        note["content"] = {name: {"value": value} for name, value in content.items()}
        return note | {
            "invitations": [invitation],
            "domain": venue,
            "version": 2,
            "odate": created + 5_000_000,
            "pdate": created + 8_000_000 if paper.accepted else None,
            "license": "CC BY 4.0",
        }

    def _author_id(self, author: Author) -> str:
        person = self.scene.world.person_by_key.get(author.person or "")
        if person is not None and person.openreview:
            return person.openreview
        return "~" + author.printed.replace(" ", "_") + "1"

    def _profiles(self, asked: dict[str, str]) -> Response:
        wanted = (asked.get("ids") or asked.get("id") or "").split(",")
        people = [person for person in self.scene.world.people if person.openreview in wanted]
        return as_json({"profiles": [_profile(person) for person in people], "count": len(people)})


def _profile(person: Person) -> dict[str, Any]:
    domain = person.affiliation.split(",")[0].lower().replace(" ", "-") + ".example"
    content: dict[str, Any] = {
        "preferredEmail": f"****@{domain}",
        "emails": [f"****@{domain}"],
        "emailsConfirmed": [f"****@{domain}"],
        "names": [
            {
                "first": form.partition("|")[0],
                "middle": "",
                "last": form.partition("|")[2],
                "fullname": form.replace("|", " "),
                "preferred": position == 0,
                "username": person.openreview if position == 0 else "",
            }
            for position, form in enumerate(person.names)
        ],
        "history": [
            {
                "position": "PhD student",
                "start": 2022,
                "end": None,
                "institution": {"name": person.affiliation, "domain": domain, "country": person.country},
            }
        ],
        "expertise": [{"keywords": ["machine learning"], "start": 2022, "end": None}],
        "relations": [],
    }
    if person.homepage:
        content["homepage"] = person.homepage
    if person.orcid:
        content["orcid"] = f"https://orcid.org/{person.orcid}"
    created = _milliseconds(datetime(2022, 5, 1, tzinfo=UTC))
    return {
        "id": person.openreview,
        "state": "Active Institutional",
        "active": True,
        "password": True,
        "tcdate": created,
        "tmdate": created,
        "readers": ["everyone"],
        "signatures": [person.openreview],
        "content": content,
    }


def _login(request: Request) -> Response:
    try:
        given = json.loads(request.body)
        user, password = given["id"], given["password"]
    except (ValueError, KeyError, TypeError):
        return _error(400, "MissingRequiredError", "id and password are required")
    if password != "sample":  # noqa: S105 - opens the sample world only
        return _error(400, "Error", "Invalid username or password")
    return as_json({"token": TOKEN, "user": {"id": user, "profile": {"id": "~Sample_User1"}}})


def _error(status: int, name: str, message: str) -> Response:
    return as_json({"name": name, "message": message, "status": status, "details": {}}, status=status)


def _venue(paper: Publication) -> str:
    if paper.decision == "Withdrawn":
        return f"{paper.venue} {paper.year} Conference Withdrawn Submission"
    if not paper.accepted:
        return f"Submitted to {paper.venue} {paper.year}"
    kind = paper.decision.partition("(")[2].rstrip(")").capitalize()
    return f"{paper.venue} {paper.year} {kind}".strip()


def _venue_id(paper: Publication) -> str:
    conference = f"{paper.venue}.cc/{paper.year}/Conference"
    if paper.decision == "Withdrawn":
        return f"{conference}/Withdrawn_Submission"
    return conference if paper.accepted else f"{conference}/Rejected_Submission"


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
