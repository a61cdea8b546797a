"""Real answers that are kept beside the project: where they lie, and which parser reads them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixture_cases import load


def as_they_are(body: bytes) -> bytes:
    return body


def wrapped(body: bytes) -> bytes:
    """arXiv's recorder kept the body as latin-1 text inside JSON."""
    return str(json.loads(body)["body"]).encode("latin-1")


def v1_notes(body: bytes) -> bytes:
    """The OpenReview recorder kept the notes of several groups, and the replies under a key of its own."""
    notes = json.loads(body)[0]["submissions"]
    for note in notes:
        note["details"] = note["details"] | {"directReplies": note.pop("notes")}
    return json.dumps({"notes": notes, "count": len(notes)}).encode()


def first_person(body: bytes) -> bytes:
    """The first JSON body of a VCR cassette, which indents it as a block of YAML."""
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    found = re.search(r"string: \|-\n((?: {8}.*\n)+)", body.decode("utf-8"))
    assert found is not None
    return "\n".join(line[8:] for line in found[1].split("\n")).encode()


@dataclass(frozen=True)
class Recording:
    file: str
    source: str
    parser: str
    url: str
    unwrap: Callable[[bytes], bytes] = as_they_are

    def body(self, folder: Path) -> bytes:
        return self.unwrap((folder / self.file).read_bytes())

    def parse(self, body: bytes, *, url: str) -> Any:
        return load(self.source, self.parser)(body, url=url)

    def __str__(self) -> str:
        return self.file


_PMLR = "https://proceedings.mlr.press"
RECORDINGS = (
    Recording(
        "arxiv_atom/q_testing_s0_m15_80c242b59d59.json",
        "arxiv",
        "parse_arxiv_atom",
        "https://export.arxiv.org/api/query?search_query=all:testing",
        wrapped,
    ),
    Recording(
        "arxiv_oai/sample_arxiv_record8.xml", "arxiv_oai", "parse_arxiv_oai", "https://export.arxiv.org/oai2"
    ),
    Recording(
        "openreview/api_v1_notes_NIPS2018_workshop.json",
        "openreview",
        "parse_openreview_notes",
        "https://api.openreview.net/notes",
        v1_notes,
    ),
    Recording(
        "neurips/proceedings.neurips.cc_1988_abstract.html",
        "neurips",
        "parse_neurips_paper",
        "https://proceedings.neurips.cc/paper/1988/hash/006f52e9102a8d3be2fe5614f42ba989-Abstract.html",
    ),
    Recording(
        "neurips/papers.nips.cc_8668/response-body",
        "neurips",
        "parse_neurips_paper",
        "http://papers.nips.cc/paper/8668-learner-aware-teaching-inverse-reinforcement-learning-with-preferences-"
        "and-constraints",
    ),
    Recording("pmlr/html/v256/index.html", "pmlr", "parse_pmlr_volume", f"{_PMLR}/v256/"),
    Recording("pmlr/html/v198/zhang22a.html", "pmlr", "parse_pmlr_paper", f"{_PMLR}/v198/zhang22a.html"),
    Recording(
        "cvf/ICCV2015_listing.html",
        "cvf",
        "parse_cvf_listing",
        "http://www.cv-foundation.org/openaccess/ICCV2015.py",
    ),
    Recording(
        "acl/ACL_2021.naacl-main.208.html",
        "acl",
        "parse_acl_paper",
        "https://aclanthology.org/2021.naacl-main.208/",
    ),
    Recording(
        "acl/ACL_D16_page.html", "acl", "parse_acl_paper", "https://www.aclweb.org/anthology/P17-2044/"
    ),
    Recording(
        "hf_papers/daily_papers/2026-01-16.json",
        "huggingface",
        "parse_daily_papers",
        "https://huggingface.co/api/daily_papers?date=2026-01-16",
    ),
    Recording(
        "hf_papers/daily_papers/2024-12-26.json",
        "huggingface",
        "parse_daily_papers",
        "https://huggingface.co/api/daily_papers?date=2024-12-26",
    ),
    Recording(
        "orcid/orcid_id_address_data.yml",
        "orcid",
        "parse_orcid",
        "https://pub.orcid.org/v3.0/0000-0003-1444-9135/person",
        first_person,
    ),
)
