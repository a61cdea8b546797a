"""What a path alone says: the language of a file, its role, and whether it is worth reading."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a file is for."""

    SOURCE = "source"
    TEST = "test"
    NOTEBOOK = "notebook"
    DOCUMENT = "document"
    LICENCE = "licence"
    PACKAGING = "packaging"
    DEPENDENCIES = "dependencies"
    CI = "ci"
    CONFIGURATION = "configuration"
    SCRIPT = "script"
    CONTAINER = "container"
    DATA = "data"
    WEIGHTS = "weights"
    BINARY = "binary"
    OTHER = "other"


LANGUAGES: dict[str, str] = {
    ".py": "Python", ".pyx": "Cython", ".pyi": "Python stub", ".ipynb": "Jupyter",
    ".c": "C", ".h": "C", ".cc": "C++", ".cpp": "C++", ".cxx": "C++", ".hpp": "C++", ".hh": "C++", ".hxx": "C++",
    ".cu": "CUDA", ".cuh": "CUDA", ".java": "Java", ".kt": "Kotlin", ".scala": "Scala", ".rs": "Rust",
    ".go": "Go", ".js": "JavaScript", ".mjs": "JavaScript", ".jsx": "JavaScript", ".ts": "TypeScript",
    ".tsx": "TypeScript", ".cs": "C#", ".swift": "Swift", ".m": "MATLAB", ".jl": "Julia", ".r": "R",
    ".lua": "Lua", ".rb": "Ruby", ".php": "PHP", ".hs": "Haskell", ".ml": "OCaml", ".f90": "Fortran",
    ".f": "Fortran", ".for": "Fortran", ".f77": "Fortran", ".f95": "Fortran", ".f03": "Fortran", ".f08": "Fortran",
    ".sv": "SystemVerilog", ".v": "Verilog", ".vhd": "VHDL", ".vhdl": "VHDL", ".lean": "Lean", ".pl": "Perl",
    ".pm": "Perl", ".dart": "Dart", ".groovy": "Groovy", ".zig": "Zig", ".nim": "Nim", ".ex": "Elixir",
    ".exs": "Elixir", ".erl": "Erlang", ".sol": "Solidity", ".mm": "Objective-C++", ".cl": "OpenCL",
    ".wgsl": "WGSL", ".glsl": "GLSL", ".hlsl": "HLSL", ".metal": "Metal",
}  # fmt: skip
# Languages that lines and braces tell too little of; their files are named and not read.
UNREAD_LANGUAGES: dict[str, str] = {
    ".clj": "Clojure", ".cljs": "Clojure", ".cljc": "Clojure", ".rkt": "Racket", ".scm": "Scheme", ".ss": "Scheme",
    ".lisp": "Lisp", ".lsp": "Lisp", ".el": "Emacs Lisp", ".agda": "Agda", ".lagda": "Agda", ".idr": "Idris",
    ".thy": "Isabelle", ".coq": "Coq", ".fst": "F*", ".fs": "F#", ".fsx": "F#", ".dfy": "Dafny", ".als": "Alloy",
    ".tla": "TLA+", ".pv": "ProVerif", ".spthy": "Tamarin", ".maude": "Maude", ".smt2": "SMT-LIB", ".pml": "Promela",
    ".rmd": "R Markdown", ".qmd": "Quarto", ".sql": "SQL", ".vue": "Vue", ".svelte": "Svelte", ".tcl": "Tcl",
    ".sas": "SAS", ".do": "Stata", ".ado": "Stata", ".nb": "Mathematica", ".wl": "Mathematica", ".wls": "Mathematica",
    ".mlx": "MATLAB live script", ".adb": "Ada", ".ads": "Ada", ".pas": "Pascal", ".cr": "Crystal", ".elm": "Elm",
    ".purs": "PureScript", ".pro": "Prolog", ".sml": "Standard ML", ".s": "Assembly", ".asm": "Assembly",
    ".stan": "Stan", ".nlogo": "NetLogo", ".gms": "GAMS", ".move": "Move", ".vy": "Vyper", ".qs": "Q#",
    ".gd": "GDScript", ".vb": "Visual Basic", ".cob": "COBOL", ".ps1": "PowerShell", ".bat": "Batch",
    ".sh": "Shell", ".bash": "Shell", ".zsh": "Shell",
}  # fmt: skip
SHELL_SUFFIXES = frozenset({".sh", ".bash", ".zsh", ".bat", ".ps1", ".slurm", ".sbatch"})
_DOCUMENT_SUFFIXES = frozenset({".md", ".rst", ".txt", ".markdown", ".mdown", ".org", ".adoc"})
_CONFIG_SUFFIXES = frozenset(
    {".yaml", ".yml", ".toml", ".ini", ".cfg", ".gin", ".json", ".libsonnet", ".jsonnet"}
)
_DATA_SUFFIXES = frozenset(
    {".csv", ".tsv", ".jsonl", ".npy", ".npz", ".h5", ".hdf5", ".mat", ".parquet", ".arff", ".xml", ".zip"}
    | {".gz", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".db", ".sqlite", ".arrow", ".pcap", ".feather"}
)
_WEIGHT_SUFFIXES = frozenset(
    {
        ".pt",
        ".pth",
        ".ckpt",
        ".pb",
        ".onnx",
        ".safetensors",
        ".caffemodel",
        ".tflite",
        ".bin",
        ".pkl",
        ".joblib",
    }
)
_BINARY_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".pdf", ".mp4", ".svg", ".ico", ".webp", ".bmp", ".tif", ".tiff", ".so"}
    | {".o", ".a", ".exe", ".dll", ".pyc", ".class", ".jar", ".mov", ".avi", ".wav", ".mp3", ".ttf", ".woff"}
    | {".doc", ".docx", ".odt", ".ppt", ".pptx", ".xls", ".xlsx"}
)
_DEPENDENCY_FILES = re.compile(
    r"(?:requirements[\w.-]*\.(?:txt|in)|(?:conda[\w.-]*|env(?:ironment)?[\w.-]*)\.ya?ml|pipfile(?:\.lock)?"
    r"|poetry\.lock|uv\.lock|pixi\.(?:toml|lock)|pdm\.lock|package(?:-lock)?\.json|yarn\.lock|cargo\.(?:toml|lock)"
    r"|go\.(?:mod|sum)|pom\.xml|build\.gradle(?:\.kts)?|cmakelists\.txt|project\.toml|manifest\.toml"
    r"|description|gemfile|rockspec)\Z",
)
_PACKAGING_FILES = frozenset({"setup.py", "setup.cfg", "pyproject.toml", "meta.yaml", "manifest.in"})
_CI_PATHS = re.compile(
    r"(?:^|/)(?:\.github/workflows/[^/]+\.ya?ml|\.travis\.ya?ml|\.circleci/config\.ya?ml|\.gitlab-ci\.ya?ml"
    r"|appveyor\.ya?ml|\.appveyor\.ya?ml|azure-pipelines[^/]*\.ya?ml|\.azure[^/]*/.*\.ya?ml|jenkinsfile"
    r"|\.drone\.ya?ml|\.buildkite/.+|bitbucket-pipelines\.ya?ml|\.cirrus\.ya?ml|tox\.ini|noxfile\.py"
    r"|\.semaphore/.+|cloudbuild\.ya?ml|wercker\.ya?ml)\Z",
)
_LICENCE_FILES = re.compile(r"(?:licen[cs]e|copying|unlicense)(?:[.-][\w.-]*)?\Z")
_TEST_PATH = re.compile(
    r"(?:^|/)(?:tests?|testing|unit_?tests?|integration_?tests?)/"
    r"|(?:^|/)(?:test_[^/]*|[^/]*_(?:unit)?tests?|conftest)\.pyx?\Z|(?:^|/)[^/]*(?:_test\.(?:go|cc|cpp)|\.(?:test|spec)\.[jt]sx?)\Z"
)
MAX_TEXT_BYTES = 1_000_000
MAX_NOTEBOOK_BYTES = 8_000_000


