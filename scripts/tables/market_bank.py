"""128 nodes of tastes, each put on the observed MY2022 market: facts/market/bank_tastes.csv and bank.parquet.

Tastes come from one scrambled Sobol block of 128 points over the intervals of the published and assumed rows; node 0 holds the
central values. In every node a0 (utility of money) and s0 (spread of the taste for having a new car) are solved so that the
sales-weighted mean own elasticity and the market elasticity hit the node's targets, and mean utilities are inverted exactly.

    python scripts/tables/market.py --source DIR && python scripts/tables/market_bank.py
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from scipy.stats import qmc

from roadworthy.core.distribution import Distribution
from roadworthy.market import inversion, world
from roadworthy.market.tastes import Tastes

OUT = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "market"
NODES = 128
SEED = 7
PUBLISHED_A0 = 0.226
"""1/1000 USD at 95,000 USD of income: the price coefficient beside which the other tastes were published."""

DRAWN: dict[str, tuple[Distribution, float]] = {
    "households_per_buyer": (Distribution("choice", (0.25, 0.75)), 1.0),
    "own_elasticity": (Distribution("normal", (-5.0, 1.0, -8.0, -3.0)), -5.0),
    "market_elasticity": (Distribution("triangular", (-1.5, -1.0, -0.4)), -1.0),
    "income_exponent": (Distribution("triangular", (0.2, 0.5, 1.0)), 0.5),
    "power_sd": (Distribution("normal", (1.957, 0.18, 0.0, 9.0)), 1.957),
    "economy_sd": (Distribution("normal", (5.753, 1.05, 0.0, 19.0)), 5.753),
    "suv_sd": (Distribution("normal", (2.640, 0.32, 0.0, 9.0)), 2.640),
    "van_sd": (Distribution("normal", (6.581, 1.67, 0.0, 19.0)), 6.581),
    "pickup_sd": (Distribution("normal", (12.456, 3.19, 0.0, 39.0)), 12.456),
    "electric_sd": (Distribution("normal", (1.996, 0.99, 0.0, 9.0)), 1.996),
    "european_sd": (Distribution("normal", (2.074, 0.39, 0.0, 9.0)), 2.074),
    "luxury_sd": (Distribution("normal", (2.707, 0.47, 0.0, 9.0)), 2.707),
    "power_mean": (Distribution("normal", (1.240, 0.35)), 1.240),
    "size_slope_ln_area": (Distribution("normal", (1.428, 0.14)), 1.428),
}
"""Interval and central value of each coordinate; utilities as published, beside a0 = 0.226."""
SIZE_2 = 12.0 / 0.12
"""Measured hedonic slope of ln footprint per unit of a0."""
SIZE_3 = 0.846 / 0.1275
"""Published slope of length x width, per m2 and unit of a0."""
FUEL_VALUATION = 0.75
HOUSEHOLDS_PER_BUYER = (6.0, 2.5)
TOLERANCE = 1e-7
ROUNDS = 12
SPREAD_CEILING = 80.0


def coordinates() -> dict[str, np.ndarray]:
    """Targets and published-scale tastes of every node."""
    u = qmc.Sobol(d=len(DRAWN), scramble=True, rng=np.random.default_rng(SEED)).random_base2(7)
    out = {name: dist.ppf(u[:, k]) for k, (name, (dist, _)) in enumerate(DRAWN.items())}
    for name, (_, central) in DRAWN.items():
        out[name][0] = central
    out["households_per_buyer"] = np.asarray(HOUSEHOLDS_PER_BUYER)[out["households_per_buyer"].astype(int)]
    return out


def tastes(drawn: dict[str, float], a0: float, s0: float) -> Tastes:
    """The vector of tastes at a price coefficient: published utilities rescaled by a0 / 0.226."""
    kept = {"households_per_buyer", "income_exponent"}
    targets = {"own_elasticity", "market_elasticity"}
    scale = a0 / PUBLISHED_A0
    values = {k: v if k in kept else v * scale for k, v in drawn.items() if k not in targets}
    values |= {
        "price_coefficient": a0,
        "outside_sd": s0,
        "size_slope_ln_footprint": SIZE_2 * a0,
        "size_slope_area_per_m2": SIZE_3 * a0,
        "fuel_valuation": FUEL_VALUATION,
    }
    return jax.tree.map(lambda v: jnp.asarray(v, dtype=float), Tastes(**values))


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    data = world.load()
    drawn = coordinates()

    @eqx.filter_jit
    def look(t: Tastes, start: jnp.ndarray, contraction: int, newton: int) -> tuple[jnp.ndarray, jnp.ndarray]:
        at = inversion.node(t, data, start, contraction=contraction, newton=newton)
        return at.delta, jnp.stack(inversion.elasticities(at, data))

    @eqx.filter_jit
    def finish(t: Tastes, start: jnp.ndarray) -> tuple[jnp.ndarray, jnp.ndarray, jnp.ndarray]:
        at = inversion.node(t, data, start, contraction=0, newton=3)
        s = at.probabilities(data.offered.price_usd)
        gap = jnp.max(jnp.abs(jnp.log(data.people.weights @ s * at.market_size / data.offered.sales)))
        return at.delta, inversion.costs(at, data), gap

    rows: list[dict[str, float]] = []
    delta_all, cost_all = np.zeros((NODES, len(data.offered.sales))), np.zeros((NODES, len(data.offered.sales)))
    began = time.perf_counter()
    start = jnp.log(data.offered.sales / data.offered.sales.sum()) + 5.0
    start, _ = look(tastes({k: float(v[0]) for k, v in drawn.items()}, 0.12, 6.0), start, 40, 10)
    for b in range(NODES):
        here = {k: float(v[b]) for k, v in drawn.items()}
        goal = np.array([here["own_elasticity"], here["market_elasticity"]])
        x = np.array([np.log(0.12 * here["own_elasticity"] / -4.9), 6.0])
        slope = np.array([[goal[0], -0.08], [0.5 * goal[1], 0.07]])
        delta, last, error = start, None, np.zeros(2)
        for step in range(ROUNDS):
            delta, found = look(tastes(here, float(np.exp(x[0])), float(x[1])), delta, 8 if step == 0 else 1, 7 if step == 0 else 5)
            error = np.asarray(found) - goal
            if last is not None:
                dx, de = x - last[0], error - last[1]
                if dx @ dx > 0:
                    slope = slope + np.outer(de - slope @ dx, dx) / (dx @ dx)
            if np.max(np.abs(error)) < TOLERANCE or (x[1] == 0.0 and error[1] > 0 and abs(error[0]) < TOLERANCE):
                break
            last = (x.copy(), error.copy())
            move = np.clip(-np.linalg.solve(slope, error), [-0.3, -4.0], [0.3, 6.0])
            if x[1] + move[1] <= 0.0:  # the market elasticity asked is out of reach even without a taste for the outside
                move = np.array([np.clip(-error[0] / slope[0, 0], -0.3, 0.3), -x[1]])
            x = x + move
            x[1] = np.clip(x[1], 0.0, SPREAD_CEILING)
        final = tastes(here, float(np.exp(x[0])), float(x[1]))
        solved, cost, gap = finish(final, delta)
        delta_all[b], cost_all[b] = np.asarray(solved), np.asarray(cost)
        reached = error + goal
        rows.append(
            {"node": b}
            | {name: float(getattr(final, name)) for name in Tastes.__dataclass_fields__}
            | {"own_elasticity": float(reached[0]), "market_elasticity": float(reached[1]), "market_elasticity_asked": float(goal[1])}
        )
        print(
            f"node {b:3d} steps {step + 1:2d} a0 {np.exp(x[0]):.4f} s0 {x[1]:6.2f} own {reached[0]:.3f} market {reached[1]:.3f}"
            f" (asked {goal[1]:.3f}) share gap {float(gap):.1e} negative costs {int((cost_all[b] < 0).sum())}"
            f" {time.perf_counter() - began:.0f} s",
            flush=True,
        )
    pl.DataFrame(rows).write_csv(OUT / "bank_tastes.csv")
    names = pl.read_csv(OUT / "models.csv")["model"].to_list()
    pl.DataFrame(
        {
            "node": np.repeat(np.arange(NODES, dtype=np.int16), len(names)),
            "model": names * NODES,
            "mean_utility": delta_all.ravel(),
            "marginal_cost_usd": cost_all.ravel(),
        }
    ).write_parquet(OUT / "bank.parquet", compression="zstd")


if __name__ == "__main__":
    main()
