"""Counts of names and title words in an unlabelled corpus: how rare a name is."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

from db.keys.names import fold, parse_name
from sourcing.evaluate.rows import read_rows
from sourcing.identity.rarity import FORMAT, LEAST, count_names


def name_stock(corpus: Path) -> bytes:
    """What ships as ``names.json.gz``: families, given names and title words seen at least ``LEAST`` times.

    ``corpus`` is JSON lines with ``title`` and ``authors`` (a list, or names joined by ", ").
    """
    names: list[str] = []
    words: Counter[str] = Counter()
    papers = 0
    for row in read_rows(corpus):
        authors = row["authors"]
        names += authors if isinstance(authors, list) else str(authors).split(", ")
        words.update(set(fold(row["title"]).split()))
        papers += 1
    counts = count_names(parse_name(name) for name in names)
    counts |= {"papers": papers, "words": words, "format": FORMAT}
    for kind in ("families", "given", "words"):
        counts[kind] = {key: count for key, count in sorted(counts[kind].items()) if count >= LEAST}
    text = json.dumps(counts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return gzip.compress(text.encode(), 9, mtime=0)
