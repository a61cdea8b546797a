"""What a README says is not there, or not there yet: withheld, gone, or announced.

A line that speaks of a thing to say that nobody can have it gives nothing, however well it is worded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ranking.code_quality.documents.texts import LONGEST_LINE

_GIVE = r"(?:provid|releas|shar(?:e\b|ed|ing)|publish|distribut|upload|open-?sourc)"
_NOT_THERE = re.compile(
    rf"\b(?:can(?:not|['’]t| not)|could(?: not|n['’]t)) (?:\w{{1,20}} ){{0,2}}?(?:download|access|obtain|{_GIVE})"
    r"|(?:\b(?:not|never|no longer|nor)|n['’]t) (?:\w{1,20} ){0,3}?"
    rf"(?:available|public|accessible|downloadable|reachable|work(?:s|ing)?\b|ready|{_GIVE})"
    r"|(?:\bnot|n['’]t) (?:\w{1,20} )?(?:included?|part of)\b(?![^\n]{0,80}(?:https?:|\]\(|download))"
    r"|\b(?:no|without) (?:\w{1,20} ){0,2}?(?:weights|checkpoints?|pre-?trained|trained models?)\b"
    r"|\bunavailable\b|\binaccessible\b|\bwithdrawn\b|\btaken down\b"
    r"|\blinks?\b[^\n]{0,80}\b(?:dead|broken|expired)\b|\b(?:dead|broken|expired) links?\b"
    r"|(?<!as )\bsoon\b|\bstay tuned\b|\bTB[AD]\b|\b(?:up)?on (?:acceptance|publication)\b"
    rf"|\bwill (?:\w{{1,20}} )?be (?:\w{{1,20}} )?(?:available|public|added|{_GIVE})"
    rf"|\bwe(?: wi|['’])ll (?:\w{{1,20}} )?{_GIVE}|\bto be {_GIVE}|\b(?:plan|intend|going) to (?:\w{{1,20}} )?{_GIVE}"
    r"|^\s{0,12}[-*+] \[ \]",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=\|)")
_CLAUSE = re.compile(r";|,\s(?=(?:but|please|so|instead|you|use|download|get)\b)")
_LINK = re.compile(r"https?://|\]\(")

_GIVEN = r"(?:provided|released|shared|published|distributed|uploaded|open-?sourced)"
_TO_COME = (
    rf"(?:coming soon|(?:will|to) (?:\w{{1,20}} )?be (?:\w{{1,20}} )?(?:available|public|added|made|{_GIVE})"
    rf"|not (?:yet )?(?:been )?(?:available|public|{_GIVEN})|(?:{_GIVE}\w{{0,3}} )?(?:very )?soon\b|under construction"
    r"|(?:up)?on (?:acceptance|publication))"
)
_CODE = r"(?:code|codes|source code|codebase|implementations?|scripts?)"
# Code that is to come; not what is to come for the code, nor what else is where the code already is.
_PROMISE = re.compile(
    rf"(?P<of>\b(?:of|for|in|with|from|to|about|on) (?:the |this |our |its )?(?:\w{{1,20}} )?)?\b{_CODE}\b"
    rf"(?:(?!\b(?:is|are|was|were|has|have|can|here)\b)[^\n]){{0,60}}?(?:\b(?:is|are) (?:\w{{1,20}} )?)?\b{_TO_COME}"
    rf"|\b(?:will|plan to|going to|working on) (?:\w{{1,20}} ){{0,2}}?(?:{_GIVE}|push|add)\w{{0,3}}"
    rf" (?:\w{{1,20}} ){{0,3}}?(?<!of the )(?<!for the )\b{_CODE}\b|\bstay tuned for (?:\w{{1,20}} ){{0,3}}?{_CODE}\b"
    r"|\bcoming soon:? (?:\w{1,20} )?code\b"
    r"|\b(?:this|the) repo(?:sitory)? is (?:still )?under construction\b",
    re.I,
)


def sentences(line: str) -> list[str]:
    """The sentences of a line; cells of a table are sentences too."""
    return [one for one in _SENTENCE.split(line) if one.strip()]


def without_what_is_withheld(line: str) -> str:
    """A line without the sentences that say that something cannot be had, or not yet."""
    if not _NOT_THERE.search(line):
        return line
    return " ".join(one for one in sentences(line) if not _withheld(one))


def _withheld(sentence: str) -> bool:
    """A sentence that says "not here" and then where is not meant."""
    if not _NOT_THERE.search(sentence):
        return False
    return not any(_LINK.search(one) and not _NOT_THERE.search(one) for one in _CLAUSE.split(sentence))


def promised_code(lines: Iterable[str]) -> tuple[str, int] | None:
    """The first sentence that announces code, and the number of its line."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            continue
        for sentence in sentences(line):
            if any(match["of"] is None for match in _PROMISE.finditer(sentence)):
                return sentence.strip()[:100], number
    return None
