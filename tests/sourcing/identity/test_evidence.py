"""What brings people together and what does not: large blocks, circles of co-authors, night by night as all at once."""

import random

from db.keys.names import parse_name
from sourcing.evaluate.identity import agreement
from sourcing.identity.cluster import ALL_PAIRS
from sourcing.identity.dossier import Dossier, unite_all
from sourcing.identity.mention import Mention
from sourcing.identity.rarity import shipped_stock
from sourcing.identity.reader import Reader
from sourcing.identity.resolver import resolve
from sourcing.identity.rows import mentions_from_rows
from sourcing.identity.scorecard import PLACE, compare

TOPICS = (
    "tides and currents",
    "sparse kernels",
    "rope walking robots",
    "grammar of ice",
    "diffusion on graphs",
)
GIVEN = ("Otis", "Olga", "Mira", "Carmen", "Casimir", "Brynhild")
COMMON = ("Wei Wang", "Jun Zhang", "Min Li", "Yang Liu")
PLACES = ("Lakeshore University", "Harbour Polytechnic", "Savanna Institute")


def mentions(paper: str, *names: str, title: str = "", year: int = 2024, place: str = "") -> list[Mention]:
    """Every author of one paper."""
    return [
        Mention(
            mention_id=f"{paper}#{position}",
            paper_id=paper,
            title=title or f"Notes {paper}",
            name=name,
            position=position,
            n_authors=len(names),
            coauthors=names,
            year=year,
            affiliations=(place,) if place else (),
        )
        for position, name in enumerate(names, 1)
    ]


def test_a_name_with_very_many_papers_is_still_compared_whole() -> None:
    """More papers of one name than are compared pair by pair at first, each with its own co-author, over years."""
    found = [
        one
        for number in range(ALL_PAIRS + 20)
        for one in mentions(
            f"p{number:03}", "Otis Quillfeather", f"Bo{chr(97 + number % 26)}{chr(97 + number // 26)}a Renn{number}",
            title="Rope walking robots in tides", year=2020 + number % 4,
        )
    ]  # fmt: skip
    persons = resolve(found).persons
    assert len({persons[one.mention_id] for one in found if one.name == "Otis Quillfeather"}) == 1


def test_co_authors_who_published_together_speak_for_one_person() -> None:
    """Nobody in common on the two papers; but the people on the one publish with the people on the other."""
    of_one = ("Jun Guo", "Brynhild Ottesen", "Casimir Wexelblat")
    of_other = ("Jun Guo", "Desdemona Ravnkilde", "Eustace Quimby")
    apart = [*mentions("p1", *of_one, title=TOPICS[0]), *mentions("p2", *of_other, title=TOPICS[1])]
    together = [*apart, *mentions("p3", *of_one[1:], *of_other[1:]), *mentions("p4", of_one[2], of_other[1])]
    doubts = []
    for world in (apart, together):
        names = {one.mention_id: one.name for one in world}
        found = resolve(world)
        (doubt,) = [one for one in found.doubts if names[one.one] == "Jun Guo"] or [None]
        doubts.append(doubt)
        if doubt is None:
            assert world is together
            assert found.persons["p1#1"] == found.persons["p2#1"]
    alone, met = doubts
    assert alone is not None
    assert not any("published together" in point.text for point in alone.points)
    if met is not None:
        assert met.probability > alone.probability
        assert any("published together" in point.text and point.points > 0 for point in met.points)


def invented_population(rng: random.Random) -> tuple[list[list[Mention]], dict[str, str]]:
    """Two hundred papers by twelve groups; and who is who. In each a namesake of people in other groups."""
    ends = ("feather", "ensen", "blatt", "kilde", "imby", "ander")
    groups = [
        [f"{first} {start}{end}" for first, end in zip(GIVEN, ends, strict=True)] + [rng.choice(COMMON)]
        for start in (
            "Quill",
            "Ott",
            "Wexel",
            "Ravn",
            "Qu",
            "Dunn",
            "Hal",
            "Brix",
            "Fal",
            "Mor",
            "Tarn",
            "Vost",
        )
    ]
    papers, truth = [], {}
    for number in range(200):
        group = rng.randrange(len(groups))
        names = list(dict.fromkeys(rng.sample(groups[group], rng.randint(2, 5))))
        title = f"{TOPICS[group % len(TOPICS)]} {rng.choice(('again', 'revisited', 'at scale'))}"
        found = mentions(
            f"p{number:03}", *names, title=title, year=rng.randint(2020, 2026), place=PLACES[group % len(PLACES)]
        )  # fmt: skip
        truth |= {one.mention_id: f"{group}/{one.name}" for one in found}
        papers.append(found)
    return papers, truth


