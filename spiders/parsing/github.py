"""GitHub's REST API (version 2022-11-28) → repositories: metadata, README, issues, search results, refusals.

https://docs.github.com/rest/repos/repos, /rest/repos/contents#get-a-repository-readme, /rest/search/search,
/rest/issues/issues#list-repository-issues.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from db.keys.repositories import parse_repository_url
from db.records import Parsed, ParseError, RepositoryRecord, RepositoryStatus
from spiders.parsing.fields import Fields, read_json, read_list, read_object
from spiders.parsing.links import web_url
from spiders.parsing.tally import Tally
from spiders.parsing.text import one_line, utc_datetime

SOURCE = "github"
MAX_README = 60_000
HOST = "github.com"

# Fields of a repository that are of no use to us; link fields end in "_url" and are left out as a family.
_UNUSED = frozenset(
    ["id", "node_id", "disabled", "private", "url", "updated_at", "watchers_count",
     "has_projects", "has_downloads", "has_wiki", "has_pages", "has_discussions", "has_pull_requests", "allow_forking",
     "is_template", "web_commit_signoff_required", "visibility", "forks", "open_issues", "watchers",
     "permissions", "allow_squash_merge", "allow_merge_commit", "allow_rebase_merge", "allow_auto_merge",
     "allow_update_branch", "delete_branch_on_merge", "use_squash_pr_title_as_default",
     "squash_merge_commit_message", "squash_merge_commit_title", "merge_commit_message", "merge_commit_title",
     "organization", "network_count", "subscribers_count", "source", "template_repository", "score",
     "temp_clone_token", "security_and_analysis", "custom_properties", "mirror_url", "master_branch",
     "code_of_conduct", "anonymous_access_enabled", "starred_at", "text_matches", "role_name",
     "pull_request_creation_policy"]
)  # fmt: skip
# How the host sees who opened an issue (schema "author-association"). A mannequin stands for somebody whose account
# was lost in an import, so it is neither.
_INSIDE = frozenset(["OWNER", "MEMBER", "COLLABORATOR"])
_OUTSIDE = frozenset(["NONE", "CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"])
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
# Addresses are never collected from GitHub, so they are taken out before anything is kept.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)


def parse_repository(body: bytes, *, url: str, asked: str | None = None) -> Parsed:
    """Read ``GET /repos/{owner}/{name}``. ``asked`` is the key it was asked for under.

    When that is not its present name, the answer came through a redirect and ``redirected_from`` says so.
    Raises :class:`ParseError` for anything that is not one repository.
    """
    tally = Tally()
    record = _repository(read_object(body, url=url, tally=tally), tally)
    if record is None:
        raise ParseError(url, "not a repository: no usable full_name")
    if asked is not None and asked != record.key:
        record = replace(record, redirected_from=(asked,))
    return Parsed(records=(record,), warnings=tally.counts)


def parse_search(body: bytes, *, url: str) -> Parsed:
    """Read ``GET /search/repositories``. ``total`` is GitHub's count; a search cut short by time is counted."""
    tally = Tally()
    answer = read_object(body, url=url, tally=tally)
    if "items" not in answer:
        raise ParseError(url, "not a search result: no items")
    if answer.flag("incomplete_results"):
        tally.add("search cut short by its time limit")
    found: dict[str, RepositoryRecord] = {}
    for item in answer.objects("items"):
        record = _repository(item, tally)
        if record is None:
            tally.add("item that is no repository")
        else:
            found.setdefault(record.key, record)
    total = answer.number("total_count")
    answer.finish()
    return Parsed(
        records=tuple(found.values()), warnings=tally.counts, total=None if total is None else int(total)
    )


def parse_readme(body: bytes, *, url: str) -> str | None:
    """Read a README: the raw file, or the JSON form with base64. At most 60,000 characters, no e-mail address.

    ``None`` for an empty file, one that is no text (null bytes), and one too large for the API to show.
    """
    if body.lstrip()[:1] == b"{" and b'"content"' in body and b'"encoding"' in body:
        body = _decoded(body, url)
    if b"\x00" in body[:8_000] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = body[: 4 * MAX_README].decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    text = _EMAIL.sub("[address left out]", _UNPRINTABLE.sub("", text))
    return text[:MAX_README].strip() or None


