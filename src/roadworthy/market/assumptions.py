"""The uncertain numbers of the market room; sources and distributions in study/assumptions/market.yaml."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float, Int

from roadworthy import data
from roadworthy.market.tastes import Tastes, from_columns

Leaf = Float[Array, " *draws"] | float
"""One number, or one per draw before the draws are mapped over."""
Whole = Int[Array, " *draws"] | int


def central_tastes() -> Tastes:
    """Tastes of node 0, the central node; read by the exact engine only."""
    row = data.table("market/bank_tastes").head(1)
    return from_columns({name: row[name].to_numpy()[0] for name in Tastes.__dataclass_fields__})


class MarketAssumptions(eqx.Module):
    """Scalars that one draw of the market needs."""

    node: Whole = 0
    """Which of the prepared markets (tastes, mean utilities, costs)."""
    form: Whole = 0
    """Law of size, index into core.axes.SIZE_FORMS."""
    kappa: Leaf = 0.0
    """Extra steepness of the size law below the smallest size on sale. [-]"""
    consideration: Leaf = 0.525
    """pi, share of households that would consider the new offer at all. [-]"""
    xi_z: Leaf = 0.0
    """Standard normal score of the unobserved quality of the new offer."""
    highway_penalty_usd: Leaf = 6000.0
    """What not being able or allowed to use limited-access roads costs a buyer. [USD]"""
    risk_valuation: Leaf = 0.5
    """phi, share of the buyer's own extra risk (in dollars) that is felt at purchase. [-]"""
    fuel_valuation: Leaf = 0.75
    """g, dollars paid at purchase for one dollar of present value of fuel. [-]"""
    dealers: Leaf = 500.0
    """Dealers of the maker's line."""
    dealer_exponent: Leaf = 0.3
    """Utility of ln(dealers / 1500)."""
    markup_share: Leaf = 0.48
    """Share of the Bertrand markup that the maker takes, in price and margin alike. [-]"""
    novelty_kind: Whole = 1
    """0 curiosity, 1 plain."""
    novelty_noise: Leaf = 0.0
    """ln factor on sales of every year after the first. [-]"""
    novelty_curiosity_2: Leaf = 0.77
    novelty_curiosity_3: Leaf = 0.36
    novelty_curiosity_4: Leaf = 0.26
    """Sales of years 2, 3 and 4 (and after) over year 1, curiosity kind. [-]"""
    novelty_plain_2: Leaf = 1.04
    novelty_plain_3: Leaf = 0.86
    novelty_plain_4: Leaf = 0.86
    """The same, plain kind. [-]"""
    lag_import_yr: Leaf = 2.0
    """Years from the reform to the first full year of imported new cars."""
    lag_plant_yr: Leaf = 4.0
    """Years from the reform to the first full year of cars of a US plant."""
    entry_life_yr: Leaf = 7.0
    """T, years over which entry must pay."""
    entry_discount_rate: Leaf = 0.08
    """r of the business case. [1/yr]"""
    used_vintage_spread_usd: Leaf = 1500.0
    """How much buyers of used imports differ over younger and older ones. [USD]"""
    used_vintage_years: Leaf = 10.0
    """Years of age of used imports that together are one more thing to choose. [yr]"""
    renewal_share: Leaf = 0.5
    """Part of the fixed cost that is spent again each entry life, so that sales go on. [-]"""
    makers: Leaf = 1.0
    """Makers that share the line's sales; a quota is per maker."""
    used_import_factor: Leaf = 1.5
    """True yearly imports of used kei trucks over the recorded 7,594. [-]"""
    used_age_taste_usd_per_yr: Leaf = 200.0
    """What one more year of age costs a buyer of a used import, beyond its price. [USD/yr]"""
    nest_correlation: Leaf = 0.6
    """rho: how alike buyers find the lines of several makers of the new class; 1 for copies of one another. [-]"""
    comply_anyway: Leaf = 0.33
    """Share of the value of a mpg on which makers still act though the fine is zero. [-]"""
    mpg_value_usd: Leaf = 55.0
    """What a maker bound by the standard gives for one mpg of one vehicle before it stays short. [USD]"""
    tastes: Tastes = eqx.field(default_factory=central_tastes)
    """Tastes of the exact engine; the thin engine takes those of its node."""
