"""Paper → repository: find the link, tell the authors' own from a re-implementation, say why.

``find_links`` is the pure core; ``resolve_implementations`` (:mod:`sourcing.implementations.phase`) is the
step of the nightly run that reads pending papers and saves what was found.
"""
