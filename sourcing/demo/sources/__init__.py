"""The sources of the sample upstream: one module per host, each in that host's exact wire format.

To add one: a class with ``key``, ``robots`` and ``respond`` in a module of its own, and a line in
``SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sourcing.demo.sources.arxiv_api import ArxivApi
from sourcing.demo.sources.arxiv_oai import ArxivOai
from sourcing.demo.sources.git_http import GitHost
from sourcing.demo.sources.github_api import GithubApi
from sourcing.demo.sources.huggingface import HuggingFace
from sourcing.demo.sources.openreview import OpenReview
from sourcing.demo.sources.orcid import Orcid
from sourcing.demo.sources.pages import ProjectPages
from sourcing.demo.sources.proceedings import Acl, Cvf, NeuripsProceedings, Pmlr
from sourcing.demo.sources.scene import Scene, Source
from sourcing.demo.sources.virtual import VirtualSite

SOURCES: tuple[Callable[[Scene], Source], ...] = (
    ArxivApi,
    ArxivOai,
    GithubApi,
    partial(GitHost, key="github_git", host="github.com"),
    partial(GitHost, key="gitlab_git", host="gitlab.com"),
    partial(GitHost, key="bitbucket_git", host="bitbucket.org"),
    partial(GitHost, key="codeberg_git", host="codeberg.org"),
    partial(GitHost, key="huggingface_git", host="huggingface.co"),
    HuggingFace,
    partial(OpenReview, key="openreview_api", version=2),
    partial(OpenReview, key="openreview_api_v1", version=1),
    partial(VirtualSite, key="neurips_virtual", venue="NeurIPS"),
    partial(VirtualSite, key="icml_virtual", venue="ICML"),
    partial(VirtualSite, key="iclr_virtual", venue="ICLR"),
    NeuripsProceedings,
    Pmlr,
    Cvf,
    Acl,
    Orcid,
    ProjectPages,
)

__all__ = ["SOURCES", "Scene", "Source"]
