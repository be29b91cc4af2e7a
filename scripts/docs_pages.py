"""Reference pages of the documentation, made from the program itself whenever the site is built.

Commands from the command line's own help, assumptions and reforms from their YAML, the data dictionary from the tables' own records, the
Python verbs from their docstrings: nothing is written twice, so nothing can disagree. MkDocs calls `on_files`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = ("core", "data", "vehicles", "rules", "crash", "energy", "space", "cost", "market", "fleet", "account", "study", "report")


def cell(text: Any) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def grid(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(cell(c) for c in row)} |" for row in rows)])


def said(tokens: list[str]) -> str:
    """What a command prints."""
    from roadworthy.cli.main import app

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        app(tokens, exit_on_error=False, print_error=False)
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).rstrip()


def commands() -> str:
    from cyclopts import App

    from roadworthy.cli.main import app

    def walk(node: App, path: list[str]) -> list[list[str]]:
        found = []
        for name in node:
            if name.startswith("-"):
                continue
            inner = [*path, name]
            found.append(inner)
            found += walk(node[name], inner) if node[name].default_command is None else []
        return found

    parts = [
        "# Commands\n\nstdout is the answer, stderr is talk. Exit codes: 0 done; 1 done and the asked condition is false; 2 bad usage; "
    ]
    parts[0] += "3 bad input; 4 the model could not solve; 70 a fault of the program; 130 interrupted.\n"
    for path in walk(app, []):
        parts.append(f"## roadworthy {' '.join(path)}\n\n```text\n{said([*path, '--help'])}\n```\n")
    return "\n".join(parts)


def assumptions() -> str:
    from roadworthy.core import MARK
    from roadworthy.study.assumed import leaves

    rooms: dict[str, list[Sequence[Any]]] = {}
    for path, leaf in leaves().items():
        spread = leaf.cited.distribution
        drawn = f"{spread.kind} {', '.join(f'{a:g}' for a in spread.args)}" if spread else "held"
        rooms.setdefault(path.split(".")[0], []).append(
            (f"`{path}`", leaf.meaning, f"{leaf.cited.value:.6g}", leaf.cited.unit, drawn, f"{MARK[leaf.cited.status]} {leaf.cited.status}", leaf.cited.source)
        )  # fmt: skip
    heads = ("path", "meaning", "value", "unit", "drawn from", "status", "source")
    text = "# Assumptions\n\nEvery uncertain number of the model. Hold one at your own value in a study file under `[assumptions]`.\n"
    return text + "".join(f"\n## {room}\n\n{grid(heads, rows)}\n" for room, rows in rooms.items())


def reforms() -> str:
    from roadworthy.rules import reforms as shipped

    text = "# Reforms\n\nEach is a file of dated, cited changes; `roadworthy rules show ID` prints every lever with its source.\n"
    return text + "".join(f"\n## {name}\n\n**{found.title}.** {found.words}\n" for name, found in shipped().items())


def data() -> str:
    from roadworthy.data import catalogue

    text = "# Data dictionary\n\nBundled tables of facts, with their public origin and licence. `roadworthy data verify` compares them with the lock.\n"
    tables: dict[str, list[str]] = {}
    for info in catalogue().values():
        tables.setdefault(info.licence, []).append(info.name)
    text += f"\n## Licences\n\n{grid(('licence', 'tables'), [(licence, ', '.join(names)) for licence, names in sorted(tables.items())])}\n"
    for info in catalogue().values():
        text += f"\n## {info.name}\n\n{info.what}\n\nSource: {info.source}. Licence: {info.licence}. Status: {info.status}. Made by `{info.script}`.\n\n"
        text += grid(("column", "unit and meaning"), [(f"`{name}`", meaning) for name, meaning in info.columns.items()]) + "\n"
    return text


def vehicle_fields() -> str:
    from roadworthy.vehicles import fields

    rows = [(f"`{name}`", f.unit if f.numeric else "text", f.meaning) for name, f in fields().items()]
    return f"# Vehicle fields\n\nWhat a vehicle's TOML may hold; unknown fields are refused with a near name.\n\n{grid(('field', 'unit', 'meaning'), rows)}\n"


def python() -> str:
    text = "# Python\n\nWhat each room offers. Names that begin with an underscore are not part of it.\n"
    for room in PUBLIC:
        module = import_module(f"roadworthy.{room}")
        text += f"\n## roadworthy.{room}\n\n{inspect.getdoc(module) or ''}\n"
        for name in sorted(getattr(module, "__all__", ())):
            thing = getattr(module, name)
            if not (inspect.isfunction(thing) or inspect.isclass(thing)):
                continue
            doc = inspect.getdoc(thing) or ""
            try:
                signature = str(inspect.signature(thing)) if inspect.isfunction(thing) else ""
            except (TypeError, ValueError):
                signature = ""
            signature = re.sub(
                r"jaxtyping\.|jax\.Array|roadworthy\.[a-z_.]*\.|typing\.", lambda m: "Array" if m.group(0) == "jax.Array" else "", signature
            )
            text += f"\n### {name}\n\n```text\n{textwrap.fill(name + signature, 110, subsequent_indent='    ')}\n```\n\n{doc.split('Parameters')[0].strip()}\n"
    return text


def index() -> str:
    """The README is the first page; its links into docs/ and to files of the repository are mended."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"\]\(docs/([^)]+)\)", r"](\1)", text)
    return re.sub(r"\[([^\]]+)\]\((?!https?:|#|[a-z-]+\.md|rooms/|how-to/|reference/|gallery/|answer)[^)]+\)", r"\1", text)


