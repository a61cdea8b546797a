"""What somebody meets who starts: init, doctor, status, and wrong words."""

import errno
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sourcing.app import suppression_key
from sourcing.settings import load_settings
from sourcing.settings.template import settings_template


def sourcing(*words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(cwd), "XDG_DATA_HOME": str(cwd / "data"), "XDG_CONFIG_HOME": str(cwd / "config")}
    inherited = {
        name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ
    }
    root = str(Path(__file__).resolve().parents[3])
    inherited["PYTHONPATH"] = os.pathsep.join(filter(None, (root, inherited.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-m", "sourcing", *words],
        cwd=cwd,
        env={**inherited, **home, "COLUMNS": "100", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_template_says_the_defaults() -> None:
    read = load_settings(None, text=settings_template(), environ={})
    assert read == load_settings(None, text="", environ={})


def test_every_commented_default_is_valid_and_the_default() -> None:
    lines = []
    for line in settings_template().splitlines():
        bare = line.removeprefix("# ")
        is_setting = "=" in bare and bare.split("=")[0].strip().isidentifier()
        keep = bare.startswith("[") or (
            is_setting and "cache_dir" not in bare and not bare.startswith(("url", "since"))
        )
        lines.append(bare if keep else "")
    text = "\n".join(lines)
    tomllib.loads(text)
    read, default = load_settings(None, text=text, environ={}), load_settings(None, text="", environ={})
    for name in ("upstreams", "delays", "sources", "checkout", "privacy", "mail"):
        assert getattr(read, name) == getattr(default, name)
    assert {name: read.roles[name] for name in default.roles} == dict(default.roles)


def test_init_writes_once(tmp_path: Path) -> None:
    first = sourcing("init", cwd=tmp_path)
    assert (first.returncode, first.stdout) == (0, "sourcing.toml\n")
    again = sourcing("init", cwd=tmp_path)
    assert again.returncode == 2
    assert again.stderr == "sourcing: sourcing.toml is there already; --force overwrites it\n"


def test_status_of_an_empty_database(tmp_path: Path) -> None:
    answer = sourcing("status", "--json", cwd=tmp_path)
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["counts"]["papers"] == 0


def test_a_search_of_an_empty_database_says_how_to_begin(tmp_path: Path) -> None:
    found = sourcing("search", "tides", cwd=tmp_path)
    assert (found.returncode, found.stdout) == (0, "")
    assert found.stderr == "nothing has been collected yet; run: sourcing nightly\n"


def test_doctor_checks_without_network(tmp_path: Path) -> None:
    answer = sourcing("doctor", "--offline", "--json", cwd=tmp_path, SOURCING_CONTACT="me@example.org")
    found = {one["check"]: one for one in json.loads(answer.stdout)}
    assert answer.returncode == 0, answer.stderr
    assert found["database"]["ok"] is True
    assert found["contact"]["said"] == "me@example.org"
    assert found["token"]["ok"] is None
    assert found["roles"]["said"] == "[roles.ml-researcher] names no topics, so fit does not count"


def test_of_two_who_make_the_suppression_key_at_once_both_get_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two keys, whoever was forgotten under the one would come back under the other."""
    settings = load_settings(None, environ={"SOURCING_DATABASE_URL": f"sqlite:///{tmp_path / 'sourcing.db'}"})
    first = suppression_key(settings)
    monkeypatch.setattr(Path, "exists", lambda self: False)  # as it looked to the second
    assert suppression_key(settings) == first
    assert [one.name for one in tmp_path.iterdir()] == ["suppression.key"]


def test_a_disk_that_knows_no_links_holds_the_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*of: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    settings = load_settings(None, environ={"SOURCING_DATABASE_URL": f"sqlite:///{tmp_path / 'sourcing.db'}"})
    assert suppression_key(settings) == suppression_key(settings)
    assert [one.name for one in tmp_path.iterdir()] == ["suppression.key"]
    assert (tmp_path / "suppression.key").stat().st_mode & 0o777 == 0o600


def test_the_suppression_key_is_for_its_owner_only(tmp_path: Path) -> None:
    sourcing("status", cwd=tmp_path)
    key = next(tmp_path.rglob("suppression.key"))
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.read_text())) == 32


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["shortlits"], 2, "No such command 'shortlits'"),
        (["--config", "gone.toml", "status"], 2, "gone.toml: no such settings file"),
        (["status", "--jsn"], 2, "No such option"),
        (["evaluate", "originality", "--data", "gone.jsonl"], 2, "gone.jsonl: no such file"),
        (["audit", "--role", "mlops"], 2, "--role goes with --impact"),
    ],
)
def test_wrong_words_end_with_2_and_one_sentence(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    answer = sourcing(*words, cwd=tmp_path)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_wrong_setting_ends_with_2_and_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "sourcing.toml").write_text("[crawl]\n\noverlap_dayz = 3\n")
    answer = sourcing("status", cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr == (
        "sourcing: " + str(tmp_path / "sourcing.toml")
        + ", line 3: unknown key 'overlap_dayz' in [crawl]; did you mean 'overlap_days'?\n"
    )  # fmt: skip


def test_unreadable_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / "sourcing.toml").write_bytes(b"\xff\x00")
    answer = sourcing("status", cwd=tmp_path)
    assert answer.returncode == 2
    assert "sourcing.toml: cannot be read" in answer.stderr


def test_a_corrupt_database_is_one_sentence_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xa5" * 5000)
    before = path.read_bytes()
    answer = sourcing("status", cwd=tmp_path, SOURCING_DATABASE_URL=f"sqlite:///{path}")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "mine.db" in answer.stderr
    assert path.read_bytes() == before


def test_logs_for_machines_are_one_object_a_line(tmp_path: Path) -> None:
    (tmp_path / "sourcing.toml").write_text(
        "[sources.arxiv]\nenabled = false\n[sources.huggingface]\nenabled = false\n"
    )
    night = sourcing("--log-json", "nightly", cwd=tmp_path)
    told = [json.loads(line) for line in night.stderr.splitlines()]
    assert night.returncode == 0
    ended = {one["stage"]: one for one in told if one.get("event") == "end"}
    assert ended["crawl"]["counts"] == {}
    assert {"resolve", "rank", "deliver"} <= ended.keys()
    assert all(one["time"].endswith("+00:00") and one["seconds"] >= 0 for one in ended.values())
    wrong = sourcing("nightly", "--log-json", "--source", "arxvi", cwd=tmp_path)
    assert wrong.returncode == 2
    assert (
        "no source 'arxvi'; did you mean 'arxiv'? There are: arxiv, "
        in json.loads(wrong.stderr.splitlines()[-1])["error"]
    )


@pytest.mark.parametrize("words", [["nightly", "--source", "arxvi"], ["crawl", "arxvi"]])
def test_a_slip_of_the_pen_is_no_failed_run(tmp_path: Path, words: list[str]) -> None:
    assert sourcing(*words, cwd=tmp_path).returncode == 2
    assert json.loads(sourcing("status", "--json", cwd=tmp_path).stdout)["runs"] == []
