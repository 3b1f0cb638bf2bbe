"""A call: somebody speaks, and a clerk writes while listening."""
