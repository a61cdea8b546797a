"""The four sub-scores as lists of measures, each with what it was read from."""
