"""Would a second maker follow the first? How many lines pay when each takes sales and markup from the others.

    payoff_n = k_n margin Vhat n^-rho exp(m (1 - k_n)) - F,   k_n = (1 - rho) / (1 - rho / n),   n* = the most with payoff_n > 0

n alike makers sell in one nest of correlation rho: a copy splits the nest (rho near 1) or doubles it (0), the markup falls by k_n as in a
nested logit with equal shares, and sales rise by exp(m (1 - k_n)) because prices fall by that part m of a Bertrand markup 1 / alpha
which makers take. Vhat and F are those of `study.decide`: makers know costs, not demand. With one maker it is `decide` itself.
Limits: makers alike in cost, quality and route; each knows that the others enter; first order in the nest's share; no quota shared out.
References: Cardell (1997) for the nest; Bresnahan and Reiss (1991) for counting entrants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from roadworthy.study.decide import expected_volume

MOST = 6
"""Makers at most; more would be a market of its own."""
LARGEST_RHO = 0.999


@dataclass(frozen=True, slots=True)
class Rivals:
    """Per draw: how many makers enter, by which route (-1 for none), and what they sell over what one alone would."""

    makers: np.ndarray
    route: np.ndarray
    sales_factor: np.ndarray

    @property
    def mean(self) -> float:
        """Expected number of makers."""
        return float(self.makers.mean())

    def at_least(self, n: int) -> float:
        """Share of draws in which so many makers enter."""
        return float((self.makers >= n).mean())


def markup_left(n: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """k_n: a maker's markup beside n - 1 like it, over that of one alone in the nest."""
    return np.asarray((1.0 - rho) / (1.0 - rho / n))


def sales_of_all(n: np.ndarray, rho: np.ndarray, markup_share: np.ndarray) -> np.ndarray:
    """Sales of n makers together over those of one alone: variety, and lower prices."""
    return np.asarray(n ** (1.0 - rho) * np.exp(markup_share * (1.0 - markup_left(n, rho))))


def entrants(
    value_units: np.ndarray, landed_usd: np.ndarray, margin_usd: np.ndarray, fixed_usd: np.ndarray, open_route: np.ndarray,
    rho: np.ndarray, markup_share: np.ndarray,
) -> Rivals:  # fmt: skip
    """Makers that enter in each draw, by the route that is better for the first.

    value_units, landed_usd, margin_usd, fixed_usd: [draws, routes]; open_route: [routes] bool; rho, markup_share: [draws].
    """
    draws, routes = value_units.shape
    rho = np.clip(rho, 0.0, LARGEST_RHO)
    earned = np.full((draws, routes), -np.inf)
    for k in range(routes):
        if open_route[k]:
            earned[:, k] = margin_usd[:, k] * expected_volume(value_units[:, k], landed_usd[:, k])
    best = (earned - fixed_usd).argmax(axis=1)
    row = np.arange(draws)
    alone, fixed = earned[row, best], fixed_usd[row, best]
    n = np.arange(1.0, MOST + 1.0)[:, None]
    each = markup_left(n, rho) * sales_of_all(n, rho, markup_share) / n
    # a first maker that loses money on every car is followed by nobody, whatever n does to its loss
    count = np.where(alone > fixed, (each * np.maximum(alone, 0.0) > fixed).sum(axis=0), 0)
    some = np.maximum(count, 1).astype(float)
    factor = np.where(count > 0, sales_of_all(some, rho, markup_share), 0.0)
    return Rivals(makers=count, route=np.where(count > 0, best, -1), sales_factor=factor)
