"""Scorers. No network, no database session: records in, assessments out."""
