"""What is not the repository's own by where it lies: vendored, built, or a project brought along whole."""

from __future__ import annotations

import re

from ranking.code_quality.authorship.build_output import is_generated_path, output_folders
from ranking.code_quality.authorship.known_packages import package_copies
from ranking.code_quality.authorship.nested import homes_in, nested_projects
from ranking.code_quality.authorship.owners import plain
from ranking.code_quality.layout import folders_of, language_of
from ranking.code_quality.tree import SourceTree

_VENDOR_FOLDERS = frozenset({
    "node_modules", "bower_components", "vendor", "vendors", "vendored", "_vendor", "third_party",
    "third-party", "thirdparty", "3rdparty", "3rd_party", "third_parties", "external", "externals",
    "extern", "submodules", "site-packages", "dist-packages", "jspm_packages", "pods", "eggs", ".eggs",
    "wheels", "deps", "contrib_libs",
})  # fmt: skip
# Of a file's lines those that are code, and of a notebook's what its cells hold.
_LINES = re.compile(rb"^[ \t]*[^\s#/*%!;-]", re.M)
_SOURCES = re.compile(rb'"source": \[(\n(?:[ \t]*"[^\n]*\n)*)')


def foreign_paths(tree: SourceTree, repository_key: str = "") -> dict[str, str]:
    """Files of any sort that are not the repository's own by where they lie, each with the reason."""
    own_name = plain(repository_key.rpartition("/")[2])
    projects = frozenset(nested_projects(tree, repository_key))
    output = output_folders(tree)
    copies = package_copies(file.path for file in tree.files)
    own_packages: dict[str, bool] = {}
    found: dict[str, str] = {}
    for file in tree.files:
        steps = file.path.lower().split("/")[:-1]
        above = folders_of(file.path)
        if vendored := foreign_folder(file.path):
            found[file.path] = f"vendored ({vendored}/)"
        elif language_of(file.path) is not None and is_generated_path(file.path):
            found[file.path] = "generated"
        elif built := next((one for one in above if one in output), None):
            found[file.path] = f"among the products of a build ({built}/)"
        elif project := next((one for one in above if one in projects), None):
            found[file.path] = f"a project with a licence of its own ({project}/)"
        elif known := next((copies[one.lower()] for one in above if one.lower() in copies), None):
            if known not in own_packages:
                own_packages[known] = plain(known) == own_name or _is_own_package(tree, known, repository_key)
            at_top = known in (steps[0], steps[1] if steps[0] in ("src", "lib") and len(steps) > 1 else "")
            if not (at_top and own_packages[known]):
                found[file.path] = f"a copy of {known}"
    return found


def _is_own_package(tree: SourceTree, name: str, repository_key: str) -> bool:
    """Whether ``name`` is the package that this very repository publishes: who clones a project and goes on from there
    keeps its packaging, and with it the address of another repository."""
    account, _, own_name = repository_key.lower().partition("/")[2].partition("/")
    for path in ("setup.py", "pyproject.toml", "setup.cfg"):
        file = tree.by_path.get(path)
        if file is not None and file.content is not None:
            text = file.content.decode("utf-8", "replace").lower()
            if re.search(rf"name\s*=\s*[\"']?{re.escape(name)}\b", text):
                homes = [(theirs, home.removesuffix(".git")) for theirs, home in homes_in(text)]
                return not (account and homes) or any(
                    theirs == account or home == own_name for theirs, home in homes
                )
    return False


def lines_about(path: str, content: bytes) -> int:
    """About how many lines of code a file has that is left unread: neither blank nor a comment, nor what a notebook's
    cells put out."""
    if path.lower().endswith(".ipynb"):
        return sum(found.count(b"\n") for found in _SOURCES.findall(content))
    return len(_LINES.findall(content))


def foreign_folder(path: str) -> str | None:
    """The folder on the way to ``path`` that holds other people's work by its name, if there is one."""
    return next((step for step in path.lower().split("/")[:-1] if step in _VENDOR_FOLDERS), None)
