"""People's own records and pages, asked for once, against the sample upstream on loopback."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.records import Identifier, IdentifierKind, Page, PersonRecord
from db.schema import RecordRow
from db.store import save_page
from sourcing.app import App, open_app
from sourcing.demo.faults import status
from sourcing.demo.sample import sample_world
from sourcing.demo.settings import save_demo_settings
from sourcing.demo.upstream import DemoUpstream
from sourcing.profiles import FRESH, plan_homepages, plan_orcids, profiles_stage
from sourcing.runs import recorded_run
from sourcing.settings import load_settings

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
    profile = PersonRecord(
        source="openreview",
        source_key="~Owner1",
        url="https://openreview.net/profile?id=~Owner1",
        name=OWNER.name,
        homepage=OWNER.homepage,
        identifiers=(Identifier(kind=IdentifierKind.ORCID, value=str(OWNER.orcid)),),
    )
    page = Page(source="openreview", url=profile.url, fetched_at=opened.now(), terms="t", records=(profile,))
    with opened.session() as session:
        save_page(session, page, suppressor=opened.suppressor())
    yield opened
    opened.close()


def night(app: App) -> dict[str, str]:
    with recorded_run(app, "nightly", {}) as run:
        profiles_stage(app, run)
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
    with app.session() as session:
        assert len(plan_homepages(session, app.now())) == 1
        assert plan_orcids(session, app.now()) == [OWNER.orcid]
        later = app.now() + FRESH + timedelta(days=1)
        assert plan_homepages(session, later) == []
        assert plan_orcids(session, later) == []
