"""Repository addresses in running text, mended where typesetting, wrapping or copying broke them.

Abstracts arrive through LaTeX, PDF extraction and forms. What happens to addresses on the way: ``\\href`` and
``\\url`` stay, underscores are escaped, two copies are glued together, spaces appear after ``https:``, after a
slash, or after a hyphen at a line's end, closing brackets and stops stick to the end, the name is cut off.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from db.keys.repositories import RepositoryAddress, parse_repository_url

_MAX_TEXT = 20_000

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "⁄": "/"})
_TEX = (
    (re.compile(r"(?<!\\)\\+(?:textunderscore(?![a-z])|_)(?:\{\})?"), "_"),
    (re.compile(r"\\(?:allowbreak|linebreak|newline|-)(?![a-z])\s?"), ""),
    (re.compile(r"\$?\\(?:sim|textasciitilde)(?:\{\})?\$?(?![a-z])"), "~"),
    (re.compile(r"\\slash(?![a-z])\s?"), "/"),
    (re.compile(r"\\([%#&])"), r"\1"),
    (re.compile(r"%(?![0-9A-Fa-f]{2})"), " "),
)
_HOSTS = (
    r"(?:github|gitlab|bitbucket|codeberg|huggingface|gitee|gitea)\s?\.\s?(?:com|org|co)"
    r"|hf\.co|git\.sr\.ht|gitlab\.[a-z0-9.-]+\.[a-z]{2,}"
    r"|raw\.githubusercontent\.com|[a-z0-9-]{1,39}\.(?:github|gitlab)\.io"
    r"|nbviewer\.(?:jupyter\.)?org/github|colab\.research\.google\.com/github"
)
_GLUED = re.compile(r"(?<=[\w.,;:})\]])(?=https?\s?:\s?/)", re.IGNORECASE)
_SCHEME = re.compile(rf"https?\s*:\s*/\s*/?\s*(?=(?:www\.)?(?:{_HOSTS}))", re.IGNORECASE)
_HOST_GAP = re.compile(
    r"\b(github|gitlab|bitbucket|codeberg|huggingface)\s?\.\s?(com|org|co)\s?/(?=\s?[\w~-])", re.IGNORECASE
)
_ADDRESS = re.compile(
    rf"(?:(?:git\+)?(?:https?|ssh|git)://(?:[\w-]+@)?|git@)?(?<![\w@.-])(?:www\.)?(?:{_HOSTS})"
    r"(?:[/:][^\s{}$\\<>\"'`()\[\]|,;“”‘’«»，；。）（】【*^]*)?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[\w][\w.-]*(?:/[\w.-]+)*/?")
# Words that go on with the sentence after an address that ended too early.
_PROSE = frozenset(
    [
        "a", "all", "along", "also", "an", "and", "are", "as", "at", "but", "by", "can", "code", "contains",
        "for", "from", "has", "here", "in", "including", "is", "it", "of", "on", "or", "our", "page",
        "project", "provides", "repository", "so", "that", "the", "these", "this", "to", "together", "under",
        "upon", "via", "we", "where", "which", "will", "with",
    ]
)  # fmt: skip
# Cheap to look for; most texts hold none of them.
_HINTS = ("github", "gitlab", "hugging", "hf.co", "bitbucket", "codeberg", "git@", "git.sr", "gitee", "gitea")
_PLACEHOLDERS = frozenset(
    [
        "anonymous", "anonymized", "anonymised", "anon", "xx", "xxx", "xxxx", "xxxxx", "tbd", "todo", "username",
        "your-username", "yourusername", "user", "author", "authors", "blinded", "anonymousauthors",
    ]
)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z0-9(\"“]|\s*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAddress:
    """One address as a text prints it.

    ``address`` is ``None`` when only host and owner can be read (``owner`` then holds ``host/owner`` in lower
    case). ``clause`` is the part of the sentence that leads up to the address, ``sentence`` the whole of it,
    ``after`` the text that follows. ``mended`` is true when the address had to be put together.
    """

    address: RepositoryAddress | None
    owner: str | None
    printed: str
    clause: str
    sentence: str
    after: str
    mended: bool = False


def find_addresses(text: str | None) -> tuple[FoundAddress, ...]:
    """All repository addresses of a text, in printed order; the first 20,000 characters are read."""
    if not text:
        return ()
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return ()
    plain = _readable(text[:_MAX_TEXT])
    whole = _mend(plain)
    spans = [(match.start(), match.end()) for match in _ADDRESS.finditer(whole)]
    found = []
    before = 0
    for start, end in spans:
        printed = whole[start:end].rstrip(".:!?-~")
        if (one := _read(whole, start, start + len(printed), since=before, plain=plain)) is not None:
            found.append(one)
            before = end
    return tuple(found)


def _read(text: str, start: int, end: int, *, since: int, plain: str) -> FoundAddress | None:
    printed = text[start:end]
    address = parse_repository_url(printed)
    owner = None
    if address is None:
        bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", printed.lower()).rstrip("/")
        if re.fullmatch(r"(?:github\.com|gitlab\.com|huggingface\.co)/[a-z0-9][a-z0-9_.-]*", bare) is None:
            return None
        owner = bare
        if owner.partition("/")[2] in _PLACEHOLDERS:
            return None
    elif address.owner.lower() in _PLACEHOLDERS or address.name.lower() in _PLACEHOLDERS:
        return None
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    opening = max((stop for stop in ends if stop <= start), default=0)
    closing = min((stop for stop in ends if stop >= end), default=len(text))
    return FoundAddress(
        address=address,
        owner=owner,
        printed=printed,
        clause=text[max(opening, since, start - 300) : start].strip(),
        sentence=text[max(opening, start - 300) : min(closing, end + 300)].strip(),
        after=text[end : end + 200],
        mended=printed not in plain,
    )


def _readable(text: str) -> str:
    """Undo typesetting; white space becomes single spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES)
    if "\\" in text:
        for form, plain in _TEX:
            text = form.sub(plain, text)
    return " ".join(text.split())


