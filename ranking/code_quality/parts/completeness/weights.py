"""Whether trained weights are given: linked, or lying in the repository."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.reading import Reading

_WEIGHTS_FILE = re.compile(
    r"(?:^|[/_.-])(?:weights?|wts|ckpts?|checkpoints?|pre-?trained|trained|saved|models?)(?=[/_.\d-]|\Z).{0,200}"
    r"\.(?:h5|hdf5|npz|t7|params|pth?|ckpt|pb|onnx|safetensors|caffemodel|tflite|pkl|joblib|bin|tar)\Z"
    r"|\.(?:pth\.tar|data-\d{1,9}-of-\d{1,9})\Z",
    re.I,
)


# Models that tests load are none that a reader is given.
_OF_TESTS = re.compile(r"(?:^|/)(?:tests?|testing|test_?data|fixtures)/", re.I)


def weights(reading: Reading, files: Sequence[str]) -> Measure:
    """``files`` are those that may hold weights, by their role."""
    found = reading.documents.topics.get("weights")
    if found is not None:
        text = "links trained weights" if found.delivered else "mentions trained weights"
        said = note(text, found.path, found.line)
    else:
        said = note("links no trained weights", reading.documents.readme)
    files = [path for path in files if not _OF_TESTS.search(path)]
    # A link is all that is needed, under whatever heading.
    value = 0.0 if found is None else 1.0 if found.delivered else found.value
    named = next(filter(_WEIGHTS_FILE.search, files), None)
    # A .bin or .pkl may be anything; one in a folder of checkpoints is not.
    unsure = next((path for path in files if role_of(path) is Role.WEIGHTS), None)
    there = 0.9 if named else 0.5 if unsure else 0.0
    if there > value:
        text = "trained weights lie in the repository"
        said = (
            note(text, named) if named else note("what may be trained weights lies in the repository", unsure)
        )
    return Measure(name="weights", value=max(value, there), evidence=said)
