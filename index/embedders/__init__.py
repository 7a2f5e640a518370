"""Embedders, one backend a file."""
