"""Modules made from slices: code that gives a notebook's values on its own."""
