"""One subject for eyes: what it is, each score with its reasons, and where each field comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

Line = str | Text

MOST_EVIDENCE = 6


def print_subject(found: Mapping[str, Any], *, now: datetime) -> None:
    """Print what :func:`db.queries.show.show` found."""
    console = Console(highlight=False)
    for line, depth in _lines(found, now):
        console.print(Padding(line, (0, 0, 0, 2 * depth)))


def _lines(found: Mapping[str, Any], now: datetime) -> Iterator[tuple[Line, int]]:
    fields = found["fields"]
    title = fields.get("full_name") or fields.get("title") or {"value": found["id"]}
    yield Text(str(title["value"]), style="bold"), 0
    yield Text(found["id"], style="dim"), 0
    for name in ("affiliation", "description", "venue", "homepage", "url"):
        if name in fields:
            yield f"{name}: {fields[name]['value']}", 0
    if also := [name for name in found.get("names", ()) if name != title["value"]]:
        yield f"also printed as: {', '.join(also)}", 0
    for one in found.get("identifiers", ()):
        sure = "" if one["confidence"] == "confirmed" else f" ({one['confidence']}: {one['reason']})"
        yield f"{one['kind']}: {one['value']}{sure}", 0
    if said := found.get("preference"):
        yield f"{said['verdict']} by {said['by']} on {said['at']:%Y-%m-%d}", 0
    yield from _roles(found.get("roles", ()))
    yield from _scores(found.get("scores", ()), 0)
    yield from _works(found.get("works", ()))
    yield from _section(
        "Papers", (f"{one['id']}  {one['title']} — {_link(one)}" for one in found.get("papers", ()))
    )
    yield from _section("Authors", (_author(one) for one in found.get("authors", ())))
    yield from _repositories(found)
    yield from _section(
        "People", (f"{one['id']}  {one['name']}  {_share(one)}" for one in found.get("people", ()))
    )
    yield from _section("Read at", (_snapshot(one) for one in found.get("snapshots", ())))
    yield from _section(
        "Maybe the same as",
        (
            f"{one['id']}  {one['name']}  ({100 * one['probability']:.0f} %)"
            for one in found.get("maybe_same", ())
        ),
    )
    yield from _identity(found.get("identity") or {})
    yield from _section(
        "History", (f"{one['at']:%Y-%m-%d}  {one['by']}: {one['said']}" for one in found.get("history", ()))
    )
    yield from _provenance(fields, now)


def _identity(found: Mapping[str, Any]) -> Iterator[tuple[Line, int]]:
    """Ids that lead here, decisions by hand, and each join of records with its points."""
    yield from _section(
        "Also known here as", (f"{one['id']}  {one['name']}" for one in found.get("redirects", ()))
    )
    yield from _section("Decided by hand", map(_decision, found.get("decisions", ())))
    if found.get("joins"):
        yield Text("\nWhy these papers are one person's", style="bold"), 0
    for one in found.get("joins", ()):
        sure = "" if one["score"] is None else f" ({one['score']:+.1f}, {100 * one['probability']:.1f} %)"
        yield f"{_records(one['records'])} + {_records(one['with'])}: {one['reason']}{sure}", 1
        for point in one["points"]:
            yield f"{point['weight']:+6.2f}  {point['kind']}: {point['text']}", 2


def _decision(one: Mapping[str, Any]) -> str:
    people = " and ".join(one["people"][:2]) if one["kind"] != "split" else one["people"][0]
    of = f" without {', '.join(one['records'])}" if one["kind"] == "split" else ""
    why = f": {one['why']}" if one["why"] else ""
    undone = f" (taken back {one['undone_at']:%Y-%m-%d})" if one["undone_at"] else ""
    return f"{one['at']:%Y-%m-%d}  {one['by']}  {one['kind']} {people}{of}{why}{undone}"


def _records(mentions: Sequence[str]) -> str:
    shown = [one.rpartition("#")[0] for one in mentions[:3]]
    return ", ".join(shown) + (f" and {len(mentions) - 3} more" if len(mentions) > 3 else "")


def _roles(roles: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Line, int]]:
    for one in roles:
        place = f"#{one['rank']}" if one["rank"] else f"not listed: {one['excluded']}"
        yield (
            Text(
                f"\n{one['role']}: {one['score']:.0f} ({one['low']:.0f}–{one['high']:.0f}), {place}",
                style="bold",
            ),
            0,
        )
        yield one["why"], 1
        if one["lift"]:
            yield f"{one['lift']:+.1f} of it from the papers you like and dislike", 1
        for axis, score in one["axes"].items():
            yield f"{axis:<13} {_interval(score)}", 1
        if one["unknown_bars"]:
            yield f"not seen yet, so not held against them: {', '.join(one['unknown_bars'])}", 1


def _scores(scores: Iterable[Mapping[str, Any]], depth: int) -> Iterator[tuple[Line, int]]:
    for one in scores:
        heading = one["axis"].replace("_", " ")
        if one["score"] is None:
            yield Text(f"\n{heading}: {one['status']}", style="bold"), depth
            yield str(one["reason"] or ""), depth + 1
        else:
            yield Text(f"\n{heading}: {_interval(one)}", style="bold"), depth
        for part in one["parts"]:
            known = "unknown" if part.get("score") is None else f"{part['score']:.0f}"
            yield f"{part['name']}: {known}", depth + 1
            for evidence in part.get("evidence", ())[:MOST_EVIDENCE]:
                yield _evidence(evidence), depth + 2
        in_parts = {_key(evidence) for part in one["parts"] for evidence in part.get("evidence", ())}
        for evidence in one["evidence"]:
            if _key(evidence) not in in_parts:
                yield _evidence(evidence), depth + 1
        if one["validated_on"]:
            yield Text(f"how far to trust it: {one['validated_on']}", style="dim"), depth + 1


def _key(evidence: Mapping[str, Any]) -> tuple[Any, ...]:
    return evidence.get("text"), evidence.get("location"), evidence.get("url")


def _evidence(evidence: Mapping[str, Any]) -> Text:
    line = Text("• ")
    if evidence.get("location"):
        line.append(f"{evidence['location']}  ", style="cyan")
    line.append(str(evidence.get("text", "")))
    if evidence.get("weight") is not None:
        line.append(f"  {evidence['weight']:+.1f}", style="dim")
    if evidence.get("url"):
        line.append(f"  {evidence['url']}", style="dim")
    return line


def _works(works: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Line, int]]:
    for one in works:
        if not one["first_author"]:
            continue
        when = f"{one['published']:%Y-%m-%d}" if one["published"] else "date unknown"
        where = ", ".join(["", *(str(one[name]) for name in ("venue", "decision") if one[name])])
        yield Text(f"\n{one['title']}", style="bold"), 0
        yield f"{one['id']}, {when}{where}", 1
        yield from _scores(one["scores"], 1)
        for repository in one["repositories"]:
            yield f"{repository['id']}: {_link(repository)}", 1
            yield from _scores(repository["scores"], 2)
    others = [one for one in works if not one["first_author"]]
    yield from _section("Further papers", (f"{one['id']}  {one['title']}" for one in others))


def _repositories(found: Mapping[str, Any]) -> Iterator[tuple[Line, int]]:
    rows = found.get("repositories", ())
    if not rows:
        return
    yield Text("\nRepositories", style="bold"), 0
    for one in rows:
        yield f"{one['id']}  {_link(one) if 'kind' in one else _share(one)}", 1
        if "kind" in one:
            for evidence in one["evidence"]:
                yield _evidence(evidence), 2


def _link(one: Mapping[str, Any]) -> str:
    return f"{one['kind'].replace('_', ' ')} ({100 * one['probability']:.0f} %)"


def _share(one: Mapping[str, Any]) -> str:
    return (
        "share of commits unknown" if one["share"] is None else f"{100 * one['share']:.0f} % of the commits"
    )


def _author(one: Mapping[str, Any]) -> str:
    mark = " (joint first)" if one["joint_first"] else ""
    where = f", {'; '.join(one['affiliations'])}" if one["affiliations"] else ""
    return f"{one['position']}. {one['name']}{mark}{where}  {one['person'] or ''}"


def _snapshot(one: Mapping[str, Any]) -> str:
    if one["status"] != "read":
        return f"{one['taken_at']:%Y-%m-%d}: not read: {one['reason']}"
    return f"{one['taken_at']:%Y-%m-%d}: commit {one['commit'][:12]}, {one['files']} files, {one['commits']} commits"


def _section(heading: str, lines: Iterable[str]) -> Iterator[tuple[Line, int]]:
    shown = list(lines)
    if shown:
        yield Text(f"\n{heading}", style="bold"), 0
        for line in shown:
            yield line, 1


def _interval(score: Mapping[str, Any]) -> str:
    return f"{score['score']:.0f} ({score['low']:.0f}–{score['high']:.0f})"


def _provenance(fields: Mapping[str, Mapping[str, Any]], now: datetime) -> Iterator[tuple[Line, int]]:
    by_origin: dict[tuple[str, str, datetime, str], list[str]] = {}
    for name, one in fields.items():
        if "source" in one:
            key = (one["source"], one["url"], one["fetched_at"], one["terms"])
            by_origin.setdefault(key, []).append(name)
    if by_origin:
        yield Text("\nWhere it comes from", style="bold"), 0
    for (source, url, fetched_at, terms), names in by_origin.items():
        age = (now - fetched_at).days
        yield f"{', '.join(names)}: {source}, {url}, {age} days old; {terms}", 1
