"""Sealed contact details: written with a public key, opened one at a time and on the record."""
