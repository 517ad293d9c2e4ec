"""A kernel as small as can be: a line of JSON with a cell's code in, a line with what came of it out."""

import ast
import contextlib
import io
import json
import sys
import traceback


def run(code: str, names: dict) -> dict:
    """Execute a cell, and return its text, the value of its last expression, and its error."""
    printed = io.StringIO()
    shown = error = None
    try:
        body = ast.parse(code).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
        shown = None if value is None else repr(value)
    except (Exception, KeyboardInterrupt) as raised:
        error = {"name": type(raised).__name__, "message": str(raised), "stack": traceback.format_exc()}
    return {"printed": printed.getvalue(), "shown": shown, "error": error}


def main() -> None:
    """Answer until the input ends."""
    names: dict = {"__name__": "__main__"}
    sys.path.insert(0, "")
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), names)), flush=True)


main()
