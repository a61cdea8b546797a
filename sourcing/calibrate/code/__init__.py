"""Fit what the code score ships with, on repositories that people judged.

``calibrate`` writes ``model.json`` (weights, and how repositories usually do), ``wording.json`` (how READMEs of
artifacts that reviewers could reproduce are worded) and, where origins are given, ``known_functions.bin``. ``check``
fits again and says whether that gives what ships.
"""

from sourcing.calibrate.code.fit import calibrate, check

__all__ = ["calibrate", "check"]
