"""Numbers on their way out: bands over draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from roadworthy.study.summary import Band

LEVELS = (0.10, 0.25, 0.50, 0.75, 0.90)


def band(values: ArrayLike) -> Band:
    """Quantiles of draws [draws]; draws that are not finite are an error of the model and are not hidden."""
    p10, p25, p50, p75, p90 = (float(q) for q in np.quantile(np.asarray(values, dtype=float), LEVELS))
    return Band(p10=p10, p25=p25, p50=p50, p75=p75, p90=p90)


def band_path(values: ArrayLike) -> dict[str, list[float]]:
    """Quantiles of paths [draws, years], year by year."""
    quantiles = np.quantile(np.asarray(values, dtype=float), LEVELS, axis=0)
    return {f"p{round(100 * level)}": [float(x) for x in row] for level, row in zip(LEVELS, quantiles, strict=True)}