def parse_issues(body: bytes, *, url: str, asked: str | None = None) -> Parsed:
    """Read ``GET /repos/{owner}/{name}/issues`` into counts; who asked, and what, is left where it is.

    Counted are issues opened by people from outside. Left out are pull requests, which the host lists among
    issues, robots, and issues of which it does not say who opened them; the last are a warning, and where
    nothing else is left the counts are unknown. ``asked`` is the key of the repository, by default that of the
    address. Raises :class:`ParseError` for anything that is no list, and where no repository is named.
    """
    tally = Tally()
    address = parse_repository_url(asked or f"{HOST}/{urlsplit(url).path.partition('/repos/')[2]}")
    if address is None:
        raise ParseError(url, "issues of no known repository")
    outside = answered = untold = 0
    since: datetime | None = None
    for issue in Fields({"issues": read_list(body, url=url)}, tally).objects("issues"):
        whose, kind = issue.text("author_association", 40), issue.object("user").text("type", 40)
        if "pull_request" in issue or kind == "Bot" or whose in _INSIDE:
            continue
        state, comments = issue.text("state", 20), _count(issue, "comments")
        opened = utc_datetime(issue.text("created_at", 40))
        if whose not in _OUTSIDE or state not in ("open", "closed") or comments is None or opened is None:
            tally.add("issue that does not say whose it is or what became of it")
            untold += 1
            continue
        outside += 1
        answered += state == "closed" or comments > 0
        since = opened if since is None else min(since, opened)
    known = bool(outside) or not untold
    record = RepositoryRecord(
        source=SOURCE,
        key=address.key,
        url=address.url,
        issues_outside=outside if known else None,
        issues_answered=answered if known else None,
        issues_since=since,
    )
    return Parsed(records=(record,), warnings=tally.counts)


def parse_refusal(status: int, body: bytes, *, url: str, asked: str) -> Parsed:
    """What an answer other than a repository says of the one asked for.

    404: missing (deleted or private: GitHub does not tell). 451, or 403 with a ``block``: blocked, with
    GitHub's reason. Raises :class:`ParseError` for anything else, with the first words of GitHub's message.
    """
    said = _message(body)
    if status == 404:
        state, reason = RepositoryStatus.MISSING, "GitHub answers that there is none: deleted or private"
    elif status == 451 or (
        status == 403 and (said.get("block") or "blocked" in str(said.get("message")).lower())
    ):
        block = said.get("block")
        block = block if isinstance(block, dict) else {}
        why = one_line(str(block.get("reason") or "no reason given"), 60)
        page = web_url(block["html_url"]) if isinstance(block.get("html_url"), str) else None
        state = RepositoryStatus.BLOCKED
        reason = f"blocked by GitHub ({why})" + (f": {page}" if page else "")
    else:
        message = one_line(str(said.get("message") or "no message"), 120)
        raise ParseError(url, f"GitHub answered HTTP {status}: {message}")
    address = parse_repository_url(asked)
    record = RepositoryRecord(
        source=SOURCE,
        key=asked,
        url=f"https://{asked}" if address is None else address.url,
        status=state,
        status_reason=reason,
    )
    return Parsed(records=(record,))


def _repository(item: Fields, tally: Tally) -> RepositoryRecord | None:
    owner, name = item.object("owner"), item.text("name", 100)
    login = owner.text("login", 100)
    # Answers of 2012 have no full name yet.
    full_name = item.text("full_name", 200) or (f"{login}/{name}" if login and name else None)
    address = parse_repository_url(f"{HOST}/{full_name}") if full_name else None
    if address is None:
        return None
    kind = owner.text("type", 40)
    licence = item.object("license").text("spdx_id", 60)
    parent = item.object("parent").text("full_name", 200)
    parent_address = parse_repository_url(f"{HOST}/{parent}") if parent else None
    record = RepositoryRecord(
        source=SOURCE,
        key=address.key,
        url=address.url,
        owner=address.owner,
        owner_is_person={"User": True, "Organization": False}.get(kind or ""),
        name=address.name,
        description=_without_addresses(item.text("description", 1_000)),
        homepage=web_url(item.text("homepage", 500)),
        topics=tuple(item.texts("topics", 60))[:30],
        language=item.text("language", 60),
        licence=None if licence in (None, "NOASSERTION") else licence,
        default_branch=item.text("default_branch", 250),
        is_fork=item.flag("fork"),
        parent_key=None if parent_address is None else parent_address.key,
        archived=item.flag("archived"),
        size_kb=_count(item, "size"),
        stars=_count(item, "stargazers_count"),
        forks=_count(item, "forks_count"),
        open_issues=_count(item, "open_issues_count"),
        has_issues=item.flag("has_issues"),
        created=utc_datetime(item.text("created_at", 40)),
        pushed=utc_datetime(item.text("pushed_at", 40)),
    )
    item.finish(_LinkFields(_UNUSED))
    return record


class _LinkFields(frozenset[str]):
    """Known names, and with them every name that ends in ``_url``."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and name.endswith("_url"))


def _count(item: Fields, name: str) -> int | None:
    value = item.number(name)
    return int(value) if value is not None and 0 <= value < 2**53 else None


def _without_addresses(text: str | None) -> str | None:
    return None if text is None else _EMAIL.sub("[address left out]", text)


def _decoded(body: bytes, url: str) -> bytes:
    file = Fields(read_json(body, url=url), Tally())
    content, encoding = file.raw("content"), file.raw("encoding")
    if encoding != "base64" or not isinstance(content, str):  # "none": the file is larger than a megabyte
        return b""
    try:
        return base64.b64decode(content[: 8 * MAX_README])
    except (binascii.Error, ValueError) as error:
        raise ParseError(url, "a README that is not base64") from error


def _message(body: bytes) -> dict[str, object]:
    """An error's JSON object; gateways answer HTML, which says nothing we could use."""
    try:
        value = json.loads(body[:20_000])
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
