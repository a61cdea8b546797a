"""Interpretable features of one (paper, repository) pair: its name, its owner, its year.

Each feature says nothing about the other repositories: uniqueness and margin come from the model, which shares
one probability among all repositories of a paper and "none of them".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from rapidfuzz import fuzz

from db.records import PaperRecord, RepositoryRecord
from sourcing.implementations.owners import OwnerMatch, match_owner
from sourcing.implementations.titles import (
    FRAMEWORKS,
    NameParts,
    PaperWords,
    abbreviated,
    alnum,
    name_parts,
    paper_words,
    spelled_from,
    title_covered,
    word_agreement,
)

FEATURES = (
    "owner_full", "owner_given_family", "owner_initial_family", "owner_family", "owner_given",
    "owner_initials", "owner_is_first_author", "owner_among_many", "owner_is_the_method", "owner_explained",
    "owner_is_institution",
    "name_is_head", "name_is_head_rare", "name_is_head_stranger", "name_holds_head", "name_in_head",
    "name_is_coined", "name_is_coined_stranger", "name_holds_coined", "name_in_title", "words_in_title",
    "words_in_abstract", "words_matched", "words_foreign", "abbreviated", "title_covered", "spelled", "spelled_long",
    "initials_exact", "initials_begin", "coined_similarity", "partial_similarity", "partial_long",
    "owner_and_name", "framework", "framework_stranger", "venue", "year_fits", "year_differs", "list_of_survey",
)  # fmt: skip
_INSTITUTION = re.compile(
    r"lab(?:s|oratory)?(?![a-z])|group|team|nlp|research|univ|institut|(?:^|[-_])(?:ai|ml|cv|vision|cs)(?:$|[-_])|tech",
    re.IGNORECASE,
)
_SURVEY = frozenset(["survey", "surveys", "review", "awesome", "overview", "taxonomy", "roadmap", "guide"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair's features (by name, in the order of :data:`FEATURES`) and what a person would say of it."""

    values: tuple[float, ...]
    owner: OwnerMatch | None
    framework: bool
    said: tuple[str, ...]


def words_of(paper: PaperRecord) -> PaperWords:
    """The words that the paper's repository may be named after."""
    year = paper.venue_year
    if year is None and paper.published is not None:
        year = paper.published.year
    return paper_words(paper.title, paper.abstract, year)


def compare(paper: PaperRecord, repository: RepositoryRecord, rarity: Mapping[str, float]) -> Comparison:
    """Compare a paper with a repository. ``rarity`` weighs words of titles from 0.15 (common) to 1."""
    words = words_of(paper)
    name = name_parts(repository.name or repository.key.rsplit("/", 1)[-1])
    owner_name = repository.owner or repository.key.split("/")[-2]
    owner = match_owner(owner_name, [author.name for author in paper.authors])
    stranger = float(owner is None)
    values = _owner_values(owner, len(paper.authors))
    values["owner_explained"] = 0.0 if owner is None else owner.explained
    values["owner_is_institution"] = stranger * float(_INSTITUTION.search(owner_name) is not None)
    values["owner_is_the_method"] = float(_is_method(alnum(owner_name), words))
    values |= _name_values(name, words, rarity, stranger)
    best = max(
        values[one]
        for one in ("words_in_title", "spelled", "name_is_head", "name_is_coined", "coined_similarity")
    )
    values["owner_and_name"] = (1 - stranger) * best
    lower = re.split(r"[^a-z]+", (repository.name or "").lower())
    values["framework"] = float(any(word in FRAMEWORKS for word in lower))
    values["framework_stranger"] = values["framework"] * stranger
    return Comparison(
        values=tuple(values[one] for one in FEATURES),
        owner=owner,
        framework=bool(values["framework"]),
        said=tuple(_say(values, owner, owner_name, name, words)),
    )


def _owner_values(owner: OwnerMatch | None, authors: int) -> dict[str, float]:
    level = owner.level if owner else ""
    return {
        "owner_full": float(level == "full"),
        "owner_given_family": float(level == "given+family"),
        "owner_initial_family": float(level == "initial+family"),
        "owner_family": float(level == "family"),
        "owner_given": float(level == "given"),
        "owner_initials": float(level == "initials"),
        "owner_is_first_author": float(owner is not None and owner.position == 1),
        "owner_among_many": log(authors) if owner else 0.0,
    }


def _is_method(key: str, words: PaperWords) -> bool:
    named = {words.head, *words.coined_in_title, *words.coined_in_abstract}
    return len(key) >= 4 and key in named


