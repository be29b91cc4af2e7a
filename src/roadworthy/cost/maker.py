"""What a vehicle costs its maker by the time it stands at a US dealer, and what the maker must spend before the first one.

    import   c = (x + k theta)(1 + duty) + freight + k (1 - theta) + warranty      F = homologation + programme
    plant    c = x phi + k + warranty                                              F = the same + capacity x plant cost per unit
    used     c = (x_used + slope (25 - age))(1 + duty) + import cost               F = 0
    price at which nothing is earned = c / (1 - d)

x ex-factory price, k content cost, theta the share of it fitted before entry (it is in the customs value), phi the cost factor of a
US plant, d the dealer's share. Limits: no learning, one plant size, no exchange hedging; x is a share of the Japanese list price,
which is an assumption. Reference: 19 USC 1401a (transaction value) for what duty is charged on.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from roadworthy.core.axes import NEW_SLOTS
from roadworthy.core.shapes import Scalar
from roadworthy.cost.assumptions import CostAssumptions
from roadworthy.cost.content import NEW, Content

REFERENCE_AGE_YR = 25.0
"""Age at which `used_price_jpy` is stated: that of 49 USC 30112(b)(9), the age of today's imports."""


class SlotFacts(eqx.Module):
    """What the cost of a slot rests on. A list price is held in its own currency: one of the two prices is zero."""

    retail_jpy: Float[Array, " e"]
    """Japanese list price without consumption tax. [JPY]"""
    retail_usd: Float[Array, " e"]
    """List price without tax of a vehicle priced elsewhere. [USD]"""
    mass_kg: Float[Array, " e"]
    electric: Bool[Array, " e"]
    known: Bool[Array, " e"]
    """Whether a price is known; the door of a slot without one must stay closed. Its numbers are finite but mean nothing."""
    nose: Bool[Array, " e"]
    """Whether it crushes ahead of the cab; not so where the cab stands over the front axle."""


class Build(eqx.Module):
    """Unit cost per slot and route, and fixed cost per route."""

    landed_usd: Float[Array, "e k"]
    fixed_usd: Float[Array, " k"]
    customs_value_usd: Float[Array, "e k"]
    duty_usd: Float[Array, "e k"]


def import_unit_usd(
    x_usd: Float[Array, " e"], k_usd: Float[Array, " e"], duty: Float[Array, " e"], a: CostAssumptions
) -> Float[Array, " e"]:
    """Landed unit cost of an imported new vehicle. [USD]"""
    return customs_value_usd(x_usd, k_usd, a) * (1.0 + duty) + a.freight_usd + k_usd * (1.0 - a.theta_in) + a.warranty_usd


def customs_value_usd(x_usd: Float[Array, " e"], k_usd: Float[Array, " e"], a: CostAssumptions) -> Float[Array, " e"]:
    """What duty is charged on: the car as it arrives. [USD]"""
    return x_usd + k_usd * a.theta_in


def plant_unit_usd(x_usd: Float[Array, " e"], k_usd: Float[Array, " e"], a: CostAssumptions) -> Float[Array, " e"]:
    """Unit cost of a vehicle built in the United States, its plant apart. [USD]"""
    return x_usd * a.plant_unit_cost_factor + k_usd + a.warranty_usd


def used_value_usd(import_age_yr: Scalar, a: CostAssumptions) -> Float[Array, ""]:
    """Price in Japan of the used vehicle at the age that the law admits; younger ones cost more. [USD]"""
    return jnp.asarray(a.used_price_jpy / a.jpy_per_usd + a.used_age_slope_usd_per_yr * (REFERENCE_AGE_YR - import_age_yr))


def used_import_usd(import_age_yr: Scalar, duty: Scalar, a: CostAssumptions) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Landed cost of a used import of an age, and the duty in it. [USD]"""
    value = used_value_usd(import_age_yr, a)
    return value * (1.0 + duty) + a.used_import_cost_usd, value * duty


def ex_factory_usd(slots: SlotFacts, a: CostAssumptions) -> Float[Array, " e"]:
    """What the maker charges at its gate. [USD]"""
    return a.ex_factory_share * (slots.retail_jpy / a.jpy_per_usd + slots.retail_usd)


def build(slots: SlotFacts, content: Content, duty: Float[Array, "e k"], import_age_yr: Scalar, a: CostAssumptions) -> Build:
    """Landed cost, customs value and duty per slot and route, and fixed cost per route.

    The used import is the same by both routes and has no fixed cost; subsidies belong to the price, in market.
    """
    x, k = ex_factory_usd(slots, a), content.cost_usd
    new = jnp.asarray(NEW)
    used = used_value_usd(import_age_yr, a)
    used_landed, _ = used_import_usd(import_age_yr, duty[NEW_SLOTS, 0], a)
    customs = jnp.where(new, customs_value_usd(x, k, a), used)
    by_import = jnp.where(new, import_unit_usd(x, k, duty[:, 0], a), used_landed)
    by_plant = jnp.where(new, plant_unit_usd(x, k, a), used_landed)
    value = jnp.stack([customs, jnp.where(new, 0.0, used)], axis=1)
    programme = a.homologation_usd + content.programme_usd
    return Build(
        landed_usd=jnp.stack([by_import, by_plant], axis=1),
        fixed_usd=jnp.stack([programme, programme + a.plant_capacity * a.plant_usd_per_unit]),
        customs_value_usd=value,
        duty_usd=value * duty[:, :1],
    )


def price_floor_usd(landed_usd: Float[Array, " *batch"], a: CostAssumptions) -> Float[Array, " *batch"]:
    """The price at which the maker earns nothing on a unit. [USD]"""
    return landed_usd / (1.0 - a.dealer_share)
