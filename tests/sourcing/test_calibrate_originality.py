"""Fitting originality and reporting on it, on invented papers whose reviewers like one word and dislike another."""

import gzip
import json
import sys
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy import sparse

from ranking.originality import OriginalityScorer, PaperText
from ranking.originality.model import parse_model
from sourcing.calibrate.__main__ import main
from sourcing.calibrate.originality import fit, ideas, report
from sourcing.calibrate.originality.ridge import ridges
from sourcing.evaluate import originality
from sourcing.evaluate.metrics import bootstrap, coverage, percentiles

VENUES = {
    "NeurIPS 2018": (), "ICLR 2020": ("ratings",), "ICLR 2021": ("ratings",),
    "ICLR 2022": ("novelty_scores", "ratings"), "NeurIPS 2023": ("ratings", "contribution_scores"),
    "NeurIPS 2025": ("novelty_scores", "ratings"),
}  # fmt: skip
FILLER = (
    "tide", "harbour", "sensor", "mooring", "gauge", "estuary", "drift", "model", "forecast", "method", "learn",
    "graph", "bound", "proof", "net",
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six venues; "hysteresis" pleases their reviewers, "incremental" does not, and one title is sent in twice."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "originality").mkdir()
    random = np.random.default_rng(3)
    for venue, asked in VENUES.items():
        rows = []
        for number in range(90):
            good = number % 3
            words = [
                *random.choice(FILLER, 40),
                *["incremental", "estuaries", "hysteresis"][good : good + 1] * 2,
            ]
            marks = [int(np.clip(good + 1 + random.integers(0, 2), 1, 4)) for _ in range(3)]
            title = f"{' '.join(random.choice(FILLER, 3))} for {random.choice(FILLER)} {number} {venue[-4:]}"
            rows.append(
                {
                    "id": f"{venue}-{number}", "year": int(venue[-4:]), "venue": venue,
                    "title": "Sent in twice" if number == 7 and "202" in venue else title,
                    "abstract": f"We study {' '.join(words[:20])}. This paper shows {' '.join(words[20:])}.",
                    "decision": "oral" if good == 2 and number % 4 == 0 else "poster", **dict.fromkeys(asked, marks),
                }
            )  # fmt: skip
        body = "\n".join(json.dumps(row) for row in rows).encode()
        (folder / "originality" / f"{venue.replace(' ', '').lower()}.jsonl.gz").write_bytes(
            gzip.compress(body)
        )
    return folder


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few papers: fewer directions, topics, pairs and resamples; nothing asked here depends on how many."""
    for room in (fit, ideas):
        monkeypatch.setattr(room, "MEANINGS", 8)
    monkeypatch.setattr(ideas, "TOPICS", 4)
    monkeypatch.setattr(ideas, "PAIRS", 400)
    monkeypatch.setattr(sys.modules[report.__module__], "bootstrap", partial(bootstrap, resamples=20))
    monkeypatch.setattr(originality, "bootstrap", partial(bootstrap, resamples=20))


def test_the_same_rows_give_the_same_bytes_and_the_fit_reads_what_reviewers_like(
    data: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    measured = fit.calibrate(data, one)
    fit.calibrate(data, two)
    assert one.read_bytes() == two.read_bytes()
    assert measured["rows"] == 90 * len(VENUES)
    assert measured["held_out_spearman"] > 0.5
    assert 0.7 < measured["held_out_coverage"] < 0.95
    model = parse_model(one.read_bytes())
    scorer = OriginalityScorer(model)
    body = f"We study {' '.join(FILLER * 3)}"
    better, worse = (
        scorer.model.predict([PaperText(id="x", title="A tide", abstract=f"{body} {word}.")])[0]
        for word in ("hysteresis", "incremental")
    )
    assert better > worse
    assert model.was_fitted_on("Sent in twice")


def test_a_venue_left_out_is_judged_by_a_fit_that_never_saw_it_nor_its_titles(
    data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "without.npz"
    asked = ["originality", "--data", str(data), "--without", "ICLR 2022"]
    assert main([*asked, "--out", str(path)]) == 0
    assert not parse_model(path.read_bytes()).was_fitted_on("Sent in twice")
    found = originality.evaluate(data / "originality" / "iclr2022.jsonl.gz", model=path)
    assert found["fitted_on"] == 0
    assert "note" not in found
    assert isinstance(found["spearman"], float)
    assert found["spearman"] > 0.5
    other = originality.evaluate(data / "originality" / "neurips2025.jsonl.gz", model=path)
    assert other["fitted_on"] == 89
    assert "“unseen”" in str(other["note"])
    # What ships is never replaced by a fit that lacks a venue.
    assert main(asked) == 2


def test_an_unknown_venue_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'ICLR 1999'"):
        fit.calibrate(data, tmp_path / "x.npz", without="ICLR 1999")


def test_the_report_measures_each_route_and_idea_and_draws_both_plots(data: Path, tmp_path: Path) -> None:
    found = report(data, tmp_path)
    for venue in ("ICLR 2022", "NeurIPS 2025"):
        figures = found["venues"][venue]
        assert (
            figures["folds"]["spearman_low"]
            < figures["folds"]["spearman"]
            < figures["folds"]["spearman_high"]
        )
        assert figures["years before"]["spearman"] > 0.3
        # A lift stands beside its interval and what its reviewers reach, who like the papers that are highlighted.
        assert figures["folds"]["lift_low"] <= figures["folds"]["lift_top_decile"]
        assert figures["folds"]["lift_top_decile"] <= figures["folds"]["lift_high"]
        assert figures["lift_one_reviewer"] > 1.2
        assert 1 <= figures["folds"]["lift_expected"] <= figures["lift_reviewers"]
    tried = {idea["name"]: idea for idea in found["ideas"]}
    assert len(tried) > 20
    assert tried["words and pairs of words, ridge"]["ICLR 2022, folds"] > 0.3
    # Only venues that asked no novelty say how far scores carry over.
    assert set(found["carried_over"]) == {"ICLR 2020", "ICLR 2021", "NeurIPS 2023"}
    assert all(0.3 < slope < 2 for slope in found["carried_over"].values())
    scores = found["reliability"]["ICLR 2022"]["score"]
    assert scores == sorted(scores)
    tables = (tmp_path / "originality.md").read_text("utf-8")
    assert all(f"| {name} |" in tables for name in tried)
    for name in ("originality-reliability.svg", "originality-agreement.svg"):
        assert ElementTree.parse(tmp_path / name).getroot().tag.endswith("svg")  # noqa: S314 - written above


def test_an_interval_widens_by_how_little_carries_over_and_the_score_stays() -> None:
    random = np.random.default_rng(0)
    predictions = random.normal(size=2000)
    observed = percentiles(predictions + random.normal(size=2000))
    fitted, half, nothing = (
        fit.calibration_of(predictions, observed, 0.0, carried) for carried in (1.0, 0.5, 0.0)
    )
    assert (fitted.expected == half.expected).all()
    assert (half.low <= fitted.low).all()
    assert (half.high >= fitted.high).all()
    widths = [float((line.high - line.low).mean()) for line in (fitted, half, nothing)]
    assert widths == sorted(widths)
    # Where nothing carries over, what is known of any paper (10 to 90) is inside every interval.
    assert nothing.low.max() <= 10
    assert nothing.high.min() >= 90
    held = [
        coverage(
            random.uniform(0, 100, 2000),
            np.interp(predictions, line.at, line.low),
            np.interp(predictions, line.at, line.high),
        )
        for line in (fitted, nothing)
    ]
    # Reviewers of whom the score knows nothing: too narrow as fitted, wide enough once that is allowed for.
    assert held[0] is not None
    assert held[1] is not None
    assert held[0] < 0.75
    assert held[1] >= 0.8


def test_ridges_solve_the_normal_equations_and_leave_levels_out_of_the_words() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 5))
    groups = np.repeat(["a", "b"], 30)
    wanted = x @ [1, -1, 0, 2, 0] + np.where(groups == "a", 5.0, -5.0)
    era = np.linspace(-1, 1, 60)
    weights = np.stack([np.ones(60), random.random(60)], axis=1)
    found, _ = ridges(sparse.csr_array(x.astype(np.float32)), era, wanted, weights, groups, 0.5)
    level = np.stack([groups == "a", groups == "b"], axis=1).astype(float)
    full = np.hstack([x, era[:, None] * x, level])
    for place in (0, 1):
        w = weights[:, place][:, None]
        penalty = np.diag([0.5] * 10 + [0.0] * 2)
        exact = np.linalg.solve(full.T @ (w * full) + penalty, full.T @ (w[:, 0] * wanted))
        assert np.allclose(found[:, place], exact[:10], atol=5e-3)


def test_without_rows_the_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="originality"):
        report(tmp_path)
