"""How much each piece of evidence counts: points that add up to the log-odds of two dossiers being one person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, log, log1p
from operator import mul
from typing import Any

from db.keys.name_match.relation import NameRelation
from sourcing.identity.dossier import Dossier
from sourcing.identity.reader import Reader

FORMAT = 3
# log10 of expected bearers up to which a name is rare enough without asking who published with whose co-authors.
NO_CIRCLE = -3.0
# The same below which a name is rare: one bearer in a hundred communities of this size.
RARE = -2.0
# And that above which it is common.
COMMON = -0.5
# Up to so many years between them papers are of one time.
YEARS_CLOSE = 3
# So many namesakes with as much evidence, for each paper that is known to be theirs, are too many.
MOST_NAMESAKES = 0.25
# More papers than this make it no likelier that one more is theirs.
PAPERS_THAT_COUNT = 20
RELATIONS = tuple(
    relation for relation in NameRelation if relation not in {NameRelation.SAME, NameRelation.DIFFERENT}
)
# The name itself, its rarity in hinges of log10(expected bearers), then the evidence, then the relation of the names.
FEATURES = (
    "base", "rarity", "rarity_3", "rarity_1", "rarity_0",
    "coauthor", "coauthor_2", "coauthor_3",
    "organisation", "other_organisation", "moved", "topic", "topic_2", "field", "years",
    "known_papers", "many_papers", "many_coauthors", "circle", "circle_2",
    *(f"name_{relation}" for relation in RELATIONS),
)  # fmt: skip
N_PLAIN = len(FEATURES) - len(RELATIONS)
PLACE = {name: place for place, name in enumerate(FEATURES[:N_PLAIN])}
# What the points say of the name and of how much somebody wrote; the rest is what two dossiers have in common or not.
_PRIOR = tuple(PLACE[name] for name in ("base", "rarity", "rarity_3", "rarity_1", "rarity_0", "known_papers"))

Features = tuple[float, ...]


def compare(one: Dossier, other: Dossier, rarity: float, reader: Reader) -> Features:
    """What two dossiers say about each other, in the order of ``FEATURES`` up to the relation of names.

    ``rarity`` is log10 of the expected bearers of the less specific name.
    """
    weights = reader.people_weight
    shared = one.coauthors & other.coauthors
    coauthor = 0.0
    for person in shared:
        coauthor += weights[person]
    match, differ = organisations(one, other)
    topic = 0.0
    words = one.words & other.words
    if words:
        word_weight = reader.word_weight
        total = 0.0
        # A word's weight is minus the logarithm of how often a title has it. Among n titles it is met n times as often
        # by chance: who wrote twenty papers shares words with everybody.
        chance = log(max(len(one.papers), len(other.papers)))
        for word in words:
            told = word_weight[word] - chance
            if told > 0:
                total += told
        topic = total / (4.0 + min(len(one.words), len(other.words)))
    gap = year_gap(one, other)
    circle = 0.0
    if not shared and rarity > NO_CIRCLE:
        few_met, many_met = (one, other) if len(one.coauthors) <= len(other.coauthors) else (other, one)
        for person in reader.circle(few_met) & many_met.coauthors:
            circle += weights[person]
    mine, theirs = len(one.papers), len(other.papers)
    few, many = (mine, theirs) if mine < theirs else (theirs, mine)
    return (
        1.0,
        rarity + 5.0,
        rarity + 3.0 if rarity > -3 else 0.0,
        rarity + 1.0 if rarity > -1 else 0.0,
        rarity if rarity > 0 else 0.0,
        coauthor if coauthor < 1 else 1.0,
        0.0 if coauthor < 1 else min(coauthor - 1.0, 1.0),
        0.0 if coauthor < 2 else min(coauthor - 2.0, 3.0),
        match,
        differ if gap <= 1 else 0.0,
        differ if gap > 1 else 0.0,
        min(topic, 1.0),
        0.0 if topic < 1 else min(topic - 1.0, 1.5),
        1.0 if one.fields & other.fields else 0.0,
        log(gap / 4) if gap > 4 else 0.0,
        log(many) if many < 60 else 4.1,
        0.0 if shared else log(few) if few < 20 else 3.0,
        0.0 if shared else log1p(min(len(one.coauthors), len(other.coauthors), 50)),
        min(circle, 1.0),
        0.0 if circle < 1 else min(circle - 1.0, 2.0),
    )


def year_gap(one: Dossier, other: Dossier) -> int:
    """Years between the periods in which both published; 0 where they overlap or a year is unknown."""
    if not one.first_year or not other.first_year:
        return 0
    return max(0, one.first_year - other.last_year, other.first_year - one.last_year)


def organisations(one: Dossier, other: Dossier) -> tuple[float, float]:
    """How well the organisations agree (0..1), and 1.0 where both are known and nothing agrees."""
    if one.domains and other.domains and one.domains & other.domains:
        return 1.0, 0.0
    if one.units and other.units:
        if one.units & other.units:
            return 1.0, 0.0
        share = len(one.unit_words & other.unit_words) / min(len(one.unit_words), len(other.unit_words))
        return (share, 0.0) if share > 0.5 else (0.0, 1.0)
    return (0.0, 1.0) if one.domains and other.domains else (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Fitted points. Thresholds are log-odds: above ``sure`` merged, above ``maybe`` shown as perhaps the same."""

    weights: tuple[float, ...]
    relations: dict[NameRelation, float]
    sure: float
    maybe: float
    slope: float
    offset: float

    def score(self, features: Features, relation: NameRelation) -> float:
        """Log-odds, as fitted."""
        total: float = sum(map(mul, self.weights, features), self.relations.get(relation, 0.0))
        return total

    def namesakes(self, score: float, features: Features, rarity: float, papers: int) -> float:
        """How many others of this name show as much evidence by chance, for each of ``papers`` known to be theirs.

        The bearers that counts of names expect, times the odds against all evidence but the name. The points of the
        name itself are learnt from rows in which few names have a second bearer, and say too little about a database
        of many more people; and a paper is likelier by who has written twenty than by who has written one.
        """
        evidence = score - sum(self.weights[place] * features[place] for place in _PRIOR)
        return float(10.0**rarity) * exp(-evidence) / min(papers, PAPERS_THAT_COUNT)

    def probability(self, score: float) -> float:
        """Calibrated chance that two dossiers with this score are one person, 0..1."""
        x = self.slope * score + self.offset
        return 1 / (1 + exp(-x)) if x > -700 else 0.0


