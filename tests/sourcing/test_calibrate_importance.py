"""Counting topics and learning which last, on invented papers."""

import gzip
import json
from functools import partial
from pathlib import Path

import pytest

from ranking.importance.history import parse_history
from sourcing.calibrate import importance
from sourcing.calibrate.importance import BOUNDS, FEATURES, calibrate, report
from sourcing.evaluate.metrics import bootstrap

YEARS = (2017, 2018, 2020, 2021, 2022, 2023, 2024, 2025)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented papers of eight years: even topics are written about every year, odd ones in a few years only."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "originality").mkdir()
    for when, year in enumerate(YEARS):
        rows = []
        for number in range(240):
            topic = f"tidal{chr(97 + number % 12)} subject"
            lasting = number % 2 == 0
            if not lasting and not (number % 12) // 2 % 4 <= when // 2 <= (number % 12) // 2 % 4 + 1:
                topic = "tidala subject"
            beside = f"harboura{chr(97 + (number * 7 + when) % 20)} matter" if lasting else "harbouraa matter"
            need = f"{topic} remains a challenge." if lasting and number % 4 == 0 else f"We use {topic}."
            rows.append(
                {
                    "id": f"{year}-{number}", "year": year, "venue": "X", "title": f"On {topic} {number}",
                    "abstract": f"{need} It stands beside {beside}.", "keywords": [topic, beside],
                    "ratings": [5], "decision": "poster",
                }
            )  # fmt: skip
        body = "\n".join(json.dumps(row) for row in rows).encode()
        (folder / "originality" / f"venue{year}.jsonl.gz").write_bytes(gzip.compress(body))
    return folder


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the intervals are is not asked here, only that they are printed."""
    monkeypatch.setattr(importance, "bootstrap", partial(bootstrap, resamples=20))


def test_the_same_rows_give_the_same_bytes(data: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    measured = calibrate(data, one)
    calibrate(data, two)
    assert one.read_bytes() == two.read_bytes()
    history = parse_history(one.read_bytes())
    assert history.years == YEARS
    assert measured["version"] == history.version
    assert "tidalc subject" in history.topics
    for name, weight in zip(FEATURES, history.outlook.weights.tolist(), strict=True):
        low, high = BOUNDS[name]
        assert low is None or weight >= low - 1e-6
        assert high is None or weight <= high + 1e-6


def test_the_report_prints_held_out_figures_with_intervals(data: Path) -> None:
    found = report(data)
    figures = found["2022 seen from 2025"]["fitted_on_other_topics_and_years"]
    assert set(figures) == {"auroc", "auroc_low", "auroc_high"}
    assert found["2022 seen from 2025"]["topics"] > 0
    json.dumps(found)


def test_without_rows_the_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="originality"):
        report(tmp_path)
