"""Notebooks as frozen values: cells, runs, and the formats they are read from."""
