"""Whether it can be installed, and what comes with it for those who use it."""

from __future__ import annotations

import re

from ranking.code_quality.parts.measure import Measure, note, saturating
from ranking.code_quality.reading import Reading


def packaging(reading: Reading) -> list[Measure]:
    """By the files near the root."""
    top = {f.path: f for f in reading.tree.files if f.path.count("/") <= 1}
    path = next(
        (
            p
            for p in ("pyproject.toml", "setup.py", "setup.cfg", "Cargo.toml", "go.mod", "pom.xml")
            if p in top
        ),
        None,
    )
    within = path is None and any(p.endswith(("/setup.py", "/pyproject.toml")) for p in top)
    changelog = next(
        (p for p in top if re.match(r"(?:change|history|news|release)", p.lower()) and "/" not in p), None
    )
    contributing = any(p.lower().rpartition("/")[2].startswith("contributing") for p in top)
    docs = reading.documents.docs_files
    return [
        Measure(
            name="packaging",
            value=1.0 if path else 0.5 * within,
            evidence=note("can be installed as a package", path) if path else (),
        ),
        Measure(
            name="documentation",
            value=saturating(docs, 4),
            evidence=note(f"{docs} page{'s' * (docs != 1)} of documentation", "docs") if docs else (),
        ),
        Measure(name="change log", value=float(changelog is not None)),
        Measure(name="contributing guide", value=float(contributing)),
        Measure(name="badges", value=saturating(reading.documents.badges, 2)),
    ]
