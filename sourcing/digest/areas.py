"""Names of arXiv's categories (arxiv.org/category_taxonomy, shortened) for readers who do not know its codes."""

from __future__ import annotations

NAMES = {
    "cs.AI": "artificial intelligence", "cs.AR": "hardware architecture", "cs.CL": "language",
    "cs.CR": "security", "cs.CV": "vision", "cs.CY": "computers and society", "cs.DB": "databases",
    "cs.DC": "distributed computing", "cs.DS": "algorithms", "cs.GR": "graphics", "cs.GT": "game theory",
    "cs.HC": "human-computer interaction", "cs.IR": "information retrieval", "cs.IT": "information theory",
    "cs.LG": "machine learning", "cs.LO": "logic", "cs.MA": "multi-agent systems", "cs.MM": "multimedia",
    "cs.MS": "mathematical software", "cs.NA": "numerical analysis", "cs.NE": "neural and evolutionary computing",
    "cs.NI": "networks", "cs.PF": "performance", "cs.PL": "programming languages", "cs.RO": "robotics",
    "cs.SD": "sound", "cs.SE": "software engineering", "cs.SI": "social networks", "cs.SY": "systems and control",
    "eess.AS": "audio and speech", "eess.IV": "image processing", "eess.SP": "signal processing",
    "eess.SY": "systems and control", "math.NA": "numerical analysis", "math.OC": "optimisation",
    "math.PR": "probability", "math.ST": "statistics theory", "physics.comp-ph": "computational physics",
    "q-bio.BM": "biomolecules", "q-bio.NC": "neurons and cognition", "q-bio.QM": "quantitative biology",
    "quant-ph": "quantum physics", "stat.AP": "applied statistics", "stat.CO": "statistical computation",
    "stat.ME": "statistical methods", "stat.ML": "statistical learning", "stat.TH": "statistics theory",
}  # fmt: skip


def in_words(area: str) -> str:
    """An area in words where it is a known category, else as it is.

    >>> in_words("cs.RO"), in_words("weaving")
    ('robotics', 'weaving')
    """
    return NAMES.get(area, area)
