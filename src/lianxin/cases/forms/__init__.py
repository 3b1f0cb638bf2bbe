"""The forms of the acts on a case, one file a place of work."""
