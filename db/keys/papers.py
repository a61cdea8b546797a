"""Normal forms of papers: arXiv ids, DOIs, OpenReview ids, titles."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Old archives as listed on https://info.arxiv.org/help/arxiv_identifier.html; the subject class
# (``math.GT/0309136``) is not part of the identifier and arXiv resolves both forms to the same paper.
_OLD = re.compile(
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?/(?P<number>\d{7})(?:v(?P<version>[1-9]\d*))?",
    re.IGNORECASE,
)
_NEW = re.compile(r"(?P<number>\d{4}\.\d{4,5})(?:v(?P<version>[1-9]\d*))?")
_PREFIX = re.compile(
    r"^\s*(?:https?://)?(?:(?:www\.|export\.|de\.|cn\.)?arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)/"
    r"|(?:www\.)?alphaxiv\.org/abs/|(?:https?://)?(?:dx\.)?doi\.org/10\.48550/arxiv\.|10\.48550/arxiv\."
    r"|oai:arxiv\.org:|arxiv\s*[:/]\s*)",
    re.IGNORECASE,
)
# As most come, so that the four patterns around this one are not tried on them: three times as fast.
_PLAIN = re.compile(r"(?:https?://arxiv\.org/abs/)?(\d{4}\.\d{4,5})(?:v([1-9]\d*))?")
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")
_PDF = re.compile(r"\.pdf$", re.IGNORECASE)
_OLD_ARCHIVES = frozenset(
    [
        "acc-phys",
        "adap-org",
        "alg-geom",
        "ao-sci",
        "astro-ph",
        "atom-ph",
        "bayes-an",
        "chao-dyn",
        "chem-ph",
        "cmp-lg",
        "comp-gas",
        "cond-mat",
        "cs",
        "dg-ga",
        "funct-an",
        "gr-qc",
        "hep-ex",
        "hep-lat",
        "hep-ph",
        "hep-th",
        "math",
        "math-ph",
        "mtrl-th",
        "nlin",
        "nucl-ex",
        "nucl-th",
        "patt-sol",
        "physics",
        "plasm-ph",
        "q-alg",
        "q-bio",
        "quant-ph",
        "solv-int",
        "supr-con",
    ]
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}|\\^`\[\]]+")
_OPENREVIEW_URL = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^#\s]*&)?id=([A-Za-z0-9_-]+)")
_OPENREVIEW_ID = re.compile(r"[A-Za-z0-9_-]{8,14}")
_MARKUP = re.compile(r"<[^<>]{1,80}>")
_TEX_COMMAND = re.compile(r"\\[a-zA-Z]+\*?|\\.")
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "lambda": "λ",
    "mu": "μ", "pi": "π", "sigma": "σ", "tau": "τ", "theta": "θ", "phi": "φ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_NOT_ALNUM = re.compile(r"[^0-9a-z]+")
_TEX_GREEK = re.compile(r"\\(" + "|".join(sorted(_GREEK, key=len, reverse=True)) + r")(?![a-zA-Z])")


class ArxivId(NamedTuple):
    """An arXiv identifier: ``id`` without version, ``version`` where one was printed."""

    id: str
    version: int | None


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Read an arXiv id, old or new style, out of an id, a URL, a DOI of arXiv's or an OAI identifier.

    The whole text must be the identifier (a ``.pdf`` ending, query and fragment are dropped). Months 13–99
    and unknown archives are refused, so a DOI or a date is not taken for an id.

    >>> parse_arxiv_id("https://arxiv.org/pdf/2406.01234v2.pdf")
    ArxivId(id='2406.01234', version=2)
    >>> parse_arxiv_id("math.GT/0309136")
    ArxivId(id='math/0309136', version=None)
    """
    if (plain := _PLAIN.fullmatch(text)) is not None:
        month, version = int(plain[1][2:4]), plain[2]
        return ArxivId(plain[1], int(version) if version else None) if 1 <= month <= 12 else None
    body = _PREFIX.sub("", text.strip())
    body = _QUERY_OR_FRAGMENT.split(body, maxsplit=1)[0].strip().rstrip("/")
    body = _PDF.sub("", body)
    if (new := _NEW.fullmatch(body)) is not None:
        month = int(new["number"][2:4])
        if not 1 <= month <= 12:
            return None
        return ArxivId(new["number"], int(new["version"]) if new["version"] else None)
    if (old := _OLD.fullmatch(body)) is not None:
        archive = old["archive"].lower()
        if archive not in _OLD_ARCHIVES or not 1 <= int(old["number"][2:4]) <= 12:
            return None
        return ArxivId(f"{archive}/{old['number']}", int(old["version"]) if old["version"] else None)
    return None


def normalise_doi(text: str) -> str | None:
    """Lower-case a DOI and take off resolver and trailing punctuation; ``None`` if there is none.

    DOIs compare without case (DOI Handbook, 2.4). Closing brackets are kept only where they were opened.

    >>> normalise_doi("https://doi.org/10.1145/3292500.3330701.")
    '10.1145/3292500.3330701'
    """
    found = _DOI.search(text)
    if found is None:
        return None
    doi = found[0].lower()
    while doi:
        bare = doi.rstrip(".,;:'*")
        if bare.endswith(")") and bare.count(")") > bare.count("("):
            bare = bare[:-1]
        if bare == doi:
            break
        doi = bare
    return doi if "/" in doi and not doi.endswith("/") else None


def openreview_id(text: str) -> str | None:
    """Read a forum id out of an OpenReview URL, or accept a bare one.

    >>> openreview_id("https://openreview.net/forum?id=-0Cjhnl-dhK&noteId=x")
    '-0Cjhnl-dhK'
    """
    text = text.strip()
    if (url := _OPENREVIEW_URL.search(text)) is not None:
        return url[1]
    return text if _OPENREVIEW_ID.fullmatch(text) else None


@lru_cache(maxsize=8192)  # a new paper's title is asked for by matching, folding and storing
def title_key(title: str) -> str:
    """Give the form under which two printings of one title are equal.

    Case, accents, punctuation, white space, HTML tags and TeX markup go; letters and digits of every script
    stay, Greek TeX commands become their letters. A title may be as short as ``0``; an empty key means that
    the title has no letter or digit at all and must not be matched on.

    >>> title_key("$\\\\alpha$-NeRF:  Naïve <i>Fields</i>")
    'αnerfnaivefields'
    """
    text = _MARKUP.sub(" ", title) if "<" in title else title
    if text.isascii() and "\\" not in text:
        return _NOT_ALNUM.sub("", text.lower())
    text = _TEX_GREEK.sub(lambda found: _GREEK[found[1]], text)
    text = _TEX_COMMAND.sub("", text)
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text)
    return "".join(ch for ch in text if ch.isalnum())
