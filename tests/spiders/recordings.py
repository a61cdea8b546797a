"""Real answers that are kept beside the project: each answer in the folders, unwrapped from what its recorder made of
it, with the parser that reads it. ``../shared/data/upstream/SOURCES.md`` says where they come from.
"""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from fixture_cases import load

UPSTREAM = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "upstream"
PMLR = "https://proceedings.mlr.press"


@dataclass(frozen=True)
class Recording:
    """One answer. ``name`` is its file, and which answer of the file where it holds several."""

    name: str
    source: str
    parser: str
    url: str
    body: bytes = field(repr=False)
    status: int = 200

    def parse(self, body: bytes, *, url: str) -> Any:
        return self._parser(body, url=url)

    @property
    def _parser(self) -> Callable[..., Any]:
        if self.parser == "parse_refusal":
            from spiders.parsing.github import parse_refusal

            return partial(parse_refusal, self.status, asked="github.com/invented/asked")
        if self.parser == "parse_readme":
            from spiders.parsing.github import parse_readme

            return parse_readme
        found: Callable[..., Any] = load(self.source, self.parser)
        return found

    def __str__(self) -> str:
        return self.name


def recordings(folder: Path) -> list[Recording]:
    """Every answer that one of our sources could have given; answers of other interfaces are left out."""
    return [
        *_arxiv(folder),
        *_conferences(folder),
        *_hugging_face(folder),
        *_github(folder),
        *_orcid(folder),
    ]


def _read(folder: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.glob(pattern)):
        body = path.read_bytes()
        yield str(path.relative_to(folder)), gzip.decompress(body) if path.suffix == ".gz" else body


# -- papers ----------------------------------------------------------------------------------------------


def _arxiv(folder: Path) -> Iterator[Recording]:
    for name, body in _read(folder, "arxiv_atom/*.json"):
        kept = json.loads(body)  # the recorder kept the body as latin-1 text inside JSON
        yield Recording(name, "arxiv", "parse_arxiv_atom", kept["url"], kept["body"].encode("latin-1"))
    for name, body in _read(folder, "arxiv_oai/*.xml"):
        yield Recording(name, "arxiv_oai", "parse_arxiv_oai", "https://oaipmh.arxiv.org/oai", body)


def v1_notes(body: bytes) -> bytes:
    """The OpenReview recorder kept the notes of several groups, and the replies under a key of its own."""
    notes = json.loads(body)[0]["submissions"]
    for note in notes:
        note["details"] = note["details"] | {"directReplies": note.pop("notes")}
    return json.dumps({"notes": notes, "count": len(notes)}).encode()


def icml_2026(table: bytes) -> bytes:
    """The bulk JSON itself was not recorded, only a table made from it: its rows, put back into the wire's shape."""
    results = [
        {
            "id": int(row["event_id"]),
            "name": row["title"],
            "authors": [{"fullname": name} for name in row["authors"].split("; ") if name],
            "topic": row["topic"] or None,
            "decision": row["decision"],
            "eventtype": row["event_type"],
            "virtualsite_url": row["url"].removeprefix("https://icml.cc"),
            "paper_url": row["paper_url"],
        }
        for row in csv.DictReader(io.StringIO(table.decode("utf-8")))
    ]
    return json.dumps({"count": len(results), "results": results}).encode()


_NEURIPS = {
    "neurips/proceedings.neurips.cc_1988_abstract.html": "https://proceedings.neurips.cc/paper/1988/hash/"
    "006f52e9102a8d3be2fe5614f42ba989-Abstract.html",
    "neurips/papers.nips.cc_8668/response-body": "http://papers.nips.cc/paper/8668-learner-aware-teaching-inverse-"
    "reinforcement-learning-with-preferences-and-constraints",
}
_ACL = {
    "acl/ACL_2021.naacl-main.208.html": "https://aclanthology.org/2021.naacl-main.208/",
    "acl/ACL_D16_page.html": "https://www.aclweb.org/anthology/P17-2044/",
    "acl/ACL_N04-1001.html": "https://aclanthology.org/N04-1001/",
}


def _conferences(folder: Path) -> Iterator[Recording]:
    for name, body in _read(folder, "openreview/api_v1_notes_*.json"):
        url = "https://api.openreview.net/notes"
        yield Recording(name, "openreview", "parse_openreview_notes", url, v1_notes(body))
    for name, url in _NEURIPS.items():
        yield Recording(name, "neurips", "parse_neurips_paper", url, (folder / name).read_bytes())
    for name, body in _read(folder, "pmlr/html/*/*.html"):
        volume, page = name.split("/")[2:]
        parser = "parse_pmlr_volume" if page == "index.html" else "parse_pmlr_paper"
        yield Recording(name, "pmlr", parser, f"{PMLR}/{volume}/{page.removesuffix('index.html')}", body)
    for name, body in _read(folder, "cvf/*_listing.html"):
        url = "http://www.cv-foundation.org/openaccess/ICCV2015.py"
        yield Recording(name, "cvf", "parse_cvf_listing", url, body)
    for name, url in _ACL.items():
        yield Recording(name, "acl", "parse_acl_paper", url, (folder / name).read_bytes())
    for name, body in _read(folder, "icml_virtual/*.csv.gz"):
        url = "https://icml.cc/static/virtual/data/icml-2026-orals-posters.json"
        yield Recording(name, "virtual", "parse_virtual_site", url, icml_2026(body))


