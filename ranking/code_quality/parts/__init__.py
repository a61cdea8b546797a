"""The four sub-scores as lists of measures, each with what it was read from, and the facets that they make up."""
