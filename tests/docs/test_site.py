"""The site builds without a warning, loads nothing from other hosts, and its reference says what the program says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_no_page_loads_anything_from_another_host(site):
    loads = re.compile(r'<(?:script|img|iframe)[^>]+src="(https?:)?//|<link[^>]+href="(https?:)?//[^"]+"[^>]*stylesheet')
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    assert not [page for page in pages if loads.search(page.read_text(encoding="utf-8"))]


def test_reference_pages_hold_every_command_and_assumption(site):
    from roadworthy.study.assumed import leaves

    listed = (site / "reference" / "assumptions.html").read_text(encoding="utf-8")
    assert not [path for path in leaves() if path not in listed]
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "roadworthy rules diff" in commands and "roadworthy validate" in commands


def test_every_held_fact_is_on_its_page_and_every_miss_has_its_sentence(site):
    from roadworthy.study.validation import validate

    found = validate()
    assert found["total"]["facts"] >= 60 and {fact["room"] for fact in found["facts"]} == {row["room"] for row in found["rooms"]}
    assert not [fact["id"] for fact in found["facts"] if fact["inside"] is not True and not fact["note"].strip()]
    table = (site / "validation.html").read_text(encoding="utf-8").split("<table>")[1].split("</table>")[0]
    assert table.count("<tr>") == found["total"]["facts"] + 1
