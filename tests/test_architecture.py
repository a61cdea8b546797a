"""The floors hold: imports go down only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "sourcing": {"sourcing", "spiders", "ranking", "db"},
    "spiders": {"spiders", "db"},
    "ranking": {"ranking", "db"},
    "db": {"db"},
}


def imported_packages(path: Path) -> set[str]:
    """Top-level names of our own packages that a file imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found & MAY_IMPORT.keys()


@pytest.mark.parametrize("floor", sorted(MAY_IMPORT))
def test_imports_go_down_only(floor: str) -> None:
    files = sorted((ROOT / floor).rglob("*.py"))
    assert files, f"{floor}/ is empty"
    climbing = {
        str(path.relative_to(ROOT)): sorted(up)
        for path in files
        if (up := imported_packages(path) - MAY_IMPORT[floor])
    }
    assert climbing == {}


@pytest.mark.parametrize("floor", sorted(MAY_IMPORT))
def test_no_room_is_a_drawer(floor: str) -> None:
    drawers = {"utils", "helpers", "base", "misc", "common", "util", "helper"}
    assert [p for p in (ROOT / floor).rglob("*.py") if p.stem in drawers] == []


def test_no_two_test_files_share_a_name() -> None:
    # pytest imports test files by their bare name: two of one name stop the whole suite.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
