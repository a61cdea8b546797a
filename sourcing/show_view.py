"""One subject for eyes: what it is, each score with its reasons, and where each field comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ranking.code_quality.issues import OutsideIssues
from sourcing.ladder import SIGNS
from sourcing.terminal import Screen, clean, counted, padded, wrapped

MOST_EVIDENCE = 6
_FIRST = ("percentile", "summary")

# Fields that the head of a page shows, in this order, and how each is called.
_HEAD = {
    "affiliation": "works at", "headline": "says", "sector": "sector", "country": "country",
    "first_paper_year": "first paper in", "homepage": "homepage", "email": "address", "email_url": "published at",
    "description": "description", "status": "status", "gone_since": "gone since", "licence": "licence",
    "stars": "stars", "venue": "venue", "venue_year": "year", "decision": "decision", "published": "published",
    "primary_category": "area", "comment": "comment", "url": "at",
}  # fmt: skip
_AXES = {
    "originality": "orig",
    "code_quality": "code",
    "importance": "imp",
    "execution": "exec",
    "fit": "fit",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at a depth; ``heading`` stands out after a blank line, ``soft`` stands back."""

    text: str
    depth: int = 0
    heading: bool = False
    soft: bool = False
    hanging: int = 0
    whole: bool = False


def subject_lines(found: Mapping[str, Any], *, now: datetime, on: Screen) -> Iterator[str]:
    """What :func:`db.queries.show.show` found, in lines of at most ``on.width`` cells.

    ``found`` may hold ``ladder`` and ``open_roles`` besides (of a person), and ``identity``.
    """
    for one in _lines(found, now, on.width):
        if one.heading and one.depth == 0 and one.hanging == 0:
            yield ""
        indent = "  " * one.depth
        style = on.bold if one.heading else on.dim if one.soft else str
        lines = (
            [f"{indent}{one.text}"]
            if one.whole
            else wrapped(clean(one.text), on.text_width, indent, indent + " " * one.hanging)
        )
        yield from map(style, lines)


def _lines(found: Mapping[str, Any], now: datetime, width: int) -> Iterator[Line]:
    fields = found.get("fields", {})
    title = fields.get("full_name") or fields.get("title") or {"value": found["id"]}
    yield Line(str(title["value"]), heading=True, hanging=1)
    if title["value"] != found["id"]:
        yield Line(found["id"], soft=True)
    yield from _head(found, fields)
    if found.get("kind") == "person" and not found.get("works"):
        yield Line(
            "no paper of theirs is known (any more): kept for what is recorded of them here", soft=True
        )
    yield from _roles(found, width)
    yield from _ladder(found.get("ladder", ()))
    yield from _section(
        "Your record",
        (f"{one['at']:%Y-%m-%d}  {one['by']}: {one['said']}" for one in found.get("history", ())),
    )
    if fields.get("abstract"):
        yield Line("Abstract", heading=True)
        yield Line(str(fields["abstract"]["value"]), 1)
    yield from _section("Authors", map(_author, found.get("authors", ())))
    yield from _watch(found.get("watch"), now, 0)
    yield from _scores(found.get("scores", ()), 0)
    for one in found.get("folders", ()):
        yield Line(f"folder {one['folder']}/", heading=True)
        yield from _scores(one["scores"], 1)
    yield from _works(found.get("works", ()), now)
    yield from _section(
        "Further work",
        (
            f"{one['title']} ({one['kind']}, {one['rung']}): {one['url']}"
            for one in found.get("achievements", ())
        ),
    )
    yield from _papers(found.get("papers", ()), now)
    yield from _repositories(found)
    yield from _section(
        "People", (f"{one['id']}  {one['name']}, {_share(one)}" for one in found.get("people", ()))
    )
    yield from _section("Read at", map(_snapshot, found.get("snapshots", ())))
    yield from _section("Earlier names", found.get("earlier_names", ()))
    yield from _section(
        "Maybe the same as",
        (
            f"{one['id']}  {one['name']} ({100 * one['probability']:.0f} %)"
            for one in found.get("maybe_same", ())
        ),
    )
    yield from _identity(found.get("identity") or {})
    yield from _trust(found)
    yield from _provenance(found, fields, now)


