"""The block that runs the module from the shell."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from notelift.export.model import Parameter
from notelift.export.naming import fresh

_TYPES = frozenset({"int", "float", "str", "complex"})


def main_block(
    function: str, parameters: Sequence[Parameter], title: str, taken: Collection[str], shows: bool
) -> str:
    """Return `if __name__ == "__main__":` with an option for each parameter; `shows` prints the value."""
    call = f"{function}()"
    lines = []
    if parameters:
        parser = fresh("parser", taken)
        lines.append(
            f"{parser} = argparse.ArgumentParser(description={title!r}, argument_default=argparse.SUPPRESS)"
        )
        flags = {"--help"}
        for each in parameters:
            flag = _flag(each.name, flags)
            flags.add(flag)
            lines.append(f"{parser}.add_argument({_option(each, flag)})")
        call = f"{function}(**vars({parser}.parse_args()))"
    lines.append(f"print({call})" if shows else call)
    return 'if __name__ == "__main__":\n' + "\n".join(f"    {line}" for line in lines) + "\n"


def needs_literals(parameters: Sequence[Parameter]) -> bool:
    """Whether an option is given as a Python literal, which `ast` reads."""
    return any(_type(each) not in _TYPES and each.annotation != "bool" for each in parameters)


def _type(parameter: Parameter) -> str:
    return parameter.annotation.removesuffix(" | None")


def _flag(name: str, taken: Collection[str]) -> str:
    """The option of a parameter; numbered where another parameter or `--help` has it."""
    flag = stem = "--" + name.strip("_").lower().replace("_", "-")
    number = 1
    while flag in taken:
        number += 1
        flag = f"{stem}-{number}"
    return flag


def _option(parameter: Parameter, flag: str) -> str:
    parts = [repr(flag)]
    if flag[2:].replace("-", "_") != parameter.name:
        parts.append(f"dest={parameter.name!r}")
    if parameter.annotation == "bool":
        parts.append("action=argparse.BooleanOptionalAction")
    elif _type(parameter) in _TYPES:
        if _type(parameter) != "str":
            parts.append(f"type={_type(parameter)}")
    else:
        parts.append("type=ast.literal_eval")
    if parameter.default != "None":
        shown = parameter.default.replace("%", "%%").replace("\n", " ")
        parts.append(f"help={'default: ' + shown!r}")
    return ", ".join(parts)
