import string
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.keys.names import fold, name_key, parse_name
from db.keys.nicknames import is_nickname
from db.keys.romanisation import pinyin_readings


@pytest.mark.parametrize(
    ("printed", "given_name", "family", "suffix"),
    [
        ("Anna van der Berg", "Anna", "van der Berg", None),
        ("van der Berg, Anna", "Anna", "van der Berg", None),
        ("van der Berg, Jr., Anna", "Anna", "van der Berg", "Jr."),
        ("Otis Quillfeather Jr.", "Otis", "Quillfeather", "Jr."),
        ("Otis Quillfeather III", "Otis", "Quillfeather", "III"),
        ("Otis Quillfeather, PhD", "Otis", "Quillfeather", None),
        ("Dr. Otis Quillfeather", "Otis", "Quillfeather", None),
        ("Guy Van den Meer", "Guy", "Van den Meer", None),
        ("Ines de la Torrevieja", "Ines", "de la Torrevieja", None),
        ("de la Torrevieja", "", "de la Torrevieja", None),
        ("Le Songbird", "Le", "Songbird", None),
        ("Minh Van Nguyen", "Minh Van", "Nguyen", None),
        ("LI Xiaomeng", "Xiaomeng", "LI", None),
        ("XU Wen", "Wen", "XU", None),
        ("JP Quillfeather", "JP", "Quillfeather", None),
        ("KMR Quillfeather", "KMR", "Quillfeather", None),
        ("Quillfeather JP", "JP", "Quillfeather", None),
        ("LIN Xiaomeng", "Xiaomeng", "LIN", None),
        ("Jean DUPONTEL", "Jean", "DUPONTEL", None),
        ("Kumi TANABE-Ishida", "Kumi", "TANABE-Ishida", None),
        ("J. QUILLFEATHER", "J.", "QUILLFEATHER", None),
        ("Wen Xu 0002", "Wen", "Xu", None),
        ("Plato", "", "Plato", None),
        ("徐文", "文", "徐", None),
        ("徐 文", "文", "徐", None),
        ("欧阳文", "文", "欧阳", None),
        ("山本花子", "花子", "山本", None),
        ("김문수", "문수", "김", None),
        ("アン・マイヤー", "アン", "マイヤー", None),
    ],
)
def test_printed_names_are_taken_apart(
    printed: str, given_name: str, family: str, suffix: str | None
) -> None:
    parsed = parse_name(printed)
    assert (parsed.given, parsed.family, parsed.suffix) == (given_name, family, suffix)


def test_the_sources_own_parts_win() -> None:
    parsed = parse_name("María José Ferrándiz Olmo", given="María José", family="Ferrándiz Olmo")
    assert parsed.family_parts == ("ferrandiz", "olmo")
    assert parse_name("María José Ferrándiz Olmo", family="Ferrándiz Olmo").given == "María José"


@pytest.mark.parametrize(
    "printings",
    [
        ("Łukasz Żółw", "Lukasz Zolw", "ŁUKASZ ŻÓŁW", "Żółw, Łukasz"),
        ("Søren Ærø", "Soren Aero"),
        ("Conan O'Quill", "Conan O’Quill", "O'Quill, Conan"),
        ("Jean-Pierre Dupontel", "Jean Pierre Dupontel", "DUPONTEL Jean-Pierre", "Jean-Pierre DUPONTEL"),
        ("Otis R. Quillfeather", "Otis R Quillfeather", "Quillfeather, Otis R."),
        ("ＬＩ Xiaomeng", "Xiaomeng Li"),
        ("徐文", "徐 文", "徐, 文"),
        ("Otis Quillfeather Jr.", "Quillfeather, Otis, Jr.", "Quillfeather, Jr., Otis"),
        ("İlker Yıldızhan", "Ilker Yildizhan"),
        (
            "JP Quillfeather",
            "J.-P. Quillfeather",
            "J-P Quillfeather",
            "J. P. Quillfeather",
            "Quillfeather, JP",
            "JP QUILLFEATHER",
        ),
        ("MD Quillrahman", "Md Quillrahman"),
        (
            "Wen Quillxu",
            "Wen Quillxu (徐文)",
            "Wen Quillxu（徐文）",
            "徐文 (Wen Quillxu)",
            "徐文 Wen Quillxu",
        ),
        ("Ivo Quillov", "Ivo Quillov (Иво Квилов)", "Quillov, Ivo (Иво Квилов)"),
    ],
)
def test_printings_of_one_name_share_a_key(printings: tuple[str, ...]) -> None:
    assert len({name_key(printed) for printed in printings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wen Xu", "Wenhua Xu"),
        ("J. Quill", "Jane Quill"),
        ("Ed Quill", "E. D. Quill"),
        ("ED QUILL", "E. D. Quill"),
        ("Otis Quill", "Otis Quill Jr."),
        ("がん", "かん"),
        ("Anna B. Квилова", "Anna B."),
        ("Wen (Ben) Quillxu", "Wen Quillxu"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=60))
@example("Wang 0001 0002")
@example("000¹")
@example("ß, ￼")
@example("Ⅲ Ⅱ")
def test_a_key_is_its_own_key(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key


@given(st.text(max_size=60))
def test_folding_is_stable_and_never_fails(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    parse_name(text)


WORD = st.text(string.ascii_lowercase, min_size=3, max_size=9).filter(
    lambda word: (
        word not in {"phd", "esq", "mba", "prof", "jnr", "snr", "iii", "junior", "senior", "filho", "neto"}
    )
)


@given(WORD.map(str.capitalize), WORD.map(str.capitalize), st.sampled_from(["", " "]))
def test_order_and_case_do_not_matter_with_a_comma(first: str, last: str, space: str) -> None:
    printed = f"{first} {last}"
    assert name_key(f"{last},{space}{first}") == name_key(printed) == name_key(printed.lower())


@given(st.text("aeioucnsz", min_size=3, max_size=8), st.sampled_from("\u0301\u0308\u030c\u0327"))
def test_accents_do_not_matter(word: str, mark: str) -> None:
    accented = unicodedata.normalize("NFC", word[0] + mark + word[1:])
    assert name_key(f"Ana {accented}") == name_key(f"Ana {word}")


def test_pinyin_is_read_in_syllables() -> None:
    assert ("xiao", "ming") in pinyin_readings("xiaoming")
    assert pinyin_readings("smith") == ()
    assert pinyin_readings("a" * 500) == ()


def test_nicknames_match_through_the_full_form_and_not_as_pinyin() -> None:
    assert is_nickname("mike", "michael")
    assert is_nickname("liz", "beth")
    assert not is_nickname("mike", "matt")
    assert is_nickname("dan", "daniel")
    assert not is_nickname("dan", "daniel", pinyin=True)


@pytest.mark.parametrize(
    "name",
    [
        "Otis Quill",
        "Otis R. Quill",
        "Otis R Quill",
        "O. R. Quill",
        "Mira Olga Ravnkilde",
        "Ben Quill",
        "Dr Otis Quill",
        "Otis-Ray Quill",
        "Otis-ray B. Quill",
        "Al-Otis Quill",
        "Otis Y Quill",
        "O Quill Jr",
    ],
)
def test_a_plain_name_is_taken_apart_like_one_that_needs_a_closer_look(name: str) -> None:
    """Doubled blanks send a name the long way."""
    assert parse_name(name) == parse_name(name.replace(" ", "  "))


def test_a_family_name_that_the_source_gives_counts_in_a_plain_name_too() -> None:
    assert parse_name("Marin Olmo Quill", family="Olmo Quill").family == "Olmo Quill"
