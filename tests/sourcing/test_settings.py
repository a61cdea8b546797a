from datetime import date
from pathlib import Path

import pytest

from sourcing.settings import PRESETS, SettingsError, find_settings, load_settings


def read(text: str, **environ: str):  # type: ignore[no-untyped-def]
    return load_settings(None, text=text, environ=environ)


def test_nothing_set_gives_working_defaults() -> None:
    settings = read("")
    assert settings.database.url.startswith("sqlite:///")
    assert settings.delays.arxiv_api == 3.0
    assert "cs.LG" in settings.sources["arxiv"].options["categories"]
    assert set(settings.roles) == set(PRESETS)


def test_every_upstream_has_a_delay() -> None:
    settings = read("")
    for name in type(settings.upstreams).__dataclass_fields__:
        assert getattr(settings.delays, name) > 0


def test_values_are_read() -> None:
    settings = read(
        """
        [crawl]
        since = 2026-01-31
        contact = "me@example.org"
        [delays]
        arxiv_api = 5
        [sources.arxiv]
        categories = ["cs.RO"]
        [sources.pmlr]
        enabled = true
        volumes = [202, 235]
        [roles.vision]
        preset = "ml-engineer"
        topics = ["segmentation"]
        weights = {code_quality = 1, fit = 2.5}
        """
    )
    assert settings.crawl.since == date(2026, 1, 31)
    assert settings.delays.arxiv_api == 5.0
    assert settings.sources["arxiv"].options["categories"] == ("cs.RO",)
    assert settings.sources["pmlr"].options["volumes"] == (202, 235)
    vision = settings.roles["vision"]
    assert vision.weights == {"code_quality": 1.0, "fit": 2.5}
    assert vision.minimum == PRESETS["ml-engineer"].minimum
    assert vision.topics == ("segmentation",)


def test_a_preset_of_the_same_name_is_the_start() -> None:
    settings = read('[roles.ml-researcher]\ntopics = ["causality"]')
    assert settings.roles["ml-researcher"].weights == PRESETS["ml-researcher"].weights
    assert settings.roles["ml-researcher"].topics == ("causality",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[crawl]\n\ncontakt = "x"', r"line 3: unknown key 'contakt' in \[crawl\]; did you mean 'contact'\?"),
        ("[crwal]\nx = 1", r"line 1: unknown key 'crwal'; did you mean 'crawl'\?"),
        ("[crawl]\noverlap_days = 'two'", "line 2: crawl.overlap_days must be a whole number, not 'two'"),
        ("[crawl]\noverlap_days = true", "must be a whole number, not true"),
        ("[crawl]\nmax_items = -1", "line 2: max_items = -1 is below 0"),
        ("[delays]\narxiv_api = -3", "line 2: arxiv_api = -3 is below 0"),
        ("[checkout]\nworkers = 0", "line 2: workers = 0 is below 1"),
        ("[crawl]\nsince = 'soon'", "must be a date such as 2026-01-31, not 'soon'"),
        ("[checkout]\nkeep = 1", "line 2: checkout.keep must be true or false, not 1"),
        ("crawl = 3", r"line 1: \[crawl\] must be a table, not 3"),
        ("[sources.arxive]\nenabled = true", "unknown key 'arxive' in \\[sources\\]; did you mean 'arxiv'"),
        ("[sources.arxiv]\ncategories = 'cs.LG'", "line 2: sources.arxiv.categories must be a list"),
        (
            "[roles.x]\nweights = {orignality = 1}",
            "line 2: unknown key 'orignality'.*did you mean 'originality'",
        ),
        (
            "[roles.x]\nminimum = {code_quality = 140}",
            "line 2: minimum.code_quality = 140 is not between 0 and 100",
        ),
        ("[roles.x]\npreset = 'ml-enginer'", "line 2: no preset 'ml-enginer'; did you mean 'ml-engineer'"),
        ("[roles.x]\nfilters = {sektor = 'x'}", "line 2: unknown key 'sektor'.*did you mean 'sector'"),
        (
            "[roles.x]\nfilters = {sector = 'academy'}",
            "line 2: filters.sector = 'academy' is none of academia, industry, unknown; did you mean 'academia'",
        ),
        (
            "[roles.x]\nfilters = {min_code = 140}",
            "line 2: filters.min_code = 140.* is not between 0 and 100",
        ),
        ("[roles.x]\nfilters = {max_years = 0}", "line 2: filters.max_years = 0 lets nobody pass"),
        ("[roles.x]\nfilters = {countries = ['Norway']}", "line 2: .*'Norway' is no code of two letters"),
        ("[roles.x]\nfilters = {countries = [47]}", "line 2: .*countries must be text in quotes, not 47"),
        ("[crawl]\nx = = 1", "not valid TOML.*line 2"),
    ],
)
def test_a_wrong_setting_names_line_and_remedy(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(text)


def test_a_settings_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "sourcing.toml").write_bytes('[crawl]\ncontact = "Jürgen"\n'.encode("cp1252"))
    with pytest.raises(SettingsError, match=r"sourcing\.toml: cannot be read: it is not UTF-8; save it"):
        load_settings(tmp_path / "sourcing.toml", environ={})


