"""Vector stores, one backend a file."""
