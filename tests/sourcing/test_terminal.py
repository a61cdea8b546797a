"""Text for terminals: never wider than asked, nothing lost, nothing that steers the terminal."""

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sourcing.terminal import Screen, clean, cut, fitted, padded, print_lines, wrapped

texts = st.text(max_size=60).map(clean) | st.text(alphabet="漢字 é👩‍🔬%1a", max_size=60).map(clean)


@given(texts, st.integers(4, 40), st.sampled_from(["", "  "]))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int, indent: str) -> None:
    lines = wrapped(text, width, indent)
    assert all(cell_len(line) <= width for line in lines)
    assert all(line.startswith(indent) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(texts, st.integers(1, 40), st.booleans())
def test_padded_is_as_wide_as_asked(text: str, width: int, right: bool) -> None:
    assert cell_len(padded(text, width, right=right)) == width
    assert cell_len(cut(text, width)) <= width


@given(st.text(max_size=60))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    assert all(letter.isprintable() for letter in clean(text))


def test_per_cent_stays_with_its_number() -> None:
    assert wrapped("better than 84 % of them", 15) == ["better than", "84 % of them"]


def test_styles_are_for_terminals_only() -> None:
    assert Screen(80, 24).bold("a") == "a"
    assert Screen(80, 24, styled=True).bold("a") == "\x1b[1ma\x1b[0m"


def test_what_fits_no_terminal_goes_through_the_pager(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAGER", f"{sys.executable} -c 'import sys; print(len(sys.stdin.readlines()))'")
    print_lines(["a", "b", "c"], Screen(80, 3, terminal=True))
    assert capfd.readouterr().out == "3\n"


@pytest.mark.parametrize(("height", "pager"), [(24, "less"), (2, "no-such-pager-here"), (2, "")])
def test_what_fits_or_has_no_pager_is_printed(
    height: int, pager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", pager)
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdout", said)
    print_lines(["a", "b ", "c"], Screen(80, height, terminal=True))
    assert said.getvalue() == "a\nb\nc\n"


def test_messages_are_broken_between_words_for_eyes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "20")
    said = "the stages are: new, shortlisted, contacted"
    assert fitted(said, Tty()) == "the stages are: new,\nshortlisted,\ncontacted"
    assert fitted(said, io.StringIO()) == said
