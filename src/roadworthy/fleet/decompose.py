"""Why deaths, fuel or CO2 changed: more miles, other vehicles, or riskier (thirstier) ones.

D = sum_c M share_c rate_c. The change is split into exposure (M), composition (share_c) and rate (rate_c) by the mean over the
3! orders in which the three may change (Shapley): the parts sum to the change exactly and depend on no order.
Limits: a class with no miles on one side has no rate there and takes the other side's, so its arrival counts as composition.
Reference: Shapley (1953); Ang (2004) on index decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from roadworthy.core import InputError


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a fleet: `miles_m` and `amount` (deaths, litres, kg), both [..., c]."""

    miles_m: np.ndarray
    amount: np.ndarray


@dataclass(frozen=True, slots=True)
class Split:
    """The change of an amount in three parts, [...]; `total` is their sum."""

    exposure: np.ndarray
    composition: np.ndarray
    rate: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Exposure + composition + rate."""
        return np.asarray(self.exposure + self.composition + self.rate)


def _rate(side: Side, other: Side) -> np.ndarray:
    own = np.divide(side.amount, side.miles_m, out=np.full_like(side.amount, np.nan, dtype=float), where=side.miles_m != 0.0)
    theirs = np.divide(other.amount, other.miles_m, out=np.zeros_like(other.amount, dtype=float), where=other.miles_m != 0.0)
    return np.where(np.isnan(own), theirs, own)


def decompose(before: Side, after: Side) -> Split:
    """Split the change from `before` to `after`, exact to rounding."""
    for side in (before, after):
        if side.miles_m.shape != side.amount.shape or side.miles_m.shape != before.miles_m.shape:
            raise InputError(
                f"miles {side.miles_m.shape} and amounts {side.amount.shape} differ in shape",
                "give both sides over the same classes",
                code="decompose.shape",
            )
        if np.any(side.miles_m < 0.0) or np.any((side.miles_m == 0.0) & (side.amount != 0.0)):
            raise InputError(
                "a class has negative miles, or an amount without miles",
                "decompose states of a fleet (base, and base plus change), not the change itself",
                code="decompose.miles",
            )
    states = []
    for side, other in ((before, after), (after, before)):
        miles = side.miles_m.sum(axis=-1, keepdims=True)
        share = np.divide(side.miles_m, miles, out=np.zeros_like(side.miles_m, dtype=float), where=miles != 0.0)
        states.append((miles, share, _rate(side, other)))

    def amount(chosen: tuple[int, int, int]) -> np.ndarray:
        miles, share, rate = (states[chosen[k]][k] for k in range(3))
        return np.asarray((miles * share * rate).sum(axis=-1))

    parts = [np.zeros(before.miles_m.shape[:-1]) for _ in range(3)]
    orders = list(permutations(range(3)))
    for order in orders:
        now = [0, 0, 0]
        for factor in order:
            previous = amount((now[0], now[1], now[2]))
            now[factor] = 1
            parts[factor] = parts[factor] + (amount((now[0], now[1], now[2])) - previous) / len(orders)
    return Split(*(np.asarray(part) for part in parts))


def scrapped(stock: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """Vehicles that leave each year, [..., t]: the stock identity N_t - N_(t-1) = entries_t - scrapped_t solved for the last."""
    previous = np.concatenate([np.zeros_like(stock[..., :1]), stock[..., :-1]], axis=-1)
    return entries - (stock - previous)
