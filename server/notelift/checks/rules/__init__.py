"""One rule a file; the docstring of the file is the rule's page in the documentation."""
