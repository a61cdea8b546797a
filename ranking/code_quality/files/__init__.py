"""One file in, its facts out: in Python by the syntax tree, in other languages by lines, and what its head says."""
