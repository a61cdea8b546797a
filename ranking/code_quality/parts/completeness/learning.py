"""Whether a repository is about learning at all."""

from __future__ import annotations

from ranking.code_quality.parts.completeness.imports import OwnModules
from ranking.code_quality.reading import Reading

# Libraries of machine learning: code that imports one of them can be asked how it is trained.
_LEARNING_LIBRARIES = frozenset({
    "torch", "torchvision", "tensorflow", "keras", "jax", "flax", "haiku", "optax", "sklearn", "mxnet", "theano",
    "lasagne", "chainer", "paddle", "caffe", "fastai", "autograd", "xgboost", "lightgbm", "catboost", "transformers",
    "diffusers", "timm", "datasets", "vllm", "openai", "pytorch_lightning", "lightning", "torch_geometric", "dgl",
    "gym", "gymnasium", "stable_baselines3", "pystan", "pymc3", "pyro", "gpflow", "GPy", "tensorflow_probability",
    "edward", "nltk", "gensim", "spacy",
})  # fmt: skip


def learns(reading: Reading) -> bool:
    """Whether something is trained or a learned model used: by its imports, its calls, or what its README speaks of.

    A compiler, a protocol or a survey learns nothing, and owes nobody weights.
    """
    if reading.documents.learning_mentions >= 2:
        return True
    files = list(reading.every())
    if any(file.counts.get("trains") for file in files):
        return True
    own = OwnModules.among((file.path for file in files), files)
    return any(not _LEARNING_LIBRARIES.isdisjoint(own.led_out(file)) for file in files)
