"""How well the shipped scorers agree with people, on labelled rows: one module per kind of row."""
