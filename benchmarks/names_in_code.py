"""Whether scores of code move with the names in it, and what it costs to know: ``python -m benchmarks.names_in_code
FOLDER [--repositories N]``.

FOLDER holds bare repositories, each in a folder called ``OWNER+NAME`` or in a folder below it.
Each is scored as it is, with the names and logins of its owner and its committers blanked, and with them swapped.
Shares of commits are told under other names for every committer. On the user's own database each night does the same
with the authors' names and institutions, too, and ``sourcing audit --counterfactual`` counts it.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from benchmarks.code_quality import processor_s
from ranking.code_quality import CodeQualityScorer
from sourcing.checkout import CheckoutError, CommitLog, read_bare
from sourcing.privacy.code_proof import CodeReading, Histories, assessed


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
    shares = shares_differing = 0
    read_s, plain_s, tried_s = list[float](), list[float](), list[float]()
    for folder in folders:
        if read == given.repositories:
            break
        if sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) > given.most_bytes:
            continue
        owner, _, name = folder.name.partition("+")
        logs = list[CommitLog]()
        begun = processor_s()
        try:
            tree = read_bare(repository_in(folder), told=logs.append)
        except CheckoutError:
            continue
        read_s.append(processor_s() - begun)
        begun = processor_s()
        key = f"github.com/{owner}/{name}"
        scorer.assess(key, tree)
        plain_s.append(processor_s() - begun)
        begun = processor_s()
        (one,) = assessed(scorer, CodeReading(key=key, tree=tree, log=logs[0] if logs else None), ())
        histories = Histories.of(tree, logs[0] if logs else None)
        for author in tree.commits.authors if tree.commits is not None else ():
            for form in author.names[:1]:
                shares += 1
                shares_differing += histories.share(form, ())[1] > 0
        tried_s.append(processor_s() - begun)
        if one.score is None:
            continue
        read += 1
        places += one.name_places or 0
        if one.name_difference != 0:
            differing += 1
            print(f"{key}: {one.name_difference} points under other names")
    print(f"{read} repositories with scores, {places:,} places with names, {differing} of them move")
    print(f"{shares} shares of commits, {shares_differing} of them move")
    reading, score, tried = (np.array(one) for one in (read_s, plain_s, tried_s))
    for said, seconds in (
        ("git objects to a tree", reading),
        ("scored", score),
        ("scored as it is and under other names", tried),
        ("more for the names", tried - score),
        ("all of it", reading + tried),
    ):
        print(
            f"{said}: median {np.median(seconds):.2f} s, p95 {np.quantile(seconds, 0.95):.2f} s processor time"
        )


def repository_in(folder: Path) -> Path:
    """Where in a folder the repository lies."""
    bare = next((one.parent for one in sorted(folder.glob("*/objects")) if one.is_dir()), None)
    return bare or folder


if __name__ == "__main__":
    main()
