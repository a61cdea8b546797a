"""People's traces in files that can be made again: answers in the cache, digests, lists."""

from __future__ import annotations

import gzip
import html
import json
import re
import shutil
import zlib
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from db.suppression import Suppressor
from sourcing.app import App
from sourcing.deliver import out_folder

# Bodies under these encodings (as Scrapy's cache keeps them) cannot be searched without a further library; they are
# taken to name whoever is looked for, which costs one more request.
_OPAQUE = (b"br", b"zstd", b"deflate")

_SHORTEST_WORD = 3
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def forget_files(folder: Path, words: Collection[str]) -> tuple[Path, ...]:
    """Delete the files below ``folder`` that hold any of ``words``, and gives their paths.

    A word that is a name counts where all its parts stand somewhere in the file: sources print family and given names
    apart. Compressed files are looked into; symbolic links are not followed.
    """
    wanted = [forms for word in words if (forms := _forms(word))]
    gone = []
    for path in _files(folder):
        content = path.read_bytes()
        if _is_opaque(path) or _holds(_unpacked(content).lower(), wanted):
            gone.append(path)
            _remove(path)
    return tuple(gone)


def forget_person_files(app: App, words: Collection[str]) -> tuple[Path, ...]:
    """Delete what the cache and the folder of digests and lists hold of ``words``."""
    cache = app.settings.crawl.cache_dir
    folders = [*([Path(cache)] if cache else []), out_folder(app)]
    return tuple(path for folder in folders for path in forget_files(folder, words))


def forget_suppressed_answers(folder: Path, suppressor: Suppressor, *, since: datetime) -> int:
    """Delete the answers cached since a moment that name somebody who must not come back; gives how many.

    What is stored of an answer never names them, but the answer itself does: a list of proceedings has all authors.
    """
    gone = 0
    for path in list(_files(folder)) if suppressor.hashes else ():
        if not path.is_file() or path.stat().st_mtime < since.timestamp():
            continue
        text = _unpacked(path.read_bytes()).decode("utf-8", "replace")
        if _is_opaque(path) or suppressor.names_anybody_in(html.unescape(_unescaped(text))):
            _remove(path)
            gone += 1
    return gone


def forget_old_answers(folder: Path, *, before: datetime) -> int:
    """Delete the answers in a cache that were fetched before a moment; gives how many files went."""
    old = [path for path in _files(folder) if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            yield path


def _remove(path: Path) -> None:
    # Scrapy keeps one answer in several files of one folder; headers and metadata go with it.
    if path.name.startswith(("response_", "request_")) or path.name in ("meta", "pickled_meta"):
        shutil.rmtree(path.parent)
    else:
        path.unlink()


def _is_opaque(path: Path) -> bool:
    if path.name != "response_body":
        return False
    headers = path.with_name("response_headers")
    lines = headers.read_bytes().lower().splitlines() if headers.is_file() else []
    return any(
        line.startswith(b"content-encoding:") and line.partition(b":")[2].strip() in _OPAQUE for line in lines
    )


def _holds(content: bytes, wanted: Collection[list[tuple[bytes, ...]]]) -> bool:
    return any(all(any(form in content for form in part) for part in parts) for parts in wanted)


def _forms(word: str) -> list[tuple[bytes, ...]]:
    """For each part of a word, how files write it: as it is, and escaped as JSON, Python, XML and URLs do."""
    parts = word.split()
    if sum(map(len, parts)) <= _SHORTEST_WORD:
        return []
    return [
        tuple(
            dict.fromkeys(
                form.lower()
                for form in (
                    part.lower().encode(),
                    json.dumps(part)[1:-1].encode(),
                    part.encode("ascii", "backslashreplace"),
                    part.encode("ascii", "xmlcharrefreplace"),
                    "".join(ch if ch.isascii() else f"&#x{ord(ch):x};" for ch in part).encode(),
                )
            )
        )
        for part in parts
    ]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content
