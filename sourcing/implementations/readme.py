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
from sourcing.implementations.lists import MANY, QUOTED, count_entries, is_survey, words_of_list
from sourcing.implementations.owners import fold
from sourcing.implementations.titles import PaperWords

_MAX_TEXT = 60_000
_TOP = 2_500  # letters and digits; beyond it come usage, results, related work
_TOP_READ = 8_000  # characters that hold them, markup included
_SHORT_TITLE = 15
_FEW = 3

_TAG = re.compile(r"<[^<>]{0,300}>")
_LINK_TARGET = re.compile(r"\]\([^()\s]{0,400}\)")
_LINK_BEGUN = re.compile(r"[\[(<]*(?:a href=\W?)?https?://\S{0,200}$", re.I)
_URL = re.compile(r"https?://[^\s)>\"'\]]{1,400}")
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv[: ]\s?|10\.48550/arxiv\.|abs/)([\w.-]+/\d{7}|\d{4}\.\d{4,5})",
    re.I,
)
_BIBTEX = re.compile(
    r"@(?:article|inproceedings|misc|conference|techreport|phdthesis|incollection|proceedings)\s*\{", re.I
)
_BIB_TITLE = re.compile(r"\btitle\s*=\s*[{\"]{1,2}([^\n]{5,400}?)[}\"]{1,2}\s*(?:,|\}|$)", re.I | re.M)
# What a README calls its paper: a quoted, bold or linked phrase after words such as "implementation of".
_CLAIMED = re.compile(
    r"\b(?:paper|implementation|codes?|repo(?:sitory)?|work|article|titled|entitled|accompan\w+)\b[^\n\"“*_\[]{0,60}"
    r"[\"“*_\[]{1,3}([A-Z0-9][^\"”*_\[\]\n]{20,200})[\"”*_\]]{1,3}",
    re.I,
)
_HEADING = re.compile(r"^\s{0,3}#{1,3}\s+(.{3,300})$", re.M)
_HTML_HEADING = re.compile(r"<h[1-3]\b[^<>]{0,300}>", re.I)
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
# A list may still be a survey's own: then it says so.
_OWN = re.compile(
    r"\bofficial(?:ly)?\b|\bour (?:[\w-]+ ){0,3}(?:papers?|surveys?|reviews?|work|article|preprint)\b"
    r"|\b(?:accompan|supplement|companion)\w*",
    re.I,
)
_ENTRY_BEGINS = re.compile(r"\s{0,8}(?:[-*+|]\s|\d{1,3}[.)]\s)")
# Nothing but markup, or a venue in brackets, before the first words.
_FIRST = 200
_NOTHING_BEFORE = re.compile(r"\W*(?:[\[(][^\[\]()\n]{1,40}[\])]\W*)?")
# Words before a title by which the repository starts from that paper, or is measured against it.
_STARTS_FROM = re.compile(
    r"\b(?:extend(?:s|ed|ing)?|extensions? (?:of|to)|buil(?:t|ds?|ding) (?:up)?on"
    r"|(?:based|improv\w+|rel(?:y|ies)) (?:up)?on|inspired by|follow(?:s|ed|-up (?:to|of|on))|improv\w+ over"
    r"|compar\w+ (?:to|with|against)|outperform\w*"
    r"|baselines?|successors? (?:to|of)|variants? of|borrow\w*|adapted from|modified from|thanks? (?:to|for)"
    r"|acknowledg\w*|related (?:work|papers?)|see also)\b[^.!?\n]{0,80}$",
    re.I,
)
_CODE_OF = re.compile(
    r"\b(?:papers?|(?:re-?)?implement\w*|ports?|reproduc\w+|codes?|codebase|repo(?:sitory)?|work|article|manuscript|preprint|project|titled"
    r"|entitled|software|scripts?|accompan\w+|supplement\w*|publication|artifacts?|cit(?:e|ing|ation)|accepted)\b[^.!?\n]{0,100}$",
    re.I,
)


