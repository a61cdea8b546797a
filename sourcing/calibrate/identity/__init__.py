"""Fit what identity ships with: how rare names are, and how much each piece of evidence counts.

``calibrate`` writes ``names.json.gz`` (counts over the unlabelled arXiv corpus) and ``scorecard.json`` (points,
thresholds, and which families the fit saw). ``report`` prints figures on families of names that the fit never saw.
``check`` fits again and says whether that gives what ships.
"""

from sourcing.calibrate.identity.fit import calibrate, check, report

__all__ = ["calibrate", "check", "report"]
