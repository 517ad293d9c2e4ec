"""One cell's translation, in the order in which IPython would transform it."""

from __future__ import annotations

import ast
import re

from notelift.notebook import meanings
from notelift.notebook.magic_calls import statement_of
from notelift.notebook.magics import PLACEHOLDER, Magic, MagicKind, Translated, automagic
from notelift.notebook.pythontext import parsed
from notelift.notebook.specials import Special, clean, last_candidate, next_special

_CELL_MAGIC = re.compile(r"%%(?P<name>[^\s?]+)(?!\?)(?:[ \t]+(?P<arguments>.*?))?\s*\Z|%%(?P<system>!)\s*\Z")

_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.Match,
)


class Translation:
    """Translates one cell; `result` is called once."""

    def __init__(self, source: str) -> None:
        """Take the cell's source as it stands in the notebook."""
        self._lines = source.split("\n")
        self._source = source
        self._magics: list[Magic] = []
        self._shifts = [0] * len(self._lines)

    def result(self) -> Translated:
        """Return the cell's Python, magics and shifts."""
        start = self._cell_magics(0)
        if start < len(self._lines):
            self._statements(start)
        shifts = tuple(self._shifts) if any(self._shifts) else ()
        return Translated("\n".join(self._lines), tuple(self._magics), shifts)

    def _cell_magics(self, start: int) -> int:
        """Translate the cell magics on top; return the row where ordinary code starts."""
        self._clean(start)
        row = start
        while row < len(self._lines) and (not self._lines[row].strip() or self._lines[row].startswith("#")):
            row += 1
        if row == len(self._lines):
            return start
        match = _CELL_MAGIC.match(self._lines[row])
        if match is None:
            if row == 0 or not any(line.strip() for line in self._lines[:row]):
                self._automagic(row)
            return start
        name = match.group("name") or "!"
        arguments = match.group("arguments") or ""
        if name in meanings.TRANSPARENT_CELLS:
            self._capture(row, name, arguments)
            return self._cell_magics(row + 1)
        body = "\n".join(self._lines[row + 1 :])
        if body and not body.endswith("\n"):
            body += "\n"
        last = len(self._lines) - 1
        call = self._add("cell", name, arguments, row, last, body=body)
        self._replace(row, last, 0, _assigned(self._magics[-1].assigns) + call)
        return len(self._lines)

    def _clean(self, start: int) -> None:
        for row, removed in clean(self._lines, start).items():
            self._shifts[row] += removed

    def _automagic(self, row: int) -> None:
        if automagic("\n".join(self._lines)):
            self._lines[row] = "%" + self._lines[row]
            if self._lines[row][1:].split(None, 1)[0] in meanings.TRANSPARENT_LINES:
                self._shifts[row] -= 1

    def _capture(self, row: int, name: str, arguments: str) -> None:
        names = [word for word in arguments.split() if not word.startswith("-")]
        self._lines[row] = ""
        if name == "capture" and names:
            call = self._add("cell", name, arguments, row, row, assigns=(names[0],))
            self._lines[row] = f"{names[0]} = {call}"

    def _statements(self, row: int) -> None:
        last = last_candidate(self._lines)
        while (special := next_special(self._lines, row, last)) is not None:
            # A line that became code (`%time !ls`) is read again; each round takes an escape off.
            row = special.row if self._translate(special) else special.end + 1

    def _translate(self, special: Special) -> bool:
        """Replace one place; tell whether the line has to be read again."""
        if special.kind == "help":
            escape = "??" if special.text.endswith("??") else "?"
            self._call(special, "help", escape, special.text.rstrip("?"))
            return False
        if special.kind == "call":
            return self._ipython_call(special)
        return self._escaped(special, special.text)

    def _escaped(self, special: Special, text: str) -> bool:
        escape = text[:2] if text[:2] in ("!!", "??") else text[:1]
        content = text[len(escape) :]
        assigned = special.kind == "assign"
        if escape == "%":
            return self._line_magic(special, content)
        if escape in ("!", "!!") or assigned:
            self._call(special, "shell", escape, content.strip())
        elif escape in ("?", "??"):
            self._call(special, "help", escape, content.strip())
        else:
            code = _autocall(escape, content)
            if code is None:
                return False
            self._replace(special.row, special.end, special.column, code)
        return False

    def _line_magic(self, special: Special, content: str) -> bool:
        name, arguments = [*content.split(None, 1), "", ""][:2]
        arguments = arguments.strip()
        if name in meanings.TRANSPARENT_LINES:
            statement = statement_of(name, arguments)
            self._code(special, statement)
            return bool(statement)
        self._call(special, "line", name, arguments)
        return False

    def _code(self, special: Special, statement: str) -> None:
        """Put the statement of a `%time` into its place, or say how far it moved."""
        moved = max(0, self._lines[special.row].rfind(statement) - special.column)
        if special.kind == "assign":
            statement = " " * moved + statement
        elif statement:
            self._shifts[special.row] += moved
        self._replace(special.row, special.end, special.column, statement or "pass")

    def _call(self, special: Special, kind: MagicKind, name: str, arguments: str) -> None:
        target = ""
        assigns: tuple[str, ...] = ()
        if special.kind == "assign":
            target = self._target(special)
            assigns = _names_in(target)
        call = self._add(kind, name, arguments, special.first, special.end, assigns=assigns, target=target)
        if not target:
            call = _assigned(self._magics[-1].assigns) + call
        self._replace(special.row, special.end, special.column, call)

    def _target(self, special: Special) -> str:
        parts = [*self._lines[special.first : special.row], self._lines[special.row][: special.column]]
        text = " ".join(part.rstrip().rstrip("\\") for part in parts).strip()
        return text[_assignment_start(text) :]

    def _ipython_call(self, special: Special) -> bool:
        """Translate `get_ipython().run_line_magic(...)` and its like, as in exported scripts."""
        found = _parsed_call(special.text)
        if found is None:
            return False
        target, text, body = found
        if body is None:
            column = special.column + len(target)
            moved = Special(
                "assign" if target else "escape", special.first, special.row, column, special.end, text
            )
            return self._escaped(moved, text)
        name, _, arguments = text[2:].partition(" ")
        if name in meanings.TRANSPARENT_CELLS and (code := _one_line(body)) is not None:
            self._replace(special.row, special.end, special.column, code)
            return False
        call = self._add("cell", name, arguments.strip(), special.row, special.end, body=body)
        self._replace(special.row, special.end, special.column + len(target), call)
        return False

    def _add(
        self,
        kind: MagicKind,
        name: str,
        arguments: str,
        row: int,
        end: int,
        *,
        assigns: tuple[str, ...] = (),
        target: str = "",
        body: str = "",
    ) -> str:
        """Add a magic; return the call that stands for it."""
        meaning = meanings.meaning_of(kind, name, arguments, body, captured=bool(target))
        plain, literal = meaning.plain, meaning.literal
        if target:
            plain = None if plain is None else f"{target} {plain}"
            literal = None if literal is None else f"{target} {literal}"
        self._magics.append(
            Magic(
                line=row + 1,
                end_line=end + 1,
                kind=kind,
                name=name,
                arguments=arguments,
                assigns=assigns or meaning.assigns,
                body=meaning.body or body,
                plain=plain,
                refusal=meaning.refusal,
                imports=meaning.imports,
                note=meaning.note,
                python_body=meaning.python_body,
                opaque=meaning.opaque,
                interpolates=meaning.interpolates,
                literal=literal,
            )
        )
        return f"{PLACEHOLDER}({len(self._magics) - 1})"

    def _replace(self, row: int, end: int, column: int, code: str) -> None:
        self._lines[row] = self._lines[row][:column] + code
        for blank in range(row + 1, end + 1):
            self._lines[blank] = ""


