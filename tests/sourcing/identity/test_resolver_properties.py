"""What holds for any mentions in any order: same answer, hand above evidence, nothing impossible together."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import parse_name
from sourcing.identity.dossier import gathered, unite_all
from sourcing.identity.mention import Locks, Mention, Profile
from sourcing.identity.rarity import shipped_stock
from sourcing.identity.reader import Reader
from sourcing.identity.resolver import resolve

NAMES = (
    "Wei Wang", "W. Wang", "Otis Quillfeather", "O. Quillfeather", "Olga Quillfeather", "Otis R. Quillfeather",
    "María José Ferrándiz", "M. J. Ferrandiz", "Maria José Ferrándiz Olmo", "Bo Rennquist", "Olga Ravnkilde",
    "Kim Min Jun", "Min-Jun Kim", "MJ Kim", "Min-Ho Kim", "Takumi Satoh", "Satō Takumi", "T. Sato", "Quillkrishnan S",
    "S. Quillkrishnan", "王伟",
)  # fmt: skip
ORCIDS = ("", "", "", "orcid:0000-0001-5000-0007", "orcid:0000-0001-5000-0015")
# Several people may hold the others: a group has an address, and a machine takes one author for another.
OTHER_LINKS = (
    "", "", "", "openreview:~Otis_Quillfeather1", "email:tides@lakeshore.example", "scholar:QUILLAAAAJ",
    "arxiv_author:quillfeather_o_1",
)  # fmt: skip
WORDS = ("tides", "kernels", "ropes", "grammar", "sparse", "ice", "robots", "diffusion")
PLACES = ("", "Lakeshore University", "Harbour Polytechnic")


@st.composite
def worlds(draw: st.DrawFn) -> list[Mention]:
    """Up to eight papers by people with much the same names."""
    found = []
    for number in range(draw(st.integers(2, 8))):
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
        title = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)))
        for position, name in enumerate(names, 1):
            orcid, place = draw(st.sampled_from(ORCIDS)), draw(st.sampled_from(PLACES))
            link = draw(st.sampled_from(OTHER_LINKS))
            variant = draw(st.sampled_from(("", "Olga Ravnkilde"))) if name == "Olga Quillfeather" else ""
            found.append(
                Mention(
                    mention_id=f"{number}#{position}",
                    paper_id=str(number),
                    title=title,
                    name=name,
                    position=position,
                    n_authors=len(names),
                    coauthors=tuple(names),
                    year=draw(st.integers(2015, 2026)),
                    affiliations=(place,) if place else (),
                    variants=(variant,) if variant else (),
                    links=tuple(one for one in (orcid, link) if one),
                )
            )
    return found


pages = st.lists(
    st.sets(st.sampled_from([*ORCIDS[3:], *OTHER_LINKS[3:]]), min_size=2, max_size=4), max_size=3
).map(
    lambda drawn: [
        Profile(profile_id=f"page{number}", links=tuple(sorted(links))) for number, links in enumerate(drawn)
    ]
)


def partition(persons: dict[str, int]) -> set[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for mention, person in persons.items():
        groups.setdefault(person, set()).add(mention)
    return {frozenset(group) for group in groups.values()}


def by_id(mentions: list[Mention]) -> dict[str, Mention]:
    return {mention.mention_id: mention for mention in mentions}


def counted_links(world: list[Mention]) -> dict[str, set[str]]:
    """The identifiers of each mention but those that stand at two places of its paper."""
    borne = Counter((mention.paper_id, link) for mention in world for link in mention.links)
    return {
        mention.mention_id: {link for link in mention.links if borne[mention.paper_id, link] == 1}
        for mention in world
    }


def names_of(mention: Mention) -> set[str]:
    return {mention.name, *mention.variants}


def related(one: str, other: str) -> bool:
    return relate_names(parse_name(one), parse_name(other)) is not NameRelation.DIFFERENT


def resemble(one: Mention, other: Mention) -> bool:
    return any(related(mine, theirs) for mine, theirs in product(names_of(one), names_of(other)))


def proven(group: list[Mention], links: dict[str, set[str]]) -> list[set[str]]:
    """The names in a group that an ORCID iD or OpenReview profile printed beside them, or one place on a paper, makes
    one person's; with all who bear just such a name."""
    parts = [
        (
            names_of(one),
            {link for link in links[one.mention_id] if link.startswith(("orcid:", "openreview:"))},
        )
        for one in group
    ]
    merged = True
    while merged:
        merged = False
        for one, other in combinations(parts, 2):
            if one[0] & other[0] or one[1] & other[1]:
                parts.remove(other)
                one[0].update(other[0])
                one[1].update(other[1])
                merged = True
                break
    return [names for names, _ in parts]


def explained(one: Mention, other: Mention, names: set[str]) -> bool:
    """Whether these names, known to be one person's, say how two that do not resemble each other can be."""
    if parse_name(one.name).family == parse_name(other.name).family:
        return bool(names_of(one) & names) and bool(names_of(other) & names)
    return all(any(related(mine, name) for mine in names_of(each) for name in names) for each in (one, other))


