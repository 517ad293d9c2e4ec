"""Writes the generated sections of the effect specs of third-party libraries.

`python tools/generate_third_party.py [LIBRARY...]` needs the libraries installed (pandas, matplotlib, seaborn, sklearn...).
What stands above the mark in a data file is written by hand and stays; entries there replace generated ones.
"""

from __future__ import annotations

import importlib
import sys

LIBRARIES = ("pandas", "matplotlib", "sklearn")


def main(wanted: list[str]) -> int:
    """Writes the wanted libraries' files (all without a name) and says how many entries each has; returns 0."""
    from effect_specs.writing import write

    for library in wanted or LIBRARIES:
        rules = importlib.import_module(f"effect_specs.{library}_rules")
        print(f"{library}: {write(library, rules.entries())} generated entries")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
