"""``pub.orcid.org/v3.0``: public records as JSON (https://info.orcid.org/documentation/api-tutorials/)."""

from __future__ import annotations

from typing import Any

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import Request, Response, as_json
from sourcing.demo.world import Person

_TYPE = "application/vnd.orcid+json; qs=4;charset=UTF-8"
_MODIFIED = 1_761_955_200_000


class Orcid:
    """Records of those people of the world who have a number."""

    key = "orcid"
    path = ""
    robots = "User-agent: *\nDisallow:\n"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def respond(self, request: Request) -> Response:
        """A whole record, or one of its sections."""
        parts = request.parts
        if len(parts) < 2 or parts[0] != "v3.0":
            return self._missing("/".join(parts))
        person = next((one for one in self.scene.world.people if one.orcid == parts[1]), None)
        if person is None:
            return self._missing(parts[1])
        sections = {
            "": self._record,
            "record": self._record,
            "person": _person,
            "employments": _employments,
            "works": self._works,
        }
        section = sections.get(parts[2] if len(parts) > 2 else "")
        return self._missing(request.path) if section is None else _json(section(person))

    def _missing(self, what: str) -> Response:
        error = {
            "response-code": 404,
            "developer-message": "404 Not Found: The resource was not found. Full validation error: "
            f"ORCID iD {what} not found",
            "user-message": "The resource was not found.",
            "error-code": 9016,
            "more-info": "https://members.orcid.org/api/resources/troubleshooting",
        }
        return _json(error, status=404)

    def _record(self, person: Person) -> dict[str, Any]:
        activities = {
            "last-modified-date": {"value": _MODIFIED},
            "educations": _section(person, "educations", "affiliation-group", []),
            "employments": _employments(person),
            "works": self._works(person),
            "path": f"/{person.orcid}/activities",
        }
        return {
            "orcid-identifier": _identifier(person),
            "preferences": {"locale": "en"},
            "history": {
                "creation-method": "DIRECT",
                "claimed": True,
                "last-modified-date": {"value": _MODIFIED},
                "verified-email": True,
                "verified-primary-email": True,
            },
            "person": _person(person),
            "activities-summary": activities,
            "path": f"/{person.orcid}",
        }

    def _works(self, person: Person) -> dict[str, Any]:
        groups = []
        for number, shown in enumerate(self.scene.world.papers_at(self.scene.now), 1):
            paper = shown.paper
            if not any(author.person == person.key for author in paper.authors):
                continue
            identifiers = {
                "external-id": [
                    {
                        "external-id-type": "arxiv",
                        "external-id-value": f"arXiv:{paper.arxiv_id}",
                        "external-id-normalized": {"value": paper.arxiv_id, "transient": True},
                        "external-id-url": {"value": f"https://arxiv.org/abs/{paper.arxiv_id}"},
                        "external-id-relationship": "self",
                    }
                ]
            }
            date = paper.submitted
            summary = {
                "put-code": number,
                "created-date": {"value": _MODIFIED},
                "last-modified-date": {"value": _MODIFIED},
                "source": _source(person),
                "title": {"title": {"value": paper.title}, "subtitle": None, "translated-title": None},
                "external-ids": identifiers,
                "url": None,
                "type": "preprint",
                "publication-date": {
                    "year": {"value": f"{date:%Y}"},
                    "month": {"value": f"{date:%m}"},
                    "day": {"value": f"{date:%d}"},
                },
                "journal-title": {"value": "arXiv"},
                "visibility": "public",
                "path": f"/{person.orcid}/work/{number}",
                "display-index": "1",
            }
            groups.append(
                {
                    "last-modified-date": {"value": _MODIFIED},
                    "external-ids": identifiers,
                    "work-summary": [summary],
                }
            )
        return _section(person, "works", "group", groups)


def _json(value: Any, status: int = 200) -> Response:
    return as_json(value, status=status, headers={"Content-Type": _TYPE})


def _identifier(person: Person) -> dict[str, str | None]:
    return {"uri": f"https://orcid.org/{person.orcid}", "path": person.orcid, "host": "orcid.org"}


def _source(person: Person) -> dict[str, Any]:
    return {
        "source-orcid": _identifier(person),
        "source-client-id": None,
        "source-name": {"value": person.name},
        "assertion-origin-orcid": None,
        "assertion-origin-client-id": None,
        "assertion-origin-name": None,
    }


def _section(person: Person, name: str, item: str, values: list[Any]) -> dict[str, Any]:
    modified = {"value": _MODIFIED} if values else None
    return {"last-modified-date": modified, item: values, "path": f"/{person.orcid}/{name}"}


def _entry(person: Person, section: str, number: int, **fields: Any) -> dict[str, Any]:
    return {
        "created-date": {"value": _MODIFIED},
        "last-modified-date": {"value": _MODIFIED},
        "source": _source(person),
        **fields,
        "visibility": "public",
        "path": f"/{person.orcid}/{section}/{number}",
        "put-code": number,
        "display-index": 1,
    }


def _person(person: Person) -> dict[str, Any]:
    given, _, family = person.names[0].partition("|")
    others = [
        _entry(person, "other-names", number, content=form.replace("|", " "))
        for number, form in enumerate(person.names[1:], 1)
    ]
    links = []
    if person.homepage:
        links.append(
            _entry(
                person, "researcher-urls", 1, **{"url-name": "Homepage", "url": {"value": person.homepage}}
            )
        )
    if person.github:
        url = {"value": f"https://github.com/{person.github}"}
        links.append(_entry(person, "researcher-urls", 2, **{"url-name": "GitHub", "url": url}))
    countries = [_entry(person, "address", 1, country={"value": person.country})] if person.country else []
    return {
        "last-modified-date": {"value": _MODIFIED},
        "name": {
            "created-date": {"value": _MODIFIED},
            "last-modified-date": {"value": _MODIFIED},
            "given-names": {"value": given},
            "family-name": {"value": family},
            "credit-name": None,
            "source": None,
            "visibility": "public",
            "path": person.orcid,
        },
        "other-names": _section(person, "other-names", "other-name", others),
        "biography": None,
        "researcher-urls": _section(person, "researcher-urls", "researcher-url", links),
        "emails": _section(person, "email", "email", []),
        "addresses": _section(person, "address", "address", countries),
        "keywords": _section(person, "keywords", "keyword", []),
        "external-identifiers": _section(person, "external-identifiers", "external-identifier", []),
        "path": f"/{person.orcid}/person",
    }


def _employments(person: Person) -> dict[str, Any]:
    summary = {
        "created-date": {"value": _MODIFIED},
        "last-modified-date": {"value": _MODIFIED},
        "source": _source(person),
        "put-code": 1,
        "department-name": "Computer Science",
        "role-title": "Researcher",
        "start-date": {"year": {"value": "2022"}, "month": None, "day": None},
        "end-date": None,
        "organization": {
            "name": person.affiliation,
            "address": {"city": "Exampleton", "region": None, "country": person.country},
            "disambiguated-organization": None,
        },
        "url": None,
        "external-ids": None,
        "display-index": "1",
        "visibility": "public",
        "path": f"/{person.orcid}/employment/1",
    }
    group = {
        "last-modified-date": {"value": _MODIFIED},
        "external-ids": {"external-id": []},
        "summaries": [{"employment-summary": summary}],
    }
    return _section(person, "employments", "affiliation-group", [group])
