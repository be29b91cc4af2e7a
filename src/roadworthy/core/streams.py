"""Random numbers that stay put: one Sobol coordinate belongs to one assumption for ever.

The coordinate is the `stream` number written beside the assumption, never its position, so adding an assumption moves no
other draw, and the first n points are the same however many are drawn. Every aligned block of 128 points holds each of 128
strata of every coordinate once. Reference: Owen scrambling as in scipy.stats.qmc.Sobol.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

COORDINATES = 512
BLOCK = 128


@lru_cache(maxsize=4)
def points(draws: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points in (0, 1), shape [draws, COORDINATES]; any prefix is the same for every `draws`."""
    from scipy.stats import qmc

    power = max(int(np.ceil(np.log2(max(draws, 1)))), 7)
    sampler = qmc.Sobol(d=COORDINATES, scramble=True, rng=np.random.default_rng(seed))
    sample = sampler.random_base2(power)[:draws]
    tiny = 2.0**-33
    return np.clip(sample, tiny, 1.0 - tiny)
