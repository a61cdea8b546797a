"""The commented settings file that ``sourcing init`` writes: every key, its default, what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sourcing.settings.model import (
    SOURCE_OPTIONS,
    CheckoutSettings,
    CrawlSettings,
    DelaySettings,
    MailSettings,
    PrivacySettings,
    UpstreamSettings,
)
from sourcing.settings.roles import PRESETS

_HEADER = """\
# Settings of sourcing. Every key is optional; a line that starts with # shows its default.
# An unknown key or a wrong type is an error that names this file and the line.
# Secrets never go in here: GITHUB_TOKEN, OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD come from the environment.

[database]
# SQLite by default, in your data folder. "postgresql+psycopg://user@host/name" works the same.
# url = "sqlite:///sourcing.db"
"""

_COMMENTS: Mapping[str, str] = {
    "crawl.contact": "a mail address or page for hosts to reach you; goes into the User-Agent. Please set it.",
    "crawl.cache_dir": "answers of hosts are cached here (credentials never are); default: your cache folder",
    "crawl.since": "where the first run starts",
    "crawl.first_days": "without since, the first run reads this many days back",
    "crawl.overlap_days": "each run reads so many days again: sources list late arrivals under earlier dates",
    "crawl.max_items": "per source and run; 0 = no limit",
    "crawl.timeout_s": "seconds before a request is given up",
    "crawl.attempts": "how often a request is tried before its source is given up for the night",
    "upstreams.kaggle": "not asked: its results come by file",
    "delays.kaggle": "not asked: its results come by file",
    "checkout.max_bytes": "a repository larger than this is reported, not read",
    "checkout.max_files": "of a repository with more files than this only so many are read, and its page says so",
    "checkout.timeout_s": "seconds for one repository",
    "checkout.workers": "repositories read at the same time",
    "checkout.keep": "true leaves what was fetched on disk, histories with names too, until somebody is forgotten",
    "privacy.retention_days": "people nobody dealt with for so long are erased by: sourcing purge",
    "privacy.notice_days": "a person must be told within so many days that data about them was collected",
    "privacy.suppression_key_file": "the secret that hides who asked to be left alone; default: beside the database",
    "privacy.controller": "who is responsible for the data, as printed in notices: name, address, contact",
    "privacy.purpose": "what the data is for, as printed in notices",
    "privacy.notice_template": "your own text of the notice (Jinja2); docs/privacy.md names what it may use",
    "mail.host": "SMTP server; without it, --mail is an error",
    "mail.security": '"starttls", "tls" or "none"',
    "mail.password_env": "name of the environment variable that holds the password",
}

_SOURCE_COMMENTS: Mapping[str, str] = {
    "arxiv": "the arXiv API, nightly: new papers of these categories",
    "arxiv_oai": "arXiv's OAI-PMH, for back-fills of whole years (set crawl.since, and until)",
    "github": "metadata of repositories that papers link to; search by title is the last resort",
    "huggingface": "Hugging Face daily papers: which repository belongs to a paper",
    "openreview": 'submissions, decisions, reviews, profiles: such as "ICLR.cc/2025/Conference"; needs a login',
    "virtual": 'the conferences\' own sites, such as "neurips-2025", "icml-2026", "iclr-2026"',
    "neurips": "proceedings of NeurIPS by year; abstracts = false reads the lists only, not a page for each paper",
    "pmlr": 'Proceedings of Machine Learning Research by volume number (ICML 2024 is 235), reissues as "r6"',
    "cvf": 'CVF Open Access, such as "CVPR2025" or "CVPR2024_workshops/NTIRE"',
    "acl": 'ACL Anthology, such as "acl-2025"',
    "project_pages": "project pages that an abstract links to: one hop, to find the repository",
    "homepages": "homepages that people's own profiles name: the contact published there",
    "orcid": "public ORCID records of people whose ORCID is known",
    "feeds": "blogs and labs (RSS or Atom): posts that survey an area count as breadth",
}


def settings_template() -> str:
    """The whole file as text. Reading it gives the defaults."""
    blocks = [_HEADER, _table("crawl", CrawlSettings())]
    blocks.append(_table("upstreams", UpstreamSettings(), "base URLs, so that a mirror can stand in"))
    blocks.append(
        _table("delays", DelaySettings(), "seconds between requests to one host; please do not lower them")
    )
    for name, (enabled, options) in SOURCE_OPTIONS.items():
        lines = [f"[sources.{name}]", f"# {_SOURCE_COMMENTS[name]}", f"enabled = {_toml(enabled)}"]
        lines += [f"# {key} = {_toml(value)}" for key, value in options.items()]
        blocks.append("\n".join(lines) + "\n")
    blocks += [_table("checkout", CheckoutSettings()), _table("privacy", PrivacySettings())]
    blocks.append(_table("mail", MailSettings(), "for digest --mail"))
    blocks.append(_roles())
    return "\n".join(blocks)


def _table(name: str, defaults: Any, about: str = "") -> str:
    lines = [f"[{name}]"] + ([f"# {about}"] if about else [])
    for field in fields(defaults):
        comment = _COMMENTS.get(f"{name}.{field.name}")
        shown = _toml(getattr(defaults, field.name)) if field.name != "cache_dir" else '"…"'
        if field.name == "since":
            shown = date(2026, 1, 31).isoformat()
        lines.append(f"# {field.name} = {shown}" + (f"  # {comment}" if comment else ""))
    return "\n".join(lines) + "\n"


def _roles() -> str:
    lines = [
        "# Roles: what a position needs. These presets ship; a table of the same name changes single keys, and",
        "# a key preset starts a role of your own from one of them. Weights are relative. A minimum is a",
        "# percentile; it excludes only where there is evidence that it is missed.",
    ]
    for name, role in PRESETS.items():
        lines += [
            f"# [roles.{name}]",
            f"# title = {_toml(role.title)}",
            f"# topics = {_toml(role.topics)}",
            f"# weights = {_toml(role.weights)}",
            f"# minimum = {_toml(role.minimum)}",
            "#",
        ]
    lines += [
        "# [roles.my-role]",
        '# preset = "ml-researcher"',
        '# title = "Researcher, causal inference"',
        '# topics = ["causal inference", "treatment effect estimation"]',
        '# avoid = ["recommendation"]',
        '# filters = {sector = "academia", max_years = 6}',
    ]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return str(value)
