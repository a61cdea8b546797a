"""No score of code and no share of the commits moves with names: the same under other names gives the same numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from invented_people import NOW, Invented
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from db.records import Assessment
from db.schema import AssessmentRow, Contribution, Person, Repository, Snapshot
from db.store.scores import save_assessments
from ranking.code_quality import CodeQualityScorer, SourceTree, reading
from ranking.code_quality.authorship import people
from ranking.code_quality.tree import AuthorShare, CommitFacts, SourceFile
from sourcing.app import App, open_app
from sourcing.assess import fetching
from sourcing.assess.wanted import WantedCode
from sourcing.checkout import CheckoutError, CommitLog, commit_log
from sourcing.checkout.limits import Refusal
from sourcing.cli import app as command_line
from sourcing.lock import run_lock
from sourcing.privacy import code_counterfactual, code_proof
from sourcing.privacy.code_counterfactual import prove_code
from sourcing.privacy.code_proof import CodeReading, Histories, assessed
from sourcing.privacy.other_names import CHANGES, Renamer, names_pattern
from sourcing.rank import rank_roles
from sourcing.settings import load_settings

CODE = '''"""Tides, by Ingrid Solberg (isolberg)."""
import argparse

import torch
from solbergtides.model import Tide


def train(rate: float, steps: int = 100) -> float:
    """Fit a tide; after I. Solberg, Fjord Institute."""
    tide, loss = Tide(rate), 0.0
    for step in range(steps):
        loss += tide.forward(torch.tensor(float(step)))
    return loss


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=0.1)
    print(train(parser.parse_args().rate))
'''
FILES = {
    "README.md": "# Tides\n\nCode of Ingrid Solberg (Fjord Institute).\n\n    git clone https://github.com/isolberg/tides\n"
    "    pip install -e .\n    python isolberg/train.py --rate 0.1\n\nCite: Solberg, Ingrid. Tides.\n",
    "LICENSE": "MIT License\n\nCopyright (c) 2026 Ingrid Solberg\n\nPermission is hereby granted, free of charge\n",
    "isolberg/train.py": CODE,
    "isolberg/model.py": "\n\n".join(
        f"def tide_{n}(x: float) -> float:\n    y = x + {n}\n    return y * {n}" for n in range(20)
    ),
    "tests/test_train.py": "from isolberg.train import train\n\n\ndef test_it():\n    assert train(0.1) > 0\n",
    "pyproject.toml": '[project]\nname = "tides"\nauthors = [{name = "Ingrid Solberg"}]\n',
}
HISTORY = CommitFacts(
    total=9, authored=9, complete=True, first=NOW, last=NOW, active_weeks=3,
    authors=(AuthorShare(names=("Ingrid Solberg",), commits=9, share=1.0, logins=("isolberg",)),),
)  # fmt: skip
TREE = SourceTree(
    files=tuple(SourceFile(path=path, size=len(text.encode()), content=text.encode()) for path, text in FILES.items()),
    commits=HISTORY,
)  # fmt: skip
KEY = "github.com/isolberg/tides"
GONE = "github.com/gone/net"


def log_of(*commits: tuple[str, str], subject: str = "Add a tide gauge") -> CommitLog:
    """A log of commits by (name, address), a day apart."""
    printed = (
        f"{mail}\0{name}\0{1_780_000_000 + 86_400 * day}\0abc\0{subject}\0\x02\n"
        for day, (name, mail) in enumerate(commits)
    )
    return CommitLog(raw="".join(printed).encode(), complete=True)


LOG = log_of(
    *[("Ingrid Solberg", "ingrid@fjord.example")] * 3,
    *[("isolberg", "12+isolberg@users.noreply.github.com")] * 1,
    *[("Ingrid Solberg", "12+isolberg@users.noreply.github.com")] * 2,
    *[("Tomas Okafor", "tomas@kestrel.example")] * 4,
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = tmp_path / "sourcing.toml"
    settings.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/test.db"\n', "utf-8")
    opened = open_app(load_settings(settings, environ={}), clock=lambda: NOW)
    opened.console.quiet = True
    yield opened
    opened.close()


READING = CodeReading(key=KEY, tree=replace(TREE, commits=LOG.counted()), log=LOG)


@pytest.fixture
def held(app: App) -> Iterator[Session]:
    """Two repositories that were read and scored by a version that tried nothing; one of them is gone by now."""
    with app.session() as session:
        invented = Invented(session)
        ingrid = invented.person("Ingrid Solberg", affiliation="Fjord Institute")
        paper = invented.paper(ingrid)
        for key in (GONE, KEY):
            code = invented.repository(key, paper, owner=ingrid)
            session.add(
                Snapshot(repository_id=code.id, commit="c0ffee", subdirectory="", status="read", taken_at=NOW)
            )
            row = session.scalars(
                select(Contribution).where(Contribution.repository_id == code.id)
            ).one_or_none()
            if row is None:
                row = Contribution(repository_id=code.id, person_id=ingrid.id, seen_at=NOW)
                session.add(row)
            row.share, row.name_difference = 0.6, None
            session.execute(delete(AssessmentRow).where(AssessmentRow.subject_id == key))
            save_assessments(session, [CodeQualityScorer.load().assess(key, READING.tree)], now=NOW)
        session.commit()
        rank_roles(session, app.settings.roles, now=NOW)
        yield session


def fetch(wanted: WantedCode, commit: str) -> CodeReading:
    assert commit == "c0ffee"
    if wanted.key != KEY:
        raise CheckoutError(wanted.key, Refusal.MISSING, "there is nothing any more.")
    return READING


def no_fetch(wanted: WantedCode, commit: str) -> CodeReading:
    raise AssertionError((wanted.key, commit))


def test_names_go_from_paths_files_history_and_address_and_nothing_else_does() -> None:
    renamer = Renamer(names_pattern({"Ingrid Solberg", "isolberg"}), CHANGES["swapped"])
    key, other = renamer.key(KEY), renamer.tree(TREE)
    assert key == "github.com/vfbyoret/tides"
    assert other.commits is not None
    assert other.commits.authors[0].names == ("Vatevq Fbyoret",)
    text = b"\n".join(one.content or b"" for one in other.files)
    assert b"isolberg" not in text
    assert b"Cite: Fbyoret, Vatevq. Tides." in text
    assert b"Copyright (c) 2026 Vatevq Fbyoret" in text
    assert b"from vfbyoret.train import train" in text
    assert b"from solbergtides.model import Tide" in text
    assert {one.path for one in other.files} >= {"vfbyoret/train.py", "tests/test_train.py"}
    assert [one.size for one in other.files] == [len(one.content or b"") for one in other.files]
    assert renamer.places >= 9
    back = Renamer(names_pattern({"Vatevq Fbyoret", "vfbyoret"}), CHANGES["swapped"])
    assert (back.key(key), back.tree(other)) == (KEY, TREE)


def test_a_history_goes_to_other_people_with_their_addresses_and_domains() -> None:
    letters = Renamer(names_pattern({"Ingrid Solberg"}), CHANGES["swapped"])
    log = log_of(
        ("Ingrid Solberg", "12+isolberg@users.noreply.github.com"),
        ("José Mora", "jose@fjord.example"),
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        subject="Merge what Ingrid Solberg sent",
    )
    told = log.under(letters.name, letters.text).raw.decode()
    assert "12+vfbyoret@users.noreply.github.com\0Vatevq Fbyoret" in told
    assert "wbfr@swbeq.rknzcyr\0Wbfŕ Zben" in told
    assert "dependabot[bot]@users.noreply.github.com\0dependabot[bot]" in told
    assert "Merge what Vatevq Fbyoret sent" in told


def test_what_was_not_tried_is_read_again_once_and_what_is_gone_is_named(app: App, held: Session) -> None:
    waited: list[float] = []
    proof = prove_code(app, held, fetch=fetch, pause=waited.append)
    assert (proof.scores.compared, proof.scores.differing) == (1, 0)
    assert (proof.shares.compared, proof.shares.differing) == (1, 0)
    assert (proof.read_again, proof.failed) == (1, 1)
    assert proof.places >= 12
    assert proof.unproved == [
        f"code of {GONE}: there is nothing any more",
        f"a share of the commits of {GONE}: there is nothing any more",
    ]
    assert waited == [pytest.approx(app.settings.delays.github_git, abs=1)]

    def only_gone(wanted: WantedCode, commit: str) -> CodeReading:
        assert wanted.key == GONE
        return fetch(wanted, commit)

    held.rollback()
    again = prove_code(app, held, fetch=only_gone, pause=waited.append)
    assert (again.scores, again.shares, again.unproved) == (proof.scores, proof.shares, proof.unproved)
    assert again.read_again == 0


def test_ctrl_c_keeps_what_was_proved(app: App, held: Session) -> None:
    asked: list[str] = []

    def stopped(wanted: WantedCode, commit: str) -> CodeReading:
        asked.append(wanted.key)
        if len(asked) > 1:
            raise KeyboardInterrupt
        return replace(READING, key=wanted.key)

    with pytest.raises(KeyboardInterrupt):
        prove_code(app, held, fetch=stopped, pause=lambda _: None)
    held.rollback()
    kept = prove_code(app, held, 0, fetch=no_fetch)
    assert (kept.scores.compared, kept.shares.compared, len(kept.unproved)) == (1, 1, 2)


def test_a_night_that_begins_ends_the_reading_and_waits_for_nothing(app: App, held: Session) -> None:
    def meanwhile(wanted: WantedCode, commit: str) -> CodeReading:
        with run_lock(app.settings.database.url):  # a night can begin while a host is asked
            pass
        night.__enter__()
        return replace(READING, key=wanted.key)

    night = run_lock(app.settings.database.url)
    proof = prove_code(app, held, fetch=meanwhile, pause=lambda _: None)
    night.__exit__(None, None, None)
    assert (proof.read_again, proof.failed, proof.scores.compared) == (0, 2, 0)
    assert f"code of {KEY}: another run began meanwhile; ask again after it" in proof.unproved


def test_without_a_network_a_host_is_not_asked_for_everything(app: App, held: Session) -> None:
    invented = Invented(held, first=50)
    ingrid = held.scalars(select(Person)).first()
    assert ingrid is not None
    for number in range(4):
        code = invented.repository(f"github.com/isolberg/more{number}", invented.paper(ingrid), owner=ingrid)
        row = Snapshot(repository_id=code.id, commit="c0ffee", subdirectory="", status="read", taken_at=NOW)
        held.add(row)
    held.query(Contribution).update({"name_difference": None})
    held.commit()
    asked: list[str] = []

    def silence(wanted: WantedCode, commit: str) -> CodeReading:
        asked.append(wanted.key)
        raise CheckoutError(wanted.key, Refusal.UNREACHABLE, "its host does not answer.")

    proof = prove_code(app, held, fetch=silence, pause=lambda _: None)
    assert len(asked) == 3
    assert proof.failed == 6
    assert sum(said.endswith("github.com does not answer") for said in proof.unproved) >= 3


def test_the_original_of_a_fork_is_asked_for_no_faster_than_the_settings_say(
    app: App, held: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork = held.scalars(select(Repository).where(Repository.key == KEY)).one()
    fork.is_fork, fork.parent_key = True, "github.com/fjord/tides"
    held.execute(delete(Snapshot).where(Snapshot.repository_id != fork.id))
    held.commit()
    asked: list[str] = []

    def fetched(key: str, **_: object) -> SourceTree:
        asked.append(key)
        return READING.tree

    monkeypatch.setattr(fetching, "fetch_snapshot", fetched)
    waited: list[float] = []
    prove_code(app, held, pause=waited.append)
    assert asked == [KEY, "github.com/fjord/tides"]
    assert waited == [pytest.approx(app.settings.delays.github_git, abs=1)]


def test_a_number_reads_so_many_again_and_0_asks_nobody(app: App, held: Session) -> None:
    none = prove_code(app, held, 0, fetch=no_fetch)
    assert none.scores.compared == 0
    assert len(none.unproved) == 4
    assert all("not read again" in said for said in none.unproved)
    asked: list[str] = []

    def noted(wanted: WantedCode, commit: str) -> CodeReading:
        asked.append(wanted.key)
        return replace(fetch(replace(wanted, key=KEY), commit), key=wanted.key)

    prove_code(app, held, 1, fetch=noted, pause=lambda _: None)
    first = list(asked)
    assert len(first) == 1
    prove_code(app, held, 1, fetch=noted, pause=lambda _: None)
    assert asked == first * 2  # the same draw, though it is proved by now
    prove_code(app, held, 9, fetch=noted, pause=lambda _: None)
    assert sorted(asked[2:]) == [GONE, KEY]
    assert prove_code(app, held, fetch=no_fetch).unproved == []


def test_a_stored_score_that_reads_otherwise_today_is_not_proved(app: App, held: Session) -> None:
    row = held.scalars(select(AssessmentRow).where(AssessmentRow.subject_id == KEY)).one()
    row.score = (row.score or 0.0) + 0.1
    share = held.scalars(select(Contribution).order_by(Contribution.id.desc())).first()
    assert share is not None
    share.share = 0.61
    held.commit()
    said = " ".join(prove_code(app, held, fetch=fetch, pause=lambda _: None).unproved)
    assert f"code of {KEY}: its score reads otherwise today than when it was stored" in said
    assert f"a share of the commits of {KEY}" in said
    row.scorer_version = "0"
    held.commit()
    said = " ".join(prove_code(app, held, fetch=fetch, pause=lambda _: None).unproved)
    assert "another version of the scorer" in said


def test_only_files_with_names_in_them_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    fair = reading.read_files

    def noted(files: Sequence[SourceFile], limits: object = None) -> object:
        read.extend(one.path for one in files)
        return fair(files, limits)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_files", noted)
    tree = replace(TREE, files=(*TREE.files, SourceFile(path="plain.py", size=40, content=b"x = 1\n" * 9)))
    plain = CodeQualityScorer.load().assess(KEY, tree)
    assert read.count("plain.py") == 1
    read.clear()
    (one,) = assessed(CodeQualityScorer.load(), replace(READING, tree=tree, log=None), {"Ingrid Solberg"})
    assert replace(one, name_difference=None, name_places=None) == plain
    assert read.count("plain.py") == 1
    assert len(read) > len(set(read)) or {"qqqqqqqq/train.py", "vfbyoret/train.py"} <= set(read)


def _liking_ingrid(monkeypatch: pytest.MonkeyPatch) -> None:
    fair = CodeQualityScorer.assess

    def biased(scorer: CodeQualityScorer, key: str, tree: SourceTree, **more: object) -> Assessment:
        found = fair(scorer, key, tree, **more)  # type: ignore[arg-type]
        liked = any(b"Ingrid Solberg" in (one.content or b"") for one in tree.files)
        return replace(found, score=(found.score or 0.0) + 0.001 * liked)

    monkeypatch.setattr(CodeQualityScorer, "assess", biased)


def test_a_scorer_that_likes_a_name_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    (fair,) = assessed(CodeQualityScorer.load(), READING, {"Ingrid Solberg", "Fjord Institute"})
    assert fair.name_difference == 0.0
    assert (fair.name_places or 0) >= 12
    _liking_ingrid(monkeypatch)
    (one,) = assessed(CodeQualityScorer.load(), READING, {"Ingrid Solberg"})
    assert one.name_difference == pytest.approx(0.001)


def _favouring(rule: Callable[[str], bool], monkeypatch: pytest.MonkeyPatch) -> None:
    def biased(tree: SourceTree, name: str, *, logins: tuple[str, ...] = ()) -> float | None:
        share = people.candidate_share(tree, name, logins=logins)
        return 1.0 if rule(name) else share

    monkeypatch.setattr(code_proof, "candidate_share", biased)


@pytest.mark.parametrize(
    "rule", [lambda name: "Solberg" in name, lambda name: name.endswith("berg"), lambda name: name < "J"]
)
def test_a_share_rule_that_favours_a_name_is_found_out(
    rule: Callable[[str], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    fair = Histories.of(READING.tree, LOG)
    assert fair.share("Ingrid Solberg", ()) == (0.6, 0.0)
    assert fair.share("Ingrid Solberg", ("isolberg",)) == (0.6, 0.0)
    assert fair.share("Cy Mora", ()) == (0.0, 0.0)
    _favouring(rule, monkeypatch)
    assert Histories.of(READING.tree, LOG).share("Ingrid Solberg", ())[1] == pytest.approx(0.4)


def test_accents_in_one_spelling_only_make_no_difference() -> None:
    log = log_of(*[("Jose Marti", "j@x.example")] * 3, *[("Ana Lima", "a@x.example")] * 3)
    histories = Histories.of(replace(TREE, commits=log.counted()), log)
    assert histories.share("José Martí", ()) == (0.5, 0.0)


def test_people_called_as_a_robot_count_as_people(monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(
        *[("Travis Oakley", "t@x.example")] * 4,
        *[("Ana Lima", "a@x.example")] * 4,
        *[
            ("Travis CI", "ci@x.example"),
            ("github-actions", "g@x.example"),
            ("dependabot[bot]", "d@x.example"),
        ],
    )
    tree = replace(TREE, commits=log.counted())
    assert log.counted().authored == 8
    assert Histories.of(tree, log).share("Travis Oakley", ()) == (0.5, 0.0)
    # Counting by a rule that takes everybody called Travis for a robot is found out.
    fair = commit_log.count_commits

    def unfair(raw: bytes, **more: object) -> CommitFacts:
        kept = (one for one in raw.decode().split("\x02") if "\0Travis" not in one)
        return fair("\x02".join(kept).encode(), **more)  # type: ignore[arg-type]

    monkeypatch.setattr(commit_log, "count_commits", unfair)
    tree = replace(TREE, commits=log.counted())
    assert Histories.of(tree, log).share("Travis Oakley", ())[1] > 0


def test_the_verb_proves_every_score_and_says_so_only_then(
    app: App, held: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_counterfactual, "_fetch_for", lambda *_: fetch)
    monkeypatch.setattr(code_counterfactual.time, "sleep", lambda _: None)
    assert app.settings.path is not None
    words = ["-c", str(app.settings.path), "audit", "--counterfactual"]
    left_out = CliRunner().invoke(command_line, [*words, "--code", "0"])
    assert left_out.exit_code == 0, left_out.output
    assert "Every score proved" not in left_out.output
    assert f"not proved: code of {KEY}: not tried when it was read" in left_out.stderr
    partly = CliRunner().invoke(command_line, words)
    assert partly.exit_code == 3, partly.output
    assert f"not proved: code of {GONE}: there is nothing any more" in partly.stderr
    assert "not every score is proved (2 left out" in " ".join(partly.stdout.split())
    held.execute(delete(AssessmentRow).where(AssessmentRow.subject_id == GONE))
    held.execute(delete(Contribution).where(Contribution.name_difference.is_(None)))
    held.commit()
    rank_roles(held, app.settings.roles, now=NOW)
    whole = CliRunner().invoke(command_line, words)
    assert whole.exit_code == 0, whole.output
    assert "Every score proved: all" in whole.stdout
    _liking_ingrid(monkeypatch)
    held.query(AssessmentRow).filter(AssessmentRow.subject_id == KEY).update({"name_difference": 0.001})
    held.commit()
    biased = CliRunner().invoke(command_line, [*words, "--code", "0"])
    assert biased.exit_code == 1
    assert f"differs: code of {KEY}" in biased.stderr
