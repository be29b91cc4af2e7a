"""What a lower age limit does to used imports: younger ones join the old ones, they do not replace them.

The recorded import, of age R, and all ages t from the lowest age A that the law admits up to R are alternatives of one slot. Buyers
differ over them by `used_vintage_spread_usd` s, and cars of `used_vintage_years` W years of age make one alternative. With m the
money a buyer counts against each (price, tax, age),
    z = (1/W) integral from A to R of exp((m_R - m(t)) / s) dt,   m = m_R - s ln(1 + z),   share of the young = z / (1 + z).
Each year more that the law admits adds to z, so a lower limit never costs a buyer anything; where it admits nothing younger, the slot
is exactly as recorded. Limits: price and duty linear in age between A and R; one spread for all buyers; W is assumed.
Reference: Small and Rosen (1981) for the inclusive value.
"""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.market.assumptions import MarketAssumptions

NODES, WEIGHTS = (np.asarray(each) for each in np.polynomial.legendre.leggauss(8))
PART, PARTS = (NODES + 1.0) / 2.0, WEIGHTS / 2.0
"""Gauss-Legendre on 0 to 1: exact to 1e-6 for values that grow by e^10 over the ages."""


class Vintage(NamedTuple):
    """Used imports of one age."""

    landed_usd: Scalar
    """Price before tax."""
    duty_usd: Scalar
    age_yr: Scalar


class Vintages(eqx.Module):
    """The used import as one slot."""

    landed_usd: Float[Array, ""]
    """Mean price before tax."""
    duty_usd: Float[Array, ""]
    age_yr: Float[Array, ""]
    """The age at which one vintage alone would be worth as much at that price."""
    young_share: Float[Array, ""]


def vintages(recorded: Vintage, youngest: Vintage, oldest: Vintage, sales_tax_rate: Scalar, a: MarketAssumptions) -> Vintages:
    """The recorded import and all that the law admits beside it as one offer.

    `youngest` and `oldest` are the ends of the ages that are let in as younger ones; `oldest` is of the recorded age, though its
    duty may differ. A limit above the recorded age leaves the slot as recorded.
    """
    tax, taste, s = 1.0 + sales_tax_rate, jnp.asarray(a.used_age_taste_usd_per_yr), jnp.asarray(a.used_vintage_spread_usd)

    def counted(one: Vintage) -> Scalar:
        return one.landed_usd * tax + taste * one.age_yr

    def mean(ages: Float[Array, " g"], low: Scalar, high: Scalar) -> Scalar:
        return jnp.asarray(high + (low - high) * (ages @ PART))

    years = jnp.maximum(oldest.age_yr - youngest.age_yr, 0.0)
    admitted = years > 0.0
    edge = (counted(recorded) - counted(oldest) + (counted(oldest) - counted(youngest)) * PART) / s
    grown = edge + jnp.log(PARTS) + jnp.log(jnp.where(admitted, years, 1.0) / jnp.asarray(a.used_vintage_years))
    ages, young = jax.nn.softmax(grown), jax.nn.logsumexp(grown)
    share = jax.nn.sigmoid(young) * admitted
    money = counted(recorded) - s * jax.nn.softplus(young) * admitted
    landed = recorded.landed_usd + share * (mean(ages, youngest.landed_usd, oldest.landed_usd) - recorded.landed_usd)
    duty = recorded.duty_usd + share * (mean(ages, youngest.duty_usd, oldest.duty_usd) - recorded.duty_usd)
    return Vintages(
        landed_usd=jnp.asarray(landed),
        duty_usd=jnp.asarray(duty),
        age_yr=jnp.where(admitted, (money - landed * tax) / taste, recorded.age_yr),
        young_share=share,
    )
