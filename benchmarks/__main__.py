"""Every comparison with a peer in one table, or every benchmark of ours.

    python -m benchmarks [ROOM ...] [--quick] [--json]     what `roadworthy bench` prints
    python -m benchmarks --own                             our own timings, room by room, at length

Each room's comparisons run in a process of their own, so that none finds another's memory or threads. A peer that is not installed is a
row that says how to get it; a comparison that stops is a row that says so.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

SCHEMA = "roadworthy/bench/1"
HERE = Path(__file__).parent
PEERS = {
    "rules": "rules_bench",
    "crash": "crash_bench",
    "energy": "energy_bench",
    "cost": "cost_bench",
    "market": "market_parity_bench",
    "fleet": "fleet_bench",
}
"""Rooms that have a peer, and the file whose `rows` compares with it."""


def own() -> None:
    """Every benchmark of ours, as each prints itself."""
    for file in sorted(HERE.glob("*_bench.py")):
        print(f"== {file.stem}", flush=True)
        sys.argv = [str(file)]
        runpy.run_module(f"benchmarks.{file.stem}", run_name="__main__")


def alone(room: str, quick: bool) -> None:
    """The rows of one room as one line of JSON; what the comparison says meanwhile goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        rows = import_module(f"benchmarks.{PEERS[room]}").rows(quick)
    print(json.dumps([row.as_dict() for row in rows], default=float))


def apart(room: str, quick: bool) -> list[dict[str, Any]]:
    """The rows of one room from a process of its own."""
    from benchmarks.row import Row

    print(f"comparing  {room}", file=sys.stderr, flush=True)
    words = [sys.executable, "-m", "benchmarks", "--alone", room, *(["--quick"] if quick else [])]
    done = subprocess.run(words, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return [Row(room, "", "the comparison", note=f"stopped: {why[:200]}").as_dict()]
    return list(json.loads(done.stdout.strip().splitlines()[-1]))


def table(rooms: list[str], quick: bool) -> dict[str, Any]:
    """All rows, with the machine they were taken on."""
    return {
        "schema": SCHEMA,
        "quick": quick,
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "python": platform.python_version(), "system": platform.platform()},
        "rows": [row for room in rooms for row in apart(room, quick)],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", choices=[[], *PEERS], metavar="ROOM", help=", ".join(PEERS))
    parser.add_argument("--quick", action="store_true", help="smaller problems, a minute or two")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--own", action="store_true", help="our own timings at length")
    parser.add_argument("--alone", metavar="ROOM", choices=PEERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.own:
        own()
    elif given.alone:
        alone(given.alone, given.quick)
    else:
        found = table(given.rooms or list(PEERS), given.quick)
        if given.json:
            print(json.dumps(found))
        else:
            from roadworthy.report import render_bench

            print(render_bench(found))


if __name__ == "__main__":
    main()
