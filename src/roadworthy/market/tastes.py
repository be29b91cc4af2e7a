"""How households differ and what size is worth: the tastes of one node, and three laws of size.

    V_ij = delta_j - a_i P_ij + h ln(income_i / 95,000 USD) + s0 nu_i0 + sum_k sigma_k nu_ik x_jk,   a_i = a0 (income_i / 95,000 USD)^(-eta)
    B(A) = b [f(A_min) + (1 + kappa) (f(A) - f(A_min))] below the smallest size on sale, b f(A) above

Money inside utility is in 1000 USD of 2022 for a0 as published; functions return the utility of one dollar. Class random
coefficients carry "the second choice is the same class". Limits: normal, independent tastes; income acts through the price and through the taste for a new vehicle at all.
References: the published coefficients in market/moments; Petrin (2002); Grieco, Murry and Yurukoglu (2024).
"""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from numpy.typing import ArrayLike

from roadworthy.core.shapes import Index, Scalar

THOUSAND = 1000.0
Leaf = Float[Array, " *batch"] | float
"""One number, or one per node."""
TASTES = ("outside", "power_to_mass", "economy", "suv", "van", "pickup", "electric", "european", "luxury")
"""Order of the taste axis K; `outside` multiplies 1 for every offer."""


class Tastes(eqx.Module):
    """One vector of tastes. Standard deviations and slopes are in utility, already scaled to this price coefficient."""

    price_coefficient: Leaf
    """a0: utility of 1000 USD to a household at the reference income."""
    income_exponent: Leaf
    """eta: how fast the utility of money falls with income."""
    outside_sd: Leaf
    """s0: spread of the taste for having a new vehicle at all."""
    outside_income: Leaf
    """h: how the taste for having a new vehicle rises with ln(income)."""
    power_sd: Leaf
    """Spread of the taste for ln(power / mass)."""
    economy_sd: Leaf
    """Spread of the taste for ln(distance per unit of fuel) of vehicles with an engine."""
    suv_sd: Leaf
    van_sd: Leaf
    pickup_sd: Leaf
    electric_sd: Leaf
    european_sd: Leaf
    luxury_sd: Leaf
    power_mean: Leaf
    """Mean taste for ln(power / mass)."""
    size_slope_ln_area: Leaf
    """b of size form 0: utility of ln(length x width)."""
    size_slope_ln_footprint: Leaf
    """b of size form 1: utility of ln(footprint)."""
    size_slope_area_per_m2: Leaf
    """b of size form 2: utility of one m2 of length x width."""
    fuel_valuation: Leaf
    """g at which this market was inverted: USD paid for one USD of present value of fuel."""
    households_per_buyer: Leaf
    """Households divided by the size of the yearly market: 2.5 or 6."""

    def spread(self) -> Float[Array, " *batch K"]:
        """Standard deviations in the order of `TASTES`."""
        names = ("outside", "power", "economy", "suv", "van", "pickup", "electric", "european", "luxury")
        return jnp.stack([jnp.asarray(getattr(self, f"{name}_sd"), dtype=float) for name in names], axis=-1)

    def size_slopes(self) -> Float[Array, " *batch 3"]:
        """b of each size form."""
        slopes = (self.size_slope_ln_area, self.size_slope_ln_footprint, self.size_slope_area_per_m2)
        return jnp.stack([jnp.asarray(b, dtype=float) for b in slopes], axis=-1)


def money_utility(tastes: Tastes, income_usd: Float[Array, " N"], reference_usd: Scalar) -> Float[Array, " N"]:
    """a_i: utility of one dollar to each household. [1/USD]"""
    return tastes.price_coefficient / THOUSAND * (income_usd / reference_usd) ** (-jnp.asarray(tastes.income_exponent))


def wish(tastes: Tastes, income_usd: Float[Array, " N"], reference_usd: Scalar) -> Float[Array, " N"]:
    """What income adds to the utility of every new vehicle."""
    return tastes.outside_income * jnp.log(income_usd / reference_usd)


def deviations(tastes: Tastes, x: Float[Array, "J K"], nu: Float[Array, "K N"]) -> Float[Array, "N J"]:
    """Taste part of mu: sum_k sigma_k nu_ik x_jk."""
    return nu.T @ (tastes.spread()[:, None] * x.T)


def size_utility(
    tastes: Tastes,
    form: Index,
    kappa: Scalar,
    area_m2: Float[Array, " *e"],
    footprint_m2: Float[Array, " *e"],
    area_floor_m2: Scalar,
    footprint_floor_m2: Scalar,
) -> Float[Array, " *e"]:
    """B(size) under one of the three laws of `core.axes.SIZE_FORMS`; kappa steepens it below the smallest size on sale."""
    slope = tastes.size_slopes()

    def law(f: Float[Array, " *e"], floor: Float[Array, ""]) -> Float[Array, " *e"]:
        return floor + (f - floor) * jnp.where(f < floor, 1.0 + kappa, 1.0)

    area_floor, footprint_floor = jnp.asarray(area_floor_m2, dtype=float), jnp.asarray(footprint_floor_m2, dtype=float)
    laws = jnp.stack(
        [
            slope[0] * law(jnp.log(area_m2), jnp.log(area_floor)),
            slope[1] * law(jnp.log(footprint_m2), jnp.log(footprint_floor)),
            slope[2] * law(area_m2, area_floor),
        ]
    )
    return laws[form]


def from_columns(columns: Mapping[str, ArrayLike]) -> Tastes:
    """Tastes from named columns; each leaf takes the column's shape."""
    names = Tastes.__dataclass_fields__
    return Tastes(**{name: jnp.asarray(columns[name], dtype=float) for name in names})
