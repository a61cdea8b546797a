"""Functions of repositories that others copy from, so that a copy is known wherever it stands.

Shipped as ``known_functions.bin``: a line of JSON (``[key, day of the first commit, number of functions]`` for each
origin), then, in that order, 8-byte hashes of normalised bodies, without names or code.
``python -m sourcing.calibrate code`` makes it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from ranking.code_quality.tree import SourceTree

_BYTES = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository that is copied from. ``digests`` are those of ``files.text_rules.text_digest``."""

    key: str
    since: date | None
    digests: frozenset[str]


class Known(NamedTuple):
    """Where a function is known from. The one that has been there for longest comes first."""

    since: date
    key: str


def copied_functions(key: str, tree: SourceTree, origins: Iterable[Origin]) -> dict[str, list[Known]]:
    """Digests of functions that ``tree``, known as ``key``, can only have copied, each with all who have it.

    An origin did not copy from itself: its functions are left out where ``key`` is its own, and where the
    history of ``tree`` begins no later than the origin's (a rename, or a snapshot without its name).
    """
    began = tree.commits.first.date() if tree.commits is not None and tree.commits.first else None
    found: dict[str, list[Known]] = {}
    own: set[str] = set()
    for origin in origins:
        is_itself = origin.key == key or (
            began is not None and origin.since is not None and began <= origin.since
        )
        if is_itself:
            own |= origin.digests
        else:
            known = Known(origin.since or date.max, origin.key)
            for digest in origin.digests:
                found.setdefault(digest, []).append(known)
    return {digest: known for digest, known in found.items() if digest not in own} if own else found


def to_bytes(origins: Sequence[Origin]) -> bytes:
    """As it is shipped."""
    head = [[one.key, one.since.isoformat() if one.since else None, len(one.digests)] for one in origins]
    body = b"".join(bytes.fromhex(digest) for one in origins for digest in sorted(one.digests))
    return json.dumps(head).encode() + b"\n" + body


def from_bytes(raw: bytes) -> tuple[Origin, ...]:
    """The inverse of :func:`to_bytes`."""
    head, _, body = raw.partition(b"\n")
    found, start = [], 0
    for key, since, count in json.loads(head):
        end = start + count * _BYTES
        digests = frozenset(body[at : at + _BYTES].hex() for at in range(start, end, _BYTES))
        found.append(Origin(key, date.fromisoformat(since) if since else None, digests))
        start = end
    return tuple(found)


@cache
def shipped_origins() -> tuple[Origin, ...]:
    """The origins that come with the package."""
    return from_bytes(
        resources.files("ranking.code_quality.authorship").joinpath("known_functions.bin").read_bytes()
    )
