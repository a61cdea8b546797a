"""How notebooks were left."""

from __future__ import annotations

from db.records import Evidence
from ranking.code_quality.parts.measure import Measure, decaying, note, ramp
from ranking.code_quality.reading import Reading


def notebooks(reading: Reading) -> list[Measure]:
    """Their prose, the order in which they were run, and errors left in them."""
    books = [n for n in reading.notebooks if n.counts.get("cells")]
    cells = sum(n.counts["cells"] for n in books)
    if not cells:
        return []
    prose = sum(n.counts.get("prose", 0) for n in books)
    disorder = sum(n.counts.get("run out of order", 0) for n in books)
    jumping = max(books, key=lambda n: n.counts.get("run out of order", 0) / n.counts["cells"])
    order: tuple[Evidence, ...] = ()
    if disorder / cells > 0.1:
        jumps, of = jumping.counts.get("run out of order", 0), jumping.counts["cells"]
        text = f"{jumps} of {of} cells were run before the one above them"
        order = note(text, jumping.path, jumping.findings["run out of order"].lines[0])
    failing = [n for n in books if "cell left with an error" in n.findings]
    evidence: tuple[Evidence, ...] = ()
    if failing:
        place = failing[0].findings["cell left with an error"].lines[0]
        evidence = note("a cell was left with an error", failing[0].path, place)
    return [
        Measure(name="notebook prose", value=ramp(prose / cells, 0.0, 0.5)),
        Measure(name="notebook order", value=decaying(disorder / cells, 0.1), evidence=order),
        Measure(name="notebook errors", value=1 - len(failing) / len(books), evidence=evidence),
    ]
