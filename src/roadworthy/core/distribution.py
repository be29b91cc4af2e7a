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
        from scipy import stats

        a = self.args
        match self.kind:
            case "normal" if len(a) == 2:
                return np.asarray(stats.norm.ppf(u, a[0], a[1]))
            case "normal":
                lo, hi = (a[2] - a[0]) / a[1], (a[3] - a[0]) / a[1]
                return np.asarray(stats.truncnorm.ppf(u, lo, hi, a[0], a[1]))
            case "lognormal":
                return np.asarray(a[0] * np.exp(a[1] * stats.norm.ppf(u)))
            case "uniform":
                return np.asarray(a[0] + (a[1] - a[0]) * u)
            case "triangular":
                lo, mode, hi = a
                return np.asarray(stats.triang.ppf(u, (mode - lo) / (hi - lo), lo, hi - lo))
            case "halfnormal":
                return np.asarray(a[0] * stats.halfnorm.ppf(u))
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
