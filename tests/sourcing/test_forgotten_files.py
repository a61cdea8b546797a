"""Somebody who is forgotten is gone from lists, digests and indexes too; and what cannot be reached is said."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, Invented
from typer.testing import CliRunner

from db.queries.candidates import load_candidates
from db.schema import AuditEvent, Person
from ranking.originality.corpus import CorpusIndex
from ranking.originality.text import PaperText
from sourcing.app import App, open_app
from sourcing.cli import app as command_line
from sourcing.deliver import out_folder, remember_digest, save_digest
from sourcing.digest import Section, news_for, render
from sourcing.export import PRESETS, from_csv, save_export, save_text
from sourcing.privacy import forget as forget_module
from sourcing.privacy import traces
from sourcing.privacy.traces import forget_files
from sourcing.role_filters import filter_of
from sourcing.settings import load_settings

NAME = "Zelda Quorumsdottir"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = tmp_path / "home" / "sourcing.toml"
    settings.parent.mkdir()
    settings.write_text('[database]\nurl = "sqlite:///sourcing.db"\n[crawl]\ncache_dir = "cache"\n', "utf-8")
    opened = open_app(load_settings(settings, environ={}), clock=lambda: NOW)
    yield opened
    opened.close()


def exported(app: App, lists: Path) -> tuple[str, dict[str, list[str]]]:
    """Zelda and two others in a sheet of each kind, a digest, a morning's list, a mail and the corpus index.

    Gives Zelda's id, and the sheets' rows of the others as they were written.
    """
    with app.session() as session:
        invented = Invented(session)
        zelda = invented.person(NAME, email="zq@quorum.example", email_url="https://quorum.example")
        others = [
            invented.person("Bo Renn", affiliation=f"Group of {NAME}"), invented.person("Ada Quill; Ä"),
        ]  # fmt: skip
        people: list[Person] = [zelda, *others]
        for one in people:
            invented.paper(one)
        invented.ranked(*people)
        session.commit()
        found = load_candidates(session, ROLE, [one.id for one in people], now=NOW)
        kept: dict[str, list[str]] = {}
        for name, preset in PRESETS.items():
            (file,) = save_export(
                session, found, preset, lists / f"{name}.csv", role=ROLE, by="robin", now=NOW
            )
            kept[name] = file.read_bytes().decode("utf-8-sig").split("\r\n")
        news = news_for(session, filter_of(ROLE, app.settings.roles[ROLE], top=None), now=NOW).news
        html = render(session, [Section(role=ROLE, title="R", news=news, ranked=3)], now=NOW)
        save_text(out_folder(app) / "digest-2026-11-20.html", html)
        save_text(out_folder(app) / "new-ml-researcher-2026-11-20.csv", (lists / "generic.csv").read_text())
        sections = [Section(role=ROLE, title="R", news=news, ranked=3)]
        for name in ("mine.html", "moved.html"):
            save_digest(session, lists / name, sections, app=app)
            remember_digest(app, session, sections, lists / name)
        (lists / "moved.html").unlink()
        details = {"to": ["kim@agency.example"], "roles": [ROLE], "people": [zelda.public_id]}
        session.add(AuditEvent(at=NOW, by="robin", action="mail", details=details))
        session.commit()
        corpus = CorpusIndex.open(app.state_dir("corpus"), "1")
        corpus.add(
            [PaperText(id="arXiv:1", title="Tides", abstract=f"We thank {NAME} for all seas.", published=NOW)]
        )
        corpus.save_state(app.state_dir("corpus"))
        return zelda.public_id, kept


def forget(app: App) -> str:
    said = CliRunner().invoke(command_line, ["-c", str(app.settings.path), "forget", NAME, "--yes"])
    assert said.exit_code == 0, said.output
    return said.stderr


def everything(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).lower()


def test_every_sheet_goes_on_without_them(app: App, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    public_id, before = exported(app, lists)
    assert NAME.lower().encode() in everything(tmp_path)
    told = forget(app)
    left = everything(tmp_path)
    for word in (b"quorumsdottir", b"zelda", b"zq@quorum.example", public_id.encode()):
        assert word not in left, word
    for name, preset in PRESETS.items():
        path = lists / f"{name}.csv"
        assert str(path) in told
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (name == "excel")
        header, rows = from_csv(path.read_text("utf-8"))
        assert header == list(preset.columns)
        assert len(rows) == 2
        assert (
            path.read_bytes().decode().split("\r\n")[-2] == before[name][-2]
        )  # who was not named is as before
    _, rows = from_csv((lists / "generic.csv").read_text("utf-8"))
    assert [row["affiliation"] for row in rows] == ["Group of [removed]", ""]
    assert (out_folder(app) / "new-ml-researcher-2026-11-20.csv").exists()
    assert not (out_folder(app) / "digest-2026-11-20.html").exists()
    assert "digest-2026-11-20.html" in told
    assert not (lists / "mine.html").exists()
    assert "mine.html" in told
    assert "the index of papers' words" in told
    assert not app.state_dir("corpus").exists()


@pytest.mark.parametrize("stopped_at", ["forget_person_files", "leave_no_trace"])
def test_a_forget_that_is_stopped_is_done_by_the_next(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    """Only the tables know what to look for in files, so they go last; until rewritten, pages remember."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    exported(app, tmp_path / "lists")
    room = forget_module if stopped_at == "leave_no_trace" else traces
    with monkeypatch.context() as patch:
        patch.setattr(room, stopped_at, stop)
        first = CliRunner().invoke(command_line, ["-c", str(app.settings.path), "forget", NAME, "--yes"])
    assert first.exit_code != 0
    assert b"quorumsdottir" in everything(tmp_path)
    CliRunner().invoke(command_line, ["-c", str(app.settings.path), "forget", NAME, "--yes"])
    left = everything(tmp_path)
    for word in (b"quorumsdottir", b"zelda", b"zq@quorum.example"):
        assert word not in left, word


