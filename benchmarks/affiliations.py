"""How often sector and country are read out of printed affiliations, and how often an e-mail domain agrees.

    python -m benchmarks.affiliations ../shared/data/identity/openreview.jsonl.gz [--part report|look] [--misses]

The domain is not given to the reader. It is evidence, not truth: people move, and have several affiliations. Rows are
cut in two by person; the rules were written while looking at ``look``, figures are quoted from ``report``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sourcing.affiliations import describe_affiliations
from sourcing.countries import country_of_domain

_ACADEMIC = re.compile(r"\.edu$|\.ac\.[a-z]{2}$|\.edu\.[a-z]{2}$")

_OF = {
    "with sector": "rows",
    "with country": "rows",
    "country agrees": "country and country domain",
    "sector agrees": "sector and academic domain",
}


def rows(path: Path, part: str) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        read = [json.loads(line) for line in file]
    wanted = 0 if part == "look" else 1
    return [
        row
        for row in read
        if row.get("affiliation") and hashlib.sha256(str(row["person_id"]).encode()).digest()[0] % 2 == wanted
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=["look", "report"], default="report")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    misses: dict[str, Counter[str]] = {name: Counter() for name in ("country", "sector", "unknown")}
    began = time.perf_counter()
    for row in rows(asked.data, asked.part):
        found = describe_affiliations([row["affiliation"]])
        counts["rows"] += 1
        counts["with sector"] += found.sector is not None
        counts["with country"] += found.country is not None
        if found.sector is None:
            misses["unknown"][row["affiliation"]] += 1
        domain = str(row.get("email_domain") or "")
        if not domain or "+" in domain:
            continue
        code = country_of_domain(domain)
        if code is not None and not domain.endswith(".edu") and found.country is not None:
            counts["country and country domain"] += 1
            counts["country agrees"] += code == found.country
            if code != found.country:
                misses["country"][f"{row['affiliation']} · {domain} · {found.country}"] += 1
        if _ACADEMIC.search(domain) and found.sector is not None:
            counts["sector and academic domain"] += 1
            counts["sector agrees"] += found.sector in ("academia", "both")
            if found.sector == "industry":
                misses["sector"][f"{row['affiliation']} · {domain}"] += 1
    for name, number in counts.items():
        share = f" {number / counts[of]:>8.1%} of {of}" if (of := _OF.get(name)) else ""
        print(f"{name:<30} {number:>8,}{share}")
    print(f"{'seconds':<30} {time.perf_counter() - began:>8.1f}")
    for name, found_missing in misses.items() if asked.misses else ():
        print(f"\n{name}:")
        for text, number in found_missing.most_common(40):
            print(f"  {number:>5} {text[:150]}")


if __name__ == "__main__":
    main()
