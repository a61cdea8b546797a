"""Whether two printed names can be one person's, and how closely they agree.

``whole`` compares names. It asks ``given`` and ``family`` of their parts, ``order`` of names that are printed the other
way round, ``words`` of single words and ``origin`` of the habits of writing; ``relation`` is what all of them answer.
"""