def _name_values(
    name: NameParts, words: PaperWords, rarity: Mapping[str, float], stranger: float
) -> dict[str, float]:
    keys = {name.key, name.core_key}
    coined = {*words.coined_in_title, *words.coined_in_abstract}
    length = min(len(name.core_key), 12) / 12
    is_head = bool(words.head) and words.head in keys
    holds_head = not is_head and len(words.head) >= 4 and words.head in name.key
    is_coined = not is_head and bool(keys & coined)
    matched, foreign = _masses(name.core, words, rarity)
    spelled = spelled_from(name.core_key, words.title_words)
    partial = fuzz.partial_ratio(name.core_key, words.title) / 100
    named = [one for one in (words.head, *coined) if one]
    initials_exact = len(name.core_key) >= 3 and name.core_key == words.initials
    dated = name.year is not None and words.year is not None
    return {
        "name_is_head": float(is_head),
        "name_is_head_rare": is_head * rarity.get(words.head, 1.0),
        "name_is_head_stranger": is_head * stranger,
        "name_holds_head": float(holds_head),
        "name_in_head": float(
            not is_head and not holds_head and len(name.core_key) >= 4 and name.core_key in words.head
        ),
        "name_is_coined": float(is_coined),
        "name_is_coined_stranger": is_coined * stranger,
        "name_holds_coined": float(
            not (is_head or is_coined or holds_head)
            and any(len(one) >= 4 and one in name.key for one in coined)
        ),
        "name_in_title": float(len(name.core_key) >= 8 and name.core_key in words.title),
        "words_in_title": word_agreement(name.core, words.title_words, words.title_stems, rarity),
        "words_in_abstract": word_agreement(name.core, words.near, words.near_stems, rarity),
        "words_matched": min(matched, 2.5),
        "words_foreign": min(foreign, 2.0),
        "abbreviated": abbreviated(name.core, words.title_words),
        "title_covered": title_covered(name.core, words.title_words, rarity),
        "spelled": spelled,
        "spelled_long": spelled * length,
        "initials_exact": float(initials_exact),
        "initials_begin": float(
            not initials_exact and len(name.core_key) >= 2 and words.initials.startswith(name.core_key)
        ),
        "coined_similarity": max((fuzz.ratio(name.core_key, one) / 100 for one in named), default=0.0),
        "partial_similarity": partial,
        "partial_long": partial * length,
        "venue": float(name.venue),
        "year_fits": float(dated and abs((name.year or 0) - (words.year or 0)) <= 1),
        "year_differs": float(dated and abs((name.year or 0) - (words.year or 0)) > 1),
        "list_of_survey": float("awesome" in name.words and bool(_SURVEY & set(words.title_words))),
    }


def _masses(core: tuple[str, ...], words: PaperWords, rarity: Mapping[str, float]) -> tuple[float, float]:
    """Weight of the name's words that the paper has, and of those that it has not."""
    matched = foreign = 0.0
    for word in core:
        weight = rarity.get(word, 1.0) * min(len(word), 8) / 8
        if word in words.near or (len(word) >= 4 and word[:5] in words.near_stems):
            matched += weight
        else:
            foreign += weight
    return matched, foreign


_LEVEL_WORDS = {
    "full": "is made of the name of",
    "given+family": "is made of the name of",
    "initial+family": "is initial and family name of",
    "family": "holds the family name of",
    "given": "holds the given name of",
    "initials": "is the initials of",
}


def _say(
    values: Mapping[str, float], owner: OwnerMatch | None, owner_name: str, name: NameParts, words: PaperWords
) -> list[str]:
    said = []
    if values["name_is_head"]:
        said.append("the repository is called as the title begins")
    elif values["name_is_coined"]:
        said.append("the repository is called as the paper calls its method")
    elif values["name_holds_head"] or values["name_holds_coined"]:
        said.append("the repository's name holds the name that the paper gives its method")
    elif values["words_in_title"] >= 0.8:
        said.append("the repository's name repeats words of the title")
    elif values["initials_exact"]:
        said.append("the repository's name is the initials of the title")
    elif values["spelled"] >= 0.8:
        said.append("the repository's name is spelled with pieces of the title's words")
    if owner is not None:
        place = "first author" if owner.position == 1 else f"author {owner.position}"
        said.append(f"the account {owner_name} {_LEVEL_WORDS[owner.level]} {place} {owner.author}")
    elif values["owner_is_the_method"]:
        said.append(f"the account {owner_name} is called as the paper's method")
    if values["year_fits"]:
        said.append(f"the name holds the year {name.year}")
    elif values["year_differs"]:
        said.append(f"the name holds another year ({name.year}; the paper is of {words.year})")
    return said
