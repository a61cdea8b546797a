"""Fit what identity ships with: how rare names are, and how much each piece of evidence counts.

``calibrate`` writes ``names.json.gz`` (counts over the unlabelled arXiv corpus) and ``scorecard.json`` (points and
thresholds fitted on all families of names, the same fitted on either half, and which families the fit saw). ``report``
prints the figures of the halves, each asked of families that it never saw.
``check`` fits again and says whether that gives what ships.
"""

from sourcing.calibrate.identity.fit import calibrate, check, report

__all__ = ["calibrate", "check", "report"]
