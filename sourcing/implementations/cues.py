"""What the words around an address say: ours, somebody else's, data, a list of papers, or a promise.

Checked by reading the sentences of some 5,400 addresses in arXiv abstracts and comments: nearly all announce
the authors' own work, so only words that directly govern the address make it somebody else's.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Cue(StrEnum):
    """What an address is said to be."""

    OURS = "ours"
    BORROWED = "borrowed"
    USED = "used"
    DISCUSSED = "discussed"
    DATA = "data"
    MODEL = "model"
    LIST = "list"
    PAGE = "page"
    BARE = "bare"


# What such an address points to is somebody else's, whatever it holds.
NOT_THEIRS = frozenset([Cue.BORROWED, Cue.USED, Cue.DISCUSSED])

_CODE = (
    r"(?:source[- ]?)?codes?(?:base)?|implementations?|software|scripts?|packages?|library|toolkit|toolbox"
    r"|repo(?:sitory)?|github|framework|open[- ]?sourced?|programs?|plugin|pipeline"
)
_BORROWED = re.compile(
    r"\b(?:buil(?:t|ds?|ding)|based|rel(?:y|ies|ied)) (?:heavily |mainly |directly )?(?:up)?on\b"
    r"(?!\s*(?:github|gitlab))"
    r"|\b(?:adapted|forked|taken|borrowed|derived|modified) from\b"
    r"|\ba fork of\b"
    r"|\bwe (?:use|used|adopt|adopted|employ|employed|follow|followed|thank)\b"
    r"|\b(?:following|thanks to|compared? (?:to|with)|courtesy of) the\b"
    r"|\boriginal(?:ly)? (?:code|implementation|repository|released|developed)"
    r"|\bthird[- ]party\b|\bunofficial\b|\bas implemented in\b"
    r"|\b(?:template|theme|layout|page (?:style|design|source))s? (?:\w+ ){0,2}(?:from|by|of)\b",
    re.IGNORECASE,
)
# A tool, a baseline, a benchmark or a subject of study, named right before the bracket that holds its address.
_MADE = (
    r"(?:implement|buil[dt]|develop|writ|train|evaluat|test|simulat|cod|creat|construct|extend|perform|conduct"
    r"|fine-?tun|measur|scor|benchmark|generat|verif|formali[sz]|solv|analy[sz]|run|ran)\w*"
)
_WITH = (
    r"(?:using|uses?|used|employ\w*|leverag\w+|utili[sz]\w+|adopt\w*"
    rf"|{_MADE} (?:\S+ ){{0,4}}?(?:with|atop|on top of)|(?:evaluat|train|test|benchmark)\w* (?:\S+ ){{0,3}}?on)"
)
_AGAINST = (
    r"(?:compar\w* (?:\S+ ){0,6}?(?:to|with|against)|benchmark\w* (?:\S+ ){0,3}?against|(?:outperform|surpass)\w*"
    r"|than|baselines?(?: is| are)?"
    r"|(?:bugs?|flaws?|vulnerabilit\w+|defects?|crash\w*|issues?|errors?|weakness\w*|cves?) (?:\S+ ){0,2}?"
    r"(?:in|of|from|within|across))"
)
_WORDS_BEFORE = r"(?:[\w.+/'’&-]+ ){0,5}[\w.+/'’&-]+"
_ADDRESS_OPENS = r"(?<!\.)\s*,?(?:[\s(\[{]|\\(?:url|href|footnote))*$"
_USED = (
    re.compile(rf"\b{_WITH} (?P<what>{_WORDS_BEFORE}){_ADDRESS_OPENS}", re.IGNORECASE),
    re.compile(
        rf"\b{_AGAINST} (?P<what>{_WORDS_BEFORE}?)"
        rf"(?: (?:source code|code|codebase|implementation|repository|project|dataset|software))?{_ADDRESS_OPENS}",
        re.IGNORECASE,
    ),
)
# "the Reeds library (": no word of release stands between the words for what is built on and its address.
_GOVERNED = re.compile(rf"\s*(?P<what>{_WORDS_BEFORE}){_ADDRESS_OPENS}")
_NAME = re.compile(r"[A-Z0-9_]|\w-\w|\+")
# With one of these among the words, the address is where something lies, not what the named thing is.
_NO_NAME = re.compile(
    r"\b(?:our|ours|own|we|this|these|here|new|novel|propos\w+|present\w*|introduc\w+|codes?|source|scripts?"
    r"|software|notebooks?|data|implementation|repo|repository|repositories|github|gitlab|hugging ?face|docker|pip"
    r"|links?|url|websites?|page|available|releas\w+|open-?sourced?|publicly|found|provided|online|at|is|are|be|can"
    r"|by)\b",
    re.IGNORECASE,
)
# "…), a benchmark that we release": named as a tool, and the authors' own.
_OURS_AFTER = re.compile(
    r"[)\]}\s]*(?:,\s*(?:a|an|the|our|which)\b[^.!?;,]{0,60}\b(?:we|our|new|novel|this work)\b"
    r"|,\s*our\b|(?:is|are|was|were|will be) (?:\w+ ){0,2}(?:available|released|open))",
    re.IGNORECASE,
)
_DISCUSSION = re.compile(r"/(?:issues|pulls?|discussions|merge_requests)/\d+", re.IGNORECASE)
_OURS = re.compile(
    r"\b(?:our|official|ours)\b"
    r"|\bwe (?:\w+ ){0,2}(?:released?|provided?|publish(?:ed)?|shared?|open|make|made|host|offer)\b"
    r"|\b(?:is|are|be|been|being|was|were|made|freely|publicly|openly)?\s*(?:available|released|accessible|found|provided"
    r"|open[- ]?sourced|hosted|published|shared|accessed|obtained|downloaded|here|online)\b"
    rf"|\b(?:{_CODE}|demo|project|website|homepage|page|link|url)s?\s*(?:page|link|url)?\s*(?:at|on|in|via|is)?\s*[:=(\[]",
    re.IGNORECASE,
)
_HAS_CODE = re.compile(rf"\b(?:{_CODE})\b", re.IGNORECASE)
_HAS_DATA = re.compile(
    r"\b(?:data ?sets?|data|benchmarks?|corpus|corpora|annotations?|leaderboard)\b", re.IGNORECASE
)
_HAS_MODEL = re.compile(r"\b(?:models?|weights|checkpoints?|demo|spaces?)\b", re.IGNORECASE)
_HAS_LIST = re.compile(
    r"\b(?:(?:paper|reading|curated) list|list of (?:papers|resources|works)|collection of|awesome|survey(?:ed)?)\b",
    re.IGNORECASE,
)
_HAS_PAGE = re.compile(
    r"\b(?:project|home) ?(?:page|site|website)|web ?(?:site|page)|homepage\b", re.IGNORECASE
)
_RELEASE = (
    r"(?:releas\w*|publish\w*\b(?! in\b)|open[- ]?sourc\w*|upload\w*|publicly"
    r"|(?:freely |openly )?(?:available|accessible))"
)
_PROMISE = re.compile(
    rf"\b(?:will|shall) (?:be |soon |also |both |all |further |then )*(?:made |make |found )?(?:\w+ly )?{_RELEASE}"
    rf"|\bto be (?:soon )?(?:made )?{_RELEASE}"
    r"|\b(?:we|authors) (?:will|plan to|intend to|aim to|are going to|shall) (?:\w+ ){0,3}"
    r"(?:releas\w*|publish\w*|open[- ]?sourc\w*|shar\w*|provide|upload\w*|make)\b"
    r"|\b(?:coming|available|released?|public|open[- ]?sourced) (?:very )?soon\b|\bforthcoming\b"
    r"|\bup ?on (?:paper |the paper'?s? |our |its )?(?:acceptance|publication)\b"
    r"|\bafter (?:paper |the )?(?:acceptance|publication|review|peer review)\b",
    re.IGNORECASE,
)
# One of these is in every promise; looking for them first spares most texts the expression above.
_PROMISE_HINTS = (
    "releas", "publi", "sourc", "upload", "availab", "accessib", "shar", "provid", "make", "soon",
    "forthcoming", "upon", "up on", "after",
)  # fmt: skip
_ABOUT_CODE = re.compile(
    r"\b(?:source|codes?|codebase|source-codes?|implementations?|software|scripts?|toolkit|library|repository|github"
    r"|models?|weights|checkpoints?|resources?|materials?|artifacts?)\b",
    re.IGNORECASE,
)


def read_cue(clause: str, address: str = "", after: str = "") -> Cue:
    """Classify the words that lead up to an address (its ``clause``; the last count most) and those ``after`` it.

    Somebody else's only where such words come after every word of release: "we build on X, our code is at"
    is ours. So is a name that a tool, a baseline or a subject goes by: "we compare with X (address)".
    """
    if _DISCUSSION.search(address):
        return Cue.DISCUSSED
    tail = clause[-200:]
    if _names_something_used(tail) and not _OURS_AFTER.match(after):
        return Cue.USED
    borrowed = max((match.end() for match in _BORROWED.finditer(tail)), default=-1)
    ours = max((match.start() for match in _OURS.finditer(tail)), default=-1)
    if borrowed >= 0 and borrowed > ours and not re.search(r"\b(?:code|available)\W*$", tail):
        return Cue.BORROWED
    governed = _GOVERNED.fullmatch(tail, borrowed) if borrowed >= 0 else None
    if governed and not _NO_NAME.search(governed["what"]) and not _OURS_AFTER.match(after):
        return Cue.USED  # "we build on the Reeds library (", whose last word alone would be one of release
    near = tail[-90:]
    if "awesome" in address.lower() or (_HAS_LIST.search(near) and not _HAS_CODE.search(near)):
        return Cue.LIST
    if _HAS_CODE.search(near):
        return Cue.OURS
    if _HAS_DATA.search(near):
        return Cue.DATA
    if _HAS_PAGE.search(near):
        return Cue.PAGE
    if _HAS_MODEL.search(near):
        return Cue.MODEL
    return Cue.OURS if ours >= 0 else Cue.BARE


def _names_something_used(tail: str) -> bool:
    """ "implemented using PyTorch (", but neither "reproduced using our code (" nor "used by the community ("."""
    for expression in _USED:
        match = expression.search(tail)
        if match is not None and _NAME.search(match["what"]) and not _NO_NAME.search(match["what"]):
            return True
    return False


def find_promise(text: str | None) -> str | None:
    """The sentence in which a text promises code that is to come, or ``None``.

    >>> find_promise("We win. The code will be released upon acceptance.")
    'The code will be released upon acceptance.'
    """
    if not text:
        return None
    plain = " ".join(text[:20_000].split())
    if not any(hint in plain.lower() for hint in _PROMISE_HINTS):
        return None
    for sentence in re.split(r"(?<=[.!?;])\s+(?=[A-Z(\"])|\s\|\|\s|;\s", plain):
        lower = sentence.lower()
        if not any(hint in lower for hint in _PROMISE_HINTS):
            continue
        if _PROMISE.search(sentence) and _ABOUT_CODE.search(sentence):
            return sentence[:300]
    return None
