"""What the holder of a query code sees and may do."""
