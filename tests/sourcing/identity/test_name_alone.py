"""Nobody is found to be one person by a name that others bear, in whatever order and script it is printed."""

from dataclasses import replace

import pytest

from db.keys.name_match.relation import NameRelation
from db.keys.names import parse_name
from sourcing.identity.mention import Mention
from sourcing.identity.rarity import shipped_stock
from sourcing.identity.reader import Reader
from sourcing.identity.resolver import resolve


def mention(
    paper: str, name: str, *coauthors: str, title: str, place: str = "", field: str = "cs.LG"
) -> Mention:
    return Mention(
        mention_id=paper, paper_id=paper, title=title, name=name, position=1, n_authors=1 + len(coauthors),
        coauthors=(name, *coauthors), year=2024, fields=(field,), affiliations=(place,) if place else (),
    )  # fmt: skip


def are_one(one: Mention, other: Mention) -> bool:
    persons = resolve([one, other]).persons
    return persons[one.mention_id] == persons[other.mention_id]


def bearers(name: str) -> float:
    return shipped_stock().bearers(parse_name(name))


@pytest.mark.parametrize(
    ("turned", "name"),
    [
        ("Park Jihoon", "Jihoon Park"),
        ("Kim Min Jun", "Min Jun Kim"),
        ("Nguyen Van Anh", "Van Anh Nguyen"),
        ("Wang Xiaoming", "Xiaoming Wang"),
        ("Tanaka Hiroshi", "Hiroshi Tanaka"),
        ("Priya S", "S. Priya"),
        ("Priya S. K.", "S. K. Priya"),
        ("Kumar JP", "J. P. Kumar"),
        ("MJ Kim", "M. J. Kim"),
        ("Hiroshi Satoh", "Hiroshi Sato"),
        ("Katoh Yuuki", "Yuki Kato"),
    ],
)
def test_a_name_is_no_rarer_for_being_printed_in_another_order_or_spelling(turned: str, name: str) -> None:
    assert bearers(turned) >= 0.9 * bearers(name)


def test_what_agrees_is_no_rarer_than_what_both_have_in_common() -> None:
    """T. V. Rennquist may be Tobias, as any T. Rennquist may: that he has a V. as well says nothing of it."""
    reader = Reader(shipped_stock())
    printed = ("T. V. Rennquist", "Tobias Rennquist", "T. Rennquist")
    forms = [reader.read(at, mention(str(at), name, title="Ice")).forms[0] for at, name in enumerate(printed)]
    assert reader.rarity_between(*forms[:2], NameRelation.INITIAL) == reader.rarity[forms[2]]
    assert reader.rarity[forms[0]] < reader.rarity[forms[2]]


def test_a_name_in_a_script_that_was_not_counted_is_not_rare() -> None:
    for name in ("王伟", "김민준", "山田太郎", "Иван Иванов", "محمد أحمد", "अमित कुमार"):
        assert bearers(name) > 0.3, name
    assert bearers("王伟") > 1
    assert bearers("Otis Quillfeather") < 0.001
    assert bearers("Ötis Quıllfeather") < 0.001


@pytest.mark.parametrize(
    "name", ["王伟", "김민준", "Иван Иванов", "Kim Min Jun", "Nguyen Van Anh", "Priya S"]
)
def test_namesakes_at_two_universities_are_two_people(name: str) -> None:
    assert not are_one(
        mention(
            "a", name, "Bo Rennquist", title="Protein folding", place="Lakeshore University", field="q-bio"
        ),
        mention(
            "b", name, "Cy Dunnmore", title="Graph compilers", place="Harbour Polytechnic", field="cs.PL"
        ),
    )


