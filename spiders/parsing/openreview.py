"""OpenReview's notes → papers with their decision and the scores that reviewers gave.

API v2 wraps each content field in ``{"value": …}`` and names invitations in a list; API v1 (venues before 2024)
does neither. https://docs.openreview.net/reference/api-v2/entities/note
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.records import Author, Identifier, IdentifierKind, PaperRecord, Parsed, ParseError, Review
from spiders.parsing.authors import PrintedAuthor, number_authors, split_author_line
from spiders.parsing.fields import Fields, read_object
from spiders.parsing.links import arxiv_id_of, sort_links, web_url
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME, MAX_TITLE, epoch_ms, one_line
from spiders.parsing.venues import accepted_by_venue_id, awards_of, decision_of, rating_scale, venue_of

SOURCE = "openreview"
_PROFILE_ID = re.compile(r"~[^\s~@/?#<>\"']{2,98}\d")
_REVIEW = re.compile(r"official_?/?review$", re.IGNORECASE)
_DECISION = re.compile(r"(?:decision|acceptance)$", re.IGNORECASE)
# ICLR 2019 decided in the meta-reviews; elsewhere these only advise.
_META_REVIEW = re.compile(r"meta_?review$", re.IGNORECASE)
_GONE = re.compile(r"/(?:Withdrawn|Desk_Rejected)_Submission$", re.IGNORECASE)
_KINDS = re.compile("|".join(one.pattern for one in (_REVIEW, _DECISION, _META_REVIEW)), re.IGNORECASE)
_LEADING_NUMBER = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,3})?)\b")

# Fields of review forms, best first. Novelty: NeurIPS 2025; ICLR 2022–23; others; NeurIPS 2023–24 and ICLR 2024–.
_RATING = ("rating", "overall_recommendation", "recommendation", "overall", "overall_rating", "overall_score")
_NOVELTY = ("originality", "technical_novelty_and_significance", "novelty", "contribution", "contributions")
_EXECUTION = ("soundness", "quality", "correctness", "technical_quality", "technical_correctness")
_FOUR_STEPS = (1.0, 4.0)
# Scores that are understood and not used: neither originality nor execution.
_OTHER_SCORES = frozenset(
    [*_RATING, *_NOVELTY, *_EXECUTION, "clarity", "clarity_quality_novelty_and_reproducibility", "confidence",
     "empirical_novelty_and_significance", "ethics_review_area", "excitement", "flag_for_ethics_review", "impact",
     "limitations", "presentation", "relevance", "reproducibility", "reviewer_confidence", "significance",
     "summary_of_the_review", "title"]
)  # fmt: skip
_UNUSED_OF_NOTE = frozenset(
    ["bibtex", "cdate", "ddate", "details", "domain", "externalId", "externalIds", "forumContent", "invitation",
     "invitations", "lastmoddate", "license", "mdate", "nonreaders", "number", "odate", "original", "parentInvitations",
     "pdate", "readers", "referent", "revisions", "signatures", "tauthor", "tcdate", "tddate", "tmdate", "version",
     "writers"]
)  # fmt: skip
_UNUSED_OF_CONTENT = frozenset(
    ["TL;DR", "TLDR", "_bibtex", "anonymous_url", "author_emails", "code_of_ethics", "community_implementations",
     "conflicts", "data", "dataset", "no_acknowledgement_section", "one-sentence_summary", "paperhash", "pdf",
     "primary_area", "reciprocal_reviewing", "reviewed_version_(pdf)", "student_paper", "subject_areas",
     "submission_guidelines", "supplementary_material"]
)  # fmt: skip


class ChallengeRequired(ParseError):  # noqa: N818 (OpenReview's own name for it)
    """OpenReview wants a browser to prove itself. We say so and stop; we never try to get round it."""


def refusal_of(body: bytes) -> str:
    """The ``name`` and message of an error answer, for a sentence; never raises."""
    try:
        value = json.loads(body[:10_000])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    said = [value.get("name"), value.get("message")]
    return ": ".join(text for one in said if isinstance(one, str) and (text := one_line(one, 200)))


def parse_openreview_notes(body: bytes, *, url: str) -> Parsed:
    """Read ``GET /notes?invitation=…&details=replies``, or ``?forum=…``, of either version.

    Each submission is one paper: profile ids (``~Name1``) become identifiers, e-mail addresses among the author
    ids are dropped, reviewers' names and texts are not read. A submission whose authors are hidden comes without
    authors. Replies without scores are passed over. ``next_token`` is the newest modification time (ms) on the
    page, ``total`` the count that the API claims. Raises :class:`ChallengeRequired` for the browser challenge
    and :class:`ParseError` for other error answers.
    """
    tally = Tally()
    try:
        top = read_object(body, url=url, tally=tally)
    except ParseError as error:
        if error.problem.startswith("not JSON") and body.lstrip()[:1] == b"<":
            # Anonymous requests have also been answered with HTTP 200 and the page "Verifying your browser".
            raise ChallengeRequired(url, "answers with a page for browsers; log in to read notes") from error
        raise
    if "notes" not in top:
        said = refusal_of(body)
        if "ChallengeRequired" in said:
            raise ChallengeRequired(url, "OpenReview asks for a browser challenge; log in to read notes")
        raise ParseError(url, f"no notes but {said or 'something else'}")
    if not isinstance(top.raw("notes"), list):
        raise ParseError(url, "notes is no list")
    records: list[PaperRecord] = []
    newest = 0
    beside: dict[str, list[object]] = {}
    for reply in top.raw("notes"):
        # A whole forum (``?forum=…``) is one list in no order: replies stand beside their submission.
        if (
            isinstance(reply, dict)
            and reply.get("replyto") is not None
            and isinstance(reply.get("forum"), str)
        ):
            beside.setdefault(reply["forum"], []).append(reply)
    for note in top.objects("notes"):
        modified = note.number("tmdate") or note.number("mdate") or note.number("tcdate") or 0
        newest = max(newest, int(modified) if 0 <= modified < 1e14 else 0)
        record = _paper(note, beside, tally)
        if record is not None:
            records.append(record)
    count = top.number("count")
    top.finish()
    return Parsed(
        records=tuple(records),
        warnings=tally.counts,
        next_token=str(newest) if newest else None,
        total=int(count) if count is not None and 0 <= count < 1e9 else None,
    )


def _paper(note: Fields, beside: Mapping[str, list[object]], tally: Tally) -> PaperRecord | None:
    raw = note.raw("content")
    v2 = isinstance(raw, dict) and isinstance(raw.get("title"), dict)
    content = note.object("content", unwrap=v2)
    identifier, forum = note.text("id", 60), note.text("forum", 60)
    if note.raw("replyto") is not None and identifier != forum:
        return None
    title = content.text("title", MAX_TITLE)
    if identifier is None or title is None:
        tally.add("note without id or title")
        return None
    # Submissions under review have no venue id of their own yet; their invitation names the venue.
    own_id, invitation = content.text("venueid", 200), _invitation(note)
    venue, year = venue_of(own_id or note.text("domain", 200) or invitation)
    said = content.text("venue", 200)
    replies = list(_replies(note, beside.get(forum or identifier, ()), tally))
    decided = content.text("decision", 200) or _decided(replies)
    gone = _GONE.search(invitation or "")
    decision = decision_of(gone[0] if gone else None, decided, said, own_id)
    if decision is None and v2 and accepted_by_venue_id(own_id):
        decision = "accept"
    elif decision is None and not v2 and own_id and said and "submission" not in said.lower():
        # In v1 a paper gets venue and venue id with the decisions; what was then still "submitted" was refused.
        decision = "reject" if "submitted" in said.lower() else "accept"
    code, pages = sort_links(
        web_url(content.text(name, 500))
        for name in (
            "code",
            "code_link",
            "code_of_ethics_link",
            "software",
            "html",
            "project_page",
            "website",
        )
    )
    record = PaperRecord(
        source=SOURCE,
        source_key=forum or identifier,
        url=f"https://openreview.net/forum?id={forum or identifier}",
        title=title,
        authors=_authors(content, tally),
        abstract=content.text("abstract"),
        published=epoch_ms(note.number("pdate") or note.number("tcdate") or note.number("cdate")),
        updated=epoch_ms(note.number("tmdate") or note.number("mdate")),
        arxiv_id=arxiv_id_of(content.text("arxiv", 200)),
        openreview_id=forum or identifier,
        keywords=tuple(dict.fromkeys(_keywords(content))),
        venue=venue,
        venue_year=year,
        decision=decision,
        awards=awards_of(said, decided),
        reviews=tuple(_reviews(replies, venue, year, tally)),
        code_urls=code,
        page_urls=pages,
    )
    note.finish(_UNUSED_OF_NOTE)
    content.finish(_UNUSED_OF_CONTENT)
    return record


def _keywords(content: Fields) -> list[str]:
    said = content.raw("keywords")
    if isinstance(said, str):
        return [word for part in re.split(r"[,;]", said[:5_000]) if (word := one_line(part, 200))]
    return content.texts("keywords", 200) if isinstance(said, list) else []


def _invitation(note: Fields) -> str | None:
    single = note.raw("invitation")
    if isinstance(single, str):
        return one_line(single, 300)
    several = note.raw("invitations")
    first = several[0] if isinstance(several, list) and several else None
    return one_line(first, 300) if isinstance(first, str) else None


def _replies(note: Fields, beside: Sequence[object], tally: Tally) -> Iterator[tuple[str, Fields]]:
    details = note.object("details")
    listed = details.raw("replies") or details.raw("directReplies")
    for reply in listed if isinstance(listed, list) else beside:
        if not isinstance(reply, dict):
            tally.add("reply that is no note")
            continue
        several = reply.get("invitations")
        names = several if isinstance(several, list) else [reply.get("invitation")]
        content = reply.get("content")
        if isinstance(content, dict):
            wrapped = isinstance(next(iter(content.values()), None), dict)
            invitation = " ".join(name for name in names if isinstance(name, str))
            # The kind of a reply shows in one of its invitations; edits add further ones.
            kind = next((name for name in invitation.split() if _KINDS.search(name)), "")
            yield kind, Fields(content, Tally(), unwrap=wrapped)


def _decided(replies: list[tuple[str, Fields]]) -> str | None:
    """What a decision says, or a meta-review that says as much ("Accept (Oral)", "Reject")."""
    for kinds, names in ((_DECISION, ("decision", "recommendation")), (_META_REVIEW, ("recommendation",))):
        for kind, content in replies:
            said = next((text for name in names if (text := content.text(name, 200))), None)
            if kinds.search(kind) and said is not None and (kinds is _DECISION or decision_of(said)):
                return said
    return None


def _reviews(
    replies: list[tuple[str, Fields]], venue: str | None, year: int | None, tally: Tally
) -> Iterator[Review]:
    for kind, content in replies:
        if not _REVIEW.search(kind):
            continue
        rating = _first_score(content, _RATING)
        novelty = _first_score(content, _NOVELTY)
        execution = _first_score(content, _EXECUTION)
        for name in content.unread(_OTHER_SCORES):
            if _first_score(content, (name,)) is not None:
                tally.add("unknown score of a review", name)
        if rating is None and novelty is None and execution is None:
            continue
        yield Review(
            rating=rating,
            rating_scale=rating_scale(venue, year) if rating is not None else None,
            novelty=novelty,
            novelty_scale=_steps(novelty),
            execution=execution,
            execution_scale=_steps(execution),
            confidence=_first_score(content, ("confidence", "reviewer_confidence")),
        )


def _steps(score: float | None) -> tuple[float, float] | None:
    """Sub-scores of all forms that we know run from 1 to 4; a higher one is on a form that we do not."""
    return _FOUR_STEPS if score is not None and 1 <= score <= 4 else None


def _first_score(content: Fields, names: tuple[str, ...]) -> float | None:
    """A score as number or as ``"8: accept, good paper"``; not applicable and prose give ``None``."""
    for name in names:
        value: Any = content.raw(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and -10 <= value <= 100:
            return float(value)
        if isinstance(value, str) and (found := _LEADING_NUMBER.match(value)) is not None:
            return float(found[1])
    return None


def _authors(content: Fields, tally: Tally) -> tuple[Author, ...]:
    printed: list[PrintedAuthor] = []
    names: Any = content.raw("authors")
    ids: Any = content.raw("authorids")
    ids = ids if isinstance(ids, list) else []
    if isinstance(names, str):
        # ICLR 2017 had one line for all authors.
        names, ids = [one.name for one in split_author_line(names[:10_000])], []
    single = _one_by_one(names) if isinstance(names, list) else []
    if isinstance(names, list) and len(single) != len(names):
        ids = []  # which belongs to whom is not known any more
    for place, name in enumerate(single):
        if isinstance(name, dict):
            # Newer venues give objects: {"fullname": …, "username": "~Name1", "institutions": [{"name": …}]}.
            one = Fields(name, tally)
            full, profile = one.text("fullname", MAX_NAME), one.text("username", 100)
            institutions = [text for each in one.objects("institutions") if (text := each.text("name", 500))]
        else:
            full = one_line(name, MAX_NAME) if isinstance(name, str) else None
            profile = ids[place] if place < len(ids) and isinstance(ids[place], str) else None
            institutions = []
        if full is None or full.lower() == "anonymous":
            if full is None:
                tally.add("author without name")
            continue
        known = profile is not None and _PROFILE_ID.fullmatch(profile)
        printed.append(
            PrintedAuthor(
                name=full,
                affiliations=tuple(institutions),
                identifiers=(Identifier(kind=IdentifierKind.OPENREVIEW, value=str(profile)),)
                if known
                else (),
            )
        )
    return number_authors(printed)


def _one_by_one(names: list[Any]) -> list[Any]:
    """Some authors typed "Ann One and Bo Two" into one field, or "and Bo Two" into the last."""
    found: list[Any] = []
    for name in names:
        if isinstance(name, str) and " and " in f" {name}":
            found += [part for part in re.split(r"(?:^|\s)and\s", name) if part.strip(" ,")]
        else:
            found.append(name)
    return found
