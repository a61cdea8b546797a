"""The sources, as data: what each is called, where it lives, how often it may be asked, what it should bring.

Importing this imports neither Scrapy nor a parser, so that settings and ``--help`` can read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One row.

    ``upstream`` is the key in ``[upstreams]`` and ``[delays]``, ``further_upstreams`` those of other hosts that
    the source speaks to; ``delay_s`` the default seconds between two requests; ``spider`` and ``parsers`` are
    ``module:name``; ``expect`` is the least and the most records that a run may bring: outside of it something
    is wrong upstream or with the parser. ``smallest_list`` is how many papers the smallest whole list has that
    is known of the host itself (a conference, a year): a list with less than a tenth of it, or of what it held
    before, is a failure. Sources whose smallest lists have a handful of papers (volumes, workshops, categories)
    have none. ``built_from`` says whether the parser was written against recorded answers or against documentation.
    """

    name: str
    title: str
    upstream: str
    base_url: str
    delay_s: float
    terms: str
    parsers: tuple[str, ...]
    expect: tuple[int, int]
    smallest_list: int | None = None
    further_upstreams: tuple[str, ...] = ()
    spider: str | None = None
    enabled: bool = True
    built_from: Literal["recordings", "documentation", "both"] = "recordings"


_ARXIV_TERMS = "arXiv metadata, CC0 1.0 (arXiv API terms of use)"
_PUBLISHED = "published by the conference; copyright of its authors: kept as facts with a link, not passed on"

