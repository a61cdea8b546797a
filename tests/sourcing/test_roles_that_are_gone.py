"""A role that is taken out of the settings leaves no places behind, and nothing that people recorded goes with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from invented_people import NOW, Invented
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from db.schema import DigestEntry, Note, Ranking, StageEvent, TagEvent, Verdict
from sourcing.app import App, open_app
from sourcing.cli import app as command_line
from sourcing.privacy.counterfactual import counterfactual
from sourcing.settings import load_settings

WITHOUT = '[database]\nurl = "sqlite:///sourcing.db"\n[roles.ml-engineer]\npreset = "ml-engineer"\n'
WITH = f'{WITHOUT}[roles.tides]\npreset = "ml-researcher"\ntitle = "Tides"\ntopics = ["tides"]\n'


def run(app: App, *words: str, settings: str) -> Result:
    assert app.settings.path is not None
    app.settings.path.write_text(settings, "utf-8")
    return CliRunner().invoke(command_line, ["-c", str(app.settings.path), *words])


def standing(app: App) -> dict[str, int]:
    with app.session() as session:
        counted = session.execute(select(Ranking.role, func.count()).group_by(Ranking.role))
        return {row[0]: row[1] for row in counted}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = tmp_path / "sourcing.toml"
    settings.write_text(WITH, "utf-8")
    opened = open_app(load_settings(settings, environ={}), clock=lambda: NOW)
    with opened.session() as session:
        invented = Invented(session)
        people = [invented.person(name) for name in ("Ada Quill", "Bo Renn")]
        for person in people:
            invented.paper(person)
        session.add_all(
            [
                StageEvent(person_id=people[0].id, stage="contacted", at=NOW, by="robin"),
                TagEvent(person_id=people[0].id, tag="tidal", added=True, at=NOW, by="robin"),
                Note(person_id=people[0].id, text="ask in May", at=NOW, by="robin"),
                Verdict(person_id=people[0].id, role="tides", verdict="yes", at=NOW, by="robin"),
                DigestEntry(role="tides", person_id=people[0].id, evidence={}, at=NOW),
            ]
        )
        session.commit()
    assert run(opened, "rank", settings=WITH).exit_code == 0
    assert standing(opened)["tides"] == 2
    yield opened
    opened.close()


def test_rank_removes_its_places_and_says_so_once(app: App) -> None:
    answer = run(app, "rank", settings=WITHOUT)
    assert answer.exit_code == 0
    assert "[roles.tides] is not in the settings any more: its 2 places are removed" in answer.stderr
    assert "tides" not in standing(app)
    assert set(standing(app).values()) == {2}  # the others stay
    assert "any more" not in run(app, "rank", settings=WITHOUT).stderr


def test_what_people_recorded_stays_and_the_list_comes_back_with_the_role(app: App) -> None:
    before = json.loads(run(app, "shortlist", "--role", "tides", "--json", settings=WITH).stdout)
    run(app, "rank", settings=WITHOUT)
    with app.session() as session:
        for table in (StageEvent, TagEvent, Note, Verdict, DigestEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 1
    assert run(app, "rank", settings=WITH).exit_code == 0
    assert json.loads(run(app, "shortlist", "--role", "tides", "--json", settings=WITH).stdout) == before


def test_the_audit_proves_every_place_again(app: App) -> None:
    run(app, "rank", settings=WITHOUT)
    assert app.settings.path is not None
    again = open_app(load_settings(app.settings.path, environ={}), clock=lambda: NOW)
    again.console.quiet = True
    assert not [one for one in counterfactual(again).unproved if one.startswith("places")]
    again.close()
