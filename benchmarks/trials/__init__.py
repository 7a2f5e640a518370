"""Trials of the index: what happens to it when processes are killed, disks say no, files are damaged and many ask at once."""
