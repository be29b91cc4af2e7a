"""Why deaths, fuel or CO2 changed: more miles, other vehicles, or riskier (thirstier) ones.

D = sum_c M share_c rate_c. The change is split into exposure (M), composition (share_c) and rate (rate_c) by the mean over the
3! orders in which the three may change (Shapley): with three factors x, y, z
    part of x = dx [(y0 z0 + y1 z1) / 3 + (y0 z1 + y1 z0) / 6],
so the parts sum to the change exactly and depend on no order. `shares_of_change` is the same inside `jit`, for what a reform adds to a fleet.
Limits: a class with no miles on one side has no rate there and takes the other side's, so its arrival counts as composition.
Reference: Shapley (1953); Ang (2004) on index decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import InputError

PARTS = ("exposure", "composition", "rate")


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


def _part(change: Any, y: tuple[Any, Any], z: tuple[Any, Any]) -> Any:
    """The part of a factor that changes by `change` in the change of its product with y and z, summed over classes."""
    (y0, y1), (z0, z1) = y, z
    return (change * ((y0 * z0 + y1 * z1) / 3.0 + (y0 * z1 + y1 * z0) / 6.0)).sum(axis=-1)


def _quotient(above: np.ndarray, below: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """above / below, and `otherwise` where there is nothing to divide by."""
    some = below != 0.0
    return np.where(some, above / np.where(some, below, 1.0), otherwise)


def decompose(before: Side, after: Side) -> Split:
    """Split the change from `before` to `after`, exact to rounding.

    Raises InputError when shapes differ, miles are negative, or an amount stands without miles.
    """
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
    miles = [side.miles_m.sum(axis=-1, keepdims=True) for side in (before, after)]
    share = [_quotient(side.miles_m, whole, np.zeros_like(side.miles_m)) for side, whole in zip((before, after), miles, strict=True)]
    plain = [_quotient(side.amount, side.miles_m, np.zeros_like(side.amount)) for side in (before, after)]
    rate = [_quotient(side.amount, side.miles_m, other) for side, other in zip((before, after), reversed(plain), strict=True)]
    (m0, m1), (s0, s1), (r0, r1) = miles, share, rate
    return Split(
        exposure=np.asarray(_part(m1 - m0, (s0, s1), (r0, r1))),
        composition=np.asarray(_part(s1 - s0, (m0, m1), (r0, r1))),
        rate=np.asarray(_part(r1 - r0, (m0, m1), (s0, s1))),
    )


def shares_of_change(
    base_m: Float[Array, " n"], base_amount: Float[Array, "*p n"], added_m: Float[Array, " n"], added_amount: Float[Array, "*p n"]
) -> Float[Array, "*p 3"]:
    """What exposure, composition and rate have in `added_amount` on top of a fleet; every class keeps miles >= 0.

    The changes of the factors are formed from what is added, never as a difference of two levels, so the parts sum to the added
    amount to its own rounding and are exactly zero where nothing is added. Differentiable.
    """
    after_m, after = base_m + added_m, base_amount + added_amount
    whole, more = base_m.sum(keepdims=True), added_m.sum(keepdims=True)
    share = base_m / whole
    change_share = (added_m - share * more) / (whole + more)

    had, has = base_m > 0.0, after_m > 0.0
    mine, theirs = base_amount / jnp.where(had, base_m, 1.0), after / jnp.where(has, after_m, 1.0)
    rate = jnp.where(had, mine, jnp.where(has, theirs, 0.0))
    change_rate = jnp.where(had & has, (added_amount - rate * added_m) / jnp.where(has, after_m, 1.0), 0.0)

    miles, shares, rates = (whole, whole + more), (share, share + change_share), (rate, rate + change_rate)
    return jnp.stack(
        [_part(more, shares, rates), _part(change_share, miles, rates), _part(change_rate, miles, shares)],
        axis=-1,
    )


def scrapped(stock: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """Vehicles that leave each year, [..., t]: the stock identity N_t - N_(t-1) = entries_t - scrapped_t solved for the last."""
    previous = np.concatenate([np.zeros_like(stock[..., :1]), stock[..., :-1]], axis=-1)
    return entries - (stock - previous)