def validation() -> str:
    from roadworthy.study.validation import validate

    found = validate()
    total = found["total"]
    unseen = total["unseen_inside"] + total["unseen_outside"] + total["unseen_unknown"]
    fitted = total["fitted_inside"] + total["fitted_outside"] + total["fitted_unknown"]
    rows = [
        (
            {True: "✓", False: "✕", None: "?"}[f["inside"]],
            f["room"],
            f["what"],
            f"{f['published']:.4g} {f['unit']}",
            f"{f['ours']:.4g}" if f["inside"] is not None else "not known",
            f"{f['error']:+.1%}" if f["kind"] == "relative" else f"{f['error']:+.3g}",
            f"{f['tolerance']:.1%}" if f["kind"] == "relative" else f"{f['tolerance']:.3g}",
            "yes" if f["fitted"] else "no",
            f["note"],
            f["source"],
        )
        for f in found["facts"]
    ]
    heads = ("", "room", "fact", "published", "ours", "error", "tolerance", "fitted", "note", "source")
    text = f"# What the model is held against\n\n{total['unseen_inside']} of {unseen} facts that the model never saw are inside their tolerance, "
    return (
        text
        + f"and {total['fitted_inside']} of {fitted} that it was fitted on. `roadworthy validate` prints the same.\n\n{grid(heads, rows)}\n"
    )


def notebook() -> str:
    """The kept notebook; `python -m scripts.notebook` executes it anew."""
    return _notebook().page(json.loads((ROOT / "docs" / "notebooks" / "results.ipynb").read_text(encoding="utf-8")))


def _notebook() -> Any:
    """The script beside this one; MkDocs loads its hooks from no package."""
    spec = importlib.util.spec_from_file_location("roadworthy_notebook", Path(__file__).with_name("notebook.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = {
    "index.md": index,
    "validation.md": validation,
    "notebooks/results.md": notebook,
    "reference/commands.md": commands,
    "reference/python.md": python,
    "reference/assumptions.md": assumptions,
    "reference/reforms.md": reforms,
    "reference/data.md": data,
    "reference/vehicle-fields.md": vehicle_fields,
}


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages to the site."""
    from mkdocs.structure.files import File

    for name, make in PAGES.items():
        files.append(File.generated(config, name, content=make()))
    return files
