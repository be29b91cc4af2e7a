"""How many draws a second the fleet and account steps take, once compiled: one policy, one route, mapped over draws.

python benchmarks/fleet_bench.py [--draws N]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import yaml

from roadworthy import account, fleet

LISTS = Path(fleet.__file__).parents[1] / "study" / "assumptions"


def central(room: type, name: str) -> object:
    rows = yaml.safe_load((LISTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return room(**{k: jnp.asarray(r["value"], jnp.int32 if r.get("kind") == "index" else jnp.float64) for k, r in rows.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1024)
    n = parser.parse_args().draws
    tables, values = fleet.prepare(), account.prepare()
    spread = jnp.linspace(0.9, 1.1, n)

    def drawn(tree: object) -> object:
        return jax.tree.map(lambda x: x * spread if jnp.issubdtype(x.dtype, jnp.floating) else jnp.broadcast_to(x, (n,)), tree)

    flow = jnp.full(30, 1e7)
    dollars = account.MarketDollars(*([flow] * 11), entrant_home_share=jnp.asarray(0.5), surplus_by_group=jnp.full(5, 0.2))
    rates = fleet.Harm(*(jnp.full((9, 3), 4e-12) for _ in range(3)))

    def one(a: fleet.FleetAssumptions, b: account.AccountAssumptions) -> account.Account:
        roads = fleet.exposure(jnp.asarray([1.0, 0.0, 0.0]), a)
        paths = fleet.roll(
            jnp.full((4, 30), 1e4) * a.delta,
            jnp.full((4, 4), 0.1),
            jnp.full((4, 4), 3500.0),
            jnp.full(4, 2000.0),
            jnp.asarray([0.0, 0.0, 1.0, 0.0]),
            rates,
            jnp.broadcast_to(roads.share, (4, 3)),
            jnp.broadcast_to(roads.miles_factor, (4,)),
            tables,
            a,
        )
        return account.appraise(paths, dollars, values, b)

    run = jax.jit(jax.vmap(one))
    inputs = (drawn(central(fleet.FleetAssumptions, "fleet")), drawn(central(account.AccountAssumptions, "account")))
    start = time.perf_counter()
    jax.block_until_ready(run(*inputs))
    first = time.perf_counter() - start
    times = []
    for _ in range(5):
        start = time.perf_counter()
        jax.block_until_ready(run(*inputs))
        times.append(time.perf_counter() - start)
    per_draw = min(times) / n
    print(
        json.dumps(
            {"draws": n, "first_call_s": round(first, 3), "ms_per_draw": round(per_draw * 1e3, 4), "per_second": round(1 / per_draw)}
        )
    )


if __name__ == "__main__":
    main()
