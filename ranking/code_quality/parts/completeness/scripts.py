"""What the scripts really hold that the README tells to run, or that are named for a purpose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ranking.code_quality.documents.commands import scripts_run_in
from ranking.code_quality.documents.texts import LONGEST_LINE, MOST_BYTES
from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading
from ranking.code_quality.tree import SourceTree

# Fewer lines of code than this make no script, unless they start what is elsewhere.
_LEAST_CODE = 5
_MOST_SHELL_SCRIPTS = 50  # so many are looked into for what they run
_MANY_TESTS = 3  # files called something_test.py: a habit, and not the name of one script
_SHELL_COMMAND = re.compile(rb"^[ \t]{0,40}(?!#)[\w./$\"(-]", re.M)
_ANY_MAIN = re.compile(r"(?:^|/)main\w{0,100}\.py\Z", re.I)
_HELPS = re.compile(
    r"[_-]?(?:utils?|helpers?|env(?:ironment)?|configs?|args|arguments|options?|data|loaders?|dataloader|dataset|set|sets|split)\.\w+\Z",
    re.I,
)
_AMONG_TESTS = re.compile(r"(?:^|/)(?:tests?|unit_?tests?)/", re.I)
_SPEAKS_OF_TRAINING = re.compile(
    rb"(?:pre)?train(?:er|ing)?\w{0,20}(?:\(|\.|[\"']|:)|\bn?_?epochs?\b|\.fit\(|\.learn\(|optimi[sz]", re.I
)


@dataclass(frozen=True, slots=True)
class Scripts:
    """What the files hold that are named for a purpose.

    ``shell`` are the shell scripts of the repository's own, by name. ``idle`` are ``commands`` of the README that run
    nothing; ``trained`` are commands of one with a part on training, and ``training`` is the first of all that trains
    by what it does, with the README's line.
    """

    tree: SourceTree
    readme: str | None
    commands: Mapping[str, int]
    facts: Mapping[str, FileFacts]
    shell: Mapping[str, Sequence[str]] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    trained: frozenset[str] = frozenset()
    training: tuple[str, int] | None = None

    @classmethod
    def of(cls, reading: Reading) -> Scripts:
        """Look at the scripts that the README tells to run: whether any of that name holds something."""
        documents = reading.documents
        facts = {file.path: file for file in reading.every()}
        shell: defaultdict[str, list[str]] = defaultdict(list)
        for path in reading.counted_paths():
            if path.endswith(".sh"):
                shell[path.rpartition("/")[2]].append(path)
        scripts = cls(reading.tree, documents.readme, documents.commands, facts, shell)
        commands = {path.rpartition("/")[2]: path for path in documents.commands}
        found = {
            name
            for file in reading.tree.files
            if (name := file.path.rpartition("/")[2]) in commands and scripts.hold_something(file.path)
        }
        idle = frozenset(path for path in documents.commands if path.rpartition("/")[2] not in found)
        told = documents.topics.get("train")
        trained = (
            frozenset(commands) if told is not None and told.announced and told.delivered else frozenset()
        )
        return replace(scripts, idle=idle, trained=trained, training=scripts._told_that_trains())

    def run_nothing(self, path: str, line: int) -> bool:
        """Whether ``path`` is the README, this ``line`` tells to run something, and all commands in it are idle."""
        told = path == self.readme and line in self.commands.values()
        return told and len(self.idle) == len(self.commands)

    def _told_that_trains(self) -> tuple[str, int] | None:
        """The first script that the README tells to run and that trains, by itself or, in a shell script, by what that
        runs."""
        doing = {
            path.rpartition("/")[2]: path for path, file in self.facts.items() if file.counts.get("trains")
        }
        left = _MOST_SHELL_SCRIPTS
        for told, line in self.commands.items():
            name = told.rpartition("/")[2]
            if name in doing:
                return doing[name], line
            for path in self.shell.get(name, ())[:left]:
                left -= 1
                text = (self.tree.by_path[path].content or b"")[:MOST_BYTES].decode("utf-8", "replace")
                inner = (script for row in text.split("\n") for script in scripts_run_in(row[:LONGEST_LINE]))
                if any(script.rpartition("/")[2] in doing for script in inner):
                    return path, line
        return None

    def hold_something(self, path: str) -> bool:
        """Some code, or the start of what is elsewhere."""
        facts = self.facts.get(path)
        if facts is None:
            content = self.tree.by_path[path].content
            return content is None or _SHELL_COMMAND.search(content) is not None
        started = facts.counts.get("loose lines", 0) + facts.counts.get("main guard", 0) > 0
        return facts.code_lines >= _LEAST_CODE or (bool(facts.imports) and started)

    def serve(self, path: str, count: str) -> bool:
        """Whether one does what it is named for.

        ``main.py`` is no such name, as servers have one: it must train, or be run for it.
        """
        if _ANY_MAIN.search(path):
            content = self.tree.by_path[path].content or b""
            facts = self.facts.get(path)
            does = facts is not None and facts.counts.get(count, 0) > 0
            told = path.rpartition("/")[2] in self.trained
            return does or told or _SPEAKS_OF_TRAINING.search(content) is not None
        return self.hold_something(path)

    def is_unit_test(self, path: str) -> bool:
        """Whether it holds tests for a runner that it names, or is named and placed as those are: beside what it tests,
        or where several files are called so."""
        facts = self.facts.get(path)
        if facts is None or role_of(path) is not Role.TEST:
            return False
        named = path.lower().endswith("_test.py")
        holds = "test" in facts.findings and (named or facts.counts.get("tests with", 0) > 0)
        return holds or (named and (_AMONG_TESTS.search(path) is not None or self._is_one_of_many(path)))

    def _is_one_of_many(self, path: str) -> bool:
        alike = sum(one.lower().endswith("_test.py") for one in self.facts)
        return alike >= _MANY_TESTS or path[: -len("_test.py")] + ".py" in self.tree.by_path


def scripts_among(paths: Iterable[str], named: Callable[[str], object]) -> list[str]:
    """Files named for a purpose, those near the root first: ``train.py`` before ``data/train_small.py``. What helps a
    script is none: ``train_utils.py``."""
    found = [path for path in paths if named(path) and not _HELPS.search(path)]
    return sorted(found, key=lambda path: (path.count("/"), len(path.rpartition("/")[2]), path))


def script_measure(reading: Reading, name: str, path: str | None, count: str, said: str) -> Measure:
    """A file named for the purpose; half as good is code that makes the calls. Unknown outside Python without one."""
    if path is not None:
        return Measure(name=name, value=1.0, evidence=note(name, path))
    files = [
        f
        for f in [*reading.sources, *reading.notebooks]
        if not f.failure and f.language in ("Python", "Jupyter")
    ]
    if not files:
        return Measure(name=name, value=None)
    place = max(files, key=lambda f: f.counts.get(count, 0))
    found = place.counts.get(count, 0) > 0
    return Measure(name=name, value=0.5 * found, evidence=note(said, place.path) if found else ())
