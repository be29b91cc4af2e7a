"""How does the risk of death grow with delta-v in the field (fit of layer 3)?

In each delta-v class of NASS CDS, delta-v is taken as exponential with the file's own tail scale, s = 15 / ln(N40+ / N55+), and the class
risk is the mean of P = 1 - exp(-(dv / V0)^k) over it. V0 and k minimise a binomial quasi-likelihood of the weighted class risks whose
effective sample is scaled to the raw number of deaths; the interval of k is the profile interval at 1.92.
Limits: five classes, the last open; a few very large weights; belts as recorded.
References: NASS CDS 1997-2002 (public domain, DAAG copy); Wedderburn 1974 (quasi-likelihood).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLASSES = ("1-9km/h", "10-24", "25-39", "40-54", "55+")
"""Delta-v classes of the file."""
LOW_KMH = np.array([1.0, 10.0, 25.0, 40.0, 55.0])
HIGH_KMH = np.array([10.0, 25.0, 40.0, 55.0, 130.0])
"""Bounds; the last class is open, and the exponential leaves nothing beyond 130 km/h."""
HALF_CHI_SQUARE = 1.92
"""Half the 95 % point of chi-square with one degree of freedom."""
EXPONENTS = (1.5, 10.0)
"""Bounds of the search for the exponent."""
TAIL_STEP_KMH = 15.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Weighted occupants and deaths, and raw deaths, by delta-v class."""

    occupants: np.ndarray
    deaths: np.ndarray
    deaths_raw: np.ndarray
    deaths_effective: np.ndarray
    """Deaths that equal weights would need for the same spread, (sum w)^2 / sum w^2: a few large weights dominate the file."""

    @property
    def tail_scale_kmh(self) -> float:
        """Scale of the exponential density of delta-v, from the two fastest classes."""
        return float(TAIL_STEP_KMH / np.log(self.occupants[3:].sum() / self.occupants[4]))


@dataclass(frozen=True, slots=True)
class Fit:
    """The fitted curve and the 95 % interval of its exponent."""

    v0_kmh: float
    k: float
    k_low: float
    k_high: float
    tail_scale_kmh: float
    deaths_raw: int


def count(dv_class: np.ndarray, weight: np.ndarray, dead: np.ndarray) -> Counts:
    """Counts by class from one row per occupant."""
    rows = [dv_class == name for name in CLASSES]
    return Counts(
        occupants=np.array([weight[row].sum() for row in rows]),
        deaths=np.array([weight[row & dead].sum() for row in rows]),
        deaths_raw=np.array([(row & dead).sum() for row in rows]),
        deaths_effective=np.array([weight[row & dead].sum() ** 2 / max((weight[row & dead] ** 2).sum(), 1e-12) for row in rows]),
    )


def class_risk(v0_kmh: float, k: float, tail_scale_kmh: float) -> np.ndarray:
    """Mean risk in each class, with delta-v exponential inside it."""
    x, w = np.polynomial.legendre.leggauss(40)
    dv = LOW_KMH[:, None] + (HIGH_KMH - LOW_KMH)[:, None] * 0.5 * (x + 1.0)
    density = w * np.exp(-(dv - LOW_KMH[:, None]) / tail_scale_kmh)
    risk = -np.expm1(-((dv / v0_kmh) ** k))
    return np.asarray((density * risk).sum(axis=1) / density.sum(axis=1))


def fit_scale(counts: Counts, k: float, tail_scale_kmh: float | None = None) -> tuple[float, float]:
    """V0 at a given exponent, and the quasi-deviance reached. [km/h]"""
    from scipy.optimize import minimize_scalar

    tail = counts.tail_scale_kmh if tail_scale_kmh is None else tail_scale_kmh
    weight = counts.deaths_raw.sum() / counts.deaths.sum()

    def loss(log_v0: float) -> float:
        p = np.clip(class_risk(float(np.exp(log_v0)), k, tail), 1e-12, 1.0 - 1e-12)
        return -float(weight * (counts.deaths @ np.log(p) + (counts.occupants - counts.deaths) @ np.log1p(-p)))

    found = minimize_scalar(loss, bounds=(np.log(30.0), np.log(300.0)), method="bounded")
    return float(np.exp(found.x)), float(found.fun)


def fit_field_risk(counts: Counts) -> Fit:
    """V0, k and the profile interval of k."""
    from scipy.optimize import brentq, minimize_scalar

    tail, (low, high) = counts.tail_scale_kmh, EXPONENTS

    def profile(k: float) -> float:
        return fit_scale(counts, k, tail)[1]

    best = minimize_scalar(profile, bounds=EXPONENTS, method="bounded", options={"xatol": 1e-3})
    k, bound = float(best.x), float(best.fun) + HALF_CHI_SQUARE

    def above(x: float) -> float:
        return profile(x) - bound

    ends = [float(brentq(above, a, b, xtol=1e-3)) for a, b in ((low, k), (k, high))]
    return Fit(fit_scale(counts, k, tail)[0], k, ends[0], ends[1], tail, int(counts.deaths_raw.sum()))