def language_of(path: str) -> str | None:
    """The programming language that a file name promises, or ``None``."""
    return LANGUAGES.get(_suffix(path.rpartition("/")[2].lower()))


def unread_language_of(path: str) -> str | None:
    """The language of a file of code that is named and not read, or ``None``."""
    return UNREAD_LANGUAGES.get(_suffix(path.rpartition("/")[2].lower()))


def folders_of(path: str) -> list[str]:
    """Folders that a path lies in, the outermost first."""
    return [path[:end] for end, letter in enumerate(path) if letter == "/"]


def _suffix(name: str) -> str:
    """The last ending of a file's name with its dot; a leading dot begins none."""
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


@lru_cache(maxsize=32_768)  # a repository's files are asked about some ten times each
def role_of(path: str) -> Role:
    """What a file is for, by its path. The path ``tests/helpers/io.py`` is a test, as is ``io_test.py``."""
    lowered = path.lower()
    name = lowered.rpartition("/")[2]
    suffix = _suffix(name)
    if _CI_PATHS.search(lowered):
        return Role.CI
    if name in _PACKAGING_FILES:
        return Role.PACKAGING
    if _DEPENDENCY_FILES.match(name):
        return Role.DEPENDENCIES
    if _LICENCE_FILES.match(name) and suffix not in LANGUAGES:
        return Role.LICENCE
    if suffix == ".ipynb":
        return Role.NOTEBOOK
    if suffix in LANGUAGES:
        return Role.TEST if _TEST_PATH.search(lowered) else Role.SOURCE
    if suffix in SHELL_SUFFIXES or name in {"makefile", "justfile", "snakefile", "dvc.yaml"}:
        return Role.SCRIPT
    if name.startswith(("dockerfile", "docker-compose")) or name.endswith((".dockerfile", ".def")):
        return Role.CONTAINER
    return _role_of_text(name, suffix)


