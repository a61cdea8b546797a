"""Sector and country of an affiliation as it is printed. For people to read and filter by; never for a score.

Read in this order: the institutions that the project lists (``institutions.csv``), a country that is printed, the
country of a host name or address, words that name a kind of institution. What none of them says stays unknown
(``None``), and so does what they contradict each other about.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from sourcing.countries import country_code, country_of_domain

ACADEMIA, INDUSTRY, BOTH = "academia", "industry", "both"

_BETWEEN_AFFILIATIONS = re.compile(r"\s*(?:;|\||\s\+\s|(?<=\w)\+(?=[A-Z])|\s/\s|\n)\s*")
_PARTS = re.compile(r"\s*(?:,|\(|（|）|\)|\[|\]|\s[-–—]\s|@)\s*")
_HOST = re.compile(r"(?:[\w.+-]+@)?((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
# Listed names of one word are looked for at the beginning of a part only from this length on: "Google Zurich", but
# neither "Apple Valley College" nor "Meta-learning group".
_MIN_PREFIX = 6
_ACADEMIC = re.compile(
    r"\b(?:universit\w*|universid\w*|univ|uniwersytet\w*|egyetem\w*|yliopisto|colleges?|hochschule|polytechni\w*"
    r"|politecnic\w*|politechnik\w*|technion|ecole|escuela|facult(?:y|e|ad)|mpi"
    r"|(?:institutes?|institut|instituto) (?:of|fur|de) (?:\w+ ){0,2}(?:and )?technolog\w+"
    r"|academy of sciences|academie des sciences|max planck|helmholtz|fraunhofer|graduate school|medical school"
    r"|school of (?:engineering|medicine|science|sciences|computing|computer science|informatics|mathematics)"
    r"|(?:department|dept) of (?:computer science|mathematics|statistics|physics|electrical engineering)"
    r"|institute for advanced study|national laborator(?:y|ies)|research council|cnrs|inria)\b"
)
_COMPANY = re.compile(
    r"\b(?:inc|incorporated|llc|ltd|limited|gmbh|corp|corporation|plc|pty|pvt|bv|oy|srl|spa|technologies|startup)\b"
    r"|\b(?:ag|sa|ab|se|kk|co)$"
)
_ACADEMIC_HOST = re.compile(r"(?:^|\.)(?:edu|ac|edu\.[a-z]{2}|ac\.[a-z]{2})$")
# "École Polytechnique de Montréal" is another school than the École Polytechnique.
_OF = frozenset(["of", "at", "de", "du", "da", "di", "federale"])
# Addresses that anybody can have.
_MAILBOXES = frozenset(
    ["gmail.com", "outlook.com", "hotmail.com", "qq.com", "163.com", "126.com", "yahoo.com"]
)


@dataclass(frozen=True, slots=True)
class Institution:
    """What one affiliation says; ``name`` is the listed institution's, where it is one. ``None`` is unknown."""

    sector: str | None = None
    country: str | None = None
    name: str | None = None


def describe_affiliations(printed: Iterable[str]) -> Institution:
    """Sector and country of a person with these affiliations at one time.

    Somebody at a university and a company is ``both``. Two countries are none: nobody said which one is meant.

    >>> describe_affiliations(["University of Oxford + Google Research"]).sector
    'both'
    """
    found = [read_affiliation(one) for text in printed for one in split_affiliations(text)]
    sectors = {one.sector for one in found if one.sector}
    countries = {one.country for one in found if one.country}
    return Institution(
        sector=BOTH if len(sectors) > 1 else next(iter(sectors), None),
        country=next(iter(countries)) if len(countries) == 1 else None,
        name=next((one.name for one in found if one.name), None),
    )


def split_affiliations(text: str) -> list[str]:
    """Take apart several affiliations that a source prints in one field, joined by ``;``, ``+``, ``/`` or ``|``."""
    return [part for one in _BETWEEN_AFFILIATIONS.split(text[:2000]) if (part := one.strip())]


