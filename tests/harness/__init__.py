"""Reads the Markdown cases, executes notebooks in forked processes, and compares values."""
