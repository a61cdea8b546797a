"""A person's own homepage → the contact that its owner published there, and the person's other pages."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit, urlunsplit

from db.records import Identifier, IdentifierKind, Parsed, ParseError, PersonRecord
from spiders.parsing.links import identifier_of, web_url
from spiders.parsing.markup import Element, read_html, text_of
from spiders.parsing.project_page import page_key
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, one_line

SOURCE = "homepages"
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
# Inboxes of a group, and addresses of the page's maker rather than its owner.
_NOBODY = re.compile(
    r"^(?:info|contact|office|admin|webmaster|support|hello|jobs|press|noreply|no-reply|secretary|team|lab)@",
    re.I,
)
_PERSONAL = frozenset(
    [IdentifierKind.ORCID, IdentifierKind.GITHUB, IdentifierKind.SCHOLAR, IdentifierKind.DBLP,
     IdentifierKind.LINKEDIN, IdentifierKind.SEMANTIC_SCHOLAR, IdentifierKind.OPENREVIEW,
     IdentifierKind.HUGGINGFACE, IdentifierKind.KAGGLE]
)  # fmt: skip


def parse_homepage(body: bytes, *, url: str) -> Parsed:
    """Read one page. ``name`` is the page's heading or title, to be checked against the person asked for.

    ``email`` is set where the page has exactly one ``mailto:`` link to a personal inbox: an address that its
    owner spells out against machines ("name at domain") is not put together again. Identifiers are taken only where
    the page links to exactly one of a kind, so that co-authors' profiles are not taken for the owner's.
    """
    root = read_html(body, url=url)
    tally = Tally()
    heading = one_line(text_of(next(root.iter("h1"), None)), MAX_NAME)
    title = one_line(text_of(next(root.iter("title"), None)), MAX_NAME)
    name = heading or title
    if name is None:
        raise ParseError(url, "no name: neither heading nor title")
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    emails: dict[str, None] = {}
    linked: dict[IdentifierKind, dict[str, None]] = {}
    for link in root.iter("a"):
        address = _address(link, host)
        if address is not None:
            emails.setdefault(address)
            continue
        found = identifier_of(web_url(link.get("href"), url))
        if found is not None and found.kind in _PERSONAL:
            linked.setdefault(found.kind, {}).setdefault(found.value)
    if len(emails) > 1:
        tally.add("several addresses, none taken")
    email = next(iter(emails)) if len(emails) == 1 else None
    parts = urlsplit(url)
    page = urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))
    identifiers = [Identifier(kind=IdentifierKind.HOMEPAGE, value=page)]
    identifiers += [
        Identifier(kind=kind, value=next(iter(values))) for kind, values in linked.items() if len(values) == 1
    ]
    record = PersonRecord(
        source=SOURCE,
        source_key=page_key(url),
        url=page,
        name=name,
        identifiers=tuple(identifiers),
        homepage=page,
        email=email,
        email_url=page if email else None,
    )
    return Parsed(records=(record,), warnings=tally.counts)


def _address(link: Element, host: str) -> str | None:
    href = (link.get("href") or "").strip()
    if not href.lower().startswith("mailto:"):
        return None
    address = unquote(href[7:].partition("?")[0]).strip()
    if len(address) > 254 or _ADDRESS.fullmatch(address) is None:
        return None
    # "hello@" at the page's own domain is its owner's; at an institution's it is nobody's.
    if _NOBODY.match(address) and address.rpartition("@")[2].lower() != host:
        return None
    return address


def names_agree(person: str, heading: str) -> bool:
    """Whether a page's heading names this person: family name and first initial both occur in it.

    >>> names_agree("Maren Ødegård", "Maren Ødegård | University of Nordhavn"), names_agree("M. Vale", "Our group")
    (True, False)
    """
    wanted, said = _words(person), _words(heading)
    if not wanted:
        return False
    return wanted[-1] in said and any(word.startswith(wanted[0][0]) for word in said if word != wanted[-1])


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[^\W\d_]+", "".join(ch for ch in plain if not unicodedata.combining(ch)))
