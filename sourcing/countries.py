"""Countries as people write them → ISO 3166 alpha-2 codes, by way of pycountry."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pycountry

# What printed affiliations and lists say and ISO's tables do not. "Georgia" is left out: it is also a US state.
_ALSO = {
    "usa": "US", "u s a": "US", "us": "US", "u s": "US", "united states of america": "US", "america": "US",
    "uk": "GB", "u k": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "great britain": "GB", "south korea": "KR", "korea": "KR", "republic of korea": "KR", "korea south": "KR",
    "russia": "RU", "iran": "IR", "vietnam": "VN", "viet nam": "VN", "taiwan": "TW", "taiwan roc": "TW",
    "turkey": "TR", "turkiye": "TR", "czech republic": "CZ", "macau": "MO", "hong kong sar": "HK",
    "hong kong": "HK", "p r china": "CN", "pr china": "CN", "prc": "CN", "peoples republic of china": "CN",
    "people s republic of china": "CN", "mainland china": "CN", "the netherlands": "NL", "holland": "NL",
    "uae": "AE", "u a e": "AE", "saudi": "SA", "kingdom of saudi arabia": "SA", "ksa": "SA", "syria": "SY",
    "ivory coast": "CI", "laos": "LA", "tanzania": "TZ", "venezuela": "VE", "bolivia": "BO", "moldova": "MD",
    "brunei": "BN", "palestine": "PS", "north macedonia": "MK", "macedonia": "MK", "kosovo": "XK",
    "deutschland": "DE", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "espana": "ES",
    "italia": "IT", "brasil": "BR", "belgie": "BE", "belgique": "BE", "nederland": "NL", "sverige": "SE",
    "norge": "NO", "danmark": "DK", "polska": "PL", "allemagne": "DE",
}  # fmt: skip
_NOT_BY_NAME = frozenset(["georgia", "jersey", "guinea", "niger", "chad", "jordan", "congo"])


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The ISO 3166 alpha-2 code of a country's name or code in capitals; ``None`` for all else.

    Names that are also places or people elsewhere (Georgia, Jersey, Jordan) are refused: unknown is better than
    wrong. ``XK`` is Kosovo's user-assigned code.

    >>> country_code("South Korea"), country_code("CH"), country_code("Georgia")
    ('KR', 'CH', None)
    """
    bare = text.strip().strip(".").strip()
    if len(bare) == 2 and bare.isascii() and bare.isalpha() and bare.isupper():
        found = pycountry.countries.get(alpha_2=bare)
        return "GB" if bare == "UK" else found.alpha_2 if found else "XK" if bare == "XK" else None
    key = _key(bare)
    if key in _ALSO:
        return _ALSO[key]
    if len(key) < 4 or key in _NOT_BY_NAME:
        return None
    return _names().get(key)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            if (name := getattr(country, attribute, None)) is not None:
                names[_key(name)] = country.alpha_2
    return names


def _key(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(ch for ch in flat if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in bare).split())


def country_of_domain(domain: str) -> str | None:
    """The country of a host name's country-code ending; ``None`` for generic ones.

    Country codes that are sold as words (``.ai``, ``.io``, ``.co``, ``.me``, …) say nothing about a country, except
    below their academic branch (``uniandes.edu.co``). ``.edu``, ``.gov`` and ``.mil`` are run for institutions
    in the United States (``.edu`` has old exceptions, which the list of institutions names).

    >>> country_of_domain("cs.ox.ac.uk"), country_of_domain("openai.com"), country_of_domain("lab.ai")
    ('GB', None, None)
    """
    labels = domain.strip().strip(".").lower().split(".")
    if len(labels) < 2 or not all(labels):
        return None
    last = labels[-1]
    if last in {"edu", "gov", "mil"}:
        return "US"
    if len(last) != 2 or not last.isascii():
        return None
    if last in _SOLD_AS_WORDS and labels[-2] not in {"edu", "ac", "gov"}:
        return None
    if last == "eu":
        return None
    return country_code({"uk": "GB"}.get(last, last.upper()))


# Not here although they are words too: .rs, .is, .li and .mn are used at home all the same.
_SOLD_AS_WORDS = frozenset(
    [
        "ac", "ai", "am", "as", "bz", "cc", "cd", "co", "cx", "dj", "fm", "fo", "gg", "gl", "gs", "im", "io", "la",
        "ly", "me", "ml", "ms", "mu", "nu", "pw", "re", "sc", "sh", "so", "st", "sx", "tf", "tk", "tl", "to", "tv",
        "vc", "vg", "vu", "ws",
    ]
)  # fmt: skip
