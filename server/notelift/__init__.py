"""Notelift lifts results out of Jupyter notebooks into production code, without running them."""

__version__ = "0.1.0"