def test_night_by_night_agrees_with_all_at_once() -> None:
    """The tolerance: B³ of one against the other at least .98 both ways; each as close to the truth."""
    papers, truth = invented_population(random.Random(4))
    everybody = [one for paper in papers for one in paper]
    whole = resolve(everybody).persons
    persons: dict[str, int] = {}
    seen: list[Mention] = []
    for night in range(8):
        new = [one for paper in papers[night::8] for one in paper]
        seen += new
        persons = resolve(seen, known=persons, fresh={one.mention_id for one in new}).persons
    ids = sorted(truth)
    found = agreement([persons[one] for one in ids], [whole[one] for one in ids])
    assert (found["b3_precision"] or 0) >= 0.98
    assert (found["b3_recall"] or 0) >= 0.98
    right = agreement([whole[one] for one in ids], [truth[one] for one in ids])
    assert (right["b3_precision"] or 0) >= 0.95


def test_a_given_name_is_common_among_its_own_family_names() -> None:
    bearers = {
        name: shipped_stock().bearers(parse_name(name)) for name in ("Wei Qiao", "Otis Qiao", "Anh Le")
    }
    assert bearers["Anh Le"] > 1
    assert bearers["Wei Qiao"] > 0.1 > 20 * bearers["Otis Qiao"]


def test_a_list_that_names_somebody_twice_does_not_part_their_papers() -> None:
    group = ("Brynhild Ottesen", "Casimir Wexelblat")
    found = [*mentions("p0", "Otis Quillfeather", *group, "Otis R. Quillfeather")]
    for number in range(1, 7):
        found += mentions(f"p{number}", ("Otis Quillfeather", "Otis R. Quillfeather")[number % 2], *group)
    persons = resolve(found).persons
    of_otis = [persons[one.mention_id] for one in found if "Quillfeather" in one.name]
    assert len(set(of_otis[:1] + of_otis[2:])) == 1
    assert of_otis[1] not in of_otis[2:]


def test_two_namesakes_of_a_common_name_on_one_paper_keep_their_own_papers() -> None:
    one_group, other_group = (
        ("Brynhild Ottesen", "Casimir Wexelblat"),
        ("Desdemona Ravnkilde", "Eustace Quimby"),
    )
    found = [
        *mentions("p0", "Jun Zhang", *one_group, *other_group, "Jun Zhang"),
        *mentions("p1", "Jun Zhang", *one_group),
        *mentions("p2", "Jun Zhang", *other_group, title="Sea ice, seen from far above"),
    ]
    persons = resolve(found).persons
    assert persons["p0#1"] != persons["p0#6"]
    assert {persons["p1#1"], persons["p2#1"]} <= {persons["p0#1"], persons["p0#6"]}


def test_two_records_of_a_work_with_authors_in_another_order_do_not_part_them() -> None:
    names = ["Otis Quillfeather", "Brynhild Ottesen", "Casimir Wexelblat"]

    def rows(paper: str, order: list[str]) -> list[dict[str, object]]:
        return [
            {
                "mention_id": f"{paper}#{position}", "paper_id": paper, "title": "Rope walking robots in tides",
                "name": name, "position": position, "coauthors": [one for one in order if one != name], "year": 2024,
            }
            for position, name in enumerate(order, 1)
        ]  # fmt: skip

    persons = resolve(mentions_from_rows([*rows("a", names), *rows("b", names[::-1])])).persons
    assert persons["a#1"] == persons["b#3"]
    assert persons["a#3"] == persons["b#1"]


def test_who_wrote_many_papers_shares_words_with_everybody() -> None:
    """The same two words of a title say less beside twenty papers than beside one."""
    reader = Reader(shipped_stock())
    written = [
        one
        for number in range(20)
        for one in mentions(f"p{number:02}", "Min Li", title=f"Tidal manifolds of grammar {number}")
    ]
    (asked,) = mentions("q", "Min Li", title="Tidal manifolds of ice")
    dossiers = [reader.read(place, one) for place, one in enumerate([*written, asked])]
    *theirs, lone = dossiers

    def topic(of: Dossier) -> float:
        found = compare(of, lone, 0.0, reader)
        return found[PLACE["topic"]] + found[PLACE["topic_2"]]

    assert topic(theirs[0]) > topic(unite_all(theirs)) > 0