def test_the_environment_wins() -> None:
    settings = read(
        "[database]\nurl = 'sqlite:///a.db'",
        SOURCING_DATABASE_URL="sqlite:////tmp/b.db",
        SOURCING_CONTACT="you@example.org",
    )
    assert settings.database.url == "sqlite:////tmp/b.db"
    assert settings.crawl.contact == "you@example.org"


def test_a_tilde_in_the_address_of_the_database_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "sourcing.toml"
    path.write_text('[database]\nurl = "sqlite:///~/kept/mine.db"')
    assert load_settings(path, environ={}).database.url == f"sqlite:///{tmp_path / 'kept' / 'mine.db'}"
    named = {"SOURCING_DATABASE_URL": "sqlite:///~/other.db"}
    assert load_settings(path, environ=named).database.url == f"sqlite:///{tmp_path / 'other.db'}"


def test_a_relative_database_lies_beside_the_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "sourcing.toml"
    path.write_text('[database]\nurl = "sqlite:///mine.db"')
    assert load_settings(path, environ={}).database.url == f"sqlite:///{tmp_path / 'mine.db'}"


@pytest.mark.parametrize(
    ("url", "cache", "held"),
    [
        ("sqlite:///sourcing.db", ".", "the database"),
        ("sqlite:///data/sourcing.db", "data", "the database"),
        ("postgresql+psycopg://localhost/sourcing", ".", "these settings"),
    ],
)
def test_the_cache_is_a_folder_of_its_own(tmp_path: Path, url: str, cache: str, held: str) -> None:
    """Files are deleted from the cache: with the database in it, forgetting one person would lose everybody."""
    file = tmp_path / "sourcing.toml"
    file.write_text(f'[database]\nurl = "{url}"\n[crawl]\ncache_dir = "{cache}"\n', "utf-8")
    with pytest.raises(SettingsError, match=f"cache_dir: .* holds {held}"):
        load_settings(file, environ={})
    file.write_text(f'[database]\nurl = "{url}"\n[crawl]\ncache_dir = "cache"\n', "utf-8")
    assert load_settings(file, environ={}).crawl.cache_dir == str(tmp_path / "cache")


def test_which_file_is_read(tmp_path: Path) -> None:
    here, other = tmp_path / "sourcing.toml", tmp_path / "other.toml"
    here.touch()
    other.touch()
    assert find_settings(None, environ={}, cwd=tmp_path) == here
    assert find_settings(None, environ={"SOURCING_CONFIG": str(other)}, cwd=tmp_path) == other
    assert find_settings(other, environ={"SOURCING_CONFIG": str(here)}, cwd=tmp_path) == other
    with pytest.raises(SettingsError, match="no such settings file"):
        find_settings(tmp_path / "gone.toml", environ={}, cwd=tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sourcing.toml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SettingsError, match=r"sourcing\.toml: cannot be read"):
        load_settings(path, environ={})


def test_the_presets_differ_where_hiring_differs() -> None:
    researcher, engineer, platform, scientist, manager = (
        PRESETS[name]
        for name in ("ml-researcher", "ml-engineer", "mlops", "data-scientist", "ml-product-manager")
    )
    for role in (researcher, engineer, platform, scientist, manager):
        assert sum(role.weights.values()) == pytest.approx(1)
        assert not role.filters  # juniors, adjacent fields and non-academics stay in
    assert max(researcher.weights, key=lambda axis: researcher.weights[axis]) == "originality"
    assert researcher.minimum["code_quality"] > 0
    for role in (engineer, platform):
        assert role.weights["code_quality"] > 0.5
        assert role.weights["execution"] <= 0.05  # what venues decided: no doctorate needed
    assert platform.minimum["code_quality"] > engineer.minimum["code_quality"]
    assert scientist.weights["code_quality"] < engineer.weights["code_quality"]
    assert "code_quality" not in {*manager.weights, *manager.minimum}


def test_the_documented_presets_are_those_that_ship() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "roles.md").read_text("utf-8")
    for name, role in PRESETS.items():
        axes = ("originality", "importance", "execution", "code_quality", "fit")
        cells = [f"{100 * role.weights.get(axis, 0):.0f}" for axis in axes]
        cells.append(f"{bar:.0f}" if (bar := role.minimum.get("code_quality")) else "none")
        assert f"| {name} | {' | '.join(cells)} |" in text
