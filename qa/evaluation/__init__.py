"""Evaluation: a newsroom's own questions in, a report out."""
