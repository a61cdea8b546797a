"""Whether a fit of the links gives again what ships."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sourcing.calibrate import implementations
from sourcing.calibrate.implementations import MOST_CHANGE, check
from sourcing.implementations.model import shipped_model

DATA = Path(__file__).parents[2] / "../shared/data"


@pytest.mark.realdata
@pytest.mark.skipif(not DATA.is_dir(), reason="real labelled data is not there")
def test_the_fit_gives_what_ships_and_says_so_when_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(DATA)
    assert found["reproduced"]
    assert found["largest_change"] <= MOST_CHANGE

    def moved(table: object, rows: object) -> object:
        model = shipped_model()
        return replace(model, threshold=model.threshold + 2 * MOST_CHANGE)

    monkeypatch.setattr(implementations._Table, "fit", moved)
    found = check(DATA)
    assert not found["reproduced"]
    assert found["largest_change"] == pytest.approx(2 * MOST_CHANGE)
    assert json.dumps(found)
