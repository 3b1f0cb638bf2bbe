"""A letter 来信, with its number in the register of letters and its scan."""
