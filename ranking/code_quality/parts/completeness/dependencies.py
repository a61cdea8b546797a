"""What must be installed first: stated in a file made for it, in the README only, or not at all."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from ranking.code_quality.parts.completeness.imports import OwnModules
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading
from ranking.code_quality.tree import SourceFile

_NAME = "dependencies"
_LISTS = (".txt", ".in", ".yml", ".yaml")
_LOCKS = (".lock", "-lock.json", ".sum")
_LONGEST_LINE = 1500
# Matched line by line.
_PIN = re.compile(r"[ \t]{0,40}(?:-[ \t]{0,40})?[\w.\[\]-]{1,120}[ \t]{0,40}(?:[=~<>!]=|=)[ \t]{0,40}\d")
_REQUIREMENT = re.compile(
    r"[ \t]{0,40}(?:-[ \t]{0,40})?[A-Za-z][\w.\[\]-]{0,120}[ \t]{0,40}(?:[=~<>!]=?.*|@.*)?(?:#.*)?\r?\Z"
)
_OTHER_LISTED = re.compile(
    r"[ \t]{0,40}(?:-[er]\b|--\w|[\w+]{1,12}://|git\+|-[ \t]{1,4}\S|[A-Za-z][\w.\[\]-]*[ \t,;(]{1,4}\S)"
)
# Where a package states what it depends on; with nothing between the brackets it states nothing.
_STATES = re.compile(
    r"(?:^|[\s,.(\[{\"'])(?:install_requires|dependencies|requires-dist)\b[\"']?\s{0,8}[=:\]]"
    r"(?!\s{0,8}(?:\[\s{0,40}\]|\(\s{0,40}\)|[\"']{2}))"
    r"|\bdynamic\s{0,8}=\s{0,8}\[[^\]]{0,200}\bdependencies",
    re.I,
)
_STATES_IN_CODE = re.compile(r"\brequires\s{0,8}=|\bsetup\(\s{0,8}\*\*")
# Imported, but never to be stated: its own, and what installs packages.
_OWN = frozenset({"setup", "tests", "test", "setuptools", "distutils", "pkg_resources", "pip"})


def dependencies(reading: Reading, paths: list[str]) -> Measure:
    """``paths`` are files for dependencies and packaging; those that state nothing are held against the imports."""
    paths = sorted(
        (p for p in paths if p.count("/") <= 2),
        key=lambda p: (_of_documentation(p), p.count("/"), p.lower().endswith(_LOCKS), p),
    )
    stating = [path for path in paths if _states(reading.tree.by_path[path])]
    if not all(map(_of_documentation, stating)):
        return _stated(reading, stating)
    paths = [path for path in paths if not _of_documentation(path)]
    needed, imported = _imported(reading)
    topics = reading.documents.topics
    if imported and not needed and "requirements" not in topics:
        said = note("depends on nothing but Python itself", paths[0] if paths else None)
        return Measure(name=_NAME, value=1.0, evidence=said)
    told = [topics[name] for name in ("requirements", "install") if name in topics]
    if told:
        found = max(told, key=lambda topic: topic.value)
        said = note("dependencies are stated in the README only", found.path, found.line)
        return Measure(name=_NAME, value=0.85 * found.value, evidence=said)
    installing = next((book for book in reading.notebooks if "installs" in book.findings), None)
    if installing is not None:
        said = note(
            "dependencies are installed by a notebook only",
            installing.path,
            installing.findings["installs"].lines[0],
        )
        return Measure(name=_NAME, value=0.3, evidence=said)
    if paths:
        text = f"{paths[0].rpartition('/')[2]} states no dependencies"
        if needed:
            names = sorted(needed)
            text += f", but the code imports {', '.join(names[:3])}{' and others' * (len(names) > 3)}"
        return Measure(name=_NAME, value=0.0, evidence=note(text, paths[0]))
    if not reading.documents.english:
        return Measure(name=_NAME, value=None)
    return Measure(name=_NAME, value=0.0, evidence=note("dependencies are not stated"))


def _of_documentation(path: str) -> bool:
    """Whether it tells what is needed to build the documentation, and not to run the code."""
    return path.lower().startswith(("docs/", "doc/", "documentation/", "website/"))


def _stated(reading: Reading, paths: list[str]) -> Measure:
    pinned = named = 0
    for path in paths:
        if path.endswith(_LISTS) and not _is_cmake(path):
            for line in _without_channels(_lines(reading.tree.by_path[path])):
                pinned += _PIN.match(line) is not None
                named += _REQUIREMENT.match(line) is not None
    share = min(1.0, pinned / named) if named else 0.5
    text = (
        f"dependencies stated, {100 * share:.0f} % of them with a version" if named else "dependencies stated"
    )
    return Measure(name=_NAME, value=0.8 + 0.2 * share, evidence=note(text, paths[0]))


def _is_cmake(path: str) -> bool:
    """Whether it is CMake's, which has the ending of a text and is none."""
    return path.lower().rpartition("/")[2] == "cmakelists.txt"


def _without_channels(lines: Iterable[str]) -> Iterator[str]:
    """The lines of an environment for conda but those that say where its packages come from."""
    counts = True
    for line in lines:
        if line[:1].isalpha():
            counts = not line.startswith("channels")
        if counts:
            yield line


def _lines(file: SourceFile) -> list[str]:
    text = (file.content or b"").decode("utf-8", "replace")
    return [line for line in text.split("\n") if len(line) <= _LONGEST_LINE]


def _states(file: SourceFile) -> bool:
    """Whether a file states anything; one that was not read is believed."""
    name = file.path.lower().rpartition("/")[2]
    if file.content is None:
        return bool(file.size)
    lines = [line for line in _lines(file) if line.strip() and not line.lstrip().startswith("#")]
    if name.endswith((".txt", ".in")) and not _is_cmake(name) and name != "manifest.in":
        return any(_REQUIREMENT.match(line) or _OTHER_LISTED.match(line) for line in lines)
    if name.endswith((".yml", ".yaml")):
        return any(_named_in_list(line) for line in _without_channels(lines))
    if name == "setup.py" and _STATES_IN_CODE.search("\n".join(lines)):
        return True
    if name in ("setup.py", "setup.cfg", "pyproject.toml"):
        return _STATES.search("\n".join(lines)) is not None
    return name != "manifest.in" and bool(lines)


def _named_in_list(line: str) -> bool:
    """Whether a line of an environment for conda names a package; Python and pip go without saying."""
    entry = line.strip()
    if entry.startswith("dependencies:"):
        return bool(entry.partition(":")[2].strip(" []"))
    return entry.startswith("-") and not re.match(r"-\s{0,8}(?:(?:python|pip)(?![\w-])|\Z)", entry)


def _imported(reading: Reading) -> tuple[set[str], bool]:
    """Packages that the authored Python imports and that are neither Python's nor its own; and whether nearly all code
    is Python whose imports were read."""
    files = [
        f
        for f in [*reading.sources, *reading.notebooks]
        if f.language in ("Python", "Jupyter") and not f.failure
    ]
    own = OwnModules.among((file.path for file in reading.tree.files), files)
    return {
        name
        for file in files
        for name in own.led_out(file, from_anywhere=True)
        if name not in _OWN and name not in sys.stdlib_module_names
    }, reading.python_share > 0.9
