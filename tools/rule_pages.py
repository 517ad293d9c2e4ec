"""Writes the pages of the rules, docs/rules/*.md, from the docstrings that `notelift rules` shows.

python -m tools.rule_pages
"""

from __future__ import annotations

from pathlib import Path

from notelift.checks.registry import ENTRIES, load_rule, page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
INDEX = "README.md"


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
    return title + as_markdown(page(name))


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
    lines += ["| code | rule | severity | default | finds |", "| --- | --- | --- | --- | --- |"]
    for entry in ENTRIES:
        rule = load_rule(entry.name)
        summary = page(entry.name).partition("\n")[0]
        default = "on" if rule.default else "off"
        link = f"[{rule.name}]({rule.name}.md)"
        lines.append(f"| {rule.code} | {link} | {rule.severity} | {default} | {summary} |")
    return "\n".join(lines) + "\n"


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
