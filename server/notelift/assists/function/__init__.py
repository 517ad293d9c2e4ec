"""Statements of a notebook as a function: what they read and bind, what is needed of it, and the text."""
