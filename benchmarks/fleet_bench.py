"""How fast the fleet and account steps are once compiled, and how that compares with EPA OMEGA's shape of work.

Four figures: one reform over 30 sale years and all classes (roll, exact split, appraise), warm, one call; the same mapped over draws;
the country's fleet cohort by cohort; the compliance ledger. The peer: OMEGA 2.5.0's shipped test batch (187 rows, 165 vehicles after
aggregation, two policies, 2023-24) took 428 s and 488 s for its policies on a 2-core machine, that is 210 to 240 s a run-year (one
policy, one year) of the whole program, compliance search included; OMEGA cannot be installed beside this package (pandas 1.4.4), so its
time is quoted from that run and not measured here. A run-year here is one policy, one year: sales to stock, miles, deaths, fuel, CO2
and money, without a compliance search, so the ratio compares shapes of work and is no claim about equal work.

python -m benchmarks.fleet_bench [--draws N] [--repeat N]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import yaml

from benchmarks.row import Row
from roadworthy import account, fleet
from roadworthy.core.axes import SALE_YEARS, YEAR_10

LISTS = Path(fleet.__file__).parents[1] / "study" / "assumptions"
OMEGA_BATCH_S = (428.0, 488.0)
OMEGA_RUN_YEARS = 2
"""Years of each policy of the shipped batch."""


def central(room: type, name: str) -> object:
    """The room's central assumptions."""
    rows = yaml.safe_load((LISTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return room(**{k: jnp.asarray(r["value"], jnp.int32 if r.get("kind") == "index" else jnp.float64) for k, r in rows.items()})


def best(call: Callable[[], object], repeat: int) -> float:
    """The shortest of some warm calls. [s]"""
    jax.block_until_ready(call())
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        jax.block_until_ready(call())
        times.append(time.perf_counter() - start)
    return min(times)


def step() -> Callable[..., tuple[account.Account, fleet.Change]]:
    """One reform over 30 sale years and all classes: roll, exact split, appraise, as a function of both rooms' assumptions."""
    tables, values = fleet.prepare(), account.prepare()
    flow = jnp.full(SALE_YEARS, 1e7)
    dollars = account.MarketDollars(*([flow] * 11), entrant_home_share=jnp.asarray(0.5), surplus_by_group=jnp.full(5, 0.2))
    rates = fleet.Harm(*(jnp.full((9, 3), 4e-12) for _ in range(3)))

    def one(a: fleet.FleetAssumptions, b: account.AccountAssumptions) -> tuple[account.Account, fleet.Change]:
        roads = fleet.exposure(jnp.asarray([1.0, 0.0, 0.0]), a)
        paths = fleet.roll(
            jnp.full((4, SALE_YEARS), 1e4) * a.delta,
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
        return account.appraise(paths, dollars, values, b), fleet.change(paths, rates, tables, a, YEAR_10)

    return one


def middle() -> tuple[object, object]:
    """Both rooms' central assumptions."""
    return central(fleet.FleetAssumptions, "fleet"), central(account.AccountAssumptions, "account")


def rows(quick: bool = False) -> list[Row]:
    """A run-year beside OMEGA's, which is quoted."""
    single, given = jax.jit(step()), middle()
    mine = best(lambda: single(*given), 5 if quick else 20) / SALE_YEARS
    return [
        Row("fleet", "OMEGA 2.5.0 (quoted)", "one policy, one year: stock, miles, deaths, fuel, money", mine, min(OMEGA_BATCH_S) / OMEGA_RUN_YEARS,
            note="not run here: from its shipped batch on two cores, with its compliance search, which ours does not do; cannot be installed beside us (pandas 1.4.4)")
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1024)
    parser.add_argument("--repeat", type=int, default=20)
    asked = parser.parse_args()
    one, given = step(), middle()
    single = jax.jit(one)
    start = time.perf_counter()
    jax.block_until_ready(single(*given))
    compile_s = time.perf_counter() - start
    single_s = best(lambda: single(*given), asked.repeat)

    spread = jnp.linspace(0.9, 1.1, asked.draws)

    def drawn(tree: object) -> object:
        return jax.tree.map(lambda x: x * spread if jnp.issubdtype(x.dtype, jnp.floating) else jnp.broadcast_to(x, (asked.draws,)), tree)

    many = jax.jit(jax.vmap(one))
    inputs = tuple(drawn(tree) for tree in given)
    draw_s = best(lambda: many(*inputs), 5) / asked.draws
    country_s = best(lambda: fleet.country(2027, 2056).vehicles, 5)
    ledger_s = best(lambda: fleet.ledger().entries[0].required_mpg, 3)

    run_year_s = single_s / SALE_YEARS
    omega_s = [batch / OMEGA_RUN_YEARS for batch in OMEGA_BATCH_S]
    print(
        json.dumps(
            {
                "one_reform_30_years_all_classes_ms": round(single_s * 1e3, 3),
                "first_call_s": round(compile_s, 2),
                "draws": asked.draws,
                "ms_per_draw": round(draw_s * 1e3, 4),
                "country_30_years_ms": round(country_s * 1e3, 2),
                "ledger_23_makers_10_years_two_fleets_ms": round(ledger_s * 1e3, 1),
                "run_year_us": round(run_year_s * 1e6, 2),
                "omega_run_year_s_quoted": omega_s,
                "ratio_of_run_years": [float(f"{each / run_year_s:.2g}") for each in omega_s],
                "method": "warm, shortest call; OMEGA quoted from its own batch on 2 cores, with its compliance search, which is not done here",
            }
        )
    )


if __name__ == "__main__":
    main()
