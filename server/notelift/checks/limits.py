"""Limits that a rule and the fix for it share."""

from __future__ import annotations

LINES_OF_CELL = 60
"""How many lines of code a cell may have."""
