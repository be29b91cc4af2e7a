"""How long the chain takes: a draw by reform and stage, the quick answer, cost against draws and cores, and what a billion would take.

    python -m benchmarks.study_bench                       128 to 10,240 draws
    python -m benchmarks.study_bench all [svg=FILE]        to 102,400 draws, with the picture of the cost

Standing study; no absolute time is asserted.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from benchmarks import study_stages
from roadworthy.study import draw, load, prepare
from roadworthy.study.engine import exactly
from roadworthy.study.live import PASSING, QUICK, Desk
from roadworthy.study.run import BLOCK, lineup_of, outcomes
from roadworthy.study.world import BASE

REPEATS = 20
COUNTS = (128, 1_024, 10_240)
MOST = 102_400
MANY = 10_240
HOURS = 3600.0
ASKED = 1_000_000_000
"""Evaluations of the written plan."""


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, core = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - core


def peak_mb() -> float:
    """Greatest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def by_reform(law: Any, world: Any, drawn: Any) -> float:
    """Core seconds of a draw for three kinds of program; gives that of kei-urban."""
    least = {}
    for name in (BASE, "kei-urban", "exemption-cap-90000"):
        first, _ = timed(lambda name=name: outcomes([law[name]], world, drawn))
        walls, cores = zip(*(timed(lambda name=name: outcomes([law[name]], world, drawn, threads=1)) for _ in range(REPEATS)), strict=True)
        least[name] = min(cores) / BLOCK
        print(
            f"{name:<22} {lineup_of(law[name], world)}: first {first:.1f} s; warm {least[name] * 1e6:.0f} us of a core a draw (least), "
            f"{statistics.median(walls) / BLOCK * 1e6:.0f} us wall (median)"
        )
    return least["kei-urban"]