@lru_cache(maxsize=65536)
def read_affiliation(text: str) -> Institution:
    """What one affiliation says.

    >>> read_affiliation("Department of Statistics, Universität Hochtal, Germany")
    Institution(sector='academia', country='DE', name=None)
    """
    parts = [part for one in _PARTS.split(text[:500]) if (part := one.strip(" ."))]
    hosts = [host.lower() for host in _HOST.findall(text)]
    listed = _listed(parts) or next((one for host in hosts if (one := listed_domain(host))), None)
    stated = country_code(parts[-1]) if len(parts) > 1 else None
    by_host = next((code for host in hosts if (code := country_of_domain(host))), None)
    folded = fold(text)
    if listed is not None:
        # A company's office abroad is where the affiliation says; a university is where it is.
        country = listed.country or stated or by_host
        if listed.sector == INDUSTRY and stated is not None:
            country = stated
        sector = BOTH if listed.sector == INDUSTRY and _is_academic(folded, hosts) else listed.sector
        return Institution(sector, country, listed.name)
    academic, company = _is_academic(folded, hosts), _COMPANY.search(folded) is not None
    if academic == company:  # neither, or a contradiction
        return Institution(None, stated or by_host)
    return Institution(ACADEMIA if academic else INDUSTRY, stated or by_host)


def describe_domain(domain: str) -> Institution:
    """What the host part of an address says.

    >>> describe_domain("cs.toronto.edu").country, describe_domain("gmail.com").country
    ('CA', None)
    """
    domain = domain.strip().lower().rpartition("@")[2]
    if domain in _MAILBOXES:
        return Institution()
    listed = listed_domain(domain)
    if listed is not None:
        return Institution(listed.sector, listed.country, listed.name)
    return Institution(
        ACADEMIA if _ACADEMIC_HOST.search(domain) else None,
        country_of_domain(domain),
    )


def _is_academic(folded: str, hosts: Iterable[str]) -> bool:
    if _ACADEMIC.search(folded) is not None:
        return True
    return any(_ACADEMIC_HOST.search(host) for host in hosts)


def fold(text: str) -> str:
    """Words in lower case, without accents and punctuation, one blank apart."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    bare = "".join(ch for ch in flat if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in bare).split())


@lru_cache(maxsize=1)
def institutions() -> dict[str, Institution]:
    """The listed institutions by every folded name."""
    found: dict[str, Institution] = {}
    for row in _rows():
        one = Institution(row["sector"] or None, row["country"] or None, row["name"])
        for name in (row["name"], *row["other_names"].split("|")):
            if key := fold(name):
                found.setdefault(key, one)
    return found


@lru_cache(maxsize=1)
def _domains() -> dict[str, Institution]:
    return {
        domain: Institution(row["sector"] or None, row["country"] or None, row["name"])
        for row in _rows()
        for domain in row["domains"].split("|")
        if domain
    }


def listed_domain(host: str) -> Institution | None:
    """The listed institution of a host name or of a domain above it."""
    labels = host.lower().strip(".").split(".")
    for at in range(len(labels) - 1):
        if (found := _domains().get(".".join(labels[at:]))) is not None:
            return found
    return None


def _rows() -> Iterator[dict[str, str]]:
    text = resources.files("sourcing").joinpath("institutions.csv").read_text("utf-8")
    return iter(csv.DictReader(text.splitlines()))


def _listed(parts: list[str]) -> Institution | None:
    """The institution of the first part that names one: whole, else at its beginning. Whole names come first."""
    known = institutions()
    keys = [fold(part) for part in parts]
    # "University of California, Berkeley" is one name with a comma in it.
    joined = [f"{one} {other}" for one, other in pairwise(keys)]
    for key in (*joined, *keys):
        if key in known:
            return known[key]
    for key in keys:
        words = key.split()
        for length in range(len(words) - 1, 0, -1):
            prefix = " ".join(words[:length])
            if length == 1 and len(prefix) < _MIN_PREFIX:
                break
            one = known.get(prefix)
            if one is None or (one.sector != INDUSTRY and (length == 1 or words[length] in _OF)):
                continue
            return one
    return None
