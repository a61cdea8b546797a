"""Which files count: those that the repository's own people wrote.

Left out are vendored and copied projects (by folder name, or by a licence file of their own), generated files
and files that are mostly functions known from elsewhere. What is left out is said, never scored.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ranking.code_quality.facts import FileFacts
from ranking.code_quality.layout import Role, language_of, role_of
from ranking.code_quality.tree import SourceTree

_VENDOR_FOLDERS = frozenset({
    "node_modules", "bower_components", "vendor", "vendors", "vendored", "_vendor", "third_party",
    "third-party", "thirdparty", "3rdparty", "3rd_party", "third_parties", "external", "externals",
    "extern", "submodules", "site-packages", "dist-packages", "jspm_packages", "pods", "eggs", ".eggs",
    "wheels", "deps", "contrib_libs",
})  # fmt: skip
# Packages that paper repositories carry whole instead of depending on them.
_KNOWN_PACKAGES = frozenset({
    "detectron2", "fairseq", "mmdet", "mmcv", "mmseg", "mmdet3d", "mmengine", "transformers", "diffusers",
    "peft", "guided_diffusion", "guided-diffusion", "improved_diffusion", "taming", "ldm", "dnnlib",
    "torch_utils", "diff-gaussian-rasterization", "simple-knn", "lpipspytorch", "pytorch_transformers",
    "open_clip", "timm", "pytorch_pretrained_bert", "maskrcnn_benchmark", "stylegan2", "stylegan3", "apex",
    "nanogpt", "lm_eval", "lm-evaluation-harness", "segment_anything", "segment-anything", "groundingdino",
    "stable_baselines3", "deepspeed", "megatron", "verl", "trl", "llava", "gsplat", "nerfstudio",
    "pytorch3d", "raft", "dinov2", "yolov5", "yolov7", "darknet", "pytorch_fid", "pytorch-fid", "lpips",
    "spinningup", "baselines", "jquery", "bootstrap", "mathjax", "googletest", "gtest", "eigen", "eigen3",
    "pybind11", "cub", "cutlass", "catch2",
})  # fmt: skip
_GENERATED_PATH = re.compile(
    r"(?:_pb2(?:_grpc)?\.pyi?|\.min\.js|\.bundle\.js|\.pb\.(?:cc|h)|\.g\.cs|_version\.py|versioneer\.py|ez_setup\.py"
    r"|resources_rc\.py|_generated\.\w+)\Z|(?:^|/)(?:dist|build|_build|htmlcov|__pycache__|generated|gen)/"
)
_TEMPLATE = re.compile(
    r"(?:YOUR CODE (?:HERE|GOES HERE)|START CODE HERE|START OF YOUR CODE|implement your code here"
    r"|TODO: (?:your code|implement this (?:function|method) for the assignment)|\*\*\* YOUR CODE)",
    re.I,
)
_TEMPLATE_HINTS = (b"your code", b"code here", b"for the assignment")
_LICENCE_NAMES = (
    ("Apache-2.0", "apache license"), ("GPL", "general public license"), ("MIT", "permission is hereby granted"),
    ("BSD", "redistribution and use in source"), ("CC", "creative commons"), ("MPL", "mozilla public license"),
    ("Unlicense", "released into the public domain"), ("research licence", "non-commercial"),
)  # fmt: skip
# A file whose functions are known from elsewhere to this share is a copy.
COPIED_SHARE = 0.5


@dataclass(slots=True)
class Authorship:
    """``left_out`` maps paths to reasons; ``shares`` maps each reason's kind to its share of code lines."""

    left_out: dict[str, str] = field(default_factory=dict)
    copied_lines: int = 0
    own_lines: int = 0

    @property
    def foreign_share(self) -> float:
        """Share of all code lines that is not the repository's own, 0..1."""
        whole = self.copied_lines + self.own_lines
        return self.copied_lines / whole if whole else 0.0


def licence_of(text: str) -> str | None:
    """A licence's short name, by phrases of its text; ``None`` when it is none of the common ones."""
    lowered = " ".join(text[:6000].lower().split())
    return next((name for name, phrase in _LICENCE_NAMES if phrase in lowered), None)


