"""Fit what identity ships with: how rare names are, and how much each piece of evidence counts.

``calibrate`` writes ``names.json.gz`` (counts over the unlabelled arXiv corpus) and ``scorecard.json`` (points,
thresholds, and which families the fit saw). ``report`` prints figures on families of names that the fit never saw.
"""

from sourcing.calibrate.identity.fit import calibrate, report

__all__ = ["calibrate", "report"]
