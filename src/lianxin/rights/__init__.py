"""What residents are told about their data and may ask for it; how long it is kept (PIPL)."""
