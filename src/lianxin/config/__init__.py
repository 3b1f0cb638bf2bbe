"""Settings, addresses, the WSGI entry and the deployment self-checks."""
