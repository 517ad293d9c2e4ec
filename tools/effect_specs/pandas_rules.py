"""The effect specs of pandas: its members and annotations, with the rules that pandas keeps to."""

from __future__ import annotations

import pandas as pd

from .introspection import Member, documented, public_members, unbracketed
from .pandas_tables import (
    ACCESSORS,
    APPENDING,
    BASES,
    CLASSES,
    COMPUTING,
    DRAWING,
    EITHER,
    EITHER_OF_GROUPS,
    FLOAT_OF_SERIES,
    FRAME,
    GROUPED,
    HOLDS,
    RETURNS_RECEIVER_OR_SCALAR,
    SERIES,
    SHOWN,
    TYPES,
    UNIONS,
    VIEWS,
    WRITERS,
    WRITES_VALUES,
)


def one_type(text: str) -> str:
    """Returns the qualified name for one member of a union annotation, "?" when it has none."""
    head = text.partition("[")[0]
    if head in TYPES:
        return TYPES[head]
    if head.startswith(("npt.NDArray", "ndarray")):
        return "numpy.ndarray"
    if head in ("list", "dict", "tuple"):
        return head
    return "?"


def type_of(text: str) -> str:
    """Returns the type that an annotation means: frames and series together are `pandas.NDFrame`."""
    parts = [part for part in unbracketed(text, "|") if part != "None"]
    if not parts:
        return "?"
    if len(parts) == 1 and parts[0].startswith("tuple["):
        items = unbracketed(parts[0][6:-1], ",")
        if len(items) > 1 and "..." not in items:
            return "(" + ", ".join(map(one_type, items)) + ")"
    found = {one_type(part) for part in parts}
    if len(found) == 1:
        return found.pop()
    if found <= {FRAME, SERIES, EITHER, "self"} and found & {FRAME, SERIES, EITHER}:
        return EITHER
    return SERIES if found == {SERIES, "?"} else "?"


def documented_type(member: Member) -> str:
    """Returns the type that the docstring's Returns section means, for members without an annotation."""
    returned = documented(member.doc, "Returns")
    if len(returned) != 1:
        return "?"
    text = (returned[0][1] or returned[0][0]).replace(" or ", " | ").replace(":class:", "").strip("`. ")
    return type_of(text.replace("same type as caller", "Self"))


def result_type(owner: str, member: Member) -> str:
    """Returns the type text of what a member returns, with what annotations leave out."""
    if owner == SERIES and member.name in FLOAT_OF_SERIES:
        return "float"
    if owner == SERIES and member.name in RETURNS_RECEIVER_OR_SCALAR - {"mode"}:
        return "?"
    if owner == FRAME and member.name in (FLOAT_OF_SERIES - {"corr", "cov", "autocorr"}):
        return SERIES
    found = type_of(member.returns) if member.returns else "?"
    if found == "?":
        found = documented_type(member)
    if owner in ACCESSORS and found in ("?", "numpy.ndarray", "pandas.Index", "pandas.DatetimeIndex"):
        return SERIES
    computed = found in ("self", EITHER) or (found == "?" and not member.is_property)
    if owner in COMPUTING and computed and member.name not in ("plot", "hist", "boxplot", "pipe"):
        return EITHER if member.name in EITHER_OF_GROUPS else GROUPED.get(owner, EITHER)
    return found


def parameter_list(member: Member, *needed: str) -> str:
    """Returns `(a, b) ` up to the last parameter that a clause names and calls may give by position."""
    positional = member.parameters[: [*member.parameters, "*"].index("*")]
    last = max((positional.index(name) for name in needed if name in positional), default=-1)
    return f"({', '.join(positional[: last + 1])}) " if last >= 0 else ""


def writer(member: Member) -> str:
    """Returns the clauses of a method that writes a file when it is given one."""
    target, returned = WRITERS[member.name]
    clauses = [f"writes-file {target}"]
    if member.name in APPENDING:
        clauses = [f"writes-file {target} unless mode='a'", f"appends-file {target} if mode='a'"]
    if returned:
        clauses.append(f"-> {returned}")
    return parameter_list(member, target) + "; ".join(clauses)


