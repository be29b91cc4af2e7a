"""The example notebook of the documentation: written as a script with cells, executed here, kept with what it showed.

    python -m scripts.notebook [--check]

Runs docs/notebooks/NAME.py (cells begin with `# %%`, text cells with `# %% [markdown]`) in one namespace, as Jupyter would, and writes
NAME.ipynb beside it (nbformat 4.5) with every cell's output: what was printed, and the last value as text, HTML or SVG. No kernel and no
Jupyter is needed. `--check` runs the cells and writes nothing. `page` turns a kept notebook into Markdown for the site.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
PICTURE, TABLE, TEXT = "image/svg+xml", "text/html", "text/plain"
KINDS = {PICTURE: "_repr_svg_", TABLE: "_repr_html_"}
"""What a cell may show besides text, richest first."""


def cells(script: str) -> list[tuple[str, str]]:
    """Kind (markdown or code) and source of each cell of a script."""
    found = []
    for part in re.split(r"^# %%", script, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        source = body.strip("\n")
        if "[markdown]" in head:
            found.append(("markdown", "\n".join(re.sub(r"^# ?", "", line) for line in source.splitlines())))
        else:
            found.append(("code", source))
    return found


def shown(value: Any) -> dict[str, str]:
    """What a notebook shows of a value: text, and the richest forms it has."""
    bundle = {TEXT: repr(value)}
    if hasattr(value, "_repr_mimebundle_"):
        bundle |= {kind: text for kind, text in (value._repr_mimebundle_() or {}).items() if isinstance(text, str)}
    for kind, method in KINDS.items():
        text = getattr(value, method)() if kind not in bundle and hasattr(value, method) else None
        if text:
            bundle[kind] = text
    return bundle


def run(source: str, space: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Execute one cell; its outputs as nbformat has them."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    value = None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, name, "exec"), space)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), space)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    if value is not None:
        outputs.append({"output_type": "display_data", "metadata": {}, "data": shown(value)})
    return outputs


def execute(script: Path) -> dict[str, Any]:
    """A script with cells as an executed notebook."""
    space: dict[str, Any] = {"__name__": "__main__"}
    made = []
    count = 0
    for i, (kind, source) in enumerate(cells(script.read_text(encoding="utf-8"))):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{i}", "metadata": {}, "source": source}
        if kind == "code":
            count += 1
            cell |= {"execution_count": count, "outputs": run(source, space, f"{script.name}[{i}]")}
        made.append(cell)
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}
    return {"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def page(notebook: dict[str, Any]) -> str:
    """A notebook as Markdown: code as blocks, outputs as HTML, picture or text."""
    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(cell["source"])
            continue
        parts.append(f"```python\n{cell['source']}\n```")
        for out in cell["outputs"]:
            data = out.get("data", {TEXT: out.get("text", "")})
            rich = data.get(PICTURE) or data.get(TABLE)
            # a blank line would end the HTML block of Markdown
            parts.append(
                '<div class="output">' + re.sub(r"\n\s*\n", "\n", rich) + "</div>" if rich else f"```text\n{data[TEXT].rstrip()}\n```"
            )
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="run the cells and write nothing")
    given = parser.parse_args()
    for script in sorted(NOTEBOOKS.glob("*.py")):
        made = execute(script)
        if not given.check:
            script.with_suffix(".ipynb").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{script.name}: {sum(cell['cell_type'] == 'code' for cell in made['cells'])} cells run")


if __name__ == "__main__":
    main()
