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
        ("We build on the Reeds library (", Cue.USED),
        ("Our model is based on the WaveTorch framework (\\url{", Cue.USED),
        ("We use the tide-gauge toolkit [", Cue.USED),
        ("We use our Reeds library (", Cue.OURS),
        ("Based on WaveTorch, our library (", Cue.OURS),
        ("The dataset is available at", Cue.DATA),
        ("Project page:", Cue.PAGE),
        ("The checkpoints are available at", Cue.MODEL),
        ("A curated list of papers is kept at", Cue.LIST),
        ("", Cue.BARE),
        ("TideNet is implemented using WaveTorch (", Cue.USED),
        ("Experiments use the Gauge-LM framework [", Cue.USED),
        ("We evaluate with flood-eval (\\url{", Cue.USED),
        ("We compare our model with EBB-2 (", Cue.USED),
        ("It is faster than RiverCast, ", Cue.USED),
        ("We find nine bugs in the WaveTorch codebase (", Cue.USED),
        ("The page's template is by", Cue.BORROWED),
        ("All results can be reproduced using our WaveTorch scripts (", Cue.OURS),
        ("We release code for use by the community (", Cue.OURS),
        ("We outperform RiverCast. Code:", Cue.OURS),
    ],
)
def test_what_the_words_before_an_address_say(clause: str, cue: Cue) -> None:
    assert read_cue(clause) is cue


def test_an_awesome_list_is_a_list_whatever_is_said() -> None:
    assert read_cue("Our code is available at", "https://github.com/mk/awesome-tides") is Cue.LIST


def test_an_issue_is_no_code_and_what_follows_an_address_may_make_it_ours() -> None:
    assert read_cue("We reported it at", "https://github.com/ostrova/waves/issues/12") is Cue.DISCUSSED
    assert read_cue("We report problems at", "https://github.com/ostrova/waves/issues") is not Cue.DISCUSSED
    clause = "We evaluate on EbbBench ("
    assert read_cue(clause, after="), which covers ten coasts.") is Cue.USED
    assert read_cue(clause, after="), a benchmark that we release.") is not Cue.USED


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
