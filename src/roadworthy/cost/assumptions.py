"""The uncertain numbers of the maker's side, one scalar leaf each.

Values, sources and distributions are in study/assumptions/cost.yaml; a leaf may carry a leading axis of draws before it is mapped.
"""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

Leaf = Float[Array, " *draws"] | float
"""One number, or one per draw before the draws are mapped over."""


class CostAssumptions(eqx.Module):
    """What it costs to make, change, ship and sell a vehicle, and what waived content brings in risk."""

    jpy_per_usd: Leaf
    """Exchange rate. [JPY/USD]"""
    ex_factory_share: Leaf
    """Ex-factory price over list price without tax. [-]"""
    content_usd: Leaf
    """Cost of all content blocks. [USD/vehicle]"""
    content_kg: Leaf
    """Mass of all content blocks. [kg]"""
    front_content_share: Leaf
    """Share of the front block that a new car with a nose still needs. [-]"""
    programme_usd: Leaf
    """One-off engineering of all content blocks. [USD]"""
    homologation_usd: Leaf
    """One-off certification, whatever is demanded. [USD]"""
    freight_usd: Leaf
    """Freight, port and inland haul of a new import. [USD/vehicle]"""
    theta_in: Leaf
    """Share of the content fitted before entry. [-]"""
    dealer_share: Leaf
    """Dealer's and distributor's share of the price. [-]"""
    warranty_usd: Leaf
    """Warranty and recalls. [USD/vehicle]"""
    plant_usd_per_unit: Leaf
    """New plant, per unit of yearly capacity. [USD]"""
    plant_capacity: Leaf
    """Yearly capacity of that plant. [units/yr]"""
    plant_unit_cost_factor: Leaf
    """Unit cost in that plant over the ex-factory price. [-]"""
    waived_injury_scale: Leaf
    """Multiplies the extra own injury of waived blocks. [-]"""
    waived_involvement_scale: Leaf
    """Multiplies the extra crash involvement of waived blocks. [-]"""
    used_price_jpy: Leaf
    """Used kei truck of 25 years, in Japan. [JPY]"""
    used_import_cost_usd: Leaf
    """All but car and duty of a used import. [USD/vehicle]"""
    used_age_slope_usd_per_yr: Leaf
    """Added price per year younger than 25. [USD/yr]"""
