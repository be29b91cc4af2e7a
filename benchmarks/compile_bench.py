"""What compiling and running the chain takes with and without XLA's emitters of fused loops, which the study leaves off.

    python -m benchmarks.compile_bench

Processor seconds to compile one draw, its gradient and the study's block of 128 draws, microseconds of a core a draw in that block, and the
net of one draw, which should be the same. No absolute time is asserted.
"""

from __future__ import annotations

import time
from importlib.metadata import version

import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core.compiling import KNOWN_TO
from roadworthy.study import draw, load, prepare
from roadworthy.study.chain import evaluate
from roadworthy.study.run import BLOCK, CHUNK, _block, as_read, lineup_of

REPEATS = 9


def main() -> None:
    if not version("jaxlib").startswith(KNOWN_TO):
        print(f"jaxlib {version('jaxlib')} has no such choice: only {KNOWN_TO}x is asked for it")
        return
    study = load("kei-green-light")
    prepared = prepare(study)
    jax.config.update("jax_enable_compilation_cache", False)
    world, policy = prepared.world, as_read(prepared.policies[study.headline])
    lineup, drawn = lineup_of(policy, world), draw(BLOCK, study.seed)
    chunks = jax.tree.map(lambda leaf: np.asarray(leaf).reshape(-1, CHUNK), drawn)
    one = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)[0]), drawn)

    def net(a, policy, world):  # type: ignore[no-untyped-def]
        return evaluate(policy, world, a, lineup=lineup).net_usd[0, 0]

    block = jax.jit(_block.__wrapped__, static_argnames=("engine", "lineup"))
    lowered = {
        "a draw": jax.jit(net).lower(one, policy, world),
        "its gradient": jax.jit(jax.grad(net, allow_int=True)).lower(one, policy, world),
        "a block": block.lower(policy, world, chunks, engine="thin", lineup=lineup),
    }
    for emitters in (True, False):
        said, done = [], {}
        for name, program in lowered.items():
            began = time.process_time()
            done[name] = program.compile(compiler_options={"xla_cpu_use_fusion_emitters": emitters})
            said.append(f"{name} {time.process_time() - began:.1f} s")
        took = []
        for _ in range(REPEATS):
            began = time.process_time()
            found = jax.block_until_ready(done["a block"](policy, world, chunks))
            took.append(time.process_time() - began)
        print(f"{'with' if emitters else 'without'} emitters: compile {', '.join(said)}; run {min(took) / BLOCK * 1e6:.0f} us a draw")
        print(f"    net of one draw {float(found.net_usd[0, 5, 0, 0]):.12g} USD")


if __name__ == "__main__":
    main()
