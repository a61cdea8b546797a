"""Which printed names can be one person's: what a reader of both would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.keys.name_match.relation import NameRelation
from db.keys.name_match.whole import relate_names
from db.keys.names import parse_printed
from sourcing.identity.blocks import related_forms


def related(one: str, other: str) -> NameRelation:
    """How two printed names agree, the same both ways round."""
    first, second = parse_printed(one), parse_printed(other)
    found = relate_names(first, second)
    assert relate_names(second, first) is found
    return found


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Joerg Quillmann", "Jörg Quillmann", NameRelation.JOINED),
        ("Jürgen Moellfeld", "Juergen Möllfeld", NameRelation.JOINED),
        ("Jörg Möllfeld", "Joerg M. Moellfeld", NameRelation.MIDDLE),
        ("Yue Wang", "Yu Wang", NameRelation.DIFFERENT),
        ("Xue Wei Li", "Xu Wei Li", NameRelation.DIFFERENT),
        ("Xuefeng Wang", "Xufeng Wang", NameRelation.DIFFERENT),
        ("Wei Xue", "Wei Xu", NameRelation.DIFFERENT),
        ("Jaehyun Kim", "Jahyun Kim", NameRelation.DIFFERENT),
        ("Yue X. Wang", "Yu Wang", NameRelation.DIFFERENT),
        ("Sue Rennquist", "Su Rennquist", NameRelation.DIFFERENT),
        ("Mae Rennquist", "Ma Rennquist", NameRelation.DIFFERENT),
    ],
)
def test_an_umlaut_is_not_looked_for_where_there_is_none(
    one: str, other: str, relation: NameRelation
) -> None:
    assert related(one, other) is relation


def test_names_that_are_written_with_and_without_umlaut_are_compared() -> None:
    names = [
        parse_printed(name)
        for name in ("Jörg Möllfeld", "Joerg Moellfeld", "Otis Quill", "Yue Wang", "Yu Wang")
    ]
    assert [(i, j) for i, j, _ in related_forms(names)] == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Ji-Rong Wen", "Jirong Wen", NameRelation.JOINED),
        ("Ji-Rong Wen", "Ji Wen", NameRelation.DIFFERENT),
        ("Luis Marin Olmo", "Luis Ferrándiz-Olmo", NameRelation.DIFFERENT),
        ("Luis Olmo", "Luis Ferrándiz-Olmo", NameRelation.COMPOUND),
        ("Luis Marin Ferrándiz", "Luis Ferrándiz-Olmo", NameRelation.COMPOUND),
        ("Luis F. Olmo", "Luis Ferrándiz-Olmo", NameRelation.COMPOUND),
        ("Xiao Ming Li", "Ming Li", NameRelation.DIFFERENT),
        ("Ji R. Wen", "Ji Wen", NameRelation.MIDDLE),
        ("J. R. Wen", "Ji-Rong Wen", NameRelation.INITIAL),
        ("Otis Wei Li", "Otis Li", NameRelation.MIDDLE),
        ("Otis Wei Li", "Wei Li", NameRelation.SECOND),
        ("Wei Ouyang", "Weili Ouyang", NameRelation.DIFFERENT),
        ("Mike Qiao", "Michael Qiao", NameRelation.NICKNAME),
    ],
)
def test_a_given_name_in_pinyin_keeps_its_syllables(one: str, other: str, relation: NameRelation) -> None:
    assert related(one, other) is relation


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Mei Lv", "Mei Lyu", NameRelation.JOINED),
        ("Mei Lv", "Mei Lü", NameRelation.SPELLING),
        ("Sinya Quillmori", "Shin-ya Quillmori", NameRelation.SPELLING),
        ("Tohru Mizunara", "Toru Mizunara", NameRelation.SPELLING),
        ("Ken Ootomari", "Ken Otomari", NameRelation.SPELLING),
        ("Yuya Mizunara", "Yuka Mizunara", NameRelation.DIFFERENT),
        ("Kathy Quill", "Kathleen Quill", NameRelation.NICKNAME),
        ("Yulia Quillova", "Iuliia Quillova", NameRelation.NICKNAME),
        ("Maria-Octavia Rennquist", "Octavia-Maria Rennquist", NameRelation.SECOND),
        ("Otis Quill", "K. Otis-Quill", NameRelation.COMPOUND),
        ("Anna B. van Quillberg", "Anna Van Quillberg", NameRelation.MIDDLE),
        ("Thanh Van Nguyen", "Thanh Nguyen", NameRelation.MIDDLE),
    ],
)
def test_one_name_spelt_in_two_ways_is_compared(one: str, other: str, relation: NameRelation) -> None:
    assert related(one, other) is relation
    if relation is not NameRelation.DIFFERENT:
        found = related_forms([parse_printed(one), parse_printed(other)])
        assert [pair[:2] for pair in found] == [(0, 1)]


SYLLABLES = ("Jae", "Xue", "Hae", "Joe", "Jin", "Ri", "Qi", "Hyun", "Ming", "Lue")


@given(st.sampled_from(SYLLABLES), st.sampled_from(SYLLABLES), st.sampled_from(("Kim", "Cheng", "Nguyen")))
def test_two_syllables_meet_in_one_word_and_in_two(first: str, second: str, family: str) -> None:
    printed = [
        f"{first}-{second} {family}",
        f"{first} {second} {family}",
        f"{first}{second.lower()} {family}",
    ]
    names = [parse_printed(name) for name in printed]
    assert {(i, j) for i, j, _ in related_forms(names)} == {(0, 1), (0, 2), (1, 2)}


def test_an_initial_before_a_capital_van_meets_the_name() -> None:
    names = [parse_printed(name) for name in ("O. Van Quillen", "Otis van Quillen", "Otis Quillen")]
    assert {(i, j) for i, j, _ in related_forms(names)} == {(0, 1), (0, 2), (1, 2)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paul Quillman", "Paula Quillman"),
        ("Daniel Quillman", "Daniela Quillman"),
        ("Stefan Quillman", "Stefanie Quillman"),
        ("Christian Quillman", "Christina Quillman"),
        ("Gabriel Quillman", "Gabrielle Quillman"),
        ("Roberto Quillman", "Roberta Quillman"),
        ("Andreas Quillman", "Andrea Quillman"),
        ("Simon P. Quillman", "Simone P. Quillman"),
        ("Rene Quillman", "Renee Quillman"),
        ("Otis Kowalski", "Otis Kowalska"),
        ("Otis Petrovsky", "Otis Petrovska"),
        ("Otis Quillopoulos", "Otis Quillopoulou"),
        ("Otis Quillzins", "Otis Quillzina"),
        ("Jun Quillmori", "Junko Quillmori"),
        ("Yoshio Quillmori", "Yoshiko Quillmori"),
        ("Nguyen Thi Quyen", "Nguyen Van Quyen"),
    ],
)
def test_a_name_of_a_woman_is_no_spelling_of_a_mans(one: str, other: str) -> None:
    assert related(one, other) is NameRelation.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jenifer Quillman", "Jennifer Quillman"),
        ("Mathew Quillman", "Matthew Quillman"),
        ("Avi Quillman", "Avirup Quillman"),
        ("Otis Quillmann", "Otis Quillman"),
    ],
)
def test_a_letter_more_or_less_still_is_a_spelling(one: str, other: str) -> None:
    assert related(one, other) is NameRelation.SPELLING


def test_other_particles_are_another_family_or_a_slip() -> None:
    """Not the same letters parted differently, which would count as the very same name."""
    assert related("Jan van den Quillberg", "Jan van der Quillberg") is NameRelation.SPELLING
    assert related("J. van den Quillberg", "Jan van der Quillberg") is NameRelation.DIFFERENT
    for one, other in (
        ("Jan van den Quillberg", "Jan Quillberg"),
        ("Jan van Quillberg", "Jan van den Quillberg"),
        ("Ahmed Al-Quilli", "Ahmed El-Quilli"),
        ("Ana de Quilla", "Ana Quilla"),
    ):
        assert related(one, other) is NameRelation.JOINED


def test_who_abbreviates_the_first_name_goes_by_the_second() -> None:
    assert related("T. Birgitta Rennquist", "Tobias Rennquist") is NameRelation.DIFFERENT
    assert related("T. Birgitta Rennquist", "Birgitta Rennquist") is NameRelation.SECOND
    for same in ("Tora Birgitta Rennquist", "T. B. Rennquist", "T. Rennquist", "Tora B. Rennquist"):
        assert related("T. Birgitta Rennquist", same) is not NameRelation.DIFFERENT, same
    assert related("X. Dong Wang", "Xiaodong Wang") is NameRelation.INITIAL


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("MJ Kim", "M. J. Kim", NameRelation.SAME),
        ("MJ Kim", "Min-Jun Kim", NameRelation.INITIAL),
        ("MJ Kim", "Min Jun Kim", NameRelation.INITIAL),
        ("MJ Kim", "Min-Ho Kim", NameRelation.DIFFERENT),
        ("JP Quillfeather", "Jean-Pierre Quillfeather", NameRelation.INITIAL),
        ("Quillfeather JP", "Jean-Pierre Quillfeather", NameRelation.INITIAL),
        ("JP QUILLFEATHER", "J.-P. Quillfeather", NameRelation.SAME),
        ("KMR Quillfeather", "K. M. R. Quillfeather", NameRelation.SAME),
        ("Ed Quillfeather", "Else D. Quillfeather", NameRelation.DIFFERENT),
        ("Bo Li", "Bin Ou Li", NameRelation.DIFFERENT),
        ("MD Quillrahman", "Md Quillrahman", NameRelation.SAME),
        ("Quillfeather, EVA", "Else V. Quillfeather", NameRelation.DIFFERENT),
        ("CY Chen", "Chunyu Chen", NameRelation.INITIAL),
        ("CY Chen", "Chunlin Chen", NameRelation.DIFFERENT),
        ("CY Chen", "Can Chen", NameRelation.DIFFERENT),
    ],
)
def test_initials_that_are_joined_are_initials(one: str, other: str, relation: NameRelation) -> None:
    assert_found(one, other, relation)


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Kim Min Jun", "Min-Jun Kim", NameRelation.SWAPPED),
        ("Kim Min Jun", "Minjun Kim", NameRelation.SWAPPED),
        ("Kim Min-Jun", "Min Jun Kim", NameRelation.SWAPPED),
        ("Kim Min Jun", "M. J. Kim", NameRelation.INITIAL),
        ("Lee Seung Woo", "Seung-Woo Lee", NameRelation.SWAPPED),
        ("Chan Tai Man", "Tai-Man Chan", NameRelation.SWAPPED),
        ("Nguyen Van Anh", "Van-Anh Nguyen", NameRelation.SWAPPED),
        ("Kim Min Jun", "Min-Ho Kim", NameRelation.DIFFERENT),
        ("Kim Min Jun", "Jun-Min Kim", NameRelation.DIFFERENT),
        ("Kim Min Jun", "Min Kim", NameRelation.DIFFERENT),
        ("Huang Yu Chen", "Yuchen Huang", NameRelation.DIFFERENT),
        ("Chen-Ming Hung", "Ming-Hung Chen", NameRelation.DIFFERENT),
        ("Lee Min Ho", "Min-Ho Lee", NameRelation.SWAPPED),
        ("Nguyen Cam Tu", "Cam-Tu Nguyen", NameRelation.SWAPPED),
        ("Lee Ann Quillfeather", "A. Q. Lee", NameRelation.DIFFERENT),
        ("Otis Min Jun", "Min-Jun Otis", NameRelation.DIFFERENT),
    ],
)
def test_a_family_name_before_two_syllables_is_one(one: str, other: str, relation: NameRelation) -> None:
    assert_found(one, other, relation)


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Satō Takumi", "Takumi Satoh", NameRelation.SWAPPED),
        ("Satō Takumi", "Satou Takumi", NameRelation.JOINED),
        ("Takumi Sato", "Takumi Satoh", NameRelation.JOINED),
        ("Ken Ōno", "Ken Ohno", NameRelation.JOINED),
        ("Yuuki Satoh", "Yūki Sato", NameRelation.JOINED),
        ("T. Satoh", "Takumi Sato", NameRelation.INITIAL),
        ("Shin'ichi Satoh", "Shin-ichi Sato", NameRelation.JOINED),
        ("Jun Homma", "Jun Honma", NameRelation.JOINED),
        ("Jörg Satoh", "Joerg Sato", NameRelation.JOINED),
        ("Ken Maeda", "Ken Mada", NameRelation.DIFFERENT),
        ("Takumi Ueda", "Takumi Uda", NameRelation.DIFFERENT),
        ("Sarah Sato", "Sara Sato", NameRelation.SPELLING),
        ("Otis Kohn", "Otis Kon", NameRelation.DIFFERENT),
        ("Takashi Onishi", "Takeo Onishi", NameRelation.DIFFERENT),
    ],
)
def test_a_long_vowel_is_written_in_several_ways_in_japanese(
    one: str, other: str, relation: NameRelation
) -> None:
    assert_found(one, other, relation)


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Quillkrishnan S", "S. Quillkrishnan", NameRelation.SWAPPED),
        ("Quillkrishnan S. K.", "S. K. Quillkrishnan", NameRelation.SWAPPED),
        ("Vel Quillkrishnan S", "S. Vel Quillkrishnan", NameRelation.SWAPPED),
        ("Quillkrishnan S", "K. Quillkrishnan", NameRelation.DIFFERENT),
        ("Quillkrishnan S", "S. K. Quillkrishnan", NameRelation.DIFFERENT),
        ("Quillkrishnan S", "Sundar Quillkrishnan", NameRelation.DIFFERENT),
    ],
)
def test_an_initial_may_stand_behind_the_name(one: str, other: str, relation: NameRelation) -> None:
    assert_found(one, other, relation)


def assert_found(one: str, other: str, relation: NameRelation) -> None:
    """That two names relate so, and are compared at all."""
    assert related(one, other) is relation
    found = [pair[:2] for pair in related_forms([parse_printed(one), parse_printed(other)])]
    assert found == ([] if relation is NameRelation.DIFFERENT else [(0, 1)])


@st.composite
def printed(draw: st.DrawFn) -> str:
    """One of a few names in one of the ways in which papers print them."""
    family, given_names = draw(
        st.sampled_from(
            [("Kim", ("Min", "Jun")), ("Kim", ("Min", "Ho")), ("Sato", ("Yuki",)), ("Quillkrishnan", ("S",)),
             ("Lee", ("Seung", "Woo")), ("Quill", ("Jean", "Pierre")), ("Chen", ("Yu", "Huang"))]
        )
    )  # fmt: skip
    family = family.replace("ato", draw(st.sampled_from(["ato", "atoh", "atō", "atou"])))
    given_names = tuple(one.replace("uki", draw(st.sampled_from(["uki", "uuki"]))) for one in given_names)
    letters = [one[0] for one in given_names]
    given_name = draw(
        st.sampled_from(
            ["-".join(given_names), " ".join(given_names), "".join(given_names).capitalize(),
             ". ".join(letters) + ".", "".join(letters)]
        )
    )  # fmt: skip
    return draw(st.sampled_from([f"{given_name} {family}", f"{family} {given_name}"]))


@given(printed(), printed())
def test_what_can_be_one_name_is_compared_whichever_comes_first(one: str, other: str) -> None:
    relation = related(one, other)
    names = [parse_printed(one), parse_printed(other)]
    found = [pair[2] for pair in related_forms(names)]
    assert found == ([] if relation is NameRelation.DIFFERENT else [relation])