def test_what_is_left_of_checkouts_goes_too(app: App, tmp_path: Path) -> None:
    """The history of a repository holds the name and address of everybody who committed to it."""
    exported(app, tmp_path / "lists")
    left = app.state_dir("quarantine") / "checkout-abc" / "history.git"
    left.mkdir(parents=True)
    (left / "pack").write_bytes(b"zlib")
    assert "deleted what was left of checkouts, as their histories name people: 1" in forget(app)
    assert list(app.state_dir("quarantine").iterdir()) == []


def test_who_goes_with_somebody_for_bearing_the_name_is_said_before(app: App) -> None:
    with app.session() as session:
        invented = Invented(session)
        one = invented.person("Min Zhao", affiliation="Lake Institute")
        other = invented.person("Min Zhao", affiliation="Harbour University")
        ids = (one.public_id, other.public_id)
        session.commit()
    said = CliRunner().invoke(command_line, ["-c", str(app.settings.path), "forget", ids[0]], input="n\n")
    assert f"erased too: Min Zhao ({ids[1]}, Harbour University)" in " ".join(said.stderr.split())
    assert f"Erase Min Zhao ({ids[0]}, Lake Institute) for good?" in " ".join(said.stderr.split())
    with app.session() as session:
        assert session.query(Person).count() == 2, "nothing was changed"


def test_what_was_moved_mailed_or_is_no_list_any_more_is_named(app: App, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    exported(app, lists)
    (lists / "gem.csv").unlink()
    (lists / "lever.csv").write_bytes(b"PK\x03\x04 saved as a workbook")
    told = forget(app)
    assert f"yours to clean up: {lists / 'gem.csv'}: no longer there" in told
    assert f"yours to clean up: {lists / 'lever.csv'}: " in told
    assert f"yours to clean up: {lists / 'moved.html'}: no longer there" in told
    assert "yours to clean up: the mail of 2026-11-20 to kim@agency.example" in told
    assert "copies of exported files" in told


@pytest.mark.parametrize("above", ["", "sep=;\r\n", ";;;\r\n\r\n"])
def test_a_sheet_keeps_what_a_spreadsheet_made_of_it(app: App, tmp_path: Path, above: str) -> None:
    lists = tmp_path / "lists"
    exported(app, lists)
    path = lists / "generic.csv"
    header, rows = from_csv(path.read_text("utf-8"))
    saved = io.StringIO(newline="")
    saved.write(above)
    writer = csv.DictWriter(saved, [*header, "mood"], delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**row, "mood": "très bien"} for row in rows)
    path.write_bytes(saved.getvalue().encode("cp1252"))
    forget(app)
    again = path.read_bytes().decode("cp1252")
    _, kept = from_csv(again)
    assert [row["mood"] for row in kept] == ["très bien", "très bien"]
    assert again.startswith(f"{above}candidate_id;")
    assert "Quorumsdottir" not in again
    assert len(kept) == 2, "nor is the row there without the name"


def test_a_short_name_is_not_found_inside_other_words(tmp_path: Path) -> None:
    named, other = tmp_path / "a.xml", tmp_path / "b.csv"
    named.write_text("<keyname>Li</keyname><forenames>Bo</forenames>")
    other.write_text("About people like these")
    assert forget_files(tmp_path, ["Bo Li"]) == (named,)
    assert other.exists()
