"""A file in no programming language: only what must not lie open in it, and what binds it to one machine."""

from __future__ import annotations

import re

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.files.text_rules import MAX_LINE, find_secrets, is_filled_in
from ranking.code_quality.layout import Role, role_of

TEXT = "text"  # stands for the language
# Settings and shell scripts need no quotes around a path. Container files are left out: their paths are their own.
_PATH = re.compile(
    r"(?:^|[\s=:\"',(\[])(/(?:home|Users|mnt|media|data\d?|scratch|nfs|raid|ssd\d?|hdd\d?|disk\d?|gpfs|lustre|storage"
    r"|cluster|share|home\d)/[^\s\"'`:;,)\]]{2,200})",
    re.M,
)
_PLACED = frozenset({Role.CONFIGURATION, Role.SCRIPT})
_RESULT = re.compile(
    r"(?:^|/)(?![^/]*(?:conf|setting|param|opt|arg)[^/]*\Z)[^/]+\.json\Z", re.I
)  # holds what came out


def read_text(path: str, content: bytes) -> FileFacts:
    """Secrets in any text; paths of the author's machine in settings and scripts."""
    facts = FileFacts(path=path, language=TEXT)
    if b"\0" in content:
        facts.failure = "it is no text"
        return facts
    lines = [
        line if len(line) <= MAX_LINE else ""
        for line in content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    ]
    find_secrets(facts, "\n".join(lines))
    if role_of(path) in _PLACED and not _RESULT.search(path):
        for number, line in enumerate(lines, start=1):
            match = _PATH.search(line) if "/" in line and not line.lstrip().startswith("#") else None
            if match and not is_filled_in(match.group(1)):
                facts.found("hard-coded path", number, match.group(1))
    return facts
