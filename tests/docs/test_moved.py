"""The page of what moved: the present beside the last release, every earlier pair below, each with its reasons."""

from __future__ import annotations

import importlib.util
import json
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def script():
    spec = importlib.util.spec_from_file_location("moved_script", ROOT / "scripts" / "moved.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_release_is_compared_with_the_next():
    moved = script()
    files = sorted(moved.RELEASES.glob("*.json"), key=moved.order)
    releases = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    assert [file.stem for file in files] == [release["version"] for release in releases] and len(releases) >= 2
    now = json.loads(json.dumps(releases[-1] | {"version": "next"}))
    now["reforms"]["kei-urban"]["units_y5"] = [1.0, 123456.0, 2e6]
    page = moved.whole(now, releases)
    assert page.startswith(f"# What moved since {releases[-1]['version']}") and "123,456" in page
    for then, later in pairwise(releases):
        assert f"in {later['version']}: since {then['version']}" in page
        assert (moved.RELEASES / f"why-since-{then['version']}.md").read_text(encoding="utf-8").splitlines()[2] in page
