"""A repository as read: the authored files' facts, sorted by role, beside the documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ranking.code_quality.authorship.authored import Authorship, copied_from, settle
from ranking.code_quality.authorship.foreign_places import foreign_paths
from ranking.code_quality.authorship.known_functions import Known, Origin, copied_functions
from ranking.code_quality.authorship.surroundings import Surroundings
from ranking.code_quality.documents.reader import Documents, read_documents
from ranking.code_quality.files.facts import FileFacts, FunctionFacts
from ranking.code_quality.files.text_file import TEXT
from ranking.code_quality.isolation.supervisor import ReadingLimits, read_files
from ranking.code_quality.layout import Role, language_of, role_of
from ranking.code_quality.tree import Skipped, SourceFile, SourceTree

MIN_CODE_LINES = 40  # fewer authored lines than this are no implementation yet
_BUILDS_DOCUMENTATION = frozenset(
    {"docs/conf.py", "docs/source/conf.py", "doc/conf.py", "doc/source/conf.py"}
)
_PARENT = Known(date.min, "parent")


@dataclass(slots=True, kw_only=True)
class Reading:
    """``sources``, ``tests`` and ``notebooks`` hold authored files only; ``aside`` names what was not read.

    ``texts`` are files in no programming language, read for what must not lie open in them; ``foreign`` files of any
    sort that are not its own by where they lie. ``forked`` is true where code inherited from another repository was
    taken out, and ``inherited`` are the paths of all that was, documents too.
    """

    key: str
    tree: SourceTree
    documents: Documents
    authorship: Authorship
    sources: list[FileFacts] = field(default_factory=list)
    tests: list[FileFacts] = field(default_factory=list)
    notebooks: list[FileFacts] = field(default_factory=list)
    aside: list[Skipped] = field(default_factory=list)
    texts: list[FileFacts] = field(default_factory=list)
    foreign: Collection[str] = ()
    forked: bool = False
    inherited: Collection[str] = ()

    @property
    def code_lines(self) -> int:
        """Authored lines of code in source files, tests and notebook cells."""
        return sum(file.code_lines for file in self.every())

    @property
    def python_share(self) -> float:
        """Share of authored code lines that were read through a Python syntax tree, 0..1."""
        whole = self.code_lines
        read = sum(
            f.code_lines for f in self.every() if f.language in ("Python", "Jupyter") and not f.failure
        )
        return read / whole if whole else 0.0

    @property
    def hidden(self) -> list[Skipped]:
        """What may be code and was not read. A table of data that is too large is none; what is missing from the list
        of files, or lies in a folder, may be."""
        return [
            one
            for one in self.aside
            if not one.path or one.path.endswith(("/", "…")) or language_of(one.path)
        ]

    @property
    def unparsed(self) -> list[FileFacts]:
        """Authored files that the grammar could not take: lines are all that counts of them."""
        return [file for file in self.every() if file.failure and file.code_lines]

    def every(self) -> Iterator[FileFacts]:
        """All authored files."""
        yield from self.sources
        yield from self.tests
        yield from self.notebooks

    def modules(self) -> list[FileFacts]:
        """Authored Python that is there to be imported or run: not what installs it or builds its documentation."""
        return [
            file
            for file in self.sources
            if file.language == "Python"
            and role_of(file.path) is Role.SOURCE
            and file.path.lower() not in _BUILDS_DOCUMENTATION
        ]

    def counted_paths(self) -> Iterator[str]:
        """Paths of all files of the tree, of whatever sort, but those that were left out or lie among others' work."""
        left_out = self.authorship.left_out
        return (
            file.path
            for file in self.tree.files
            if file.path not in left_out and file.path not in self.foreign
        )

    def functions(self) -> Iterator[tuple[FileFacts, FunctionFacts]]:
        """All functions of authored source files, without tests and notebooks."""
        return ((file, function) for file in self.sources for function in file.functions)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts of a tree's code files, before it is decided which of them are its own, and of its other texts.

    ``foreign`` maps files of any sort that are not its own by where they lie to the reason.
    """

    facts: tuple[FileFacts, ...]
    aside: tuple[Skipped, ...]
    foreign: Mapping[str, str]
    texts: tuple[FileFacts, ...] = ()


@dataclass(slots=True)
class FilesRead:
    """Facts of files that were read before, by path and content, so that a tree that differs from an earlier one in a
    few files costs those few. ``cut`` is true once a file was set aside for the limits on reading.
    """

    facts: dict[tuple[str, bytes], FileFacts | None] = field(default_factory=dict)
    cut: bool = False

    def read(
        self, files: Iterable[SourceFile], limits: ReadingLimits | None
    ) -> tuple[list[FileFacts], list[Skipped]]:
        """As :func:`read_files`, reading what is not known yet."""
        files = list(files)
        keys = [(one.path, one.content or b"") for one in files]
        fresh, aside = read_files(
            [one for one, key in zip(files, keys, strict=True) if key not in self.facts], limits
        )
        self.cut = self.cut or bool(aside)
        found = {one.path: one for one in fresh}
        set_aside = {one.path for one in aside}
        for key in keys:
            if key not in self.facts and key[0] not in set_aside:
                self.facts[key] = found.get(key[0])
        known = (self.facts.get(key) for key in keys)
        return [one for one in known if one is not None], aside


def gather(
    key: str, tree: SourceTree, limits: ReadingLimits | None = None, seen: FilesRead | None = None
) -> Gathered:
    """Read all files but those that are foreign by where they lie, code first; ``seen`` holds what was read before."""
    foreign = foreign_paths(tree, key)
    around = {path for path in tree.around if language_of(path)}  # setup.py is no code of a linked folder's
    own = [f for f in tree.readable() if f.path not in foreign and f.path not in around]
    wanted = sorted(own, key=lambda f: language_of(f.path) is None)
    facts, aside = read_files(wanted, limits) if seen is None else seen.read(wanted, limits)
    return Gathered(
        tuple(f for f in facts if f.language != TEXT),
        tuple(one for one in aside if language_of(one.path)),
        foreign,
        tuple(f for f in facts if f.language == TEXT),
    )


def assemble(
    key: str,
    tree: SourceTree,
    gathered: Gathered,
    *,
    origins: Iterable[Origin] = (),
    parent: SourceTree | None = None,
    seen: FilesRead | None = None,
) -> Reading:
    """Sort what was gathered. ``parent`` is the repository it was forked from.

    Not counted then are files that both hold alike, and files of which half or more are functions that the parent
    has somewhere: a fork lags behind its parent, and moves and touches files without writing them.
    """
    inherited: set[str] = set()
    if parent is not None:
        theirs = {file.content for file in parent.readable() if file.content}
        inherited = {file.path for file in tree.readable() if file.content in theirs}
        functions = {
            x.digest: (_PARENT,)
            for f in gather(key, parent, None, seen).facts
            for x in f.functions
            if x.digest
        }
        inherited |= {file.path for file in gathered.facts if copied_from(file, functions)}
    known = copied_functions(key, tree, origins)
    foreign_code = {path: why for path, why in gathered.foreign.items() if language_of(path)}
    authorship = settle(gathered.facts, tree, foreign_code, known, inherited, key)
    around = Surroundings.of(gathered.facts, authorship.left_out)
    foreign = {
        *gathered.foreign,
        *(f.path for f in tree.files if language_of(f.path) is None and around.are_foreign(f.path)),
    }
    reading = Reading(
        key=key,
        tree=tree,
        documents=read_documents(tree, foreign),
        authorship=authorship,
        aside=[*(s for s in tree.skipped if s.path not in gathered.foreign), *gathered.aside],
        texts=[one for one in gathered.texts if one.path not in foreign and one.path not in inherited],
        foreign=foreign,
        forked=parent is not None,
        inherited=inherited,
    )
    for file_facts in gathered.facts:
        if file_facts.path in authorship.left_out:
            continue
        if file_facts.failure and not file_facts.code_lines:
            reading.aside.append(Skipped(path=file_facts.path, reason=file_facts.failure))
        role = role_of(file_facts.path)
        if role is Role.NOTEBOOK:
            reading.notebooks.append(file_facts)
        elif role is Role.TEST:
            reading.tests.append(file_facts)
        else:
            reading.sources.append(file_facts)
    return reading


def read_tree(
    key: str,
    tree: SourceTree,
    *,
    origins: Iterable[Origin] = (),
    parent: SourceTree | None = None,
    limits: ReadingLimits | None = None,
    seen: FilesRead | None = None,
) -> Reading:
    """:func:`gather`, then :func:`assemble`."""
    return assemble(key, tree, gather(key, tree, limits, seen), origins=origins, parent=parent, seen=seen)
