"""Worlds of a handful of things, for tests of the upstream itself."""

from datetime import UTC, datetime

from sourcing.demo.world import Author, Paper, Repository, World, versions

NIGHTS = (
    datetime(2026, 11, 10, 4, tzinfo=UTC),
    datetime(2026, 11, 11, 4, tzinfo=UTC),
    datetime(2026, 11, 12, 4, tzinfo=UTC),
)
HISTORY = b"""\
commit refs/heads/main
author Ada Example <ada@example.org> 1762000000 +0100
committer Ada Example <ada@example.org> 1762000000 +0100
data <<END
Begin
END
M 100644 inline README.md
data <<END
# Tidal maps

Coming soon.
END

commit refs/heads/main
author Bo Example <bo@example.org> 1794355200 +0000
committer Bo Example <bo@example.org> 1794355200 +0000
data <<END
Add the model
END
M 100644 inline tidal/model.py
data <<END
def tide(hour: float) -> float:
    return hour % 12.4
END
M 100644 inline data/large.bin
data <<END
0000000000000000000000000000000000000000000000000000000000000000
END
"""


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def paper(number: int, **changes: object) -> Paper:
    fields: dict[str, object] = {
        "arxiv_id": f"2611.{number:05d}",
        "title": f"Tidal Maps {number} & a < b for Long-Horizon Coastal Forecasts with Little Supervision",
        "abstract": f"We study tides with kernel {number}. "
        + "Water moves twice a day and so do our models. " * 8,
        "authors": (
            Author(name="Ingrid|Solberg", affiliation="Fjord Institute"),
            Author(name="José|Ñandú García"),
        ),
        "categories": ("cs.LG", "stat.ML"),
        "versions": versions(at(9, 10)),
    }
    return Paper(**{**fields, **changes})  # type: ignore[arg-type]


def small_world(**changes: object) -> World:
    papers = (
        paper(1, comment="Code: https://github.com/ada/tidal-maps", doi="10.1000/tides.1"),
        paper(2, categories=("cs.CV",), versions=versions(at(9, 15), at(10, 20))),
        paper(3, categories=("cs.LG",), versions=versions(at(10, 9))),
        paper(4, title="0", versions=versions(at(11, 9))),
        paper(5, withdrawn=at(12, 1)),
        paper(6, categories=("physics.ao-ph",)),
    )
    repositories = (
        Repository(
            full_name="ada/tidal-maps",
            history=HISTORY,
            description="Tidal maps for coasts",
            licence="MIT",
            former_names=("ada/old-tides",),
            stars=12,
        ),
        Repository(full_name="bo/tidal-maps", history=HISTORY, fork_of="ada/tidal-maps"),
        Repository(full_name="lab/blocked", status="blocked", owner_is_person=False),
        Repository(full_name="lab/gone", status="missing", owner_is_person=False),
        Repository(full_name="ada/empty"),
    )
    fields: dict[str, object] = {"papers": papers, "repositories": repositories, "nights": NIGHTS}
    return World(**{**fields, **changes})  # type: ignore[arg-type]
