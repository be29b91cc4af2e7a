"""Numbers on their way out: bands over draws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from roadworthy.study.summary import Band

LEVELS = (0.10, 0.25, 0.50, 0.75, 0.90)


def band(values: ArrayLike) -> Band:
    """Quantiles of draws [draws]; draws that are not finite are an error of the model and are not hidden."""
    p10, p25, p50, p75, p90 = quantiles(values)
    return Band(p10=p10, p25=p25, p50=p50, p75=p75, p90=p90)


def quantiles(values: ArrayLike) -> list[float]:
    """`np.quantile(values, LEVELS)` of one row of draws, to the last bit, without its overhead: an answer has over a hundred bands."""
    ordered = np.sort(np.asarray(values, dtype=float)).tolist()
    last = len(ordered) - 1
    if ordered[last] != ordered[last]:  # sorted last: one draw that is not a number makes every quantile none
        return [math.nan] * len(LEVELS)
    found = []
    for level in LEVELS:
        at = level * last
        low = int(at)
        share, a, b = at - low, ordered[low], ordered[min(low + 1, last)]
        found.append(a + (b - a) * share if share < 0.5 else b - (b - a) * (1.0 - share))
    return found


def band_path(values: ArrayLike) -> dict[str, list[float]]:
    """Quantiles of paths [draws, years], year by year."""
    quantiles = np.quantile(np.asarray(values, dtype=float), LEVELS, axis=0)
    return {f"p{round(100 * level)}": [float(x) for x in row] for level, row in zip(LEVELS, quantiles, strict=True)}
