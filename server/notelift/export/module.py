"""From a slice to a module whose function returns the targets' values."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace

from notelift.export.annotations import annotation_of
from notelift.export.body import Loop, definition_text, function_text, named_tuple, top_text
from notelift.export.certainty import Certainty
from notelift.export.display import without_displays
from notelift.export.formatting import format_code
from notelift.export.imports import Alias, aliases_of, future_imports, render_imports
from notelift.export.inline import lift_literals
from notelift.export.layout import Layout, lay_out, names_used
from notelift.export.literals import quoted
from notelift.export.main_block import main_block, needs_literals
from notelift.export.model import ExtractError, Module, Options, Parameter
from notelift.export.naming import class_name, fresh, function_name, module_name
from notelift.export.notebook_names import DISPLAY, as_module_code, awaits, identity_warnings
from notelift.export.pieces import Piece, left_out, pieces_of
from notelift.export.results import Result, results_of
from notelift.export.scoping import (
    Scoping,
    module_only_names,
    namespace_use,
    scope_body,
    sends_functions,
    with_module_namespace,
)
from notelift.export.splitting import split_literals
from notelift.notebook.model import Notebook
from notelift.queries.slice import Slice
from notelift.queries.targets import Target

__all__ = ["ExtractError", "Module", "Options", "Parameter", "build_module"]

_WORD = re.compile(r"[^\W\d]\w*")


def build_module(notebook: Notebook, targets: Sequence[Target], slice: Slice, options: Options) -> Module:
    """Return the module that gives the values of `targets`, whose statements are in `slice`.

    Raises ExtractError where no module can: a magic without plain Python, a value that only a notebook has,
    an import that cannot move, or a missing formatter.
    """
    return _Build(notebook, targets, slice, options).module()


class _Build:
    """One module in the making."""

    def __init__(self, notebook: Notebook, targets: Sequence[Target], kept: Slice, options: Options) -> None:
        self._targets = targets
        self._kept = kept
        self._options = options
        self._warnings = [*kept.opaque, *left_out(notebook, kept)]
        self._notebook = re.split(r"[\\/]", notebook.path)[-1]
        self._future = future_imports(notebook)
        pieces = as_module_code(pieces_of(notebook, kept))
        self._warnings += identity_warnings(pieces)
        self._bound = frozenset(name for piece in pieces for name in piece.names.all_binds)
        self._taken = set(self._bound | names_used(pieces))
        shown = {target.cell for target in targets if target.kind == "output"}
        pieces = without_displays(pieces, self._bound, shown)
        self._results, self._pieces, self._imports = results_of(
            targets, self._value_types(), pieces, self._taken
        )
        self._check_bound()

    def module(self) -> Module:
        """Put the module together."""
        layout, scoping, parameters = self._parts()
        function = self._function_name(layout, scoping)
        module = self._options.module or fresh(module_name(self._targets), _roots(layout.imports))
        classes = {piece.node.name for piece in layout.definitions if isinstance(piece.node, ast.ClassDef)}
        code = "\n".join(piece.code for piece in layout.body)
        returns = tuple(
            "None" if result.nothing else annotation_of(qualname, layout.imports, classes, code)
            for result, qualname in zip(self._results, self._types(), strict=True)
        )
        text = self._text(layout, scoping, parameters, function, returns)
        _check(text, self._notebook)
        return Module(
            source=format_code(text),
            module=module,
            function=function,
            parameters=tuple(parameters),
            returns=returns,
            kept=len(self._kept.statements),
            total=self._kept.total,
            maybe=sum(not each.certain for each in self._kept.statements),
            warnings=tuple(dict.fromkeys(self._warnings)),
        )

    def _parts(self) -> tuple[Layout, Scoping, list[Parameter]]:
        pieces = self._pieces
        returned = frozenset(name for result in self._results for name in result.names)
        bound = frozenset(name for piece in pieces for name in piece.names.all_binds)
        forced = module_only_names(pieces, bound)
        reached = namespace_use(pieces, bound)
        if reached:
            pieces = [with_module_namespace(piece) for piece in pieces]
            forced = bound
            self._warnings.append(
                f"`{reached}()` reaches variables by name: the function keeps them in the module's globals"
            )
        used = self._used(pieces, returned)
        pieces = split_literals(pieces, used, forced | returned)
        layout = lay_out(pieces, forced | returned, used)
        parameters = [each.parameter for each in layout.parameters]
        paths = {result.path for result in self._results if result.path}
        taken = self._taken | {each.name for each in parameters}
        lifted, layout.body = lift_literals(layout.body, taken, paths)
        parameters += lifted
        names = frozenset(each.name for each in parameters)
        scoping = scope_body(layout.body, forced, layout.star, names, sends_functions(pieces))
        self._taken |= {each.name for each in parameters}
        parameters = [replace(each, default=quoted(each.default)) for each in parameters]
        layout.imports += [*self._imports, *self._future]
        if DISPLAY in names_used(pieces) - bound:
            layout.imports.append(Alias("IPython.display", DISPLAY))
        return layout, scoping, parameters

    def _used(self, pieces: Sequence[Piece], returned: frozenset[str]) -> frozenset[str]:
        """Names that are read, and words of texts: formulas and queries name imported modules."""
        used = set(names_used(pieces) | returned)
        imported = {alias.bound for piece in pieces for alias in aliases_of(piece)} - used
        for piece in pieces if imported else ():
            if imported.isdisjoint(_WORD.findall(piece.code)) or aliases_of(piece):
                continue
            for part in ast.walk(piece.node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    used |= imported & set(_WORD.findall(part.value))
        return frozenset(used)

    def _text(
        self,
        layout: Layout,
        scoping: Scoping,
        parameters: list[Parameter],
        function: str,
        returns: tuple[str, ...],
    ) -> str:
        title = f"{self._named()} of the notebook {self._notebook}"
        returned = "" if len(returns) > 1 else returns[0]
        extra: list[Alias] = []
        classes: list[str] = []
        if len(self._results) > 1:
            returned = fresh(class_name(function), self._taken)
            extra += [Alias("typing", "NamedTuple")] + ([] if all(returns) else [Alias("typing", "Any")])
            labels = [result.label for result in self._results]
            classes = [named_tuple(returned, labels, returns, f"The values of {title}.")]
        if any("Any" in each.annotation for each in parameters):
            extra.append(Alias("typing", "Any"))
        if parameters:
            extra.append(Alias("argparse"))
            if needs_literals(parameters):
                extra.append(Alias("ast"))
        if scoping.builtins:
            extra.append(Alias("builtins"))
        loop = self._loop(layout, extra)
        body, folded = self._folded(scoping.body)
        values = [self._value(result, parameters) for result in self._results]
        answer = f"{returned}({', '.join(values)})" if len(values) > 1 else values[0]
        if len(values) == 1 and self._results[0].nothing:
            answer = ""
        scoping = replace(scoping, body=body)
        parts = [
            f'"""{_sentence(title)}\n\nLifted out of the notebook by Notelift.\n"""',
            "\n\n".join(
                part
                for part in (
                    render_imports([*layout.imports, *extra]),
                    "\n".join(top_text(piece) for piece in layout.prelude),
                    "\n".join(top_text(piece) for piece in layout.constants),
                )
                if part
            ),
            *(definition_text(piece) for piece in layout.definitions),
            *classes,
            function_text(
                function,
                layout,
                scoping,
                parameters,
                returned,
                self._doc(title),
                "" if folded else answer,
                loop,
            ),
            main_block(function, parameters, _sentence(title), self._taken, shows=bool(answer)),
        ]
        return "\n\n\n".join(part for part in parts if part)

    def _folded(self, body: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], bool]:
        """The body, which returns what its last statement shows, without a name for it; whether it does."""
        name = self._results[0].code
        if len(self._results) > 1 or self._targets[0].kind != "output" or not body:
            return body, False
        start = f"{name} = "
        if not body[-1].code.startswith(start):
            return body, False
        last = body[-1].with_code(f"return {body[-1].code.removeprefix(start)}")
        return (*body[:-1], replace(last, starts=len(body) > 1)), True

    def _loop(self, layout: Layout, imports: list[Alias]) -> Loop | None:
        """How the body runs when it awaits; the import that this needs is added to `imports`."""
        if not any(awaits(piece) for piece in layout.body):
            return None
        others = {
            name
            for piece in self._pieces
            if Alias("asyncio") not in aliases_of(piece)
            for name in piece.names.all_binds
        }
        name = fresh("asyncio", others)
        imports.append(Alias("asyncio", "", "" if name == "asyncio" else name))
        return Loop(fresh("run", self._taken), name)

    def _value(self, result: Result, parameters: list[Parameter]) -> str:
        for each in parameters if result.path else ():
            if each.annotation == "str" and ast.literal_eval(each.default) == result.path:
                return each.name
        return result.code

    def _named(self) -> str:
        names = []
        for target in self._targets:
            if target.kind == "output":
                names.append(f"the output of cell {target.cell}")
            elif target.kind == "file":
                names.append(f"the file {target.value}")
            else:
                at = "" if target.cell is None else f" after cell {target.cell}"
                at += "" if target.line is None else f", line {target.line}"
                names.append(f"`{target.value}`{at}")
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    def _doc(self, title: str) -> str:
        verb = "Return"
        if all(target.kind == "file" for target in self._targets):
            verb = "Write"
        elif all(result.nothing for result in self._results):
            verb = "Print"
        text = f"{verb} {title}"
        if any(
            _is_relative(resource) for each in self._kept.statements for _, resource in each.statement.world
        ):
            return f"{text}.\n\n    Relative paths start at the notebook's folder: run it there.\n    "
        return f"{text}."

    def _value_types(self) -> list[str]:
        types = list(self._kept.types)
        return types + [""] * (len(self._targets) - len(types))

    def _types(self) -> list[str]:
        """The types of the results that are certain, "" for others."""
        certainty = Certainty(self._pieces)
        return [
            "str"
            if target.kind == "file"
            else "matplotlib.figure.Figure"
            if result.code == "figure"
            else each
            if each and certainty.has(result.code, each)
            else ""
            for target, result, each in zip(self._targets, self._results, self._value_types(), strict=True)
        ]

    def _function_name(self, layout: Layout, scoping: Scoping) -> str:
        chosen = self._options.function
        if chosen is None:
            return function_name(self._targets, self._taken)
        if chosen in layout.top_names or chosen in scoping.globals:
            raise ExtractError(f"the function cannot be called {chosen}: the notebook's code has that name")
        return chosen

    def _check_bound(self) -> None:
        """Raise ExtractError for a name that nothing kept binds."""
        bound = frozenset(name for piece in self._pieces for name in piece.names.all_binds)
        star = any(alias.is_star for piece in self._pieces for alias in aliases_of(piece))
        if star or namespace_use(self._pieces, bound):
            return
        for target in self._targets:
            if target.kind == "name" and target.value not in bound:
                raise ExtractError(f"{target}: no statement that is kept gives `{target.value}` a value")


def _is_relative(resource: str) -> bool:
    kind, _, path = resource.partition(":")
    return kind in ("file", "dir") and not path.startswith(("/", "~")) and "://" not in path


def _roots(imports: Sequence[Alias]) -> set[str]:
    return {alias.module.split(".")[0] for alias in imports}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _check(text: str, notebook: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise ExtractError(f"the code of {notebook} does not work in a function: {error}") from error
