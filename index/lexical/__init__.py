"""Lexical stores, one backend a file."""
