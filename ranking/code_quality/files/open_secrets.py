"""Keys and passwords that lie open in text. Told are their kind and their line, never they themselves.

What has the form of a provider's key is one wherever it stands; what is only called a password or a key must also look
like one. Placeholders and the keys of other people's manuals are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ranking.code_quality.layout import Role, role_of

_MOST = 100


class _Form(NamedTuple):
    """``hint`` stands, in lower case, in every text that holds one. The first group that matches is the secret part."""

    kind: str
    hint: str
    pattern: re.Pattern[str]


# All repetitions are bounded, so that a hostile text costs no more than its length.
_FORMS = (
    _Form("an AWS access key", "akia", re.compile(r"AKIA([0-9A-Z]{16})(?![0-9A-Za-z])")),
    _Form("an AWS secret key", "aws", re.compile(r"(?i)aws_?secret_?access_?key\W{1,6}([0-9a-z/+]{40})(?![0-9a-z/+])")),
    _Form("a GitHub token", "gh", re.compile(r"gh[pousr]_([A-Za-z0-9]{36})(?![A-Za-z0-9])")),
    _Form("a GitHub token", "github_pat_", re.compile(r"github_pat_([A-Za-z0-9_]{50,200})")),
    _Form("a GitLab token", "glpat-", re.compile(r"glpat-([\w-]{20,60})")),
    _Form("a Hugging Face token", "hf_", re.compile(r"hf_([A-Za-z0-9]{34})(?![A-Za-z0-9])")),
    _Form("an Anthropic key", "sk-ant-", re.compile(r"sk-ant-([\w-]{30,200})")),
    _Form("an OpenAI key", "sk-", re.compile(r"sk-(?:(?:proj|svcacct|admin)-([\w-]{30,200})|([A-Za-z0-9]{40,200}))")),
    _Form("a Google API key", "aiza", re.compile(r"AIza([\w-]{35})(?![\w-])")),
    _Form("a Kaggle key", "kaggle_key", re.compile(r"(?i)kaggle_key\W{1,8}([0-9a-f]{32})(?![0-9a-f])")),
    _Form(
        "a Kaggle key",
        "username",
        re.compile(r"[\"']username[\"']\s{0,4}:\s{0,4}[\"'][^\"'\n]{1,60}[\"']\s{0,4},\s{0,4}[\"']key[\"']\s{0,4}:\s{0,4}[\"']([0-9a-f]{32})[\"']"),
    ),
    _Form("a Slack token", "xox", re.compile(r"xox[baprs]-([0-9A-Za-z-]{20,100})")),
    _Form(
        "a Weights & Biases key",
        "wandb",
        re.compile(r"(?i)wandb[\w.]{0,20} ?(?:key|login)\W{1,12}(?:key\W{1,6})?([0-9a-f]{40})(?![0-9a-f])"),
    ),
    _Form(
        "a private key",
        "private key-----",
        re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----[ \t\r]{0,4}(?:\\n|\n|\Z)(.{0,60})"),
    ),
)  # fmt: skip
_IN_ADDRESS = re.compile(r"://([^\s:/@\"'`]{0,64}):([^\s/@\"'`]{3,100})@([\w.-]{1,100})")
_LOGIN = r"(?:passw(?:or)?d|passphrase)"
_NAMED = r"(?:api_?key|secret_?key|client_?secret|access_?token|auth_?token|api_?token)"
_QUOTED = re.compile(
    rf"(?i)(?:{_LOGIN}|({_NAMED}))[\"']?\]?(?::\s?str)?\s{{0,4}}[:=]\s{{0,4}}[rbu]?[\"']([^\"'\s]{{6,200}})[\"']"
)
_BARE = re.compile(
    rf"(?im)^[\w.\t -]{{0,60}}?(?:{_LOGIN}|({_NAMED}))\s{{0,4}}[:=]\s{{0,4}}([^\s\"'#]{{6,200}})"
    r"[ \t\r]{0,9}(?:#|$)"
)
_LOCAL = re.compile(r"(?:localhost|127\.|0\.0\.0\.0|host(?:name)?\b|(?:[\w-]+\.)*example\.)", re.I)
_NO_KEY = re.compile(r"example|your|xxxx|1234567|abcdefg|placeholder|dummy|fake|redacted|\.{3}|[<>{}$]", re.I)
_NO_PASSWORD = re.compile(
    r"example|your|xxx|\*\*\*|12345|abcdef|placeholder|dummy|fake|redact|remove|hidden|change|sample|insert|replace"
    r"|insecure|default|secret|passw|token|_?key\b|empty|none|null|undefined|todo|test|needed|required|localhost"
    r"|\.{3}|…|[<>{}$%()\[\]|!]",
    re.I,
)
# What was recorded holds other people's keys.
_RECORDED = re.compile(
    r"(?:^|/)(?:data|datasets?|results?|logs?|outputs?|traces?|crawls?)/(?:.*/)?[^/]*\.json\Z", re.I
)
# What a page gives to every visitor is no secret: the key for searching it.
_OF_A_PAGE = re.compile(r"(?:^|/)(?:siteconfig|docusaurus\.config)\.[jt]s\Z", re.I)
# Files that show how it is done, with values that are meant for nobody.
_SHOWS = re.compile(
    r"(?:^|[/._-])(?:examples?|samples?|templates?|dist|tests?|mocks?|fixtures?)(?:[/._-]|\Z)", re.I
)


def open_secrets(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and kind of the secrets in a file's text, one a line and :data:`_MOST` at most."""
    kinds: dict[int, str] = {}
    for start, kind in islice(_found(path, text), _MOST):
        kinds.setdefault(text.count("\n", 0, start) + 1, kind)
    yield from sorted(kinds.items())


