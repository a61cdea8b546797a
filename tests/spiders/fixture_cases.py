"""The invented answers in tests/fixtures: which parser reads each, and the address it is said to come from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from db.payload import to_payload
from db.records import Parsed, ParseError
from spiders.registry import SOURCES

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@dataclass(frozen=True)
class Case:
    source: str
    file: str
    parser: str
    url: str

    @property
    def path(self) -> Path:
        return FIXTURES / self.source / self.file

    @property
    def expected_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.expected.json")

    @property
    def body(self) -> bytes:
        return self.path.read_bytes()

    def parse(self, body: bytes) -> Any:
        return load(self.source, self.parser)(body, url=self.url)

    def __str__(self) -> str:
        return f"{self.source}/{self.file}"


def load(source: str, parser: str) -> Any:
    """The parser of that name, by the registry's own entry."""
    [entry] = [
        one for row in SOURCES if row.name == source for one in row.parsers if one.endswith(f":{parser}")
    ]
    module, _, name = entry.partition(":")
    return getattr(import_module(module), name)


def outcome(case: Case) -> dict[str, Any]:
    """What a parser makes of a fixture, as JSON."""
    try:
        parsed = case.parse(case.body)
    except ParseError as error:
        return {"error": f"{type(error).__name__}: {error.problem}"}
    if not isinstance(parsed, Parsed):
        return {"value": parsed}
    made: dict[str, Any] = {
        "records": [{"kind": type(one).__name__, **to_payload(one)} for one in parsed.records],
        "warnings": dict(parsed.warnings),
    }
    return made | {
        name: value for name in ("next_token", "total") if (value := getattr(parsed, name)) is not None
    }


