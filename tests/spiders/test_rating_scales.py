"""The scales of reviewers' ratings, against the ratings that reviewers gave."""

import gzip
import json
from pathlib import Path

import pytest

from spiders.parsing.venues import rating_scale

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "originality"


@pytest.mark.realdata
@pytest.mark.parametrize("venue", ["iclr", "neurips"])
def test_every_rating_is_on_its_venue_s_scale_and_reaches_both_ends(venue: str) -> None:
    files = sorted(DATA.glob(f"{venue}20*.jsonl.gz"))
    if not files:
        pytest.skip(f"{DATA} is not here: ratings by reviewers are not part of the project")
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            given = [rating for line in lines for rating in json.loads(line).get("ratings") or ()]
        if given:
            assert rating_scale(venue, int(file.name[len(venue) : len(venue) + 4])) == (
                min(given),
                max(given),
            )
