"""How far it is kept like a project: tests, automation, packaging, structure."""
