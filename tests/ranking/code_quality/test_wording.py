"""How READMEs are worded, held against those of artifacts that reviewers judged."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from importlib.resources import files

import pytest
from invented_trees import careful

from ranking.code_quality import CodeQualityScorer
from ranking.code_quality.documents.wording import Wording, known_words, read_wording
from ranking.code_quality.documents.wording_model import WordingFit, WordingModel, fold_of, shipped_wording
from sourcing.calibrate.code.wording import fit_wording

LEADS = "To reproduce the results of Table 2, run the experiments; expected output is stored in the figures folder.\n"
DESCRIBES = "This folder contains the code and a description; it includes a configuration and data of the collection.\n"


def of(text: str) -> Wording:
    return read_wording([("README.md", text.split("\n"))])


def test_words_are_counted_with_the_line_where_each_stands_first() -> None:
    told = of("# Loom\n\nReproduce the figure.\nTo reproduce it again: https://example.org/results/table\n")
    assert (told.counts["reproduce"], told.places["reproduce"]) == (2, ("README.md", 3))
    assert "loom" not in told.counts
    assert "table" not in told.counts, "an address on the web is no sentence"


def test_what_is_beyond_the_first_pages_is_not_counted() -> None:
    assert "reproduce" not in of("word\n" * 4000 + "reproduce\n").counts


def test_no_known_word_is_a_name() -> None:
    """A README that names its author must not be read differently for it."""
    stock = json.loads(gzip.decompress((files("sourcing.identity") / "names.json.gz").read_bytes()))
    given = {part for form, count in stock["given"].items() if count >= 3 for part in form[1:].split()}
    assert not known_words() & (set(stock["families"]) | given)


def test_a_readme_that_leads_to_results_is_worth_more_than_one_that_describes() -> None:
    fit = shipped_wording().whole
    leads, describes = fit.value(of(LEADS * 5)), fit.value(of(DESCRIBES * 5))
    assert leads is not None
    assert describes is not None
    assert leads > 0.7 > 0.3 > describes
    assert "reproduce" in fit.telling(of(LEADS * 5), speaking_for=True)


def test_no_readme_is_worth_nothing_and_another_language_says_nothing() -> None:
    fit = shipped_wording().whole
    assert fit.value(Wording()) == 0.0
    assert fit.value(of("anleitung zum weben und zur farbe der wolle im winter " * 20)) is None


def test_rows_of_the_fit_are_judged_by_a_fit_that_did_not_see_them() -> None:
    text = of(LEADS)
    blank = WordingFit({}, {}, 0.0, 0.5, 0.1)
    folds = tuple(replace(blank, intercept=float(number)) for number in range(5))
    model = WordingModel(blank, folds, frozenset({text.digest}))
    assert model.unseen(text).intercept == fold_of(text.digest)
    assert model.unseen(of(DESCRIBES)) is blank


def test_what_is_written_is_read_back() -> None:
    model = shipped_wording()
    assert WordingModel.from_json(json.loads(json.dumps(model.to_json()))) == model
    with pytest.raises(ValueError, match="format"):
        WordingModel.from_json({"format": 0})


def test_a_fit_tells_texts_that_it_did_not_see_apart_and_needs_enough_of_them() -> None:
    rows = [(of(f"{LEADS}{DESCRIBES if n % 3 == 0 else ''}{'step ' * n}\n"), 1.0) for n in range(40)]
    rows += [(of(f"{DESCRIBES}{'step ' * n}\n"), 0.0) for n in range(40)]
    model = fit_wording(rows)
    assert model is not None
    values = [(model.unseen(text).value(text), label) for text, label in rows]
    assert min(v for v, label in values if label and v is not None) > max(
        v for v, label in values if not label and v is not None
    )
    assert model.unseen(rows[0][0]) is not model.whole
    assert fit_wording(rows[:50]) is None


def test_the_score_says_which_words_it_went_by_and_where() -> None:
    scorer = CodeQualityScorer.load()
    whole = careful()

    def said(readme: str) -> list[str]:
        kept = tuple(
            replace(f, content=readme.encode(), size=len(readme)) if f.path == "README.md" else f
            for f in whole.files
        )
        found = scorer.assess("github.com/ada/loom", replace(whole, files=kept))
        return [f"{e.text} {e.location}" for part in found.parts for e in part.evidence if "worded" in e.text]

    (good,) = said("# Loom\n" + LEADS * 5)
    assert good.startswith(
        "its README is worded like those of artifacts whose results reviewers could reproduce: “"
    )
    assert good.endswith("README.md:2")
    (bad,) = said("# Loom\n" + DESCRIBES * 5)
    assert "worded unlike" in bad
