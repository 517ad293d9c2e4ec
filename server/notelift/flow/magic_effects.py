"""What magics and shell lines read, change and bind: by the plain Python that does the same."""

from __future__ import annotations

import ast
import shlex

from notelift.cells.code import read_cell
from notelift.flow.call import Call
from notelift.flow.paths import Path, path_of
from notelift.flow.statements import Statements
from notelift.flow.values import Bound, Obj, Val
from notelift.notebook.magics import Magic

_READERS = frozenset(
    {
        "ls",
        "cat",
        "head",
        "tail",
        "wc",
        "du",
        "df",
        "pwd",
        "echo",
        "which",
        "nvidia-smi",
        "date",
        "whoami",
        "uname",
        "tree",
        "file",
        "grep",
        "less",
        "more",
        "sort",
        "uniq",
        "free",
        "top",
        "env",
        "printenv",
        "hostname",
        "lscpu",
        "find",
        "stat",
        "ps",
        "true",
        "sleep",
        "jupyter",
        "diff",
        "md5sum",
        "id",
    }
)
_INSTALLERS = frozenset({"pip", "pip3", "conda", "apt", "apt-get", "brew", "npm", "mamba", "uv"})


class Interpreter(Statements):
    """Interprets the statements of a cell, its magics included."""

    def run_magic(self, magic: Magic | None, call: Call) -> Val:
        """The effects of a magic, and the value that it gives."""
        if magic is None:
            self.opaque("the code calls the placeholder of a magic by itself")
            return Val()
        for name in magic.interpolates:
            self.read(self.load_name(name))
        result = Val(type="list", obj=Obj(type="list", items="str"), label=magic.name, site=call.node)
        if magic.kind == "help":
            return Val()
        if magic.kind == "shell" or magic.name in ("sx", "system", "bash", "sh"):
            text = magic.body if magic.name in ("bash", "sh") else magic.arguments
            self._shell(text, bool(magic.interpolates))
            return result
        if magic.name == "run" and magic.arguments.split():
            self.read_file(
                path_of(next(word for word in magic.arguments.split() if not word.startswith("-")))
            )
        if magic.opaque:
            self.opaque(f"`%{magic.name}` may bind any name")
        elif magic.python_body:
            self._measured(magic.body)
        elif magic.plain:
            return self._plain(magic)
        if magic.name == "capture":
            captured = Val(obj=Obj(type="IPython.utils.capture.CapturedIO"), label="capture", site=call.node)
            self.stdout_targets.append(self.store(captured, call.node))
            return captured
        for name in magic.assigns:
            self.bind_name(name, Bound())
        return Val(label=magic.name, site=call.node)

    def _plain(self, magic: Magic) -> Val:
        imports = "".join(f"import {name}\n" for name in magic.imports)
        code = read_cell(magic.plain or "")
        if code.error:
            self.opaque(f"`%{magic.name}` runs code that does not parse")
            return Val()
        before = self.function_scope, self.function_frame
        frame = self.push_frame()
        for statement in read_cell(imports).statements:
            if isinstance(statement.node, ast.Import):
                for alias in statement.node.names:
                    top = alias.name.partition(".")[0]
                    self.set_variable(frame, top, Bound(type="module", ref=top))
        result = Val()
        for statement in code.statements:
            if isinstance(statement.node, ast.Expr):
                result = self.eval(statement.node.value, discarded=True)
            else:
                self.run_statement(statement.node)
        self.pop_frame()
        self.function_scope, self.function_frame = before
        return result

    def _measured(self, source: str) -> None:
        """The body of `%timeit`: it runs, but binds nothing."""
        code = read_cell(source)
        before = self.function_scope, self.function_frame
        frame = self.push_frame()
        self.function_scope, self.function_frame = None, frame
        self.run_block([statement.node for statement in code.statements])
        self.pop_frame()
        self.function_scope, self.function_frame = before

    def _shell(self, text: str, interpolated: bool) -> None:
        self.use("cwd")
        self.use("environment")
        if interpolated or any(sign in text for sign in ("$(", "`", "<<")):
            self.read_file(None)
            self.write_file(None)
            return
        for line in text.replace("&&", "\n").replace(";", "\n").replace("||", "\n").split("\n"):
            if line.strip() and not line.strip().startswith("#"):
                self._command(line.strip())

    def _command(self, line: str) -> None:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            words = line.split()
        words, written = _redirections(words)
        for path, append in written:
            self.write_file(path, append=append)
        pipeline = " ".join(words).split(" | ")
        for part in pipeline:
            self._plain_command(part.split())

    def _plain_command(self, words: list[str]) -> None:
        while words and words[0] in ("sudo", "time", "nohup"):
            words = words[1:]
        if not words:
            return
        name, operands = words[0].rpartition("/")[2], [word for word in words[1:] if not word.startswith("-")]
        if name in _INSTALLERS or (name.startswith("python") and "pip" in words):
            self.alter("packages")
        elif name == "mkdir":
            for operand in operands:
                self.make_directory(_path(operand))
        elif name in ("rm", "rmdir"):
            for operand in operands:
                self.remove_file(_path(operand))
        elif name == "touch":
            for operand in operands:
                self.write_file(_path(operand), append=True)
        elif name in ("cp", "mv") and len(operands) == 2:
            self._copy(_path(operands[0]), _path(operands[1]), move=name == "mv")
        elif name in _READERS and not (name == "find" and "-exec" in words):
            for operand in operands or (["."] if name in ("ls", "tree", "find") else []):
                path = _path(operand)
                self.read_file(path, must=False)
                self.list_directory(path)
        elif name == "cd":
            return
        else:
            self.read_file(None)
            self.write_file(None)

    def _copy(self, source: Path | None, target: Path | None, move: bool) -> None:
        self.read_file(source)
        if move:
            self.remove_file(source)
        self.write_file(target)
        if target is not None and source is not None:
            inside = path_of(f"{target[0]}/{str(source[0]).rpartition('/')[2]}")
            self.write_file(inside, must=False)


def _path(word: str) -> Path | None:
    return None if any(sign in word for sign in "*?[{$~") else path_of(word)


def _redirections(words: list[str]) -> tuple[list[str], list[tuple[Path | None, bool]]]:
    kept: list[str] = []
    written: list[tuple[Path | None, bool]] = []
    waiting = ""
    for word in words:
        if waiting:
            written.append((_path(word), waiting == ">>"))
            waiting = ""
        elif word in (">", ">>", "1>", "&>"):
            waiting = ">>" if word == ">>" else ">"
        elif word.startswith(">") and len(word.lstrip(">")) > 0:
            written.append((_path(word.lstrip(">")), word.startswith(">>")))
        else:
            kept.append(word)
    return kept, written
