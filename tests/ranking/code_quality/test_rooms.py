"""The rooms of the code score stand in one order: what comes first knows nothing of what comes later."""

from __future__ import annotations

import ast
from pathlib import Path

ROOM = Path(__file__).resolve().parents[3] / "ranking" / "code_quality"
PACKAGE = "ranking.code_quality."
ORDER = (
    "tree", "layout", "files", "isolation", "authorship", "documents", "reading", "linked_folder", "kinds", "parts",
    "model", "interval", "notes", "scorer", "issues",
)  # fmt: skip


def imported(path: Path) -> set[str]:
    """Modules of the package that a file imports, below the package's name."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.removeprefix(PACKAGE) for name in names if name.startswith(PACKAGE)}


def test_no_room_imports_from_a_later_one() -> None:
    climbing = {}
    for path in sorted(ROOM.rglob("*.py")):
        steps = path.relative_to(ROOM).with_suffix("").parts
        if steps == ("__init__",):
            continue  # the entrance, which names what stands behind it
        assert steps[0] in ORDER, f"{steps[0]} has no place in the order"
        up = {one for one in imported(path) if ORDER.index(one.partition(".")[0]) > ORDER.index(steps[0])}
        if up:
            climbing["/".join(steps)] = sorted(up)
    assert climbing == {}


def test_no_file_imports_itself_by_way_of_others() -> None:
    ways = {
        ".".join(path.relative_to(ROOM).with_suffix("").parts): imported(path) for path in ROOM.rglob("*.py")
    }
    left = dict(ways)
    while free := [name for name, wanted in left.items() if not wanted & left.keys()]:
        for name in free:
            del left[name]
    assert sorted(left) == []
