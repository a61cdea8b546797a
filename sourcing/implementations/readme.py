"""What a repository says about itself: which paper it belongs to, and whether it is the authors' own.

READMEs are hostile text: only the first 60,000 characters are read, with expressions that run in linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from db.keys.papers import parse_arxiv_id, title_key
from db.records import PaperRecord, RepositoryRecord
from sourcing.implementations.owners import fold

_MAX_TEXT = 60_000
_TOP = 2_500  # letters and digits; beyond it come usage, results, related work
_SHORT_TITLE = 15

_TAG = re.compile(r"<[^<>]{0,300}>")
_LINK_TARGET = re.compile(r"\]\([^()\s]{0,400}\)")
_URL = re.compile(r"https?://[^\s)>\"'\]]{1,400}")
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv[: ]\s?|10\.48550/arxiv\.|abs/)([\w.-]+/\d{7}|\d{4}\.\d{4,5})",
    re.I,
)
_BIBTEX = re.compile(
    r"@(?:article|inproceedings|misc|conference|techreport|phdthesis|incollection|proceedings)\s*\{", re.I
)
_BIB_TITLE = re.compile(r"\btitle\s*=\s*[{\"]{1,2}([^\n]{5,400}?)[}\"]{1,2}\s*(?:,|\}|$)", re.I | re.M)
_QUOTED = re.compile(r"[\"“*_\[]{1,3}([A-Z][^\"”*_\[\]\n]{20,200})[\"”*_\]]{1,3}")
# What a README calls its paper: a quoted, bold or linked phrase after words such as "implementation of".
_CLAIMED = re.compile(
    r"\b(?:paper|implementation|codes?|repo(?:sitory)?|work|article|titled|entitled|accompan\w+)\b[^\n\"“*_\[]{0,60}"
    r"[\"“*_\[]{1,3}([A-Z0-9][^\"”*_\[\]\n]{20,200})[\"”*_\]]{1,3}",
    re.I,
)
_HEADING = re.compile(r"^\s{0,3}#{1,3}\s+(.{3,300})$", re.M)
_UNOFFICIAL = re.compile(
    r"\bun-?official\b|\bnon-?official\b|\bnot (?:an? |the )?(?:official|original|authors'?)\b"
    r"|\bthird[- ]party (?:re-?)?implementation\b|\bre-?implement(?:ation|ed|ing)s?\b"
    r"|\bmy (?:own )?(?:\w+ )?(?:implementation|attempt|reproduction|version) of\b"
    r"|\ban? attempt (?:to|at) (?:reproduc|implement)"
    r"|\bbased\b[^.\n]{0,30}\bon the (?:following )?papers?\b"
    r"|\breproduc(?:tion|ing) of (?:the )?(?:paper|results)|\bport(?:ed)? of (?:the )?(?:official|original)",
    re.I,
)
_OFFICIAL = re.compile(
    r"\bofficial(?:ly)?\b[^.\n]{0,60}\b(?:implementation|code|repo(?:sitory)?|release|source|pytorch|tensorflow)"
    r"|\b(?:our|this) (?:\w+ ){0,2}(?:paper|work)\b|\bwe (?:propose|present|introduce)\b"
    r"|\b(?:code|implementation|repository|data)[^.\n]{0,30} (?:for|of|from|accompan\w+) (?:the|our|this) "
    r"[^.\n]{0,30}\b(?:paper|publication|article)",
    re.I,
)
# How re-implementations usually begin; the authors' own say "official" or "our paper" beside it.
_FRAMEWORK = re.compile(
    r"\b(?:pytorch|torch|tensorflow(?: ?2)?|keras|jax|flax|mxnet|chainer|paddle\w*|theano|caffe|numpy)\b"
    r"[^.\n]{0,30}\b(?:re-?)?implementations?\b"
    r"|\bimplementations? (?:of|for) [^.\n]{0,80}\b(?:in|using|with) (?:pytorch|tensorflow|keras|jax|flax|numpy)"
    r"|\b(?:simple|minimal|clean|easy|fast)\b[^.\n]{0,30}\bimplementation of\b",
    re.I,
)
_IMPLEMENTS = re.compile(
    r"\b(?:re-?)?implement(?:ation|s|ing|ed)?\b|\breproduc(?:e|es|tion|ing)\b|\bcode (?:for|of) (?:the )?paper\b",
    re.I,
)


class ReadmeLevel(StrEnum):
    """What a README says about one paper, from the strongest to its opposite."""

    TITLE_ON_TOP = "names this paper on top"
    TITLE_CITED = "asks to cite this paper"
    TITLE_INSIDE = "mentions this paper"
    TITLE_NEAR = "names a paper of nearly this title"
    AUTHORS = "names the authors"
    SILENT = "names no paper"
    OTHER_PAPER = "names another paper"
    ABSENT = "no README"


@dataclass(frozen=True, slots=True)
class ReadmeFacts:
    """What was read out of a README or description, whatever the paper."""

    key: str
    folded: str
    titles: tuple[str, ...]
    claimed: tuple[str, ...]
    cited: tuple[str, ...]
    arxiv_ids: tuple[str, ...]
    top_arxiv_ids: tuple[str, ...]
    unofficial: str | None
    framework: str | None
    official: bool
    implements: bool


@lru_cache(maxsize=256)
def read_readme(text: str) -> ReadmeFacts:
    """Read titles (headings, quoted, BibTeX), arXiv ids and the wording about whose code it is."""
    text = text[:_MAX_TEXT]
    visible = _URL.sub(" ", _LINK_TARGET.sub("] ", _TAG.sub(" ", text)))
    blocks = _BIBTEX.split(text)[1:]
    cited = tuple(
        dict.fromkeys(
            found[1].strip('{}" ')
            for block in blocks[:40]
            if (found := _BIB_TITLE.search(block[:3000])) is not None
        )
    )
    headings = [match[1] for match in _HEADING.finditer(visible[:20_000])][:20]
    quoted = [match[1] for match in _QUOTED.finditer(visible[:8_000])][:40]
    claimed = [match[1] for match in _CLAIMED.finditer(visible[:4_000])][:5]
    ids = _arxiv_ids(text)
    top = text[:3_500]
    unofficial = _UNOFFICIAL.search(top)
    framework = _FRAMEWORK.search(top)
    return ReadmeFacts(
        key=title_key(visible),
        folded=fold(visible),
        claimed=tuple(one for one in (*headings[:1], *claimed) if len(one.split()) >= 5),
        titles=tuple(dict.fromkeys(one.strip(" #*_") for one in (*headings[:3], *quoted))),
        cited=cited,
        arxiv_ids=ids,
        top_arxiv_ids=_arxiv_ids(top),
        unofficial=None if unofficial is None else unofficial[0],
        framework=None if framework is None else " ".join(framework[0].split()),
        official=_OFFICIAL.search(top) is not None,
        implements=_IMPLEMENTS.search(top) is not None,
    )


def readme_level(paper: PaperRecord, facts: ReadmeFacts | None) -> ReadmeLevel:
    """How a README speaks of a paper. A title of fewer than 15 letters counts only where it is cited."""
    if facts is None:
        return ReadmeLevel.ABSENT
    key = title_key(paper.title)
    at = facts.key.find(key) if len(key) >= _SHORT_TITLE else -1
    cites = key != "" and any(title_key(one) == key for one in facts.cited)
    by_id = paper.arxiv_id is not None and paper.arxiv_id in facts.arxiv_ids
    few = len(facts.arxiv_ids) <= 6
    if (0 <= at < _TOP) or (by_id and few and paper.arxiv_id in facts.top_arxiv_ids):
        return ReadmeLevel.TITLE_ON_TOP
    if cites and len(facts.cited) <= 3:
        return ReadmeLevel.TITLE_CITED
    if at >= 0 or by_id or cites:
        return ReadmeLevel.TITLE_INSIDE
    if any(_near(paper.title, one) for one in (*facts.cited, *facts.claimed, *facts.titles)):
        return ReadmeLevel.TITLE_NEAR
    if facts.cited or facts.arxiv_ids or facts.claimed:
        return ReadmeLevel.OTHER_PAPER
    named = sum(1 for author in paper.authors if _names(facts.folded, author.name))
    if named >= 2 or (named == 1 and len(paper.authors) == 1):
        return ReadmeLevel.AUTHORS
    return ReadmeLevel.SILENT


def facts_of(repository: RepositoryRecord) -> ReadmeFacts | None:
    """The facts of a repository's README with its description above it; ``None`` when it has neither."""
    text = "\n\n".join(part for part in (repository.description, repository.readme) if part)
    return read_readme(text) if text.strip() else None


def _near(title: str, other: str) -> bool:
    if len(title) < _SHORT_TITLE or len(other) < _SHORT_TITLE:
        return False
    return bool(fuzz.token_sort_ratio(fold(title), fold(other)) >= 86)


def _names(folded: str, author: str) -> bool:
    words = fold(author).split()
    return len(words) >= 2 and (" ".join(words) in folded or f"{words[0]} {words[-1]}" in folded)


def _arxiv_ids(text: str) -> tuple[str, ...]:
    found = (parse_arxiv_id(match[1]) for match in _ARXIV.finditer(text))
    return tuple(dict.fromkeys(one.id for one in found if one is not None))
