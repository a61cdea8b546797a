"""Whether a stranger is led to the results, over the README and all guides beside it."""

from __future__ import annotations

from ranking.code_quality.parts.completeness.result_scripts import result_scripts
from ranking.code_quality.parts.measure import Measure, log_ramp, note, saturating
from ranking.code_quality.reading import Reading


def result_measures(reading: Reading) -> list[Measure]:
    """Signs of it, none of which alone is much."""
    documents, guides = reading.documents, reading.documents.guides
    scripts = result_scripts(reading.counted_paths())
    # Five files of a kind are as good as more; three kinds are as good as four.
    named = sum(log_ramp(1 + count, 1, 6) for count in scripts.by_kind.values()) / 3
    spoken = guides.result_mentions >= 10
    return [
        Measure(name="results in the readme", value=saturating(documents.result_mentions, 6)),
        Measure(
            name="results in guides",
            value=saturating(guides.result_mentions, 8),
            evidence=note("its guides speak at length of experiments and results", documents.readme)
            if spoken
            else (),
        ),
        Measure(
            name="downloads",
            value=float(guides.download is not None),
            evidence=note("says how to fetch what is not in the repository", *guides.download)
            if guides.download
            else (),
        ),
        Measure(
            name="result scripts",
            value=min(1.0, named),
            evidence=note("has scripts named for what they run, plot or tabulate", scripts.first)
            if scripts.total >= 3
            else (),
        ),
        Measure(name="experiment folders", value=saturating(scripts.in_folders, 2)),
        Measure(
            name="durations",
            value=saturating(guides.durations, 2),
            evidence=note("says how long its steps take", *guides.duration) if guides.duration else (),
        ),
    ]
