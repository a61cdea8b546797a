"""Topics of machine learning over the years: how often each was written about, beside what, and as a need.

Ships as ``history.npz`` (arrays only), counted from conference papers by
``python -m sourcing.calibrate importance --data DIR``. Each row is a topic, each column a year; a year's column says
what was known at its end.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from ranking.originality.text import PaperText

FORMAT = 2
LONGEST_TOPIC = 3
Floats = npt.NDArray[np.float32]

_TOKEN = re.compile(r"[a-z0-9]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_NOT_PLURAL = frozenset(["series", "species", "bias", "lens", "atlas", "canvas", "pandas", "kubernetes"])
# Words around a topic that is needed or stands in the way, rather than used.
_NEED = re.compile(
    r"\b(?:challeng\w*|problem of|remain\w*|bottleneck\w*|lack\w*|limited by|requir\w*|need\w*|difficult\w*"
    r"|open (?:question|problem)\w*|crucial|essential|important|fundamental|key to|critical\w*|hinder\w*|suffer\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What makes a topic last, fitted: standardised features times ``weights`` give the log-odds of lasting."""

    weights: Floats
    intercept: float


@dataclass(frozen=True, kw_only=True, eq=False)
class TopicHistory:
    """Counts by topic and year, and what was fitted on them.

    ``papers`` and ``needs`` are topics x years: papers that name the topic, and those that name it in a sentence
    about a need. ``breadth`` is the entropy (nats) of the other topics it was named beside, up to that year;
    ``needed_by`` how many different other topics the papers work on that name it as a need, up to that year.
    ``totals`` are papers a year. ``at``, ``expected``, ``low`` and ``high`` turn a paper's mean probability that its
    topics last into a percentile of papers (0..100) with an interval at ``level``.
    """

    topics: tuple[str, ...]
    years: tuple[int, ...]
    totals: Floats
    papers: Floats
    needs: Floats
    breadth: Floats
    needed_by: Floats
    outlook: Outlook
    at: Floats
    expected: Floats
    low: Floats
    high: Floats
    level: float
    validated_on: str
    version: str = ""

    @cached_property
    def places(self) -> dict[str, int]:
        """Row of each topic."""
        return {topic: place for place, topic in enumerate(self.topics)}

    @cached_property
    def log_shares(self) -> npt.NDArray[np.float64]:
        """Natural log of the share of papers that name a topic, half a paper added to each count."""
        return np.log((self.papers.astype(np.float64) + 0.5) / (self.totals + 1.0))

    def column_before(self, year: int) -> int | None:
        """The column of the last counted year before ``year``; ``None`` if fewer than two lie before it."""
        before = sum(counted < year for counted in self.years)
        return before - 1 if before >= 2 else None

    @lru_cache(maxsize=16)  # noqa: B019 - the one instance lives as long as the process
    def lasting(self, column: int) -> npt.NDArray[np.float64]:
        """Probability, at the end of that year, that each topic still holds its share three years on."""
        odds = self.features(column) @ self.outlook.weights + self.outlook.intercept
        return np.asarray(1 / (1 + np.exp(-odds)))

    @lru_cache(maxsize=16)  # noqa: B019 - the one instance lives as long as the process
    def standings(self, column: int) -> dict[str, npt.NDArray[np.float64]]:
        """By aspect: for each topic the percentage of topics for which it speaks less for lasting, 0..100."""
        signed = self.features(column) * self.outlook.weights
        known = self.papers[:, column] >= COMMON
        found = {}
        for aspect, names in ASPECTS.items():
            values = signed[:, [FEATURES.index(name) for name in names]].sum(axis=1)
            ordered = np.sort(values[known])
            below = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
            found[aspect] = 50 * below / max(1, len(ordered))
        return found

    @property
    def shares(self) -> dict[str, float]:
        """By aspect: its part of all weights, 0..1."""
        sizes = dict(zip(FEATURES, np.abs(self.outlook.weights.astype(np.float64)), strict=True))
        total = sum(sizes.values()) or 1.0
        return {aspect: sum(sizes[name] for name in names) / total for aspect, names in ASPECTS.items()}

    def features(self, column: int) -> npt.NDArray[np.float64]:
        """Topics x features, from this year and those before it alone; see :data:`FEATURES`."""
        return topic_features(self.log_shares, self.papers, self.needs, self.breadth, self.needed_by, column)


FEATURES = ("share", "growth", "decline", "unrest", "age", "need", "needed_by", "breadth")
# What a reader is told, and the features that speak of it.
ASPECTS = {
    "crowding": ("share",),
    "burst": ("growth", "decline", "unrest"),
    "age": ("age",),
    "need": ("need", "needed_by"),
    "breadth": ("breadth",),
}
# Papers of a year from which on a topic counts as worked on in it, and from which on others are measured against it.
WORKED_ON, COMMON = 3, 8


