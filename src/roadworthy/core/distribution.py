"""How far a value may be off: distributions as written in the lists of assumptions, drawn by inverse cumulative probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from roadworthy.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Distribution:
    """How far a value may be off. `kind` and `args` are as written in assumptions.yaml.

    normal(mean, sd[, lo, hi]) truncated when bounds are given; lognormal(median, sd_ln); uniform(lo, hi);
    triangular(lo, mode, hi); halfnormal(sd); choice(weight, ...) over 0..n-1.
    """

    kind: str
    args: tuple[float, ...]

    def ppf(self, u: np.ndarray) -> np.ndarray:
        """The value at cumulative probability u, both of shape [...]."""
        # scipy.special and not scipy.stats, whose import alone takes seconds
        from scipy.special import ndtr, ndtri

        a = self.args
        match self.kind:
            case "normal" if len(a) == 2:
                return np.asarray(a[0] + a[1] * ndtri(u))
            case "normal":
                low, high = ndtr((a[2] - a[0]) / a[1]), ndtr((a[3] - a[0]) / a[1])
                return np.clip(a[0] + a[1] * ndtri(low + u * (high - low)), a[2], a[3])
            case "lognormal":
                return np.asarray(a[0] * np.exp(a[1] * ndtri(u)))
            case "uniform":
                return np.asarray(a[0] + (a[1] - a[0]) * u)
            case "triangular":
                lo, mode, hi = a
                at_mode = (mode - lo) / (hi - lo)
                rising, falling = np.sqrt(u * (hi - lo) * (mode - lo)), np.sqrt((1.0 - u) * (hi - lo) * (hi - mode))
                return np.where(u < at_mode, lo + rising, hi - falling)
            case "halfnormal":
                return np.asarray(a[0] * ndtri(0.5 * (1.0 + u)))
            case "choice":
                edges = np.cumsum(np.asarray(a) / math.fsum(a))
                return np.minimum(np.searchsorted(edges, u, side="right"), len(a) - 1).astype(float)
        raise InputError(
            f"distribution {self.kind!r} is not known",
            "use normal, lognormal, uniform, triangular, halfnormal or choice",
            code="distribution.unknown",
        )

    def quantile(self, u: float) -> float:
        """One quantile as a plain float."""
        return float(self.ppf(np.asarray([u]))[0])