def method(owner: str, member: Member) -> str:
    """Returns the clauses of one method by the rules pandas keeps to."""
    if member.name in WRITERS:
        return writer(member)
    clauses: list[str] = []
    if "inplace" in member.parameters:
        verb = "changes" if member.name in WRITES_VALUES else "remakes"
        clauses.append(f"{verb} self if inplace")
    elif member.returns == "None":
        clauses.append("shows" if member.name in SHOWN else "changes self")
    if "random_state" in member.parameters:
        clauses.append("draws random:numpy unless random_state")
    if member.name in DRAWING:
        clauses += ["alters pyplot", "uses rcparams"]
    shown = result_type(owner, member)
    link = ""
    if member.name in VIEWS and owner not in COMPUTING:
        link = " view self"
    elif member.name in HOLDS:
        link = " holds self"
    elif member.name == "to_numpy":
        link = " view self unless copy"
    elif "copy" in member.parameters:
        link = " view self if copy=False"
    elif member.name == "copy":
        link = " view self if deep=False"
    if shown != "?" or link:
        clauses.append(f"-> {shown}{link}")
    elif "changes self if inplace" in clauses:
        clauses.append("-> ?")
    if "changes self if inplace" in clauses and not link:
        # pandas 3 returns the changed object itself, older ones None.
        clauses[-1] += " alias self if inplace"
    return parameter_list(member, "inplace", "random_state") + "; ".join(clauses) or "pure"


def attribute(owner: str, member: Member) -> str:
    """Returns the clauses of one property."""
    shown = result_type(owner, member)
    link = " view self" if member.name in VIEWS else " holds self" if member.name in HOLDS else ""
    return f"property; -> {shown}{link}" if shown != "?" or link else "property"


def clauses_of(owner: str, member: Member) -> str:
    """Returns the clauses of a member of a class."""
    return attribute(owner, member) if member.is_property else method(owner, member)


def class_entries() -> dict[str, dict[str, str]]:
    """Returns for each class the clauses of its public members."""
    return {
        owner: {found.name: clauses_of(owner, found) for found in public_members(cls) if not found.is_class}
        for owner, cls in CLASSES.items()
    }


def parted(clauses: str) -> tuple[str, str, str]:
    """Returns the clauses before the result, the result's type and its link."""
    head, _, shown = clauses.partition("-> ")
    tuple_end = shown.find(")") + 1 if shown.startswith("(") else 0
    kind, _, link = (shown[:tuple_end], "", shown[tuple_end + 1 :]) if tuple_end else shown.partition(" ")
    return head, kind or "?", link


def merged(first: str, second: str) -> str:
    """Returns clauses that hold for a receiver of either class: all effects, a type that fits both."""
    (head, kind, link), (other_head, other_kind, other_link) = parted(first), parted(second)
    if kind != other_kind:
        kind = EITHER if {kind, other_kind} <= {FRAME, SERIES, EITHER, "self"} else "?"
    head = max(head, other_head, key=lambda text: (text.count(";"), len(text))).removesuffix("pure")
    link = max(link, other_link, key=len)
    shown = f"-> {kind} {link}".rstrip() if kind != "?" or link else ""
    return (head + shown).rstrip("; ") or "pure"


def union_entries(union: str, found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Returns the entries of two classes: what is equal stands on their common base."""
    lines: dict[str, str] = {}
    left, right = UNIONS[union]
    first, second = found.pop(left), found.pop(right)
    for name in first.keys() | second.keys():
        if first.get(name) == second.get(name):
            lines[f"{union}.{name}"] = first[name]
            continue
        for owner, members in ((left, first), (right, second)):
            if name in members:
                lines[f"{owner}.{name}"] = members[name]
        both = name in first and name in second
        only = left if name in first else right
        lines[f"{union}.{name}"] = merged(first[name], second[name]) if both else f"same {only}.{name}"
    return lines


def entries() -> dict[str, str]:
    """Returns the clauses of everything public in pandas, by qualified name."""
    found = class_entries()
    lines: dict[str, str] = {}
    for union in UNIONS:
        lines |= union_entries(union, found)
    for owner, members in found.items():
        base = found.get(BASES.get(owner, ""), {})
        for name, clauses in members.items():
            if base.get(name) != clauses:
                lines[f"{owner}.{name}"] = clauses
    for owner in [*CLASSES, *UNIONS]:
        lines[owner] = f"class {BASES[owner]}" if owner in BASES else "class"
    return lines | functions()


def functions() -> dict[str, str]:
    """Returns the clauses of the functions of pandas and of what stands in its public submodules."""
    lines: dict[str, str] = {}
    for prefix, module in (
        ("pandas", pd),
        ("pandas.api.types", pd.api.types),
        ("pandas.tseries.offsets", pd.offsets),
    ):
        for found in public_members(module):
            name = f"{prefix}.{found.name}"
            if found.is_class:
                lines.setdefault(name, "class")
            elif not found.is_property:
                lines[name] = function(found)
    return {name: clauses for name, clauses in lines.items() if name not in CLASSES}


def function(member: Member) -> str:
    """Returns the clauses of a module-level function: readers read their first argument."""
    shown = result_type("", member)
    arrow = f"-> {shown}" if shown not in ("?", "self") else ""
    if member.name.startswith("read_") and member.parameters and not member.name.startswith("read_sql"):
        first = member.parameters[0]
        return f"({first}) reads-file {first}; {arrow or '-> pandas.DataFrame'}"
    return arrow or "pure"
