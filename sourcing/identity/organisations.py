"""Organisations as papers print them: the telling words of each in an affiliation, and whose machine a host is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.keys.names import fold

_UNIT_MARK = re.compile(r"\s*[+;|]\s*")
_FREE_MAIL_LIST = (
    "gmail.com googlemail.com outlook.com hotmail.com yahoo.com qq.com 163.com 126.com foxmail.com icloud.com "
    "protonmail.com proton.me live.com mail.ru naver.com msn.com example.org"
)
_FREE_MAIL = frozenset(_FREE_MAIL_LIST.split())
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "org", "gov", "net", "go", "or", "re"})
_PLAIN_WORD_LIST = (
    "university universite universitat universitaet universidad universita universidade univ of the and at for in de "
    "la department dept school faculty institute institut instituto college laboratory lab labs center centre "
    "research science sciences technology technologies engineering computer computing information group division "
    "academy national state key inc ltd corp company co international china usa uk germany france japan india"
)
_PLAIN_WORDS = frozenset(_PLAIN_WORD_LIST.split())


def units_in(affiliation: str) -> Iterator[list[str]]:
    """The words of each organisation that say which one it is.

    >>> list(units_in("Dept. of Tides, Lakeshore University; Harbour Labs"))
    [['tides', 'lakeshore'], ['harbour']]
    """
    for unit in _UNIT_MARK.split(affiliation):
        words = [word for word in fold(unit).split() if word not in _PLAIN_WORDS and len(word) > 1]
        if words:
            yield words


def hosts_in(domains: str) -> Iterator[str]:
    """The organisations' hosts among printed domains of addresses.

    >>> list(hosts_in("robots.ox.ac.uk; gmail.com"))
    ['ox.ac.uk']
    """
    for printed in _UNIT_MARK.split(domains):
        if host := _organisation_host(printed):
            yield host


def _organisation_host(host: str) -> str:
    """``robots.ox.ac.uk`` → ``ox.ac.uk``; empty for free mail and for what is no host name."""
    labels = host.strip().lower().rpartition("@")[2].strip(".").split(".")
    if len(labels) < 2 or not all(labels):
        return ""
    take = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    found = ".".join(labels[-take:])
    return "" if found in _FREE_MAIL else found
