"""Backup and restore: one signed archive that only an offline key opens; see docs/backup.md."""
