"""The proceedings sites: NeurIPS, PMLR, CVF and the ACL Anthology, a listing and a page for each paper.

Markup as the sites print it: NeurIPS nests ``<p>`` in ``<p>`` and gives ``Last, First`` in its metadata, PMLR
lists a preface among the papers, CVF wraps each author in a form, the ACL Anthology leaves quotes off.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from typing import Any

import jinja2

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import NOT_FOUND, Request, Response, as_text
from sourcing.demo.world import Publication


class _Site:
    key = ""
    path = ""
    robots = "User-agent: *\nDisallow: /admin/\nDisallow: /search\n"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def papers(self, venue: str, year: int | None = None) -> list[Publication]:
        return [paper for paper in self.scene.world.published(venue, year) if paper.accepted]


class NeuripsProceedings(_Site):
    """``proceedings.neurips.cc``, layout of 2026: the list of a year holds one volume and links to the other."""

    key = "neurips"

    def respond(self, request: Request) -> Response:
        """The list of a year or of a volume, or one abstract page."""
        match = re.fullmatch(
            r"/paper_files/paper/(\d{4})(?:/hash/([0-9a-f]{32})-Abstract-Conference\.html|/(vol\d+-main-conference))?",
            request.path,
        )
        if match is None:
            return NOT_FOUND
        papers = self.papers("NeurIPS", int(match[1]))
        if not papers:
            return NOT_FOUND
        volume = int(match[1]) - 1987
        year = {"year": match[1], "volume": volume, "hash_of": _hash}
        if match[3] is not None:
            if match[3] != f"vol{volume}-main-conference":
                return NOT_FOUND
            return _page("neurips_list.html.j2", papers=papers[:-1], **year)
        if match[2] is None:
            return _page("neurips_list.html.j2", papers=papers[-1:], see_also=True, **year)
        found = [paper for paper in papers if _hash(paper) == match[2]]
        return _page("neurips_paper.html.j2", paper=found[0], **year) if found else NOT_FOUND


class Pmlr(_Site):
    """``proceedings.mlr.press``: volumes with a preface, and a page for each paper."""

    key = "pmlr"

    def respond(self, request: Request) -> Response:
        """A volume's index, one paper's page, or the volume's bibliography."""
        match = re.fullmatch(r"/v(\d+)/(?:index\.html|([a-z-]+\d\d[a-z])\.html)?", request.path)
        if match is None:
            return NOT_FOUND
        papers = [paper for paper in self.scene.world.publications if paper.volume == int(match[1])]
        if not papers:
            return NOT_FOUND
        about = {"volume": match[1], "key_of": _pmlr_key, "first": papers[0]}
        if match[2] is None:
            sections: dict[str, list[Publication]] = {}
            for paper in papers:
                sections.setdefault(paper.section or "Poster Presentations", []).append(paper)
            return _page("pmlr_volume.html.j2", sections=sections, **about)
        if match[2] == "castell26a":
            return _page("pmlr_preface.html.j2", **about)
        found = [paper for paper in papers if _pmlr_key(paper) == match[2]]
        return _page("pmlr_paper.html.j2", paper=found[0], **about) if found else NOT_FOUND


class Cvf(_Site):
    """``openaccess.thecvf.com``: the list of a conference, and a page for each paper."""

    key = "cvf"

    def respond(self, request: Request) -> Response:
        """``/CVPR2026?day=all`` or a page below ``/content``."""
        match = re.fullmatch(r"/(?:content/)?([A-Z]+)(\d{4})(/html/([\w.-]+)_paper\.html)?", request.path)
        if match is None:
            return NOT_FOUND
        papers = self.papers(match[1], int(match[2]))
        about = {"venue": match[1], "year": match[2], "key_of": _cvf_key}
        if not papers:
            return NOT_FOUND
        if match[4] is None:
            return _page("cvf_list.html.j2", papers=papers, **about)
        found = [paper for paper in papers if _cvf_key(paper) == match[4]]
        return _page("cvf_paper.html.j2", paper=found[0], **about) if found else NOT_FOUND


class Acl(_Site):
    """``aclanthology.org``: events, volumes and papers."""

    key = "acl"

    def respond(self, request: Request) -> Response:
        """``/events/acl-2026/``, ``/volumes/2026.acl-long/`` or ``/2026.acl-long.1/``."""
        years = {paper.year for paper in self.papers("ACL")}
        for year in years:
            papers = self.papers("ACL", year)
            about: dict[str, Any] = {"year": year, "volume": f"{year}.acl-long", "slug": _slug}
            if request.path.rstrip("/") in (f"/events/acl-{year}", f"/volumes/{year}.acl-long"):
                return _page("acl_list.html.j2", papers=list(enumerate(papers, 1)), **about)
            for number, paper in enumerate(papers, 1):
                if request.path.rstrip("/") == f"/{year}.acl-long.{number}":
                    return _page("acl_paper.html.j2", paper=paper, number=number, **about)
        return NOT_FOUND


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("sourcing.demo.sources"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _page(template: str, **values: Any) -> Response:
    text = _templates().get_template(template).render(values)
    return as_text(text, content_type="text/html; charset=utf-8")


def _hash(paper: Publication) -> str:
    return hashlib.md5(paper.title.encode()).hexdigest()  # noqa: S324 - the site's own naming


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", "-", plain).strip("-")


def _pmlr_key(paper: Publication) -> str:
    return f"{_slug(paper.authors[0].surname)}{paper.year % 100:02d}a"


def _cvf_key(paper: Publication) -> str:
    words = re.findall(r"\w+", paper.title)[:5]
    return "_".join([paper.authors[0].surname, *words, paper.venue, str(paper.year)])
