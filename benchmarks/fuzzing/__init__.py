"""Fuzzing of the readers: formats with their seeds and tokens, the changes that are made to files, and the judging of what comes out."""
