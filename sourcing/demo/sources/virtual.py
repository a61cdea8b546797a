"""``neurips.cc``, ``icml.cc`` and ``iclr.cc``: the bulk JSON behind the conferences' virtual sites.

``/static/virtual/data/CONF-YEAR-orals-posters.json``. An oral or spotlight has an event of its own beside its
poster, joined by ``related_events_ids``. ICML 2026 dropped abstracts from the feed and serves them, by event
id, from ``CONF-YEAR-abstracts.json``.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import NOT_FOUND, Request, Response, as_json
from sourcing.demo.world import Publication

_FIRST_EVENT = 60_000
_WITHOUT_ABSTRACTS = {("ICML", 2026)}


class VirtualSite:
    """One conference's site."""

    path = ""
    robots = "User-agent: *\nDisallow: /accounts/\n"

    def __init__(self, scene: Scene, *, key: str, venue: str) -> None:
        self.scene = scene
        self.key = key
        self.venue = venue

    def respond(self, request: Request) -> Response:
        """One of the two data files of a year."""
        name = self.venue.lower()
        for year in {publication.year for publication in self.scene.world.published(self.venue)}:
            papers = [p for p in self.scene.world.published(self.venue, year) if p.accepted]
            if request.path == f"/static/virtual/data/{name}-{year}-orals-posters.json":
                events = [event for paper in papers for event in self._events(paper)]
                return as_json({"count": len(events), "next": None, "previous": None, "results": events})
            sidecar = f"/static/virtual/data/{name}-{year}-abstracts.json"
            if request.path == sidecar and (self.venue, year) in _WITHOUT_ABSTRACTS:
                return as_json({str(_FIRST_EVENT + paper.number): paper.abstract for paper in papers})
        return NOT_FOUND

    def _events(self, paper: Publication) -> list[dict[str, Any]]:
        poster = self._event(paper, "Poster", _FIRST_EVENT + paper.number)
        if "oral" not in paper.decision.lower():
            return [poster]
        oral = self._event(paper, "Oral", _FIRST_EVENT + 10_000 + paper.number)
        poster["related_events_ids"], oral["related_events_ids"] = [oral["id"]], [poster["id"]]
        return [poster, oral]

    def _event(self, paper: Publication, kind: str, number: int) -> dict[str, Any]:
        name, year = self.venue.lower(), paper.year
        day = (
            f"{year}-12-0{paper.number % 4 + 2}"
            if name == "neurips"
            else f"{year}-07-0{paper.number % 4 + 6}"
        )
        event: dict[str, Any] = {
            "id": number,
            "uid": hashlib.md5(paper.title.encode()).hexdigest(),  # noqa: S324 - the sites' own uid
            "name": paper.title,
            "authors": [
                {
                    "id": 200_000 + 10 * paper.number + position,
                    "fullname": author.printed,
                    "url": f"http://{name}.cc/api/miniconf/users/{200_000 + position}?format=json",
                    "institution": author.affiliation or "",
                }
                for position, author in enumerate(paper.authors)
            ],
            "abstract": paper.abstract,
            "topic": paper.area,
            "keywords": list(paper.keywords),
            "decision": paper.decision,
            "session": f"{self.venue} {year} Poster Session {paper.number % 6 + 1}",
            "eventtype": kind,
            "event_type": kind,
            "room_name": "Hall C",
            "virtualsite_url": f"/virtual/{year}/{kind.lower()}/{number}",
            "url": paper.software,
            "sourceid": paper.number,
            "sourceurl": f"https://openreview.net/group?id={self.venue}.cc/{year}/Conference",
            "starttime": f"{day}T11:00:00-08:00",
            "endtime": f"{day}T14:00:00-08:00",
            "starttime2": None,
            "endtime2": None,
            "diversity_event": None,
            "paper_url": f"https://openreview.net/forum?id={paper.openreview_id}",
            "paper_pdf_url": None,
            "children_url": None,
            "children": [],
            "children_ids": [],
            "parent1": None,
            "parent2": None,
            "parent2_id": None,
            "eventmedia": [],
            "show_in_schedule_overview": False,
            "visible": True,
            "poster_position": f"#{paper.number}",
            "schedule_html": "",
            "latitude": None,
            "longitude": None,
            "related_events": [],
            "related_events_ids": [],
        }
        if (self.venue, year) in _WITHOUT_ABSTRACTS:
            del event["abstract"]
        return event
