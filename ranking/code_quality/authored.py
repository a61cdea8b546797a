"""Which files count: those that the repository's own people wrote.

Left out are vendored and copied projects (by folder name, or by a licence file of their own), generated files
and files that are mostly functions known from elsewhere. What is left out is said, never scored.
"""

from __future__ import annotations

import hashlib
import re
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
    own_name = repository_key.rpartition("/")[2].lower()
    projects = _nested_projects(tree)
    found: dict[str, str] = {}
    for file in tree.files:
        if language_of(file.path) is None:
            continue
        steps = file.path.lower().split("/")[:-1]
        vendored = next((step for step in steps if step in _VENDOR_FOLDERS), None)
        known = next((step for step in steps if step in _KNOWN_PACKAGES and step != own_name), None)
        project = next((p for p in projects if file.path.startswith(p + "/")), None)
        if vendored:
            found[file.path] = f"vendored ({vendored}/)"
        elif _GENERATED_PATH.search(file.path.lower()):
            found[file.path] = "generated"
        elif project:
            found[file.path] = f"a project with a licence of its own ({project}/)"
        elif (known and len(steps) > 1 + (own_name == known)) or (
            known and not _is_own_package(tree, steps[0])
        ):
            found[file.path] = f"a copy of {known}"
    return found


def _is_own_package(tree: SourceTree, name: str) -> bool:
    """Whether the top folder ``name`` is the package that this very repository publishes."""
    for path in ("setup.py", "pyproject.toml", "setup.cfg"):
        file = tree.by_path.get(path)
        if file is not None and file.content is not None:
            text = file.content.decode("utf-8", "replace").lower()
            if re.search(rf"name\s*=\s*[\"']?{re.escape(name)}\b", text):
                return True
    return False


def _nested_projects(tree: SourceTree) -> list[str]:
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


def settle(
    facts: Iterable[FileFacts],
    tree: SourceTree,
    by_path: Mapping[str, str],
    known_functions: Collection[str],
    inherited: Collection[str] = (),
) -> Authorship:
    """Decide file by file. ``known_functions`` are digests of functions seen in unrelated repositories;
    ``inherited`` are paths whose content a fork took over unchanged."""
    found = Authorship(left_out=dict(by_path))
    for file in facts:
        reason = found.left_out.get(file.path)
        if reason is None and file.path in inherited:
            reason = "inherited from the repository it was forked from"
        if reason is None and file.generated:
            reason = "generated"
        if reason is None:
            digests = [f.digest for f in file.functions if f.digest]
            known = sum(f.lines for f in file.functions if f.digest and f.digest in known_functions)
            if len(digests) >= 2 and known >= COPIED_SHARE * max(1, sum(f.lines for f in file.functions)):
                reason = "mostly functions that are found word for word in other repositories"
        if reason is None:
            source = tree.by_path.get(file.path)
            if source is not None and source.content is not None:
                text = source.content[:200_000].decode("utf-8", "replace")
                if len(_TEMPLATE.findall(text)) >= 2:
                    reason = "a course template to fill in"
        if reason is None:
            found.own_lines += file.code_lines
        else:
            found.left_out[file.path] = reason
            found.copied_lines += file.code_lines
    return found
