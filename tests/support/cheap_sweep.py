"""A solver of partitions that costs nothing, for tests of what a sweep does when things go wrong; run as a script it sweeps."""

from __future__ import annotations

import io
import multiprocessing
import sys
import time
from pathlib import Path

SLOW_S = 0.1


def solve(part) -> bytes:
    import polars as pl

    if multiprocessing.parent_process() is not None:
        time.sleep(SLOW_S)  # time for somebody to be killed
    rows = {
        "index": [part.index] * 4,
        "quota": [dict(p.numbers)["policy.quota"] for p in part.points[:1]] * 4,
        "net_usd_r3": [1.0, -2.0, 3.0, 0.5],
    }
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out)
    return out.getvalue()


if __name__ == "__main__":
    import cheap_sweep

    from roadworthy.study.design import read
    from roadworthy.study.sweep import sweep

    sweep(read(sys.argv[1]), Path(sys.argv[2]), workers=2, solve=cheap_sweep.solve)