_NEURIPS = "https://proceedings.neurips.cc/paper_files/paper/2031"
CASES = (
    Case("arxiv", "two_papers.xml", "parse_arxiv_atom", "https://export.arxiv.org/api/query?start=0"),
    Case("arxiv", "error.xml", "parse_arxiv_atom", "https://export.arxiv.org/api/query?id_list=tide"),
    Case("arxiv_oai", "list_records.xml", "parse_arxiv_oai", "https://oaipmh.arxiv.org/oai?verb=ListRecords"),
    Case("arxiv_oai", "list_dc.xml", "parse_arxiv_oai", "https://oaipmh.arxiv.org/oai?verb=ListRecords"),
    Case("arxiv_oai", "get_record_raw.xml", "parse_arxiv_oai", "https://oaipmh.arxiv.org/oai?verb=GetRecord"),
    Case(
        "virtual",
        "neurips-2031-orals-posters.json",
        "parse_virtual_site",
        "https://neurips.cc/static/virtual/data/neurips-2031-orals-posters.json",
    ),
    Case(
        "virtual",
        "iclr-2031-orals-posters.json",
        "parse_virtual_site",
        "https://iclr.cc/static/virtual/data/iclr-2031-orals-posters.json",
    ),
    Case(
        "virtual",
        "icml-2031-orals-posters.json",
        "parse_virtual_site",
        "https://icml.cc/static/virtual/data/icml-2031-orals-posters.json",
    ),
    Case(
        "virtual",
        "neurips-2031-abstracts.json",
        "parse_virtual_abstracts",
        "https://neurips.cc/static/virtual/data/neurips-2031-abstracts.json",
    ),
    Case("openreview", "v2_notes.json", "parse_openreview_notes", "https://api2.openreview.net/notes"),
    Case("openreview", "v1_notes.json", "parse_openreview_notes", "https://api.openreview.net/notes"),
    Case("openreview", "v1_old_venues.json", "parse_openreview_notes", "https://api.openreview.net/notes"),
    Case("openreview", "v2_tracks.json", "parse_openreview_notes", "https://api2.openreview.net/notes"),
    Case("openreview", "browser_check.html", "parse_openreview_notes", "https://api2.openreview.net/notes"),
    Case("openreview", "challenge.json", "parse_openreview_notes", "https://api2.openreview.net/notes"),
    Case("openreview", "profiles.json", "parse_openreview_profiles", "https://api2.openreview.net/profiles"),
    Case("neurips", "list_2031.html", "parse_neurips_list", _NEURIPS),
    Case(
        "neurips",
        "paper_new.html",
        "parse_neurips_paper",
        f"{_NEURIPS}/hash/00aa00aa00aa00aa00aa00aa00aa00aa-Abstract-Conference.html",
    ),
    Case(
        "neurips",
        "paper_old.html",
        "parse_neurips_paper",
        "http://papers.nips.cc/paper/9999-rain-on-manifolds",
    ),
    Case(
        "neurips",
        "list_before_2020.html",
        "parse_neurips_list",
        "https://papers.nips.cc/book/advances-in-neural-information-processing-systems-32-2019",
    ),
    Case("neurips", "list_2031_volumes.html", "parse_neurips_list", _NEURIPS),
    Case(
        "neurips",
        "paper_modern.html",
        "parse_neurips_paper",
        f"{_NEURIPS}/hash/013cf29a9e68e4411d0593040a8a1eb3-Abstract-Datasets_and_Benchmarks_Track.html",
    ),
    Case(
        "neurips",
        "paper_unavailable.html",
        "parse_neurips_paper",
        "https://proceedings.neurips.cc/paper_files/paper/1931/hash/01386bd6d8e091c2ab4c7c7de644d37b-Abstract.html",
    ),
    Case("pmlr", "volume_reissue.html", "parse_pmlr_volume", "https://proceedings.mlr.press/r9/"),
    Case("pmlr", "paper_tex.html", "parse_pmlr_paper", "https://proceedings.mlr.press/r9/odegard31a.html"),
    Case("pmlr", "volume.html", "parse_pmlr_volume", "https://proceedings.mlr.press/v901/"),
    Case("pmlr", "paper.html", "parse_pmlr_paper", "https://proceedings.mlr.press/v901/okonjo-reyes31a.html"),
    Case("cvf", "listing.html", "parse_cvf_listing", "https://openaccess.thecvf.com/CVPR2031?day=all"),
    Case(
        "cvf",
        "paper.html",
        "parse_cvf_paper",
        "https://openaccess.thecvf.com/content/CVPR2031/html/Odegard_Seeing_Tides_CVPR_2031_paper.html",
    ),
    Case("cvf", "listing_2013.html", "parse_cvf_listing", "https://openaccess.thecvf.com/CVPR2013"),
    Case("cvf", "days.html", "parse_cvf_listing", "https://openaccess.thecvf.com/CVPR2018?day=all"),
    Case(
        "cvf",
        "paper_2013.html",
        "parse_cvf_paper",
        "https://openaccess.thecvf.com/content_cvpr_2013/html/Quill_Tides_in_View_2013_CVPR_paper.html",
    ),
    Case("acl", "paper_old.html", "parse_acl_paper", "https://aclanthology.org/W19-0101/"),
    Case("acl", "event.html", "parse_acl_listing", "https://aclanthology.org/events/acl-2031/"),
    Case("acl", "paper.html", "parse_acl_paper", "https://aclanthology.org/2031.acl-long.1/"),
    Case(
        "huggingface",
        "daily.json",
        "parse_daily_papers",
        "https://huggingface.co/api/daily_papers?date=2026-11-02",
    ),
    Case("homepages", "person.html", "parse_homepage", "https://www.maren.nordhavn.example/index.html#about"),
    Case("homepages", "group.html", "parse_homepage", "https://slow-water.example/people"),
    Case("feeds", "blog.atom", "parse_feed", "https://quill.example/feed.xml"),
    Case("feeds", "lab.rss", "parse_feed", "https://fjord-lab.example/rss"),
    Case(
        "project_pages",
        "named.html",
        "parse_project_page",
        "https://www.tidal-kernels.example/index.html#top",
    ),
    Case("project_pages", "none.html", "parse_project_page", "https://rain.example/"),
    Case(
        "github",
        "repository.json",
        "parse_repository",
        "https://api.github.com/repos/Invented-Lab/Tidal-Kernels",
    ),
    Case(
        "github",
        "issues.json",
        "parse_issues",
        "https://api.github.com/repos/Invented-Lab/Tidal-Kernels/issues?state=all&per_page=100",
    ),
    Case("github", "search.json", "parse_search", "https://api.github.com/search/repositories?q=tidal"),
    Case("orcid", "record.json", "parse_orcid", "https://pub.orcid.org/v3.0/0000-0002-1825-0097/record"),
    Case("orcid", "error.json", "parse_orcid", "https://pub.orcid.org/v3.0/0000-0000-0000-0000/record"),
)
