"""The same equilibrium beside PyBLP: its bundled automobile data, market 1990, as it is and with one product added.

    python -m benchmarks.market_parity_bench [--consumers 200 2000 20000] [--repeats 5]

Both solve p = c + zeta(p) from observed prices. Timed at PyBLP's tolerance of 1e-12 on its weighted first-order conditions, while ours
is checked at 1e-12 on the prices themselves (thousand USD of 1983), which is stricter; parity is taken with PyBLP run on. Runs are interleaved
on the same cores; OPENBLAS_NUM_THREADS=1 before the command gives PyBLP the thread setting that is faster for it on small machines.
Parity of prices, shares, surplus, elasticities and diversion (1e-8) is asserted; no time is. The market serves this comparison only: nothing of it enters a fit. PyBLP is MIT licensed; it is imported
here and nowhere in the package's equilibrium.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import norm, qmc

from benchmarks.row import Row, installed
from roadworthy.market.choices import Choices, many, settled

MARKET = 1990
PARITY = 1e-8
TOLERANCE = 1e-12
WEIGHTED = 1e-17
"""PyBLP's tolerance is on first-order conditions, in which a car of few buyers weighs little; this one settles every price."""
SIGMA = (2.025, 0.0, 6.100, 3.956, 0.254, 1.909)
"""Estimated once with PyBLP on all 20 markets (two-step GMM, clustered), rounded; constant, prices, hpwt, air, mpd, space."""
PRICE_OVER_INCOME = -44.84
BETA = (-7.17105687, 3.45317152, -0.98207442, 0.37386014, 4.15978841)
"""Linear part of the same estimate: constant, hpwt, air, mpd, space. It only says what the added product's quality is."""
INCOME_SD = 1.72
INVERTED = 1e-13
LEAST_COST = 0.001
"""Bound of the supply side, as in the textbook estimate."""
TURN_S = 0.5
SHARES = jax.jit(Choices.shares)
NODES = tuple(f"nodes{k}" for k in range(5))
"""Columns of tastes; PyBLP leaves out that of the price, which has none."""
LINEAR = "1 + hpwt + air + mpd + space"
RANDOM = "1 + prices + hpwt + air + mpd + space"


@dataclass(frozen=True, slots=True)
class Problem:
    """One market for both programs."""

    products: Any
    """Rows as PyBLP wants them."""
    agents: Any
    xi: np.ndarray
    costs: np.ndarray


def consumers(count: int, log_income_mean: float) -> Any:
    """First `count` points of a scrambled Sobol sequence: five tastes, and income from the sixth coordinate."""
    import pandas as pd

    u = qmc.Sobol(d=6, scramble=True, seed=0).random_base2(int(np.ceil(np.log2(count))))[:count]
    z = norm.ppf(np.clip(u, 1e-12, 1.0 - 1e-12))
    taste = dict(zip(NODES, z[:, :5].T, strict=True))
    income = np.exp(log_income_mean + INCOME_SD * z[:, 5])
    return pd.DataFrame({"market_ids": MARKET, "weights": 1.0 / count, **taste, "income": income})


