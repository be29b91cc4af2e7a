"""Who buys the new car, which model each buyer would have bought, and the price at which it beats a rival.

    taken_j = sum_i w_i pe_i s_ij,   outside = sum_i w_i pe_i s_i0
    beaten:  sum_i w_i s_ij sigma(V_i,new(p) - V_ij) = 1/2 sum_i w_i s_ij      (half of the rival's buyers would rather have the new car)

The composition is that of one taste node and one draw; a caller maps it over draws. Limits: incumbents' prices stay; a rival's
buyers are taken as if all considered the new car; households carry urban or rural and their number of vehicles, no state.
Reference: Conlon and Mortimer (2021) for diversion; docs/rooms/market.md.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from roadworthy import data as bundled
from roadworthy.core.shapes import Index
from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import Market
from roadworthy.market.entry import launch, mean_utilities, own_money, taste_part
from roadworthy.market.inversion import non_price
from roadworthy.market.offers import Offers, cleaned
from roadworthy.market.world import MarketData, households

REGIONS = {"urban": "town or city", "rural": "country"}
VEHICLES = {"none": "no vehicle at home", "one": "one", "two": "two", "more": "three or more"}
POWERTRAIN = {"N": "", "HEV": " hybrid", "PHEV": " plug-in", "EV": " electric", "FCV": " fuel cell"}
HALVINGS = 45
HIGHEST_USD, LOWEST_USD = 150e3, -150e3
"""Where the price that beats a rival is looked for; a price below 0 means at no price."""


class Buyers(eqx.Module):
    """One draw. Shares sum to 1 over each list, units are of slot 0."""

    units: Float[Array, ""]
    region: Float[Array, " 2"]
    vehicles: Float[Array, " 4"]
    model: Float[Array, " J"]
    """Share of the buyers who would have bought each model; the rest come from outside the new market."""


class Scene(eqx.Module):
    """One node of the bank with its incumbents, and the new car before its price."""

    utility: Float[Array, "N J"]
    choice: Float[Array, "N J"]
    """Without the new car."""
    new: Float[Array, " N"]
    """Utility of slot 0 without its price."""
    mass: Float[Array, " N"]
    """w_i pe_i of slot 0."""
    alpha: Float[Array, " N"]


def scene(data: MarketData, market: Market, delta: Float[Array, " J"], offers: Offers, recorded: Offers, a: MarketAssumptions) -> Scene:
    """Utilities of one draw at one node (`delta` are its mean utilities)."""
    clean, base = cleaned(offers), cleaned(recorded)
    node, people = market.node, market.people
    alpha = node.a * (1.0 + clean.sales_tax_rate)
    utility = delta + non_price(node.tastes, data, node.tastes.fuel_valuation) - alpha[:, None] * data.offered.price_usd
    mean = mean_utilities(clean, base, market, a)
    line = launch(clean, market, a, mean)
    return Scene(
        utility=utility,
        choice=jnp.exp(utility - node.log_base[:, None]),
        new=mean[0] + taste_part(clean, market)[0] - node.a * own_money(clean, market, a)[0],
        mass=people.weights * line.pe[0],
        alpha=alpha,
    )


def household_groups(data: MarketData) -> tuple[Float[Array, "2 N"], Float[Array, "4 N"]]:
    """One-hot region type and vehicles at home of the households in use."""
    rows = households(len(data.people.weights))
    urban, owned = rows["urban"].to_numpy(), np.minimum(rows["vehicles"].to_numpy(), len(VEHICLES) - 1)
    region = np.stack([urban == 1, urban == 0]).astype(float)
    return jnp.asarray(region), jnp.asarray(np.stack([owned == k for k in range(len(VEHICLES))]).astype(float))


@eqx.filter_jit
def buyers(
    data: MarketData, market: Market, delta: Float[Array, " J"], offers: Offers, recorded: Offers, a: MarketAssumptions
) -> Buyers:  # fmt: skip
    """Who buys slot 0, and what they would have bought."""
    at = scene(data, market, delta, offers, recorded, a)
    region, vehicles = household_groups(data)
    total = jnp.where(at.mass.sum() > 0.0, at.mass.sum(), 1.0)
    return Buyers(
        units=market.node.market_size * at.mass.sum(),
        region=region @ at.mass / total,
        vehicles=vehicles @ at.mass / total,
        model=at.mass @ at.choice / total,
    )


@eqx.filter_jit
def beats(
    data: MarketData, market: Market, delta: Float[Array, " J"], offers: Offers, recorded: Offers, a: MarketAssumptions,
    rows: Int[Array, " r"],
) -> Float[Array, " r"]:  # fmt: skip
    """Price before tax at which half of each rival's buyers would rather have the new car. [USD]"""
    at = scene(data, market, delta, offers, recorded, a)
    held, against = market.people.weights[:, None] * at.choice[:, rows], at.utility[:, rows]
    half = 0.5 * held.sum(axis=0)

    def halve(_: Index, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        would = (held * jax.nn.sigmoid(at.new[:, None] - at.alpha[:, None] * middle - against)).sum(axis=0)
        return jnp.where(would > half, middle, low), jnp.where(would > half, high, middle)

    ones = jnp.ones_like(half)
    low, high = jax.lax.fori_loop(0, HALVINGS, halve, (LOWEST_USD * ones, HIGHEST_USD * ones))
    return 0.5 * (low + high)


def rival_rows(taken: Float[np.ndarray, "d J"], most: int = 6, smallest: int = 3) -> list[int]:
    """The models that most buyers would have bought, and the smallest on sale."""
    models = bundled.table("market/models")
    order = np.argsort(-taken.mean(axis=0))[:most]
    small = np.argsort(models["footprint_m2"].to_numpy())[:smallest]
    return [int(j) for j in dict.fromkeys((*order.tolist(), *small.tolist()))]


def model_name(row: int) -> str:
    """Brand, model and powertrain of a row of the choice set."""
    models = bundled.table("market/models").row(row, named=True)
    return f"{models['make']} {models['name']}{POWERTRAIN[models['powertrain']]}"
