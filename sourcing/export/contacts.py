"""Sheets of contacts: HubSpot and LinkedIn Recruiter, which know people by their address."""

from __future__ import annotations

from collections.abc import Sequence

from db.queries.candidates import Candidate
from sourcing.export.cells import text
from sourcing.export.names import given_and_family
from sourcing.export.preset import Preset


def _hubspot(candidate: Candidate) -> dict[str, str]:
    given, family = given_and_family(candidate)
    return {
        "Email": text(candidate.email),
        "First Name": given,
        "Last Name": family,
        "Company": text(candidate.affiliation),
        "Website": text(candidate.homepage or candidate.best_paper_url),
    }


def _linkedin(candidate: Candidate) -> dict[str, str]:
    given, family = given_and_family(candidate)
    return {"first name": given, "last name": family, "e-mail": text(candidate.email)}


def _hubspot_remarks(found: Sequence[Candidate]) -> Sequence[str]:
    without = sum(not one.email for one in found)
    if not without:
        return ()
    return (
        f"HubSpot: {without} of {len(found)} have no published address; HubSpot tells contacts apart by address, so "
        "those are doubled if the file is imported twice.",
    )


def _linkedin_remarks(found: Sequence[Candidate]) -> Sequence[str]:
    without = sum(not one.email for one in found)
    if not without:
        return ()
    return (
        f"LinkedIn: {without} of {len(found)} have no published address; LinkedIn matches those by name alone, so "
        "look at each match before you write.",
    )


HUBSPOT = Preset(
    name="hubspot",
    columns=("Email", "First Name", "Last Name", "Company", "Phone", "Job Title", "Website"),
    row=_hubspot,
    remarks=_hubspot_remarks,
)
LINKEDIN = Preset(
    name="linkedin",
    columns=("first name", "last name", "e-mail"),
    row=_linkedin,
    max_rows=200,
    remarks=_linkedin_remarks,
)
