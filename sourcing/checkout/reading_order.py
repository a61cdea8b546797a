"""Which files are read first when not all can be."""

from __future__ import annotations

from ranking.code_quality.layout import Role, role_of

_FIRST = {
    Role.DOCUMENT: 0,
    Role.LICENCE: 0,
    Role.PACKAGING: 0,
    Role.DEPENDENCIES: 0,
    Role.CI: 0,
    Role.CONTAINER: 1,
    Role.SCRIPT: 1,
    Role.SOURCE: 2,
    Role.TEST: 2,
    Role.NOTEBOOK: 3,
    Role.CONFIGURATION: 4,
}


def reading_order(path: str) -> tuple[int, int, str]:
    """Sort key: what explains the repository, then code near the top, then the rest."""
    return _FIRST.get(role_of(path), 5), path.count("/"), path
