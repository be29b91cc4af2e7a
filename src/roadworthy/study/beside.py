"""How does the program do beside its peers? The benchmarks of the repository, run now, as one table.

The comparisons live in `benchmarks/` of the repository and not in the installed package: they import peers that the program itself never
needs, some under licences that keep them apart. This module finds them, runs them in a process of their own and hands back their rows.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from roadworthy.core import InputError, unknown

ROOMS = ("rules", "crash", "energy", "cost", "market", "fleet")
"""Rooms that have a peer."""
SOURCE = Path(__file__).parents[2]
PEERS_PYTHON = "ROADWORTHY_PEERS_PYTHON"


def beside_peers(rooms: Sequence[str] = (), quick: bool = False, peers: str | None = None) -> dict[str, Any]:
    """Rows of the comparisons of some rooms, of all when none is named; `peers` is the Python of an environment that has the peers.

    Raises InputError for a room without a peer, for an interpreter that is not there, and where the package was installed without the
    repository.
    """
    for room in rooms:
        if room not in ROOMS:
            raise unknown("room with a peer", room, ROOMS)
    folder = SOURCE.parent
    if not (folder / "benchmarks" / "row.py").is_file():
        raise InputError(
            "the benchmarks are in the repository and not in the installed package",
            "clone the repository and run `make bench` or `roadworthy bench` there",
            code="bench.absent",
        )
    named = peers or os.environ.get(PEERS_PYTHON) or sys.executable
    python = shutil.which(named)
    if python is None:
        raise InputError(
            f"{named} is not a program that can be run",
            "name the Python of an environment with the peers",
            code="bench.python",
            where="--peers",
        )
    paths = os.pathsep.join(filter(None, (str(SOURCE), os.environ.get("PYTHONPATH", ""))))
    words = [python, "-m", "benchmarks", *rooms, "--json", *(["--quick"] if quick else [])]
    done = subprocess.run(words, cwd=folder, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise InputError(
            f"the benchmarks stopped with {done.returncode} under {named}",
            "its lines above say why; the environment needs this program's own libraries beside the peers",
            code="bench.stopped",
        )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
