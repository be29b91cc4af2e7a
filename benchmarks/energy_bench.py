"""How many UDDS vehicle-cycles a second, and how long a full rating takes; FASTSim beside it where installed.

    python benchmarks/energy_bench.py [--vehicles 4096] [--double]

Prints what it measured on this machine and asserts nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy import energy
from roadworthy.energy.cycles import schedule
from roadworthy.energy.follow import follow


def fleet(n: int, electric: bool = False) -> energy.EnergyInputs:
    """Vehicles from kei to pickup, drawn with a fixed seed."""
    draw = np.random.default_rng(1)
    curb = draw.uniform(700.0, 2300.0, n)
    given = {
        "curb_kg": curb,
        "power_W": curb * draw.uniform(45.0, 90.0, n),
        "cda_m2": draw.uniform(0.6, 1.1, n),
        "year": 2018.0,
    }
    given |= {"electric": 1.0} if electric else {"displacement_m3": draw.uniform(6.6e-4, 4e-3, n)}
    return energy.inputs([f"v{i}" for i in range(n)], given)


def best(call: Callable[[], Any], repeats: int = 5) -> float:
    """Shortest of some runs, after one to compile."""
    jax.block_until_ready(call())
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(call())
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vehicles", type=int, default=4096)
    parser.add_argument("--double", action="store_true", help="work in float64 as `rate` does; float32 otherwise")
    options = parser.parse_args()
    kind = jnp.float64 if options.double else jnp.float32
    plan, p = schedule(("UDDS",)), energy.parameters()
    drive = eqx.filter_jit(lambda car, engines: follow(car, plan, p, engines=engines, electrics=not engines))
    for name, electric in (("petrol", False), ("electric", True)):
        car = jax.tree.map(lambda x: x.astype(kind), fleet(options.vehicles, electric).car)
        seconds = best(lambda car=car, electric=electric: drive(car, not electric).hot_J)
        print(f"UDDS, {options.vehicles} {name}, {kind.__name__}: {seconds:.3f} s, {options.vehicles / seconds:,.0f} vehicle-cycles/s")
    thousand = fleet(1000)
    seconds = best(lambda: energy.rate(thousand).combined_mpg, 3)
    print(f"full rate of 1,000 vehicles (5 cycles, label, performance): {seconds:.2f} s")
    try:
        import fastsim
    except ImportError:
        print("fastsim is not installed (extra: peers); no comparison")
        return
    vehicle = fastsim.Vehicle.from_resource("2012_Ford_Fusion.yaml")
    vehicle.set_save_interval(None)
    trace = fastsim.Cycle.from_resource("udds.csv")
    runs = 100
    drives = [fastsim.SimDrive(vehicle, trace) for _ in range(runs)]
    start = time.process_time()
    for one in drives:
        one.walk()
    print(f"FASTSim, UDDS, one thread: {runs / (time.process_time() - start):,.0f} vehicle-cycles/s")


if __name__ == "__main__":
    main()
