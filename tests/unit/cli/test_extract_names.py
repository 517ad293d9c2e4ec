"""Names and places that a module may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from notelift.cli.errors import CommandError
from notelift.cli.extract import check_free, check_name


@pytest.mark.parametrize(
    ("name", "what", "message"),
    [
        ("my-module", "module", "--module my-module: is no Python identifier"),
        ("", "module", "--module : is no Python identifier"),
        ("a.b", "module", "--module a.b: is no Python identifier"),
        ("../x", "module", "--module ../x: is no Python identifier"),
        ("1x", "function", "--function 1x: is no Python identifier"),
        ("class", "module", "--module class: is a keyword of Python"),
        ("None", "function", "--function None: is a keyword of Python"),
        ("json", "module", "--module json: would shadow the module json of the standard library"),
    ],
)
def test_wrong_names(name: str, what: str, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        check_name(name, what)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "what"), [(None, "module"), ("données", "module"), ("json", "function"), ("match", "module")]
)
def test_right_names(name: str | None, what: str) -> None:
    assert check_name(name, what) is None


def test_what_exists_is_overwritten_only_by_force(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    check_free(file, force=False)
    file.write_text("")
    check_free(file, force=True)
    with pytest.raises(CommandError, match="exists already: choose another name with --module, or overwrite"):
        check_free(file, force=False)
    dangling = tmp_path / "b.py"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="exists already"):
        check_free(dangling, force=False)
    with pytest.raises(CommandError, match="is a folder"):
        check_free(tmp_path, force=True)
