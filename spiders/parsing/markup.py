"""Reading XML and HTML from strangers: no entities, no network, bounded size and depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from db.records import ParseError
from spiders.parsing.tally import Tally

MAX_BYTES = 64 * 1024 * 1024
MAX_TAGS = 1024

# "$2<p<\\infty$": a less-than sign that opens no tag, which authors forget to escape. Read as a tag it would swallow
# the text up to the next ">".
_LESS_THAN = re.compile(rb"<(?=[A-Za-z])(?![A-Za-z][A-Za-z0-9:-]*(?:[\s/>]|\Z))")

# lxml ships no types; an element is Any here and nowhere else.
Element = Any


class _LocalNames(dict[object, str]):
    """Tags → what stands after their namespace; nothing for what is no element (an entity that stays unexpanded)."""

    def __missing__(self, tag: object) -> str:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        # A hostile answer can have any number of them.
        if len(self) < MAX_TAGS:
            self[tag] = name
        return name


# For loops over thousands of elements, which save a call by asking it themselves; others ask local_name().
LOCAL_NAMES: Mapping[object, str] = _LocalNames()


def read_xml(body: bytes, *, url: str) -> Element:
    """Parse a whole XML document strictly, so that a truncated answer is an error and not a short list.

    Entities stay unexpanded, nothing is loaded, and libxml2's limits on depth and text size hold. Raises
    :class:`ParseError` on anything that is not well-formed XML.
    """
    check_size(body, url=url)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as error:
        raise ParseError(url, f"not XML: {str(error)[:200]}") from error
    if root is None:
        raise ParseError(url, "not XML: empty document")
    return root


def read_html(body: bytes, *, url: str, encoding: str | None = None) -> Element:
    """Parse a page as browsers do, forgiving broken nesting and less-than signs that open no tag.

    ``encoding`` is what the HTTP header declared; without it the page's own ``<meta>`` counts, then UTF-8.
    Raises :class:`ParseError` for an empty or binary body.
    """
    check_size(body, url=url)
    if not body.strip():
        raise ParseError(url, "empty page")
    if body[:4] in (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8") or body[:2] == b"\x1f\x8b":
        raise ParseError(url, "not a page but a file")
    if (
        encoding is None
        and b"charset" not in body[:4096].lower()
        and not body.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        encoding = "utf-8"
    try:
        # libxml2's parser without lxml.html's element classes, which cost a call of Python for each element.
        parser = etree.HTMLParser(
            encoding=encoding, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
        )
        root = etree.fromstring(_LESS_THAN.sub(b"&lt;", body), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as error:
        raise ParseError(url, f"not HTML: {str(error)[:200]}") from error
    if root is None:
        raise ParseError(url, "not HTML: Document is empty")
    return root


def note_if_cut(body: bytes, tally: Tally) -> None:
    """Count a page that ends before its end: what was cut off cannot be told from what never was there."""
    if b"</html" not in body[-8_192:].lower() and b"\0" not in body[:64]:
        tally.add("page ends before </html>")


def check_size(body: bytes, *, url: str, limit: int | None = None) -> None:
    """Raise :class:`ParseError` for a body over ``limit`` bytes (default: :data:`MAX_BYTES`)."""
    limit = MAX_BYTES if limit is None else limit
    if len(body) > limit:
        raise ParseError(url, f"answer of {len(body):,} bytes is over the limit of {limit:,}")


def local_name(element: Element) -> str:
    """Tag without namespace: arXiv's OAI answers have been seen without any."""
    return LOCAL_NAMES[element.tag]


def children(element: Element, name: str) -> Iterator[Element]:
    """Child elements called ``name`` in whatever namespace."""
    return (child for child in element if local_name(child) == name)


def first_child(element: Element | None, name: str) -> Element | None:
    """The first child called ``name``, or ``None``."""
    if element is not None:
        for child in element:
            if local_name(child) == name:
                return child
    return None


def value_of(element: Element | None) -> str | None:
    """All text inside an XML element, markup dropped and entities left out; ``None`` where it is missing or empty."""
    if element is None:
        return None
    text = element.text if not len(element) else "".join(element.itertext())
    return text or None


def text_of(element: Element | None) -> str | None:
    """All text inside an element of a page, markup dropped; ``None`` where the element is missing or empty.

    Of a page only: libxml2 gathers the text, eight times as fast as :func:`value_of`, and would expand entities that an
    XML document declares.
    """
    if element is None:
        return None
    text: str | None = element.text
    if len(element):
        text = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return text or None


def line_of(element: Element) -> str:
    """All text inside an element of a page on one line; empty where there is none."""
    return " ".join((text_of(element) or "").split())


def with_class(root: Element, tag: str, name: str) -> Iterator[Element]:
    """Elements ``tag`` anywhere below ``root`` that bear the class ``name``, in document order."""
    return (element for element in root.iter(tag) if name in (element.get("class") or "").split())


def links_of(root: Element) -> Iterator[tuple[str, str]]:
    """``(href, text)`` of each link below ``root``; the text is on one line and may be empty."""
    for element in root.iter("a"):
        href = element.get("href")
        if href:
            yield href, line_of(element)
