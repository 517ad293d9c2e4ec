"""Writes the pages of the rules, docs/rules/*.md, from the docstrings that `notelift rules` shows.

python -m tools.rule_pages
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from notelift.assists.registry import ENTRIES as ASSISTS
from notelift.checks.registry import ENTRIES, load_rule, page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
INDEX = "README.md"
_EVERYWHERE = """

Quick fixes are offered by the language server. Each is tried before it is made: the finding goes by it, no
other comes, and nothing is left unbound. Beside those in the table, every finding but that of `syntax-error`
can be ignored in its line, its cell or the project (`ignore-finding`). What a call does of which nothing is
known can be declared in `[tool.notelift.effects]`, with the caret on the call (`declare-effect`).
`source.fixAll.notelift` does what is safe: star imports name what is used, and imports go up where a restart
would stop without them.
"""


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    found = {f"{entry.name}.md": rule_page(entry.name) for entry in ENTRIES}
    found[INDEX] = index_page()
    return found


def rule_page(name: str) -> str:
    """Return the page of one rule."""
    rule = load_rule(name)
    default = "on" if rule.default else "off"
    title = f"# {rule.name} ({rule.code})\n\n{rule.severity.capitalize()}, {default} by default.\n\n"
    return title + as_markdown(page(name)) + _fixes_section(name)


def _fixes_section(name: str) -> str:
    fixes = quick_fixes(name)
    if not fixes:
        return ""
    lines = [f"- `{assist}`: {summary}" for assist, summary in fixes]
    return "\n## Quick fixes\n\nIn an editor:\n\n" + "\n".join(lines) + "\n"


def quick_fixes(rule: str) -> list[tuple[str, str]]:
    """Return the assists that offer a fix for the rule, with the first line of each one's docstring."""
    found = []
    for entry in ASSISTS:
        module = import_module(f"notelift.assists.handlers.{entry.name.replace('-', '_')}")
        if rule in getattr(module, "RULES", ()):
            found.append((entry.name, (module.__doc__ or "").partition("\n")[0]))
    return found


def as_markdown(text: str) -> str:
    """Return the text with its indented code in fences, so that it is shown as Python."""
    blocks: list[str] = []
    for block in text.rstrip("\n").split("\n\n"):
        if not block.startswith("    "):
            blocks.append(block)
            continue
        code = "\n".join(line[4:] for line in block.split("\n"))
        blocks.append(f"```python\n{code}\n```")
    return "\n\n".join(blocks) + "\n"


def index_page() -> str:
    """Return the list of all rules."""
    lines = ["# Rules", "", "Written by `python -m tools.rule_pages` from the docstrings of the rules.", ""]
    lines += ["| code | rule | severity | default | finds | quick fixes |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for entry in ENTRIES:
        rule = load_rule(entry.name)
        summary = page(entry.name).partition("\n")[0]
        default = "on" if rule.default else "off"
        link = f"[{rule.name}]({rule.name}.md)"
        fixes = ", ".join(f"`{name}`" for name, _ in quick_fixes(rule.name))
        lines.append(f"| {rule.code} | {link} | {rule.severity} | {default} | {summary} | {fixes} |")
    return "\n".join(lines) + _EVERYWHERE


def write() -> None:
    """Write all pages, and remove those of rules that are gone."""
    wanted = pages()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
