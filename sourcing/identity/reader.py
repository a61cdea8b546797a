"""Reading mentions into dossiers: what a paper says of an author becomes numbers, and can be said in words again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from math import log10

from db.keys.name_match.given import agreed_given, is_initials
from db.keys.name_match.order import usual_order
from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.name_match.words import plain
from db.keys.names import (
    PARTICLES,
    ParsedName,
    folded_words,
    is_collective,
    parse_name,
    parse_printed,
    plain_words,
)
from db.keys.romanisation import EAST_ASIAN_SURNAMES
from sourcing.identity.dossier import NO_LINKS, NOTHING, Dossier, Ids, Seen
from sourcing.identity.mention import PROOF, Mention
from sourcing.identity.organisations import hosts_in, units_in
from sourcing.identity.rarity import NameStock, name_group

_NOWHERE = NOTHING, NOTHING
_SILENT = frozenset((-1,))

# Forms that are one name printed in two ways.
CLOSE = frozenset({NameRelation.SAME, NameRelation.JOINED})
# A co-author whose name many bear (a weight below), or who published this much, leads to everybody.
LEAST_TELLING, MAX_PUBLISHED = 0.3, 200
MAX_COAUTHORS = 100  # a collaboration of hundreds says little about any two of them


class Words:
    """Strings as small numbers, and back."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.text: list[str] = []

    def __call__(self, text: str) -> int:
        """The number of ``text``, a new one if it is new."""
        number = self.number.get(text)
        if number is None:
            number = self.number[text] = len(self.text)
            self.text.append(text)
        return number


class _People(dict[str, int]):
    """Printed names of co-authors as numbers of people, found out when first asked for; later a lookup is no call."""

    def __init__(self, stock: NameStock) -> None:
        self.people = Words()
        self.weight = _PeopleWeights(stock)

    def __missing__(self, name: str) -> int:
        given, family, parsed = _read_person(name)
        before = len(self.people.text)
        number = self[name] = self.people(_short_key(given, family) if parsed is None else person_key(parsed))
        if number == before:
            self.weight.printed.append(name)
        return number


class _PeopleWeights(dict[int, float]):
    """How much a co-author in common says, by number: the rarer the name, the more. Found out when first asked for."""

    def __init__(self, stock: NameStock) -> None:
        self._stock = stock
        self.printed: list[str] = []

    def __missing__(self, person: int) -> float:
        given, family, _ = _read_person(self.printed[person])
        bearers = self._stock.bearers_of(given, family)
        weight = self[person] = round(min(1.5, max(0.15, 0.6 - 0.25 * log10(bearers))), 3)
        return weight


def _read_person(name: str) -> tuple[tuple[str, ...], str, ParsedName | None]:
    """The given names and the last family name, folded, of a printed name; taken apart where that is not plain."""
    words = plain_words(name)
    if words is not None and (len(words) < 3 or words[0] not in EAST_ASIAN_SURNAMES):
        return words[:-1], words[-1], None
    parsed = usual_order(parse_printed(name))
    return parsed.given_parts, parsed.family_parts[-1] if parsed.family_parts else "", parsed


class _TitleWords(dict[str, int]):
    """Folded words as numbers in the order in which they come; -1 for those that say nothing."""

    def __init__(self, stock: NameStock) -> None:
        self._stock = stock
        self.words = Words()
        self.weight: list[float] = []

    def __missing__(self, word: str) -> int:
        number = self.words(word)
        weight = self._stock.word_weight(word) if len(word) > 1 else 0.0
        self.weight.append(weight)
        if not weight:
            number = -1
        self[word] = number
        return number


def _as_rarity(bearers: float) -> float:
    return min(2.0, max(-5.5, log10(bearers))) if bearers > 0 else -5.5


