"""A visit 来访: somebody stands at the counter, alone or for a group."""
