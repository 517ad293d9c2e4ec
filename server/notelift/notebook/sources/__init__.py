"""The formats that notebooks are saved in, one module each.

Each has `read(text, name) -> Notebook`, `spans(text)` with the place of every cell in the
file's text, and `rewrite(text, kept)` that writes a changed sequence of cells with all
else equal to the byte. Those of scripts have `cut(text, before)` too, which takes over from the
script `before` a change the cells whose lines are the same.
"""
