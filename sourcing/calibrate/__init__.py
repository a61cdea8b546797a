"""Fitting the parameters that ship with the package: ``python -m sourcing.calibrate WHAT --data DIR``.

One module per kind, each with ``calibrate(data: Path, out: Path | None) -> dict``: it reads labelled rows below
``data``, writes the artefact to ``out`` (``None``: where the package ships it) and gives what it measured on the way.
"""
