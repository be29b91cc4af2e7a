"""How many ledgers a second: a million owners and cars in one call, five years each, totals and break-even prices.

python benchmarks/cost_bench.py [--ledgers N]
"""

from __future__ import annotations

import argparse
import json
import time

import jax
import numpy as np

from roadworthy.cost import Ownership, own

YEARS = 5


def entries(n: int) -> Ownership:
    random = np.random.default_rng(0)
    return Ownership.constant(
        price_usd=random.uniform(8e3, 4e4, n),
        years_held=np.full(n, float(YEARS)),
        miles=random.uniform(5e3, 2e4, n),
        energy_usd_per_mi=random.uniform(0.03, 0.15, n),
        maintenance_usd_per_mi=random.uniform(0.06, 0.12, n),
        insurance_usd=random.uniform(1e3, 3e3, n),
        registration_usd=np.full(n, 250.0),
        sales_tax_share=random.uniform(0.0, 0.1, n),
        down_share=np.full(n, 0.15),
        apr=random.uniform(0.03, 0.12, n),
        loan_months=np.full(n, 60.0),
        first_year_loss=random.uniform(0.15, 0.25, n),
        yearly_loss=random.uniform(0.08, 0.15, n),
        discount_rate=random.uniform(0.0, 0.07, n),
    )


@jax.jit
def answer(o: Ownership) -> tuple[jax.Array, jax.Array, jax.Array]:
    ledger = own(o, horizon=YEARS)
    return ledger.total(), ledger.per_mile(), ledger.slope


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledgers", type=int, default=1_000_000)
    n = parser.parse_args().ledgers
    o = jax.block_until_ready(entries(n))
    start = time.perf_counter()
    jax.block_until_ready(answer(o))
    first = time.perf_counter() - start
    times = []
    for _ in range(5):
        start = time.perf_counter()
        jax.block_until_ready(answer(o))
        times.append(time.perf_counter() - start)
    print(json.dumps({"ledgers": n, "first_call_s": round(first, 3), "best_s": round(min(times), 3), "per_second": round(n / min(times))}))


if __name__ == "__main__":
    main()
