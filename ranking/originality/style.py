"""How a paper describes what it does: counts of claims, hedges, theory and experiment talk, and the shape of the text.

Left out on purpose although they would be easy: articles, prepositions and other marks of fluent English, which say
where somebody learnt the language and nothing about the work (dropping them costs no agreement; see
docs/decisions/2026-11-29-originality.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[A-Za-z][\w'-]*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_WE = re.compile(r"\b(?:we|this paper|this work)\b", re.IGNORECASE)

# Rates per word of the abstract. The description is what a reader sees when the feature moved the score.
_RATES: dict[str, tuple[str, str]] = {
    "claims": ("claims to be new", r"novel|new|first|pioneer\w*|unprecedented|introduc\w+|propos\w+"),
    "performance": (
        "performance claims",
        r"state[- ]of[- ]the[- ]art|sota|outperform\w*|superior\w*|significant(?:ly)?|improv\w+|surpass\w*|achiev\w+",
    ),
    "hedges": (
        "hedges (may, suggest, likely)",
        r"may|might|could|can|suggest\w*|possibl\w+|potential\w*|likely|appear\w*|seem\w*|perhaps|somewhat|often"
        r"|typically",
    ),
    "theory": (
        "theory (prove, bound, guarantee)",
        r"theor\w+|prov\w+|bound\w*|converg\w+|guarantee\w*|optimal\w*|rigorous\w*|lemma|polynomial|asymptotic\w*"
        r"|characteri\w+|formal\w*|necessary|sufficient",
    ),
    "experiments": (
        "experiment talk (benchmark, baseline, ablation)",
        r"experiment\w*|empirical\w*|benchmark\w*|dataset\w*|evaluat\w+|ablation\w*|baseline\w*|result\w*",
    ),
    "insight": (
        "findings (show, reveal, explain, why)",
        r"show|shows|reveal\w*|find|finding\w*|understand\w*|explain\w*|insight\w*|analy\w+|investigat\w+|study|studies"
        r"|why|surpris\w+|phenomen\w+|hypothes\w+|observ\w+|discover\w*",
    ),
    "assembly": (
        "assembly of known pieces (combine, incorporate, existing)",
        r"simple|simply|easy|easily|straightforward|combin\w+|integrat\w+|incorporat\w+|existing|standard|well-known"
        r"|popular|leverag\w+|utiliz\w+|adopt\w*|framework|scheme|technique\w*",
    ),
    "framing": (
        "framing (perspective, unify, question)",
        r"perspective|lens|view|viewpoint|connection\w*|connect\w*|unif\w+|general\w+|paradigm|principle\w*"
        r"|fundamental\w*|formulation|reformulat\w+|question\w*|challenge\w*|problem\w*",
    ),
    "application": (
        "application talk (real-world, medical, detection)",
        r"appl\w+|real[- ]world|practical\w*|industr\w+|medical|clinical|image\w*|classification|detection"
        r"|segmentation|prediction",
    ),
    "contrast": (
        "contrast (however, despite, instead)",
        r"however|but|although|though|while|despite|yet|unfortunately|nevertheless|in contrast|instead",
    ),
    "we": ("“we”", r"we"),
    "our": ("“our”", r"our"),
    "this paper": ("“this paper”", r"this (?:paper|work|article|study)"),
    "intensifiers": (
        "intensifiers (extensive, effective, promising)",
        r"very|highly|extremely|extensive\w*|comprehensive\w*|effective\w*|efficient\w*|promising|robust\w*|powerful"
        r"|great\w*|remarkabl\w+|substantial\w*|notabl\w+|crucial\w*|essential\w*",
    ),
    "enumeration": (
        "enumeration (moreover, specifically, finally)",
        r"firstly|secondly|specifically|moreover|furthermore|additionally|besides|finally|in addition|to this end"
        r"|in particular",
    ),
    "reach": (
        "reach (enable, without, arbitrary)",
        r"enabl\w+|allow\w*|without|zero-shot|unseen|any|arbitrary|all",
    ),
    "comparison": (
        "comparisons (better, faster, fewer)",
        r"than|better|more|less|compared|faster|higher|lower|fewer",
    ),
    "structure": (
        "mathematical structure (equivariant, causal, geometry)",
        r"exact\w*|equivalen\w+|invarian\w+|equivarian\w+|symmetr\w+|geometr\w+|topolog\w+|algebra\w*|manifold\w*"
        r"|causal\w*|dynamic\w*|physic\w*|differentiable",
    ),
}
_TOKEN = re.compile(r"\w+")


def _split(pattern: str) -> tuple[str, str]:
    """Part a rate's alternatives into single words and phrases."""
    alternatives = re.split(r"\|(?![^(]*\))", pattern)
    phrases = [each for each in alternatives if " " in each or "-" in each]
    return "|".join(each for each in alternatives if each not in phrases), "|".join(phrases)


_PARTED = {name: _split(pattern) for name, (_, pattern) in _RATES.items()}
_WORD_PATTERNS = {name: re.compile(single) for name, (single, _) in _PARTED.items() if single}
_PHRASE_PATTERNS = {
    name: re.compile(rf"\b(?:{several})\b") for name, (_, several) in _PARTED.items() if several
}


