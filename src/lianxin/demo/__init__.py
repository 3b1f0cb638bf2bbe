"""A made-up county town with a year of concerns, built through the acts that people use."""
