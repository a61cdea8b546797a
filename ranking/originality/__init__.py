"""How new a paper is against what came before it, agreeing with reviewers as far as text allows."""

from ranking.originality.corpus import CorpusIndex, Neighbour
from ranking.originality.scorer import OriginalityScorer
from ranking.originality.text import PaperText

__all__ = ["CorpusIndex", "Neighbour", "OriginalityScorer", "PaperText"]