def foreign_paths(tree: SourceTree, repository_key: str = "") -> dict[str, str]:
    """Code files that are not the repository's own by where they lie, each with the reason."""
    own_name = _plain(repository_key.rpartition("/")[2])
    projects = nested_projects(tree)
    own_packages: dict[str, bool] = {}
    found: dict[str, str] = {}
    for file in tree.files:
        if language_of(file.path) is None:
            continue
        steps = file.path.lower().split("/")[:-1]
        vendored = foreign_folder(file.path)
        known = next((step for step in steps if step in _KNOWN_PACKAGES), None)
        project = next((p for p in projects if file.path.startswith(p + "/")), None)
        if vendored:
            found[file.path] = f"vendored ({vendored}/)"
        elif _GENERATED_PATH.search(file.path.lower()):
            found[file.path] = "generated"
        elif project:
            found[file.path] = f"a project with a licence of its own ({project}/)"
        elif known:
            if known not in own_packages:
                own_packages[known] = _plain(known) == own_name or _is_own_package(tree, known)
            at_top = known in (steps[0], steps[1] if steps[0] in ("src", "lib") and len(steps) > 1 else "")
            if not (at_top and own_packages[known]):
                found[file.path] = f"a copy of {known}"
    return found


def _plain(name: str) -> str:
    """A project's name as its package spells it."""
    return name.lower().replace("-", "_")


def _is_own_package(tree: SourceTree, name: str) -> bool:
    """Whether ``name`` is the package that this very repository publishes."""
    for path in ("setup.py", "pyproject.toml", "setup.cfg"):
        file = tree.by_path.get(path)
        if file is not None and file.content is not None:
            text = file.content.decode("utf-8", "replace").lower()
            if re.search(rf"name\s*=\s*[\"']?{re.escape(name)}\b", text):
                return True
    return False


def foreign_folder(path: str) -> str | None:
    """The folder on the way to ``path`` that holds other people's work by its name, if there is one."""
    return next((step for step in path.lower().split("/")[:-1] if step in _VENDOR_FOLDERS), None)


def nested_projects(tree: SourceTree) -> list[str]:
    """Folders with a licence whose text is not the root's: somebody else's project, put inside."""
    licences = [file for file in tree.files if role_of(file.path) is Role.LICENCE and file.content]
    own = {_words(file.content) for file in licences if "/" not in file.path}
    return sorted(
        file.path.rpartition("/")[0]
        for file in licences
        if "/" in file.path
        and _words(file.content) not in own
        and not file.path.lower().startswith(("docs/", "doc/", "licenses/", ".github/", "data/", "datasets/"))
    )


def _words(content: bytes | None) -> str:
    return hashlib.blake2b(b"".join((content or b"").lower().split()), digest_size=8).hexdigest()


def copied_from(file: FileFacts, functions: Mapping[str, str]) -> str | None:
    """Where half of a file's functions, by lines, and at least two of them, come from; ``None`` if they do not.

    ``functions`` maps digests to origins; the origin of most lines is named.
    """
    lines: Counter[str] = Counter()
    found = 0
    for function in file.functions:
        if function.digest and function.digest in functions:
            lines[functions[function.digest]] += function.lines
            found += 1
    whole = sum(function.lines for function in file.functions)
    if found < 2 or lines.total() < COPIED_SHARE * whole:
        return None
    return lines.most_common(1)[0][0]


def _is_template(content: bytes) -> bool:
    start = content[:200_000].lower()
    if not any(hint in start for hint in _TEMPLATE_HINTS):  # spares most files the expression
        return False
    return len(_TEMPLATE.findall(start.decode("utf-8", "replace"))) >= 2


def settle(
    facts: Iterable[FileFacts],
    tree: SourceTree,
    by_path: Mapping[str, str],
    known_functions: Mapping[str, str],
    inherited: Collection[str] = (),
) -> Authorship:
    """Decide file by file. ``known_functions`` maps digests of functions to the repository they come
    from; ``inherited`` are paths that a fork took over."""
    found = Authorship(left_out=dict(by_path))
    for file in facts:
        reason = found.left_out.get(file.path)
        if reason is None and file.path in inherited:
            reason = "inherited from the repository it was forked from"
        if reason is None and file.generated:
            reason = "generated"
        if reason is None and (origin := copied_from(file, known_functions)) is not None:
            reason = f"mostly functions of {origin}"
        if reason is None:
            source = tree.by_path.get(file.path)
            if source is not None and source.content is not None and _is_template(source.content):
                reason = "a course template to fill in"
        if reason is None:
            found.own_lines += file.code_lines
        else:
            found.left_out[file.path] = reason
            found.copied_lines += file.code_lines
    return found