@settings(max_examples=60, deadline=None)
@given(worlds(), pages, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    world: list[Mention], profiles: list[Profile], rng: object
) -> None:
    first = resolve(world, profiles=profiles)
    shuffled = list(world)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    second = resolve(shuffled, profiles=profiles[::-1])
    assert partition(first.persons) == partition(second.persons)
    assert first.doubts == second.doubts


@settings(max_examples=60, deadline=None)
@given(worlds(), pages)
def test_what_cannot_be_one_person_never_is(world: list[Mention], profiles: list[Profile]) -> None:
    """Names that do not resemble each other are one person's only where an identifier says so of names like them."""
    known, links = by_id(world), counted_links(world)
    for group in partition(resolve(world, profiles=profiles).persons):
        mentions = [known[one] for one in group]
        papers = [mention.paper_id for mention in mentions]
        assert len(set(papers)) == len(papers), "two places on one paper"
        orcids = {link for one in group for link in links[one] if link.startswith("orcid:")}
        assert len(orcids) <= 1, "two ORCIDs"
        together = proven(mentions, links)
        for one, other in combinations(mentions, 2):
            assert resemble(one, other) or any(explained(one, other, names) for names in together), (
                one.name,
                other.name,
            )


@settings(max_examples=60, deadline=None)
@given(worlds(), pages)
def test_nothing_but_an_orcid_or_openreview_id_overrules_names(
    world: list[Mention], profiles: list[Profile]
) -> None:
    """Not an address, not a page, and not a chain of initials."""
    weak = [
        replace(
            mention,
            variants=(),
            links=tuple(one for one in mention.links if not one.startswith(("orcid:", "openreview:"))),
        )
        for mention in world
    ]
    known = by_id(weak)
    for group in partition(resolve(weak, profiles=profiles).persons):
        for one, other in combinations(sorted(group), 2):
            assert related(known[one].name, known[other].name), (known[one].name, known[other].name)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_decisions_by_hand_always_win(world: list[Mention], data: st.DataObject) -> None:
    ids = [mention.mention_id for mention in world]
    together = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))
    rest = [one for one in ids if one not in together]
    apart = [
        (one, other)
        for one, other in data.draw(
            st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=3)
        )
        if one != other and not (one in together and other in together)
    ]
    found = resolve(world, locks=Locks(merged=(tuple(together),), split=tuple(apart)))
    assert len({found.persons[one] for one in together}) <= 1
    for one, other in apart:
        assert found.persons[one] != found.persons[other]
    told = {frozenset((found.persons[doubt.one], found.persons[doubt.other])) for doubt in found.doubts}
    assert not told & {frozenset((found.persons[one], found.persons[other])) for one, other in apart}
    assert set(found.persons) == {*together, *rest}


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(1, 6))
def test_who_is_known_stays_one(world: list[Mention], nights: int) -> None:
    """Night by night, nobody who was found to be one person comes apart."""
    seen: list[Mention] = []
    persons: dict[str, int] = {}
    for night in range(nights):
        new = [one for place, one in enumerate(world) if place % nights == night]
        before = partition(persons)
        seen += new
        fresh = {one.mention_id for one in new}
        persons = resolve(seen, known=persons, fresh=fresh).persons
        after = partition(persons)
        assert all(any(old <= group for group in after) for old in before)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_every_point_is_told(world: list[Mention]) -> None:
    for doubt in resolve(world).doubts:
        assert 0 < doubt.probability < 1
        assert doubt.points[0].kind == "name"


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_a_decision_about_others_changes_nothing(world: list[Mention], data: st.DataObject) -> None:
    """Known people whom nothing can part are gathered in one step, unless anybody was split by hand."""
    people = st.one_of(st.none(), st.integers(1, 3))
    drawn = {mention.mention_id: data.draw(people) for mention in world}
    known = {mention_id: person for mention_id, person in drawn.items() if person is not None}
    far = [
        Mention(mention_id=f"far{place}", paper_id=f"far{place}", title="lace", name="Tove Lund", position=1)
        for place in (1, 2)
    ]
    fresh = {mention.mention_id for mention in world} - known.keys()
    alone = resolve(world, known=known, fresh=fresh)
    beside = resolve(
        [*world, *far], known=known, fresh={*fresh, "far1", "far2"}, locks=Locks(split=(("far1", "far2"),))
    )
    assert partition(beside.persons) == {*partition(alone.persons), frozenset({"far1"}), frozenset({"far2"})}
    assert beside.doubts == alone.doubts


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_what_is_gathered_in_one_step_is_what_records_say_one_by_one(world: list[Mention]) -> None:
    """Also where a person's name on one paper is a co-author's on another."""
    mentions = [replace(mention, links=()) for mention in world]
    reader = Reader(shipped_stock())
    one_by_one = unite_all(reader.read(number, mention) for number, mention in enumerate(mentions))
    seen = [reader.look(mention) for mention in mentions]
    whole = gathered(range(len(mentions)), seen, fresh=True)
    # Whether the names of a known person resemble each other is found out of all of them together.
    assert replace(whole, aliases=one_by_one.aliases) == one_by_one
