"""The long form of the trust evidence: what `make campaign` runs."""
