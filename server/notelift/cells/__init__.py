"""One cell's source on its own: its statements, and the scopes of its functions."""
