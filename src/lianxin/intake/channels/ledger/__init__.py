"""A unit's own ledger 台账: rows of a spreadsheet that staff kept until now become concerns."""
