"""Git repositories made on the spot from Python values."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sourcing.demo.git_store import git_environment

Files = Mapping[str, str | bytes | None]
MIRA = "Mira Lindqvist <mira@example.org>"
TOMAS = "Tomás Okafor <17+tomok@users.noreply.github.com>"
START = 1_760_000_000


def stream(commits: Sequence[tuple[str, str, Files]], tags: Sequence[str] = ()) -> bytes:
    """Commits as ``(author, message, files)`` in git's import format; ``None`` deletes a file."""
    out = bytearray()
    for number, (author, message, files) in enumerate(commits):
        when = START + 86_400 * number
        out += b"commit refs/heads/main\n"
        out += f"author {author} {when} +0000\ncommitter {author} {when} +0000\n".encode()
        out += data(message.encode())
        for path, content in files.items():
            if content is None:
                out += f"D {path}\n".encode()
            else:
                raw = content.encode() if isinstance(content, str) else content
                out += f"M 100644 inline {path}\n".encode() + data(raw)
        out += b"\n"
    for tag in tags:
        out += f"reset refs/tags/{tag}\nfrom refs/heads/main\n\n".encode()
    return bytes(out)


def data(raw: bytes) -> bytes:
    """Content in exact byte count form."""
    return b"data %d\n%s\n" % (len(raw), raw)


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git on a bare repository and return what it prints."""
    done = subprocess.run(
        ["git", "--git-dir", str(folder), *arguments],
        input=stdin,
        capture_output=True,
        check=True,
        timeout=60,
        env=git_environment(),
    )
    return done.stdout.decode().strip()


def bare(folder: Path, history: bytes) -> Path:
    """A bare repository with ``history`` on its branch ``main``."""
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    git(folder, "fast-import", "--quiet", stdin=history)
    return folder


def tree_of(folder: Path, entries: Sequence[tuple[str, str, str]]) -> str:
    """Write a tree as it stands, also one that git itself would refuse to make: ``(mode, path, id)``."""
    raw = b"".join(
        f"{mode} ".encode() + path.encode("latin-1") + b"\0" + bytes.fromhex(oid)
        for mode, path, oid in entries
    )
    return git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)


def commit_tree(folder: Path, tree: str) -> None:
    """Make ``tree`` the newest commit of ``main``."""
    body = f"tree {tree}\nauthor {MIRA} {START} +0000\ncommitter {MIRA} {START} +0000\n\nBegin\n"
    commit = git(folder, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=body.encode())
    git(folder, "update-ref", "refs/heads/main", commit)
