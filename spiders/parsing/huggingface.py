"""Hugging Face's daily papers → arXiv papers with the repository and project page that their page names.

``GET /api/daily_papers?date=YYYY-MM-DD`` (a list) and ``GET /api/papers/ARXIV_ID`` (one paper). Upvotes and stars
are popularity and are not read.
"""

from __future__ import annotations

from db.keys.papers import parse_arxiv_id
from db.records import Identifier, IdentifierKind, PaperRecord, Parsed, ParseError
from spiders.parsing.authors import PrintedAuthor, number_authors
from spiders.parsing.fields import Fields, read_json
from spiders.parsing.links import sort_links, web_url
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, utc_datetime

SOURCE = "huggingface"

# Who may have linked an account to an author: the owner (then checked by the site) or its staff.
_SURE = frozenset(["claimed_verified", "extracted_confirmed", "admin_assigned"])
_UNUSED = frozenset(
    ["_id", "ai_keywords", "ai_summary", "ai_summary_model", "discussionId", "githubRepoAddedBy", "githubStars",
     "mediaUrls", "organization", "submittedOnDailyAt", "submittedOnDailyBy", "upvotes", "comments", "upvoters",
     "isAuthorParticipating", "numComments", "submittedBy", "thumbnail", "mediaUrl", "publishedAt", "title",
     "summary", "linkedModels", "linkedDatasets", "linkedSpaces", "numTotalModels", "numTotalDatasets",
     "numTotalSpaces", "withdrawnAt", "isAuthor", "doi"]
)  # fmt: skip


def parse_daily_papers(body: bytes, *, url: str) -> Parsed:
    """Read the list of one day, or a single paper. Items that are no papers are counted and left out.

    Authors whom the site marks ``hidden`` keep their place, without a link to an account.
    """
    tally = Tally()
    value = read_json(body, url=url)
    if isinstance(value, dict) and "id" in value:
        value = [{"paper": value}]
    if not isinstance(value, list):
        raise ParseError(url, "expected a list of papers")
    records: dict[str, PaperRecord] = {}
    for item in value:
        if not isinstance(item, dict):
            # A whole recorded day once came as Python reprs inside strings.
            tally.add("item that is no paper")
            continue
        wrapper = Fields(item, tally)
        record = _paper(wrapper.object("paper"), tally)
        wrapper.finish(_UNUSED)
        if record is not None:
            records.setdefault(record.source_key, record)
    return Parsed(records=tuple(records.values()), warnings=tally.counts)


def _paper(paper: Fields, tally: Tally) -> PaperRecord | None:
    found = parse_arxiv_id(paper.text("id", 40) or "")
    title = paper.text("title", MAX_TITLE)
    if found is None or title is None:
        tally.add("item without arXiv id or title")
        return None
    authors = [author for one in paper.objects("authors") if (author := _author(one)) is not None]
    code, pages = sort_links(
        [web_url(paper.text("githubRepo", 500)), web_url(paper.text("projectPage", 500))]
    )
    record = PaperRecord(
        source=SOURCE,
        source_key=found.id,
        url=f"https://huggingface.co/papers/{found.id}",
        title=title,
        authors=number_authors(authors),
        abstract=paper.text("summary"),
        published=utc_datetime(paper.text("publishedAt", 40)),
        arxiv_id=found.id,
        code_urls=code,
        page_urls=pages,
    )
    paper.finish(_UNUSED)
    return record


def _author(author: Fields) -> PrintedAuthor | None:
    name = author.text("name", MAX_NAME)
    if name is None:
        return None
    login = author.object("user").text("user", 100)
    status, hidden = author.text("status", 40), author.flag("hidden")
    sure = login is not None and status in _SURE and not hidden
    identifiers = (Identifier(kind=IdentifierKind.HUGGINGFACE, value=str(login)),) if sure else ()
    author.finish(("_id", "statusLastChangedAt"))
    return PrintedAuthor(name=name, identifiers=identifiers)
