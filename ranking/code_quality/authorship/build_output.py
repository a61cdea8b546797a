"""What a program wrote, by the name of the file or by lying among the products of a build.

A folder's name alone is no proof: ``src/pocket/build/core.py`` builds.
"""

from __future__ import annotations

import re

from ranking.code_quality.tree import SourceTree

_PATH = re.compile(
    r"(?:_pb2(?:_grpc)?\.pyi?|\.min\.js|\.bundle\.js|\.pb\.(?:cc|h)|\.g\.cs|_version\.py|versioneer\.py|ez_setup\.py"
    r"|resources_rc\.py|_generated\.\w+)\Z|(?:^|/)(?:_build|htmlcov|__pycache__)/"
)
_OUTPUT_FOLDERS = frozenset({"dist", "build", "generated", "gen"})
_PRODUCT = re.compile(
    r"(?:\.(?:o|a|so|obj|lib|dll|dylib|exe|class|jar|pyd|whl|egg|map|wasm|html)|\.tar\.gz|\.min\.(?:js|css)"
    r"|\.(?:bundle|chunk)\.js|(?:^|/)(?:cmakecache\.txt|cmake_install\.cmake|objects\.inv|searchindex\.js|pkg-info))\Z"
    r"|^(?:bdist\.|temp\.|lib\.)[^/]*/"
)


def is_generated_path(path: str) -> bool:
    """Whether the name alone says that a program writes such files."""
    return _PATH.search(path.lower()) is not None


def output_folders(tree: SourceTree) -> frozenset[str]:
    """Folders named after output that do hold products of a build."""
    held = tree.by_path
    found: set[str] = set()
    for file in tree.files:
        steps = file.path.split("/")
        for depth, step in enumerate(steps[:-1]):
            if step.lower() not in _OUTPUT_FOLDERS:
                continue
            above = "".join(one + "/" for one in steps[:depth])
            inner = "/".join(steps[depth + 1 :]).lower()
            bundled = step.lower() == "dist" and above + "package.json" in held and inner.endswith("js")
            installed = inner.startswith("lib/") and above + "setup.py" in held
            if bundled or installed or _PRODUCT.search(inner):
                found.add(above + step)
    return frozenset(found)
