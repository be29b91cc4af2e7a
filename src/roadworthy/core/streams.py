"""Random numbers that stay put: one Sobol coordinate belongs to one assumption for ever.

The coordinate is the `stream` number written beside the assumption, never its position, so adding an assumption moves no
other draw, and the first n points are the same however many are drawn. Every aligned block of 128 points holds each of 128
strata of every coordinate once. Reference: Owen scrambling as in scipy.stats.qmc.Sobol.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np

from roadworthy.core.files import cache_folder, write_atomic

COORDINATES = 512
BLOCK = 128


@lru_cache(maxsize=4)
def points(draws: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points in (0, 1), shape [draws, COORDINATES]; any prefix is the same for every `draws`.

    Kept on disk, since the import of the generator takes longer than reading its points.
    """
    power = max(int(np.ceil(np.log2(max(draws, 1)))), 7)
    kept = cache_folder() / f"points-{COORDINATES}-{seed}-{power}.npy"
    try:
        return np.asarray(np.load(kept)[:draws])
    except (OSError, ValueError, EOFError):
        pass  # not kept yet, or damaged: made again
    from scipy.stats import qmc

    sampler = qmc.Sobol(d=COORDINATES, scramble=True, rng=np.random.default_rng(seed))
    tiny = 2.0**-33
    sample = np.clip(sampler.random_base2(power), tiny, 1.0 - tiny)
    out = io.BytesIO()
    np.save(out, sample)
    write_atomic(kept, out.getvalue())
    return np.asarray(sample[:draws])
