"""Normal forms of person names."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Give the form under which two printings of one name are equal: no case, accents or punctuation."""
    text = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(ch for ch in text if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in bare).split())
