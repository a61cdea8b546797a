"""Importance: lasting problem or passing trend."""

from ranking.importance.scorer import assess_importance, version

__all__ = ["assess_importance", "version"]
