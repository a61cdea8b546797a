"""Where a file that somebody asked for goes: looked at before anything is written or remembered."""

from __future__ import annotations

import os
from pathlib import Path

from sourcing.failure import ExitCode, Failure

# What stands for standard output, where a verb writes to it.
STDOUT = Path("-")


def checked_output(path: Path) -> Path:
    """The file that ``path`` leads to, there or still to be made: a link is followed, so that its target is written.

    Raises :class:`Failure` for what is there and is no regular file (a folder, a device, a pipe), and for ``-``.
    """
    if path == STDOUT:
        raise Failure("- would be standard output, which this is not written to; name a file", ExitCode.USAGE)
    real = Path(os.path.realpath(path)) if path.is_symlink() else path
    if real.is_dir():
        raise Failure(f"{path} is a folder; name a file in it", ExitCode.USAGE)
    if os.path.lexists(real) and not real.is_file():
        raise Failure(f"{path} is there and no regular file; name another", ExitCode.USAGE)
    return real


def checked_folder(path: Path) -> Path:
    """A folder that files can be put into, there or still to be made. Raises :class:`Failure` for anything else."""
    if path == STDOUT:
        raise Failure("- would be standard output; name a folder", ExitCode.USAGE)
    if os.path.lexists(path) and not path.is_dir():
        raise Failure(f"{path} is there and no folder; name another", ExitCode.USAGE)
    return path
