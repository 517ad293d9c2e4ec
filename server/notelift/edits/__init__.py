"""Changes of text: replacements by offset, indentation, and notebooks rewritten around an extracted module."""
