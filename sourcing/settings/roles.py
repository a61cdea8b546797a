"""The roles that ship: five positions that differ where hiring for them differs."""

from __future__ import annotations

from sourcing.settings.model import RoleSettings

DEFAULT_ROLE = "ml-researcher"

# A researcher must be original and may not write unusable code. An engineer is hired for software skill, interest (fit)
# and the will to learn (re-implementations are code like any other); what a venue decided hardly counts, so that nobody
# needs a doctorate. A platform engineer even more so. A data scientist sits between. A product manager is looked for
# among people who see what matters and finish things. Fit is how near the works are to the role's topics.
PRESETS: dict[str, RoleSettings] = {
    "ml-researcher": RoleSettings(
        title="ML researcher",
        weights={"originality": 0.45, "importance": 0.15, "execution": 0.15, "code_quality": 0.10, "fit": 0.15},
        minimum={"code_quality": 20.0},
    ),
    "ml-engineer": RoleSettings(
        title="ML engineer",
        weights={"code_quality": 0.55, "fit": 0.25, "originality": 0.10, "execution": 0.05, "importance": 0.05},
        minimum={"code_quality": 40.0},
    ),
    "mlops": RoleSettings(
        title="MLOps / platform engineer",
        topics=(
            "distributed training", "inference serving", "model deployment", "machine learning systems",
            "reproducibility", "monitoring in production", "compilers for deep learning",
        ),
        weights={"code_quality": 0.60, "fit": 0.30, "importance": 0.05, "execution": 0.05},
        minimum={"code_quality": 50.0},
    ),
    "data-scientist": RoleSettings(
        title="Data scientist",
        topics=(
            "statistical inference", "causal inference", "time series", "tabular data", "design of experiments",
            "forecasting",
        ),
        weights={"code_quality": 0.30, "fit": 0.25, "originality": 0.15, "importance": 0.15, "execution": 0.15},
        minimum={"code_quality": 25.0},
    ),
    "ml-product-manager": RoleSettings(
        title="ML product manager",
        topics=(
            "human-computer interaction", "user study", "case study", "evaluation in practice",
            "failures in deployment",
        ),
        weights={"importance": 0.35, "execution": 0.25, "fit": 0.30, "originality": 0.10},
    ),
}  # fmt: skip
