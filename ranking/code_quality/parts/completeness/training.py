"""Whether there is a script that trains."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ranking.code_quality.parts.completeness.scripts import Scripts, script_measure, scripts_among
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading

_TRAIN_FILE = re.compile(
    r"(?:^|/)(?:[\w-]{0,100}_)?(?:pre)?train\w{0,100}\.(?:py|sh|ipynb|lua|jl|R|m)\Z|(?:^|/)main\w{0,100}\.py\Z"
    r"|(?:^|/)finetune\w{0,100}\.py\Z",
    re.I,
)


def training_script(reading: Reading, works: Scripts, paths: Iterable[str]) -> Measure:
    """``paths`` are files that can be run."""
    path = next((p for p in scripts_among(paths, _TRAIN_FILE.search) if works.serve(p, "trains")), None)
    if path is None and works.training is not None:
        return Measure(name="training script", value=1.0, evidence=note("training script", works.training[0]))
    said = "trains, but in no script named for it"
    return script_measure(reading, "training script", path, "trains", said)
