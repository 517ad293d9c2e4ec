"""Changes of text: replacements by offset, indentation, and notebooks rewritten around a module."""
