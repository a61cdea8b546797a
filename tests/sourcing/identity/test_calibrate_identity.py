"""Fitting who is who again: what ``--check`` says of other rows than those behind what ships, and of the same."""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sourcing.calibrate.identity import fit
from sourcing.calibrate.identity.fit import calibrate, check, fit_points
from sourcing.calibrate.identity.pairs import Pairs
from sourcing.identity.families import half_of
from sourcing.identity.scorecard import FEATURES

GIVEN = ("Otis", "Olga", "Mira", "Carmen", "Casimir", "Brynhild", "Eustace", "Desdemona")
FAMILIES = ("Quillfeather", "Ottesen", "Wexelblat", "Ravnkilde", "Quimby", "Dunnander", "Halblatt", "Brixen")
TOPICS = ("tides and currents", "sparse kernels", "rope walking robots", "grammar of ice")


def rows(corpus: str) -> list[dict[str, Any]]:
    """A hundred papers by four groups; every name is borne by one person in each half of the groups."""
    found = []
    for number in range(100):
        group = number % 4
        people = [
            (f"{GIVEN[(number + place) % 8]} {FAMILIES[(number * 3 + place * (group + 1)) % 8]}", place)
            for place in range(3)
        ]
        for name, place in people:
            found.append(
                {
                    "mention_id": f"{corpus}{number}#{place}", "paper_id": f"{corpus}{number}", "name": name,
                    "title": f"{TOPICS[group]} of the {number}th kind", "venue": f"Venue {group}",
                    "year": 2020 + number % 5, "position": place + 1, "n_authors": 3,
                    "coauthors": [other for other, _ in people if other != name],
                    "affiliation": f"Institute of {TOPICS[group]}", "email_domain": "",
                    "person_id": f"{name}/{group % 2}",
                }
            )  # fmt: skip
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder like that of the labelled rows."""
    for name in ("identity", "arxiv"):
        (tmp_path / name).mkdir()
    for corpus in ("openreview", "acl"):
        written = "\n".join(map(json.dumps, rows(corpus)))
        (tmp_path / "identity" / f"{corpus}.jsonl.gz").write_bytes(gzip.compress(written.encode()))
    papers = [
        {"title": row["title"], "authors": [row["name"], *row["coauthors"]]} for row in rows("acl")[::3]
    ]
    written = "\n".join(map(json.dumps, papers))
    (tmp_path / "arxiv" / "corpus-2025.jsonl.gz").write_bytes(gzip.compress(written.encode()))
    return tmp_path


def test_check_says_when_rows_do_not_give_what_ships_and_writes_nothing(data: Path) -> None:
    shipped = (files("sourcing.identity") / "scorecard.json").read_bytes()
    found = check(data)
    assert found["reproduced"] is False
    assert found["same_counts"] is False
    assert (files("sourcing.identity") / "scorecard.json").read_bytes() == shipped


def test_check_agrees_with_a_fit_on_the_same_rows(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ships is made to be what these rows give."""
    room = tmp_path / "room"
    room.mkdir()
    calibrate(data, room / "scorecard.json")
    (room / "names.json.gz").write_bytes(fit.name_stock(data / "arxiv" / "corpus-2025.jsonl.gz"))
    monkeypatch.setattr(fit, "files", lambda _: room)
    assert check(data)["reproduced"] is True


def test_a_half_is_fitted_without_a_look_at_the_other(data: Path, tmp_path: Path) -> None:
    """Other labels in the one half change nothing of the scorecard that is judged on it, thresholds included."""
    first = tmp_path / "first.json"
    calibrate(data, first)
    for name in ("openreview", "acl"):
        path = data / "identity" / f"{name}.jsonl.gz"
        labelled = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        for row in labelled:
            if half_of(row["name"]) == 1:
                row["person_id"] = f"somebody else {row['mention_id']}"
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, labelled)).encode()))
    second = tmp_path / "second.json"
    calibrate(data, second)
    before, after = (json.loads(path.read_text()) for path in (first, second))
    assert before["halves"][0] == after["halves"][0]
    assert before["halves"][1] != after["halves"][1]
    assert before["weights"] != after["weights"]


def test_points_do_not_depend_on_the_order_of_sums() -> None:
    """Pairs in another order give the same points, also for evidence that is rare or comes with other evidence."""
    rng = np.random.default_rng(0)
    n, kinds = 20_000, len(FEATURES) - 1
    found = (rng.random((n, kinds)) < np.geomspace(0.5, 0.002, kinds)) * rng.random((n, kinds))
    found[:, 1::2] = np.maximum(found[:, :-1:2] - 0.7, 0)
    against = np.array([name in fit.AGAINST or name.startswith("name_") for name in FEATURES[1:]])
    odds = 4 + found @ (np.where(against, -1.0, 1.0) * rng.uniform(1, 8, kinds))
    same = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    values = np.hstack([np.ones((n, 1)), found])
    halves = np.zeros((n, 2), dtype=np.int8)
    pairs = Pairs(values, same, np.ones(n), halves)
    turned = Pairs(values[::-1], same[::-1], np.ones(n), halves)
    assert fit_points({"openreview": pairs}) == pytest.approx(fit_points({"openreview": turned}), abs=1e-3)
