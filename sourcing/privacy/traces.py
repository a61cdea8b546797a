"""People's traces in files that can be made again: answers in the cache, digests, lists."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import numpy as np

from db.suppression import Suppressor
from sourcing.app import App
from sourcing.checkout.snapshot import clear_quarantine
from sourcing.deliver import out_folder
from sourcing.privacy.erase import Erased
from sourcing.privacy.lists import strike_from_lists

# Bodies under these encodings (as Scrapy's cache keeps them) cannot be searched without a further library; they are
# taken to name whoever is looked for, which costs one more request.
_OPAQUE = (b"br", b"zstd", b"deflate")

_MOST_UNPACKED = 256 << 20
_SHORTEST_WORD = 3
_TELLING_LENGTH = 5
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def forget_files(folder: Path, words: Collection[str]) -> tuple[Path, ...]:
    """Delete the files below ``folder`` that hold any of ``words``, and gives their paths.

    A word that is a name counts where all its parts stand somewhere in the file: sources print family and given names
    apart. Compressed files are looked into; symbolic links are not followed.
    """
    return _delete_holding(_files(folder), words)


def _delete_holding(paths: Iterable[Path], words: Collection[str]) -> tuple[Path, ...]:
    wanted = [forms for word in words if (forms := _forms(word))]
    gone = []
    for path in paths:
        content = path.read_bytes()
        if _is_opaque(path) or _holds(_unpacked(content).lower(), wanted):
            gone.append(path)
            _remove(path)
    return tuple(gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Files from which people were taken.

    ``answers`` counts deleted answers of the cache, ``checkouts`` what was left of repositories; ``deleted`` are
    digests, and lists that are no longer readable as such; ``struck`` are lists that go on without them. ``index`` says
    that the index of papers' words was deleted. ``out_of_reach`` says what is the user's to clean up.
    """

    answers: int = 0
    checkouts: int = 0
    index: bool = False
    deleted: tuple[Path, ...] = ()
    struck: tuple[Path, ...] = ()
    out_of_reach: tuple[str, ...] = ()

    @classmethod
    def of(cls, each: Iterable[Cleaned]) -> Cleaned:
        """Several as one; a list that several people were taken out of is named once."""
        all_of = list(each)
        deleted = tuple(dict.fromkeys(path for one in all_of for path in one.deleted))
        struck = dict.fromkeys(path for one in all_of for path in one.struck)
        return cls(
            answers=sum(one.answers for one in all_of),
            checkouts=sum(one.checkouts for one in all_of),
            index=any(one.index for one in all_of),
            deleted=deleted,
            struck=tuple(path for path in struck if path not in deleted),
            out_of_reach=tuple(dict.fromkeys(line for one in all_of for line in one.out_of_reach)),
        )

    def told(self) -> Iterator[str]:
        """What happened, in sentences."""
        if self.answers:
            yield f"answers deleted from the cache: {self.answers}"
        if self.checkouts:
            yield f"deleted what was left of checkouts, as their histories name people: {self.checkouts}"
        if self.index:
            yield "deleted the index of papers' words, as it held a name; the next night makes it anew"
        if self.deleted:
            yield f"deleted, as they named them: {', '.join(map(str, self.deleted))}"
        if self.struck:
            yield f"taken out of these lists: {', '.join(map(str, self.struck))}"
        for one in self.out_of_reach:
            yield f"yours to clean up: {one}"


def forget_person_files(app: App, done: Erased) -> Cleaned:
    """Take people out of the cache, the folder of digests and lists, and exported lists where they still lie."""
    cache, folder = app.settings.crawl.cache_dir, out_folder(app)
    answers = forget_files(Path(cache), done.words) if cache else ()
    lists = dict.fromkeys((*sorted(folder.glob("*.csv")), *done.left.files))
    struck, not_reached = strike_from_lists(lists, done.gone)
    pages = [one for one in done.left.pages if one.parent != folder]
    deleted = forget_files(folder, done.words)
    deleted += _delete_holding((one for one in pages if one.is_file()), done.words)
    not_reached += tuple(
        f"{one}: no longer there" for one in pages if not one.exists() and one not in deleted
    )
    return Cleaned(
        answers=len(answers),
        checkouts=clear_quarantine(app.state_dir("quarantine")),
        index=forget_index(app.state_dir("corpus"), done.words),
        deleted=deleted,
        struck=tuple(one for one in struck if one not in deleted),
        out_of_reach=(*not_reached, *(f"the mail of {one}" for one in done.left.mails)),
    )


def forget_index(folder: Path, words: Collection[str]) -> bool:
    """Delete the index of papers' words and titles if it holds any of ``words``; the next night makes it anew."""
    wanted = [forms for word in words if (forms := _forms(word))]
    if not any(_holds(_text_in(path), wanted) for path in _files(folder) if path.suffix == ".npz"):
        return False
    shutil.rmtree(folder)
    return True


def _text_in(path: Path) -> bytes:
    """The texts among the arrays of a file, lower case; all of it where they cannot be told apart."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            texts = [stored[name].tobytes() for name in stored.files if stored[name].dtype == np.uint8]
    except (OSError, ValueError, zipfile.BadZipFile):
        return path.read_bytes().lower()
    return b"\n".join(texts).lower()


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
    return any(all(any(_stands(form, content) for form in part) for part in parts) for parts in wanted)


def _stands(form: bytes, content: bytes) -> bool:
    """Whether a form stands in a file: a short one as a word of its own ("Li" is in every "like")."""
    if len(form) >= _TELLING_LENGTH:
        return form in content
    return re.search(rb"(?<![a-z0-9_])" + re.escape(form) + rb"(?![a-z0-9_])", content) is not None


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
                    quote(part).encode(),
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
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(_MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error):
        return content
    # A bomb says nothing of anybody; a real answer is not so large.
    return unpacked if len(unpacked) <= _MOST_UNPACKED else content
