"""A partition on disk: whole, under the name of its own contents, or not there.

    part-<index>-<key>-<hash of the bytes>.parquet

One rename puts it in place, so no reader sees half of it; the hash in the name shows any later damage without a second file.
See docs/rooms/study.md.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from roadworthy.core import InputError, SolveError
from roadworthy.core.axes import NEW_SLOTS, PARTIES, ROUTES, YEAR_5, YEAR_10
from roadworthy.core.files import write_atomic
from roadworthy.study import moves
from roadworthy.study.design import Partition

if TYPE_CHECKING:
    import polars as pl

    from roadworthy.study.world import Prepared

HASH = 16
"""Letters of the hash in a name: 64 bits."""
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


@lru_cache(maxsize=4)
def _prepared(said: str) -> Prepared:
    """The world of a study given as JSON; a worker makes it once for many partitions."""
    from roadworthy.study.scenario import Study
    from roadworthy.study.world import prepare

    return prepare(Study.model_validate_json(said))


def solve(part: Partition, threads: int = 1) -> bytes:
    """The partition's table as Parquet bytes: every point against its base on the same draws."""
    import jax

    from roadworthy.study.assumed import draw
    from roadworthy.study.run import against, outcomes
    from roadworthy.study.world import BASE

    prepared = _prepared(part.study.model_dump_json())
    drawn = draw(part.draws, part.seed, {**part.study.assumptions, **dict(part.points[0].held())})
    asked = [moves.moved(prepared.policies[point.reform], dict(point.numbers)) for point in part.points]
    levels = outcomes([prepared.policies[BASE], *asked], prepared.world, drawn, threads=threads)
    base = jax.tree.map(lambda leaf: leaf[0], levels)
    frames = [
        _rows(point, jax.tree.map(np.asarray, against(jax.tree.map(lambda leaf, i=i: leaf[i + 1], levels), base)), part.keep)
        for i, point in enumerate(part.points)
    ]
    import polars as pl

    out = io.BytesIO()
    pl.concat(frames).write_parquet(out, compression="zstd", metadata={"roadworthy.partition": part.key})
    return out.getvalue()


def _rows(point: Any, outcome: Any, keep: str) -> pl.DataFrame:
    """One row per route and draw, or per route with bands."""
    import polars as pl

    who = {"reform": point.reform, "vehicle": point.vehicle, "law_date": point.law_date, **dict(point.numbers)}
    if point.states:
        who["states"] = point.states
    frames = []
    for k, route in enumerate(ROUTES):
        deaths = outcome.deaths[:, k, :, YEAR_10]
        columns = {
            "units_y5": outcome.units[:, k, :NEW_SLOTS, YEAR_5].sum(axis=1),
            "price_usd": outcome.price_usd[:, k, 0],
            "npv_usd": outcome.npv_usd[:, k],
            **{f"deaths_{party}_y10": deaths[:, j] for j, party in enumerate(PARTIES)},
            "gasoline_gallons_y10": outcome.gasoline_gallons[:, k, YEAR_10],
            "co2_kg_y10": outcome.co2_kg[:, k, YEAR_10],
            "net_usd_r3": outcome.net_usd[:, k, 0],
            "net_usd_r7": outcome.net_usd[:, k, 1],
            "world_usd_r3": outcome.world_usd[:, k, 0],
        }
        if keep == "draws":
            table = {"route": route, "draw": np.arange(len(deaths)), **columns}
        else:
            table = {"route": route, "draws": len(deaths)}
            for name, values in columns.items():
                table |= {f"{name}_mean": values.mean()}
                table |= {f"{name}_p{round(100 * q)}": x for q, x in zip(LEVELS, np.quantile(values, LEVELS), strict=True)}
                table |= {f"{name}_above_0": (values > 0).mean()}
        frames.append(pl.DataFrame({**who, **table}))
    return pl.concat(frames)


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH]


def keep(folder: Path, part: Partition, content: bytes) -> Path:
    """Put a solved partition into its folder; when the disk is full, say what is kept and how to go on."""
    target = folder / f"part-{part.index:06d}-{part.key}-{_mark(content)}.parquet"
    try:
        return write_atomic(target, content)
    except InputError as fault:
        if fault.code != "disk.full":
            raise
        done = sum(1 for _ in folder.glob("part-*.parquet"))
        raise SolveError(
            f"no room for {len(content):,} bytes in {folder}; {done} partitions are whole and kept",
            "make room and run the same command: it goes on where it stopped",
            code="disk.full",
            where=str(folder),
        ) from None


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a sweep is on disk."""

    whole: dict[int, Path]
    """By index of the partition: present, of this design and undamaged."""
    damaged: tuple[Path, ...]
    foreign: tuple[Path, ...]
    """Of another design or version of program and data."""


def look(folder: Path, parts: Iterable[Partition]) -> Kept:
    """Read every partition file once and compare it with its name."""
    expected = {part.key: part.index for part in parts}
    whole: dict[int, Path] = {}
    damaged, foreign = [], []
    for file in sorted(folder.glob("part-*.parquet")):
        pieces = file.stem.split("-")
        if len(pieces) != 4 or pieces[2] not in expected:
            foreign.append(file)
        elif _mark(file.read_bytes()) != pieces[3]:
            damaged.append(file)
        else:
            whole[expected[pieces[2]]] = file
    return Kept(whole, tuple(damaged), tuple(foreign))
