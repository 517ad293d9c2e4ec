"""A password, key or token stands in the notebook.

Whoever gets the notebook gets the secret, and it stays in the history of its repository. The rule knows the
forms of the keys of well-known services, private keys, and addresses with a password in them. It also looks
at what is given to names, keys and arguments such as `password` and `api_key`, and reports what looks like
a real one: with letters and digits, long enough, and no word such as `example`. The finding does not repeat
it.

Instead of

    client = Client(api_key="9f8a...")

write

    client = Client(api_key=os.environ["API_KEY"])

and revoke the key.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.facts import facts_of
from notelift.checks.model import Fix, Problem, Rule

_FORMS = (
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})")),
    ("an API key", re.compile(r"\bsk-(?:[a-z]+-)*(?=\w*\d)[A-Za-z0-9_]{20,}")),
    ("a Slack token", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}")),
    ("a Google API key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b")),
    ("a Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{30,}\b")),
    ("a signed token", re.compile(r"\beyJ[\w-]{10,}\.eyJ(?P<secret>[\w-]{10,})\.[\w-]{10,}")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(?P<secret>\S+)")),
    (
        "a password in an address",
        re.compile(r"\b[a-z][a-z0-9+]*://[^\s:/@{}<>]+:(?P<secret>[^\s:/@{}<>*]+)@"),
    ),
)
_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|secret|secret_?key|api_?key|api_?secret|access_?key|access_?token"
    r"|auth_?token|consumer_?key|consumer_?secret|client_?secret|token)(?:_|$)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"(?:^|_)(?:password|passwd|pwd)$", re.IGNORECASE)
_INVENTED = re.compile(
    r"your|example|change|placeholder|dummy|insert|secret|password|passwd|token|key|test|fake|xxx|\.\.\.|\*\*|1234"
    r"|none|todo|enter|<|\{",
    re.IGNORECASE,
)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each text that is a secret."""
    for cell, (node, what) in context.in_cells(_secrets):
        yield Problem(
            context.place(cell, node),
            f"this text is {what}, which everybody who gets the notebook can use",
            fix=Fix("Read it from the environment (`os.environ[...]`), and revoke this one."),
        )


def _secrets(source: str) -> Iterator[tuple[ast.expr, str]]:
    """The texts in a cell that are secrets, and what they are."""
    named = {id(node): name for name, node in _named(source)}
    for fact in facts_of(source).strings:
        what = _known_form(fact.text) or _given(fact.text, named.get(id(fact.node), ""))
        if what:
            yield fact.node, what


def _known_form(text: str) -> str:
    for what, form in _FORMS:
        match = form.search(text)
        # The part behind the prefix of the service, or what the form marks as the secret.
        if match and not _INVENTED.search(match.groupdict().get("secret", match.group()[6:])):
            return what
    return ""


def _given(text: str, name: str) -> str:
    """What a text is that is given to a name of a secret."""
    if not name or _INVENTED.search(text):
        return ""
    digits = sum(character.isdigit() for character in text)
    letters = sum(character.isalpha() for character in text)
    if _PASSWORD.search(name):
        is_password = len(text) >= 8 and digits and letters and not re.search(r"\s", text)
        return f"the password `{name}`" if is_password else ""
    # Generated keys are long and have digits among the letters.
    is_key = len(text) >= 16 and re.fullmatch(r"[\w+/=.~-]+", text) and len(set(text)) >= 8
    return f"the value of `{name}` and looks like a key" if is_key and digits >= 3 and letters >= 3 else ""


def _named(source: str) -> Iterator[tuple[str, ast.expr]]:
    """The texts that are assigned to names, items and arguments called after secrets."""
    for statement in read_cell(source).statements:
        node = statement.node
        if isinstance(node, ast.Assign):
            for target in node.targets:
                name = _target_name(target)
                if _NAME.search(name):
                    yield name, node.value
            if isinstance(node.value, ast.Dict):
                for key, value in zip(node.value.keys, node.value.values, strict=True):
                    if isinstance(key, ast.Constant) and _NAME.search(str(key.value)):
                        yield str(key.value), value
    for fact in facts_of(source).calls:
        for keyword in fact.node.keywords:
            if keyword.arg and _NAME.search(keyword.arg):
                yield keyword.arg, keyword.value


def _target_name(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""


RULE = Rule("NL207", "secret-in-source", "error", check)
