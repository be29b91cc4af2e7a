"""One node of tastes put on the observed market: mean utilities, elasticities and costs.

The market of a node is households / households_per_buyer buyers a year; shares are sales over that size. Price enters through
dV/dp = -a_i (1 + sales tax); fuel through its present value times the household's miles.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.market.demand import invert, market_elasticity, own_elasticities, probabilities
from roadworthy.market.pricing import recovered_margins
from roadworthy.market.tastes import Tastes, deviations, money_utility, wish
from roadworthy.market.world import MarketData


class Node(eqx.Module):
    """The MY2022 market under one vector of tastes."""

    delta: Float[Array, " J"]
    """Mean utility before price, fuel and tastes."""
    taste: Float[Array, "N J"]
    """mu without the price: tastes, fuel and perceived risk."""
    a: Float[Array, " N"]
    """Utility of one dollar."""
    price_slope: Float[Array, " N"]
    """dV/dp of the price before tax, -a (1 + sales tax)."""
    market_size: Float[Array, ""]
    """Buyers of the yearly market, units a year."""

    def probabilities(self, prices_usd: Float[Array, " J"]) -> Float[Array, "N J"]:
        """Choice probabilities at some prices."""
        return probabilities(self.delta, self.taste + self.price_slope[:, None] * prices_usd)


def market_size(tastes: Tastes, data: MarketData) -> Float[Array, ""]:
    """Yearly market: households over households per buyer."""
    return data.constants.households / tastes.households_per_buyer


def non_price(tastes: Tastes, data: MarketData, fuel_valuation: Scalar, risk_usd: Float[Array, " J"] | None = None) -> Float[Array, "N J"]:
    """mu without the price: random tastes, present value of fuel and, when given, perceived own risk in dollars."""
    a = money_utility(tastes, data.people.income_usd, data.constants.income_reference_usd)
    fuel = fuel_valuation * data.people.miles_factor[:, None] * data.offered.pv_fuel_usd
    felt = fuel if risk_usd is None else fuel + risk_usd
    income = wish(tastes, data.people.income_usd, data.constants.income_reference_usd)
    return deviations(tastes, data.offered.x, data.people.nu) + income[:, None] - a[:, None] * felt


def lift(t: Tastes, data: MarketData) -> Float[Array, " J"]:
    """ln of the mean of exp(mu) over consumers: what an offer of mean utility 0 is worth to the market."""
    a = money_utility(t, data.people.income_usd, data.constants.income_reference_usd)
    price = a[:, None] * (1.0 + data.constants.sales_tax_rate) * data.offered.price_usd
    mu = non_price(t, data, t.fuel_valuation) - price
    return jax.nn.logsumexp(mu + jnp.log(data.people.weights)[:, None], axis=0)


def node(
    tastes: Tastes,
    data: MarketData,
    start: Float[Array, " J"],
    *,
    fuel_valuation: Scalar | None = None,
    risk_usd: Float[Array, " J"] | None = None,
    contraction: int = 10,
    newton: int = 6,
) -> Node:
    """Invert the observed shares at these tastes."""
    g = tastes.fuel_valuation if fuel_valuation is None else fuel_valuation
    a = money_utility(tastes, data.people.income_usd, data.constants.income_reference_usd)
    slope = -a * (1.0 + data.constants.sales_tax_rate)
    taste = non_price(tastes, data, g, risk_usd)
    size = market_size(tastes, data)
    mu = taste + slope[:, None] * data.offered.price_usd
    delta = invert(data.offered.sales / size, mu, data.people.weights, start, contraction=contraction, newton=newton)
    return Node(delta=delta, taste=taste, a=a, price_slope=slope, market_size=jnp.asarray(size))


def elasticities(at: Node, data: MarketData) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Sales-weighted mean own elasticity and market elasticity of a node at observed prices."""
    s = at.probabilities(data.offered.price_usd)
    own = own_elasticities(s, data.people.weights, at.price_slope, data.offered.price_usd)
    mean_own = jnp.sum(own * data.offered.sales) / data.offered.sales.sum()
    return mean_own, market_elasticity(s, data.people.weights, at.price_slope, data.offered.price_usd)


def costs(at: Node, data: MarketData) -> Float[Array, " J"]:
    """Marginal costs that make the observed prices an equilibrium. [USD]"""
    s = at.probabilities(data.offered.price_usd)
    return data.offered.price_usd - recovered_margins(s, data.people.weights, at.price_slope, data.offered.owner)
