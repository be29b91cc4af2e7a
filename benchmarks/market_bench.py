"""How long the market room takes: preparing a node, one launch in the thin engine, one in the exact engine.

python benchmarks/market_bench.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy import market

DRAWS, CHUNK, REPEATS = 256, 16, 5


def best(run: Callable[[], object]) -> float:
    """Best wall time of some repeats after one warm call. [s]"""
    jax.block_until_ready(run())
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        jax.block_until_ready(run())
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
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


if __name__ == "__main__":
    main()
