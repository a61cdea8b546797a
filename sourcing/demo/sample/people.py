"""The people of the sample world, read from ``people.toml``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from sourcing.demo.world import Person


def sample_people() -> tuple[Person, ...]:
    """Everybody who appears by key in the papers."""
    rows = tomllib.loads((files(__package__) / "people.toml").read_text("utf-8"))["person"]
    return tuple(_person(row) for row in rows)


def _person(row: dict[str, Any]) -> Person:
    number = row.pop("number", None)
    names = tuple(row.pop("names"))
    return Person(names=names, orcid=invented_orcid(number) if number else None, **row)


def invented_orcid(number: int) -> str:
    """An ORCID number with a valid check digit (ISO 7064, MOD 11-2) that was never handed out.

    ORCID's block begins at 0000-0001-5000-0007
    (https://support.orcid.org/hc/en-us/articles/360006897674-Structure-of-the-ORCID-Identifier).
    """
    digits = f"{1_000_000 + number:015d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))
