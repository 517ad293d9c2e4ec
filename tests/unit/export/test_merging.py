"""Generated modules added to modules that exist."""

from __future__ import annotations

import pytest

from notelift.export.merging import MergeError, merge_modules

NEW = """\
\"\"\"Other.\"\"\"

import argparse
import math


# The area.
def area(r):
    return math.pi * r


if __name__ == "__main__":
    argparse.x(area(2))
"""
AREA = """\
# The area.
def area(r):
    return math.pi * r
"""

MERGED = {
    "an empty file": ("", f"import math\n\n\n{AREA}"),
    "a docstring alone": ('"""Doc."""\n', f'"""Doc."""\n\nimport math\n\n\n{AREA}'),
    "comments that open the file": (
        "#!/usr/bin/python\nX = 1\n",
        f"#!/usr/bin/python\n\nimport math\n\n\nX = 1\n\n\n{AREA}",
    ),
    "an import that is there": (
        "import math\n\n\ndef f():\n    return math.e\n",
        f"import math\n\n\ndef f():\n    return math.e\n\n\n{AREA}",
    ),
    "other imports": (
        "import os.path\nX = os.sep\n",
        f"import os.path\nimport math\n\n\nX = os.sep\n\n\n{AREA}",
    ),
    "code that is there": (f"import math\n{AREA}\nX = 1\n", f"import math\n{AREA}\nX = 1\n"),
    "a block that runs it": (
        'import math\nX = 1\nif __name__ == "__main__":\n    print(X)\n',
        f'import math\nX = 1\n\n\n{AREA}\n\nif __name__ == "__main__":\n    print(X)\n',
    ),
    "no newline at the end": ("import math", f"import math\n\n\n{AREA}"),
}  # fmt: skip

REFUSED = {
    "another `f` already": ("f = 1\n", "def f():\n    return 2\n"),
    "another `math` already": ("from x import math\n", "import math\nY = math.pi\n"),
    "its `max` is not Python's": ("def max(): ...\n", "def f():\n    return max(1, 2)\n"),
    "does not parse": ("def f(:\n", "X = 1\n"),
    "import the module itself": ("def f(): ...\n", "from there import g\n\n\ndef h():\n    return g()\n"),
    "an import that changes": ("X = 1\n", "from __future__ import annotations\nY = 1\n"),
}


@pytest.mark.parametrize("title", MERGED)
def test_merged(title: str) -> None:
    existing, expected = MERGED[title]
    merged = merge_modules(existing, NEW, "there")
    assert merged == expected
    compile(merged, "merged", "exec")


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message: str) -> None:
    with pytest.raises(MergeError, match=message):
        merge_modules(*REFUSED[message], "there")


def test_what_the_module_has_is_not_imported_from_itself() -> None:
    existing = "def root(x):\n    return x\n"
    new = "from there import root\n\n\ndef cube(x):\n    return root(x) ** 3\n"
    merged = merge_modules(existing, new, "there")
    assert merged == f"{existing}\n\ndef cube(x):\n    return root(x) ** 3\n"
