"""Sheets of applicant-tracking systems: Greenhouse, Gem, Lever.

Columns are those of the vendors' help pages (Greenhouse support article 203871039, help.gem.com "job import", Lever
help article 204498425 with the header of a public converter). They could not be checked against a live account:
compare the first file with the template that your own account offers. Ashby's columns were not to be had.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.queries.candidates import Candidate
from db.records import IdentifierKind
from sourcing.export.cells import text
from sourcing.export.names import given_and_family
from sourcing.export.preset import Preset

SOURCE = "Sourcing"
LEVER_NOTES = 4


def notes(candidate: Candidate) -> str:
    """What a reader of the tracking system should know, with the id that leads back here."""
    lines = [candidate.why]
    for label, value in (("Paper", candidate.best_paper_url), ("Code", candidate.repository_url)):
        if value:
            lines.append(f"{label}: {value}")
    if candidate.email_url:
        lines.append(f"Address published at: {candidate.email_url}")
    if candidate.notice_due:
        lines.append(f"Must be informed by {candidate.notice_due:%Y-%m-%d} that data was collected")
    return "\n".join([*lines, f"Sourcing id: {candidate.candidate_id}"])


def links(candidate: Candidate) -> list[str]:
    """Pages of a candidate, their own first."""
    ids = candidate.identifiers
    github, orcid = ids.get(IdentifierKind.GITHUB), ids.get(IdentifierKind.ORCID)
    found = (
        candidate.homepage,
        ids.get(IdentifierKind.LINKEDIN),
        f"https://github.com/{github}" if github else None,
        f"https://orcid.org/{orcid}" if orcid else None,
        candidate.best_paper_url,
        candidate.repository_url,
    )
    return list(dict.fromkeys(url for url in found if url))


def _greenhouse(candidate: Candidate) -> dict[str, str]:
    given, family = given_and_family(candidate)
    own = [url for url in links(candidate) if url not in (candidate.homepage, candidate.best_paper_url)]
    return {
        "First Name": given,
        "Last Name": family,
        "Company": text(candidate.affiliation),
        "Notes": notes(candidate),
        "Email": text(candidate.email),
        "Social Media": own[0] if own else "",
        "Website": text(candidate.homepage or candidate.best_paper_url),
        "Source": SOURCE,
    }


def _greenhouse_remarks(_: Sequence[Candidate]) -> Sequence[str]:
    return (
        "Greenhouse: a prospect pool or stage that you add must exist there already.",
        "Greenhouse: jobs that are configured for GDPR send their notice when the file is imported; check that first.",
    )


def _gem(candidate: Candidate) -> dict[str, str]:
    given, family = given_and_family(candidate)
    return {
        "job_stage": "",
        "first_name": given,
        "last_name": family,
        "email": text(candidate.email),
        "linkedin_url": candidate.identifiers.get(IdentifierKind.LINKEDIN, ""),
        "phone_number": "",
    }


def _gem_remarks(found: Sequence[Candidate]) -> Sequence[str]:
    without = sum(IdentifierKind.LINKEDIN not in one.identifiers for one in found)
    if not without:
        return ()
    return (
        f"Gem: {without} of {len(found)} have no LinkedIn address; upload to a project, where it is not required.",
    )


def _lever(candidate: Candidate) -> dict[str, str]:
    return {
        "Full Name": candidate.full_name,
        "Email": text(candidate.email),
        "Stage": "New Lead",
        "Sources": SOURCE,
        "Origin": "Sourced",
        # A comma ends a tag and comma-blank ends a link, so neither may stand inside one.
        "Tags": ",".join(tag.replace(",", ";") for tag in candidate.tags),
        "Links": ", ".join(url.replace(", ", ",%20") for url in links(candidate)),
        "Company": text(candidate.affiliation),
        "Note-0": notes(candidate),
    }


def _lever_remarks(found: Sequence[Candidate]) -> Sequence[str]:
    without = sum(not one.email for one in found)
    compare = (
        "Lever: compare the header with the template that your account offers; an older one says “Full-Name”."
    )
    if not without:
        return (compare,)
    return (
        compare,
        f"Lever: {without} of {len(found)} have no address; Lever tells duplicates by address, so do not import a "
        "file twice.",
    )


_NOTE_COLUMNS = tuple(
    f"{column}-{number}"
    for number in range(LEVER_NOTES)
    for column in ("DateNote", "UserNote", "IsSecretNote", "Note")
)

GREENHOUSE = Preset(
    name="greenhouse",
    columns=(
        "First Name", "Last Name", "Company", "Title", "Notes", "Email", "Phone", "Social Media", "Website", "Address",
        "Source", "Who gets credit", "Job", "Department", "Office", "Prospect Pool", "Prospect Stage",
    ),
    row=_greenhouse,
    max_rows=8_000,
    custom=True,
    remarks=_greenhouse_remarks,
)  # fmt: skip
GEM = Preset(
    name="gem",
    columns=("job_stage", "first_name", "last_name", "email", "linkedin_url", "phone_number"),
    row=_gem,
    max_rows=10_000,
    remarks=_gem_remarks,
)
LEVER = Preset(
    name="lever",
    columns=(
        "Lever Profile ID", "Full Name", "Email", "Date Added", "Stage", "Archive Reason", "Archive Date", "Sources",
        "Origin", "Tags", "Phone", "Location", "Links", "Referrer", "Resume Filename", "Company", "Owner",
        "Lever Posting URL", "Posting Owner", "Posting Hiring Manager", *_NOTE_COLUMNS,
    ),
    row=_lever,
    max_rows=55_000,
    file_name="a-z0-9_-",
    remarks=_lever_remarks,
)  # fmt: skip
