"""Where the time of a draw goes, and how far each stage is from what its arithmetic would take on this machine.

The inputs of every room's verb are caught while `evaluate` runs on 16 real draws; each verb is then timed alone, compiled for those
16 draws at once as the study does. Its arithmetic is XLA's own count. The limit is the larger of operations over the measured rate
of a matrix product and bytes over the measured rate of an addition of large arrays, on one core; a stage whose data stay in the cache
may beat the second.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.study import chain
from roadworthy.study.run import CHUNK, lineup_of

VERBS = (
    "comply", "performance", "exposure", "build", "vintages", "_kernel", "harm_per_metre", "extra_own_deaths", "offers", "enter",
    "sales_path", "business", "roll", "change", "appraise",
)  # fmt: skip
REPEATS = 9
SIDE, LONG = 768, 4_000_000


@dataclass
class Caught:
    """Inputs of one verb: what is the same in every draw, and what each call was given."""

    call: Callable[..., Any]
    tree: Any
    fixed: list[Any]
    given: list[tuple[Any, ...]]


def caught(policy: Any, world: Any, drawn: Any) -> dict[str, Caught]:
    """The inputs of every verb over the first draws."""
    found: dict[str, Caught] = {}
    usual = {name: getattr(chain, name) for name in VERBS}

    def watch(name: str) -> Callable[..., Any]:
        def verb(*args: Any, **named: Any) -> Any:
            leaves, tree = jax.tree.flatten((args, named))
            moving = [i for i, leaf in enumerate(leaves) if isinstance(leaf, jax.core.Tracer)]
            held = found.setdefault(name, Caught(usual[name], tree, [None if i in moving else x for i, x in enumerate(leaves)], []))
            if len(moving) == sum(x is None for x in held.fixed):
                jax.debug.callback(lambda *values: held.given.append(values), *(leaves[i] for i in moving))
            return usual[name](*args, **named)

        return verb

    try:
        for name in VERBS:
            setattr(chain, name, watch(name))
        lineup = lineup_of(policy, world)
        one = jax.jit(lambda a: chain.evaluate(policy, world, a, lineup=lineup).net_usd)
        for i in range(CHUNK):
            jax.block_until_ready(one(jax.tree.map(lambda leaf, i=i: jnp.asarray(np.asarray(leaf)[i]), drawn)))
        jax.effects_barrier()
    finally:
        for name, verb in usual.items():
            setattr(chain, name, verb)
    return found


def peaks() -> tuple[float, float]:
    """Operations a second of a matrix product, and bytes a second of adding large arrays, by processor time."""
    a = jnp.asarray(np.random.default_rng(0).normal(size=(SIDE, SIDE)))
    product = jax.jit(lambda x: x @ x)
    x = jnp.ones(LONG)
    total = jax.jit(lambda x: x + 1.0)
    return 2.0 * SIDE**3 / least(lambda: product(a)), 16.0 * LONG / least(lambda: total(x))


def least(run: Callable[[], Any]) -> float:
    """Least processor seconds of some runs."""
    jax.block_until_ready(run())
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        jax.block_until_ready(run())
        spent.append(time.process_time() - began)
    return min(spent) if min(spent) > 0 else statistics.median(spent)


def stage(verb: Caught) -> tuple[float, float, float, int]:
    """Core seconds a draw, operations and bytes a draw, and calls a draw of one verb."""
    calls = max(len(verb.given) // CHUNK, 1)
    rows = verb.given[: CHUNK * calls]
    moving = [jnp.stack([jnp.asarray(row[j]) for row in rows]) for j in range(len(rows[0]))]
    arrays = [i for i, x in enumerate(verb.fixed) if eqx.is_array(x)]

    def run(fixed: list[Any], values: list[Any]) -> Any:
        given = iter(values)
        held = dict(zip(arrays, fixed, strict=True))
        leaves = [next(given) if x is None else held.get(i, x) for i, x in enumerate(verb.fixed)]
        args, named = jax.tree.unflatten(verb.tree, leaves)
        return jax.tree.leaves(eqx.filter(verb.call(*args, **named), eqx.is_array))

    program = jax.jit(jax.vmap(run, in_axes=(None, 0))).lower([verb.fixed[i] for i in arrays], moving).compile()
    said = program.cost_analysis() or {}
    said = said[0] if isinstance(said, list) else said
    seconds = least(lambda: program([verb.fixed[i] for i in arrays], moving)) / CHUNK
    return seconds, float(said.get("flops", 0.0)) / CHUNK, float(said.get("bytes accessed", 0.0)) / CHUNK, calls


def report(policy: Any, world: Any, drawn: Any, whole_s: float) -> None:
    """Print the profile; `whole_s` are the core seconds of a whole draw."""
    flops, rate = peaks()
    print(f"one core: {flops / 1e9:.1f} GFLOP/s of a matrix product, {rate / 1e9:.1f} GB/s of an addition (measured)")
    print(f"{'stage':<18} {'calls':>5} {'us a draw':>10} {'share':>6} {'kFLOP':>8} {'kB':>8} {'limit us':>9} {'times':>6}")
    total = 0.0
    for name, verb in caught(policy, world, drawn).items():
        if not verb.given or not verb.given[0]:
            continue
        try:
            seconds, ops, size, calls = stage(verb)
        except (TypeError, ValueError) as fault:
            print(f"{name:<18} not timed: {fault}")
            continue
        limit = max(ops / flops, size / rate)
        total += seconds
        print(
            f"{name:<18} {calls:>5} {seconds * 1e6:>10.1f} {seconds / whole_s:>6.1%} {ops / 1e3:>8.0f} {size / 1e3:>8.0f} "
            f"{limit * 1e6:>9.1f} {seconds / limit if limit else float('nan'):>6.1f}"
        )
    print(f"{'sum of stages':<18} {'':>5} {total * 1e6:>10.1f} {total / whole_s:>6.1%}; the whole draw takes {whole_s * 1e6:.0f} us")
