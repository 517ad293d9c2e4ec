"""Scripts that make and check parts of the project; run as modules from the top folder."""
