"""How XLA is asked to compile the chain.

The chain is many small loops: without XLA's newer emitters of fused ones it compiles in 0.6 to 0.8 of the time and runs in 0.75 to 0.9
of it, to the same numbers (`python -m benchmarks.compile_bench`). A room's own programs keep them: collisions would run at a third of their speed.
"""

from __future__ import annotations

from importlib.metadata import version

KNOWN_TO = "0.10."
"""Versions of jaxlib that know the option; others, such as 0.12, refuse it."""
PLAIN_LOOPS: dict[str, str | bool] | None = {"xla_cpu_use_fusion_emitters": False} if version("jaxlib").startswith(KNOWN_TO) else None
"""For `jax.jit(compiler_options=...)`."""
