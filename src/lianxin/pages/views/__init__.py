"""Pages that show several modules at once: for residents, for the desk."""
