"""Whether it can be installed, and what comes with it for those who use it."""

from __future__ import annotations

import re

from ranking.code_quality.documents.reader import documentation_pages
from ranking.code_quality.parts.measure import Measure, note, saturating
from ranking.code_quality.reading import Reading

# What makes a package installable, and the words without which it is something else of that name.
_PACKAGES = {
    "pyproject.toml": b"", "setup.py": b"", "setup.cfg": b"", "Cargo.toml": b"", "go.mod": b"", "pom.xml": b"",
    "DESCRIPTION": b"Package:", "Project.toml": b"\nuuid",
}  # fmt: skip


def packaging(reading: Reading) -> list[Measure]:
    """By the files near the root, or near the top of a linked folder."""
    top = {f.path: f for f in reading.tree.may_package() if f.path.count("/") <= 1}
    path = next((p for p, mark in _PACKAGES.items() if p in top and mark in (top[p].content or b"")), None)
    within = path is None and any(p.endswith(("/setup.py", "/pyproject.toml")) for p in top)
    changelog = next(
        (p for p in top if re.match(r"(?:change|history|news|release)", p.lower()) and "/" not in p), None
    )
    contributing = any(p.lower().rpartition("/")[2].startswith("contributing") for p in top)
    pages = documentation_pages(reading.tree)
    docs = len(pages)
    return [
        Measure(
            name="packaging",
            value=1.0 if path else 0.5 * within,
            evidence=note("can be installed as a package", path) if path else (),
        ),
        Measure(
            name="documentation",
            value=saturating(docs, 4),
            evidence=note(f"{docs} page{'s' * (docs != 1)} of documentation", pages[0]) if docs else (),
        ),
        Measure(name="change log", value=float(changelog is not None)),
        Measure(name="contributing guide", value=float(contributing)),
        Measure(name="badges", value=saturating(reading.documents.badges, 2)),
    ]