def problem(pyblp: Any, count: int) -> tuple[Problem, Problem]:
    """Market 1990 with quality and costs recovered on its bundled agents, `count` new consumers, and one small car of a new maker."""
    import pandas as pd

    cars = pd.read_csv(pyblp.data.BLP_PRODUCTS_LOCATION).query(f"market_ids == {MARKET}").reset_index(drop=True)
    people = pd.read_csv(pyblp.data.BLP_AGENTS_LOCATION).query(f"market_ids == {MARKET}").reset_index(drop=True)
    market = arrays(Problem(cars, people, np.zeros(len(cars)), np.zeros(len(cars))))
    for _ in range(4000):  # the contraction of Berry, Levinsohn and Pakes
        step = np.log(cars["shares"].to_numpy()) - np.log(np.asarray(SHARES(market)))
        market = eqx.tree_at(lambda m: m.delta, market, market.delta + step)
        if np.max(np.abs(step)) < INVERTED:
            break
    xi = np.asarray(market.delta) - linear(cars) @ np.asarray(BETA)
    costs = np.maximum(np.asarray(market.costs_behind()), LEAST_COST)
    new = cars.iloc[[0]].copy()
    added = {"firm_ids": 9999, "region": "JP", "hpwt": 0.36, "air": 0.0, "space": 0.777, "mpg": 4.5, "prices": 4.5, "clustering_ids": "new"}
    for name, value in added.items():
        new[name] = value
    new["mpd"] = 4.5 * float(np.median(cars["mpd"] / cars["mpg"]))
    more = pd.concat([cars, new], ignore_index=True)
    quality = float(np.median(xi[cars["prices"].to_numpy() < 6.0]))
    agents = consumers(count, float(np.average(np.log(people["income"]), weights=people["weights"])))
    return Problem(cars, agents, xi, costs), Problem(more, agents, np.append(xi, quality), np.append(costs, 3.5))


def linear(cars: Any) -> np.ndarray:
    """The linear attributes of each car."""
    return np.column_stack([np.ones(len(cars)), *(cars[name].to_numpy() for name in ("hpwt", "air", "mpd", "space"))])


def arrays(given: Problem) -> Choices:
    """The market as roadworthy has it."""
    cars, people = given.products, given.agents
    random = np.column_stack([np.ones(len(cars)), *(cars[name].to_numpy() for name in ("hpwt", "air", "mpd", "space"))])
    spread = np.asarray([SIGMA[k] for k in (0, 2, 3, 4, 5)])
    nodes = people[list(NODES)].to_numpy()
    firms = np.unique(cars["firm_ids"])
    return Choices(
        delta=jnp.asarray(linear(cars) @ np.asarray(BETA) + given.xi),
        taste=jnp.asarray((nodes * spread) @ random.T),
        price_slope=jnp.asarray(PRICE_OVER_INCOME / people["income"].to_numpy()),
        weights=jnp.asarray(people["weights"].to_numpy()),
        price=jnp.asarray(cars["prices"].to_numpy()),
        cost=jnp.asarray(given.costs),
        owner=jnp.asarray((cars["firm_ids"].to_numpy()[:, None] == firms).astype(float)),
        mask=jnp.ones(len(cars)),
    )


def simulation(pyblp: Any, given: Problem) -> Any:
    """The market as PyBLP has it."""
    pi = np.zeros((6, 1))
    pi[1, 0] = PRICE_OVER_INCOME
    return pyblp.Simulation(
        (pyblp.Formulation(LINEAR), pyblp.Formulation(RANDOM)),
        given.products[["market_ids", "firm_ids", "prices", "shares", "hpwt", "air", "mpd", "space"]],
        beta=np.asarray(BETA),
        sigma=np.diag(SIGMA),
        pi=pi,
        agent_formulation=pyblp.Formulation("0 + I(1 / income)"),
        agent_data=given.agents,
        xi=given.xi,
    )


