"""Whatever arrives, a parser gives records that can be stored, or counted warnings, or a ParseError."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest
from fixture_cases import CASES, Case
from hypothesis import given
from hypothesis import strategies as st
from mutations import mutants
from recordings import RECORDINGS, Recording
from sqlalchemy.orm import Session

from db.payload import to_payload
from db.records import Author, Page, PaperRecord, Parsed, ParseError, PersonRecord, RepositoryRecord
from db.store import save_page
from db.suppression import Suppressor
from spiders.parsing.tally import MAX_KINDS

# 500 of each recording by hand: SOURCING_MUTANTS=500 pytest tests/spiders/test_hostile_answers.py
COUNT = int(os.environ.get("SOURCING_MUTANTS", "22"))


def check(parsed: object) -> None:
    """What the store relies on, whatever the answer was."""
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
        assert record.url.startswith("http")
        if isinstance(record, PaperRecord):
            assert record.title.strip() == record.title != ""
            assert [one.position for one in record.authors] == list(range(1, len(record.authors) + 1))
            assert all(isinstance(one, Author) and one.name.strip() for one in record.authors)
            for url in (*record.code_urls, *record.page_urls):
                assert url.startswith(("http://", "https://"))
        if isinstance(record, PersonRecord):
            assert record.name
            assert (record.email is None) == (record.email_url is None)


def try_one(parse: object, body: bytes, url: str, label: str) -> None:
    try:
        parsed = parse(body, url=url)  # type: ignore[operator]
    except ParseError:
        return
    except Exception as error:  # the test is about exactly this
        error.add_note(f"{label}: {body[:200]!r}")
        raise
    check(parsed)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_mutants_of_invented_answers(case: Case) -> None:
    for label, body in mutants(case.body, COUNT, seed=crc32(str(case).encode())):
        try_one(lambda b, url: case.parse(b), body, case.url, label)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_mutants_give_can_be_saved(case: Case, session: Session) -> None:
    for _, body in mutants(case.body, COUNT // 2, seed=crc32(str(case).encode()) + 1):
        try:
            parsed = case.parse(body)
        except ParseError:
            continue
        if isinstance(parsed, Parsed) and parsed.records:
            page = Page(
                source=case.source,
                url=case.url,
                fetched_at=datetime(2026, 11, 2, tzinfo=UTC),
                terms="none",
                records=parsed.records,
                warnings=parsed.warnings,
            )
            assert save_page(session, page, suppressor=Suppressor(b"k" * 32)).fetched == len(parsed.records)


@pytest.mark.realdata
@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_mutants_of_recorded_answers(recording: Recording, upstream_data: Path) -> None:
    body = recording.body(upstream_data)
    for label, mutant in mutants(body, COUNT, seed=crc32(str(recording).encode())):
        try_one(recording.parse, mutant, recording.url, label)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_noise_and_other_sites_answers(case: Case) -> None:
    @given(st.binary(max_size=200))
    def noise(body: bytes) -> None:
        try_one(lambda b, url: case.parse(b), body, case.url, "noise")

    noise()
    for other in CASES:
        try_one(lambda b, url: case.parse(b), other.body, case.url, f"answer of {other}")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_over_the_limit_is_refused_and_not_read(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spiders.parsing import feeds, fields, markup

    monkeypatch.setattr(markup, "MAX_BYTES", 10)
    monkeypatch.setattr(fields, "MAX_JSON_BYTES", 10)
    monkeypatch.setattr(feeds, "MAX_FEED_BYTES", 10)
    with pytest.raises(ParseError, match="limit"):
        case.parse(case.body)
