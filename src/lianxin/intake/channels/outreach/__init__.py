"""A matter somebody told on a visit, a round or a bench 走访: passed on by who heard it."""
