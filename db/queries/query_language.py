"""The language of searches: words, "phrases", beginnings*, AND, OR, NOT and round brackets.

Whatever a user types is a word unless it is one of these, so ``C++``, ``state-of-the-art`` and ``arXiv:2406.01234`` can
be searched for. The same tree is written for FTS5 (https://www.sqlite.org/fts5.html, 3) and for PostgreSQL
(``to_tsquery``, https://www.postgresql.org/docs/current/textsearch-controls.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?P<phrase>[^"]*)"?\*?|(?P<bracket>[()])|(?P<word>[^\s()"]+)')
_WORD = re.compile(r"[^\W_]+")
MAX_TERMS, MAX_DEPTH = 64, 20

# One letter begins so many words that a search for it would say nothing, slowly.
LEAST_BEGINNING = 2


class QueryError(ValueError):
    """A search that cannot be read; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another; ``prefix`` lets the last one be the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """``operator`` is ``AND``, ``OR`` or ``NOT`` (the left without the right)."""

    operator: str
    left: Query
    right: Query


Query = Term | Both


def words_of(text: str) -> tuple[str, ...]:
    """The words a full-text index knows: letters and digits, nothing else.

    >>> words_of("state-of-the-art (C++)")
    ('state', 'of', 'the', 'art', 'C')
    """
    return tuple(_WORD.findall(text))


def parse_query(text: str) -> Query:
    """Read a search. AND binds tighter than OR; words side by side must all occur. Raises :class:`QueryError`.

    >>> parse_query("diffusion NOT video")
    Both(operator='NOT', left=Term(words=('diffusion',), prefix=False), right=Term(words=('video',), prefix=False))
    """
    tokens = _tokens(text)
    if not any(isinstance(token, Term) for token in tokens):
        raise QueryError("nothing to search for; give at least one word")
    if sum(isinstance(token, Term) for token in tokens) > MAX_TERMS:
        raise QueryError(f"too long a search; at most {MAX_TERMS} words and phrases")
    reader = _Reader(tokens)
    found = reader.either(0)
    if reader.rest():
        raise QueryError("a closing bracket has no opening one")
    return found


def fts5(query: Query) -> str:
    """A query as an FTS5 expression.

    >>> fts5(parse_query('diffusion NOT (image OR "score matching") grap*'))
    '(("diffusion" NOT ("image" OR "score matching")) AND "grap" *)'
    """
    if isinstance(query, Term):
        return f'"{" ".join(query.words)}"' + (" *" if query.prefix else "")
    return f"({fts5(query.left)} {query.operator} {fts5(query.right)})"


def tsquery(query: Query) -> str:
    """A query as ``to_tsquery`` reads it.

    >>> tsquery(parse_query('diffusion NOT "score matching"'))
    "('diffusion' & !('score' <-> 'matching'))"
    """
    if isinstance(query, Term):
        words = [f"'{word}'" for word in query.words]
        if query.prefix:
            words[-1] += ":*"
        return words[0] if len(words) == 1 else f"({' <-> '.join(words)})"
    operator = {"AND": "&", "OR": "|", "NOT": "& !"}[query.operator]
    return f"({tsquery(query.left)} {operator}{'' if query.operator == 'NOT' else ' '}{tsquery(query.right)})"


def without_not(query: Query) -> Query:
    """What a search asks for, without what it rules out.

    >>> fts5(without_not(parse_query("diffusion NOT (image OR video)")))
    '"diffusion"'
    """
    if isinstance(query, Term):
        return query
    left = without_not(query.left)
    return left if query.operator == "NOT" else Both(query.operator, left, without_not(query.right))


def _tokens(text: str) -> list[Term | str]:
    found: list[Term | str] = []
    for match in _TOKEN.finditer(text):
        if match["bracket"] or match["word"] in ("AND", "OR", "NOT"):
            found.append(match[0])
            continue
        words = words_of(match["word"] or match["phrase"] or "")
        if words:
            term = Term(words, match[0].endswith("*"))
            if term.prefix and len(term.words[-1]) < LEAST_BEGINNING:
                raise QueryError(
                    f"“{term.words[-1]}*” begins too many words; give at least two letters of it"
                )
            found.append(term)
    return found


class _Reader:
    def __init__(self, tokens: list[Term | str]) -> None:
        self._tokens = tokens
        self._at = 0

    def rest(self) -> list[Term | str]:
        return self._tokens[self._at :]

    def either(self, depth: int) -> Query:
        found = self.all_of(depth)
        while self._take("OR"):
            found = Both("OR", found, self.all_of(depth))
        return found

    def all_of(self, depth: int) -> Query:
        found = self.one(depth)
        while True:
            if self._take("NOT"):
                found = Both("NOT", found, self.one(depth))
            elif self._take("AND"):
                # "a AND NOT b" is how many people write "a NOT b".
                operator = "NOT" if self._take("NOT") else "AND"
                found = Both(operator, found, self.one(depth))
            elif self.rest() and (isinstance(self.rest()[0], Term) or self.rest()[0] == "("):
                found = Both("AND", found, self.one(depth))
            else:
                return found

    def one(self, depth: int) -> Query:
        if depth > MAX_DEPTH:
            raise QueryError("too many brackets inside one another")
        if self._take("("):
            found = self.either(depth + 1)
            if not self._take(")"):
                raise QueryError("an opening bracket is never closed")
            return found
        if not self.rest():
            raise QueryError("the search ends with AND, OR or NOT; something must follow")
        token = self._tokens[self._at]
        if isinstance(token, str):
            if token == "NOT":  # noqa: S105 (an operator, not a password)
                raise QueryError("NOT needs something before it: diffusion NOT video")
            raise QueryError(f"something must stand before {token!r}")
        self._at += 1
        return token

    def _take(self, token: str) -> bool:
        if self.rest() and self.rest()[0] == token:
            self._at += 1
            return True
        return False
