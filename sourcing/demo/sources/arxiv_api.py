"""``export.arxiv.org/api/query``: Atom 1.0 with arXiv's and OpenSearch's extensions.

https://info.arxiv.org/help/api/user-manual.html; order of elements as recorded in 2026.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import OrderedDict
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from sourcing.demo.sources.arxiv_query import QueryError, compile_query, echoed
from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import NOT_FOUND, Request, Response
from sourcing.demo.world import PaperAt

_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(\d+))?")
_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
)
_SORTS = ("relevance", "lastUpdatedDate", "submittedDate")
_KEPT_QUERIES = 32
LONGEST_PAGE = 2000


class ArxivApi:
    """The search interface. Malformed ids and parameters answer 400 with an entry titled ``Error``."""

    key = "arxiv_api"
    path = "/api/query"
    robots = "User-agent: *\nDisallow: /api/\nAllow: /api/query\nCrawl-delay: 3\n"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._found: OrderedDict[tuple[object, ...], list[PaperAt]] = OrderedDict()

    def respond(self, request: Request) -> Response:
        """A page of results."""
        if request.path != "/api/query":
            return NOT_FOUND
        asked = request.parameters
        try:
            return self._page(asked)
        except QueryError as error:
            return self._refused(str(error))

    def _page(self, asked: dict[str, str]) -> Response:
        query, ids = asked.get("search_query", "").strip(), asked.get("id_list", "").strip()
        start = _number(asked.get("start", "0"), "start")
        wanted = _number(asked.get("max_results", "10"), "max_results")
        sort_by, order = asked.get("sortBy", "relevance"), asked.get("sortOrder", "descending")
        if sort_by not in _SORTS:
            raise QueryError(f"sortBy must be in: {', '.join(_SORTS)}")
        if order not in ("ascending", "descending"):
            raise QueryError("sortOrder must be in: ascending, descending")
        if wanted > LONGEST_PAGE or start + wanted > self.scene.depth_limit:
            raise QueryError(f"start + max_results must not exceed {self.scene.depth_limit}")
        found = self._search(query, ids, sort_by, order)
        shown = f"search_query={echoed(query)}&id_list={ids}&start={start}&max_results={wanted}"
        link = (
            f"https://arxiv.org/api/query?search_query={echoed(query)}&start={start}"
            f"&max_results={wanted}&id_list={ids}"
        )
        digest = base64.b64encode(hashlib.sha1(shown.encode()).digest()).decode().rstrip("=")  # noqa: S324 - a name, not a secret
        head = [
            f"  <id>https://arxiv.org/api/{digest}</id>",
            f"  <title>arXiv Query: {escape(shown)}</title>",
            f"  <updated>{_stamp(self.scene.now)}</updated>",
            f'  <link href={quoteattr(link)} type="application/atom+xml"/>',
            f"  <opensearch:itemsPerPage>{wanted}</opensearch:itemsPerPage>",
            f"  <opensearch:totalResults>{len(found)}</opensearch:totalResults>",
            f"  <opensearch:startIndex>{start}</opensearch:startIndex>",
        ]
        return _feed(head + [entry(paper) for paper in found[start : start + wanted]])

    def _search(self, query: str, ids: str, sort_by: str, order: str) -> list[PaperAt]:
        memory_key = (self.scene.now, query, ids, sort_by, order)
        if memory_key in self._found:
            return self._found[memory_key]
        visible = [
            paper
            for paper in self.scene.world.papers_at(self.scene.now)
            if paper.paper.withdrawn is None or paper.paper.withdrawn > self.scene.now
        ]
        if ids:
            visible = _by_id(visible, ids)
        if query:
            matches = compile_query(query)
            visible = [paper for paper in visible if matches(paper)]
        if not ids or query:
            descending = order == "descending"
            if sort_by == "submittedDate":
                visible.sort(key=lambda paper: (paper.published, paper.paper.arxiv_id), reverse=descending)
            elif sort_by == "lastUpdatedDate":
                visible.sort(key=lambda paper: (paper.updated, paper.paper.arxiv_id), reverse=descending)
            else:
                visible.sort(key=lambda paper: hashlib.md5(paper.paper.arxiv_id.encode()).digest())  # noqa: S324 - a stable shuffle
        self._found[memory_key] = visible
        if len(self._found) > _KEPT_QUERIES:
            self._found.popitem(last=False)
        return visible

    def _refused(self, problem: str) -> Response:
        where = "https://arxiv.org/api/errors#" + re.sub(r"\W+", "_", problem)
        stamp = _stamp(self.scene.now)
        feed = _feed(
            [
                "  <id>https://arxiv.org/</id>",
                "  <title>arXiv Search Results</title>",
                f"  <updated>{stamp}</updated>",
                "  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>",
                "  <opensearch:totalResults>1</opensearch:totalResults>",
                "  <opensearch:startIndex>0</opensearch:startIndex>",
                "  <entry>",
                f"    <id>{escape(where)}</id>",
                "    <title>Error</title>",
                f"    <updated>{stamp}</updated>",
                f'    <link href={quoteattr(where)} rel="alternate" type="text/html"/>',
                f"    <summary>{escape(problem)}</summary>",
                "    <author>",
                "      <name>arXiv api core</name>",
                "    </author>",
                "  </entry>",
            ]
        )
        return Response(status=400, headers=feed.headers, body=feed.body)


def _feed(lines: list[str]) -> Response:
    body = _HEAD + "\n".join(lines) + "\n</feed>\n"
    return Response(headers={"Content-Type": "application/atom+xml; charset=utf-8"}, body=body.encode())


def _number(text: str, name: str) -> int:
    try:
        value = int(text)
    except ValueError as error:
        raise QueryError(f"{name} must be an integer") from error
    if value < 0:
        raise QueryError(f"{name} must be non-negative")
    return value


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _by_id(visible: list[PaperAt], ids: str) -> list[PaperAt]:
    """Unknown ids are left out without a word, as arXiv does; an older version may be asked for by number."""
    known = {paper.paper.arxiv_id: paper for paper in visible}
    found = []
    for asked in ids.split(","):
        match = _ID.fullmatch(asked.strip())
        if match is None:
            raise QueryError(f"incorrect id format for {asked.strip()}")
        paper = known.get(match[1])
        version = int(match[2]) if match[2] else None
        if paper is None or (version and version > paper.version):
            continue
        if version:
            paper = paper._replace(version=version, updated=paper.paper.versions[version - 1].submitted)
        found.append(paper)
    return found


def entry(shown: PaperAt) -> str:
    """One ``<entry>``, elements in the order in which arXiv prints them."""
    paper = shown.paper
    abs_id = f"{paper.arxiv_id}v{shown.version}"
    lines = [
        "  <entry>",
        f"    <id>http://arxiv.org/abs/{abs_id}</id>",
        f"    <title>{escape(paper.title)}</title>",
        f"    <updated>{_stamp(shown.updated)}</updated>",
        f'    <link href="https://arxiv.org/abs/{abs_id}" rel="alternate" type="text/html"/>',
        f'    <link href="https://arxiv.org/pdf/{abs_id}" rel="related" type="application/pdf" title="pdf"/>',
        f"    <summary>{escape(paper.abstract)}</summary>",
    ]
    lines += [
        f'    <category term="{category}" scheme="http://arxiv.org/schemas/atom"/>'
        for category in paper.categories
    ]
    lines.append(f"    <published>{_stamp(shown.published)}</published>")
    if paper.comment:
        lines.append(f"    <arxiv:comment>{escape(paper.comment)}</arxiv:comment>")
    lines.append(f'    <arxiv:primary_category term="{paper.categories[0]}"/>')
    if paper.journal_ref:
        lines.append(f"    <arxiv:journal_ref>{escape(paper.journal_ref)}</arxiv:journal_ref>")
    for author in paper.authors:
        lines += ["    <author>", f"      <name>{escape(author.printed)}</name>"]
        if author.affiliation:
            lines.append(f"      <arxiv:affiliation>{escape(author.affiliation)}</arxiv:affiliation>")
        lines.append("    </author>")
    if paper.doi:
        lines.append(f"    <arxiv:doi>{escape(paper.doi)}</arxiv:doi>")
        lines.append(f'    <link rel="related" href="https://doi.org/{escape(paper.doi)}" title="doi"/>')
    lines.append("  </entry>")
    return "\n".join(lines)
