"""How long who-fits takes: 2,000 people in 500 vehicles, the smooth kernel alone and the whole verb; and filling of 100,000 vehicles.

python -m benchmarks.space_bench
"""

from __future__ import annotations

import time
from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np

from roadworthy.space import adults, fit, room, shares
from roadworthy.vehicles import catalogue, fill

VEHICLES, MANY, REPEATS = 500, 100_000, 5


def best(run: Callable[[], object]) -> tuple[float, float]:
    """First and best wall time of some calls. [s]"""
    times = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        jax.block_until_ready(run())
        times.append(time.perf_counter() - began)
    return times[0], min(times[1:])


def main() -> None:
    began = time.perf_counter()
    seed = catalogue()
    print(f"catalogue read                          {1e3 * (time.perf_counter() - began):8.1f} ms")
    many = seed.take(np.resize(np.arange(len(seed)), MANY).tolist())
    print(f"fill of {MANY:,} vehicles                {1e3 * best(lambda: fill(many).mass_kg)[1]:8.1f} ms")
    cars = fill(seed).take(np.resize(np.arange(len(seed)), VEHICLES).tolist())
    inside, people, kernel = room(cars).interior, adults(), eqx.filter_jit(shares)
    first, again = best(lambda: kernel(inside, people, 0.02))
    print(f"shares, {people.share.size:,} people x {VEHICLES} vehicles  {1e3 * again:8.1f} ms   (first call {first:.1f} s)")
    first, again = best(lambda: fit(cars).shares)
    print(f"fit, with what binds and margins        {1e3 * again:8.1f} ms   (first call {first:.1f} s)")


if __name__ == "__main__":
    main()
