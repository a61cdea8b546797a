"""What the whole assessment rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.records import Evidence
from ranking.code_quality.documents.reader import Documents
from ranking.code_quality.documents.texts import LONGEST_LINE, MOST_BYTES, MOST_CHARACTERS
from ranking.code_quality.files.facts import FileFacts, Finding
from ranking.code_quality.notes.left_out import left_out_notes, origin_notes
from ranking.code_quality.notes.unread import unread_notes
from ranking.code_quality.parts.measure import note
from ranking.code_quality.reading import Reading

_MOST_REASONS = 4  # so many reasons for leaving files unread are told one by one
_BREAKS = ("python 2", "syntax error", "later python")  # findings that say where the grammar stopped


def reading_notes(reading: Reading) -> tuple[Evidence, ...]:
    """How much code there is, how much of it is not counted, what was not read."""
    notes = [Evidence(text=_extent(reading), kind="extent"), *_coarsely_read(reading), *_unparsed(reading)]
    notes += [*left_out_notes(reading), *origin_notes(reading)]
    grouped: dict[str, list[str]] = {}
    for skipped in reading.aside:
        if skipped.path:
            grouped.setdefault(skipped.reason, []).append(skipped.path)
        else:  # of the list of files itself: how many are missing is not known
            notes.append(Evidence(text=skipped.reason, kind="not read"))
    by_count = sorted(grouped.items(), key=lambda item: -len(item[1]))
    for reason, paths in by_count[:_MOST_REASONS]:
        text = f"{_files(paths)} not read: {reason}"
        notes.append(Evidence(text=text, kind="not read", location=paths[0]))
    if rest := [path for _, paths in by_count[_MOST_REASONS:] for path in paths]:
        text = f"{_files(rest)} not read for {len(by_count) - _MOST_REASONS} more reasons"
        notes.append(Evidence(text=text, kind="not read", location=rest[0]))
    notes += [*_of_documents(reading.documents), *_readme_lines(reading)]
    if reading.tree.submodules:
        count = len(reading.tree.submodules)
        text = f"{count} submodules were not fetched" if count > 1 else "one submodule was not fetched"
        notes.append(Evidence(text=text, kind="not read", location=reading.tree.submodules[0]))
    notes += unread_notes(reading.tree)
    notes += [Evidence(text=text, kind="not read") for text in reading.tree.notes]
    return tuple(notes)


def _of_documents(documents: Documents) -> list[Evidence]:
    """Which of the documents were not read to their end."""
    notes = []
    if documents.cut:
        of_it = "of it" if len(documents.cut) == 1 else f"of each of {len(documents.cut)} documents"
        text = f"only the first {MOST_BYTES:,} bytes {of_it} were read"
        notes.append(Evidence(text=text, kind="not read", location=documents.cut[0]))
    if documents.unread:
        text = f"only the first {MOST_CHARACTERS:,} characters of its documents were read"
        notes.append(Evidence(text=text, kind="not read", location=documents.unread[0]))
    return notes


def _readme_lines(reading: Reading) -> list[Evidence]:
    """What of the README is left out: all that reads documents passes over such lines."""
    readme = reading.documents.readme
    content = reading.tree.by_path[readme].content if readme is not None else None
    read = (content or b"")[:MOST_BYTES].decode("utf-8", "replace")
    long = sum(len(line) > LONGEST_LINE for line in read.split("\n"))
    if not long:
        return []
    text = f"{f'{long} lines' if long > 1 else 'one line'} of it over {LONGEST_LINE:,} characters not read"
    return [Evidence(text=text, kind="not read", location=readme)]


def _files(paths: Sequence[str]) -> str:
    """How many files, or folders, with the verb."""
    what = "folder" if all(path.endswith("/") for path in paths) else "file"
    return f"{len(paths)} {what}s were" if len(paths) > 1 else f"one {what} was"


def _coarsely_read(reading: Reading) -> tuple[Evidence, ...]:
    """Says why the interval is wider where a good part of the code is in other languages than Python."""
    lines: dict[str, int] = {}
    for file in reading.every():
        if file.language not in ("Python", "Jupyter"):
            lines[file.language] = lines.get(file.language, 0) + file.code_lines
    if sum(lines.values()) < 0.2 * reading.code_lines or not lines:
        return ()
    main = " and ".join(sorted(lines, key=lambda name: -lines[name])[:2])
    text = f"{main}: read by lines and braces and not by the grammar, so less sure"
    return (Evidence(text=text, kind="less sure"),)


def _unparsed(reading: Reading) -> list[Evidence]:
    """For each reason why the grammar was of no use, which files it holds for."""
    grouped: dict[str, list[FileFacts]] = {}
    for file in reading.unparsed:
        grouped.setdefault(file.failure, []).append(file)
    notes = []
    for reason, files in sorted(grouped.items(), key=lambda item: -len(item[1])):
        text = f"{_files([file.path for file in files])} read by lines and not by the grammar: {reason}"
        place = min(
            (n for rule in _BREAKS for n in files[0].findings.get(rule, Finding()).lines), default=None
        )
        notes += [replace(one, kind="less sure") for one in note(text, files[0].path, place)]
    return notes


def _extent(reading: Reading) -> str:
    lines: dict[str, int] = {}
    for file in reading.every():
        lines[file.language] = lines.get(file.language, 0) + file.code_lines
    whole = reading.code_lines
    if not whole:
        return "no authored code"
    main = sorted(lines.items(), key=lambda item: -item[1])[:3]
    named = ", ".join(f"{name} {100 * count / whole:.0f} %" for name, count in main if count / whole >= 0.01)
    files = sum(1 for _ in reading.every())
    authored = f"{whole:,} authored line{'s' * (whole != 1)} of code"
    return f"{authored} ({named}) in {files} file{'s' * (files != 1)}"
