"""The sources of the sample upstream: one module per host, each in that host's exact wire format.

To add one: a class with ``key``, ``robots`` and ``respond`` in a module of its own, and a line in
``SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcing.demo.sources.arxiv_api import ArxivApi
from sourcing.demo.sources.arxiv_oai import ArxivOai
from sourcing.demo.sources.github_api import GithubApi
from sourcing.demo.sources.github_git import GithubGit
from sourcing.demo.sources.stage import Source, Stage

SOURCES: tuple[Callable[[Stage], Source], ...] = (ArxivApi, ArxivOai, GithubApi, GithubGit)

__all__ = ["SOURCES", "Source", "Stage"]
