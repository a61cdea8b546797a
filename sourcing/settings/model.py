"""What can be set, with defaults: one frozen dataclass for each table of ``sourcing.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import platformdirs

APP = "sourcing"


def data_dir() -> Path:
    """The user's data folder for this application (not created)."""
    return Path(platformdirs.user_data_dir(APP))


def cache_dir() -> Path:
    """The user's cache folder for this application (not created)."""
    return Path(platformdirs.user_cache_dir(APP))


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """``[database]``."""

    url: str = field(default_factory=lambda: f"sqlite:///{data_dir() / 'sourcing.db'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """``[crawl]``. ``since`` is where a first run starts (default: ``first_days`` days ago)."""

    contact: str = ""
    cache_dir: str = field(default_factory=lambda: str(cache_dir()))
    since: date | None = None
    first_days: int = 7
    overlap_days: int = 2
    max_items: int = 0
    timeout_s: float = 60.0
    attempts: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSettings:
    """``[upstreams]``: the base URL of every host that is spoken to."""

    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_oai: str = "https://oaipmh.arxiv.org/oai"
    openreview_api: str = "https://api2.openreview.net"
    openreview_api_v1: str = "https://api.openreview.net"
    neurips_virtual: str = "https://neurips.cc"
    icml_virtual: str = "https://icml.cc"
    iclr_virtual: str = "https://iclr.cc"
    neurips: str = "https://proceedings.neurips.cc"
    pmlr: str = "https://proceedings.mlr.press"
    cvf: str = "https://openaccess.thecvf.com"
    acl: str = "https://aclanthology.org"
    huggingface: str = "https://huggingface.co"
    github_api: str = "https://api.github.com"
    github_git: str = "https://github.com"
    gitlab_git: str = "https://gitlab.com"
    bitbucket_git: str = "https://bitbucket.org"
    codeberg_git: str = "https://codeberg.org"
    huggingface_git: str = "https://huggingface.co"
    orcid: str = "https://pub.orcid.org"
    kaggle: str = "https://www.kaggle.com"
    project_pages: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelaySettings:
    """``[delays]``: seconds between requests to one upstream; defaults are the hosts' own published rules.

    arXiv: 1 request in 3 s over all its services (https://info.arxiv.org/help/api/tou.html). GitHub: 5,000
    requests an hour with a token. ORCID: 24 a second. No rule was found for the others, so they are treated more
    gently than arXiv asks for itself.
    """

    arxiv_api: float = 3.0
    arxiv_oai: float = 3.0
    openreview_api: float = 1.5
    openreview_api_v1: float = 1.5
    neurips_virtual: float = 5.0
    icml_virtual: float = 5.0
    iclr_virtual: float = 5.0
    neurips: float = 4.0
    pmlr: float = 4.0
    cvf: float = 4.0
    acl: float = 4.0
    huggingface: float = 2.0
    github_api: float = 0.8
    github_git: float = 2.0
    gitlab_git: float = 3.0
    bitbucket_git: float = 3.0
    codeberg_git: float = 3.0
    huggingface_git: float = 3.0
    orcid: float = 0.5
    kaggle: float = 5.0
    project_pages: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSettings:
    """``[checkout]``: how much of a repository is read. ``keep`` leaves the quarantine folder for inspection."""

    max_bytes: int = 200_000_000
    max_files: int = 20_000
    timeout_s: float = 120.0
    workers: int = 2
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacySettings:
    """``[privacy]``. Without ``suppression_key_file`` the key lies beside the database.

    ``notice_template`` is a Jinja2 file of the user's own; ``purpose`` goes into the notice that ships.
    """

    retention_days: int = 730
    notice_days: int = 30
    suppression_key_file: str = ""
    controller: str = ""
    purpose: str = "Finding researchers and engineers for positions that we have to fill"
    notice_template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """``[mail]``: how ``digest --mail`` and ``nightly --mail`` send. The password comes from the environment."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_env: str = "SOURCING_SMTP_PASSWORD"  # noqa: S105 (the name of a variable, not a password)
    sender: str = ""
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """``[sources.NAME]``: ``options`` holds the source's own keys, with defaults filled in."""

    enabled: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSettings:
    """``[roles.NAME]``: what a position needs. Weights are relative; a minimum bar is 0..100.

    ``preset`` names a role to start from; keys given here replace its own.
    """

    title: str = ""
    preset: str = ""
    topics: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    minimum: Mapping[str, float] = field(default_factory=dict)
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. ``path`` is the file it was read from, if any.

    ``open_roles`` are the roles that the file names: those are delivered each morning. The presets can be asked for
    all the same.
    """

    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    upstreams: UpstreamSettings = field(default_factory=UpstreamSettings)
    delays: DelaySettings = field(default_factory=DelaySettings)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    checkout: CheckoutSettings = field(default_factory=CheckoutSettings)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    mail: MailSettings = field(default_factory=MailSettings)
    roles: Mapping[str, RoleSettings] = field(default_factory=dict)
    open_roles: tuple[str, ...] = ()
    path: Path | None = None


# The keys a source understands besides ``enabled``; the default's type is the type that is asked for.
SOURCE_OPTIONS: Mapping[str, tuple[bool, Mapping[str, Any]]] = {
    "arxiv": (True, {"categories": ("cs.LG", "cs.AI", "cs.CL", "cs.CV", "stat.ML")}),
    "arxiv_oai": (False, {"sets": ("cs",), "until": "", "metadata_prefix": "arXiv"}),
    "github": (True, {"search": True}),
    "huggingface": (True, {}),
    "openreview": (False, {"venues": (), "profiles": True}),
    "virtual": (False, {"conferences": ()}),
    "neurips": (False, {"years": (), "abstracts": True}),
    "pmlr": (False, {"volumes": (), "abstracts": True}),
    "cvf": (False, {"conferences": (), "abstracts": True}),
    "acl": (False, {"events": ()}),
    "project_pages": (True, {}),
    "homepages": (True, {}),
    "orcid": (True, {}),
    "feeds": (False, {"urls": ()}),
}
