"""How the corpus index lies on disk: append-only segments and one manifest that says which of them count.

``manifest.json`` = ``{"format", "version", "segments": [name, …]}``; each segment is an ``.npz`` without pickles.
A segment is written and synced before the manifest that names it replaces the old one, so a stop at any moment leaves
the state before or the state after.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FORMAT = 1
MANIFEST = "manifest.json"
# Beyond this many segments all are written again as one, so that opening stays quick.
MOST_SEGMENTS = 12


class UnusableStateError(Exception):
    """State on disk that belongs to another version or format, or that cannot be read. Says which."""


@dataclass(slots=True, kw_only=True)
class Segment:
    """Papers that were added together, as rows of a sparse matrix; ``words`` are the columns they brought."""

    ids: list[str]
    titles: list[str]
    days: npt.NDArray[np.int32]
    words: list[str]
    bounds: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.float32]


@dataclass(slots=True)
class SavedState:
    """Which segments are on disk, and which are not yet."""

    names: list[str] = field(default_factory=list)
    pending: list[Segment] = field(default_factory=list)


def load(directory: Path, version: str) -> tuple[list[Segment], SavedState]:
    """Read all segments of ``version`` in order; nothing if there is no manifest.

    Raises :class:`UnusableStateError`.
    """
    manifest_path = directory / MANIFEST
    if not manifest_path.exists():
        return [], SavedState()
    try:
        manifest = json.loads(manifest_path.read_text("utf-8"))
        if manifest["format"] != FORMAT or manifest["version"] != version:
            raise UnusableStateError(
                f"the index in {directory.name} is of version {manifest['version']} (format {manifest['format']}), "
                f"now {version} (format {FORMAT})"
            )
        names = [Path(str(name)).name for name in manifest["segments"]]
        segments = [_read(directory / name) for name in names]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UnusableStateError(f"the index in {directory.name} cannot be read: {error}") from error
    return segments, SavedState(names=names)


def save_segments(directory: Path, version: str, state: SavedState) -> None:
    """Write pending segments and then the manifest; files that no manifest names are removed afterwards."""
    if not state.pending and state.names:
        return
    directory.mkdir(parents=True, exist_ok=True)
    # Numbers go on from whatever lies there: a file that the manifest in force names is never written over.
    number = 1 + max((int(path.stem.split("-")[1]) for path in directory.glob("segment-*.npz")), default=0)
    names = list(state.names)
    fresh = state.pending
    if len(names) >= MOST_SEGMENTS:
        fresh = [_read(directory / name) for name in names] + fresh
        names = []
    if fresh:
        names.append(f"segment-{number:06d}.npz")
        _write(directory / names[-1], _joined(fresh))
    manifest = json.dumps({"format": FORMAT, "version": version, "segments": names})
    _replace(directory / MANIFEST, manifest.encode())
    for leftover in directory.glob("segment-*"):
        if leftover.name not in names:
            leftover.unlink()
    state.names, state.pending = names, []


def _joined(segments: list[Segment]) -> Segment:
    if len(segments) == 1:
        return segments[0]
    bounds: list[npt.NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
    for segment in segments:
        bounds.append(segment.bounds[1:] + bounds[-1][-1])
    return Segment(
        ids=[each for segment in segments for each in segment.ids],
        titles=[each for segment in segments for each in segment.titles],
        days=np.concatenate([segment.days for segment in segments]),
        words=[each for segment in segments for each in segment.words],
        bounds=np.concatenate(bounds),
        columns=np.concatenate([segment.columns for segment in segments]),
        values=np.concatenate([segment.values for segment in segments]),
    )


def _write(path: Path, segment: Segment) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        np.savez(
            file,
            ids=_packed(segment.ids), titles=_packed(segment.titles), words=_packed(segment.words),
            days=segment.days, bounds=segment.bounds, columns=segment.columns, values=segment.values,
        )  # fmt: skip
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read(path: Path) -> Segment:
    with np.load(path, allow_pickle=False) as stored:
        return Segment(
            ids=_unpacked(stored["ids"]), titles=_unpacked(stored["titles"]), words=_unpacked(stored["words"]),
            days=stored["days"], bounds=stored["bounds"], columns=stored["columns"], values=stored["values"],
        )  # fmt: skip


def _replace(path: Path, body: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _packed(strings: list[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(strings).encode(), dtype=np.uint8)


def _unpacked(packed: npt.NDArray[Any]) -> list[str]:
    strings = json.loads(packed.tobytes())
    if not isinstance(strings, list):
        raise ValueError("not a list")
    return strings
