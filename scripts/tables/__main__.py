"""Make every bundled table again from the public files, then write the lock.

    python -m scripts.tables --source FOLDER

FOLDER holds the public files as each script's docstring names them; ROADWORTHY_RAW_DATA is used when it is not given.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from roadworthy.data import lock


def main() -> None:
    here = Path(__file__).parent
    for script in sorted(here.glob("[a-z]*.py")):
        print(f"== {script.name}", flush=True)
        sys.argv[0] = str(script)
        runpy.run_path(str(script), run_name="__main__")
    print(f"{len(lock())} files locked")


if __name__ == "__main__":
    main()
