"""Users, roles, units (the tree), areas, memberships; signing in."""
