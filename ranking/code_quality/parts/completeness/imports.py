"""Which imports lead out of the repository, found as Python would find them, without running it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import folders_of

_COMPILED = (".pyx", ".so", ".pyd", ".c", ".cc", ".cpp", ".cu")


@dataclass(frozen=True, slots=True)
class OwnModules:
    """What a repository's files can import from one another.

    ``modules`` are paths of Python files without their ending, ``packages`` names of packages that lie in no other,
    ``tails`` the ends of ``modules``, which can be imported where the path for imports is set, and what is compiled.
    ``others`` are names that a file or a folder bears which imports what it is named for: ``backends/torch.py`` is not
    what is called ``torch``.
    """

    modules: frozenset[str]
    packages: frozenset[str]
    tails: frozenset[str]
    others: frozenset[str] = frozenset()

    @classmethod
    def among(cls, paths: Iterable[str], files: Iterable[FileFacts]) -> OwnModules:
        """Those at ``paths``; ``files`` are asked what they import."""
        paths = list(paths)
        modules = frozenset(path.removesuffix(".py") for path in paths if path.endswith(".py"))
        inits = {_folder(path) for path in modules if _name(path) == "__init__"}
        packages = frozenset(_name(one) for one in inits if _folder(one) not in inits)
        tails = {path[start:] for path in (*modules, *inits) for start in _starts(path)}
        tails |= {_name(path).partition(".")[0] for path in paths if path.endswith(_COMPILED)}
        own = cls(modules, packages, frozenset(tails))
        others = {
            top
            for file in files
            for top in own.led_out(file)
            if top in file.path.removesuffix(".py").split("/")
        }
        return cls(modules, packages, frozenset(tails), frozenset(others))

    def led_out(self, file: FileFacts, *, from_anywhere: bool = False) -> set[str]:
        """The first names of what a file imports that is not the repository's own.

        ``from_anywhere`` takes any file for importable, as it is where the path for imports is set.
        """
        own = {
            _top(name)
            for name in file.imports
            if self._resolve(name, file.path) or (from_anywhere and self._lies_somewhere(name))
        }
        return {_top(name) for name in file.imports} - own

    def _lies_somewhere(self, name: str) -> bool:
        steps = name.split(".")
        least = 2 if steps[0] in self.others else 1
        return any("/".join(steps[:depth]) in self.tails for depth in range(least, len(steps) + 1))

    def _resolve(self, name: str, importer: str) -> bool:
        """Whether a name that the file ``importer`` imports is that of a file or a package of the repository.

        A folder without ``__init__.py`` gives way to an installed package, so there a file must be named, too:
        ``datasets.ponds``, and not ``datasets`` alone.
        """
        steps = name.split(".")
        if not steps[0] or steps[0] in self.packages:  # relative, or of a package that is installed
            return True
        itself = importer.removesuffix(".py")
        for folder in ("", *(one + "/" for one in folders_of(importer))):
            for depth in range(1, len(steps) + 1):
                path = folder + "/".join(steps[:depth])
                if f"{path}/__init__" in self.modules:
                    return True
                if path in self.modules and path != itself and not (depth == 1 and steps[0] in self.others):
                    return True
        return False


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _starts(path: str) -> tuple[int, ...]:
    """Where the steps of a path begin."""
    return (0, *(at + 1 for at, letter in enumerate(path) if letter == "/"))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _top(name: str) -> str:
    return name.partition(".")[0]
