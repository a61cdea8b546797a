"""arXiv's query language: fields, phrases, wildcards, date ranges, ``AND``, ``OR``, ``ANDNOT``, parentheses.

https://info.arxiv.org/help/api/user-manual.html#query_details
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sourcing.demo.world import PaperAt

Predicate = Callable[[PaperAt], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<paren>[()])
    | (?P<range>submittedDate|lastUpdatedDate):
        \[\s*(?P<low>\d{8,14}|\*)\s+TO\s+(?P<high>\d{8,14}|\*)\s*\]
    | (?:(?P<field>[a-zA-Z_]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()":]+))
    )""",
    re.VERBOSE,
)
_FIELDS = {"ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all"}


class QueryError(ValueError):
    """A query that arXiv would refuse."""


def echoed(query: str) -> str:
    """The query as arXiv prints it back: a bare word gets ``all:``."""
    return re.sub(r'^(?!all:)([^\s():"]+)$', r"all:\1", query)


def compile_query(query: str) -> Predicate:
    """A predicate for ``query``.

    Raises:
        QueryError: on unbalanced parentheses, unknown fields and the like.
    """
    tokens = _tokens(query)
    parser = _Parser(tokens)
    predicate = parser.alternatives()
    if parser.rest:
        raise QueryError(f"unexpected {parser.rest[0]}")
    return predicate


def _tokens(query: str) -> list[str | Predicate]:
    found: list[str | Predicate] = []
    position, query = 0, query.strip()
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None or match.end() == position:
            raise QueryError(f"cannot read {query[position : position + 20]!r}")
        position = match.end()
        if match["paren"]:
            found.append(match["paren"])
        elif match["range"]:
            found.append(_between(match["range"], match["low"], match["high"]))
        elif match["word"] in ("AND", "OR", "ANDNOT") and not match["field"]:
            found.append(match["word"])
        else:
            found.append(_term(match["field"] or "all", match["phrase"] or match["word"] or ""))
    return found


class _Parser:
    def __init__(self, tokens: list[str | Predicate]) -> None:
        self.rest = tokens

    def alternatives(self) -> Predicate:
        """Terms joined left to right; ``AND``, ``OR`` and ``ANDNOT`` bind alike; juxtaposition means OR."""
        result = self.atom()
        while self.rest and self.rest[0] != ")":
            operator = self.rest.pop(0) if isinstance(self.rest[0], str) and self.rest[0] != "(" else "OR"
            result = _joined(str(operator), result, self.atom())
        return result

    def atom(self) -> Predicate:
        if not self.rest:
            raise QueryError("the query ends early")
        first = self.rest.pop(0)
        if not isinstance(first, str):
            return first
        if first != "(":
            raise QueryError(f"unexpected {first}")
        inside = self.alternatives()
        if not self.rest or self.rest.pop(0) != ")":
            raise QueryError("a parenthesis is not closed")
        return inside


def _joined(operator: str, left: Predicate, right: Predicate) -> Predicate:
    if operator == "AND":
        return lambda paper: left(paper) and right(paper)
    if operator == "ANDNOT":
        return lambda paper: left(paper) and not right(paper)
    return lambda paper: left(paper) or right(paper)


def _moment(digits: str, *, end: bool) -> datetime:
    if digits == "*":
        return datetime.max.replace(tzinfo=UTC) if end else datetime.min.replace(tzinfo=UTC)
    padded = digits + ("235959" if end else "000000")[len(digits) - 8 :]
    try:
        return datetime.strptime(padded, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise QueryError(f"{digits} is no date") from error


def _between(name: str, low: str, high: str) -> Predicate:
    first, last = _moment(low, end=False), _moment(high, end=True)
    if name == "submittedDate":
        return lambda paper: first <= paper.published <= last
    return lambda paper: first <= paper.updated <= last


def _term(name: str, text: str) -> Predicate:
    if name not in _FIELDS:
        raise QueryError(f"unknown field {name}")
    words = text.replace("_", " ").lower() if name == "au" else text.lower()
    if name == "cat":
        pattern = re.compile(re.escape(words).replace(r"\*", ".*") + r"\Z")
        return lambda paper: any(pattern.match(category.lower()) for category in paper.paper.categories)
    if name == "id":
        return lambda paper: paper.paper.arxiv_id == text
    pattern = re.compile(r"\b" + re.escape(words).replace(r"\*", r"\w*") + r"\b")
    return lambda paper: pattern.search(_text(paper, name)) is not None


def _text(paper: PaperAt, name: str) -> str:
    content = paper.paper
    fields = {
        "ti": content.title,
        "abs": content.abstract,
        "au": "; ".join(author.printed for author in content.authors),
        "co": content.comment or "",
        "jr": content.journal_ref or "",
        "rn": "",
    }
    text = " \n ".join(fields.values()) if name == "all" else fields[name]
    return text.lower()
