"""Whether there is a licence."""

from __future__ import annotations

from ranking.code_quality.documents.reader import Documents
from ranking.code_quality.parts.measure import Measure, note


def licence(documents: Documents) -> Measure:
    """Named without its text it may be meant, but says less: which version, whose copyright."""
    if documents.licence:
        said = note(f"licence: {documents.licence_name or 'its own'}", documents.licence)
        return Measure(name="licence", value=1.0, evidence=said)
    stated = documents.licence_stated
    if stated is not None:
        said = note(f"licence named, but not enclosed: {stated.name}", stated.path, stated.line)
        return Measure(name="licence", value=0.6, evidence=said)
    return Measure(name="licence", value=0.0, evidence=note("no licence: nobody else may use it"))
