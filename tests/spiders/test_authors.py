"""Who counts as an author, in which order, and who shares the first place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.parsing.authors import PrintedAuthor, number_authors, split_author_line, turn_round


def joint(names: list[str], note: str | None) -> list[int]:
    return [
        one.position
        for one in number_authors([PrintedAuthor(name=name) for name in names], note)
        if one.joint_first
    ]


NAMES = ["Astrid Lind", "Bola Okoro", "Chen Yu", "Dmitri Vale"]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("The first two authors contributed equally.", [1, 2]),
        ("15 pages, 3 figures; first three authors contributed equally", [1, 2, 3]),
        ("Equal contribution by first two authors", [1, 2]),
        ("A. Lind and B. Okoro contributed equally to this work", [1, 2]),
        ("Astrid Lind and Chen Yu: equal contribution", [1, 3]),
        ("A.L. and B.O. contributed equally", [1, 2]),
        ("All authors contributed equally", [1, 2, 3, 4]),
        ("Co-first authors: Astrid Lind, Bola Okoro", [1, 2]),
        ("First 3 authors contributed\n  equally", [1, 2, 3]),
        ("Both first authors contributed equally to this work", [1, 2]),
        ("Lind and Okoro: equal contribution", [1, 2]),
        ("Astrid and Bola are co-first authors", [1, 2]),
        ("Bola Okoro and Astrid Lind - both authors contributed equally", [1, 2]),
        ("Both authors contributed equally", []),
        ("The authors have contributed equally", [1, 2, 3, 4]),
        (
            "A.L. and B.O. contributed equally. C.Y. and D.V. contributed equally and share senior authorship",
            [1, 2],
        ),
        ("Lind and Okoro contributed equally; Yu and Vale advised equally", [1, 2]),
        ("The last two authors contributed equally in co-advising", []),
        ("The last two authors contributed equally", []),
        ("Equal contribution of the two senior authors", []),
        ("Chen Yu and Dmitri Vale contributed equally", []),
        ("NeurIPS 2026", []),
        ("Equal contribution", []),
        ("We treat all classes equally", []),
        (None, []),
    ],
)
def test_joint_first_only_where_the_source_says_so(note: str | None, expected: list[int]) -> None:
    assert joint(NAMES, note) == expected


def test_stars_count_when_the_note_explains_them() -> None:
    names = ["Astrid Lind*", "Bola Okoro*", "Chen Yu"]
    assert joint(names, "* Equal contribution") == [1, 2]
    assert joint(names, "* Corresponding author") == []
    assert joint(names, None) == []
    assert [a.name for a in number_authors([PrintedAuthor(name=n) for n in names])] == [
        "Astrid Lind",
        "Bola Okoro",
        "Chen Yu",
    ]


def test_what_stands_on_the_name_itself_counts() -> None:
    assert joint(
        ["Astrid Lind (equal contribution)", "Bola Okoro (equal contribution)", "Chen Yu"], None
    ) == [1, 2]


@pytest.mark.parametrize(
    "group",
    ["The Tide Collaboration", "Keck Consortium", "et al.", "Gemma Team", ":", "  ", "7 for the Tide Team"],
)
def test_groups_are_no_persons(group: str) -> None:
    authors = number_authors([PrintedAuthor(name="Astrid Lind"), PrintedAuthor(name=group)])
    assert [one.name for one in authors] in (["Astrid Lind"], [])
    assert all(one.name not in {group, "7"} for one in authors)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Astrid Lind for Tide Collaboration", "Astrid Lind"),
        ("Astrid Lind on behalf of Slow Water Consortium", "Astrid Lind"),
        ("Astrid Lind, for the Tides", "Astrid Lind"),
        ("Astrid Forlind", "Astrid Forlind"),
    ],
)
def test_speaking_for_others_is_not_part_of_a_name(printed: str, name: str) -> None:
    assert [one.name for one in number_authors([PrintedAuthor(name=printed)])] == [name]


def test_speaking_for_a_collaboration_is_not_part_of_a_name() -> None:
    authors = number_authors([PrintedAuthor(name="Astrid Lind for the Tide Collaboration")])
    assert [one.name for one in authors] == ["Astrid Lind"]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Lind, Astrid", ("Astrid Lind", "Astrid", "Lind", None)),
        ("van der Berg, Jr., Anna", ("Anna van der Berg Jr.", "Anna", "van der Berg", "Jr.")),
        ("Vale, Dmitri, III", ("Dmitri Vale III", "Dmitri", "Vale", "III")),
        ("Dmitri Vale", ("Dmitri Vale", None, None, None)),
        ("Vale, Jr.", ("Vale Jr.", None, None, "Jr.")),
    ],
)
def test_last_first_is_turned_round(printed: str, expected: tuple[str, ...]) -> None:
    assert turn_round(printed) == expected


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Astrid Lind, Bola Okoro and Chen Yu", ["Astrid Lind", "Bola Okoro", "Chen Yu"]),
        ("Astrid Lind and Ferdinand Sandberg", ["Astrid Lind", "Ferdinand Sandberg"]),
        ("Tide Collaboration: A. Lind, B. Okoro", ["A. Lind", "B. Okoro"]),
        ("A. Lind (Uni A and Uni B), B. Okoro, Jr.", ["A. Lind", "B. Okoro Jr."]),
        ("A. Lind (1,2), B. Okoro (2) ((1) Uni A, (2) Uni B (Campus C))", ["A. Lind", "B. Okoro"]),
        ("A. Lind, et al. (30 additional authors not shown)", ["A. Lind"]),
    ],
)
def test_author_lines(line: str, names: list[str]) -> None:
    assert [one.name for one in number_authors(split_author_line(line))] == names


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_gives_positions_from_one_without_gaps(line: str, note: str) -> None:
    authors = number_authors(split_author_line(line), note)
    assert [one.position for one in authors] == list(range(1, len(authors) + 1))
    assert all(one.name.strip() for one in authors)
