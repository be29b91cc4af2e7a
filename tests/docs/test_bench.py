"""The table of peers: what ran stands side by side, what is absent says how to get it, and a wrong room is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from roadworthy.cli.main import call
from roadworthy.report import render_bench
from roadworthy.study import beside

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    {"room": "crash", "peer": "pycrash 0.0.18", "problem": "a head-on", "ours": 2e-5, "theirs": 0.1, "unit": "s", "ratio": 5000.0,
     "error_ours": 0.0002, "error_theirs": 0.003, "error_of": "the closed form", "absent": "", "note": "ours in batches"},
    {"room": "rules", "peer": "OpenFisca-Core 46.0.1", "problem": "five rules", "ours": 0.4, "theirs": 0.003, "unit": "s", "ratio": 0.0075,
     "error_ours": None, "error_theirs": None, "error_of": "", "absent": "", "note": ""},
    {"room": "cost", "peer": "T3CO", "problem": "one car", "ours": None, "theirs": None, "unit": "s", "ratio": None, "absent": "pip install t3co", "note": ""},
]  # fmt: skip


@pytest.mark.parametrize("width", [100, 60])
def test_every_row_is_printed_and_a_slower_one_is_not_hidden(width):
    text = render_bench({"rows": ROWS, "machine": {"cores": 2, "load": 0.5}, "quick": True}, width)
    assert all(len(line) <= width for line in text.splitlines())
    for said in ("20.0 µs", "100 ms", "5,000 x", "0.0075 x", "0.3 %", "pip install t3co", "--quick"):
        assert said in text, said


def test_a_room_runs_by_itself_and_says_what_is_absent():
    environment = {name: value for name, value in os.environ.items() if name != "ROADWORTHY_COST_PEERS_PYTHON"}
    words = [sys.executable, "-m", "benchmarks", "cost", "--quick", "--json"]
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert [row["room"] for row in rows] == ["cost", "cost"]
    assert all(row["absent"] or row["ratio"] or row["error_ours"] is not None for row in rows)


def test_rooms_of_the_command_are_those_that_have_comparisons():
    listed = (ROOT / "benchmarks" / "__main__.py").read_text(encoding="utf-8").split("PEERS = {")[1].split("}")[0]
    assert all(f'"{room}"' in listed for room in beside.ROOMS) and listed.count(":") == len(beside.ROOMS)
    for room in beside.ROOMS:
        file = listed.split(f'"{room}": "')[1].split('"')[0]
        assert "def rows(quick: bool = False" in (ROOT / "benchmarks" / f"{file}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"), [(["bench", "crahs"], "crash"), (["bench", "crash", "--peers", "/none/python"], "/none/python")]
)
def test_wrong_rooms_and_interpreters_are_said_in_a_sentence(words, said, capsys):
    assert call(words) == 3
    assert said in capsys.readouterr().err
