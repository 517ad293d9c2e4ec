"""Runs inside the processes that execute user code: needs nothing but the standard library of Python 3.10.

The package is copied to where those processes find it, under another name; so it imports only from itself.
"""
