"""Reading JSON from strangers: each field is asked for by name and type, and what is left over is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from db.records import ParseError
from spiders.parsing.markup import check_size
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_TEXT, one_line

MAX_JSON_BYTES = 128 * 1024 * 1024


def read_json(body: bytes, *, url: str) -> Any:
    """Decode a JSON answer. Raises :class:`ParseError` for anything else, also for absurd depth or size."""
    check_size(body, url=url, limit=MAX_JSON_BYTES)
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ParseError(url, f"not JSON: {str(error)[:150]}") from error


def read_object(body: bytes, *, url: str, tally: Tally) -> Fields:
    """Decode an answer that must be a JSON object."""
    value = read_json(body, url=url)
    if not isinstance(value, dict):
        raise ParseError(url, f"expected a JSON object, got {_kind(value)}")
    return Fields(value, tally)


def read_list(body: bytes, *, url: str) -> list[Any]:
    """Decode an answer that must be a JSON list."""
    value = read_json(body, url=url)
    if not isinstance(value, list):
        raise ParseError(url, f"expected a JSON list, got {_kind(value)}")
    return value


class Fields:
    """A JSON object whose fields are taken one by one.

    A field that is missing or ``null`` reads as ``None`` (or nothing); one of an unexpected type reads the
    same and is counted. :meth:`finish` counts what nobody has asked for.
    """

    def __init__(self, values: Mapping[str, Any], tally: Tally, *, unwrap: bool = False) -> None:
        self._values = values
        self._tally = tally
        self._unwrap = unwrap
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return self.raw(name) is not None

    def raw(self, name: str) -> Any:
        """The value as decoded. With ``unwrap``, ``{"value": x}`` (OpenReview's API v2) reads as ``x``."""
        self._taken.add(name)
        value = self._values.get(name)
        if self._unwrap and isinstance(value, dict):
            # A field that we may not read has "readers" and no "value".
            value = value.get("value")
        return value

    def text(self, name: str, limit: int = MAX_TEXT) -> str | None:
        """A string on one line; empty reads as ``None``."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self._odd(name)
            return None
        return one_line(value, limit)

    def number(self, name: str) -> float | None:
        """A finite number."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._odd(name)
            return None
        return float(value)

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        self._odd(name)
        return None

    def texts(self, name: str, limit: int = 1000) -> list[str]:
        """The strings of a list, each on one line, without the empty ones."""
        return [text for one in self.items(name, str) if (text := one_line(one, limit))]

    def items(self, name: str, kind: type) -> Iterator[Any]:
        """The items of a list that are of ``kind``; others are counted."""
        value = self.raw(name)
        if value is None:
            return
        if not isinstance(value, list):
            self._odd(name)
            return
        for one in value:
            if isinstance(one, kind):
                yield one
            else:
                self._odd(f"{name}[]")

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list."""
        return (Fields(one, self._tally) for one in self.items(name, dict))

    def object(self, name: str, *, unwrap: bool = False) -> Fields:
        """An object inside this one; an empty one where it is missing."""
        value = self.raw(name)
        if value is not None and not isinstance(value, dict):
            self._odd(name)
        return Fields(value if isinstance(value, dict) else {}, self._tally, unwrap=unwrap)

    def finish(self, known: Collection[str] = ()) -> None:
        """Count fields that were neither taken nor are ``known`` and of no use to us."""
        for name in self.unread(known):
            self._tally.add("unknown field", name)

    def unread(self, known: Collection[str] = ()) -> list[str]:
        """Names of the fields that were neither taken nor are ``known``."""
        return [name for name in self._values if name not in self._taken and name not in known]

    def _odd(self, name: str) -> None:
        self._tally.add("field of another type", name)


def _kind(value: object) -> str:
    return {list: "a list", dict: "an object", str: "a string", type(None): "null"}.get(
        type(value), type(value).__name__
    )
