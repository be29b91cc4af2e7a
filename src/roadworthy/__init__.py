"""roadworthy: should this class of vehicle be allowed on the road, and would anyone buy it?

Importing the package imports no room and no numerical library, so that `roadworthy --help` stays quick. It only tells JAX,
before anyone imports it, to work in double precision, to keep compiled code between runs, and how to compile.
"""

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__version__ = "0.3.0"

PLAIN_LOOPS = "--xla_cpu_use_fusion_emitters=false"
"""The chain is many small loops: without the newer emitters of fused ones it compiles in 0.6 of the time and runs in 0.75 to 0.9 of
it, to the same numbers (`python -m benchmarks.compile_bench`)."""
KNOWN_TO = "0.10."
"""Versions of jaxlib that know the flag; one that does not, such as 0.12, ends the program."""


def _flags() -> str:
    """XLA's flags: the user's own, and ours unless they speak of the same."""
    given = os.environ.get("XLA_FLAGS", "")
    try:
        known = version("jaxlib").startswith(KNOWN_TO)
    except PackageNotFoundError:
        known = False
    return f"{PLAIN_LOOPS} {given}".strip() if known and PLAIN_LOOPS.split("=")[0] not in given else given


def _configure_jax() -> None:
    named = os.environ.get("ROADWORTHY_CACHE")
    cache = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "roadworthy"
    settings = {
        "JAX_ENABLE_X64": "1",
        "JAX_COMPILATION_CACHE_DIR": str(cache / "compiled"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.3",
        "JAX_PLATFORMS": "",
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    if flags := _flags():
        os.environ["XLA_FLAGS"] = flags
    if "jax" in sys.modules:  # imported by the user first: the environment came too late
        import jax

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])


_configure_jax()
