"""The head of a file, before its first line of code: who holds the copyright, where it says it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ranking.code_quality.files.holders import holders_of

_MOST_LINES = 40
_QUOTES = re.compile(r"[rRuUbB]?(\"\"\"|''')")
_GUARD = re.compile(r"#\s*(?:ifndef|define|pragma)\b")
_DIRECTIVE = re.compile(r"#\s*(?:include|import|if|ifdef|undef|using)\b")
_COMMENT = re.compile(r"(?:#|//|/\*|\*|--|%|;|!|\(\*|\{-|<!--|<\?php)")
_MARKS = " \t#/*-%;!=<>{}()~\"'_"

_CODE_HOST = re.compile(
    r"(?:https?://|git@)?(?:www\.)?(github\.com|raw\.githubusercontent\.com|gitlab\.com|bitbucket\.org)[/:]([\w.-]+)/([\w.-]*\w)",
    re.I,
)
_ELSEWHERE = re.compile(
    r"https?://(?!(?:\w+\.)*(?:arxiv|doi|openreview|wikipedia|semanticscholar|aclanthology)\.)[\w.-]+"
    r"|\b(?:the )?(?:official|original) (?:[\w.-]+ ){0,3}?(?:repo|repository|code|codebase|implementation)\b"
    # account/name, right after the words for it; "and/or" and "input/output" are no such names
    r"|\b(?:from|of|on|by) (?:the )?(?!(?:and|or|input|output|train\w*|test|encoder|source|src|client|read|left|on)/)"
    r"[a-z][\w-]+/[a-z][\w-]*(?![\w./])",
    re.I,
)
_SUBJECT = (
    r"(?:(?:(?:some|most|much|large )?(?:parts?|portions?|pieces|bits|some|most|much|all) of )?"
    r"(?:this|the) (?:code|file|script|module|implementation|program|source|class) (?:is|are|was|were|has been) )?"
)
_TAKEN = re.compile(
    rf"{_SUBJECT}(?:(?:directly|mostly|entirely|simply|originally|almost) )*"
    r"(?:(?:copied|taken|borrowed|copy-pasted)(?: verbatim| directly| mostly| as is)? from|(?:verbatim )?copy of)\b",
    re.I,
)
_ADAPTED = re.compile(
    rf"{_SUBJECT}(?:(?:heavily|mostly|directly|partially|partly|largely|loosely|in part) )*"
    r"(?:(?:copied|borrowed|taken|adapted|ported|modified|derived|inspired)(?: and (?:adapted|modified))? (?:from|by)"
    r"|(?:based|built) (?:up)?on|(?:a )?(?:fork|adaptation|modification|modified version|port) of)\b",
    re.I,
)
_OURS = re.compile(
    r"\b(?:from|of|on) (?:our|my) (?:\w+ ){0,3}(?:repo\w*|code\w*|implementation|project|package|library|work)\b",
    re.I,
)
_CHANGED = re.compile(
    r"\b(?:partly|partially|some|parts?|portions?|pieces|bits|heavily|in part)\b"
    r"|(?<!minor )(?<!slight )(?<!small )(?<!no )(?<!few )(?<!without )"
    r"\b(?:modifi\w+|adapt\w+|changes|extend\w*|rewrit\w+)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A line of comment before the code, without its marks."""

    number: int
    text: str
    docstring: bool = False


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a head says of its file's origin: a repository's key or ``elsewhere``; ``verbatim`` if it was only taken."""

    origin: str
    line: int
    verbatim: bool


def head_of(lines: list[str]) -> list[HeadLine]:
    """Comments and the docstring that a file begins with; an empty text is a blank line."""
    found: list[HeadLine] = []
    inside = ""  # what closes the block that is open
    for number, line in enumerate(lines[:_MOST_LINES], start=1):
        text = line[:500].strip().lstrip("\ufeff")
        quotes = _QUOTES.match(text) if not inside else None
        in_docstring = quotes is not None or inside in ('"""', "'''")
        if quotes:
            text = text[quotes.end() :]
            inside = quotes.group(1)
        elif not inside and text.startswith("/*"):
            text, inside = text[2:], "*/"
        elif not inside and text and (_DIRECTIVE.match(text) or not _COMMENT.match(text)):
            break
        elif not inside and _GUARD.match(text):
            continue
        if inside and inside in text:
            text, _, _ = text.partition(inside)
            inside = ""
        found.append(HeadLine(number, text.strip(_MARKS).strip(), in_docstring))
    return found


def attribution_in(head: list[HeadLine]) -> Attribution | None:
    """Where the head says that the whole file comes from; ``None`` where it names no other code."""
    weak: Attribution | None = None
    before = ""
    for position, line in enumerate(head):
        for sentence in re.split(r"(?<=[.!;]) +", line.text):
            taken, adapted = _TAKEN.match(sentence), _ADAPTED.match(sentence)
            begins = not before or before[-1] in ".!:;" or sentence[:1].isupper()
            before = sentence
            if not (taken or adapted) or _OURS.search(sentence):
                continue
            origin = _origin(_rest(sentence, head[position + 1 : position + 3]))
            if origin is None:
                continue
            verbatim = bool(taken) and begins and not _CHANGED.search(sentence)
            said = Attribution(origin=origin, line=line.number, verbatim=verbatim)
            if verbatim:
                return said
            weak = weak or said
        if not line.text:
            before = ""
    return weak


def _rest(sentence: str, following: list[HeadLine]) -> str:
    """A sentence with the lines it runs on into, for an address often has a line of its own."""
    parts = [sentence]
    for line in following:
        if not line.text or _CODE_HOST.search(" ".join(parts)):
            break
        parts.append(line.text)
    return " ".join(parts)


def _origin(text: str) -> str | None:
    if host := _CODE_HOST.search(text):
        site = host.group(1).lower().replace("raw.githubusercontent", "github")
        return f"{site}/{host.group(2)}/{host.group(3).removesuffix('.git')}".lower()
    return "elsewhere" if _ELSEWHERE.search(text) else None


def holders_in(head: list[HeadLine]) -> list[str]:
    """Holders of the copyright that the head names."""
    return holders_of("\n".join(line.text for line in head))
