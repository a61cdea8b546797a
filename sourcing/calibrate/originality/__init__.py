"""Fit the originality scorer on what reviewers said, and report how it does on rows that a fit never saw."""

from sourcing.calibrate.originality.fit import calibrate, check
from sourcing.calibrate.originality.report import report

__all__ = ["calibrate", "check", "report"]
