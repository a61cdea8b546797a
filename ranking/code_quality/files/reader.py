"""One file to its facts, by language."""

from __future__ import annotations

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.files.notebook import read_notebook
from ranking.code_quality.files.other_languages import read_other
from ranking.code_quality.files.python_file import read_python
from ranking.code_quality.files.text_file import read_text
from ranking.code_quality.layout import language_of, worth_reading


def read_file(path: str, content: bytes) -> FileFacts | None:
    """Facts of one file: of text in no programming language only what must not lie open in it; ``None`` for others."""
    language = language_of(path)
    if language is None:
        return read_text(path, content) if worth_reading(path) else None
    if language == "Python":
        return read_python(path, content)
    if language == "Jupyter":
        return read_notebook(path, content)
    return read_other(path, language, content)
