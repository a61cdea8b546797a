"""Accents typed in TeX."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.demo.sources.arxiv_oai import in_tex
from spiders.parsing.tex_accents import without_tex_accents


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r"Ram\'{\i}rez", "Ramírez"),
        (r"Ram\'irez", "Ramírez"),
        (r"{\'E}lodie", "Élodie"),
        (r"Bj{\o}rn, Bj\o rn and Bj\o{}rn", "Bjørn, Bjørn and Bjørn"),
        (r"\v{S}koda, \v Skoda", "Škoda, Škoda"),
        (r"Erd\H{o}s", "Erdős"),
        (r"{\AA}ngstr\"om", "Ångström"),
        (r"stra{\ss}e", "straße"),
        (r"$\'x$ costs \$5 and \textbf{b}", r"$\'x$ costs \$5 and \textbf{b}"),
        (r"\ref{fig} and \comment", r"\ref{fig} and \comment"),
        ("plain", "plain"),
    ],
)
def test_known_spellings(typed: str, meant: str) -> None:
    assert without_tex_accents(typed) == meant


@given(st.text(alphabet="aeiounscyzAEOéèüñçøłŁßÅ -", max_size=40))
def test_what_is_typed_in_tex_is_read_back(text: str) -> None:
    assert without_tex_accents(in_tex(text)) == text


@given(st.text(alphabet="\\{}$'\"`^~=.cuvHkrdbLoi aE", max_size=200))
def test_nothing_makes_it_fail(text: str) -> None:
    without_tex_accents(text)
