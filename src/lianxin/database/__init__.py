"""The two engines, with fewer journeys to them; inserting rows at little cost."""
