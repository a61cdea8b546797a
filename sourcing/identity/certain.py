"""What is certain before any evidence is weighed: decisions made by hand, places on one paper, identifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.own_script import can_be_transcribed
from sourcing.identity.dossier import Dossier, compatible_links, unite_all
from sourcing.identity.mention import UNIQUE, Locks, Mention, Profile
from sourcing.identity.reader import CLOSE, Reader

# In this order: where two identifiers contradict each other the first one counts.
_PROOF_ORDER = ("orcid", "openreview", "arxiv_author", "scholar", "email")
_NONE: frozenset[str] = frozenset()
Told = Callable[[int, int, str], None]
_REASONS = {
    "orcid": "the same ORCID iD", "openreview": "the same OpenReview profile",
    "arxiv_author": "the same arXiv author id", "scholar": "the same Google Scholar profile",
    "email": "the same published e-mail address", "profile": "identifiers on one profile page",
}  # fmt: skip
# Printed beside two names these prove that both are one person's: their owners had to log in. All else proves something
# only where the names agree: a group has an address, a machine guesses whose a profile is, a page names a colleague's.
WHATEVER_THE_NAME = frozenset({"orcid", "openreview"})


@dataclass(slots=True)
class Splits:
    """Pairs of mentions (by number) that a person said are two people."""

    of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def apart(self, one: Dossier, other: Dossier) -> bool:
        """Whether any mention of one side was split from any of the other."""
        if not self.of:
            return False
        small, large = (one, other) if len(one.members) < len(other.members) else (other, one)
        members = None
        for member in small.members:
            enemies = self.of.get(member)
            if enemies:
                members = set(large.members) if members is None else members
                if not enemies.isdisjoint(members):
                    return True
        return False


def unite_certain(
    mentions: Sequence[Mention],
    dossiers: Sequence[Dossier],
    reader: Reader,
    *,
    profiles: Iterable[Profile],
    locks: Locks,
    known: Mapping[str, object],
    splits: Splits,
    told: Told | None = None,
) -> list[Dossier]:
    """Unite dossiers of one mention each (in the fixed order) by what proves them to be one person.

    First what was merged by hand, then the same place of one paper, then persons that are known already, then
    identifiers. An identifier that stands at two places of one paper counts at neither. A union that two ORCIDs, two
    places of one paper or a split by hand forbid does not happen; only a merge by hand overrides the first two.
    ``told`` hears of every union and its reason.
    """
    number = {mention.mention_id: place for place, mention in enumerate(mentions)}
    contested = _contested(mentions)
    for at, links in contested.items():
        dossiers[at].links -= links
    parts = _Parts(dossiers, reader, splits, told)
    for group in sorted(tuple(sorted(number[m] for m in group if m in number)) for group in locks.merged):
        for one, other in pairwise(group):
            parts.unite(one, other, "merged by hand", by_hand=True)
    for place in _same_places(mentions):
        for one, other in pairwise(place):
            named = not parts.can_be_transcribed(one, other)
            parts.unite(one, other, "the same place of one paper", same_place=True, named=named)
    groups: dict[object, list[int]] = defaultdict(list)
    for mention_id, person in known.items():
        if mention_id in number:
            groups[person].append(number[mention_id])
    for numbers in sorted(sorted(each) for each in groups.values()):
        if not parts.unite_whole(numbers, "known as one person"):
            for one, other in pairwise(numbers):
                parts.unite(one, other, "known as one person")
    for kind, holders in _holders(mentions, profiles, contested):
        parts.unite_holders(holders, _REASONS[kind], named=kind not in WHATEVER_THE_NAME)
    return parts.whole()


def uncontested(mentions: Sequence[Mention], beside: Iterable[Mention]) -> list[Mention]:
    """The mentions, in their order, without the identifiers that another place of their paper bears too."""
    contested = _contested([*mentions, *beside])
    return [
        replace(one, links=tuple(link for link in one.links if link not in contested[place]))
        if place in contested
        else one
        for place, one in enumerate(mentions)
    ]


def untouched(
    mentions: Sequence[Mention], known: Mapping[str, object], locks: Locks, splits: Splits
) -> set[object]:
    """The known persons who stay as they are whatever is certain: no mention of theirs bears an identifier, shares its
    place, or was decided upon by hand, and no two are on one paper."""
    if splits.of or not known:
        return set()
    decided = {mention_id for group in locks.merged for mention_id in group}
    seen_on: dict[object, str] = {}  # mentions of one paper stand together in the fixed order
    touched: set[object] = set()
    last = None
    for mention in mentions:
        person = known.get(mention.mention_id)
        shared = last is not None and mention.paper_id == last.paper_id and mention.position == last.position
        if shared and last is not None:
            touched.add(known.get(last.mention_id))
        if person is not None:
            if (
                shared
                or mention.links
                or seen_on.get(person) == mention.paper_id
                or mention.mention_id in decided
            ):
                touched.add(person)
            seen_on[person] = mention.paper_id
        last = mention
    return seen_on.keys() - touched


def _same_places(mentions: Sequence[Mention]) -> list[list[int]]:
    # The fixed order puts mentions of one place beside each other.
    found: list[list[int]] = []
    last = None
    for place, mention in enumerate(mentions):
        if (
            last is not None
            and mention.position
            and mention.position == last.position
            and mention.paper_id == last.paper_id
        ):
            if found and found[-1][-1] == place - 1:
                found[-1].append(place)
            else:
                found.append([place - 1, place])
        last = mention
    return found


def _contested(mentions: Sequence[Mention]) -> dict[int, frozenset[str]]:
    """By number of mention, its identifiers that another place of the same paper bears too: one is misprinted."""
    borne: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, mention in enumerate(mentions):
        for link in mention.links:
            borne[mention.paper_id, link].append(place)
    found: dict[int, set[str]] = defaultdict(set)
    for (_, link), places in borne.items():
        if len(places) > 1 and len({mentions[place].position for place in places}) > 1:
            for place in places:
                found[place].add(link)
    return {place: frozenset(links) for place, links in found.items()}


def _holders(
    mentions: Sequence[Mention], profiles: Iterable[Profile], contested: Mapping[int, frozenset[str]]
) -> list[tuple[str, list[int]]]:
    """Mentions that share an identifier, or hold identifiers of one profile; surest kind first, in fixed order."""
    by_link: dict[str, list[int]] = defaultdict(list)
    for place, mention in enumerate(mentions):
        for link in mention.links:
            if link not in contested.get(place, _NONE):
                by_link[link].append(place)
    pages = _pages(profiles)
    together: dict[tuple[int, str], set[int]] = defaultdict(set)
    on_page: dict[str, set[int]] = defaultdict(set)
    for link, places in by_link.items():
        kind = link.partition(":")[0]
        if kind in _PROOF_ORDER:
            together[_PROOF_ORDER.index(kind), link].update(places)
            found = pages.get(link, _NONE)
            if len(found) == 1:
                on_page[next(iter(found))].update(places)
    last = len(_PROOF_ORDER)
    together.update(((last, page), places) for page, places in on_page.items())
    for link, found in pages.items():
        if len(found) > 1:
            theirs = set(by_link.get(link, ())).union(*(on_page.get(page, ()) for page in found))
            together[last + 1 + _PROOF_ORDER.index(link.partition(":")[0]), link] = theirs
    kinds = (*_PROOF_ORDER, "profile", *_PROOF_ORDER)
    return [
        (kinds[rank], sorted(places)) for (rank, _), places in sorted(together.items()) if len(places) > 1
    ]


def _pages(profiles: Iterable[Profile]) -> dict[str, frozenset[str]]:
    """On whose pages an identifier stands. Two pages are one person's if they name one ORCID or OpenReview profile; all
    else that two of them may have in common is a group's address as well, or somebody else's Scholar profile."""
    root: dict[str, str] = {}

    def find(page: str) -> str:
        while root.get(page, page) != page:
            page = root[page]
        return page

    named: dict[str, set[str]] = defaultdict(set)
    for profile in sorted(profiles, key=lambda one: one.profile_id):
        links = sorted(link for link in profile.links if link.partition(":")[0] in _PROOF_ORDER)
        if sum(link.partition(":")[0] in UNIQUE for link in links) > 1:
            continue  # a page that names two people's identifiers proves nothing
        sure = [link for link in links if link.partition(":")[0] in WHATEVER_THE_NAME]
        page = sure[0] if sure else f"page:{profile.profile_id}"
        for link in sure:
            root[find(link)] = find(page)
        for link in links:
            named[link].add(page)
    return {link: frozenset(map(find, pages)) for link, pages in named.items()}


class _Parts:
    def __init__(
        self,
        dossiers: Sequence[Dossier],
        reader: Reader,
        splits: Splits,
        told: Told | None,
    ) -> None:
        self._dossiers = dossiers
        self._reader = reader
        self._splits = splits
        self._told = told
        self._root = list(range(len(dossiers)))
        # Of each root: its mentions, their papers, those of them that bear identifiers, and its names.
        self._members: dict[int, list[int]] = {}
        self._papers: dict[int, set[int]] = {}
        self._linked: dict[int, list[int]] = {}
        self._forms: dict[int, set[int]] = {}

    def find(self, at: int) -> int:
        while self._root[at] != at:
            self._root[at] = self._root[self._root[at]]
            at = self._root[at]
        return at

    def unite(
        self,
        one: int,
        other: int,
        reason: str,
        *,
        by_hand: bool = False,
        same_place: bool = False,
        named: bool = False,
    ) -> bool:
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        if self._splits.of and self._split(a, b):
            return False
        if named and not self._agree(a, b):
            return False
        if not by_hand and self._contradict(a, b, same_place=same_place):
            return False
        if self._told is not None:
            self._told(one, other, reason)
        low, high = (a, b) if a < b else (b, a)
        self._root[high] = low
        self._members[low] = _joined(self._members_of(low), self._members_of(high))
        small, large = sorted((self._papers_of(low), self._papers_of(high)), key=len)
        large |= small
        self._papers[low] = large
        self._linked[low] = _joined(self._linked_of(low), self._linked_of(high))
        self._forms[low] = self._forms_of(low) | self._forms_of(high)
        for of in (self._members, self._papers, self._linked, self._forms):
            of.pop(high, None)
        return True

    def unite_holders(self, holders: Sequence[int], reason: str, *, named: bool) -> None:
        """Unite those who hold one identifier, each with the first part that it can belong to: first where the names
        agree, then (unless ``named``) whatever they are."""
        last: list[int] = []
        for place in holders:
            for at, one in enumerate(last):
                if self.unite(one, place, reason, named=True):
                    last[at] = place
                    break
            else:
                last.append(place)
        if named:
            return
        first = last[:1]
        for place in last[1:]:
            if not any(self.unite(one, place, reason) for one in first):
                first.append(place)

    def unite_whole(self, numbers: Sequence[int], reason: str) -> bool:
        """Unite all of these (in order) in one step, where none has been united before and nothing can speak against
        it: the same as one after the other. Tells whether that was so; if not, nothing is done."""
        if len(numbers) < 2:
            return True
        dossiers = self._dossiers
        if self._splits.of or any(self._root[at] != at or at in self._members for at in numbers):
            return False
        papers = set().union(*[dossiers[at].papers for at in numbers])
        linked = [at for at in numbers if dossiers[at].links]
        if len(papers) < len(numbers) or len({_own_only(dossiers[at]) for at in linked} - {_NONE}) > 1:
            return False
        low = numbers[0]
        for last, at in pairwise(numbers):
            self._root[at] = low
            if self._told is not None:
                self._told(last, at, reason)
        self._members[low], self._papers[low], self._linked[low] = list(numbers), papers, linked
        self._forms[low] = set().union(*[dossiers[at].forms for at in numbers])
        return True

    def _members_of(self, root: int) -> list[int]:
        return self._members.get(root) or [root]

    def _papers_of(self, root: int) -> set[int]:
        found = self._papers.get(root)
        return set(self._dossiers[root].papers) if found is None else found

    def _linked_of(self, root: int) -> list[int]:
        found = self._linked.get(root)
        return ([root] if self._dossiers[root].links else []) if found is None else found

    def _forms_of(self, root: int) -> set[int]:
        found = self._forms.get(root)
        return set(self._dossiers[root].forms) if found is None else found

    def _split(self, a: int, b: int) -> bool:
        theirs = self._members_of(b)
        return any(
            not self._splits.of[member].isdisjoint(theirs)
            for member in self._members_of(a)
            if member in self._splits.of
        )

    def whole(self) -> list[Dossier]:
        # Of each root the lowest number is the root itself, and numbers go up: so do the roots.
        root, dossiers = self._root, self._dossiers
        groups: dict[int, list[Dossier]] = {
            at: [dossier] for at, dossier in enumerate(dossiers) if root[at] == at
        }
        for at, dossier in enumerate(dossiers):
            if root[at] != at:
                groups[self.find(at)].append(dossier)
        return [self._one(group) if len(group) > 1 else group[0] for group in groups.values()]

    def _one(self, parts: list[Dossier]) -> Dossier:
        whole = unite_all(parts)
        whole.aliases = self._reader.has_aliases(whole.forms)
        return whole

    def _agree(self, a: int, b: int) -> bool:
        """Whether the names of two roots can all be one person's, and some resemble each other."""
        mine, theirs = sorted(self._forms_of(a)), sorted(self._forms_of(b))
        if mine == theirs:
            return True
        apart = [(i, j) for i in mine for j in theirs if self._relation(i, j) is NameRelation.DIFFERENT]
        if not apart:
            return True
        if len(apart) == len(mine) * len(theirs):
            return False
        reader = self._reader
        aliases = reader.has_aliases(mine), reader.has_aliases(theirs)
        if all(aliases) and not any(self._relation(i, j) in CLOSE for i in mine for j in theirs):
            return False
        return any(aliases) and all(reader.is_alias(pair, mine, theirs, self._relation) for pair in apart)

    def can_be_transcribed(self, one: int, other: int) -> bool:
        """Whether two mentions can be one name in its own script and in Latin letters."""
        names = self._reader.names
        mine, theirs = self._dossiers[one].forms, self._dossiers[other].forms
        return any(can_be_transcribed(names[i], names[j]) for i in mine for j in theirs)

    def _relation(self, i: int, j: int) -> NameRelation:
        names = self._reader.names
        return NameRelation.SAME if i == j else relate_names(names[i], names[j])

    def _contradict(self, a: int, b: int, *, same_place: bool) -> bool:
        if not same_place and not self._papers_of(a).isdisjoint(self._papers_of(b)):
            return True
        dossiers = self._dossiers
        return any(
            not compatible_links(dossiers[one], dossiers[other])
            for one in self._linked_of(a)
            for other in self._linked_of(b)
        )


def _own_only(one: Dossier) -> frozenset[str]:
    """The identifiers of which a person has exactly one."""
    return frozenset(link for link in one.links if link.partition(":")[0] in UNIQUE)


def _joined(one: list[int], other: list[int]) -> list[int]:
    """Both as one list, the shorter appended to the longer: a person may have a thousand papers."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    large.extend(small)
    return large
