"""Whatever arrives, a parser gives records that can be stored, or counted warnings, or a ParseError."""

import pytest
from file_cases import FILE_CASES, TEAMS, FileCase
from fixture_cases import CASES, Case
from hypothesis import given, settings
from hypothesis import strategies as st
from mutant_trial import check, try_mutants
from recordings import Recording
from sqlalchemy.orm import Session

from db.records import Parsed, ParseError

# 500 of each answer by hand: python -m benchmarks.mutants
COUNT = 22


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
def test_mutants_of_invented_answers(case: Case, session: Session) -> None:
    outcome = try_mutants(
        lambda body, url: case.parse(body),
        case.body,
        name=str(case),
        url=case.url,
        source=case.source,
        count=COUNT,
        session=session,
    )
    assert outcome.wrong == []
    assert outcome.counts.total() - outcome.counts["saved"] == COUNT


@pytest.mark.parametrize("case", FILE_CASES, ids=str)
def test_mutants_of_files_that_are_imported(case: FileCase) -> None:
    outcome = try_mutants(
        case.parse, case.body, name=str(case), url=str(case), source=case.source, count=COUNT, session=None
    )
    assert outcome.wrong == []
    # Most are read in part: had all been refused, nothing would have been tried but the refusal.
    assert outcome.counts["refused"] < COUNT / 2


@pytest.mark.parametrize("name", ["kaggle_printed.csv", "kaggle_table.txt"])
def test_a_printed_leaderboards_teams_are_read_before_they_are_mutated(name: str) -> None:
    [case] = [one for one in FILE_CASES if one.file == name]
    assert case.parse(case.body, url=name) == Parsed(warnings={TEAMS: 2})


@pytest.mark.realdata
def test_mutants_of_recorded_answers(recorded: dict[str, Recording]) -> None:
    """A few mutants of one answer to each parser."""
    first = {one.parser: one for one in reversed(recorded.values()) if len(one.body) < 500_000}
    assert len(first) > 10
    for one in first.values():
        outcome = try_mutants(
            one.parse, one.body, name=one.name, url=one.url, source=one.source, count=11, session=None
        )
        assert outcome.wrong == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_noise_and_other_sites_answers(case: Case) -> None:
    @settings(max_examples=30)
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
