"""The least a Django project can be that keeps what a form sends: what ours is held against."""
