"""One file to its facts, by language."""

from __future__ import annotations

from ranking.code_quality.facts import FileFacts
from ranking.code_quality.layout import language_of
from ranking.code_quality.notebook import read_notebook
from ranking.code_quality.other_languages import read_other
from ranking.code_quality.python_file import read_python


def read_file(path: str, content: bytes) -> FileFacts | None:
    """Facts of a code file; ``None`` for files in no programming language."""
    language = language_of(path)
    if language is None:
        return None
    if language == "Python":
        return read_python(path, content)
    if language == "Jupyter":
        return read_notebook(path, content)
    return read_other(path, language, content)
