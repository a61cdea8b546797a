import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.keys.papers import ArxivId, normalise_doi, openreview_id, parse_arxiv_id, title_key


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2406.01234", ArxivId("2406.01234", None)),
        ("arXiv:2406.01234v3", ArxivId("2406.01234", 3)),
        ("arxiv: 0704.0001", ArxivId("0704.0001", None)),
        ("http://arxiv.org/abs/2406.01234v1", ArxivId("2406.01234", 1)),
        ("https://www.arxiv.org/pdf/2406.01234v2.pdf?download=1", ArxivId("2406.01234", 2)),
        ("https://arxiv.org/html/2406.01234v2#S3", ArxivId("2406.01234", 2)),
        ("https://doi.org/10.48550/arXiv.2406.01234", ArxivId("2406.01234", None)),
        ("oai:arXiv.org:astro-ph/0601001", ArxivId("astro-ph/0601001", None)),
        ("http://arxiv.org/abs/astro-ph/0601001v2", ArxivId("astro-ph/0601001", 2)),
        ("math.GT/0309136", ArxivId("math/0309136", None)),
        ("CS/0309136", ArxivId("cs/0309136", None)),
        ("2413.01234", None),
        ("10.1145/3292500", None),
        ("nonsense/0309136", None),
        ("2406.01234 and 2406.01235", None),
        ("", None),
    ],
)
def test_arxiv_ids_in_every_printed_form(printed: str, expected: ArxivId | None) -> None:
    assert parse_arxiv_id(printed) == expected


@given(
    st.integers(7, 99), st.integers(1, 12), st.integers(1, 99999), st.one_of(st.none(), st.integers(1, 40))
)
def test_an_arxiv_id_survives_every_wrapping(year: int, month: int, serial: int, version: int | None) -> None:
    plain = f"{year:02}{month:02}.{serial:05}"
    printed = plain + (f"v{version}" if version else "")
    for wrapped in (printed, f"arXiv:{printed}", f"https://arxiv.org/abs/{printed}", f" {printed} "):
        assert parse_arxiv_id(wrapped) == ArxivId(plain, version)


@given(st.text(max_size=80))
def test_arxiv_parsing_never_raises_and_is_idempotent(text: str) -> None:
    found = parse_arxiv_id(text)
    if found is not None:
        assert parse_arxiv_id(found.id) == ArxivId(found.id, None)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("https://doi.org/10.1145/3292500.3330701.", "10.1145/3292500.3330701"),
        ("doi:10.1000/ABC(1)", "10.1000/abc(1)"),
        ("(see 10.1000/abc)", "10.1000/abc"),
        ("10.1000/", None),
        ("no doi", None),
    ],
)
def test_dois(printed: str, expected: str | None) -> None:
    assert normalise_doi(printed) == expected


@given(st.text(max_size=60))
def test_doi_normal_form_is_idempotent(suffix: str) -> None:
    doi = normalise_doi("10.1234/" + suffix)
    if doi is not None:
        assert normalise_doi(doi) == doi
        assert normalise_doi("https://doi.org/" + doi.upper()) in {doi, normalise_doi(doi.upper())}


def test_openreview_ids() -> None:
    assert openreview_id("https://openreview.net/pdf?id=abcDEF1234") == "abcDEF1234"
    assert openreview_id("https://openreview.net/forum?referrer=x&id=abcDEF1234#all") == "abcDEF1234"
    assert openreview_id("abcDEF1234") == "abcDEF1234"
    assert openreview_id("https://example.org/forum?id=abcDEF1234") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deep   Nets:\n  A Study", "deep nets - a study"),
        ("Naïve Bayes", "Naive Bayes"),
        ("$\\alpha$-Flows", "α-flows"),
        ("\\emph{Really} New", "Really New"),
        ("<i>In vitro</i> Learning", "In vitro learning"),
        ("ﬁne-tuning", "Fine-Tuning"),
    ],
)
def test_one_title_printed_two_ways(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


def test_short_and_empty_titles() -> None:
    assert title_key("0") == "0"
    assert title_key("***") == ""
    assert title_key("深度学习") == "深度学习"


@given(st.text(max_size=100))
def test_title_keys_are_idempotent_and_ignore_case(title: str) -> None:
    key = title_key(title)
    assert title_key(key) == key


@given(st.text(alphabet=string.ascii_letters + string.digits + " -:,.", max_size=60))
def test_title_keys_ignore_case_and_spacing(title: str) -> None:
    assert title_key(title.upper()) == title_key("  ".join(title.lower().split(" ")))
