"""What becomes of mutated answers: records that can be stored, counted warnings, or a refusal; nothing else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from mutations import mutants
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.payload import to_payload
from db.records import Author, Cursor, Page, PaperRecord, Parsed, ParseError, PersonRecord, RepositoryRecord
from db.schema import CursorRow, RecordRow
from db.store import save_page
from db.suppression import Suppressor
from spiders.parsing.tally import MAX_KINDS

# Far above what any recorded answer takes, far below what a night could bear.
LONGEST_S = 20.0
_NOBODY = Suppressor(b"k" * 32)


@dataclass
class Outcome:
    """Of all mutants of one answer: how many gave ``records``, ``records, warned``, ``nothing``, ``refused``; how many
    pages were saved; what was wrong (empty is good); the processor seconds of the slowest parse."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


def try_mutants(
    parse: Callable[..., Any],
    body: bytes,
    *,
    name: str,
    url: str,
    source: str,
    count: int,
    session: Session | None,
) -> Outcome:
    """Parse ``count`` mutants of an answer, the same ones each time; with a session, save every tenth."""
    outcome = Outcome()
    for number, (kind, mutant) in enumerate(mutants(body, count, seed=crc32(name.encode()))):
        began = time.process_time()
        try:
            parsed = parse(mutant, url=url)
        except ParseError:
            outcome.counts["refused"] += 1
            continue
        except Exception as error:  # the trial is about exactly this
            outcome.wrong.append(f"{name}, {kind} {number}: {type(error).__name__}: {error}")
            continue
        finally:
            outcome.slowest_s = max(outcome.slowest_s, time.process_time() - began)
        try:
            check(parsed)
        except AssertionError as error:
            outcome.wrong.append(
                f"{name}, {kind} {number}: {str(error).splitlines()[0] if str(error) else 'bad record'}"
            )
            continue
        outcome.counts[_said(parsed)] += 1
        if session is not None and number % 10 == 0 and isinstance(parsed, Parsed):
            wrong = save(session, parsed, source=source, url=url, number=number)
            outcome.counts["saved"] += 1
            outcome.wrong += [f"{name}, {kind} {number}: {wrong}"] if wrong else []
    if outcome.slowest_s > LONGEST_S:
        outcome.wrong.append(f"{name}: a mutant took {outcome.slowest_s:.0f} s")
    return outcome


def _said(parsed: object) -> str:
    if not isinstance(parsed, Parsed):
        return "records" if parsed else "nothing"
    if not parsed.records:
        return "nothing, warned" if parsed.warnings else "nothing"
    return "records, warned" if parsed.warnings else "records"


def save(session: Session, parsed: Parsed, *, source: str, url: str, number: int) -> str | None:
    """Save a page; what is wrong with what the database then holds, ``None`` if nothing is."""
    before = _held(session, source)
    page = Page(
        source=source,
        url=url,
        fetched_at=datetime(2026, 11, 2, tzinfo=UTC),
        terms="none",
        records=parsed.records,
        warnings=parsed.warnings,
        cursor=Cursor(source=source, scope="mutants", value=str(number)),
    )
    try:
        saved = save_page(session, page, suppressor=_NOBODY)
    except Exception as error:  # the trial is about exactly this
        session.rollback()
        half = "" if _held(session, source) == before else ", and half of the page was kept"
        return f"not saved: {type(error).__name__}: {str(error)[:200]}{half}"
    rows, cursor = _held(session, source)
    if saved.fetched != len(parsed.records) or cursor != str(number):
        return f"saved {saved.fetched} of {len(parsed.records)} records, cursor {cursor}"
    if rows < before[0]:
        return f"{before[0] - rows} records are gone"
    return None


def _held(session: Session, source: str) -> tuple[int, str | None]:
    rows = session.scalar(select(func.count()).select_from(RecordRow)) or 0
    cursor = session.scalar(
        select(CursorRow.value).where(CursorRow.source == source, CursorRow.scope == "mutants")
    )
    return rows, cursor


def check(parsed: object) -> None:
    """What the store relies on, whatever the answer was."""
    if parsed is None or isinstance(parsed, str):  # a README
        assert parsed is None or (parsed.strip() == parsed != "" and "\0" not in parsed and parsed.encode())
        return
    if isinstance(parsed, Mapping):
        assert all(isinstance(key, str) and isinstance(value, str) for key, value in parsed.items())
        return
    assert isinstance(parsed, Parsed)
    assert len(parsed.warnings) <= MAX_KINDS + 1
    assert all(count > 0 and len(name) <= 200 for name, count in parsed.warnings.items())
    for record in parsed.records:
        # Every text can be written to a database: no half of a surrogate pair, no NUL.
        repr(to_payload(record)).encode()
        assert "\\x00" not in repr(record)
        assert record.key if isinstance(record, RepositoryRecord) else record.source_key
        # Rows of a file that name no page stand in that file.
        assert record.url.startswith(("http", "file:"))
        if isinstance(record, PaperRecord):
            assert record.title.strip() == record.title != ""
            assert [one.position for one in record.authors] == list(range(1, len(record.authors) + 1))
            assert all(isinstance(one, Author) and one.name.strip() for one in record.authors)
            for url in (*record.code_urls, *record.page_urls):
                assert url.startswith(("http://", "https://"))
        if isinstance(record, PersonRecord):
            assert record.name
            assert (record.email is None) == (record.email_url is None)
