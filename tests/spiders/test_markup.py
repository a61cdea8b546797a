"""Text out of elements: all of it, in order, and nothing that a stranger's document type would add."""

import pytest

from db.records import ParseError
from spiders.parsing.markup import first_child, line_of, read_html, read_xml, text_of, value_of
from spiders.parsing.text import one_line

BODY = (
    "<p id=x>Slow <b>w<i>at</i>er</b> &amp; tides<!-- no --> of Ødegård<br>twice</p>"
    "<div><form><a>in a form</a></form></div>"
)


def test_the_text_of_a_page_is_that_of_all_its_elements() -> None:
    root = read_html(f"<html><body>{BODY}</body></html>".encode(), url="https://host.invalid/")
    paragraph = next(root.iter("p"))
    assert text_of(paragraph) == "".join(paragraph.itertext()) == "Slow water & tides of Ødegårdtwice"
    assert line_of(next(root.iter("div"))) == "in a form"
    assert text_of(None) is None
    assert text_of(next(root.iter("br"))) is None


def test_entities_of_an_xml_document_stay_unexpanded() -> None:
    laughs = (
        '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
        "<a><name>Ada &y; Quill</name><name2><b>one</b>&y;</name2></a>"
    )
    try:
        root = read_xml(laughs.encode(), url="https://host.invalid/")
    except ParseError:
        return
    for name in ("name", "name2"):
        assert "haha" not in (value_of(first_child(root, name)) or "")


@pytest.mark.parametrize(
    "letters", ["a\n b", " a\tb ", "a\x0cb", "a\x00  b", "á\x0b b", "\u202eab", "a\xa0\xa0b", "0", "a\x7fb"]
)
@pytest.mark.parametrize("before", ["", "We let gradients settle in slow water. " * 3])
def test_one_line_is_printable_and_has_single_blanks(before: str, letters: str) -> None:
    line = one_line(before + letters)
    assert line is not None
    assert "  " not in line
    assert line.strip() == line
    assert line.isprintable()
