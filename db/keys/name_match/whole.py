"""How two whole names agree."""

from __future__ import annotations

from db.keys.name_match.family import relate_family, two_first_families
from db.keys.name_match.given import aligned, before_particles, relate_given
from db.keys.name_match.order import family_first, initials_first, may_be_turned, usual_order
from db.keys.name_match.origin import Origin, in_hepburn, origin_of
from db.keys.name_match.relation import NameRelation
from db.keys.names import ParsedName

_NOT_READ = frozenset({NameRelation.DIFFERENT, NameRelation.SPELLING})
_SAME_LETTERS = frozenset({NameRelation.SAME, NameRelation.JOINED})
_SAME_WORDS = frozenset({NameRelation.SAME, NameRelation.JOINED, NameRelation.SWAPPED})
_SAME_BEGINNING = frozenset({NameRelation.SAME, NameRelation.MIDDLE, NameRelation.INITIAL})
_GENERATIONS = {
    "jnr": "jr",
    "junior": "jr",
    "2nd": "jr",
    "ii": "jr",
    "snr": "sr",
    "senior": "sr",
    "3rd": "iii",
}


def relate_names(one: ParsedName, other: ParsedName) -> NameRelation:
    """How two parsed names agree; symmetric."""
    key, other_key = one.key, other.key
    if key == other_key:
        return NameRelation.SAME
    if one.native or other.native or not one.family_parts or not other.family_parts:
        return NameRelation.DIFFERENT
    if one.suffix and other.suffix and _generation(one.suffix) != _generation(other.suffix):
        return NameRelation.DIFFERENT
    if (len(key), key) > (len(other_key), other_key):
        one, other = other, one
    origin = origin_of(one, other)
    if origin is Origin.JAPANESE:
        read = _relate_in_order(in_hepburn(one), in_hepburn(other), origin)
        if read not in _NOT_READ:
            return NameRelation.JOINED if read is NameRelation.SAME else read
    found = _relate_in_order(one, other, origin)
    if found is NameRelation.DIFFERENT and (may_be_turned(one) or may_be_turned(other)):
        return _relate_turned(one, other)
    return found


def _relate_in_order(one: ParsedName, other: ParsedName, origin: Origin) -> NameRelation:
    """How two names agree whose last words are their family names, or which have just the same words in two orders."""
    family = relate_family(one.family_parts, other.family_parts, origin)
    if family is not NameRelation.DIFFERENT:
        given = relate_given(
            before_particles(one.given_parts, origin), before_particles(other.given_parts, origin), origin
        )
        if family is NameRelation.SAME:
            if given is not NameRelation.DIFFERENT:
                return NameRelation.JOINED if given is NameRelation.SAME else given
        elif family is NameRelation.SPELLING:
            if given in _SAME_LETTERS:
                return family
        elif given is not NameRelation.DIFFERENT:
            return NameRelation.DIFFERENT if two_first_families(one, other) else NameRelation.COMPOUND
    return _other_reading(one, other, origin)


def _other_reading(one: ParsedName, other: ParsedName, origin: Origin) -> NameRelation:
    """Where the parts were taken for each other: swapped order, or a first family name read as a given name."""
    east_asian = origin is Origin.EAST_ASIAN
    words, others = (*one.given_parts, *one.family_parts), (*other.given_parts, *other.family_parts)
    if len(one.family_parts) == 1 == len(other.family_parts) and one.given_parts and other.given_parts:
        turned = one.family_parts[0] == "".join(other.given_parts)
        if turned and other.family_parts[0] == "".join(one.given_parts):
            return NameRelation.SWAPPED
    short, long = (words, others) if len(words) <= len(others) else (others, words)
    if not east_asian and short in (one.family_parts, other.family_parts) and len(short) > 1:
        # Vijay Shanker, of the family Vijay-Shanker.
        return NameRelation.COMPOUND
    if len(short) < 2 or len(short) == len(long) or len(short[-1]) < 3 or east_asian:
        return NameRelation.DIFFERENT
    # "Marin Olmo Ferrándiz" and "Marin Olmo": the family name of the shorter stands inside the longer.
    if short[-1] in long[1:-1] and aligned(short, long, origin) in _SAME_BEGINNING:
        return NameRelation.COMPOUND
    return NameRelation.DIFFERENT


def _relate_turned(one: ParsedName, other: ParsedName) -> NameRelation:
    """Where one of two names is printed with the family name or the words first, and the other is not."""
    for name, beside in ((one, other), (other, one)):
        turned = family_first(name)
        if turned is not None:
            found = _relate_in_order(turned, beside, Origin.EAST_ASIAN)
            if found in _SAME_WORDS or turned.key == beside.key:
                return NameRelation.SWAPPED
            if found is NameRelation.INITIAL and turned == usual_order(name):
                return found
        turned = initials_first(name)
        if turned is not None and turned.key == beside.key:
            return NameRelation.SWAPPED
    return NameRelation.DIFFERENT


def _generation(suffix: str) -> str:
    word = suffix.rstrip(".").casefold()
    return _GENERATIONS.get(word, word)
