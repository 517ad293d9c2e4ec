"""Writes the generated sections of the effect specs of third-party libraries.

Run from the top folder, with the libraries installed: `python -m tools.generate_third_party [LIBRARY...]`.
What stands above the mark in a data file is written by hand and stays; entries there replace generated ones.
"""

from __future__ import annotations

import importlib
import sys

from tools.effect_specs import plain_rules
from tools.effect_specs.writing import write

LIBRARIES = ("pandas", "matplotlib", "sklearn", "polars", *plain_rules.LIBRARIES)


def main(wanted: list[str]) -> int:
    """Writes the wanted libraries' files (all without a name), says how many entries each has, returns 0."""
    for library in wanted or LIBRARIES:
        if library in plain_rules.LIBRARIES:
            entries = plain_rules.entries(library)
        else:
            entries = importlib.import_module(f"tools.effect_specs.{library}_rules").entries()
        print(f"{library}: {write(library, entries)} generated entries")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
