"""The example notebook runs cell by cell, and the kept copy is of these cells and shows what they show."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "docs" / "notebooks").glob("*.py"))


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
