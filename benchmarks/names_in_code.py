"""Whether scores of code move with the names in it: ``python -m benchmarks.names_in_code FOLDER [--repositories N]``.

FOLDER holds repositories, bare or with a work tree, each in a folder called ``OWNER+NAME`` or in ``repo`` below it.
Each is scored as it is, with the names and logins of its owner and its committers blanked, and with them swapped; on
the user's own database ``sourcing audit --counterfactual --code N`` does the same with the authors' institutions, too.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from ranking.code_quality import CodeQualityScorer
from sourcing.checkout import CheckoutError, read_path
from sourcing.privacy.code_counterfactual import CHANGES, names_pattern, numbers, renamed


def main() -> None:
    """Score and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--repositories", type=int, default=60)
    arguments.add_argument("--most-bytes", type=int, default=6_000_000, help="leave larger ones out")
    given = arguments.parse_args()
    folders = sorted(one for one in given.folder.iterdir() if "+" in one.name)
    random.Random(3).shuffle(folders)
    scorer, read, places, differing = CodeQualityScorer.load(), 0, 0, 0
    for folder in folders:
        if read == given.repositories:
            break
        if sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) > given.most_bytes:
            continue
        owner, _, name = folder.name.partition("+")
        try:
            tree = read_path(folder / "repo" if (folder / "repo").is_dir() else folder, None)
        except CheckoutError:
            continue
        key = f"github.com/{owner}/{name}"
        before = numbers(scorer.assess(key, tree))
        if before[0] is None:
            continue
        read += 1
        committers = tree.commits.authors if tree.commits is not None else ()
        pattern = names_pattern({owner, *(form for one in committers for form in (*one.names, *one.logins))})
        for change, letters in CHANGES.items():
            other_key, other, found = renamed(key, tree, pattern, letters)
            places += found if change == "swapped" else 0
            if (after := numbers(scorer.assess(other_key, other))) != before:
                differing += 1
                print(f"{key} {change}: {before} → {after}")
    print(
        f"{read} repositories with scores, {places:,} places with names, {differing} of {2 * read} scores differ"
    )


if __name__ == "__main__":
    main()
