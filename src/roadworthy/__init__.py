"""roadworthy: should this class of vehicle be allowed on the road, and would anyone buy it?

Importing the package imports no room and no numerical library, so that `roadworthy --help` stays quick. It only tells JAX,
before anyone imports it, to work in double precision and to keep compiled code between runs.
"""

import os
import sys
from pathlib import Path

__version__ = "0.4.0"


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
    if "jax" in sys.modules:  # imported by the user first: the environment came too late
        import jax

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])


_configure_jax()
