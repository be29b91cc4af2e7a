"""What compiling and running the chain takes with and without XLA's emitters of fused loops, which the package leaves off.

    python -m benchmarks.compile_bench

Each way in a process of its own, without kept programs: processor seconds to compile one draw and its gradient, then microseconds of a
core a draw over 1,024 draws, and the net of one draw, which should be the same. No absolute time is asserted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.metadata import version

from roadworthy import KNOWN_TO

WAYS = ("--xla_cpu_use_fusion_emitters=true", "--xla_cpu_use_fusion_emitters=false")
DRAWS, REPEATS = 1_024, 3


def measure() -> None:
    """The figures of this process's own flags."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    from roadworthy.study import draw, load, prepare
    from roadworthy.study.chain import evaluate
    from roadworthy.study.run import as_read, lineup_of, outcomes

    study = load("kei-green-light")
    prepared = prepare(study)
    jax.config.update("jax_enable_compilation_cache", False)
    world, policy = prepared.world, as_read(prepared.policies[study.headline])
    lineup, drawn = lineup_of(policy, world), draw(DRAWS, study.seed)
    one = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)[0]), drawn)

    def net(a, policy, world):  # type: ignore[no-untyped-def]
        return evaluate(policy, world, a, lineup=lineup).net_usd[0, 0]

    said = []
    for name, call in (("a draw", jax.jit(net)), ("its gradient", jax.jit(jax.grad(net, allow_int=True)))):
        lowered = call.lower(one, policy, world)
        began = time.process_time()
        lowered.compile()
        said.append(f"compile {name} {time.process_time() - began:5.1f} s")
    found = outcomes([policy], world, drawn, threads=1)
    took = []
    for _ in range(REPEATS):
        began = time.process_time()
        found = outcomes([policy], world, drawn, threads=1)
        took.append(time.process_time() - began)
    said.append(f"run {min(took) / DRAWS * 1e6:5.0f} us a draw")
    print(f"{'; '.join(said)}; net of one draw {float(found.net_usd[0, 5, 0, 0]):.9g} USD", flush=True)


def main() -> None:
    if sys.argv[1:] == ["one"]:
        measure()
        return
    if not version("jaxlib").startswith(KNOWN_TO):
        print(f"jaxlib {version('jaxlib')} has no such choice: only {KNOWN_TO}x is asked for it")
        return
    for flags in WAYS:
        print(f"{flags:<40}", end="", flush=True)
        subprocess.run([sys.executable, "-m", "benchmarks.compile_bench", "one"], env={**os.environ, "XLA_FLAGS": flags}, check=True)


if __name__ == "__main__":
    main()
