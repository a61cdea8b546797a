"""``generic``: every column there is, in a fixed order that scripts rely on; ``excel``: the same for spreadsheets."""

from __future__ import annotations

from dataclasses import replace

from db.queries.candidates import Candidate
from db.records import Axis, IdentifierKind
from sourcing.export.cells import day, linkedin_search_url, text, whole
from sourcing.export.preset import Preset

COLUMNS = (
    "candidate_id", "full_name", "role", "rank", "score", "score_low", "score_high", "originality", "code_quality",
    "importance", "execution", "fit", "why", "first_author_papers", "best_paper_title", "best_paper_url",
    "best_paper_date", "venue", "repository_url", "affiliation", "sector", "country", "years_active", "homepage",
    "openreview_url", "github_url", "scholar_url", "orcid", "linkedin_search_url", "email", "email_source_url",
    "stage", "tags", "first_seen", "last_seen", "notice_due",
)  # fmt: skip


def row(candidate: Candidate) -> dict[str, str]:
    """One candidate as cells, not yet escaped. Scores are whole numbers from 0 to 100."""
    ids = candidate.identifiers
    openreview, github = ids.get(IdentifierKind.OPENREVIEW), ids.get(IdentifierKind.GITHUB)
    return {
        "candidate_id": candidate.candidate_id,
        "full_name": candidate.full_name,
        "role": candidate.role,
        "rank": text(candidate.rank),
        "score": whole(candidate.score),
        "score_low": whole(candidate.low),
        "score_high": whole(candidate.high),
        **{str(axis): whole(candidate.axis(axis)) for axis in Axis},
        "why": candidate.why,
        "first_author_papers": str(candidate.first_author_papers),
        "best_paper_title": text(candidate.best_paper_title),
        "best_paper_url": text(candidate.best_paper_url),
        "best_paper_date": day(candidate.best_paper_date),
        "venue": text(candidate.venue),
        "repository_url": text(candidate.repository_url),
        "affiliation": text(candidate.affiliation),
        "sector": text(candidate.sector),
        "country": text(candidate.country),
        "years_active": text(candidate.years_active),
        "homepage": text(candidate.homepage),
        "openreview_url": f"https://openreview.net/profile?id={openreview}" if openreview else "",
        "github_url": f"https://github.com/{github}" if github else "",
        "scholar_url": _scholar(ids.get(IdentifierKind.SCHOLAR)),
        "orcid": text(ids.get(IdentifierKind.ORCID)),
        "linkedin_search_url": ids.get(IdentifierKind.LINKEDIN)
        or linkedin_search_url(candidate.full_name, candidate.affiliation),
        "email": text(candidate.email),
        "email_source_url": text(candidate.email_url),
        "stage": candidate.stage,
        "tags": ", ".join(candidate.tags),
        "first_seen": day(candidate.first_seen),
        "last_seen": day(candidate.last_seen),
        "notice_due": day(candidate.notice_due),
    }


def _scholar(value: str | None) -> str:
    """Google Scholar's ids are kept bare or as the URL a profile gave."""
    if not value:
        return ""
    return value if value.startswith("http") else f"https://scholar.google.com/citations?user={value}"


GENERIC = Preset(name="generic", columns=COLUMNS, row=row, custom=True)
EXCEL = replace(GENERIC, name="excel", bom=True)
