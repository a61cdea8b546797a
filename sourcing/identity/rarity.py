"""How many researchers bear a name: the strongest single fact about whether two bearers are one person."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import log
from typing import Any

from db.keys.name_match.given import is_initials
from db.keys.name_match.order import initials_first
from db.keys.names import ParsedName, is_collective
from db.keys.romanisation import (
    CHINESE_SURNAMES,
    JAPANESE_SURNAMES,
    KOREAN_SURNAMES,
    VIETNAMESE_SURNAMES,
    hepburn,
)

FORMAT = 1
# Names and words seen less often are left out of what ships; they all count as this often.
LEAST = 3
UNSEEN = 0.7
# How often a further given name agrees by chance.
_FURTHER_NAME, _FURTHER_INITIAL = 0.05, 0.15
# How often the initial of a family name agrees by chance: who prints no more of it may be of any family.
_FAMILY_INITIAL = 0.05
# The counts are of names in Latin letters and tell nothing about those in another script. Of such a name it is taken
# that others bear it, and that several do where a family name stands before one character: 290,000 people are 王伟.
UNTOLD, UNTOLD_SHORT = 0.4, 3.0


def name_group(family: str) -> str:
    """The stock of given names that a family name goes with; given names are counted within it."""
    if family in CHINESE_SURNAMES:
        return "c"
    if family in KOREAN_SURNAMES:
        return "k"
    return "v" if family in VIETNAMESE_SURNAMES else "o"


@dataclass(frozen=True, slots=True)
class NameStock:
    """Counts over the distinct names in a corpus: families, given names and initials by group, title words."""

    people: int
    papers: int
    families: Mapping[str, int]
    given: Mapping[str, int]
    initials: Mapping[str, int]
    groups: Mapping[str, int]
    words: Mapping[str, int]
    growth: int = 1

    def grown(self, names: int) -> NameStock:
        """The same shares among as many distinct names as are stored, rounded down to a doubling of those counted here.

        Ten times as many people are ten times as many bearers of a common name, so two of its lone papers are less
        likely one person's. It grows in doublings and not with each name: whom a night joins it never parts again, so
        with a size that moves from night to night each would judge by a yardstick of its own, and whoever joins
        everything anew by yet another. So both differ only over what was joined before the last doubling, which moves
        the logarithm of how many bear a name by .3. With fewer than twice the names that were counted, all is as it
        was fitted.
        """
        return replace(self, growth=1 << max(0, (names // self.people).bit_length() - 1))

    def bearers(self, name: ParsedName) -> float:
        """How many people in a community of this size are expected to bear ``name``; small means rare.

        The product of the shares of family and given name (Soundex-free form of the "name frequency" of Torvik &
        Smalheiser 2009, doi:10.1145/1552303.1552304, section 3).
        """
        return self.bearers_of(name.given_parts, name.family_parts[-1] if name.family_parts else "")

    def bearers_of(self, given: tuple[str, ...], family: str) -> float:
        """:meth:`bearers` of a name by its folded words, ``family`` the last one.

        Of the orders in which the words can be meant, and of ways to write a Japanese name, the commoner counts: Park
        Jihoon is no rarer than Jihoon Park, Priya S. no rarer than S. Priya, and Yuuki Satoh no rarer than Yuki Sato.
        """
        return self.growth * self._counted(given, family)

    def _counted(self, given: tuple[str, ...], family: str) -> float:
        if is_collective((*given, family)):
            return float(self.people)
        if not _is_latin(given, family):
            short = len(given) == 1 == len(given[0]) and unicodedata.category(given[0]) == "Lo"
            return UNTOLD_SHORT if short else UNTOLD
        if not given or not family:
            return self.of_family(family)[1]
        found = self._in_order(given, family)
        if len(family) == 1:
            turned = initials_first(ParsedName("", "", None, given, (family,)))
            if turned is not None:
                found = max(found, self._in_order(turned.given_parts, turned.family_parts[0]))
        if not JAPANESE_SURNAMES.isdisjoint((hepburn(family), hepburn(given[0]))):
            read = tuple(map(hepburn, (*given, family)))
            if read != (*given, family):
                found = max(found, self._counted(read[:-1], read[-1]))
        if given[0] in self.families and len(given[0]) > 1:
            found = max(found, self._in_order((*given[1:], family), given[0]))
        return found

    def _in_order(self, given: tuple[str, ...], family: str) -> float:
        group, bearers = self.of_family(family)
        if len(family) == 1:
            bearers = self.people * _FAMILY_INITIAL
        return bearers * self.given_share(group, given)

    def of_family(self, family: str) -> tuple[str, float]:
        """The stock that the given names of a (folded) family are from, and how many bear it; empty for everybody."""
        if not family:
            return "o", float(self.people)
        return name_group(family), self.people * (self.families.get(family, UNSEEN) / self.people)

    def given_share(self, group: str, parts: tuple[str, ...]) -> float:
        """The share (0..1) of a stock of given names that has these, folded and at least one."""
        size = max(1, self.groups.get(group, 0))
        if is_initials(parts):
            given = self.initials.get(f"{group}{parts[0]}", UNSEEN) / size
            further = parts[1:]
        else:
            joined = f"{group}{''.join(parts)}"
            if group != "o" and joined in self.given:
                given, further = self.given[joined] / size, ()
            elif group != "o" and len(parts) > 1 and min(map(len, parts)) > 1:
                given, further = UNSEEN / size, ()
            else:
                first = next(part for part in parts if len(part) > 1)
                given = self.given.get(f"{group}{first}", UNSEEN) / size
                further = tuple(part for part in parts if part is not first)
        for part in further:
            given *= _FURTHER_INITIAL if len(part) == 1 else _FURTHER_NAME
        return given

    def word_weight(self, word: str) -> float:
        """Inverse document frequency of a folded title word, natural log; 0 for words in a twentieth of titles."""
        weight = log(self.papers / self.words.get(word, UNSEEN))
        return weight if weight > 3 else 0.0


def _is_latin(given: tuple[str, ...], family: str) -> bool:
    """Whether folded words are in the letters that the counts are in."""
    text = "".join((*given, family))
    return text.isascii() or all(
        unicodedata.name(ch, "").startswith("LATIN") for ch in text if ch.isalpha() and not ch.isascii()
    )


def count_names(names: Iterable[ParsedName]) -> dict[str, Any]:
    """Count distinct names into the parts of a :class:`NameStock` (without words)."""
    families: dict[str, int] = {}
    given: dict[str, int] = {}
    initials: dict[str, int] = {}
    groups: dict[str, int] = {}
    people = 0
    for name in {one.key: one for one in names}.values():
        if name.native or not name.given_parts:
            continue
        people += 1
        family = name.family_parts[-1]
        group = name_group(family)
        families[family] = families.get(family, 0) + 1
        groups[group] = groups.get(group, 0) + 1
        letter = f"{group}{name.given_parts[0][0]}"
        initials[letter] = initials.get(letter, 0) + 1
        for word in {name.given_parts[0], "".join(name.given_parts)}:
            given[f"{group}{word}"] = given.get(f"{group}{word}", 0) + 1
    return {
        "people": people,
        "families": families,
        "given": given,
        "initials": initials,
        "groups": groups,
    }


def load_stock(body: bytes) -> NameStock:
    """Read what ships. Raises ``ValueError`` for another format version."""
    parts = json.loads(gzip.decompress(body))
    if parts.pop("format") != FORMAT:
        raise ValueError(
            "the counts of names are in another format; run: python -m sourcing.calibrate identity"
        )
    return NameStock(**parts)


@lru_cache(maxsize=1)
def shipped_stock() -> NameStock:
    """The counts that ship with the package."""
    return load_stock((files("sourcing.identity") / "names.json.gz").read_bytes())