def _found(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Where each begins, the kinds that are surest first."""
    if _RECORDED.search(path) or _OF_A_PAGE.search(path):
        return
    lowered = text.lower()
    role = role_of(path)
    shows = role is Role.TEST or _SHOWS.search(path) is not None
    for kind, hint, pattern in _FORMS:
        if hint not in lowered or (kind == "a private key" and shows):
            continue
        for match in pattern.finditer(text):
            inside = match.start() and text[match.start() - 1].isalnum()
            if not inside and _is_key(next((part for part in match.groups() if part), "")):
                yield match.start(), kind
    if "://" in text:
        for match in _IN_ADDRESS.finditer(text):
            user, password, host = match.groups()
            if user != password and not _LOCAL.match(host) and _is_password(password):
                yield match.start(), "a password in an address"
    if shows or role in (Role.DOCUMENT, Role.CI):
        return
    if any(word in lowered for word in ("passw", "passphrase", "key", "token", "secret")):
        patterns = (_QUOTED,) if role in (Role.SOURCE, Role.NOTEBOOK) else (_QUOTED, _BARE)
        for pattern in patterns:
            for match in pattern.finditer(text):
                called, value = match.groups()
                if called is None and _is_password(value):
                    yield match.start(2), "a password"
                elif called is not None and _is_named_key(value):
                    yield match.start(2), "an access key"


def _is_key(value: str) -> bool:
    """Whether the part that a provider draws at random may have been drawn; nothing need follow a key's first line."""
    return not _NO_KEY.search(value) and (len(value) < 16 or len(set(value)) >= 8)


def _is_password(value: str) -> bool:
    """Letters with digits or signs, and nothing that says it stands for another."""
    letters = sum(map(str.isalpha, value))
    return (
        len(value) >= 6
        and 0 < letters < len(value)
        and not _NO_PASSWORD.search(value)
        and len(set(value)) >= 5
    )


def _is_named_key(value: str) -> bool:
    return (
        len(value) >= 16
        and sum(map(str.isdigit, value)) >= 2
        and any(map(str.isalpha, value))
        and len(set(value)) >= 8
        and not _NO_PASSWORD.search(value)
    )
