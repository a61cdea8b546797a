"""Keys and passwords that lie open."""

from __future__ import annotations

from dataclasses import replace

from db.records import Evidence
from ranking.code_quality.files.text_rules import OPEN_RULE
from ranking.code_quality.parts.measure import Measure, listed, note
from ranking.code_quality.reading import Reading

LIES_OPEN = "secret"  # of the evidence for a key that lies open


def secrets(reading: Reading) -> Measure:
    """In any file: what each is and where, in the order of files, code first."""
    places: dict[str, list[tuple[str, int]]] = {}
    for file in [*reading.sources, *reading.tests, *reading.notebooks, *reading.texts]:
        for rule, finding in file.findings.items():
            if rule.startswith(OPEN_RULE):
                places.setdefault(rule.removeprefix(OPEN_RULE), []).extend(
                    (file.path, n) for n in finding.lines
                )
    if not places:
        return Measure(name="secrets", value=1.0)
    evidence: tuple[Evidence, ...] = ()
    for kind, found in places.items():
        times = f" in {len(found)} places" if len(found) > 1 else ""
        evidence += note(f"{kind} lies open{times}", *found[0])
    if len(places) > 1:
        first = next(iter(places.values()))[0]
        evidence = (*note(f"{listed(list(places))} lie open", *first), *evidence[1:])
    return Measure(
        name="secrets", value=0.0, evidence=tuple(replace(one, kind=LIES_OPEN) for one in evidence)
    )
