"""ORCID's public API v3.0 → persons. Everything that is marked other than public is left out by ORCID itself.

``GET /v3.0/ID/record`` and ``/person``, ``Accept: application/vnd.orcid+json``.
https://info.orcid.org/documentation/api-tutorials/api-tutorial-read-data-on-a-record/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from db.keys.papers import normalise_doi, parse_arxiv_id
from db.records import Identifier, IdentifierKind, Parsed, ParseError, PersonRecord
from spiders.parsing.fields import Fields, read_object
from spiders.parsing.links import identifier_of, orcid_of, web_url
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, one_line

SOURCE = "orcid"
_MAX_WORKS = 2_000
# Pages about a person that are not the person's own: a homepage is one that its owner writes.
_OTHERS_SITES = re.compile(
    r"(?:^|\.)(?:twitter\.com|x\.com|facebook\.com|instagram\.com|youtube\.com|keybase\.io|researchgate\.net"
    r"|academia\.edu|publons\.com|webofscience\.com|scopus\.com|mendeley\.com|stackoverflow\.com|wikipedia\.org)$"
)
_EXTERNAL = {
    "scopus author id": None,
    "researcherid": None,
    "loop profile": None,
    "google scholar": IdentifierKind.SCHOLAR,
}

_OTHER_ACTIVITIES = frozenset(
    ["distinctions", "fundings", "invited-positions", "last-modified-date", "memberships", "path", "peer-reviews",
     "qualifications", "research-resources", "services"]
)  # fmt: skip


def parse_orcid(body: bytes, *, url: str) -> Parsed:
    """Read one record or its person part.

    The credit name is the name where there is one. Affiliations are employments, then educations, those without
    an end first. ``email`` is set only where the owner made one public. Works are given as normalised DOIs and
    arXiv ids. Raises :class:`ParseError` for error answers and for a record without id.
    """
    tally = Tally()
    top = read_object(body, url=url, tally=tally)
    if "response-code" in top or "error-code" in top:
        raise ParseError(url, f"ORCID answered {top.text('developer-message', 200) or 'an error'}")
    person = top.object("person") if "person" in top else top
    name = person.object("name")
    orcid = orcid_of(
        top.object("orcid-identifier").text("path", 40) or name.text("path", 40) or person.text("path", 60)
    )
    if orcid is None:
        orcid = next((found for part in url.split("?")[0].split("/") if (found := orcid_of(part))), None)
    if orcid is None:
        raise ParseError(url, "no ORCID iD in the record")
    given, family = _value(name, "given-names"), _value(name, "family-name")
    full = _value(name, "credit-name") or " ".join(part for part in (given, family) if part)
    if not full:
        tally.add("record without a public name")
        return Parsed(warnings=tally.counts)
    identifiers = {Identifier(kind=IdentifierKind.ORCID, value=orcid): None}
    homepage: str | None = None
    for link in person.object("researcher-urls").objects("researcher-url"):
        linked = identifier_of(_value(link, "url", 500))
        if linked is None:
            continue
        if linked.kind is IdentifierKind.HOMEPAGE:
            if _OTHERS_SITES.search(urlsplit(linked.value).hostname or ""):
                continue
            homepage = homepage or linked.value
        identifiers.setdefault(linked)
    for outside in person.object("external-identifiers").objects("external-identifier"):
        kind = outside.text("external-id-type", 60) or ""
        other = identifier_of(_value(outside, "external-id-url", 500))
        if kind.lower() not in _EXTERNAL:
            tally.add("unknown identifier type", kind)
        elif other is not None and other.kind is _EXTERNAL[kind.lower()]:
            identifiers.setdefault(other)
    emails = [text for one in person.object("emails").objects("email") if (text := one.text("email", 254))]
    countries = [
        code
        for one in person.object("addresses").objects("address")
        if (code := _value(one, "country", 60)) and len(code) == 2
    ]
    activities = top.object("activities-summary")
    page = f"https://orcid.org/{orcid}"
    record = PersonRecord(
        source=SOURCE,
        source_key=orcid,
        url=page,
        name=full,
        given=given,
        family=family,
        other_names=tuple(
            text
            for one in person.object("other-names").objects("other-name")
            if (text := one.text("content", MAX_NAME)) and text != full
        ),
        identifiers=tuple(identifiers),
        affiliations=tuple(dict.fromkeys(_affiliations(activities)))[:20],
        country=countries[0].upper() if countries else None,
        homepage=web_url(homepage),
        email=emails[0] if emails and "@" in emails[0] else None,
        email_url=page if emails and "@" in emails[0] else None,
        headline=person.object("biography").text("content", 500),
        keywords=tuple(dict.fromkeys(_keywords(person))),
        work_keys=tuple(dict.fromkeys(_works(activities)))[:_MAX_WORKS],
    )
    if person is not top:
        top.finish(("preferences", "history", "path"))
    person.finish(("last-modified-date", "path", "response-code", "error-code", "person", "orcid-identifier"))
    activities.finish(_OTHER_ACTIVITIES)
    return Parsed(records=(record,), warnings=tally.counts)


def _keywords(person: Fields) -> Iterator[str]:
    """Many people type all their keywords into the first field."""
    for one in person.object("keywords").objects("keyword"):
        for word in re.split(r"[,;]", one.text("content", 1_000) or ""):
            if (text := one_line(word, 100)) is not None:
                yield text


def _value(parent: Fields, name: str, limit: int = MAX_NAME) -> str | None:
    """``{"value": "text"}``, the shape of most of ORCID's texts."""
    return one_line(parent.object(name).text("value", limit))


def _affiliations(activities: Fields) -> Iterator[str]:
    for section, item in (("employments", "employment-summary"), ("educations", "education-summary")):
        stays: list[tuple[bool, str]] = []
        for group in activities.object(section).objects("affiliation-group"):
            for summary in group.objects("summaries"):
                stay = summary.object(item)
                name = stay.object("organization").text("name", 300)
                if name:
                    stays.append(("end-date" in stay, name))
        yield from (name for _, name in sorted(stays, key=lambda stay: stay[0]))


def _works(activities: Fields) -> Iterator[str]:
    for group in activities.object("works").objects("group"):
        for external in group.object("external-ids").objects("external-id"):
            kind = (external.text("external-id-type", 40) or "").lower()
            value = external.text("external-id-value", 300) or ""
            if kind == "arxiv" and (paper := parse_arxiv_id(value)) is not None:
                yield paper.id
            elif kind == "doi" and (doi := normalise_doi(value)) is not None:
                as_arxiv = parse_arxiv_id(doi)
                yield as_arxiv.id if as_arxiv else doi