def quick_answer(study: Any) -> None:
    """The live answer as the page asks for it: places of two levers that nobody has asked, or the answers would be kept ones."""
    desk = Desk(study).open()
    places = [(quota, duty) for quota in range(20_000, 120_000, 5_000) for duty in (0.0, 5.0, 10.0, 15.0, 20.0)]
    mixed = np.random.default_rng(0).permutation(len(places))
    for count, passing, kept in ((QUICK, False, mixed[: len(places) // 2]), (PASSING, True, mixed[len(places) // 2 :])):
        walls = []
        for i in kept:
            choice, _ = desk.read({"reform": study.headline, "quota": places[i][0], "duty": places[i][1]})
            walls.append(timed(lambda choice=choice, passing=passing: desk.quick(choice, passing=passing))[0])
        half, most = np.quantile(walls[1:], [0.5, 0.95]) * 1e3  # the first compiles what a cap sells
        said = "in passing" if passing else "quick"
        print(f"answer {said}, {count} draws, levers moved, base kept: p50 {half:.0f} ms, p95 {most:.0f} ms of {len(walls) - 1} (aim 60)")
    desk.close()


def against_draws(law: Any, world: Any, study: Any, counts: Sequence[int]) -> list[dict[str, float]]:
    """Cost against draws and cores."""
    print(f"{'draws':>8} {'cores':>6} {'wall s':>8} {'us a draw':>10} {'draws/s':>9} {'peak MB':>8}   one reform")
    rows = []
    for count in counts:
        drawn = draw(count, study.seed)
        for threads in (1, 2):
            wall, _ = timed(lambda drawn=drawn, threads=threads: outcomes([law[study.headline]], world, drawn, threads=threads))
            rows.append({"draws": count, "cores": threads, "seconds": wall, "us": wall / count * 1e6})
            print(f"{count:>8} {threads:>6} {wall:>8.2f} {wall / count * 1e6:>10.0f} {count / wall:>9.0f} {peak_mb():>8.0f}")
    return rows


def picture(rows: list[dict[str, float]], file: Path) -> None:
    """Wall seconds against draws, both axes by decades, a line for each number of cores."""
    from roadworthy.report import theme

    last = {row["cores"]: row for row in rows}
    scale = {"type": "log"}
    x = {"field": "draws", "type": "quantitative", "scale": scale, "title": "draws of one reform", "axis": {"format": ",~g", "grid": False}}
    y = {"field": "seconds", "type": "quantitative", "scale": scale, "title": "seconds of wall clock", "axis": {"format": "~g"}}
    line = {"encoding": {"x": x, "y": y, "strokeDash": {"field": "cores", "type": "nominal", "legend": None}}, "data": {"values": rows}}
    said = [row | {"text": f"{cores:.0f} core" + "s" * (cores > 1) + f", {row['us']:,.0f} µs a draw"} for cores, row in last.items()]
    note = {"type": "text", "align": "right", "dx": -8, "dy": {"expr": "datum.cores > 1 ? 14 : -8"}}
    spec = {
        "$schema": theme.SCHEMA,
        "width": 460,
        "height": 260,
        "config": {"font": theme.FONT, "background": "white", "view": {"stroke": None}},
        "layer": [
            line | {"mark": {"type": "line", "point": True, "color": "#1f5f8b"}},
            {"data": {"values": said}, "mark": note, "encoding": {"x": x, "y": y, "text": {"field": "text"}}},
        ],
    }
    file.write_text(theme.to_svg(spec), encoding="utf-8")
    print(f"picture: {file}")


@dataclass(frozen=True)
class Measured:
    """What the plan is made of, each measured here."""

    evaluation_s: float
    """Core seconds of one draw of one reform."""
    partition_s: float
    """Wall seconds of a partition of 16 points x 256 draws in one process."""
    partition_evaluations: int
    row_bytes: float
    """Of a draw's row in a partition, compressed."""
    bands_bytes: float
    """Of a point's row of bands."""
    start_s: float
    """Start of a worker: imports, world from disk, programs from the compilation cache."""
    worker_mb: float


def measure(evaluation_s: float, start_s: float) -> Measured:
    """Solve one partition of each kind of result."""
    from roadworthy.study import partition
    from roadworthy.study.design import Design, Range, partitions

    found = {}
    for keep in ("draws", "bands"):
        asked = Design(
            id="plan", draws=256, keep=keep, vary={"reform": ["kei-urban"], "policy.quota": Range(**{"from": 1e4, "to": 9e4, "points": 16})}
        )  # type: ignore[arg-type]
        part = partitions(asked)[0]
        partition.solve(part)
        held: list[bytes] = []
        wall, _ = timed(lambda part=part, held=held: held.append(partition.solve(part)))
        found[keep] = (wall, len(held[0]))
    points, draws = 16, 256
    return Measured(
        evaluation_s,
        found["draws"][0],
        (points + 1) * draws,
        found["draws"][1] / (points * draws),
        found["bands"][1] / points,
        start_s,
        peak_mb(),
    )


def plan(m: Measured, asked: int = ASKED) -> list[str]:
    """The arithmetic of `asked` evaluations on a cluster, from measured inputs alone."""
    each = m.partition_s / m.partition_evaluations
    parts = asked / m.partition_evaluations
    core_s = asked * each
    lines = [
        f"inputs: {m.evaluation_s * 1e6:.0f} us of a core an evaluation; a partition of {m.partition_evaluations:,} evaluations {m.partition_s:.2f} s "
        f"in one process ({each * 1e6:.0f} us each, all overheads in); {m.row_bytes:.0f} B a draw, {m.bands_bytes:.0f} B a point of bands; "
        f"start {m.start_s:.1f} s; {m.worker_mb:,.0f} MB a worker",
        f"{asked:.0e} evaluations: {asked:.0e} x {each * 1e6:.0f} us = {core_s / HOURS:,.0f} core-hours of this machine; {parts:,.0f} partitions",
    ]
    for workers in (2, 16, 256):
        wall = core_s / workers + m.start_s
        lines.append(
            f"{workers:>5} workers: {wall / HOURS:,.2f} h, {workers * m.worker_mb / 1024:,.0f} GB of memory, "
            f"{parts / wall:,.1f} tasks a second at the scheduler"
        )
    lines.append(
        f"kept: every draw {asked * m.row_bytes / 1e9:,.0f} GB; bands of 256 draws {asked / 256 * m.bands_bytes / 1e9:,.1f} GB, compressed"
    )
    return lines


def main() -> None:
    whole = "all" in sys.argv
    svg = next((Path(word[4:]) for word in sys.argv if word.startswith("svg=")), None)
    study = load("kei-green-light")
    began = time.perf_counter()
    prepared = prepare(study)
    start = time.perf_counter() - began
    print(f"{os.cpu_count()} processors; prepare {start:.2f} s")
    world, law = prepared.world, prepared.policies
    block = draw(BLOCK, study.seed)
    each = by_reform(law, world, block)
    start += timed(lambda: outcomes([law["kei-urban"]], world, block))[0]
    quick_answer(study)
    rows = against_draws(law, world, study, (*COUNTS, MOST) if whole else COUNTS)
    if svg is not None:
        picture(rows, svg)
    reforms = [law[name] for name in study.reforms]
    drawn = draw(MANY, study.seed)
    wall, _ = timed(lambda: outcomes(reforms, world, drawn))
    print(f"{MANY:,} draws x {len(reforms) - 1} reforms and base: {wall:.1f} s (aim 60), peak memory {peak_mb():,.0f} MB")
    first, _ = timed(lambda: exactly(law[study.headline], world, drawn, 0, 1))
    wall, core = timed(lambda: exactly(law[study.headline], world, drawn, 0))
    print(f"exact engine on 16 draws: first {first:.1f} s, then {wall:.1f} s ({core / 16:.2f} s of a core a draw)")
    study_stages.report(law[study.headline], world, block, each)
    print("\n".join(plan(measure(each, start))))
    jax.clear_caches()


if __name__ == "__main__":
    main()