class ReadmeLevel(StrEnum):
    """What a README says about one paper, from the strongest to its opposite."""

    TITLE_ON_TOP = "names this paper on top"
    TITLE_CITED = "asks to cite this paper"
    TITLE_INSIDE = "mentions this paper"
    LISTED = "lists this paper among others"
    TITLE_NEAR = "names a paper of nearly this title"
    AUTHORS = "names the authors"
    SILENT = "names no paper"
    OTHER_PAPER = "names another paper"
    ABSENT = "no README"


@dataclass(frozen=True, slots=True)
class ReadmeFacts:
    """What was read out of a README or description, whatever the paper.

    ``listing`` are the words by which it is a list of papers, a bot's page or reading notes; ``entries`` counts the
    papers that rows of lists and tables name. ``own`` is whether it speaks of a paper of its own.
    """

    top: str
    raw_top: str
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
    listing: str | None
    entries: int
    own: bool


@lru_cache(maxsize=256)
def read_readme(text: str, name: str = "") -> ReadmeFacts:
    """Read titles (headings, quoted, BibTeX), arXiv ids and the wording about whose code it is.

    ``name`` is the repository's, which may call it a list.
    """
    text = _HTML_HEADING.sub("\n# ", text[:_MAX_TEXT])
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
    quoted = [match[1] for match in QUOTED.finditer(visible[:8_000])][:40]
    claimed = [match[1] for match in _CLAIMED.finditer(visible[:4_000])][:5]
    ids = _arxiv_ids(text)
    top = text[:3_500]
    unofficial = _UNOFFICIAL.search(top)
    framework = _FRAMEWORK.search(top)
    return ReadmeFacts(
        top=visible[:_TOP_READ],
        raw_top=top,
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
        listing=words_of_list(name, visible),
        entries=count_entries(text, visible),
        own=_OWN.search(top) is not None,
    )


def readme_level(paper: PaperRecord, facts: ReadmeFacts | None) -> ReadmeLevel:
    """How a README speaks of a paper. A title of fewer than 15 letters counts only where it is cited.

    To have a paper's title on top is not to be its code: lists, bots, notes and follow-up work have it too. It counts
    as naming the paper where it stands in a heading, after words such as "code of the paper", or where authors,
    "official" or "our paper" come with it.
    """
    if facts is None:
        return ReadmeLevel.ABSENT
    key = title_key(paper.title)
    at = facts.key.find(key) if len(key) >= _SHORT_TITLE else -1
    cites = key != "" and any(title_key(one) == key for one in facts.cited)
    by_id = paper.arxiv_id is not None and paper.arxiv_id in facts.arxiv_ids
    on_top = 0 <= at < _TOP
    id_on_top = by_id and len(facts.arxiv_ids) <= 6 and paper.arxiv_id in facts.top_arxiv_ids
    places = _places(_as_printed(paper.title), facts.top) if on_top else frozenset()
    if id_on_top and not places and paper.arxiv_id is not None:
        places = _places(re.compile(re.escape(paper.arxiv_id)), facts.raw_top) - {_Place.HEADING}
    asks = cites and len(facts.cited) <= 3
    named = at >= 0 or by_id or cites
    if named and is_list(facts) and not (asks or _is_own_list(paper, facts, places)):
        return ReadmeLevel.LISTED
    if on_top or id_on_top:
        return (
            ReadmeLevel.TITLE_ON_TOP
            if _is_about(paper, facts, places, cites=cites, id_on_top=id_on_top)
            else ReadmeLevel.TITLE_INSIDE
        )
    if asks:
        return ReadmeLevel.TITLE_CITED
    if named:
        return ReadmeLevel.TITLE_INSIDE
    if any(_near(paper.title, one) for one in (*facts.cited, *facts.claimed, *facts.titles)):
        return ReadmeLevel.TITLE_NEAR
    if facts.cited or facts.arxiv_ids or facts.claimed:
        return ReadmeLevel.OTHER_PAPER
    if authors_named(paper, facts) >= min(2, len(paper.authors)) > 0:
        return ReadmeLevel.AUTHORS
    return ReadmeLevel.SILENT


def is_list(facts: ReadmeFacts) -> bool:
    """Whether a README calls itself a list, or its rows name so many papers that it is one."""
    return facts.listing is not None or facts.entries >= MANY


