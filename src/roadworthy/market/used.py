"""What a lower age limit does to used imports: younger ones join the old ones, they do not replace them.

Two vintages, at the recorded age and at the lowest age the law admits, are alternatives of one slot; buyers differ over them by
`used_vintage_spread_usd` s. With m the money a buyer counts against each (price, tax, age),
    m = m_old - s ln(1 + exp((m_old - m_young) / s)),   share of the young = 1 / (1 + exp((m_young - m_old) / s)).
Where the law admits nothing younger, the slot is exactly as recorded. Limits: two vintages stand for all; one spread for all buyers.
Reference: Small and Rosen (1981) for the inclusive value.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.market.assumptions import MarketAssumptions


class Vintages(eqx.Module):
    """The used import as one slot."""

    landed_usd: Float[Array, ""]
    """Mean price before tax."""
    duty_usd: Float[Array, ""]
    age_yr: Float[Array, ""]
    """The age at which one vintage alone would be worth as much at that price."""
    young_share: Float[Array, ""]


def vintages(
    old_landed_usd: Scalar, old_duty_usd: Scalar, old_age_yr: Scalar, young_landed_usd: Scalar, young_duty_usd: Scalar, young_age_yr: Scalar,
    sales_tax_rate: Scalar, a: MarketAssumptions,
) -> Vintages:  # fmt: skip
    """Both vintages as one offer."""
    tax, taste, s = 1.0 + sales_tax_rate, jnp.asarray(a.used_age_taste_usd_per_yr), jnp.asarray(a.used_vintage_spread_usd)
    old = old_landed_usd * tax + taste * old_age_yr
    young = young_landed_usd * tax + taste * young_age_yr
    admitted = jnp.asarray(young_age_yr < old_age_yr)
    edge = jnp.where(admitted, (old - young) / s, 0.0)
    share = jax.nn.sigmoid(edge) * admitted
    money = old - s * jax.nn.softplus(edge) * admitted
    landed = old_landed_usd + share * (young_landed_usd - old_landed_usd)
    return Vintages(
        landed_usd=jnp.asarray(landed),
        duty_usd=jnp.asarray(old_duty_usd + share * (young_duty_usd - old_duty_usd)),
        age_yr=jnp.where(admitted, (money - landed * tax) / taste, old_age_yr),
        young_share=share,
    )
