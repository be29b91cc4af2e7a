"""All reforms, all draws: the mapped `evaluate`, always less the Outcome of today's law in the same draw.

Draws go in chunks under `vmap`, chunks in blocks of fixed shape under `lax.map`, and two threads share the blocks, so one compiled
program serves any number of draws and reforms. Common random numbers: every reform sees the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core import InputError, unknown
from roadworthy.core.axes import NEW_SLOTS, ROUTES, YEAR_5
from roadworthy.core.compiling import PLAIN_LOOPS
from roadworthy.core.notebook import table_html
from roadworthy.market import Lineup
from roadworthy.rules.policy import NO_QUOTA, Policy
from roadworthy.study.assumed import Assumptions, assemble, leaves
from roadworthy.study.chain import WHOLE, Engine, Outcome, evaluate
from roadworthy.study.world import World

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import xarray as xr

CHUNK = 16
BLOCK = 128
"""Draws of one call; a block holds every taste node once."""
THREADS = 2
ABSOLUTE = (
    "price_usd",
    "landed_usd",
    "standard_usd",
    "fixed_usd",
    "margin_usd",
    "npv_usd",
    "volume",
    "break_even_units",
    "highway_ok",
    "converged",
    "thin_ok",
)
"""Fields that are levels of the reform itself; all others are differences from today's law."""


@partial(jax.jit, static_argnames=("engine", "lineup"), compiler_options=PLAIN_LOOPS)
def _block(policy: Policy, world: World, chunks: Assumptions, engine: Engine, lineup: Lineup) -> Outcome:
    """Outcome with leading axes [chunk, draw of chunk]."""
    return jax.lax.map(lambda chunk: jax.vmap(lambda a: evaluate(policy, world, a, market=engine, lineup=lineup))(chunk), chunks)


def lineup_of(policy: Policy, world: World) -> Lineup:
    """What a policy can put on sale in a world, known before any draw."""
    opened = (np.asarray(policy.door)[:NEW_SLOTS] > 0.0).any(axis=1) & (np.asarray(world.offered)[:NEW_SLOTS] > 0.0)
    new = tuple(int(slot) for slot in np.flatnonzero(opened))
    return Lineup(new, capped=bool(new) and float(np.min(np.asarray(policy.quota))) < NO_QUOTA)


def as_read(policy: Policy) -> Policy:
    """A policy without what `evaluate` does not read, so that reforms that differ in nothing else are solved once.

    Every reform starts with the study.
    """
    nothing = jnp.zeros(())
    return eqx.tree_at(
        lambda p: (p.start_year, p.access_speed_mps),
        policy,
        (nothing, nothing),
    )


