"""What a changed fleet standard does to incumbents and their buyers, in the terms of `Entry`: units, energy and dollars a year.

Reference: `market.standard`, docs/rooms/market.md.
"""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import Bank
from roadworthy.market.entry import ELECTRICITY, FUEL, GAIN, GASOLINE, PROFIT_FOREIGN, PROFIT_US, TAX, UNITS
from roadworthy.market.standard import shift


class Incumbents(eqx.Module):
    """Change against today's standard, a year of the MY2022 market; all exactly 0 where the standard is today's."""

    lost_units: Float[Array, " n"]
    """Sales lost, by class."""
    lost_gasoline_J_per_m: Float[Array, " n"]
    """Fuel energy a metre of all lost units together; better technology counts as fuel lost."""
    lost_electricity_J_per_m: Float[Array, " n"]
    gain_usd: Float[Array, ""]
    """Of buyers."""
    profit_us_usd: Float[Array, ""]
    profit_foreign_usd: Float[Array, ""]
    sales_tax_usd: Float[Array, ""]
    felt_risk_usd: Float[Array, ""]
    """Own risk that entered utility; more of it is positive."""
    felt_fuel_usd: Float[Array, ""]
    """Fuel that entered utility; more of it is positive."""


def incumbents(
    bank: Bank,
    class_risk_usd: Float[Array, " n"],
    scale: Scalar,
    penalty_usd_per_mpg: Scalar,
    base_scale: Scalar,
    base_penalty_usd_per_mpg: Scalar,
    a: MarketAssumptions,
) -> Incumbents:
    """What another scale or fine of the fleet standard changes in the draw's taste node."""
    lost = shift(bank.standard, scale, penalty_usd_per_mpg, base_scale, base_penalty_usd_per_mpg, a)
    return Incumbents(
        lost_units=lost[UNITS],
        lost_gasoline_J_per_m=lost[GASOLINE],
        lost_electricity_J_per_m=lost[ELECTRICITY],
        gain_usd=lost[GAIN],
        profit_us_usd=-lost[PROFIT_US],
        profit_foreign_usd=-lost[PROFIT_FOREIGN],
        sales_tax_usd=-lost[TAX],
        felt_risk_usd=-a.risk_valuation * (lost[UNITS] @ class_risk_usd),
        felt_fuel_usd=-a.fuel_valuation * lost[FUEL],
    )