def interleaved(runs: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Best wall time of each of some runs, taken in turns of `TURN_S` at least: threads of the program before spin on for a while. [s]"""
    best = dict.fromkeys(runs, np.inf)
    for _ in range(repeats):
        for name, run in runs.items():
            turn = time.perf_counter()
            while time.perf_counter() - turn < TURN_S:
                began = time.perf_counter()
                jax.block_until_ready(run())
                best[name] = min(best[name], time.perf_counter() - began)
    return best


def compare(pyblp: Any, count: int, repeats: int) -> tuple[dict[str, float], float]:
    """Parity and time at one number of consumers: seconds of each, and the largest difference of prices."""
    exact = pyblp.Iteration("simple", {"atol": WEIGHTED, "max_evaluations": 20000})
    plain = pyblp.Iteration("simple", {"atol": TOLERANCE, "max_evaluations": 5000})
    squarem = pyblp.Iteration("squarem", {"atol": TOLERANCE, "max_evaluations": 5000})
    for label, given in zip(("as it is", "with one product more"), problem(pyblp, count), strict=True):
        market, peer = arrays(given), simulation(pyblp, given)

        def theirs(peer: Any = peer, given: Problem = given, iteration: Any = plain) -> Any:
            return peer.replace_endogenous(given.costs, given.products["prices"].to_numpy(), iteration=iteration)

        done, residual = settled(market)
        found = theirs(iteration=exact)
        gaps = {
            "prices": np.abs(np.asarray(done.price) - found.product_data.prices.ravel()).max(),
            "shares": np.abs(np.asarray(done.shares()) - found.product_data.shares.ravel()).max(),
        }
        surplus = float(found.compute_consumer_surpluses().ravel()[0])
        elasticity, diversion = found.compute_elasticities(), found.compute_diversion_ratios()
        ours = float(done.weights @ done.surplus())
        gaps["surplus, relative"] = abs(ours / surplus - 1.0)
        gaps["elasticities"] = np.abs(np.asarray(done.elasticities()) - elasticity).max()
        gaps["diversion"] = np.abs(np.asarray(done.diversion()) - diversion).max()
        said = ", ".join(f"{name} {gap:.1e}" for name, gap in gaps.items())
        print(f"{count:6,} consumers, {label}: residual {float(residual):.1e} ours; largest difference in {said}", flush=True)
        assert max(gaps.values()) <= PARITY, gaps
        assert float(residual) <= TOLERANCE
    runs = {
        "roadworthy": lambda: settled(market)[0].price,
        "PyBLP plain": theirs,
        "PyBLP SQUAREM": lambda: theirs(iteration=squarem),
    }
    seconds = interleaved(runs, repeats)
    print(
        f"{count:6,} consumers, one product more: "
        + ", ".join(f"{name} {1e3 * s:.1f} ms" for name, s in seconds.items())
        + f"; ratio {seconds['PyBLP plain'] / seconds['roadworthy']:.0f}x plain, {seconds['PyBLP SQUAREM'] / seconds['roadworthy']:.0f}x SQUAREM",
        flush=True,
    )
    apart = float(gaps["prices"])
    batch = 8
    markets = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (batch, *leaf.shape)), market)
    if count <= 2000:
        run = jax.jit(lambda m: many(m)[0])
        run(markets).block_until_ready()
        print(
            f"{count:6,} consumers, batch by lax.map: {batch / interleaved({'b': lambda: run(markets)}, 3)['b']:.0f} solves a second",
            flush=True,
        )
    return seconds, apart


def rows(quick: bool = False) -> list[Row]:
    """An equilibrium of prices by both."""
    found = installed("pyblp", "pyblp")
    if found is None:
        return [Row("market", "PyBLP", "an equilibrium of prices", absent="pip install 'roadworthy[peers]'")]
    pyblp, name = found
    pyblp.options.verbose = False
    made = []
    for count in (200,) if quick else (200, 2000):
        seconds, apart = compare(pyblp, count, 3 if quick else 5)
        made += [
            Row("market", f"{name} {way}", f"prices of the 1990 market, one car more, {count:,} consumers", seconds["roadworthy"], seconds[f"PyBLP {way}"],
                note=f"prices of both within {apart:.0e} thousand USD")
            for way in ("plain", "SQUAREM")
        ]  # fmt: skip
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--consumers", type=int, nargs="+", default=[200, 2000, 20000])
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    try:
        import pyblp
    except ImportError:
        print("PyBLP is not installed: left out")
        return
    pyblp.options.verbose = False
    for count in given.consumers:
        compare(pyblp, count, given.repeats if count <= 2000 else 2)


if __name__ == "__main__":
    main()
