"""How long the chain takes: a draw by reform, the quick answer, cost against draws and cores. Standing study; no absolute time is asserted."""

from __future__ import annotations

import resource
import statistics
import sys
import time

import numpy as np

from roadworthy.study import draw, load, prepare
from roadworthy.study.run import lineup_of, outcomes
from roadworthy.study.world import BASE

QUICK = 128
REPEATS = 20
COUNTS = (128, 1_024, 10_240)
"""Draws; 102,400 are solved when the word `all` is given."""


def timed(run: object) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, core = time.perf_counter(), time.process_time()
    run()  # type: ignore[operator]
    return time.perf_counter() - wall, time.process_time() - core


def main() -> None:
    study = load("kei-green-light")
    began = time.perf_counter()
    prepared = prepare(study)
    print(f"prepare {time.perf_counter() - began:.2f} s")
    world, law = prepared.world, prepared.policies
    quick = draw(QUICK, study.seed)
    for name in (BASE, "kei-urban", "exemption-cap-90000"):
        first, _ = timed(lambda name=name: outcomes([law[name]], world, quick))
        walls, cores = zip(*(timed(lambda name=name: outcomes([law[name]], world, quick, threads=1)) for _ in range(REPEATS)), strict=True)
        print(
            f"{name:<22} {lineup_of(law[name], world)}: first {first:.1f} s; warm {min(cores) / QUICK * 1e6:.0f} us of a core a draw (least), "
            f"{statistics.median(walls) / QUICK * 1e6:.0f} us wall (median)"
        )
    both = [law[BASE], law[study.headline]]
    live = sorted(timed(lambda: outcomes(both, world, quick))[0] for _ in range(3 * REPEATS))
    one = sorted(timed(lambda: outcomes(both[1:], world, quick))[0] for _ in range(3 * REPEATS))
    for said, walls in ((f"quick answer, {QUICK} draws, reform and base", live), ("the same with the base kept", one)):
        print(f"{said:<48} p50 {np.quantile(walls, 0.5) * 1e3:.0f} ms, p95 {np.quantile(walls, 0.95) * 1e3:.0f} ms")
    print(f"{'draws':>8} {'threads':>8} {'wall s':>8} {'us a draw':>10} {'peak MB':>8}   one reform")
    for count in (*COUNTS, 102_400) if "all" in sys.argv else COUNTS:
        drawn = draw(count, study.seed)
        for threads in (1, 2):
            wall, _ = timed(lambda drawn=drawn, threads=threads: outcomes([law[study.headline]], world, drawn, threads=threads))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{count:>8} {threads:>8} {wall:>8.2f} {wall / count * 1e6:>10.0f} {peak:>8.0f}")
    reforms = [law[name] for name in study.reforms]
    drawn = draw(10_240, study.seed)
    wall, _ = timed(lambda: outcomes(reforms, world, drawn))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"10,240 draws x {len(reforms) - 1} reforms and base: {wall:.1f} s, peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