SOURCES: tuple[Source, ...] = (
    Source(
        name="arxiv",
        title="arXiv, newest submissions",
        upstream="arxiv_api",
        base_url="https://export.arxiv.org/api/query",
        delay_s=3.0,
        terms=_ARXIV_TERMS,
        parsers=("spiders.parsing.arxiv_atom:parse_arxiv_atom",),
        expect=(1, 200_000),
    ),
    Source(
        name="arxiv_oai",
        title="arXiv, back-fill of whole years",
        upstream="arxiv_oai",
        base_url="https://oaipmh.arxiv.org/oai",
        delay_s=3.0,
        terms=_ARXIV_TERMS,
        parsers=("spiders.parsing.arxiv_oai:parse_arxiv_oai",),
        spider="spiders.arxiv_oai:ArxivOaiSpider",
        expect=(1, 5_000_000),
        enabled=False,
        built_from="both",
    ),
    Source(
        name="virtual",
        title="neurips.cc, icml.cc, iclr.cc: the conferences' own sites",
        upstream="neurips_virtual",
        further_upstreams=("icml_virtual", "iclr_virtual"),
        base_url="https://neurips.cc",
        delay_s=5.0,
        terms=_PUBLISHED,
        parsers=(
            "spiders.parsing.virtual_site:parse_virtual_site",
            "spiders.parsing.virtual_site:parse_virtual_abstracts",
        ),
        spider="spiders.virtual:VirtualSpider",
        expect=(1, 60_000),
        smallest_list=687,  # ICLR 2020 (its own blog)
        enabled=False,
        built_from="documentation",
    ),
    Source(
        name="openreview",
        title="OpenReview: submissions, decisions, reviewers' scores, profiles",
        upstream="openreview_api",
        further_upstreams=("openreview_api_v1",),
        base_url="https://api2.openreview.net",
        delay_s=1.5,
        terms="OpenReview notes, CC BY 4.0 (openreview.net/legal/terms); profiles as their owners made them public",
        parsers=(
            "spiders.parsing.openreview:parse_openreview_notes",
            "spiders.parsing.openreview_profiles:parse_openreview_profiles",
        ),
        spider="spiders.openreview:OpenReviewSpider",
        expect=(1, 200_000),
        enabled=False,
        built_from="both",
    ),
    Source(
        name="neurips",
        title="NeurIPS proceedings",
        upstream="neurips",
        base_url="https://proceedings.neurips.cc",
        delay_s=4.0,
        terms=_PUBLISHED,
        parsers=(
            "spiders.parsing.neurips:parse_neurips_list",
            "spiders.parsing.neurips:parse_neurips_paper",
        ),
        spider="spiders.neurips:NeuripsSpider",
        expect=(1, 60_000),
        smallest_list=90,  # 1987
        enabled=False,
        built_from="both",
    ),
    Source(
        name="pmlr",
        title="PMLR: ICML, AISTATS, CoRL, UAI, COLT and others",
        upstream="pmlr",
        base_url="https://proceedings.mlr.press",
        delay_s=4.0,
        terms=_PUBLISHED,
        parsers=("spiders.parsing.pmlr:parse_pmlr_volume", "spiders.parsing.pmlr:parse_pmlr_paper"),
        spider="spiders.pmlr:PmlrSpider",
        expect=(1, 60_000),
        enabled=False,
    ),
    Source(
        name="cvf",
        title="CVF Open Access: CVPR, ICCV, WACV",
        upstream="cvf",
        base_url="https://openaccess.thecvf.com",
        delay_s=4.0,
        terms=_PUBLISHED,
        parsers=("spiders.parsing.cvf:parse_cvf_listing", "spiders.parsing.cvf:parse_cvf_paper"),
        spider="spiders.cvf:CvfSpider",
        expect=(1, 60_000),
        smallest_list=526,  # ICCV 2015, the one that was recorded
        enabled=False,
        built_from="both",
    ),
    Source(
        name="acl",
        title="ACL Anthology",
        upstream="acl",
        base_url="https://aclanthology.org",
        delay_s=4.0,
        terms="ACL Anthology, CC BY 4.0 (papers before 2016: CC BY-NC-SA 3.0)",
        parsers=("spiders.parsing.acl:parse_acl_listing", "spiders.parsing.acl:parse_acl_paper"),
        spider="spiders.acl:AclSpider",
        expect=(1, 60_000),
        enabled=False,
        built_from="both",
    ),
    Source(
        name="huggingface",
        title="Hugging Face papers: which repository belongs to which paper",
        upstream="huggingface",
        base_url="https://huggingface.co",
        delay_s=2.0,
        terms="Hugging Face Hub API (huggingface.co/terms-of-service): links and names, as shown on papers' pages",
        parsers=("spiders.parsing.huggingface:parse_daily_papers",),
        spider="spiders.huggingface:HuggingFaceSpider",
        expect=(0, 60_000),
    ),
    Source(
        name="github",
        title="GitHub: repositories and their READMEs",
        upstream="github_api",
        base_url="https://api.github.com",
        delay_s=0.8,
        terms="GitHub REST API: public metadata; READMEs under the licences of their repositories",
        parsers=(
            "spiders.parsing.github:parse_repository",
            "spiders.parsing.github:parse_search",
            "spiders.parsing.github:parse_issues",
        ),
        spider="spiders.github:GithubSpider",
        expect=(0, 20_000),
    ),
    Source(
        name="project_pages",
        title="papers' own project pages",
        upstream="project_pages",
        base_url="",
        delay_s=5.0,
        terms="published by the papers' authors; only the link to their code is kept",
        parsers=("spiders.parsing.project_page:parse_project_page",),
        spider="spiders.project_pages:ProjectPagesSpider",
        expect=(0, 20_000),
        built_from="documentation",
    ),
    Source(
        name="homepages",
        title="people's own homepages",
        upstream="project_pages",
        base_url="",
        delay_s=5.0,
        terms="published by their owners; an address only where it is given as a contact, with the page's URL",
        parsers=("spiders.parsing.homepage:parse_homepage",),
        spider="spiders.homepages:HomepagesSpider",
        expect=(0, 20_000),
        built_from="documentation",
    ),
    Source(
        name="feeds",
        title="feeds of blogs and laboratories: posts that survey an area",
        upstream="project_pages",
        base_url="",
        delay_s=5.0,
        terms="published by its author as a feed; kept as a title with a link",
        parsers=("spiders.parsing.feeds:parse_feed",),
        spider="spiders.feeds:FeedsSpider",
        expect=(0, 20_000),
        enabled=False,
        built_from="documentation",
    ),
    Source(
        name="orcid",
        title="ORCID public records",
        upstream="orcid",
        base_url="https://pub.orcid.org",
        delay_s=0.5,
        terms="ORCID public data, CC0 1.0 (info.orcid.org/public-data-file-use-policy)",
        parsers=("spiders.parsing.orcid:parse_orcid",),
        spider="spiders.orcid:OrcidSpider",
        expect=(0, 20_000),
        built_from="both",
    ),
)

_BY_NAME = {source.name: source for source in SOURCES}


def address(source: Source, given: str | None) -> str:
    """The address to ask: ``given`` (a mirror, a test server) or the source's own.

    A bare origin gets the source's path, so that ``http://localhost:8000`` is enough for a stand-in.
    """
    if not given:
        return source.base_url
    parts = urlsplit(given)
    path = parts.path.rstrip("/") or urlsplit(source.base_url).path
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def source_named(name: str) -> Source:
    """Find a source. Raises :class:`KeyError` naming the known ones."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(f"no source {name!r}; there are: {', '.join(_BY_NAME)}") from None
