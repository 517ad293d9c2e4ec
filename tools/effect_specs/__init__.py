"""Writes effect specs of third-party libraries from what can be read off the installed libraries."""
