"""The demo's settings are settings like any others."""

from pathlib import Path

from sourcing.demo.settings import save_demo_settings
from sourcing.settings import load_settings

URLS = {"arxiv_api": "http://127.0.0.1:1/api/query", "github_git": "http://127.0.0.1:2"}


def test_the_file_is_read_without_complaint_and_waits_for_nobody(tmp_path: Path) -> None:
    settings = load_settings(save_demo_settings(tmp_path / "out", URLS), environ={})
    assert settings.upstreams.arxiv_api == URLS["arxiv_api"]
    assert settings.upstreams.github_git == URLS["github_git"]
    assert settings.delays.arxiv_api == settings.delays.github_api == 0
    assert settings.database.url == f"sqlite:///{tmp_path / 'out' / 'sourcing.db'}"
    assert settings.sources["virtual"].options["conferences"] == ("icml-2026", "neurips-2026")
    assert settings.roles["ml-researcher"].topics
