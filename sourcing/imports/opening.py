"""A file's bytes: as they are, or out of the archive that a site packs its downloads into."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from db.records import ParseError
from sourcing.imports.table import MAX_BYTES


def read_file(path: Path, *, wanted: Callable[[str], bool]) -> tuple[str, bytes]:
    """The name and bytes of a file; of a ZIP, those of its one member whose name is ``wanted``.

    LinkedIn and Kaggle hand out archives. Nothing is unpacked to disk, and little more than
    :data:`~sourcing.imports.table.MAX_BYTES` come out of it. Raises :class:`~db.records.ParseError` or
    :class:`OSError`.
    """
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return path.name, file.read(MAX_BYTES + 1)
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if wanted(PurePosixPath(one.filename).name)]
        if len(members) != 1:
            said = ", ".join(one.filename for one in members[:5]) or "none"
            raise ParseError(path.name, f"one table is wanted inside, there are: {said}")
        if members[0].flag_bits & 1:
            raise ParseError(path.name, "is under a password; unpack it yourself")
        try:
            with archive.open(members[0]) as file:
                return PurePosixPath(members[0].filename).name, file.read(MAX_BYTES + 1)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise ParseError(path.name, f"cannot be unpacked: {error}") from error
