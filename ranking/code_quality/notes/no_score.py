"""Why there is too little to judge."""

from __future__ import annotations

from db.records import LANGUAGE_NOT_READ, Evidence
from ranking.code_quality.layout import language_of
from ranking.code_quality.notes.left_out import why_left_out
from ranking.code_quality.notes.unread import unread_languages
from ranking.code_quality.parts.measure import note
from ranking.code_quality.reading import MIN_CODE_LINES, Reading


def why_no_score(reading: Reading) -> str:
    """The reason, as a sentence fragment."""
    if reading.documents.promise and reading.authorship.copied_lines <= MIN_CODE_LINES:
        return "no code yet: the README announces it"
    if reading.authorship.copied_lines > MIN_CODE_LINES:
        few = {0: "none of its code counts", 1: "only 1 line of code counts"}.get(
            reading.code_lines, f"only {reading.code_lines} lines of code count"
        )
        return f"{few} as its own: {why_left_out(reading)}"
    unread = unread_languages(reading.tree)
    if unread and not any(language_of(one.path) for one in reading.aside):
        return f"{LANGUAGE_NOT_READ}: {', '.join(unread)}"
    if reading.hidden:
        return f"its code could not be read: {reading.hidden[0].reason}"
    lines = f"only {reading.code_lines} line{'s' * (reading.code_lines != 1)} of code"
    return lines if reading.code_lines else "no code yet"


def promise_note(reading: Reading) -> tuple[Evidence, ...]:
    """The line of the README that announces code to come."""
    documents = reading.documents
    if not documents.promise:
        return ()
    text, line = documents.promise
    return note(f"announces code to come: “{text}”", documents.readme, line)