def _mend(text: str) -> str:
    """Close the gaps inside addresses."""
    text = _GLUED.sub(" ", text)
    text = _SCHEME.sub(lambda match: "https://" if match[0][4] in "sS" else "http://", text)
    text = _HOST_GAP.sub(lambda match: f"{match[1]}.{match[2]}/", text)
    at = 0
    while (match := _ADDRESS.search(text, at)) is not None:
        piece = _missing_piece(match[0], text[match.end() :])
        if piece is None:
            at = match.end()
        else:  # the address grew: look at it again, it may be broken in several places
            head, gap, length = match[0], piece[0], piece[1]
            text = text[: match.start()] + head + gap + text[match.end() + length :]
            at = match.start()
    return text


def _missing_piece(address: str, rest: str) -> tuple[str, int] | None:
    """What has to be appended to a broken address, and how much of ``rest`` that uses up."""
    if not rest.startswith(" ") or (token := _TOKEN.match(rest, 1)) is None:
        slash = re.match(r" /([\w.-]+)", rest)
        if slash is not None and re.search(r"(?:com|org|co)/[\w-]+$", address):
            return f"/{slash[1]}", slash.end()
        return None
    word = token[0]
    path = re.sub(r"^(?:\w+://)?[^/]+/?", "", address)
    parts = [part for part in path.split("/") if part]
    if ".github.io" in address or ".gitlab.io" in address:
        return None
    plain_word = word.rstrip(".").lower() in _PROSE
    if not address.endswith(("/", "-", "_")) or ("/" not in address.split("://")[-1]):
        return None
    if not parts and path == "":  # "github.com/ owner/name"
        joins = "/" in word.rstrip("/.") or word.endswith("-")
    elif address.endswith(("-", "_")):  # "github.com/J- L- O/name", "owner/some- thing"
        joins = not plain_word
    elif len(parts) == 1:  # "github.com/owner/ Name."
        closes = re.match(r"(?:[.,;:)\"'”]*$|[.,;)\"'”]+\s)", rest[1 + len(word.rstrip(".")) :]) is not None
        joins = not plain_word and (closes or re.search(r"[A-Z0-9_-]", word) is not None)
    else:
        joins = False
    return (word, 1 + len(word)) if joins else None
