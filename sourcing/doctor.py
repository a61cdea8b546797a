"""Is everything there that a night needs? One finding for each thing, with the remedy."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from db.engine import DatabaseUnusable, find_damage, open_database, shown
from db.records import Axis
from ranking.role_check import weights_remark
from sourcing.app import data_folder, open_app
from sourcing.failure import Failure
from sourcing.settings import Settings

# What has to be reachable for the sources that are on by default.
_PROBED = ("arxiv_api", "github_api", "huggingface")
_TIMEOUT_S = 10
_LEAST_FREE_BYTES = 1_000_000_000
_GIT_NEEDED = (2, 29)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: ``ok`` is ``None`` for a remark that is no fault."""

    check: str
    ok: bool | None
    said: str


def examine(settings: Settings, *, ask_upstreams: bool) -> Iterator[Finding]:
    """Check one thing after the other. Asks each probed host once, and only if ``ask_upstreams``."""
    yield Finding("settings", True, str(settings.path) if settings.path else "none found: defaults are used")
    if settings.crawl.contact:
        yield Finding("contact", True, settings.crawl.contact)
    else:
        yield Finding("contact", None, "not set: hosts cannot reach you; set [crawl] contact")
    yield from _roles(settings)
    yield _database(settings)
    yield _key(settings)
    yield _disk(settings)
    yield _git()
    token = bool(os.environ.get("GITHUB_TOKEN"))
    if not token:
        yield Finding(
            "token", None, "GITHUB_TOKEN is not set: GitHub allows 60 requests an hour instead of 5,000"
        )
    if ask_upstreams:
        for name in _PROBED:
            yield _upstream(name, getattr(settings.upstreams, name), settings.crawl.contact)
        if token:
            yield _token(settings)


def _roles(settings: Settings) -> Iterator[Finding]:
    for name in settings.open_roles:
        role = settings.roles[name]
        weights = {Axis(axis): weight for axis, weight in role.weights.items()}
        if (odd := weights_remark(weights)) is not None:
            yield Finding("roles", None, f"[roles.{name}] {odd}")
        elif not role.topics:
            yield Finding("roles", None, f"[roles.{name}] names no topics, so fit does not count")
        else:
            yield Finding("roles", True, f"{name}: {', '.join(role.topics)}")


def _database(settings: Settings) -> Finding:
    try:
        engine = open_database(settings.database.url)
    except DatabaseUnusable as error:
        return Finding("database", False, str(error))
    damage = find_damage(engine)
    engine.dispose()
    return Finding("database", damage is None, damage or shown(engine.url))


def _key(settings: Settings) -> Finding:
    try:
        app = open_app(settings)
    except DatabaseUnusable:
        return Finding(
            "key", None, "whether the suppression key is there cannot be told without the database"
        )
    except Failure as error:
        return Finding("key", False, str(error))
    read_only = app.read_only
    app.close()
    if read_only:
        return Finding(
            "key", None, "the database cannot be written to, and is only looked at: no key is needed"
        )
    return Finding("key", True, "the suppression key is there; keep a copy of it with your backups")


def _disk(settings: Settings) -> Finding:
    folder = data_folder(settings)
    free = shutil.disk_usage(folder if folder.exists() else folder.anchor).free
    said = f"{free / 1e9:.1f} GB free at {folder}"
    return Finding("disk", free >= _LEAST_FREE_BYTES or None, said)


def _git() -> Finding:
    if (path := shutil.which("git")) is None:
        return Finding("git", False, "git is not installed; repositories cannot be read without it")
    said = subprocess.run(
        [path, "--version"], capture_output=True, text=True, timeout=20, check=False
    ).stdout.strip()
    version = tuple(int(part) for part in said.split()[2].split(".")[:2] if part.isdigit()) if said else ()
    if version < _GIT_NEEDED:
        return Finding(
            "git", False, f"{said} is too old; {'.'.join(map(str, _GIT_NEEDED))} or newer is needed"
        )
    return Finding("git", True, said)


def _upstream(name: str, base: str, contact: str) -> Finding:
    host = urlsplit(base).netloc
    try:
        answer = requests.get(
            base,
            timeout=_TIMEOUT_S,
            headers={"User-Agent": f"sourcing doctor ({contact or 'no contact set'})"},
            params={"search_query": "cat:cs.LG", "max_results": "1"} if name == "arxiv_api" else None,
        )
    except requests.RequestException as error:
        return Finding(
            name, False, f"{host} cannot be reached: {_trouble(error)}; check the network or proxy"
        )
    if answer.status_code >= 500 or answer.status_code == 429:
        return Finding(
            name, None, f"{host} is busy (HTTP {answer.status_code}); a night waits and tries again"
        )
    return Finding(name, True, f"{host} answers")


def _token(settings: Settings) -> Finding:
    try:
        answer = requests.get(
            f"{settings.upstreams.github_api.rstrip('/')}/rate_limit",
            timeout=_TIMEOUT_S,
            headers={
                "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
                "User-Agent": "sourcing doctor",
            },
        )
    except requests.RequestException as error:
        return Finding("token", False, f"GitHub cannot be asked about GITHUB_TOKEN: {_trouble(error)}")
    if answer.status_code == 401:
        return Finding("token", False, "GitHub refuses GITHUB_TOKEN (401): it is wrong, expired or revoked")
    if answer.status_code != 200:
        said = f"GitHub answers HTTP {answer.status_code}, so nobody knows whether it takes GITHUB_TOKEN"
        return Finding("token", False, said)
    return Finding("token", True, "GitHub accepts GITHUB_TOKEN")


def _trouble(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return f"no answer within {_TIMEOUT_S} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)[:150] or type(error).__name__
