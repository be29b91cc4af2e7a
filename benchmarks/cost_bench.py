"""How many ledgers a second: a million owners and cars in one call, five years each, totals and break-even prices; and beside two peers.

    python -m benchmarks.cost_bench [--ledgers N] [--peers PYTHON]

PYTHON (or ROADWORTHY_COST_PEERS_PYTHON) is the interpreter of an environment with t3co and carculator; a peer that is absent is named and left out. Both peers are run
on a case that they and we can express: T3CO a car bought for cash (price, tax, maintenance, premium; it discounts at the end of a year,
we in its middle), carculator its small petrol car without resale, whose annuity we meet between two whole numbers of years.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jax
import numpy as np

from benchmarks.row import Row, say
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


CASE = {
    "years": 5,
    "miles": 12_000.0,
    "price": 16_000.0,
    "tax": 0.06,
    "maintenance": 0.101,
    "insurance": 1_700.0,
    "discount": 0.03,
    "mpg": 35.0,
}
ABSENT = (
    "needs an older pandas, so installed apart: pip install {} in an environment of its own; set ROADWORTHY_COST_PEERS_PYTHON to its python"
)
NO_COST = dict.fromkeys(("energy_usd_per_mi", "registration_usd", "sales_tax_share", "apr", "first_year_loss", "yearly_loss"), 0.0)


def peer(name: str, python: str, *words: str) -> dict[str, Any] | None:
    """What a peer prints, or None where it is absent."""
    script = Path(__file__).parent / f"cost_peer_{name}.py"
    done = subprocess.run([python, str(script), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def ours_alone(o: Ownership) -> float:
    """Best time of one ledger through the compiled call. [s]"""
    jax.block_until_ready(answer(o))
    times = []
    for _ in range(20):
        start = time.perf_counter()
        jax.block_until_ready(answer(o))
        times.append(time.perf_counter() - start)
    return min(times)


def beside_t3co(python: str) -> Row:
    """Five years of one car bought for cash."""
    problem = f"one car, {CASE['years']} years of owning it"
    theirs = peer("t3co", python, json.dumps(CASE))
    if theirs is None:
        return Row("cost", "T3CO", problem, absent=ABSENT.format("t3co"))
    o = Ownership.constant(**{**NO_COST, "sales_tax_share": CASE["tax"]}, price_usd=CASE["price"], years_held=CASE["years"], miles=CASE["miles"], down_share=1.0,
                           loan_months=60.0, maintenance_usd_per_mi=CASE["maintenance"], insurance_usd=CASE["insurance"], discount_rate=CASE["discount"])  # fmt: skip
    items = own(o, horizon=CASE["years"]).items()
    half_year = (1.0 + CASE["discount"]) ** 0.5
    ours = {
        "price_and_tax": CASE["price"] + float(items["sales_tax"]),
        "maintenance": float(items["maintenance"]) / half_year,
        "insurance": float(items["insurance"]) / half_year,
    }
    apart = max(abs(usd / theirs["items"][name] - 1.0) for name, usd in ours.items())
    return Row(
        "cost", f"t3co {theirs['version']}", problem, ours_alone(o), theirs["seconds"],
        note=f"price with tax, maintenance and premium of both within {apart:.1e}; theirs without its import of {theirs['import_s']:.1f} s",
    )  # fmt: skip


def beside_carculator(python: str) -> Row:
    """A kilometre in a small petrol car."""
    problem = "cost of a kilometre in a small petrol car"
    theirs = peer("carculator", python)
    if theirs is None:
        return Row("cost", "carculator", problem, absent=ABSENT.format("carculator"))
    life = theirs["life_km"] / theirs["km_per_year"]
    found = []
    for years in (int(life), int(life) + 1):
        o = Ownership.constant(**{**NO_COST, "first_year_loss": 1.0, "energy_usd_per_mi": theirs["energy"]}, price_usd=theirs["price"], years_held=years,
                               miles=theirs["km_per_year"], down_share=1.0, loan_months=60.0, maintenance_usd_per_mi=theirs["maintenance"], insurance_usd=0.0,
                               discount_rate=theirs["interest"])  # fmt: skip
        found.append(float(own(o).per_mile()))
    running = theirs["energy"] + theirs["maintenance"]
    capital = found[0] + (life - int(life)) * (found[1] - found[0]) - running
    between = running + capital * (1.0 + theirs["interest"]) ** 0.5  # they discount at the end of a year, we in its middle
    return Row(
        "cost", f"carculator {theirs['version']}", problem, error_ours=abs(between / theirs["total"] - 1.0), error_of="its own figure",
        note=f"ours {between:.4f}, theirs {theirs['total']:.4f} EUR/km; it takes {theirs['seconds']:.1f} s with its energy model, after an import of {theirs['import_s']:.1f} s",
    )  # fmt: skip


def rows(quick: bool = False, python: str | None = None) -> list[Row]:
    """The ledger beside two programs that count the same."""
    where = python or os.environ.get("ROADWORTHY_COST_PEERS_PYTHON") or sys.executable
    return [beside_t3co(where), beside_carculator(where)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledgers", type=int, default=1_000_000)
    parser.add_argument("--peers", help="interpreter of an environment with the peers")
    given = parser.parse_args()
    n = given.ledgers
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
    say(rows(python=given.peers))


if __name__ == "__main__":
    main()