def _is_own_list(paper: PaperRecord, facts: ReadmeFacts, places: frozenset[_Place]) -> bool:
    """A list of papers that is this paper's own all the same: a survey's, or code with a long table of results."""
    claims = _Place.HEADING in places or _Place.CLAIM in places
    if facts.listing is None:
        return claims
    return facts.own and (claims or is_survey(paper))


def _is_about(
    paper: PaperRecord, facts: ReadmeFacts, places: frozenset[_Place], *, cites: bool, id_on_top: bool
) -> bool:
    """Whether a README that has the paper on top is about it, and does not only start from it."""
    if cites or _Place.HEADING in places or _Place.CLAIM in places:
        return True
    if places == {_Place.START}:
        return False
    if facts.cited and not any(_near(paper.title, one) for one in facts.cited):
        return False  # it asks to cite another paper
    said = facts.official or facts.own or facts.unofficial is not None
    alone = id_on_top and facts.entries < _FEW
    return alone or said or authors_named(paper, facts) > 0


class _Place(StrEnum):
    """Where a README's top prints a title."""

    HEADING = "heading"
    CLAIM = "after words for code or paper"
    START = "after words for what it starts from"
    TEXT = "text"


def _as_printed(title: str) -> re.Pattern[str]:
    """A title with any markup or line break between its words."""
    words = re.findall(r"\w+", title)
    return re.compile(r"[\W_]{1,20}".join(map(re.escape, words)) or r"(?!)", re.I)


def _places(printed: re.Pattern[str], top: str) -> frozenset[_Place]:
    """Where, and after which words, a title or id is printed; nothing where it is printed in another spelling."""
    found = set()
    for number, match in enumerate(printed.finditer(top)):
        if number == 20:
            break
        line = top[top.rfind("\n", 0, match.start()) + 1 : match.start()]
        before = _LINK_BEGUN.sub("", top[max(0, match.start() - 160) : match.start()])
        sentence = re.split(r"[.!?]\s|\n\s*\n|\n\s{0,8}[-*+|#>]", before)[-1]
        if _ENTRY_BEGINS.match(line):
            found.add(_Place.TEXT)
        elif _STARTS_FROM.search(sentence):
            found.add(_Place.START)
        elif line.lstrip().startswith("#") or _is_first(top, match.start()):
            found.add(_Place.HEADING)
        elif _CODE_OF.search(sentence):
            found.add(_Place.CLAIM)
        else:
            found.add(_Place.TEXT)
    return frozenset(found)


def _is_first(top: str, start: int) -> bool:
    return start <= _FIRST and _NOTHING_BEFORE.fullmatch(top, 0, start) is not None


def facts_of(repository: RepositoryRecord) -> ReadmeFacts | None:
    """The facts of a repository's README with its description above it; ``None`` when it has neither."""
    text = "\n\n".join(part for part in (repository.description, repository.readme) if part)
    return read_readme(text, repository.name or "") if text.strip() else None


def _near(title: str, other: str) -> bool:
    if len(title) < _SHORT_TITLE or len(other) < _SHORT_TITLE:
        return False
    return bool(fuzz.token_sort_ratio(fold(title), fold(other)) >= 86)


def names_method(words: PaperWords, facts: ReadmeFacts) -> bool:
    """Whether a README holds a name that the paper gives to something."""
    coined = {words.head, *words.coined_in_title, *words.coined_in_abstract}
    return any(len(one) >= 4 and one in facts.key for one in coined)


def authors_named(paper: PaperRecord, facts: ReadmeFacts) -> int:
    """How many of a paper's authors a README names in full."""
    return sum(1 for author in paper.authors if _names(facts.folded, author.name))


def _names(folded: str, author: str) -> bool:
    words = fold(author).split()
    return len(words) >= 2 and (" ".join(words) in folded or f"{words[0]} {words[-1]}" in folded)


def _arxiv_ids(text: str) -> tuple[str, ...]:
    found = (parse_arxiv_id(match[1]) for match in _ARXIV.finditer(text))
    return tuple(dict.fromkeys(one.id for one in found if one is not None))
