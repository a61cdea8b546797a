"""Dossiers as unions: in whatever order they are put together, and what two identifiers forbid."""

import random
from dataclasses import replace

import pytest

from sourcing.identity.dossier import Dossier, compatible_links, unite_all, united

NOBODY = Dossier(
    key=0, members=(0,), forms=(0,), papers=frozenset(), coauthors=frozenset(), words=frozenset(), units=frozenset(),
    domains=frozenset(), unit_words=frozenset(), fields=frozenset(), first_year=0, last_year=0,
)  # fmt: skip


def invented(rng: random.Random, key: int) -> Dossier:
    year = rng.choice((0, 2019, 2024))

    def some() -> frozenset[int]:
        return frozenset(rng.sample(range(9), rng.randint(0, 3)))

    return replace(
        NOBODY, key=key, members=(key,), forms=(rng.randrange(3),), papers=frozenset((key,)), coauthors=some(),
        words=some(), units=some(), fields=some(), first_year=year, last_year=year, fresh=rng.random() < 0.5,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_one_after_the_other_or_all_at_once_is_the_same(seed: int) -> None:
    rng = random.Random(seed)
    parts = [invented(rng, key) for key in range(5)]
    whole = unite_all(parts)
    rng.shuffle(parts)
    step = parts[0]
    for part in parts[1:]:
        step = united(step, part)
    assert replace(step, members=tuple(sorted(step.members))) == whole
    assert whole.members == (0, 1, 2, 3, 4)


def test_only_identifiers_of_which_a_person_has_one_forbid_a_union() -> None:
    def bearing(*links: str) -> Dossier:
        return replace(NOBODY, links=frozenset(links))

    orcid, other = "orcid:0000-0001-5000-0007", "orcid:0000-0001-5000-0015"
    assert compatible_links(bearing(orcid), bearing(orcid, "email:tides@lakeshore.example"))
    assert compatible_links(bearing("email:tides@lakeshore.example"), bearing("email:ice@lakeshore.example"))
    assert compatible_links(bearing(orcid), bearing())
    assert not compatible_links(bearing(orcid), bearing(other))
