"""Exports: answers to take along, with one numbered list of what they rest on."""
