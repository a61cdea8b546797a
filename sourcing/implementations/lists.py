"""Which repositories list the papers of others, and which papers are about other papers."""

from __future__ import annotations

import re

from db.records import PaperRecord

# A README whose rows name this many papers is a list of them, whatever it calls itself.
MANY = 8
# How much of a README says what it is.
_FIRST_WORDS = 400
_MAX_ABSTRACT = 20_000

QUOTED = re.compile(r"[\"“*_\[]{1,3}([A-Z][^\"”*_\[\]\n]{20,200})[\"”*_\]]{1,3}")
_NAME = re.compile(
    r"awesome|journal[-_.]?club|(?:^|[-_.])literature(?:$|[-_.])|reading[-_.]?(?:group|list|notes|club)"
    r"|(?:daily|weekly|reading|read)[-_.]?(?:arxiv|papers?)"
    r"|(?:arxiv|papers?)[-_.]?(?:daily|weekly|bot|feed|digest|lists?|notes?|readings?|summar\w+|reviews?|club"
    r"|collections?|tracker|radar)(?:$|[-_.])",
    re.I,
)
_WORDS = re.compile(
    r"^#{1,3}\W{0,4}awesome\b|\bawesome (?:list|papers?|collection)\b"
    r"|\bcurated (?:\w+ ){0,3}(?:list|collection|repository)\b"
    r"|\b(?:list|collection|summary) of (?:[\w-]+ ){0,4}(?:papers|surveys)\b(?! (?:that )?(?:us|cit|bas|buil)\w*)"
    r"|\b(?:papers?|reading|literature) (?:list|notes|summaries|digest|feed)\b|\breading (?:group|club)\b"
    r"|\bjournal club\b|\b(?:daily|weekly) (?:\w+ ){0,2}(?:arxiv|papers)\b"
    r"|\barxiv (?:\w+ ){0,2}(?:daily|weekly|every (?:day|week)|digest|feed)\b"
    r"|\bpapers (?:that )?(?:i|we)(?:'ve| have)? (?:\w+ )?read\b"
    r"|\b(?:notes|summaries|reviews) (?:of|on|about|for) (?:\w+ ){0,3}papers\b",
    re.I | re.M,
)
# One repository for the methods of many papers.
_ZOO = re.compile(
    r"\bimplementations? of (?:many|various|several|popular|classic|different|multiple|some|\d+) "
    r"(?:\w+ ){0,4}(?:papers|models|architectures|networks)\b",
    re.I,
)
_ROW = re.compile(r"^\s{0,8}(?:[-*+|>]|\d{1,3}[.)]|<(?:li|tr|td)\b)[^\n]{10,2000}$", re.M | re.I)
_PAPER_LINK = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv:\s?|openreview\.net/\w+\?id=|doi\.org/|aclanthology\.org/"
    r"|openaccess\.thecvf\.com/|proceedings\.mlr\.press/|proceedings\.neurips\.cc/|papers\.n(?:eur)?ips\.cc/"
    r"|semanticscholar\.org/)([\w./%-]{4,120})",
    re.I,
)
_SURVEY_TITLE = re.compile(
    r"\b(?:surveys?|reviews?|overview|taxonom(?:y|ies)|roadmap|literature|perspectives?|tutorial|primer)\b",
    re.I,
)
_SURVEY_ABSTRACT = re.compile(
    r"\b(?:this|our|we|an?|first|present) (?:[\w-]+ ){0,2}(?:survey(?:s|ed)?|overview|taxonomy)\b"
    r"|\b(?:comprehensive|systematic|extensive) (?:survey|overview)\b"
    r"|\b(?:systematic|literature|comprehensive|this|present) review\b|\bsystemati[sz]\w+ of knowledge\b"
    r"|\bwe (?:\w+ )?review\b",
    re.I,
)


def words_of_list(name: str, readme: str) -> str | None:
    """The words, in a repository's name or a README's first, by which it lists papers; ``None`` where there are none.

    >>> words_of_list("paper-notes", "# Read this year")
    'paper-notes'
    """
    found = _NAME.search(name) or _WORDS.search(readme[:_FIRST_WORDS])
    return None if found is None else " ".join(found[0].split()).strip("# ")


def count_entries(text: str, visible: str) -> int:
    """How many papers, told apart by link or title, the rows of lists and tables name; :data:`MANY` for a zoo.

    ``visible`` is the text without markup.
    """
    if _ZOO.search(visible[:_FIRST_WORDS]):
        return MANY
    named: set[str] = set()
    for row in _ROW.finditer(text):
        link = _PAPER_LINK.search(row[0])
        if link is not None:
            named.add(link[1].lower())
        elif (quoted := QUOTED.search(row[0])) is not None and _is_title(quoted[1]):
            named.add(quoted[1].lower())
    return len(named)


def _is_title(phrase: str) -> bool:
    """Whether a phrase is written as titles are: five words or more, the longer ones mostly with a capital."""
    longer = [word for word in phrase.split() if len(word) >= 4]
    capital = sum(word[0].isupper() for word in longer)
    return len(phrase.split()) >= 5 and len(longer) >= 3 and capital >= 0.7 * len(longer)


def is_survey(paper: PaperRecord) -> bool:
    """Whether a paper is about other papers, so that a list of them can be what it publishes."""
    if _SURVEY_TITLE.search(paper.title):
        return True
    return paper.abstract is not None and _SURVEY_ABSTRACT.search(paper.abstract[:_MAX_ABSTRACT]) is not None
