import pytest

from sourcing.implementations.cues import Cue, find_promise, read_cue


@pytest.mark.parametrize(
    ("clause", "cue"),
    [
        ("Our code is available at", Cue.OURS),
        ("The implementation of our method can be found at", Cue.OURS),
        ("We build on RiverNet. Our code:", Cue.OURS),
        ("GitHub:", Cue.OURS),
        ("Our implementation is based on the code of Ostrova et al.,", Cue.BORROWED),
        ("The simulator is a fork of", Cue.BORROWED),
        ("Builds on RiverNet (", Cue.BORROWED),
        ("The dataset is available at", Cue.DATA),
        ("Project page:", Cue.PAGE),
        ("The checkpoints are available at", Cue.MODEL),
        ("A curated list of papers is kept at", Cue.LIST),
        ("", Cue.BARE),
    ],
)
def test_what_the_words_before_an_address_say(clause: str, cue: Cue) -> None:
    assert read_cue(clause) is cue


def test_an_awesome_list_is_a_list_whatever_is_said() -> None:
    assert read_cue("Our code is available at", "https://github.com/mk/awesome-tides") is Cue.LIST


@pytest.mark.parametrize(
    "text",
    [
        "Code will be released upon acceptance.",
        "Our code and models will be made publicly available.",
        "We plan to release the source code.",
        "Code coming soon!",
        "The implementation will be open-sourced.",
        "Code to be released on GitHub.",
    ],
)
def test_promises(text: str) -> None:
    assert find_promise(f"We study tides. {text}") == text


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Our code is available at https://github.com/mk/tides.",
        "We release our code.",
        "This work aims to provide an implementation of tides.",
        "Our data set will be released soon.",
        "To be published in the proceedings of the workshop on source code.",
    ],
)
def test_no_promise(text: str | None) -> None:
    assert find_promise(text) is None
