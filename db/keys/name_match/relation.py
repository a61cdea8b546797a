"""What comparing two names answers."""

from __future__ import annotations

from enum import StrEnum


class NameRelation(StrEnum):
    """How two names agree, from closest to not at all."""

    SAME = "same"
    JOINED = "joined"
    """The same letters, parted differently: Xiao-Ming, Xiaoming; El Kishky, Elkishky; Jörg, Joerg; Satō, Satoh."""
    MIDDLE = "middle"
    """One has a further given name or initial: Otis Quill, Otis R. Quill."""
    INITIAL = "initial"
    """One has only initials where the other has names: O. Quill, Otis Quill."""
    NICKNAME = "nickname"
    """A short form: Mike, Michael."""
    SECOND = "second"
    """Known by a later given name: J. Otis Quill, Otis Quill."""
    COMPOUND = "compound"
    """One has only a part of the other's family name: Ferrándiz Olmo, Ferrándiz."""
    SWAPPED = "swapped"
    """The same words, family name first in one: Quill Otis, Otis Quill; or initials last: Quill O."""
    SPELLING = "spelling"
    """One letter apart in a long word, a letter doubled (Jenifer, Jennifer), or a name cut short (Avi, Avirup)."""
    DIFFERENT = "different"
