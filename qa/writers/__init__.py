"""Writers, one backend a file."""