def test_a_larger_database_holds_more_bearers_of_a_name_in_steps() -> None:
    stock, name = shipped_stock(), parse_name("Min Zhao")
    here = stock.bearers(name)
    for names in (0, stock.people // 3, stock.people, 2 * stock.people - 1):
        assert stock.grown(names) == stock
    assert stock.grown(2 * stock.people).bearers(name) == 2 * here
    assert stock.grown(10 * stock.people).bearers(name) == 8 * here
    assert stock.grown(11 * stock.people) == stock.grown(10 * stock.people)


@pytest.mark.parametrize(
    ("name", "title"), [("David Kim", "Kernels without ice"), ("John Smith", "Kernels without tears")]
)
def test_two_lone_papers_of_a_name_are_joined_less_readily_in_a_larger_database(
    name: str, title: str
) -> None:
    one = mention("a", name, "Bo Rennquist", title="Sea ice seen from above")
    other = mention("b", name, "Cy Dunnmore", title=title)
    assert are_one(one, other)
    larger = shipped_stock().grown(10 * shipped_stock().people)
    assert len(set(resolve([one, other], stock=larger).persons.values())) == 2


COMMON = [
    "Min Zhao",
    "David Kim",
    "Tao Xu",
    "John Smith",
    "Arun Kumar",
    "Mohamed Ahmed",
    "Maria Garcia",
    "王伟",
]


@pytest.mark.parametrize("name", ["Min Zhao", "David Kim", "Tao Xu", "王伟"])
def test_of_a_common_name_a_category_and_a_year_are_no_evidence(name: str) -> None:
    titles = "Sea ice seen from above", "Kernels without tears"
    for first, second in (((), ()), (("Bo Rennquist",), ("Cy Dunnmore",)), (("Bo Rennquist",), ())):
        one, other = mention("a", name, *first, title=titles[0]), mention("b", name, *second, title=titles[1])
        assert not are_one(one, other)


@pytest.mark.parametrize("name", ["John Smith", "Arun Kumar", "Mohamed Ahmed", "Maria Garcia"])
def test_of_a_name_that_a_few_bear_neither_is_evidence_alone(name: str) -> None:
    one = mention("a", name, "Bo Rennquist", title="Sea ice seen from above")
    elsewhere = mention("b", name, "Cy Dunnmore", title="Kernels without tears", field="q-bio")
    assert not are_one(one, elsewhere)
    assert not are_one(one, replace(elsewhere, fields=("cs.LG",), year=2016))


@pytest.mark.parametrize("name", ["John Smith", "Arun Kumar", "Maria Garcia"])
def test_a_co_author_whose_name_many_bear_does_not_outweigh_two_universities(name: str) -> None:
    def at_two_places(shared: str) -> tuple[Mention, Mention]:
        return (
            mention(
                "a",
                name,
                shared,
                "Bo Rennquist",
                title="Sea ice",
                place="Lakeshore University",
                field="q-bio",
            ),
            mention("b", name, shared, "Cy Dunnmore", title="Kernels", place="Harbour Polytechnic"),
        )

    assert not are_one(*at_two_places("Jun Li"))
    assert are_one(*at_two_places("Ada Quillfeather"))


def test_one_more_paper_is_likelier_by_who_has_written_many() -> None:
    """Where the evidence is thin: the subject, the years, and that co-authors are others."""
    team = ("Bo Rennquist", "Cy Dunnmore", "Ada Quell")
    known = [mention(f"a{each}", "Mohamed Ahmed", *team, title="Sea ice by radar") for each in range(12)]
    further = mention("b", "Mohamed Ahmed", "Dee Ottesen", "Eve Quimby", title="Kernels without tears")
    assert not are_one(known[0], further)
    persons = resolve([*known, further]).persons
    assert len(set(persons.values())) == 1


def test_a_name_that_hardly_anybody_bears_is_one_person_over_decades() -> None:
    early = mention("a", "Otis Quillfeather", "Bo Rennquist", title="Sea ice seen from above", field="q-bio")
    late = mention("b", "Otis Quillfeather", "Cy Dunnmore", title="Kernels without tears")
    assert are_one(replace(early, year=1998), late)


@pytest.mark.parametrize("name", COMMON)
def test_co_authors_and_a_subject_are(name: str) -> None:
    team = ("Bo Rennquist", "Cy Dunnmore")
    assert are_one(
        mention("a", name, *team, title="Sea ice drift seen by radar"),
        mention("b", name, *team, title="Sea ice thickness by radar"),
    )


@pytest.mark.parametrize(
    "name", ["Anonymous", "Anonymous Authors", "Gemma Team", "The Tides Collaboration", "DeepSeek-AI"]
)
def test_a_group_or_nobody_is_not_one_person(name: str) -> None:
    team = ("Bo Rennquist", "Cy Dunnmore")
    found = resolve(
        [
            mention("a", name, *team, title="Sea ice drift seen by radar"),
            mention("b", name, *team, title="Sea ice thickness by radar"),
        ]
    )
    assert found.persons["a"] != found.persons["b"]
    assert not found.doubts
