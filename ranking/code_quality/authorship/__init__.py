"""Whose code it is: which files the repository's own people wrote, and how much of its history is one person's."""
