"""What a search found, for eyes: by kind, with how many there are and where each was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from db.queries.search import MOST_WEIGHED, Hit
from sourcing.terminal import Screen, clean, wrapped

_PLURAL = {"paper": "papers", "person": "people", "repository": "repositories"}


def search_lines(hits: Sequence[Hit], counts: Mapping[str, int], *, on: Screen) -> Iterator[str]:
    """Hits under the name of their kind; the snippet only where it says more than the title."""
    for place, (kind, found) in enumerate(groupby(hits, lambda one: one.kind)):
        some = list(found)
        if place:
            yield ""
        yield on.bold(_heading(kind, len(some), max(counts.get(kind, 0), len(some))))
        for hit in some:
            title, snippet = clean(hit.title), clean(hit.snippet).strip("… ")
            yield from wrapped(f"{hit.id}  {title}", on.text_width, "  ", "    ")
            if snippet.casefold() not in f"{hit.id} {title}".casefold():
                yield from (on.dim(line) for line in wrapped(f"…{snippet}…", on.text_width, "    "))


def _heading(kind: str, shown: int, there: int) -> str:
    called = _PLURAL[kind] if there > 1 else kind
    if shown == there:
        return f"{there} {called}"
    newest = f", those with the words in their title first, of the newest {MOST_WEIGHED:,}"
    return f"{there:,} {called}, the best {shown}{newest if there > MOST_WEIGHED else ''}"