def _role_of_text(name: str, suffix: str) -> Role:
    if suffix in _BINARY_SUFFIXES:
        return Role.BINARY  # readme.docx, too
    if suffix in _DOCUMENT_SUFFIXES or name.startswith(("readme", "changelog", "contributing", "citation")):
        return Role.DOCUMENT
    if suffix in _CONFIG_SUFFIXES:
        return Role.CONFIGURATION
    if suffix in _DATA_SUFFIXES:
        return Role.DATA
    return Role.WEIGHTS if suffix in _WEIGHT_SUFFIXES else Role.OTHER


# Where keys are kept, by custom; they should not be there at all.
_KEEPS_KEYS = re.compile(
    r"(?:^|/)(?:\.env(?:\.\w+)?|\.netrc|\.npmrc|\.pypirc|\.pgpass|credentials|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.pem)\Z"
)
_READ = frozenset(
    {Role.SOURCE, Role.TEST, Role.NOTEBOOK, Role.LICENCE, Role.PACKAGING, Role.DEPENDENCIES, Role.CI}
    | {Role.SCRIPT, Role.CONTAINER, Role.CONFIGURATION}
)


def worth_reading(path: str) -> bool:
    """Whether the content of a file can count. Documents count when they are a README or lie under ``docs``."""
    role = role_of(path)
    if role in _READ:
        return True
    if role is Role.DOCUMENT:
        lowered = path.lower()
        return lowered.rpartition("/")[2].startswith("readme") or (
            lowered.count("/") <= 2 and lowered.endswith((".md", ".rst"))
        )
    if _KEEPS_KEYS.search(path.lower()):
        return True
    return path.lower() == ".gitmodules" or path.lower().endswith((".gitignore", ".pre-commit-config.yaml"))


def size_limit(path: str) -> int:
    """How many bytes of a file are read at most: notebooks carry their outputs, configuration is short."""
    role = role_of(path)
    if role is Role.NOTEBOOK:
        return MAX_NOTEBOOK_BYTES
    if role in {Role.CONFIGURATION, Role.DEPENDENCIES}:
        return 64_000
    return MAX_TEXT_BYTES
