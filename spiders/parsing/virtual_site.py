"""The bulk JSON behind neurips.cc, icml.cc and iclr.cc: papers with authors, institutions and decisions.

``/static/virtual/data/SITE-YEAR-orals-posters.json`` and, since 2025, abstracts of their own in
``SITE-YEAR-abstracts.json``. The sites publish no description; what is read here is what their pages show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from db.keys.papers import title_key
from db.records import PaperRecord, Parsed, ParseError
from spiders.parsing.authors import PrintedAuthor, number_authors
from spiders.parsing.fields import Fields, read_json, read_object
from spiders.parsing.links import arxiv_id_of, openreview_id_of, sort_links, web_url
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, one_line, without_entities
from spiders.parsing.venues import awards_of, decision_of

SOURCE = "virtual"
VENUES = {"neurips": "NeurIPS", "icml": "ICML", "iclr": "ICLR"}
_FILE = re.compile(r"/(?P<site>neurips|icml|iclr)-(?P<year>20\d\d)-(?:orals-posters|abstracts)\.json$")
_STRENGTH = {"oral": 4, "spotlight": 3, "poster": 2, "accept": 1}
_UNUSED = frozenset(
    ["uid", "session", "room_name", "url", "sourceid", "sourceurl", "starttime", "endtime", "starttime2",
     "endtime2", "diversity_event", "paper_pdf_url", "children_url", "children", "children_ids", "parent1",
     "parent2", "parent2_id", "parent_id", "show_in_schedule_overview", "visible", "poster_position",
     "schedule_html", "latitude", "longitude", "related_events", "event_id", "bookmarked", "thumbnail_path"]
)  # fmt: skip


class _Event(NamedTuple):
    record: PaperRecord
    kind: str
    related: tuple[int, ...]
    number: int


def parse_virtual_site(body: bytes, *, url: str) -> Parsed:
    """Read all papers of one conference. Site and year come from the file's name in ``url``.

    A paper that is also an oral is listed twice; the poster's entry is kept and gets the stronger decision.
    ``total`` is the count that the file claims. Posters and orals count as accepted; sessions are left out.
    """
    site, year = _site_and_year(url)
    tally = Tally()
    top = read_object(body, url=url, tally=tally)
    if not isinstance(top.raw("results"), list):
        raise ParseError(url, "no list of results")
    events: list[_Event] = []
    for result in top.objects("results"):
        event = _event(result, site, year, tally)
        if event is not None:
            events.append(event)
    claimed = top.number("count")
    top.finish(("next", "previous"))
    return Parsed(
        records=tuple(_merge(events)),
        warnings=tally.counts,
        total=int(claimed) if claimed is not None and 0 <= claimed < 1e9 else None,
    )


def parse_virtual_abstracts(body: bytes, *, url: str) -> Mapping[str, str]:
    """Read ``{event id: abstract}``. Raises :class:`ParseError` if it is no JSON object."""
    value = read_json(body, url=url)
    if not isinstance(value, dict):
        raise ParseError(url, "expected an object of abstracts")
    read = ((key, one_line(text)) for key, text in value.items() if isinstance(text, str))
    return {key: text for key, text in read if text}


def _site_and_year(url: str) -> tuple[str, int]:
    found = _FILE.search(urlsplit(url).path)
    if found is None:
        raise ParseError(url, "the address does not name a conference and a year")
    return found["site"], int(found["year"])


def _event(result: Fields, site: str, year: int, tally: Tally) -> _Event | None:
    number = result.number("id")
    title = _plain(result.text("name", MAX_TITLE))
    kind = f"{result.text('eventtype', 60) or ''} {result.text('event_type', 60) or ''}"
    if number is None or title is None:
        tally.add("event without id or title")
        return None
    if not re.search(r"poster|oral|spotlight", kind, re.IGNORECASE):
        return None
    said = result.text("decision", 200)
    # Both count: an oral's own event may still say "Accept (spotlight)", a poster's only "Accept (regular)".
    decisions = [one for one in (decision_of(said), decision_of(kind)) if one is not None]
    refused = next((one for one in decisions if one not in _STRENGTH), None)
    decision = refused or max(decisions, key=lambda one: _STRENGTH[one], default="accept")
    authors = [author for one in result.objects("authors") if (author := _author(one)) is not None]
    path = result.text("virtualsite_url", 300) or f"/virtual/{year}/poster/{int(number)}"
    paper_url = web_url(result.text("paper_url", 500))
    code, pages = sort_links(_media(result))
    topic = [part.strip() for part in (result.text("topic", 300) or "").split("->") if part.strip()]
    related = tuple(one for one in result.items("related_events_ids", int) if not isinstance(one, bool))
    record = PaperRecord(
        source=SOURCE,
        source_key=f"{site}/{year}/{int(number)}",
        url=web_url(path, f"https://{site}.cc/") or f"https://{site}.cc/virtual/{year}/poster/{int(number)}",
        title=title,
        authors=number_authors(authors),
        abstract=_plain(result.text("abstract")),
        openreview_id=openreview_id_of(paper_url),
        arxiv_id=arxiv_id_of(paper_url),
        keywords=tuple(dict.fromkeys([*result.texts("keywords", 200), *topic])),
        venue=VENUES[site],
        venue_year=year,
        decision=decision,
        awards=awards_of(result.text("award", 200), said, *result.texts("awards", 200)),
        code_urls=code,
        page_urls=pages,
    )
    result.finish(_UNUSED)
    return _Event(record, kind.lower(), related, int(number))


def _plain(text: str | None) -> str | None:
    """Entities have been seen in names and titles, doubly escaped on their way through the site."""
    return one_line(without_entities(text)) if text else None


def _author(author: Fields) -> PrintedAuthor | None:
    name = _plain(author.text("fullname", MAX_NAME))
    if name is None:
        return None
    institution = _plain(author.text("institution", 500))
    return PrintedAuthor(name=name, affiliations=(institution,) if institution else ())


def _media(result: Fields) -> list[str]:
    found = []
    given = [media.text("uri", 500) or media.text("url", 500) for media in result.objects("eventmedia")]
    for url in map(web_url, [result.text("url", 500), *given]):
        # Slides, posters and thumbnails are the site's own files; links out are what authors gave.
        if url and not re.search(
            r"\.(?:png|jpe?g|pdf|gif|webp|mp4)$|openreview\.net|slideslive|youtu", url, re.I
        ):
            found.append(url)
    return found


def _merge(events: list[_Event]) -> list[PaperRecord]:
    """One record for each paper: an oral joins its poster by number, or by title where numbers are left out."""
    posters = {event.number: event.record for event in events if not event.kind.startswith("oral")}
    by_title = {_title_and_lead(record): record for record in posters.values()}
    kept: dict[str, PaperRecord] = {record.source_key: record for record in posters.values()}
    for event in events:
        if event.number in posters:
            continue
        partner = next((posters[one] for one in event.related if one in posters), None)
        partner = partner or by_title.get(_title_and_lead(event.record))
        if partner is None:
            kept.setdefault(event.record.source_key, event.record)
            continue
        current = kept[partner.source_key]
        if _STRENGTH.get(event.record.decision or "", 0) > _STRENGTH.get(current.decision or "", 0):
            current = replace(current, decision=event.record.decision)
        if current.abstract is None and event.record.abstract is not None:
            current = replace(current, abstract=event.record.abstract)
        kept[partner.source_key] = current
    return list(kept.values())


def _title_and_lead(record: PaperRecord) -> tuple[str, str]:
    return title_key(record.title), record.authors[0].name if record.authors else ""