def topic_features(
    log_shares: npt.NDArray[np.float64],
    papers: npt.NDArray[Any],
    needs: npt.NDArray[Any],
    breadth: npt.NDArray[Any],
    needed_by: npt.NDArray[Any],
    column: int,
) -> npt.NDArray[np.float64]:
    """Describe each topic at the end of one year, standardised over the topics that are common in it.

    Counts grow with the years; how a topic stands among the others of its time does not.

    Crowding: ``share``, log share that year. Burst: ``growth`` and ``decline``, how far it lies above or below its
    mean of the years before, and ``unrest``, the deviation of the log share over the years. ``age``: share of the
    counted years in which it was worked on. Need: ``need``, log share of its papers that name it as a need, and
    ``needed_by``, log of how many other topics do. ``breadth``: entropy of its company.
    """
    now, before = log_shares[:, column], log_shares[:, : max(column, 1)].mean(axis=1)
    change = now - before
    so_far = slice(0, column + 1)
    need = np.log((needs[:, so_far].sum(axis=1) + 3) / (papers[:, so_far].sum(axis=1) + 10))
    columns = (
        now, np.maximum(change, 0), np.maximum(-change, 0), log_shares[:, so_far].std(axis=1),
        (papers[:, so_far] >= WORKED_ON).mean(axis=1), need, np.log1p(needed_by[:, column]), breadth[:, column],
    )  # fmt: skip
    features = np.stack(columns, axis=1).astype(np.float64)
    common = papers[:, column] >= COMMON
    if not common.any():
        common[:] = True
    return np.asarray((features - features[common].mean(axis=0)) / (features[common].std(axis=0) + 1e-9))


def topic_tokens(text: str) -> list[str]:
    """Cut a text into lower-case tokens in the singular, so that "Graph Neural Networks" meets "graph neural network".

    >>> topic_tokens("Biases and long-range dependencies")
    ['bias', 'and', 'long', 'range', 'dependency']
    """
    return [_singular(token) for token in _TOKEN.findall(text.lower())]


def _singular(token: str) -> str:
    if len(token) <= 3 or token in _NOT_PLURAL or not token.endswith("s"):
        return token
    if token.endswith("ies"):
        return token[:-3] + "y"
    if token.endswith(("sses", "shes", "ches", "xes", "biases")):
        return token[:-2]
    return token if token.endswith(("ss", "is", "us")) else token[:-1]


def topics_in(text: str, places: dict[str, int]) -> set[str]:
    """Which known topics a text names."""
    tokens = topic_tokens(text)
    return {
        topic
        for length in range(1, LONGEST_TOPIC + 1)
        for start in range(len(tokens) - length + 1)
        if (topic := " ".join(tokens[start : start + length])) in places
    }


def needs_in(paper: PaperText, places: dict[str, int]) -> set[str]:
    """Which known topics a paper names in a sentence about a need."""
    sentences = [sentence for sentence in _SENTENCE.split(paper.text) if _NEED.search(sentence)]
    return topics_in(" . ".join(sentences), places)


_ARRAYS = ("totals", "papers", "needs", "breadth", "needed_by", "at", "expected", "low", "high")


def dump_history(history: TopicHistory) -> bytes:
    """Write a history in its file format; equal histories give equal bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "format": np.asarray(FORMAT),
        "topics": _text(json.dumps(history.topics)),
        "years": np.asarray(history.years, dtype=np.int16),
        "level": np.asarray(history.level, dtype=np.float32),
        "intercept": np.asarray(history.outlook.intercept, dtype=np.float32),
        "validated_on": _text(history.validated_on),
        **{name: np.asarray(getattr(history, name), dtype=np.float32) for name in _ARRAYS},
        "weights": history.outlook.weights,
    }
    arrays["breadth"] = arrays["breadth"].astype(np.float16)
    for name in ("papers", "needs", "needed_by"):
        arrays[name] = arrays[name].astype(np.uint16)
    body = io.BytesIO()
    # Not compressed: other builds of zlib would give other bytes for the same counts.
    np.savez(body, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the keywords for options
    return body.getvalue()


def parse_history(body: bytes) -> TopicHistory:
    """Read a history. Raises ``ValueError`` on another format."""
    with np.load(io.BytesIO(body), allow_pickle=False) as stored:
        if int(stored["format"]) != FORMAT:
            raise ValueError(f"topic history of format {int(stored['format'])}, not {FORMAT}")
        return TopicHistory(
            topics=tuple(json.loads(stored["topics"].tobytes())),
            years=tuple(stored["years"].tolist()),
            level=round(float(stored["level"]), 4),
            validated_on=stored["validated_on"].tobytes().decode(),
            outlook=Outlook(weights=stored["weights"], intercept=float(stored["intercept"])),
            version=f"{FORMAT}-{hashlib.blake2b(body, digest_size=4).hexdigest()}",
            **{name: stored[name].astype(np.float32) for name in _ARRAYS},
        )


@lru_cache(maxsize=1)
def shipped_history() -> TopicHistory:
    """The history that ships with the package."""
    return parse_history(resources.files("ranking.importance").joinpath("history.npz").read_bytes())


def _text(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def mean_lasting(
    topics: Sequence[int], lasting: npt.NDArray[np.float64], log_shares: npt.NDArray[np.float64]
) -> float:
    """The mean probability that topics last, rarer topics counting more (weight: minus log share)."""
    weights = -log_shares[list(topics)]
    return float(lasting[list(topics)] @ weights / weights.sum())
