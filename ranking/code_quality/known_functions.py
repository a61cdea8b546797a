"""Functions that are found word for word in repositories of different owners: copied, wherever they stand.

Shipped as ``known_functions.bin``: sorted 8-byte hashes of normalised bodies, without names or code;
``python -m sourcing.calibrate code`` makes it again.
"""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def shipped_functions() -> frozenset[str]:
    """Digests as :func:`ranking.code_quality.text_rules.text_digest` gives them."""
    raw = resources.files("ranking.code_quality").joinpath("known_functions.bin").read_bytes()
    return frozenset(raw[start : start + 8].hex() for start in range(0, len(raw), 8))
