"""What sort of repository it is, so that it is compared with its like."""

from __future__ import annotations

from enum import StrEnum

from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.reading import Reading


class Kind(StrEnum):
    """Sorts of repositories, told apart by form alone."""

    LIBRARY = "library"
    EXPERIMENT = "experiment code"
    NOTEBOOKS = "notebooks"
    OTHER_LANGUAGE = "code in other languages"


SIZES = ((1000, "small"), (5000, "medium"), (float("inf"), "large"))


def kind_of(reading: Reading) -> Kind:
    """A library is packaged and most of it is Python modules; half in notebooks makes a notebook collection."""
    whole = reading.code_lines or 1
    if sum(n.code_lines for n in reading.notebooks) / whole > 0.5:
        return Kind.NOTEBOOKS
    if sum(f.code_lines for f in reading.every() if f.language in ("Python", "Jupyter")) / whole < 0.5:
        return Kind.OTHER_LANGUAGE
    if any(role_of(f.path) is Role.PACKAGING and "/" not in f.path for f in reading.tree.may_package()):
        return Kind.LIBRARY
    return Kind.EXPERIMENT


def size_of(reading: Reading) -> str:
    """By authored lines of code: small up to 1,000, medium up to 5,000, else large."""
    return next(name for most, name in SIZES if reading.code_lines <= most)


def wider_group(group: str) -> str:
    """The kind alone, for a group that has too few members to compare with."""
    return group.partition(", ")[0]


def group_of(reading: Reading) -> str:
    """Kind and size in one name, such as ``library, medium``."""
    return f"{kind_of(reading).value}, {size_of(reading)}"
