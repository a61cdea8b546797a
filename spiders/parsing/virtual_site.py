"""The bulk JSON behind neurips.cc, icml.cc and iclr.cc: papers with authors, institutions and decisions.

``/static/virtual/data/SITE-YEAR-orals-posters.json`` and, since 2025, abstracts of their own in
``SITE-YEAR-abstracts.json``. The sites publish no description; what is read here is what their pages show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
from spiders.parsing.venues import awards_of, decision_of, venue_of

SOURCE = "virtual"
VENUES = {"neurips": "NeurIPS", "icml": "ICML", "iclr": "ICLR"}
_FILE = re.compile(r"/(?P<site>neurips|icml|iclr)-(?P<year>20\d\d)-(?:orals-posters|abstracts)\.json$")
_PAPER_EVENT = re.compile(r"poster|oral|spotlight", re.IGNORECASE)
_NO_PAPER_EVENT = re.compile(r"workshop|affinity|tutorial|expo|social|session", re.IGNORECASE)
_JOURNAL = re.compile(r"tmlr|jmlr|ann-?stats|journal", re.IGNORECASE)
_STRENGTH = {"oral": 4, "spotlight": 3, "poster": 2, "accept": 1}
_UNUSED = frozenset(
    ["session", "room_name", "url", "sourceid", "starttime", "endtime", "starttime2",
     "endtime2", "diversity_event", "paper_pdf_url", "children_url", "children", "children_ids", "parent1",
     "parent2", "parent2_id", "parent_id", "show_in_schedule_overview", "visible", "poster_position",
     "schedule_html", "latitude", "longitude", "related_events", "event_id", "bookmarked", "thumbnail_path"]
)  # fmt: skip


class _Event(NamedTuple):
    record: PaperRecord
    is_talk: bool
    related: tuple[int, ...]
    number: int
    uid: str | None


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
    if not _PAPER_EVENT.search(kind) or _NO_PAPER_EVENT.search(kind):
        return None
    said = result.text("decision", 200)
    # Both count: an oral's own event may still say "Accept (spotlight)", a poster's only "Accept (regular)".
    decisions = [one for one in (decision_of(said), decision_of(kind)) if one is not None]
    refused = next((one for one in decisions if one not in _STRENGTH), None)
    decision = refused or max(decisions, key=lambda one: _STRENGTH[one], default="accept")
    authors = [author for one in _authors(result) if (author := _author(one)) is not None]
    path = result.text("virtualsite_url", 300) or f"/virtual/{year}/poster/{int(number)}"
    paper_url = web_url(result.text("paper_url", 500))
    code, pages = sort_links(_media(result))
    topic = [part.strip() for part in (result.text("topic", 300) or "").split("->") if part.strip()]
    related = tuple(one for one in result.items("related_events_ids", int) if not isinstance(one, bool))
    keywords, uid = result.raw("keywords"), result.text("uid", 100)
    words = re.split(r"[,;]", keywords) if isinstance(keywords, str) else result.texts("keywords", 200)
    record = PaperRecord(
        source=SOURCE,
        source_key=f"{site}/{year}/{int(number)}",
        url=web_url(path, f"https://{site}.cc/") or f"https://{site}.cc/virtual/{year}/poster/{int(number)}",
        title=title,
        authors=number_authors(authors),
        abstract=_plain(result.text("abstract")),
        openreview_id=openreview_id_of(paper_url),
        arxiv_id=arxiv_id_of(paper_url),
        keywords=tuple(dict.fromkeys(word for one in [*words, *topic] if (word := one_line(one, 200)))),
        venue=_venue(site, result.text("sourceurl", 300)),
        venue_year=year,
        decision=decision,
        awards=awards_of(result.text("award", 200), said, *result.texts("awards", 200)),
        code_urls=code,
        page_urls=pages,
    )
    result.finish(_UNUSED)
    # A talk is the same paper once more; "Spotlight Poster" is a poster.
    is_talk = "poster" not in kind.lower()
    return _Event(record, is_talk, related, int(number), uid)


def _venue(site: str, source: str | None) -> str:
    """A site shows tracks beside the main conference, and papers of journals, as posters too."""
    if source and _JOURNAL.search(source):
        return f"{VENUES[site]} journal track"
    name, _ = venue_of(source.partition("group?id=")[2]) if source else (None, None)
    return name if name and name.startswith(f"{VENUES[site]} ") else VENUES[site]


def _plain(text: str | None) -> str | None:
    """Entities have been seen in names and titles, doubly escaped on their way through the site."""
    return one_line(without_entities(text)) if text else None


def _authors(result: Fields) -> Iterator[Fields]:
    """Objects; early years had bare names."""
    listed = result.raw("authors")
    if isinstance(listed, list) and listed and all(isinstance(one, str) for one in listed):
        return (Fields({"fullname": one}, Tally()) for one in listed)
    return result.objects("authors")


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
    """One record for each paper: a talk joins its poster by number, or by title where numbers are left out."""
    posters = {event.number: event.record for event in events if not event.is_talk}
    by_related = {one: event.record for event in events if not event.is_talk for one in event.related}
    by_uid = {event.uid: event.record for event in events if not event.is_talk and event.uid}
    by_title = {_title_and_lead(record): record for record in posters.values()}
    kept: dict[str, PaperRecord] = {record.source_key: record for record in posters.values()}
    for event in events:
        if event.number in posters:
            continue
        partner = next((posters[one] for one in event.related if one in posters), None)
        partner = partner or by_related.get(event.number) or by_uid.get(event.uid or "")
        partner = partner or by_title.get(_title_and_lead(event.record))
        if partner is None:
            kept.setdefault(event.record.source_key, event.record)
            # Two talks without a poster are one paper as well.
            by_title.setdefault(_title_and_lead(event.record), event.record)
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
