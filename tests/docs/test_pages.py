"""Every code block of the README and of the pages is run, in the order a reader would run them, in an empty folder.

`bash` blocks: each line that begins with `roadworthy` is a command and must end with 0 (or with the code that a trailing `# exit N`
names). `python` blocks run one after another in one namespace. A `toml` or `csv` block whose first line is `# file: NAME` is first
written to that file. Blocks of other kinds are text. The example notebook runs cell by cell here too, where the programs that it needs
are compiled already, and the kept copy is of these cells and shows what they show.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest

from roadworthy.cli.main import call

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SCRIPTS = sorted((ROOT / "docs" / "notebooks").glob("*.py"))
NEVER = ("roadworthy serve",)
"""Commands that do not end by themselves."""


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in FENCE.findall(page.read_text(encoding="utf-8")) if kind in ("bash", "python", "toml", "csv")]


def commands(text: str) -> list[tuple[list[str], int]]:
    found = []
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.splitlines():
        if line.startswith("roadworthy ") and not line.startswith(NEVER):
            code = re.search(r"# exit (\d+)", line)
            found.append((shlex.split(line, comments=True)[1:], int(code.group(1)) if code else 0))
    return found


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_every_block_of_the_page_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    space: dict = {}
    for kind, text in blocks(page):
        if kind in ("toml", "csv"):
            named = re.match(r"# file: (\S+)", text)
            if named:
                Path(named.group(1)).write_text(text if kind == "toml" else text.split("\n", 1)[1], encoding="utf-8")
        elif kind == "python":
            exec(compile(text, f"{page.name}", "exec"), space)
        else:
            for tokens, code in commands(text):
                found = call(tokens)
                said = capsys.readouterr()
                assert found == code, f"roadworthy {' '.join(tokens)} ended with {found}: {said.err}"


def test_the_parser_of_blocks_reads_what_the_pages_hold():
    assert commands("roadworthy judge x --why # exit 3\nroadworthy serve\nls\n") == [(["judge", "x", "--why"], 3)]
    assert any(blocks(page) for page in PAGES)


def executor():
    spec = importlib.util.spec_from_file_location("notebook_script", ROOT / "scripts" / "notebook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kinds(notebook):
    return [[sorted(out.get("data", [out["output_type"]])) for out in cell.get("outputs", [])] for cell in notebook["cells"]]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_the_notebook_runs_and_the_kept_one_is_of_the_same_cells(script):
    pytest.importorskip("pandas") and pytest.importorskip("xarray")
    made = executor().execute(script)
    kept = json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))
    assert [cell["source"] for cell in kept["cells"]] == [cell["source"] for cell in made["cells"]]
    assert kinds(kept) == kinds(made)
    rich = [out["data"] for cell in made["cells"] for out in cell.get("outputs", []) if "data" in out]
    assert sum("text/html" in data for data in rich) >= 5 and any("image/svg+xml" in data for data in rich)
    assert not [text for data in rich for text in data.values() if "<script" in text or "src=" in text]


def test_cells_are_read_and_shown_as_jupyter_would():
    notebook = executor()
    assert notebook.cells("# %% [markdown]\n# # Title\n#\n# text\n\n# %%\nx = 2\nx + 1\n") == [
        ("markdown", "# Title\n\ntext"),
        ("code", "x = 2\nx + 1"),
    ]
    space: dict = {}
    assert notebook.run("x = 2", space, "a") == []
    (value,) = notebook.run("x + 1", space, "b")
    assert value["data"] == {"text/plain": "3"}
    (stream,) = notebook.run("print(x)", space, "c")
    assert stream == {"output_type": "stream", "name": "stdout", "text": "2\n"}
    with pytest.raises(ZeroDivisionError):
        notebook.run("x / 0", space, "d")
