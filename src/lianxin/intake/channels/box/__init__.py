"""A suggestion box 意见箱 at a place: a poster to scan, and a box for letters on paper."""
