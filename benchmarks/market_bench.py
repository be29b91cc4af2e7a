"""How long the market room takes: a node, a launch thin and exact, the MY2022 equilibrium; what 2,000 households leave out,
and whether a kei truck is a pickup to its buyers.

    python -m benchmarks.market_bench [--households 20000]

The MY2022 market has 379 models of 23 makers; warm solves start at observed prices with costs moved by half a per cent. The household check puts
10 scrambled taste vectors on each bundled household, inverts the market anew at node 0 and launches the same car.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from roadworthy import market
from roadworthy.market import bank as bank_tables
from roadworthy.market import inversion
from roadworthy.market.choices import settled

DRAWS, CHUNK, REPEATS = 256, 16, 5
SOLVES = 16
COST_SD = 0.005


def best(run: Callable[[], object]) -> float:
    """Best wall time of some repeats after one warm call. [s]"""
    jax.block_until_ready(run())
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        jax.block_until_ready(run())
        times.append(time.perf_counter() - began)
    return min(times)


def equilibria(data: market.MarketData) -> None:
    """Warm solves of the MY2022 market, one at a time and in a batch."""
    tastes, delta, cost = bank_tables.stored([0])
    t = jax.tree.map(lambda leaf: leaf[0], tastes)
    at = inversion.node(t, data, jnp.asarray(delta[0]), contraction=0, newton=0)
    size = len(delta[0])
    base = market.Choices(
        delta=at.delta, taste=at.taste, price_slope=at.price_slope, weights=data.people.weights, price=data.offered.price_usd,
        cost=jnp.asarray(cost[0]), owner=data.offered.owner, mask=jnp.ones(size),
    )  # fmt: skip
    factor = 1.0 + COST_SD * jnp.asarray(np.random.default_rng(0).normal(size=(SOLVES, size)))
    moved = eqx.tree_at(lambda m: m.cost, base, base.cost * factor[0])
    seconds = best(lambda: settled(moved)[0].price)
    residual = float(settled(moved)[1])
    print(f"MY2022, one warm solve  {1e3 * seconds:8.1f} ms, {1.0 / seconds:.1f} a second, residual {residual:.0e} USD")
    costs = base.cost * factor
    batch = jax.jit(lambda c: jax.lax.map(lambda one: eqx.tree_at(lambda m: m.cost, base, one).settle()[0].price, c))
    print(f"MY2022, batch of {SOLVES:<4}   {SOLVES / best(lambda: batch(costs)):8.1f} solves a second by lax.map")


def more_households(data: market.MarketData, count: int, on_sale: market.Offers, a: market.MarketAssumptions) -> None:
    """The same launch with more households: bundled ones repeated with new tastes, the market inverted anew."""
    tastes, delta, _ = bank_tables.stored([0])
    t = jax.tree.map(lambda leaf: leaf[0], tastes)
    own = len(data.people.weights)
    copies = -(-count // own)
    kinds = data.people.nu.shape[0]
    u = np.clip(
        qmc.Sobol(d=kinds, scramble=True, rng=np.random.default_rng(1)).random_base2(int(np.ceil(np.log2(own * copies))))[: own * copies],
        1e-12,
        1.0 - 1e-12,
    )
    mix = np.random.default_rng(2).permutation(own * copies)
    people = jax.tree.map(lambda leaf: jnp.tile(leaf, (1,) * (leaf.ndim - 1) + (copies,)), data.people)
    people = eqx.tree_at(lambda p: (p.nu, p.weights), people, (jnp.asarray(ndtri(u[mix]).T), people.weights / copies))
    wide = eqx.tree_at(lambda d: d.people, data, people)
    at = eqx.filter_jit(inversion.node)(t, wide, jnp.asarray(delta[0]), contraction=6, newton=3)
    alone = bank_tables.prepare_node(t, at.delta, inversion.costs(at, wide), wide)
    few = market.prepare([0], data)
    both = [few, market.Bank(jax.tree.map(lambda leaf: leaf[None], alone), people, data.constants)]
    none = eqx.tree_at(lambda o: o.mask, on_sale, jnp.zeros(4))
    new = eqx.tree_at(lambda o: o.mask, on_sale, jnp.asarray([1.0, 0.0, 0.0, 0.0]))
    small, large = (market.enter(bank, new, a, none) for bank in both)
    print(
        f"{own:,} against {own * copies:,} households, central draw: ln units {float(jnp.log(small.units[0] / large.units[0])):+.4f}, "
        f"ln surplus {float(jnp.log(small.surplus_usd[0].sum() / large.surplus_usd[0].sum())):+.4f}, "
        f"price {float(small.price_usd[0] - large.price_usd[0]):+.0f} USD"
    )


def kei_truck(data: market.MarketData) -> None:
    """Would the taste for pickups make the recorded used kei trucks likelier? Their forecast as if new, by size form, with it and without."""
    tastes, delta, cost = bank_tables.stored(range(8))
    prepare = eqx.filter_jit(bank_tables.prepare_node)
    nodes = [
        prepare(jax.tree.map(lambda leaf, b=b: leaf[b], tastes), jnp.asarray(delta[b]), jnp.asarray(cost[b]), data)
        for b in range(len(delta))
    ]
    truck = {
        "power_W": 33e3, "mass_kg": 700.0, "consumption_J_per_m": 2600.0, "length_m": 3.3, "width_m": 1.4, "footprint_m2": 2.4, "electric": 0.0,
        "landed_cost_usd": 9000.0, "highway_ok": 0.0, "age_yr": 25.0, "asked_usd": 9000.0,
    }  # fmt: skip
    for taste in (0.0, 1.0):
        rows = {name: jnp.full(4, value) for name, value in truck.items()} | {"pickup": jnp.full(4, taste)}
        on_sale = market.offers(data.constants, mask=jnp.asarray([1.0, 0.0, 0.0, 0.0]), **rows)
        found = [
            [
                float(
                    market.enter(
                        market.Bank(jax.tree.map(lambda leaf: leaf[None], node), data.people, data.constants),
                        on_sale, jax.tree.map(jnp.asarray, market.MarketAssumptions(form=form, consideration=1.0)),
                    ).units[0]
                )
                for node in nodes
            ]
            for form in range(3)
        ]  # fmt: skip
        middle = np.median(np.asarray(found), axis=1)
        error = np.log(middle / float(data.constants.used_import_record))
        print(
            f"used kei trucks forecast {'with' if taste else 'without'} the taste for pickups, by size form: "
            f"{', '.join(f'{u:,.0f}' for u in middle)} a year; recorded {float(data.constants.used_import_record):,.0f}; "
            f"rms log error {np.sqrt(np.mean(error**2)):.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=20_000, help="0 leaves the check out")
    households = parser.parse_args().households
    data = market.load()
    nodes = (0, 1, 2, 3)
    market.prepare([0], data)
    began = time.perf_counter()
    bank = market.prepare(nodes, data)
    jax.block_until_ready(bank.nodes.z)
    print(f"prepare                 {1e3 * (time.perf_counter() - began) / len(nodes):8.1f} ms a node")
    four = {
        "landed_cost_usd": (12500.0, 11000.0, 18000.0, 9000.0),
        "power_W": (47e3, 47e3, 47e3, 33e3),
        "mass_kg": (960.0, 800.0, 1080.0, 700.0),
        "consumption_J_per_m": (2100.0, 2300.0, 600.0, 2600.0),
        "length_m": (3.395, 3.395, 3.395, 3.3),
        "width_m": (1.475, 1.475, 1.475, 1.4),
        "footprint_m2": (3.25, 2.5, 3.25, 2.4),
        "electric": (0.0, 0.0, 1.0, 0.0),
    }
    on_sale = market.offers(data.constants, mask=jnp.asarray([1.0, 0.0, 0.0, 1.0]), **{k: jnp.asarray(v) for k, v in four.items()})
    base = eqx.tree_at(lambda o: o.mask, on_sale, jnp.asarray([0.0, 0.0, 0.0, 1.0]))
    one = jax.tree.map(jnp.asarray, market.MarketAssumptions())
    rng = np.random.default_rng(0)
    many = jax.tree.map(lambda x: jnp.broadcast_to(x, (DRAWS, *x.shape)), one)
    many = eqx.tree_at(
        lambda a: (a.node, a.form, a.xi_z, a.consideration),
        many,
        tuple(
            jnp.asarray(x) for x in (np.arange(DRAWS) % 4, rng.integers(0, 3, DRAWS), rng.normal(size=DRAWS), rng.uniform(0.05, 1, DRAWS))
        ),
    )

    @jax.jit
    def thin(draws: market.MarketAssumptions) -> market.Entry:
        chunks = jax.tree.map(lambda x: x.reshape(-1, CHUNK, *x.shape[1:]), draws)
        return jax.lax.map(lambda chunk: jax.vmap(lambda a: market.enter(bank, on_sale, a, base))(chunk), chunks)

    print(f"thin, one launch        {1e3 * best(lambda: thin(many)) / DRAWS:8.3f} ms")
    slope = jax.jit(
        jax.grad(lambda cost: market.enter(bank, eqx.tree_at(lambda o: o.landed_cost_usd, on_sale, cost), one, base).units.sum())
    )
    print(f"thin, gradient          {1e3 * best(lambda: slope(on_sale.landed_cost_usd)):8.3f} ms")
    exact = eqx.filter_jit(market.enter_exact)
    print(f"exact, one launch       {1e3 * best(lambda: exact(data, on_sale, one, base)):8.1f} ms")
    equilibria(data)
    kei_truck(data)
    if households:
        more_households(data, households, on_sale, one)


if __name__ == "__main__":
    main()