def outcomes(policies: Sequence[Policy], world: World, draws: Assumptions, engine: Engine = "thin", threads: int = THREADS) -> Outcome:
    """Outcome of every policy and draw, as numpy arrays with leading axes [reform, draw].

    Every block has the same shape, so one compiled program serves any number of draws and reforms; the last block is filled by
    repeating its last draw, and the repeats are cut off again.
    """
    count = int(jax.tree.leaves(draws)[0].shape[0])
    blocks = -(-count // BLOCK)

    def piece(i: int) -> Assumptions:
        index = np.minimum(np.arange(i * BLOCK, (i + 1) * BLOCK), count - 1)
        return jax.tree.map(lambda leaf: np.asarray(leaf)[index].reshape(-1, CHUNK), draws)

    pieces = [piece(i) for i in range(blocks)]

    def solve(task: tuple[Policy, Assumptions]) -> Any:
        return jax.tree.map(np.asarray, _block(task[0], world, task[1], engine, lineup_of(task[0], world)))

    read = [as_read(policy) for policy in policies]
    alike = [next(j for j in range(i + 1) if eqx.tree_equal(read[j], read[i])) for i in range(len(read))]
    unlike = sorted(set(alike))
    tasks = [(read[i], part) for i in unlike for part in pieces]
    first = solve(tasks[0])  # compiles once, before the threads share the rest
    with ThreadPoolExecutor(threads) as pool:
        found = [first, *pool.map(solve, tasks[1:])]

    def join(*leaf: np.ndarray) -> np.ndarray:
        rows = [np.concatenate([x.reshape(-1, *x.shape[2:]) for x in leaf[i : i + blocks]])[:count] for i in range(0, len(leaf), blocks)]
        return np.stack([rows[unlike.index(i)] for i in alike])

    return jax.tree.map(join, *found)


def against(outcome: Outcome, base: Outcome) -> Outcome:
    """Reform minus today's law, draw by draw; levels stay levels."""
    fields = {}
    for name in Outcome.__dataclass_fields__:
        one, other = getattr(outcome, name), getattr(base, name)
        fields[name] = one if name in ABSOLUTE else one - other
    return Outcome(**fields)


def difference(policy: Policy, base: Policy, world: World, a: Assumptions, engine: Engine = "thin", lineup: Lineup = WHOLE) -> Outcome:
    """One draw of a reform against today's law; differentiable."""
    return against(evaluate(policy, world, a, market=engine, lineup=lineup), evaluate(base, world, a, market=engine, lineup=lineup))


@dataclass(frozen=True, slots=True, repr=False)
class Results:
    """Every reform against today's law: Outcome with leading axes [reform, draw], by reform id."""

    reforms: tuple[str, ...]
    levels: Outcome
    differences: Outcome

    def of(self, reform: str) -> Outcome:
        """Differences of one reform [draw, ...]."""
        i = self.reforms.index(reform)
        return jax.tree.map(lambda x: x[i], self.differences)

    def levels_of(self, reform: str) -> Outcome:
        """Levels of one reform against the market without the slots [draw, ...]."""
        i = self.reforms.index(reform)
        return jax.tree.map(lambda x: x[i], self.levels)

    def one(self, reform: str, draw: int = 0) -> Outcome:
        """Differences of one reform in one draw, as `evaluate` gives an Outcome: leading axis [route]."""
        if reform not in self.reforms:
            raise unknown("reform of these results", reform, self.reforms)
        count = int(np.asarray(self.differences.net_usd).shape[1])
        if not 0 <= draw < count:
            raise InputError(f"there is no draw {draw} among {count}", f"draws go from 0 to {count - 1}", code="draw.range")
        return jax.tree.map(lambda x: x[draw], self.of(reform))

    def _rows(self) -> list[tuple[str, ...]]:
        """Per reform and route: units in year 5 and net at the first rate, middle and 80 of 100 draws."""
        found = []
        for i, reform in enumerate(self.reforms):
            for k, route in enumerate(ROUTES):
                units = np.asarray(self.levels.units[i, :, k, :NEW_SLOTS, YEAR_5]).sum(axis=1)
                net = np.asarray(self.differences.net_usd[i, :, k, 0]) / 1e9
                said = ["{1:,.4g} ({0:,.4g} to {2:,.4g})".format(*np.quantile(x, (0.1, 0.5, 0.9))) for x in (units, net)]
                found.append((f"{reform}, {route}", *said))
        return found

    def __repr__(self) -> str:
        draws = np.asarray(self.differences.net_usd).shape[1]
        return f"Results: {len(self.reforms)} reforms x {draws} draws x {len(ROUTES)} routes ({', '.join(self.reforms)})"

    def _repr_html_(self) -> str:
        heads = ("reform, route", "new vehicles a year, year 5", "net against today's law, billion USD of 2022")
        return table_html(
            repr(self), heads, self._rows(), "Middle of the draws; in brackets 80 of 100 of them. If cars are sold by that route."
        )

    def to_polars(self, quantity: str) -> pl.DataFrame:
        """One quantity of the differences as a long table with named axes."""
        from roadworthy.study import frames

        return frames.to_polars(self.differences, quantity, frames.lead_of(self))

    def to_pandas(self, quantity: str) -> pd.Series:
        """One quantity of the differences as a Series indexed by reform, draw, route and its own axes."""
        from roadworthy.study import frames

        return frames.to_pandas(self.differences, quantity, frames.lead_of(self))

    def to_xarray(self) -> xr.Dataset:
        """All differences as a Dataset with named axes, labels and units."""
        from roadworthy.study import frames

        return frames.to_xarray(self.differences, frames.lead_of(self))


def results(policies: Mapping[str, Policy], base: str, world: World, draws: Assumptions, engine: Engine = "thin") -> Results:
    """Solve every reform on the same draws and take today's law away."""
    names = tuple(policies)
    levels = outcomes(list(policies.values()), world, draws, engine)
    i = names.index(base)
    reference = jax.tree.map(lambda x: x[i : i + 1], levels)
    return Results(names, levels, against(levels, reference))


@dataclass(frozen=True, slots=True)
class Swung:
    """Net of the headline reform when one assumption moves and all else is central."""

    path: str
    low: float
    high: float
    net_low_usd: float
    net_high_usd: float
    lines_low_usd: tuple[float, ...] = ()
    lines_high_usd: tuple[float, ...] = ()
    """The lines of the account at 3 % at the same ends, in the order of account.LINES."""


def one_at_a_time(
    policies: Mapping[str, Policy],
    base: str,
    reform: str,
    route: int,
    world: World,
    overrides: Mapping[str, float],
    solve: Callable[[Mapping[str, Policy], str, World, Assumptions], Results] = results,
) -> tuple[float, list[Swung]]:
    """The central net at 3 % and, for each drawn assumption, the net at its 10 % and 90 % quantile (an index: its extremes)."""
    moved = [leaf for path, leaf in leaves().items() if leaf.drawn and path not in overrides]
    middle = {path: float(overrides.get(path, leaf.cited.value)) for path, leaf in leaves().items()}
    rows: list[dict[str, float]] = [middle]
    where: list[tuple[str, list[int], list[float]]] = []
    for leaf in moved:
        if leaf.kind == "index":
            u = (np.arange(128) + 0.5) / 128
            values = [float(x) for x in np.unique(leaf.at(u))]
        else:
            values = [float(x) for x in leaf.at(np.array([0.1, 0.9]))]
        where.append((leaf.path, list(range(len(rows), len(rows) + len(values))), values))
        rows += [middle | {leaf.path: value} for value in values]
    batch = assemble({path: np.array([row[path] for row in rows]) for path in middle})
    two = {base: policies[base], reform: policies[reform]}
    solved = solve(two, base, world, batch).of(reform)
    both = np.concatenate([np.asarray(solved.net_usd)[:, route, :1], np.asarray(solved.lines_usd)[:, route, 0]], axis=1)
    net = both[:, 0]
    found = []
    for path, index, values in where:
        here = both[index]
        ends = here if len(values) == 2 else np.quantile(here, [0.1, 0.9] if len(values) > 8 else [0.0, 1.0], axis=0)
        low, high = ([float(x) for x in end] for end in ends)
        found.append(Swung(path, values[0], values[-1], low[0], high[0], tuple(low[1:]), tuple(high[1:])))
    found.sort(key=lambda swing: -abs(swing.net_high_usd - swing.net_low_usd))
    return float(net[0]), found