def _hugging_face(folder: Path) -> Iterator[Recording]:
    for name, body in _read(folder, "hf_papers/daily_papers/*.json"):
        url = f"https://huggingface.co/api/daily_papers?date={Path(name).stem}"
        yield Recording(name, "huggingface", "parse_daily_papers", url, body)


# -- GitHub ----------------------------------------------------------------------------------------------


def exchanges(folder: Path) -> Iterator[tuple[str, str, int, bytes]]:
    """(name, path, status, body) of every recorded answer of api.github.com, whatever was asked."""
    for name, body in _read(folder, "github_rest/*/*.json"):
        kept = json.loads(body)
        for at, one in enumerate(kept.get("http_interactions", ()) if isinstance(kept, dict) else ()):
            held, answer = one["response"]["body"], one["response"]
            packed = held.get("base64_string")
            raw = gzip.decompress(base64.b64decode(packed)) if packed else held["string"].encode()
            path = one["request"]["uri"].partition("api.github.com")[2]
            status = answer["status"]["code"] if "status" in answer else answer["status_code"]
            yield f"{name}#{at}", path, int(status), raw
    for name, body in _read(folder, "github_rest/octokit/*/*.json"):
        for at, one in enumerate(json.loads(body)):
            yield f"{name}#{at}", one["path"], int(one["status"]), json.dumps(one["response"]).encode()
    for name, body in _read(folder, "github_rest/*/*.txt"):
        lines = body.decode("utf-8").split("\n")
        for at in range(0, len(lines) - 9, 11):
            # scheme, verb, host, port, path, request headers, request body, status, response headers, body, blank
            block = lines[at : at + 10]
            if block[2] == "api.github.com" and block[7].isdigit():
                yield f"{name}#{at // 11}", block[4], int(block[7]), block[9].encode()


def _github(folder: Path) -> Iterator[Recording]:
    for name, path, status, body in exchanges(folder):
        url = f"https://api.github.com{path}"
        one = partial(Recording, name, "github", url=url, body=body, status=status)
        if (
            status == 200
            and re.fullmatch(r"/(?:repos/[^/]+/[^/?]+|repositories/\d+)", path)
            and body[:1] == b"{"
        ):
            yield one(parser="parse_repository")
        elif status == 200 and path.startswith("/search/repositories"):
            yield one(parser="parse_search")
        elif status == 200 and re.search(r"/readme(?:\?|$)", path):
            yield one(parser="parse_readme")
        elif status in {403, 404, 451}:
            yield one(parser="parse_refusal")
    for name, parser in (
        ("github3py_json/repo.json", "parse_repository"),
        ("github3py_json/readme.json", "parse_readme"),
        ("github-to-sqlite/repo.json", "parse_repository"),
    ):
        body = (folder / "github_rest" / name).read_bytes()
        yield Recording(f"github_rest/{name}", "github", parser, "https://api.github.com/repos/x/y", body)
    for name, body in _read(folder, "github_rest/from_issues/*.json"):
        status = int(Path(name).name[:3])
        url = "https://api.github.com/repos/x/y"
        yield Recording(name, "github", "parse_refusal", url, body, status)


# -- ORCID -----------------------------------------------------------------------------------------------


def _orcid(folder: Path) -> Iterator[Recording]:
    """The public API only: what others pushed with the members' API (``.yaml``) is not what we read."""
    for name, body in (*_read(folder, "orcid/*.yml"), *_read(folder, "orcid/*.yml.gz")):
        for at, (url, status, answer) in enumerate(cassette(body.decode("utf-8"))):
            yield Recording(f"{name}#{at}", "orcid", "parse_orcid", url, answer, status)


def cassette(text: str) -> Iterator[tuple[str, int, bytes]]:
    """(address, status, body) of each answer in a VCR cassette: a block of YAML, or a string in single quotes."""
    for one in re.split(r"^- (?=request:|$)", text, flags=re.MULTILINE)[1:]:
        url = re.search(r"^    uri: (\S+)", one, re.MULTILINE)
        status = re.search(r"status_code: '(\d{3})'", one)
        answer = one.partition("\n  response:")[2]
        block = re.search(r"string: \|-\n((?: {8}.*\n| *\n)+)", answer)
        quoted = re.search(r"string: '((?:[^']|'')+)'", answer)
        if url is None or status is None:
            continue
        if block is not None:
            yield url[1], int(status[1]), "\n".join(line[8:] for line in block[1].split("\n")).encode()
        elif quoted is not None:
            yield url[1], int(status[1]), re.sub(r"\n\s*", " ", quoted[1].replace("''", "'")).encode()
