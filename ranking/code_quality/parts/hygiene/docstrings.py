"""What the code says of itself: docstrings and comments."""

from __future__ import annotations

from ranking.code_quality.files.facts import FileFacts
from ranking.code_quality.parts.measure import Measure, note, ramp
from ranking.code_quality.reading import Reading


def docstrings(reading: Reading) -> list[Measure]:
    """Comments that are code say nothing."""
    public = [(f, x) for f, x in reading.functions() if x.public and x.lines >= 4]
    code = sum(f.code_lines for f in reading.sources) or 1
    comments = sum(f.comment_lines - _dead(f) for f in reading.sources)
    measures = [Measure(name="comments", value=ramp(comments / code, 0.0, 0.2))]
    if public:
        documented = sum(x.documented for _, x in public) / len(public)
        bare = [(f, x) for f, x in public if not x.documented]
        said = f"{100 * documented:.0f} % of {len(public)} public functions say what they do"
        if len(public) == 1:
            said = f"its only public function {'says' if documented else 'does not say'} what it does"
        longest = max(bare, key=lambda pair: pair[1].lines, default=None)
        evidence = note(said)
        if longest and documented < 0.7:
            file, function = longest
            evidence += note(
                f"{function.name}, {function.lines} lines, says nothing of what it does",
                file.path,
                function.line,
            )
        measures.append(Measure(name="docstrings", value=documented, evidence=evidence))
    classes = sum(f.classes for f in reading.sources)
    if classes:
        measures.append(
            Measure(
                name="class docstrings", value=sum(f.classes_documented for f in reading.sources) / classes
            )
        )
    python = [f for f in reading.modules() if f.code_lines >= 5 and not f.failure]
    if python:
        measures.append(
            Measure(name="module docstrings", value=sum(f.docstring for f in python) / len(python))
        )
    return measures


def _dead(file: FileFacts) -> int:
    found = file.findings.get("commented-out code")
    return found.count if found else 0
