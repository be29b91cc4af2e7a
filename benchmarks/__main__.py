"""Run every benchmark: `python -m benchmarks`. Peers that are not installed are named and left out."""

from __future__ import annotations

import runpy
from pathlib import Path


def main() -> None:
    for file in sorted(Path(__file__).parent.glob("*_bench.py")):
        print(f"== {file.stem}", flush=True)
        runpy.run_path(str(file), run_name="__main__")


if __name__ == "__main__":
    main()