class Reader:
    """Turns mentions into dossiers of one mention each; keeps what is needed to say it in words again."""

    def __init__(self, stock: NameStock) -> None:
        self.stock = stock
        self.forms = Words()
        self.names: list[ParsedName] = []
        self.bearers: list[float] = []
        self.rarity: list[float] = []
        self._agreed: dict[tuple[int, int], float] = {}
        # Forms that name a group, or nobody: no evidence makes two of them one person.
        self.collective: set[int] = set()
        self._people = _People(stock)
        self.people, self.people_weight = self._people.people, self._people.weight
        self._title_words = _TitleWords(stock)
        self.title_words, self.word_weight = self._title_words.words, self._title_words.weight
        self.units = Words()
        self.domains = Words()
        self.unit_words = Words()
        self.fields = Words()
        self.papers = Words()
        self.teams: dict[int, Ids] = {}
        self._papers_of: dict[int, list[int]] = {}
        self._circles: dict[tuple[int, ...], Ids] = {}
        self._printed: dict[str, int] = {}
        self._works: dict[str, tuple[int, Ids, Ids]] = {}
        self._coauthors: dict[tuple[str, ...], Ids] = {}
        self._affiliations: dict[tuple[str, ...], tuple[Ids, Ids]] = {}
        self._hosts: dict[tuple[str, ...], Ids] = {}
        self._fields: dict[tuple[str, ...], Ids] = {}

    def read(self, number: int, mention: Mention, *, fresh: bool = True) -> Dossier:
        """The dossier of one mention; ``number`` is its place in the fixed order."""
        seen = self.look(mention)
        coauthors = seen.coauthors
        return Dossier(
            key=number,
            members=(number,),
            forms=seen.forms,
            papers=seen.papers,
            coauthors=coauthors - {seen.me} if seen.me in coauthors else coauthors,
            words=seen.words,
            units=seen.units,
            domains=seen.domains,
            unit_words=seen.unit_words,
            fields=seen.fields,
            first_year=seen.year,
            last_year=seen.year,
            links=frozenset(link for link in mention.links if link.partition(":")[0] in PROOF)
            if mention.links
            else NO_LINKS,
            aliases=len(seen.forms) > 1 and self.has_aliases(seen.forms),
            fresh=fresh,
        )

    def rarity_between(self, i: int, j: int, relation: NameRelation) -> float:
        """log10 of how many are expected to bear what two related forms have in common.

        That is the less specific of the two; but T. V. Quill and Tobias Quill agree in no more than T. Quill.
        """
        if relation in CLOSE:
            return self.rarity[i]
        rarity = max(self.rarity[i], self.rarity[j])
        one, other = usual_order(self.names[i]), usual_order(self.names[j])
        if relation is not NameRelation.INITIAL or len(one.given_parts) == len(other.given_parts):
            return rarity
        agreed = self._agreed.get((i, j))
        if agreed is None:
            given = agreed_given(one.given_parts, other.given_parts)
            agreed = _as_rarity(self.stock.bearers_of(given, one.family_parts[-1])) if given else rarity
            self._agreed[i, j] = agreed
        return max(rarity, agreed)

    def has_aliases(self, forms: Sequence[int]) -> bool:
        """Whether any two of these forms do not resemble each other."""
        names = [self.names[form] for form in forms]
        return any(
            relate_names(a, b) is NameRelation.DIFFERENT for at, a in enumerate(names) for b in names[:at]
        )

    def is_alias(
        self,
        pair: tuple[int, int],
        mine: Sequence[int],
        theirs: Sequence[int],
        relate: Callable[[int, int], NameRelation | None],
    ) -> bool:
        """Whether two forms that do not resemble each other speak against nothing, where one side has aliases.

        They do not if one of them is a form of both sides, or if they have no family name in common. Dora Zielonka is
        not the D. Zielonka who is Dagny Zielonka as well. ``relate`` gives the relation of two forms.
        """
        i, j = pair
        return (
            any(relate(i, form) in CLOSE for form in theirs)
            or any(relate(form, j) in CLOSE for form in mine)
            or not self._same_family(self.names[i], self.names[j])
        )

    def _same_family(self, one: ParsedName, other: ParsedName) -> bool:
        """Whether the family name of one stands in the other, wherever in it."""
        mine, theirs = _family_words(one), _family_words(other)
        return not (
            mine.isdisjoint({*theirs, *map(plain, other.given_parts)})
            and theirs.isdisjoint({*mine, *map(plain, one.given_parts)})
        )

    def look(self, mention: Mention) -> Seen:
        """What a mention says, apart from its links."""
        forms = self._forms(mention)
        work = self._works.get(mention.paper_id)
        if work is None:
            paper = self.papers(mention.paper_id)
            work = self._works[mention.paper_id] = paper, frozenset((paper,)), self._title(mention.title)
        paper, papers, words = work
        coauthors = self._coauthors.get(mention.coauthors)
        if coauthors is None:
            coauthors = self._coauthor_set(mention.coauthors)
        me = self._people[mention.name]
        if paper not in self.teams:
            self.teams[paper] = coauthors if me in coauthors else coauthors | {me}
        units, unit_words = self._affiliation_sets(mention.affiliations) if mention.affiliations else _NOWHERE
        domains = self._domain_set(mention.domains) if mention.domains else NOTHING
        fields = self._fields.get(mention.fields) or self._field_set(mention.fields)
        return Seen(
            forms, papers, words, coauthors, me, units, unit_words, domains, fields, mention.year or 0
        )

    def circle(self, one: Dossier) -> Ids:
        """The people with whom the co-authors of somebody published, on all papers that were read."""
        found = self._circles.get(one.members)
        if found is None:
            met: set[int] = set()
            gone_over: set[int] = set()
            for person in one.coauthors:
                papers = self._published(person)
                # Co-authors publish together: mostly somebody else has led there.
                if gone_over.issuperset(papers) or len(papers) > MAX_PUBLISHED:
                    continue
                if self.people_weight[person] >= LEAST_TELLING:
                    gone_over.update(papers)
                    met.update(*[self.teams[paper] for paper in papers])
            found = self._circles[one.members] = frozenset(met)
        return found

    def forget_circles(self) -> None:
        """Let go of the circles: nobody is compared with people of another component, and they are what is largest."""
        self._circles.clear()

    def _published(self, person: int) -> Sequence[int]:
        if not self._papers_of:
            papers_of: dict[int, list[int]] = defaultdict(list)
            for paper, team in self.teams.items():
                for each in team:
                    papers_of[each].append(paper)
            self._papers_of = papers_of
        return self._papers_of.get(person, ())

    def _forms(self, mention: Mention) -> tuple[int, ...]:
        if mention.family and mention.given:
            form = self._form(parse_name(mention.name, given=mention.given, family=mention.family))
        else:
            form = self._printed_form(mention.name)
        if not mention.variants:
            return (form,)
        others = [self._printed_form(name) for name in mention.variants if name and name != mention.name]
        return tuple(sorted({form, *others}))

    def _printed_form(self, name: str) -> int:
        form = self._printed.get(name)
        if form is None:
            form = self._printed[name] = self._form(parse_printed(name))
        return form

    def _form(self, parsed: ParsedName) -> int:
        known = len(self.names)
        form = self.forms(parsed.key)
        if form == known:
            self.names.append(parsed)
            if is_collective((*parsed.given_parts, *parsed.family_parts)):
                self.collective.add(form)
            bearers = self.stock.bearers(parsed)
            self.bearers.append(bearers)
            self.rarity.append(_as_rarity(bearers))
        return form

    def _coauthor_set(self, names: tuple[str, ...]) -> Ids:
        found = NOTHING
        if len(names) <= MAX_COAUTHORS:
            found = frozenset(map(self._people.__getitem__, names))
        self._coauthors[names] = found
        return found

    def _title(self, title: str) -> Ids:
        return frozenset(map(self._title_words.__getitem__, folded_words(title))) - _SILENT

    def _affiliation_sets(self, printed: tuple[str, ...]) -> tuple[Ids, Ids]:
        found = self._affiliations.get(printed)
        if found is None:
            units: set[int] = set()
            words: set[int] = set()
            for parts in chain.from_iterable(map(units_in, printed)):
                units.add(self.units(" ".join(parts)))
                words.update(map(self.unit_words, parts))
            found = self._affiliations[printed] = frozenset(units), frozenset(words)
        return found

    def _domain_set(self, printed: tuple[str, ...]) -> Ids:
        found = self._hosts.get(printed)
        if found is None:
            hosts = chain.from_iterable(map(hosts_in, printed))
            found = self._hosts[printed] = frozenset(map(self.domains, hosts))
        return found

    def _field_set(self, fields: tuple[str, ...]) -> Ids:
        found = self._fields[fields] = frozenset(self.fields(one.casefold()) for one in fields if one)
        return found


def _family_words(name: ParsedName) -> set[str]:
    return {plain(part) for part in name.family_parts if part not in PARTICLES} or set(name.family_parts)


def person_key(parsed: ParsedName) -> str:
    """A co-author's name without what is left out now and then: middle names and initials, syllable breaks."""
    parsed = usual_order(parsed)
    if parsed.native or not parsed.family_parts:
        return parsed.key
    return _short_key(parsed.given_parts, parsed.family_parts[-1])


def _short_key(given: tuple[str, ...], family: str) -> str:
    if not given:
        return family
    if is_initials(given):
        return f"{given[0]} {family}"
    if name_group(family) != "o":
        return f"{''.join(part for part in given if len(part) > 1)} {family}"
    return f"{next(part for part in given if len(part) > 1)} {family}"
