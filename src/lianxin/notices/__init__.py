"""Messages to staff: on their own page at once, by e-mail in one digest a day."""