def lacking(one: Dossier, other: Dossier, features: Features, rarity: float) -> str:
    """Why the evidence is not enough for a name with ``rarity`` (log10 of its expected bearers), whatever it scores.

    Empty if it is enough. The name itself is no evidence. Of a name that a few bear the same venue or category and
    years close together are some, both at once; of a common one neither, since everybody who works on machine
    learning today has them in common. A rare one is left to :meth:`Scorecard.namesakes`.
    """
    if rarity < RARE:
        return ""
    kinds = evidence_kinds(one, other, features)
    gap = year_gap(one, other)
    near = features[PLACE["field"]] > 0
    if rarity < COMMON:
        enough = kinds or _anything(features) or (near and gap <= YEARS_CLOSE)
        return "" if enough else "nothing but the name"
    if not kinds:
        return "nothing but the name"
    if kinds > 1 or near or gap <= YEARS_CLOSE:
        return ""
    return "a common name with one kind of evidence"


def evidence_kinds(one: Dossier, other: Dossier, features: Features) -> int:
    """How many independent kinds of evidence speak for one person: a co-author in common, further ones, co-authors who
    published together, an organisation, words of titles."""
    coauthor = features[PLACE["coauthor"]] + features[PLACE["coauthor_2"]]
    return (
        (coauthor >= 0.3)
        + (coauthor >= 1.0 and len(one.coauthors & other.coauthors) > 1)
        + (features[PLACE["circle"]] >= 0.5)
        + (features[PLACE["organisation"]] > 0.5)
        + (features[PLACE["topic"]] >= 0.35)
    )


def _anything(features: Features) -> bool:
    """Whether there is any such evidence, however little."""
    return any(features[PLACE[name]] > 0 for name in ("coauthor", "circle", "organisation", "topic"))


def scorecard_from(
    values: Sequence[float], sure: float, maybe: float, slope: float, offset: float
) -> Scorecard:
    """A card from weights in the order of ``FEATURES``."""
    return Scorecard(
        weights=tuple(values[:N_PLAIN]),
        relations=dict(zip(RELATIONS, values[N_PLAIN:], strict=True)),
        sure=sure,
        maybe=maybe,
        slope=slope,
        offset=offset,
    )


@lru_cache(maxsize=1)
def shipped_scorecard() -> Scorecard:
    """The points that ship with the package. Raises ``ValueError`` for another format version."""
    return _card(_shipped())


@lru_cache(maxsize=1)
def half_scorecards() -> tuple[Scorecard, Scorecard]:
    """Scorecards fitted on either half of the families alone, each to be judged on the other half.

    By the number of the half that each saw. Raises ``ValueError`` for another format version.
    """
    one, other = _shipped()["halves"]
    return _card(one), _card(other)


def _shipped() -> dict[str, Any]:
    parts: dict[str, Any] = json.loads((files("sourcing.identity") / "scorecard.json").read_text("utf-8"))
    if parts["format"] != FORMAT or set(parts["weights"]) != set(FEATURES):
        raise ValueError("the scorecard is in another format; run: python -m sourcing.calibrate identity")
    return parts


def _card(parts: dict[str, Any]) -> Scorecard:
    return scorecard_from(
        [parts["weights"][name] for name in FEATURES],
        parts["sure"], parts["maybe"], parts["slope"], parts["offset"],
    )  # fmt: skip