def _head(found: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Line]:
    for name, called in _HEAD.items():
        if name in fields:
            value = fields[name]["value"]
            yield Line(f"{called}: {value:%Y-%m-%d}" if isinstance(value, datetime) else f"{called}: {value}")
    if "issues_outside" in fields and fields.get("has_issues", {}).get("value"):
        opened, answered, since = (
            fields.get(f"issues_{what}", {}).get("value") for what in ("outside", "answered", "since")
        )
        yield Line(f"issues: {OutsideIssues(opened=opened, answered=answered or 0, since=since)}")
    name = fields.get("full_name", {}).get("value")
    if also := [one for one in found.get("names", ()) if one != name]:
        yield Line(f"also printed as: {', '.join(also)}")
    for one in found.get("identifiers", ()):
        sure = "" if one["confidence"] == "confirmed" else f" ({one['confidence']}: {one['reason']})"
        yield Line(f"{one['kind']}: {one['value']}{sure}")
    if said := found.get("preference"):
        yield Line(f"{said['verdict']} by {said['by']} on {said['at']:%Y-%m-%d}")


def _roles(found: Mapping[str, Any], room: int) -> Iterator[Line]:
    """Where somebody stands for each role, as a table; the reasons under it are those of the roles that are open.

    Where a table does not fit into ``room`` cells, each role has a line or two.
    """
    roles = found.get("roles", ())
    if not roles:
        return
    yield Line("Roles", heading=True)
    width = max(len(one["role"]) for one in roles) + 2
    shown = [axis for axis in _AXES if any(axis in one["axes"] for one in roles)]
    heads = "".join(padded(_AXES[axis], 5, right=True) for axis in shown)
    fits = room >= len("  place score  range") + width + len(heads)
    if fits:
        yield Line(f"{padded('', width)}place score  range{heads}", 1, soft=True, whole=True)
    for one in roles:
        place = f"#{one['rank']}" if one["rank"] else "–"
        numbers = "".join(padded(_number(one["axes"].get(axis)), 5, right=True) for axis in shown)
        span = f"{one['low']:.0f}–{one['high']:.0f}"
        if not fits:
            axes = " · ".join(f"{_AXES[axis]} {_number(one['axes'].get(axis))}" for axis in shown)
            yield Line(f"{one['role']}: {place} {one['score']:.0f} {span} · {axes}", 1, hanging=2)
            continue
        yield Line(
            f"{padded(one['role'], width)}{place:>5}{one['score']:6.0f} {span:>6}{numbers}", 1, whole=True
        )
    for one in roles:
        told = [f"not listed: {one['excluded']}."] if one["excluded"] else []
        if one["role"] in found.get("open_roles", [one["role"]]):
            told += [one["why"]] * bool(one["why"])
        if one["lift"]:
            told.append(f"{one['lift']:+.1f} points come from the papers you like and dislike.")
        if one["unknown_bars"]:
            unseen = ", ".join(axis.replace("_", " ") for axis in one["unknown_bars"])
            told.append(f"Not seen yet, so not held against them: {unseen}.")
        if told:
            yield Line(f"{one['role']}: {' '.join(told)}", 1, hanging=2)


