"""What library calls read, change and return: specs as data, and their resolver."""
