"""People's own records and pages, asked for once, against the sample upstream on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import Identifier, IdentifierKind, Page, PersonRecord
from db.schema import RecordRow
from db.store import save_page
from sourcing.app import App, open_app
from sourcing.demo.faults import status
from sourcing.demo.sample import sample_world
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.profiles import plan_homepages, plan_orcids, profiles_phase, save_looks
from sourcing.runs import recorded_run
from sourcing.settings import load_settings
from sourcing.settings.model import SourceSettings

WORLD = sample_world()
OWNER = next(one for one in WORLD.people if one.homepage and one.orcid and one.email and not one.suppressed)


@pytest.fixture
def upstream() -> Iterator[DemoUpstream]:
    with DemoUpstream(WORLD, night=3) as running:
        yield running


@pytest.fixture
def app(upstream: DemoUpstream, tmp_path: Path) -> Iterator[App]:
    settings = load_settings(save_demo_settings(tmp_path, upstream.urls), environ={})
    opened = open_app(settings, clock=lambda: upstream.now)
    with opened.session() as session:
        save(session, opened, profile(), at=opened.now())
    yield opened
    opened.close()


def profile(key: str = "~Owner1", homepage: str | None = OWNER.homepage) -> PersonRecord:
    return PersonRecord(
        source="openreview",
        source_key=key,
        url=f"https://openreview.net/profile?id={key}",
        name=OWNER.name,
        homepage=homepage,
        identifiers=(Identifier(kind=IdentifierKind.ORCID, value=str(OWNER.orcid)),),
    )


def save(session: Session, app: App, record: PersonRecord, *, at: datetime) -> None:
    page = Page(source="openreview", url=record.url, fetched_at=at, terms="t", records=(record,))
    save_page(session, page, suppressor=app.suppressor())


def night(app: App) -> dict[str, str]:
    with recorded_run(app, "nightly", {}) as run:
        profiles_phase(app, run)
    return run.failed


def records(app: App, source: str) -> list[RecordRow]:
    with app.session() as session:
        return list(session.scalars(select(RecordRow).where(RecordRow.source == source)))


def test_a_fresh_profile_leads_to_its_owners_orcid_and_homepage_once(
    app: App, upstream: DemoUpstream
) -> None:
    assert night(app) == {}
    [orcid] = records(app, "orcid")
    [homepage] = records(app, "homepages")
    assert (orcid.source_key, orcid.payload["name"]) == (OWNER.orcid, OWNER.name)
    assert homepage.payload["email"] == OWNER.email
    assert homepage.payload["email_url"] == homepage.url
    upstream.requests.clear()
    assert night(app) == {}
    assert not upstream.requests.of("orcid")
    assert not upstream.requests.of("project_pages")


def test_a_host_that_is_down_is_named_and_a_page_that_is_gone_fails_nobody(
    app: App, upstream: DemoUpstream
) -> None:
    upstream.faults.add("orcid", status(403))
    upstream.faults.add("project_pages", status(404))
    assert night(app).keys() == {"orcid"}
    assert records(app, "homepages") == []


def test_what_gave_nothing_is_not_asked_for_forever(app: App) -> None:
    """A night, then 1, 2 and 4 days later; then no more, until the profile changes."""
    with app.session() as session:
        asked = []
        for day in range(20):
            now = app.now() + timedelta(days=day)
            plans = [plan_orcids(session, now), plan_homepages(session, now)]
            assert len(plans[0].asked) == len(plans[1].asked)
            asked += [day] * len(plans[0].asked)
            for plan in plans:
                save_looks(session, plan, now)
        assert asked == [0, 1, 3, 7]
        save(session, app, profile(homepage="https://elsewhere.example/"), at=app.now() + timedelta(days=30))
        [moved] = plan_homepages(session, app.now() + timedelta(days=31)).asked
        assert moved["url"] == "https://elsewhere.example/"


def test_whoever_is_away_for_weeks_is_asked_when_they_are_back(
    app: App, upstream: DemoUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.session() as session:
        for number in range(5):
            iris = (Identifier(kind=IdentifierKind.ORCID, value=f"0000-0001-0000-{number:04}"),)
            other = replace(profile(f"~Other{number}", homepage=None), identifiers=iris)
            save(session, app, other, at=app.now())
    upstream.faults.add("orcid", status(403))
    began = app.now()
    for day in range(0, 16, 4):
        monkeypatch.setattr(app, "clock", lambda day=day: began + timedelta(days=day))
        assert "orcid" in night(app)
    upstream.faults.clear()
    monkeypatch.setattr(app, "clock", lambda: began + timedelta(days=16))
    assert night(app) == {}
    assert [one.source_key for one in records(app, "orcid")] == [OWNER.orcid]


def test_more_than_a_night_can_ask_for_is_worked_off_oldest_first(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sourcing.profiles.MOST_PER_NIGHT", 2)
    with app.session() as session:
        pages = [f"https://owner{number}.example/" for number in range(7)]
        for number, page in enumerate(pages):
            save(
                session,
                app,
                profile(f"~Owner{number}", homepage=page),
                at=app.now() + timedelta(hours=number),
            )
        seen = []
        for day in range(4, 9):  # longer after they came than a page is tried for
            now = app.now() + timedelta(days=day)
            plan = plan_homepages(session, now)
            seen.append([one["url"] for one in plan.asked])
            save_looks(session, plan, now)
    assert [page for night in seen for page in night][: len(pages)] == pages


def test_a_source_that_is_switched_off_is_asked_when_it_is_switched_on_again(app: App) -> None:
    app.settings.sources["homepages"] = SourceSettings(enabled=False)
    night(app)
    assert records(app, "homepages") == []
    del app.settings.sources["homepages"]
    night(app)
    assert len(records(app, "homepages")) == 1
