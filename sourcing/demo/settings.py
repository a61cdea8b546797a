"""The ``sourcing.toml`` of a demo: every upstream is the sample one, no delays, everything in one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from sourcing.settings import DelaySettings

_FIRST_LINE = "# Settings of a demo, replaced by the next one unless you change them."
# What the last line begins with; a digest of all that stands before it follows.
_AS_WRITTEN = "# As the demo wrote it: "
_TEXT = f"""\
{_FIRST_LINE}
# Every host below is the sample upstream on this machine; all it serves is invented.

[database]
url = "sqlite:///sourcing.db"

[crawl]
contact = "demo@sourcing.example"
cache_dir = "cache"
since = 2026-11-06

[sources.arxiv]
categories = [
  "cs.LG", "cs.AI", "cs.CL", "cs.CV", "cs.CR", "cs.IR", "cs.RO", "cs.SE", "cs.NI", "cs.DS", "cs.PL", "cs.LO",
  "cs.MA", "cs.HC", "cs.SI", "cs.PF", "stat.ML", "stat.ME", "eess.AS",
]

[sources.arxiv_oai]  # the years before the first night, so that there is a past to be new against
enabled = false
sets = ["cs", "stat", "eess"]
until = "2026-10-31"

[sources.huggingface]
enabled = true

[sources.openreview]
enabled = true
venues = ["ICLR.cc/2026/Conference"]

[sources.virtual]
enabled = true
conferences = ["icml-2026", "neurips-2026"]

[sources.pmlr]
enabled = true
volumes = [900]

[sources.feeds]
enabled = true
urls = ["https://okonjo.example/feed.xml"]

[roles.ml-researcher]
title = "ML researcher"
topics = ["turn of the loss landscape", "cost of abstention", "lower bound for networks", "token mixing"]

[roles.ml-engineer]
title = "ML engineer"
topics = ["evaluation harness", "working set of experts", "independent reproduction", "rate limits of hosts"]
"""


def demo_settings(urls: Mapping[str, str]) -> str:
    """The text of the file; ``urls`` are those of a running :class:`~sourcing.demo.upstream.DemoUpstream`."""
    upstreams = "".join(f"{key} = {json.dumps(url)}\n" for key, url in sorted(urls.items()))
    delays = "".join(f"{field.name} = 0.0\n" for field in fields(DelaySettings))
    text = f"{_TEXT}\n[upstreams]\n{upstreams}\n[delays]\n{delays}\n"
    return f"{text}{_AS_WRITTEN}{_digest(text)}\n"


def is_demo_settings(path: Path) -> bool:
    """Whether the file was written by :func:`save_demo_settings` and nobody has changed it since."""
    try:
        text, marked, digest = path.read_text("utf-8").rpartition(_AS_WRITTEN)
    except (OSError, UnicodeDecodeError):
        return False
    return bool(marked) and digest.strip() == _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save_demo_settings(folder: Path, urls: Mapping[str, str]) -> Path:
    """Write ``sourcing.toml`` into ``folder``, which is made, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sourcing.toml"
    path.write_text(demo_settings(urls), "utf-8")
    return path
