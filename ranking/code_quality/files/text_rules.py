"""Rules that need lines of text only, whatever the language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.files.file_head import attribution_in, head_of, holders_in
from ranking.code_quality.files.generated_mark import generated_mark
from ranking.code_quality.files.open_secrets import open_secrets

# A line this long is data or minified code; Python's and ruff's parsers are quadratic or worse on some.
MAX_LINE = 20_000

OPEN_RULE = "secret: "  # begins the rule; its kind follows

_HARD_CODED_PATH = re.compile(
    r"""["'](?=[/A-Za-z])(?:/(?:home|Users|mnt|media|data\d?|scratch|nfs|work|workspace|root|raid|ssd\d?|hdd\d?|disk\d?|gpfs|"""
    r"""lustre|storage|srv|cluster|share|home\d|opt/data)/[^"'\s]{2,}|[A-Za-z]:(?:\\\\|/|"""
    r"""\\(?![nrt])|(?<=[rR]["'][A-Za-z]:)\\)[A-Za-z][^"'\n]{2,})["']"""  # "Q:\nWhat" asks something
)
_FILLED_IN = re.compile(r"/(?:home|Users)/(?:\$|\{|%s|<)")
# There "/home/feed" is a place on a site.
_OF_THE_WEB = frozenset({"JavaScript", "TypeScript"})
_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_CODE_COMMENT = re.compile(
    r"#\s?\s*(?:"
    r"(?:import|from)\s+[\w.]+(?:\s+import\b.*|\s+as\s+\w+)?\s*\Z"
    r"|(?:if|elif|while|for|with|def|class|try|except|else)\b.*:\s*\Z"
    r"|(?:return|raise|yield|del|assert|print)\b[ (].*[\w)\]}'\"]\s*\Z"
    r"|[A-Za-z_][\w.\[\]'\", ]*\s*(?:=|\+=|-=|\*=|/=)\s*[^=\s].*\Z"
    r"|[A-Za-z_][\w.]*\(.*\)\s*[,;]?\s*\Z"
    r"|@\w[\w.]*(?:\(.*\))?\s*\Z)"
)
_PROSE = re.compile(
    r"#\s*(?:[A-Za-z]+\s+){3,}[A-Za-z]"
    # what a letter stands for: "B = batch size"
    r"|#\s*\w+\s*=\s*(?!(?:not|lambda|await|yield)\b)[A-Za-z][\w-]*\s+(?!(?:if|and|or|in|is|not|for)\b)[A-Za-z]"
)


def read_lines(facts: FileFacts, lines: list[str]) -> None:
    """Note secrets, machine-bound paths, open ends, and what the head says of its origin."""
    head = head_of(lines)
    facts.generated = generated_mark(head)
    if said := attribution_in(head):
        facts.origin = said.origin
        facts.counts["origin_line"] = said.line
        facts.tick("taken whole", said.verbatim)
    facts.holders = holders_in(head)
    text = "\n".join(line if len(line) <= 2000 else "" for line in lines)
    find_secrets(facts, text)
    number, at = 1, 0
    for match in _HARD_CODED_PATH.finditer(text):
        number += text.count("\n", at, match.start())
        at = match.start()
        path = match.group(0).strip("\"'")
        if is_filled_in(path):
            continue
        if facts.language in _OF_THE_WEB and path.startswith("/") and not path.startswith("/Users/"):
            continue
        if not lines[number - 1].lstrip().startswith(("#", "//", "*", "%")):
            facts.found("hard-coded path", number, path)
    if any(word in text for word in ("TODO", "FIXME", "XXX", "HACK")):  # far quicker than the pattern
        facts.tick("todo", len(_TODO.findall(text)))


def is_filled_in(path: str) -> bool:
    """Whether a path is made where it is used, from the name of whoever uses it: ``/home/$USER``."""
    return _FILLED_IN.match(path) is not None


def find_secrets(facts: FileFacts, text: str, line: int | None = None) -> None:
    """Note what lies open in ``text`` at its lines, or all of it at ``line``. No secret is quoted."""
    for number, kind in open_secrets(facts.path, text):
        facts.found(OPEN_RULE + kind, number if line is None else line)


def commented_out(lines: list[str], comment_numbers: Iterable[int]) -> list[int]:
    """Lines of runs of two or more ``#`` comment lines that are code rather than prose."""
    runs: list[int] = []
    run: list[int] = []

    def close() -> None:
        if len(run) >= 2:
            runs.extend(run)
        run.clear()

    before = -2
    for number in comment_numbers:
        text = lines[number - 1].strip()
        if number != before + 1:
            close()
        if len(text) < 400 and _CODE_COMMENT.match(text) and not _PROSE.match(text):
            run.append(number)
        before = number
    close()
    return runs


def text_digest(lines: list[str]) -> str:
    """Hash of code lines without comments, blank lines and white space; empty for fewer than 6 lines."""
    kept = []
    for line in lines:
        text = line.strip()
        if "#" in text:
            head, _, _ = text.partition("#")
            if not text.startswith("#") and (head.count('"') % 2 or head.count("'") % 2):
                head = text
            text = head.strip()
        if text:
            kept.append("".join(text.split()))
    if len(kept) < 6 or sum(map(len, kept)) < 120:
        return ""
    return hashlib.blake2b("\n".join(kept).encode("utf-8", "replace"), digest_size=8).hexdigest()
