"""One request a file."""
