"""Authorships → persons."""
