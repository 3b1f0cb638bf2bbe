"""What every page shares: shells, parts of forms, template tags, and the switches of a reader."""