def _assigned(names: tuple[str, ...]) -> str:
    return ", ".join(names) + " = " if names else ""


def _assignment_start(text: str) -> int:
    """Return where the assignment starts in `if a: x =`."""
    after = re.match(r"(?:else|try|finally)\s*:\s*", text)
    start = after.end() if after else 0
    tree = parsed(f"{text[start:]} 0")
    if tree is None:
        return start
    statements = [node for node in ast.walk(tree) if isinstance(node, (ast.Assign, ast.AnnAssign))]
    return start + len(text[start:].encode()[: statements[-1].col_offset].decode()) if statements else start


def _names_in(target: str) -> tuple[str, ...]:
    tree = parsed(f"{target} 0")
    if tree is None:
        return ()
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(node.id for node in stored if isinstance(node.ctx, ast.Store)))


def _autocall(escape: str, content: str) -> str | None:
    """Return the call that `/f a b`, `,f a b` or `;f a b` stands for."""
    name, _, arguments = content.partition(" ")
    if not name:
        return None
    if escape == "/":
        return f"{name}({', '.join(arguments.split())})"
    if escape == ",":
        return name + '("' + '", "'.join(arguments.split()) + '")'
    return f'{name}("{arguments}")'


def _one_line(body: str) -> str | None:
    """Return the statements of `body` in one line, or None where they need more."""
    tree = parsed(body)
    if tree is None or any(
        isinstance(node, _COMPOUND) or node.lineno != node.end_lineno for node in tree.body
    ):
        return None
    return "; ".join(ast.get_source_segment(body, node) or "" for node in tree.body)


def _parsed_call(text: str) -> tuple[str, str, str | None] | None:
    """Return target text, magic text and body of a `get_ipython()` call of literals."""
    tree = parsed(text)
    if tree is None or not tree.body:
        return None
    statement = tree.body[0]
    if not isinstance(statement, (ast.Assign, ast.Expr)) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    values = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    if not isinstance(call.func, ast.Attribute) or len(values) != len(call.args) or call.keywords:
        return None
    if ast.unparse(call.func.value) != "get_ipython()" or not all(isinstance(value, str) for value in values):
        return None
    target = text.encode()[: call.col_offset].decode()
    words = [str(value) for value in values]
    match call.func.attr, words:
        case "run_line_magic", [name, arguments]:
            return target, f"%{name} {arguments}", None
        case "magic", [line]:
            return target, f"%{line}", None
        case "system", [command]:
            return target, f"!{command}", None
        case "getoutput", [command]:
            return target, f"!{command}" if target else f"!!{command}", None
        case "run_cell_magic", [name, arguments, body]:
            return target, f"%%{name} {arguments}", body
    return None
