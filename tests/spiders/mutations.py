"""Answers that went wrong on the way: cut, retyped, reordered, mis-encoded, blown up, and plain noise."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Mutation = Callable[[bytes, Random], bytes]

ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, float("nan"), 10**30, "", "\x00", "\ud800", "x" * 5000, [], {}, [[[]]], [None],
    {"value": {"value": None}}, ["a", 1, None], "2026-13-45", "\u202eevil", "https://[", "http://127.0.0.1:99999/",
)  # fmt: skip


def truncated(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def noisy(body: bytes, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(random.randint(1, 30)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def spliced(body: bytes, random: Random) -> bytes:
    a, b, c = sorted(random.randrange(len(body) + 1) for _ in range(3))
    return body[:a] + body[b:c] + body[a:b] + body[c:]


def repeated(body: bytes, random: Random) -> bytes:
    a, b = sorted(random.randrange(len(body) + 1) for _ in range(2))
    return body[:b] + body[a:b] * random.randint(1, max(1, min(50, 1_000_000 // (b - a + 1)))) + body[b:]


def miscoded(body: bytes, random: Random) -> bytes:
    text = body.decode("utf-8", "replace")
    encoding = random.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "cp037", "shift_jis"])
    return text.encode(encoding, "replace")


def doubly_coded(body: bytes, random: Random) -> bytes:
    return body.decode("latin-1").encode("utf-8")


def deep(body: bytes, random: Random) -> bytes:
    depth = random.choice([300, 5_000, 100_000])
    opening, closing = random.choice(
        [(b"[", b"]"), (b'{"a":', b"}"), (b"<div>", b"</div>"), (b"<a>", b"</a>")]
    )
    where = random.randrange(len(body) + 1)
    return body[:where] + opening * depth + closing * depth + body[where:]


def huge_text(body: bytes, random: Random) -> bytes:
    where = random.randrange(len(body) + 1)
    return body[:where] + random.choice([b"A", b"\xf0\x9f\x8c\x8a", b"&amp;", b" "]) * 200_000 + body[where:]


def entity_bomb(body: bytes, random: Random) -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 8))
    bomb = b'<!DOCTYPE x [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">' + entities + b"]>"
    head, mark, tail = body.partition(b"?>")
    body = head + mark + bomb + tail if mark else bomb + body
    return body.replace(b"</", b"&l7;&f;</", 1)


def tag_soup(body: bytes, random: Random) -> bytes:
    pieces = body.split(b"<")
    random.shuffle(pieces)
    return b"<".join(pieces)


def json_values(body: bytes, random: Random) -> bytes:
    """Change some values of a JSON answer: other types, missing keys, other order, copies."""
    try:
        tree = json.loads(body)
    except ValueError:
        return noisy(body, random)
    for _ in range(random.randint(1, 6)):
        spots = list(_spots(tree))
        if not spots:
            break
        holder, key = random.choice(spots)
        match random.randrange(5):
            case 0:
                holder[key] = copy.deepcopy(random.choice(ODD_VALUES))
            case 1 if isinstance(holder, dict):
                del holder[key]
            case 2 if isinstance(holder[key], list):
                random.shuffle(holder[key])
            case 3 if isinstance(holder, dict):
                holder[f"new_{random.randrange(10**9)}"] = holder.pop(key)
            case _:
                other, other_key = random.choice(spots)
                holder[key] = copy.deepcopy(other[other_key])
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _spots(tree: Any) -> Iterator[tuple[Any, Any]]:
    stack = [tree]
    while stack:
        node = stack.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
        for key in keys:
            yield node, key
            stack.append(node[key])


MUTATIONS: tuple[Mutation, ...] = (
    truncated, noisy, spliced, repeated, miscoded, doubly_coded, deep, huge_text, entity_bomb, tag_soup, json_values,
)  # fmt: skip


def mutants(body: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """``count`` mutated versions of an answer, the same ones for the same seed."""
    random = Random(seed)
    for number in range(count):
        mutation = MUTATIONS[number % len(MUTATIONS)]
        yield mutation.__name__, mutation(body, random)
