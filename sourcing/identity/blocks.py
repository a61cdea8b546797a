"""Which printed names are worth comparing at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import combinations

from db.keys.name_match.given import is_initials
from db.keys.name_match.order import family_first, initials_first
from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.name_match.words import plain
from db.keys.names import PARTICLES, ParsedName
from db.keys.nicknames import full_forms
from db.keys.romanisation import EAST_ASIAN_SURNAMES, japanese, umlaut_u

# Above this many forms under one key only initials are compared: the key is a common word, not a person's.
MAX_FORMS = 400


@lru_cache(maxsize=1 << 16)
def form_keys(name: ParsedName) -> tuple[Set[str], Set[str]]:
    """Keys of a form: those that any two forms share, and those that only initials and full names share.

    Words are paired without order, so that a swapped or compound family name still meets its other printing.
    """
    if name.native or not name.given_parts:
        return {name.key}, set()
    keys, initials = _keys_in_order(name)
    for turned in (family_first(name), initials_first(name)):
        if turned is not None:
            more, further = _keys_in_order(turned)
            keys |= more
            initials |= further
    return keys, initials


def _keys_in_order(name: ParsedName) -> tuple[set[str], set[str]]:
    families = [plain(part) for part in name.family_parts if part not in PARTICLES] or list(name.family_parts)
    whole_family = plain("".join(name.family_parts))
    given = _before_particles(name)
    words = [plain(part) for part in given if len(part) > 1]
    keys: set[str] = set()
    initials: set[str] = set()
    # Joined first: what ends a syllable, and is no umlaut there, reads as one within a word. Jae-Jin meets Jaejin.
    joined = plain("".join(part for part in given if len(part) > 1))
    for family in _spelt({*families, whole_family}):
        for word in _spelt({*words, joined} - {""}):
            for full in (word, *full_forms(word)):
                keys.add(f"{full} {family}" if full < family else f"{family} {full}")
            keys.add(f"{word[:3]}… {family}")
        if not words and len(name.given_parts) > 1:
            # "Chen YH" may be read as of the family Yh.
            keys.add(" ".join(sorted(("".join(name.given_parts), family))))
        letters = {part[0] for part in name.given_parts}
        initials.update(f"{letter}. {family}" for letter in letters)
    if len(words) > 1:
        # "Marin Olmo Ferrándiz" may be Marin Olmo.
        keys.update(" ".join(sorted((words[0], word))) for word in words[1:])
        initials.update(f"{words[0][0]}. {word}" for word in words[1:])
    if len(families) > 1:
        # "K. Vijay-Shanker" may be printed as Vijay Shanker.
        keys.add(" ".join(sorted((families[0], families[-1]))))
    # A family name one letter apart meets under the given name.
    keys.update(f"{word} {family[:3]}…" for word in words for family in families if len(family) > 5)
    return keys, initials


def _spelt(words: Set[str]) -> Set[str]:
    """The words, and how other spellings of them would be read: Sinya as Shinya, Lv as Lu."""
    return {*words, *map(umlaut_u, words), *(read for word in words if (read := japanese(word)))}


def is_bare(name: ParsedName) -> bool:
    """Whether a name has initials only where given names would stand."""
    return bool(name.given_parts) and not name.native and is_initials(_before_particles(name))


def _before_particles(name: ParsedName) -> tuple[str, ...]:
    """Given names without a capital Van that is the family's: J. Van Quillen. (Vietnamese bear Van.)"""
    given = name.given_parts
    while len(given) > 1 and given[-1] in PARTICLES and name.family_parts[-1] not in EAST_ASIAN_SURNAMES:
        given = given[:-1]
    return given


def related_forms(
    names: Sequence[ParsedName], only: Iterable[int] | None = None
) -> Iterator[tuple[int, int, NameRelation]]:
    """Pairs (i < j) of forms that can be one person's. With ``only``, pairs with at least one of those forms."""
    by_key: dict[str, list[int]] = defaultdict(list)
    short: dict[str, list[int]] = defaultdict(list)
    full: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        keys, initials = form_keys(name)
        for key in keys:
            by_key[key].append(number)
        if initials:
            met = short if is_bare(name) else full
            for key in initials:
                met[key].append(number)
    wanted = None if only is None else set(only)
    seen: set[tuple[int, int]] = set()

    def meet(pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, NameRelation]]:
        for i, j in pairs:
            pair = (i, j) if i < j else (j, i)
            if i == j or pair in seen or (wanted is not None and i not in wanted and j not in wanted):
                continue
            seen.add(pair)
            relation = relate_names(names[i], names[j])
            if relation is not NameRelation.DIFFERENT:
                yield (*pair, relation)

    for forms in by_key.values():
        if 1 < len(forms) <= MAX_FORMS:
            yield from meet(combinations(forms, 2))
    for key, bare_forms in short.items():
        yield from meet(combinations(bare_forms, 2))
        yield from meet((i, j) for i in bare_forms for j in full.get(key, ()))