@lru_cache(maxsize=100_000)
def _rates_of(word: str) -> tuple[str, ...]:
    """Which rates a lower-case word counts for; remembered, since papers share their words."""
    return tuple(name for name, pattern in _WORD_PATTERNS.items() if pattern.fullmatch(word))


def _rate_counts(lower: str) -> dict[str, int]:
    found = dict.fromkeys(_RATES, 0)
    for word in _TOKEN.findall(lower):
        for name in _rates_of(word):
            found[name] += 1
    for name, pattern in _PHRASE_PATTERNS.items():
        found[name] += len(pattern.findall(lower))
    return found


_IN_TITLE = ("claims", "performance", "theory", "insight", "assembly", "framing", "application")
_SAID = (
    "we propose", "we introduce", "we show", "we study", "we present", "we prove", "this paper proposes", "we argue",
    "our knowledge",
)  # fmt: skip
_MARKS = {
    "digits": ("digits", re.compile(r"\d")),
    "percentages": ("percentages", re.compile(r"\d\s*\\?%")),
    "mathematics": ("formulas", re.compile(r"[$\\^_]")),
    "parentheses": ("parentheses", re.compile(r"\(")),
    "commas": ("commas", re.compile(r",")),
    "hyphens": ("hyphens", re.compile(r"-")),
    "quotes": ("quotation marks", re.compile("[\"“”`']")),
    "colons": ("colons and semicolons", re.compile(r"[:;]")),
}
_LINK = re.compile(r"github|code is|source code|available at|https?:", re.IGNORECASE)
_ACRONYM = re.compile(r"\b[A-Z]{2,}[a-z]?\b")

DESCRIPTIONS: dict[str, str] = {
    "length": "a long abstract",
    "sentences": "many sentences",
    "sentence length": "long sentences",
    "sentence spread": "sentences of uneven length",
    "longest sentence": "a very long sentence",
    "variety": "a varied vocabulary",
    "title length": "a long title",
    "title colon": "a colon in the title",
    "title question": "a question as title",
    "title hyphens": "hyphens in the title",
    "title means": "a title that names its means (via, with, using)",
    "title name": "a title that opens with a name",
    "title gerund": "a title that opens with an -ing form",
    "title essay": "a title that opens like an essay (on, towards, how, why)",
    "question": "a question in the abstract",
    "acronyms": "acronyms",
    "capitals": "capitalised words",
    "link": "a link or promise of code",
    "background": "a long lead-in before “we”",
    "straight": "an opening with “we”",
    **{name: described for name, (described, _) in _RATES.items()},
    **{name: described for name, (described, _) in _MARKS.items()},
    **{f"says {phrase}": f"“{phrase}”" for phrase in _SAID},
    **{f"title {name}": f"{_RATES[name][0]} in the title" for name in _IN_TITLE},
}
NAMES: tuple[str, ...] = tuple(DESCRIPTIONS)


def style_features(title: str, abstract: str) -> dict[str, float]:
    """Measure one text; keys are :data:`NAMES`. An empty abstract gives zeros for what is measured on it."""
    found = _WORD.findall(abstract)
    total = max(1, len(found))
    sentences = _SENTENCE.split(abstract.strip())
    lengths = [len(sentence.split()) for sentence in sentences]
    mean = sum(lengths) / len(lengths)
    head = title.strip()
    first_we = next(
        (place for place, sentence in enumerate(sentences) if _WE.search(sentence)), len(sentences)
    )
    lower = abstract.lower()
    in_title = _rate_counts(head.lower())
    return {
        "length": math.log(total),
        "sentences": len(sentences),
        "sentence length": mean,
        "sentence spread": math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths)),
        "longest sentence": max(lengths),
        "variety": len({word.lower() for word in found}) / math.sqrt(total),
        "title length": len(_WORD.findall(head)),
        "title colon": ":" in head,
        "title question": "?" in head,
        "title hyphens": head.count("-"),
        "title means": re.search(r"\b(?:via|with|using|by|for)\b", head, re.IGNORECASE) is not None,
        "title name": re.match(r"[\w-]+\s*:", head) is not None,
        "title gerund": re.match(r"\w+ing\b", head) is not None,
        "title essay": re.match(
            r"(?:on|towards?|the|a|an|how|what|why|when|is|are|do|does|can)\b", head, re.IGNORECASE
        )
        is not None,
        "question": "?" in abstract,
        "acronyms": len(set(_ACRONYM.findall(abstract))) / total,
        "capitals": sum(word[0].isupper() for word in found) / total,
        "link": len(_LINK.findall(abstract)) / total,
        "background": first_we / len(sentences),
        "straight": first_we == 0,
        **{name: count / total for name, count in _rate_counts(lower).items()},
        **{name: len(pattern.findall(abstract)) / total for name, (_, pattern) in _MARKS.items()},
        **{f"says {phrase}": phrase in lower for phrase in _SAID},
        **{f"title {name}": in_title[name] for name in _IN_TITLE},
    }


def style_matrix(titles: Sequence[str], abstracts: Sequence[str]) -> npt.NDArray[np.float64]:
    """Measure many texts: one row each, columns as :data:`NAMES`."""
    rows = [style_features(title, abstract) for title, abstract in zip(titles, abstracts, strict=True)]
    return np.asarray([[row[name] for name in NAMES] for row in rows], dtype=np.float64).reshape(
        -1, len(NAMES)
    )
