"""Records to JSON and back, for the ``record`` table: what a source said, kept as it was understood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from operator import attrgetter
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# Field names, their defaults, and one call that reads them all: records are written by the thousand.
_Shape = tuple[tuple[str, ...], tuple[Any, ...], Callable[[Any], tuple[Any, ...]]]
_PLAIN = frozenset((str, int, float, bool))
_SHAPES: dict[type[Any], _Shape] = {}
_HINTS: dict[type[Any], dict[str, Any]] = {}

_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def to_payload(record: Any) -> dict[str, Any]:
    """Turn a record into JSON types. Fields at their default are left out; datetimes are ISO 8601 in UTC."""
    names, defaults, read = _shape(type(record))
    payload: dict[str, Any] = {
        name: value
        for name, default, value in zip(names, defaults, read(record), strict=True)
        if value is not default and value != default
    }
    for name, value in payload.items():
        kind = type(value)
        if kind not in _PLAIN:
            payload[name] = list(value) if kind is tuple and type(value[0]) is str else _encode(value)
    return payload


def from_payload(kind: type[T], payload: Mapping[str, Any]) -> T:
    """Make a record of class ``kind`` from :func:`to_payload`'s output; unknown keys are ignored."""
    hints = _hints(kind)
    return kind(**{name: _decode(hints[name], value) for name, value in payload.items() if name in hints})


class Encoded(str):
    """A payload that is JSON text already: it goes into a JSON column as it is."""

    __slots__ = ()


def encode(payload: Mapping[str, Any]) -> Encoded:
    """A payload in its canonical form: equal payloads give equal texts whatever their key order."""
    return Encoded(_CANONICAL.encode(payload))


def payload_hash(payload: Mapping[str, Any] | Encoded) -> str:
    """A short digest of a payload; equal payloads have equal digests whatever their key order."""
    text = payload if isinstance(payload, Encoded) else encode(payload)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _encode(value: Any) -> Any:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if is_dataclass(value):
        return to_payload(value)
    if isinstance(value, Mapping):
        return {str(key): _encode(inner) for key, inner in value.items()}
    return [to_payload(inner) if type(inner) in _SHAPES else _encode(inner) for inner in value]


def _decode(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _decode(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if origin is tuple:
        args = get_args(hint)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_decode(args[0], inner) for inner in value)
        return tuple(_decode(arg, inner) for arg, inner in zip(args, value, strict=True))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        return from_payload(hint, value)  # type: ignore[arg-type]  # a class here, never an instance
    return value


def _shape(kind: type[Any]) -> _Shape:
    if (found := _SHAPES.get(kind)) is None:
        kept = [one for one in fields(kind) if one.default_factory is MISSING]
        names = tuple(one.name for one in kept)
        found = (names, tuple(one.default for one in kept), attrgetter(*names))
        _SHAPES[kind] = found
    return found


def _hints(kind: type[Any]) -> dict[str, Any]:
    if (found := _HINTS.get(kind)) is None:
        found = _HINTS[kind] = get_type_hints(kind)
    return found
