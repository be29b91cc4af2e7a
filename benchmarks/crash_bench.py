"""How many collisions a second, and how near the closed form; PyCrash beside it where installed.

    python -m benchmarks.crash_bench [--pairs 8192]

Problem: central head-on, constant mutual stiffness K, restitution e, three cases; then the full model (collapse of the cabin, chest and
head of both drivers, injury and field risk) in chunks of 256, beside the arithmetic that it needs and the most that this machine does; then the
field kernel. Prints one JSON line and what it means, and asserts accuracy alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import yaml

from benchmarks.row import Row, installed
from roadworthy import crash
from roadworthy.core.units import FOOT_M, MPH, POUND_FORCE_N, POUND_KG
from roadworthy.crash import occupant
from roadworthy.crash.collide import CHUNK, PAIR, measure, risks
from roadworthy.crash.motion import STEP_S, lanes, simulate
from roadworthy.crash.structure import linear_curve

CASES = (  # W1 lb, v1 mph, W2 lb, v2 mph, K lb/ft, e
    (2381.0, 35.0, 5181.0, -35.0, 90_000.0, 0.13),
    (3638.0, 30.0, 3638.0, -30.0, 80_000.0, 0.10),
    (1984.0, 25.0, 4000.0, -25.0, 60_000.0, 0.15),
)
TOLERANCE = 1e-3
RUNS = 5
ARITHMETIC = {
    "add",
    "sub",
    "mul",
    "div",
    "max",
    "min",
    "neg",
    "abs",
    "sqrt",
    "exp",
    "log",
    "pow",
    "integer_pow",
    "tanh",
    "logistic",
    "expm1",
    "log1p",
    "cumsum",
    "reduce_sum",
    "reduce_max",
    "reduce_min",
    "add_any",
    "erf",
    "square",
}
"""What counts as one operation each, however long it takes."""
ASSUMPTIONS = Path(crash.__file__).parents[1] / "study" / "assumptions" / "crash.yaml"


def exact(w1: float, v1: float, w2: float, v2: float, k: float, e: float) -> dict[str, float]:
    """Closed form of one case: delta-v of both [m/s], crush [m], time to greatest crush [s]."""
    m1, m2, closing, stiffness = w1 * POUND_KG, w2 * POUND_KG, (v1 - v2) * MPH, k * POUND_FORCE_N / FOOT_M
    reduced = m1 * m2 / (m1 + m2)
    swing = (1.0 + e) * closing
    return {
        "dv1": swing * m2 / (m1 + m2),
        "dv2": swing * m1 / (m1 + m2),
        "crush": closing * np.sqrt(reduced / stiffness),
        "time": 0.5 * np.pi * np.sqrt(reduced / stiffness),
    }


def ours(w1: float, v1: float, w2: float, v2: float, k: float, e: float) -> dict[str, float]:
    """The same case by the stepper: two straight springs of 2 K in series."""
    spring = linear_curve(jnp.array([2.0 * k * POUND_FORCE_N / FOOT_M]))
    mass = jnp.array([[w1 * POUND_KG], [w2 * POUND_KG]])
    pair = lanes(spring, spring, mass, jnp.array([(v1 - v2) * MPH]), jnp.array([False]))
    rows = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf])[..., None], occupant.restraint("modern"))
    motion, _ = simulate(pair, rows, unloading=e**2)
    return {
        "dv1": float(motion.delta_v_mps[0, 0]),
        "dv2": float(motion.delta_v_mps[1, 0]),
        "crush": float(motion.crush_total_m[0]),
        "time": float(motion.time_to_crush_s[0]),
    }


def peer(w1: float, v1: float, w2: float, v2: float, k: float, e: float) -> dict[str, float] | None:
    """The same case by PyCrash, or None where it is not installed."""
    try:
        from pycrash.sdof_calcs.sdof_calculations import SingleDOFmodel
    except ImportError:
        return None
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        frame = SingleDOFmodel(w1, v1, 0, w2, v2, 0, k, e, None, "constantK", 0)
    first, second, depth = (np.asarray(frame[name], dtype=float) for name in ("v1", "v2", "dx"))
    return {"dv1": abs(first[0] - first[-1]) * FOOT_M, "dv2": abs(second[0] - second[-1]) * FOOT_M, "crush": np.abs(depth).max() * FOOT_M}


def warm_median(call: Callable[[], Any]) -> float:
    """Median seconds of five runs after one to compile."""
    call()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def off(found: dict[str, float], true: dict[str, float]) -> dict[str, float]:
    """Relative error of each quantity; time in seconds."""
    return {name: abs(value - true[name]) if name == "time" else abs(value / true[name] - 1.0) for name, value in found.items()}


def full_model(pairs: int) -> float:
    """Collisions a second of the full model, warm."""
    draw = np.random.default_rng(1)

    def some() -> crash.Structure:
        return crash.Structure.of(draw.uniform(800, 2500, pairs), draw.uniform(0.3, 0.7, pairs), 1.15, 1.2)

    first, second, closing = some(), some(), draw.uniform(5.0, 40.0, pairs)
    return pairs / warm_median(lambda: np.asarray(crash.collide(first, second, closing).first.p_ais3))


def operations(jaxpr: Any) -> float:
    """Arithmetic on single numbers that a traced program does, loops counted as often as they run; moving and comparing are left out."""
    found = 0.0
    for equation in jaxpr.eqns:
        name, inner = equation.primitive.name, [v for v in equation.params.values() if hasattr(v, "eqns") or hasattr(v, "jaxpr")]
        bodies = sum(operations(v if hasattr(v, "eqns") else v.jaxpr) for v in inner)
        times = float(equation.params.get("length", 1)) if name == "scan" else 1.0
        own = sum(float(np.prod(out.aval.shape)) for out in equation.outvars) if name in ARITHMETIC else 0.0
        found += own + times * bodies
    return found


def operations_per_collision() -> float:
    """Arithmetic of one collision of the full model, both drivers and both kinds of risk."""
    columns, against = jnp.ones((13, CHUNK)), jnp.full(CHUNK, PAIR)
    restraint = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf])[..., None], occupant.restraint("modern"))
    curves = risks(("modern", "modern"))
    traced = jax.make_jaxpr(lambda c: measure(c, restraint, against, curves, STEP_S, "float32", False)[0]["p_ais3"])(columns)
    return operations(traced.jaxpr) / CHUNK


def peak_per_s(size: int = 1024) -> float:
    """Arithmetic a second of this machine at its best: products of square float32 matrices by the library of numpy, all cores."""
    matrix = np.random.default_rng(1).random((size, size), dtype=np.float32)
    return 2.0 * size**3 / warm_median(lambda: matrix @ matrix)


def kernel_ms(draws: int = 256) -> float:
    """Milliseconds a call of the field kernel for 8 classes, 4 partners and 3 roads, over draws in chunks of 16."""
    rows = yaml.safe_load(ASSUMPTIONS.read_text(encoding="utf-8"))
    spread = jnp.linspace(0.95, 1.05, draws)
    a = crash.CrashAssumptions(**{name: jnp.asarray(float(row["value"])) * spread for name, row in rows.items()})
    own = jax.tree.map(lambda x: jnp.concatenate([x, x]), crash.class_structures())
    partners, roads, slot = crash.partner_structures(), jnp.array([0.65, 1.0, 1.4]), jnp.arange(8) < 4

    def one(leaves: crash.CrashAssumptions) -> crash.Kernel:
        return crash.field_kernel(own, partners, roads, leaves, slot, jnp.zeros(8))

    mapped = jax.jit(lambda every: jax.lax.map(one, every, batch_size=16))
    return warm_median(lambda: jax.block_until_ready(mapped(a))) / draws * 1e3


def rows(quick: bool = False) -> list[Row]:
    """A central head-on with a closed form, by both programs."""
    found = installed("pycrash.sdof_calcs.sdof_calculations", "pycrash")
    if found is None:
        return [Row("crash", "PyCrash", "central head-on with a closed form", absent="pip install 'roadworthy[peers]'")]
    named = [(exact(*case), ours(*case), peer(*case) or {}) for case in CASES]
    size = 1024 if quick else 8192
    return [
        Row(
            "crash", found[1], f"a central head-on, {len(CASES)} cases", 1.0 / full_model(size), statistics.median(warm_median(lambda case=case: peer(*case)) for case in CASES),
            "s", max(max(off(mine, true)[q] for q in ("dv1", "dv2", "crush")) for true, mine, _ in named),
            max(max(off(other, true)[q] for q in ("dv1", "dv2", "crush")) for true, _, other in named), "speed changes and crush, worst case",
            note=f"ours with cabins, occupants and injury, {size:,} collisions at a time; theirs the bare spring, one at a time",
        )
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=8192)
    pairs = parser.parse_args().pairs
    report: dict[str, Any] = {"benchmark": "crash", "cases": []}
    for case in CASES:
        true, mine, other = exact(*case), ours(*case), peer(*case)
        errors = off(mine, true)
        assert max(errors[name] for name in ("dv1", "dv2", "crush")) < TOLERANCE, errors
        assert errors["time"] <= STEP_S, errors
        row: dict[str, Any] = {"ours": errors}
        if other is not None:
            row |= {"pycrash": off(other, true), "pycrash_s": warm_median(lambda case=case: peer(*case))}
        report["cases"].append(row)
    rate = full_model(pairs)
    report |= {"full_model_per_s": rate, "kernel_ms": kernel_ms()}
    work, peak = operations_per_collision(), peak_per_s()
    report |= {
        "operations_per_collision": work,
        "peak_operations_per_s": peak,
        "limit_per_s": peak / work,
        "share_of_limit": rate * work / peak,
    }
    slow = [row["pycrash_s"] for row in report["cases"] if "pycrash_s" in row]
    report["pycrash_per_s"] = 1.0 / statistics.median(slow) if slow else "not installed"
    report["ratio"] = rate * statistics.median(slow) if slow else None
    print(json.dumps(report, default=lambda x: round(float(x), 9)))
    print(
        f"{rate:,.0f} full collisions a second; {work:,.0f} operations each, so that matrix products of this machine would allow {peak / work:,.0f}: "
        f"{rate * work / peak:.0%} of the arithmetic limit"
    )
    print(f"PyCrash, simpler problem: {1.0 / statistics.median(slow):,.1f} a second" if slow else "PyCrash is not installed: extra `peers`")


if __name__ == "__main__":
    main()