def _ladder(rungs: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    signs = {str(seen): sign for seen, sign in SIGNS.items()}
    for place, rung in enumerate(rungs):
        if place == 0:
            yield Line("Ladder", heading=True)
        yield Line(f"{signs[rung['seen']]} {rung['rung']}: {rung['seen']}", 1)
        for sign in rung.get("evidence", ()):
            yield Line(f"• {sign['text']}  {sign['url']}", 3, hanging=2)


def _scores(scores: Iterable[Mapping[str, Any]], depth: int) -> Iterator[Line]:
    for one in sorted(scores, key=lambda one: [*_AXES].index(one["axis"])):
        heading = one["axis"].replace("_", " ")
        if one["score"] is None:
            yield Line(
                f"{heading}: {one['status']}{f' ({why})' if (why := one.get('reason')) else ''}", depth, True
            )
        else:
            yield Line(f"{heading}: {_interval(one)}", depth, True)
        # Where it stands among others and what a reviewer would say first go before the parts, all else after them.
        for kind in _FIRST:
            for evidence in one.get("evidence", ()):
                if evidence.get("kind") == kind:
                    yield Line(evidence["text"], depth + 1)
        for part in one["parts"]:
            # Earlier papers go first: they are what a reader can judge by, and the list is cut.
            shown = sorted(part.get("evidence", ()), key=lambda item: item.get("kind") != "earlier paper")
            known = f" {part['score']:.0f}" if part.get("score") is not None else "" if shown else " unknown"
            yield Line(f"{part['name']}:{known}", depth + 1)
            for evidence in shown[:MOST_EVIDENCE]:
                yield _evidence(evidence, depth + 2)
            if len(shown) > MOST_EVIDENCE:
                yield Line(f"• and {len(shown) - MOST_EVIDENCE} more (--json lists them)", depth + 2)
        in_parts = {_key(evidence) for part in one["parts"] for evidence in part.get("evidence", ())}
        for evidence in one.get("evidence", ()):
            if _key(evidence) not in in_parts and evidence.get("kind") not in _FIRST:
                yield _evidence(evidence, depth + 1)
        if (moved := one.get("name_difference")) is not None and one["score"] is not None:
            told = f"moves by {moved:g} points" if moved else "is the same to the last digit"
            places = one.get("name_places") or 0
            where = f", changed at {places:,} place{'s' * (places != 1)}" if places else ""
            yield Line(f"read under other names{where}, it {told}", depth + 1, hanging=depth + 2)


def _key(evidence: Mapping[str, Any]) -> tuple[Any, ...]:
    return evidence.get("text"), evidence.get("location"), evidence.get("url")


def _evidence(evidence: Mapping[str, Any], depth: int) -> Line:
    where = f"{evidence['location']}  " if evidence.get("location") else ""
    weight = f"  {evidence['weight']:+.1f}" if evidence.get("weight") is not None else ""
    url = f"  {evidence['url']}" if evidence.get("url") else ""
    return Line(f"• {where}{evidence.get('text', '')}{weight}{url}", depth, hanging=2)


def _watch(watch: Mapping[str, Any] | None, now: datetime, depth: int) -> Iterator[Line]:
    """That code is waited for, in whose words, and when it is looked for next."""
    if watch is not None:
        again = "in the next night" if watch["next_check"] <= now else f"on {watch['next_check']:%Y-%m-%d}"
        said = f"watched for code since {watch['since']:%Y-%m-%d}: looked at again {again}"
        yield Line(f"{said} ({watch['promise'].rstrip('.')})", depth, hanging=2)


def _works(works: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Line]:
    for one in works:
        if not one["first_author"]:
            continue
        yield Line(one["title"], heading=True)
        when = f"{one['published']:%Y-%m-%d}" if one.get("published") else "date unknown"
        where = "".join(f", {one[name]}" for name in ("venue", "decision") if one.get(name))
        if "id" in one:
            yield Line(f"{one['id']}, {when}{where}", 1, soft=True)
        yield from _watch(one.get("watch"), now, 1)
        yield from _scores(one["scores"], 1)
        for repository in one["repositories"]:
            if "id" in repository:
                yield Line(f"{_place(repository)}: {_link(repository)}", 1, True)
            yield from _scores(repository["scores"], 2)
    others = [one for one in works if not one["first_author"]]
    yield from _section("As a later author", (f"{one['id']}  {one['title']}" for one in others))


def _papers(papers: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[Line]:
    if papers:
        yield Line("Papers", heading=True)
    for one in papers:
        yield Line(f"{one['id']}  {one['title']}: {_link(one)}", 1, hanging=2)
        yield from _watch(one.get("watch"), now, 2)
        for evidence in one["evidence"]:
            yield _evidence(evidence, 2)


def _repositories(found: Mapping[str, Any]) -> Iterator[Line]:
    rows = found.get("repositories", ())
    if rows:
        yield Line("Repositories", heading=True)
    in_works = {linked.get("id") for one in found.get("works", ()) for linked in one["repositories"]}
    for one in rows:
        yield Line(f"{_place(one)}  {_link(one) if 'kind' in one else _share(one)}", 1)
        for evidence in one.get("evidence", ()):
            yield _evidence(evidence, 2)
        if one["id"] not in in_works:
            yield from _scores(one["scores"], 2)


def _identity(found: Mapping[str, Any]) -> Iterator[Line]:
    """Ids that lead here, decisions by hand, and each join of records with its points."""
    yield from _section(
        "Also known here as", (f"{one['id']}  {one['name']}" for one in found.get("redirects", ()))
    )
    yield from _section("Decided by hand", map(_decision, found.get("decisions", ())))
    if found.get("joins"):
        yield Line("Why these papers are one person's", heading=True)
    for one in found.get("joins", ()):
        sure = "" if one["score"] is None else f" ({one['score']:+.1f}, {100 * one['probability']:.1f} %)"
        yield Line(
            f"{_records(one['records'])} + {_records(one['with'])}: {one['reason']}{sure}", 1, hanging=2
        )
        for point in one["points"]:
            yield Line(f"{point['weight']:+6.2f}  {point['kind']}: {point['text']}", 2, hanging=8)


def _decision(one: Mapping[str, Any]) -> str:
    people = " and ".join(one["people"][:2]) if one["kind"] != "split" else one["people"][0]
    of = f" without {', '.join(one['records'])}" if one["kind"] == "split" else ""
    why = f": {one['why']}" if one["why"] else ""
    undone = f" (taken back {one['undone_at']:%Y-%m-%d})" if one["undone_at"] else ""
    return f"{one['at']:%Y-%m-%d}  {one['by']}  {one['kind']} {people}{of}{why}{undone}"


def _records(mentions: Sequence[str]) -> str:
    shown = [one.rpartition("#")[0] for one in mentions[:3]]
    return ", ".join(shown) + (f" and {len(mentions) - 3} more" if len(mentions) > 3 else "")


def _place(one: Mapping[str, Any]) -> str:
    return f"{one['id']}, folder {one['folder']}/" if one.get("folder") else str(one["id"])


def _link(one: Mapping[str, Any]) -> str:
    return f"{one['kind'].replace('_', ' ')} ({100 * one['probability']:.0f} %){_gone(one)}"


def _share(one: Mapping[str, Any]) -> str:
    fork = bool(one.get("is_fork"))
    if one["share"] is None:
        said = f"share of {'its own ' * fork}commits unknown"
    else:
        said = f"{100 * one['share']:.0f} % of {'its own' if fork else 'the'} commits"
    return said + (" (the original's are left out)" if fork else "") + _gone(one)


def _gone(one: Mapping[str, Any]) -> str:
    return f", gone since {since:%Y-%m-%d}" if (since := one.get("gone_since")) else ""


def _author(one: Mapping[str, Any]) -> str:
    mark = " (joint first)" if one["joint_first"] else ""
    where = f", {'; '.join(one['affiliations'])}" if one["affiliations"] else ""
    return f"{one['position']}. {one['name']}{mark}{where}  {one['person'] or ''}"


def _snapshot(one: Mapping[str, Any]) -> str:
    if one["status"] != "read":
        return f"{one['taken_at']:%Y-%m-%d}: not read: {one['reason']}"
    held = f"{counted(one['files'] or 0, 'file')}, {counted(one['commits'] or 0, 'commit')}"
    return f"{one['taken_at']:%Y-%m-%d}: commit {one['commit'][:12]}, {held}"


def _section(heading: str, lines: Iterable[str]) -> Iterator[Line]:
    shown = list(lines)
    if shown:
        yield Line(heading, heading=True)
        for line in shown:
            yield Line(line, 1, hanging=2)


def _number(score: Mapping[str, Any] | None) -> str:
    return "·" if score is None else f"{score['score']:.0f}"


def _interval(score: Mapping[str, Any]) -> str:
    return f"{score['score']:.0f} ({score['low']:.0f}–{score['high']:.0f})"


def _trust(found: Mapping[str, Any]) -> Iterator[Line]:
    """How each score was validated: once, however many works have it."""
    told: dict[str, list[str]] = {}

    def look(scores: Iterable[Mapping[str, Any]]) -> None:
        for one in scores:
            if one.get("validated_on"):
                axes = told.setdefault(one["validated_on"], [])
                axes += [one["axis"].replace("_", " ")] * (one["axis"].replace("_", " ") not in axes)

    look(found.get("scores", ()))
    for one in (*found.get("works", ()), *found.get("repositories", ()), *found.get("folders", ())):
        look(one["scores"])
        for repository in one.get("repositories", ()):
            look(repository["scores"])
    yield from _section(
        "How far to trust the scores", (f"{' and '.join(axes)}: {said}" for said, axes in told.items())
    )


def _provenance(found: Mapping[str, Any], fields: Mapping[str, Any], now: datetime) -> Iterator[Line]:
    """For each field and identifier: its source, its age, and under which terms it may be used."""
    by_origin: dict[tuple[Any, ...], list[str]] = {}
    for name, one in fields.items():
        if "source" in one:
            key = (one["source"], one["url"], one["fetched_at"], one["terms"])
            by_origin.setdefault(key, []).append(name.replace("_", " "))
    for one in found.get("identifiers", ()):
        by_origin.setdefault((one["source"], one["url"], one["fetched_at"], None), []).append(one["kind"])

    def told(at: datetime) -> str:
        days = (now - at).days
        return "today" if days < 1 else f"{days} day{'s' * (days > 1)} old"

    yield from _section(
        "Where it comes from",
        (
            f"{', '.join(names)}: {source}, {told(fetched_at)}"
            f"{f', {url}' if url else ''}{f'; {terms}' if terms else ''}"
            for (source, url, fetched_at, terms), names in by_origin.items()
        ),
    )
    yield from _section(
        "Records",
        (
            f"{one['source']} {one['id']}, {told(one['fetched_at'])}, {one['url']}; {one['terms']}"
            f"{' (withdrawn there)' if one['deleted'] else ''}"
            for one in found.get("records", ())
        ),
    )
