"""What a paper itself says about where its code is: in abstract, comment, and fields of its source."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from db.keys.repositories import RepositoryAddress, parse_repository_url
from db.records import PaperRecord
from sourcing.implementations.cues import NOT_THEIRS, Cue, find_promise, read_cue
from sourcing.implementations.lists import is_survey
from sourcing.implementations.owners import match_owner
from sourcing.implementations.titles import alnum, name_parts, paper_words
from sourcing.implementations.urls import FoundAddress, find_addresses

_URL = re.compile(r"https?://[^\s{}<>()\[\]\"'|\\,;]{4,300}")
_PAGE_WORDS = re.compile(
    r"\b(?:project|home|web)[- ]?(?:page|site)|\bpage\b|\bwebsite\b|\bhomepage\b|\bproject\b", re.I
)
_NO_PAGES = re.compile(
    r"//(?:[\w-]+\.)*(?:arxiv\.org|doi\.org|youtube\.com|youtu\.be|zenodo\.org|kaggle\.com|openreview\.net|twitter\.com"
    r"|x\.com|drive\.google\.com|figshare\.com|4open\.science|linkedin\.com|wikipedia\.org|creativecommons\.org)(?:[/:]|$)",
    re.I,
)

_CODE = re.compile(r"\b(?:code|implementation|software|source)\b", re.I)
_OUR_CODE = re.compile(
    r"\b(?:our|source) (?:codes?|implementation)\b|\bcodes?\s*(?:[:(]|is\b|are\b|can\b|will\b|at\b|available)",
    re.I,
)
_WEIGHTS = re.compile(r"\b(?:models?|weights|checkpoints?|data ?sets?|data|demo)\b", re.I)

# Of the addresses a text states, the one that holds the code comes first.
_ORDER = (
    Cue.OURS, Cue.BARE, Cue.PAGE, Cue.MODEL, Cue.DATA, Cue.LIST, Cue.BORROWED, Cue.USED, Cue.DISCUSSED
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A repository that the paper's text, or a field of its source, points to."""

    address: RepositoryAddress
    cue: Cue
    where: str
    quote: str
    mended: bool = False
    called_code: bool = False
    of_survey: bool = False

    @property
    def is_code(self) -> bool:
        """False for data sets, models and demos on Hugging Face, which implement nothing unless the paper says so."""
        return self.address.host != "huggingface.co" or self.called_code

    @property
    def why_not_theirs(self) -> str | None:
        """Why the address is not the authors' code; ``None`` where it may be. A survey's own is a list of papers."""
        if self.cue is Cue.BORROWED:
            return "built upon, not its own"
        if self.cue is Cue.USED:
            return "used, compared with or studied, not its own"
        if self.cue is Cue.DISCUSSED:
            return "an issue or a change, not the code"
        if self.cue is Cue.LIST and not self.of_survey:
            return "a list of papers, not code"
        return None if self.is_code else "a model, data set or demo"


@dataclass(frozen=True, slots=True)
class Statements:
    """All that a paper says. ``owners`` are addresses cut off after the account, ``pages`` project pages."""

    repositories: tuple[Statement, ...] = ()
    pages: tuple[RepositoryAddress, ...] = ()
    owners: tuple[FoundAddress, ...] = ()
    promise: str | None = None


def read_statements(paper: PaperRecord) -> Statements:
    """Read them, likeliest code first: what is called code before data, models and lists of papers."""
    found: dict[str, Statement] = {}
    pages: dict[str, RepositoryAddress] = {}
    owners: list[FoundAddress] = []
    for printed in paper.code_urls:
        address = parse_repository_url(printed)
        if address is not None and not address.page:
            where = f"the code field of {paper.source}"
            found.setdefault(address.key, Statement(address, Cue.OURS, where, printed))
    for where, text in (("the abstract", paper.abstract), ("the comment", paper.comment)):
        for one in find_addresses(text):
            cue = _cue_of(one, paper)
            if (one.address is None or one.address.page) and cue in NOT_THEIRS:
                continue
            if one.address is None:
                owners.append(one)
            elif one.address.page:
                pages.setdefault(one.address.key, one.address)
            else:
                statement = Statement(
                    one.address, cue, where, one.sentence, one.mended, of_survey=is_survey(paper)
                )
                held = found.get(one.address.key)
                if held is None or _ORDER.index(statement.cue) < _ORDER.index(held.cue):
                    found[one.address.key] = statement
    for printed in paper.page_urls:
        address = parse_repository_url(printed)
        if address is not None and address.page:
            pages.setdefault(address.key, address)
    if all(one.address.host == "huggingface.co" for one in found.values()):
        # The only repository that a paper names, called its code, is its code wherever it lies.
        found = {key: replace(one, called_code=_is_called_code(one)) for key, one in found.items()}
    return Statements(
        repositories=tuple(sorted(found.values(), key=lambda one: (not one.is_code, _ORDER.index(one.cue)))),
        pages=tuple(pages.values()),
        owners=tuple(owners),
        promise=find_promise(paper.abstract) or find_promise(paper.comment),
    )


def _cue_of(one: FoundAddress, paper: PaperRecord) -> Cue:
    """What the words say; a tool called as the title begins, or under an author's account, is the paper's own.

    So is a list of papers that the words call the code.
    """
    cue = read_cue(one.clause, one.printed, one.after)
    if cue is Cue.LIST and _OUR_CODE.search(one.clause) and "papers" not in one.clause.lower():
        return Cue.OURS
    address = one.address
    if cue is not Cue.USED or address is None:
        return cue
    head = paper_words(paper.title, None, None).head
    called = len(head) >= 3 and head in (alnum(address.name), name_parts(address.name).core_key)
    authors = [author.name for author in paper.authors]
    return Cue.OURS if called or match_owner(address.owner, authors) is not None else cue


def _is_called_code(one: Statement) -> bool:
    """ "Our code: https://huggingface.co/…", but neither "code and models at" nor a data set."""
    is_data = one.address.owner.startswith(("datasets/", "spaces/"))
    said = _CODE.search(one.quote) is not None and _WEIGHTS.search(one.quote) is None
    return one.cue is Cue.OURS and not is_data and said


def project_pages(paper: PaperRecord) -> tuple[str, ...]:
    """Addresses of the paper's own web pages, not of code hosts, archives or videos; at most two.

    Those that its source has in a field come first, then those that the text calls a page.
    """
    found = dict.fromkeys(url for url in paper.page_urls if _NO_PAGES.search(url) is None)
    for text in (paper.abstract, paper.comment):
        for match in _URL.finditer(text or ""):
            url = match[0].rstrip(".:!?-")
            address = parse_repository_url(url)
            if _NO_PAGES.search(url) or (address is not None and not address.page):
                continue
            called = _PAGE_WORDS.search((text or "")[max(0, match.start() - 60) : match.start()])
            if address is not None or called is not None:
                found.setdefault(url)
    return tuple(found)[:2]
