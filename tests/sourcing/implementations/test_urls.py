"""Addresses as abstracts really print them (the papers and people here are invented)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.implementations.urls import find_addresses


def keys(text: str) -> list[str]:
    return [one.address.key for one in find_addresses(text) if one.address is not None]


@pytest.mark.parametrize(
    "printed",
    [
        "Code is available at https://github.com/mkessler/TideNet.",
        "Code: github.com/mkessler/TideNet",
        "Code (https://github.com/mkessler/TideNet).",
        "our code at https: //github.com/mkessler/TideNet.",
        "our code at https:// github.com/mkessler/TideNet/ .",
        "our code at https://github .com/mkessler/TideNet",
        "our code at https://github.com/mkessler/ TideNet. It wins.",
        "our code at https://github.com/ mkessler/TideNet.",
        "our code at https://github.com/mkessler /TideNet",
        "our code at https://github.com/mkessler/\r\nTideNet.",
        "our code at https://github.com/mkessler/Tide\u00adNet.",
        "our code at https://github.com/mkessler/TideNethttps://github.com/mkessler/TideNet.",
        r"our code at \url{https://github.com/mkessler/TideNet}.",
        r"our code at \href{https://github.com/mkessler/TideNet}{https://github.com/mkessler/TideNet}.",
        r"our code is $\href{https://github.com/mkessler/TideNet}{here}$.",
        "our code at https://github.com/mkessler/TideNet}{this page}.",
        "[GitHub](https://github.com/mkessler/TideNet) code",
        r"see {\tt https://github.com/mkessler/TideNet}",
        "Code:https://github.com/mkessler/TideNet;data: none",
        "代码：https://github.com/mkessler/TideNet。",
    ],
)
def test_one_address_however_it_was_broken(printed: str) -> None:
    assert set(keys(printed)) == {"github.com/mkessler/tidenet"}


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        (r"at https://github.com/mkessler/tide\_net.", "github.com/mkessler/tide_net"),
        (r"at https://github.com/mkessler/tide\textunderscore{}net.", "github.com/mkessler/tide_net"),
        ("at https://github.com/M- K- L/tide-net.", "github.com/m-k-l/tide-net"),
        ("at https://github.com/ MKL- Lab/tide.", "github.com/mkl-lab/tide"),
        ("at https://github.com/mkessler/tide-\nnet. We", "github.com/mkessler/tide-net"),
        ("at https://gitlab.example.org/group/sub/tide", "gitlab.example.org/group/sub/tide"),
        ("at https://huggingface.co/datasets/mkl/tides.", "huggingface.co/datasets/mkl/tides"),
        ("at https://github.com/mkessler/tide/tree/main/paper).", "github.com/mkessler/tide"),
    ],
)
def test_hard_cases(printed: str, key: str) -> None:
    assert keys(printed) == [key]


@pytest.mark.parametrize(
    "printed",
    [
        "We will release the code at https://github.com/xxx. TideNet aims high.",
        "Code will be at https://github.com/TBD.",
        "https://github.com/anonymous/submission",
        "https://gist.github.com/mkessler/123456",
        "a legitimate digital cogito without any address",
        "",
    ],
)
def test_no_repository_is_made_up(printed: str) -> None:
    assert keys(printed) == []


def test_an_address_cut_off_after_the_account_gives_the_account() -> None:
    (found,) = find_addresses("Everything is on https://github.com/mkessler-lab.")
    assert found.address is None
    assert found.owner == "github.com/mkessler-lab"


def test_a_sentence_that_goes_on_is_not_swallowed() -> None:
    (found,) = find_addresses("See https://github.com/mkessler/ for all our repositories.")
    assert found.address is None


def test_clause_and_sentence_tell_two_addresses_apart() -> None:
    text = "It works. Data is at https://github.com/mk/tides and the code at https://github.com/mk/net. Done."
    data, code = find_addresses(text)
    assert data.clause == "Data is at"
    assert code.clause == "and the code at"
    assert code.sentence.startswith("Data is at")
    assert code.sentence.endswith("net.")


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    for one in find_addresses(text + " github.com/" + text):
        assert one.address is not None or one.owner


def test_a_hostile_text_is_read_in_linear_time() -> None:
    began = time.process_time()
    assert len(find_addresses("https://github.com/a- " * 5_000)) < 5_000
    assert find_addresses("github.com/" + "a." * 200_000) is not None
    assert find_addresses("github" + "\\" * 20_000) == ()
    assert time.process_time() - began < 1
