"""Whether two family names can be one person's."""

from __future__ import annotations

from db.keys.name_match.origin import Origin
from db.keys.name_match.relation import NameRelation
from db.keys.name_match.words import differ_by, one_letter_apart, same_in_japanese, same_letters
from db.keys.names import PARTICLES, ParsedName
from db.keys.romanisation import umlaut_u

# What tells the family name of a woman from that of a man: Kowalski and Kowalska, Petrov and Petrova, Papadopoulos and
# -poulou.
_FAMILY_ENDINGS = (("", "a"), ("i", "a"), ("y", "a"), ("o", "a"), ("s", "a"), ("s", "u"))
# Ways to write one particle.
_ONE_PARTICLE = {"el": "al", "ibn": "bin", "ben": "bin", "e": "y"}


def relate_family(one: tuple[str, ...], other: tuple[str, ...], origin: Origin) -> NameRelation:
    """How the folded words of two family names agree."""
    if one == other:
        return NameRelation.SAME
    east_asian = origin is Origin.EAST_ASIAN
    bare, other_bare = _bare(one), _bare(other)
    joined, other_joined = "".join(bare), "".join(other_bare)
    if bare == other_bare and _other_particles(one, other):
        return NameRelation.SPELLING
    if bare == other_bare or "".join(one) == "".join(other) or same_letters(joined, other_joined, origin):
        return NameRelation.SAME
    if len(bare) != len(other_bare) and (set(bare) < set(other_bare) or set(other_bare) < set(bare)):
        return NameRelation.COMPOUND
    if east_asian and umlaut_u(joined) == umlaut_u(other_joined):
        # Lv and Lyu are written for Lü and nothing else.
        return NameRelation.SPELLING if "lu" in (joined, other_joined) else NameRelation.SAME
    if not east_asian and (
        (one_letter_apart(joined, other_joined) and not differ_by(_FAMILY_ENDINGS, joined, other_joined))
        or same_in_japanese(joined, other_joined)
    ):
        return NameRelation.SPELLING
    return NameRelation.DIFFERENT


def two_first_families(one: ParsedName, other: ParsedName) -> bool:
    """Whether unlike words stand before the last family name that both bear: Luis Marin Olmo, Luis Ferrándiz-Olmo.

    The first of two family names is read as a given name where no hyphen joins them.
    """
    few, many = (one, other) if len(one.family_parts) < len(other.family_parts) else (other, one)
    if few.family_parts[-1] != many.family_parts[-1] or len(few.given_parts) <= len(many.given_parts):
        return False
    word = few.given_parts[-1]
    others = (*many.given_parts, *many.family_parts)
    return len(word) > 2 and word not in others and word[0] not in others


def _other_particles(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both family names have particles, and neither just leaves some out: van den Berg and van der Berg."""
    mine, theirs = (
        {_ONE_PARTICLE.get(part, part) for part in each if part in PARTICLES} for each in (one, other)
    )
    return not (mine <= theirs or theirs <= mine)


def _bare(family: tuple[str, ...]) -> tuple[str, ...]:
    """A family name without its particles, unless it is one."""
    bare = tuple(part for part in family if part not in PARTICLES)
    return bare or family
