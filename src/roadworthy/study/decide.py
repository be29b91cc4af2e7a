"""What makers do with a reform: they know their costs, not demand.

In each draw a maker compares, by route, its margin times the discounted volume it may expect at its own landed cost with the
money it must spend first, and enters the better route when that pays:

    margin_d Vhat(c_d) > F_d,    ln Vhat = alpha + beta c   (least squares over the draws of that reform and route).

Entering in exactly the draws that pay would be foresight and would flatter the reform; it is never used. The share of draws
with entry is conditional on the reform, the model and the priors, and is no forecast that anyone will. See docs/chain.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_DRAWS = 16
"""Below this a fit of volume on cost says nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Per draw: whether a maker enters, and by which route (-1 for none)."""

    enters: np.ndarray
    route: np.ndarray

    @property
    def share(self) -> float:
        """P(a maker enters)."""
        return float(self.enters.mean())


def expected_volume(value_units: np.ndarray, landed_usd: np.ndarray) -> np.ndarray:
    """Median discounted volume given the landed cost, by log-linear least squares; both [draws]."""
    usable = np.isfinite(value_units) & (value_units > 0) & np.isfinite(landed_usd)
    if usable.sum() < FEWEST_DRAWS:
        return np.zeros_like(value_units)
    x = landed_usd - landed_usd[usable].mean()
    design = np.stack([np.ones_like(x), x], axis=1)
    coefficients, *_ = np.linalg.lstsq(design[usable], np.log(value_units[usable]), rcond=None)
    return np.asarray(np.exp(design @ coefficients))


def decide(
    value_units: np.ndarray, landed_usd: np.ndarray, margin_usd: np.ndarray, fixed_usd: np.ndarray, open_route: np.ndarray
) -> Decision:
    """Entry draw by draw.

    value_units, landed_usd, margin_usd, fixed_usd: [draws, routes]; open_route: [routes] bool.
    """
    draws, routes = value_units.shape
    payoff = np.full((draws, routes), -np.inf)
    for k in range(routes):
        if open_route[k]:
            payoff[:, k] = margin_usd[:, k] * expected_volume(value_units[:, k], landed_usd[:, k]) - fixed_usd[:, k]
    best = payoff.argmax(axis=1)
    enters = payoff.max(axis=1) > 0
    return Decision(enters=enters, route=np.where(enters, best, -1))
