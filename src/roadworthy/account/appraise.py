"""What it is all worth: market dollars and fleet paths as one account in present values, each harm counted once.

    net = buyers + makers at home + government - valued harms + felt by buyers + fuel - fuel already counted
Buyers' gain and profits are booked when the car is sold; harms, fuel and CO2 of cars sold in the 30 sale years are followed to
their death. Own risk is taken gross and the very dollars of it that entered utility are given back; the same for fuel, so the
split does not depend on the discount rate inside utility. Taxes sit inside prices and hence inside gain and profit; government
revenue is added once. A programme's cost falls on its maker where it is spent. World = national + makers abroad.
CO2 is discounted at the rate its stream was made with, in every column. Rebound miles are worth to the driver what they cost
him at the margin, so only harm to others and the fuel tax remain.
Services and time at the pump are in no utility and are taken gross.
Limits: national; no wages or growth; injuries follow deaths by one multiple for every class and party; foreign buyers and foreign climate shares not split.
References: OMB Circular A-4 (2003); US DOT value of a statistical life.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.account.assumptions import AccountAssumptions
from roadworthy.account.lines import NAMES
from roadworthy.account.present import discount
from roadworthy.account.values import MONEY_YEAR, Values
from roadworthy.core.axes import CLASSES, SLOT_COUNT, SLOTS
from roadworthy.core.shapes import Scalar
from roadworthy.fleet import FleetPaths

ELECTRIC_SLOTS = ("kei_ev",)


class MarketDollars(eqx.Module):
    """What the market room says of each sale year, reform less no slots. [2022 USD]"""

    surplus: Float[Array, " y30"]
    """Gain of the entrant's buyers, taxes paid."""
    rival_price_gain: Float[Array, " y30"]
    """Gain of all other buyers from rivals' price cuts."""
    entrant_profit: Float[Array, " y30"]
    """Margin x units."""
    fixed_cost: Float[Array, " y30"]
    """Programme and plant, in the year they are spent."""
    incumbents_profit_us: Float[Array, " y30"]
    """Change of profits of US makers; a loss is negative."""
    incumbents_profit_foreign: Float[Array, " y30"]
    duty: Float[Array, " y30"]
    """Revenue gained."""
    sales_tax: Float[Array, " y30"]
    """Revenue gained, less that lost on cars not sold."""
    subsidy: Float[Array, " y30"]
    """Paid out."""
    felt_risk: Float[Array, " y30"]
    """Own risk that lowered utility, entrant less replaced; a loss is positive."""
    felt_fuel: Float[Array, " y30"]
    """Fuel saving that raised utility."""
    entrant_home_share: Float[Array, ""]
    """US share of the entrant's profit and programme. [-]"""
    surplus_by_group: Float[Array, " g5"]
    """Share of buyers' gain by income group. [-]"""


class Account(eqx.Module):
    """Present values at the start of sale year 0. [2022 USD]"""

    lines: Float[Array, "r2 L"]
    """By rate and line, in the order of LINES."""
    net: Float[Array, " r2"]
    """The sum of the lines: worth to the country."""
    abroad: Float[Array, " r2"]
    """Profits of makers abroad."""
    world: Float[Array, " r2"]
    """National net + abroad."""
    who_pays: Float[Array, "r2 w p"]
    """By rate, transfer and party; every row sums to zero."""
    by_group: Float[Array, "r2 g5"]
    """Buyers' line by income group."""
    co2_by_stream: Float[Array, " s"]
    """The CO2 line under every stream of SCGHG; the account's own is one of them."""


def value_of_life(values: Values, a: AccountAssumptions, years: int) -> Float[Array, " t"]:
    """Value of a statistical life by calendar year. [USD]"""
    when = values.start_year - MONEY_YEAR + jnp.arange(years)
    return a.vsl_usd * (1.0 + a.vsl_growth) ** when


def _air_usd(
    miles_m: Float[Array, "c9 t70"],
    gallons: Float[Array, " t70"],
    kwh: Float[Array, " t70"],
    burns: Float[Array, " c9"],
    values: Values,
    a: AccountAssumptions,
) -> Float[Array, "r2 t70"]:
    """Cost of pollutants by rate and year. [USD]"""

    # Both studies first, then their mixture: the tables hold no assumption, so draws share one matrix product.
    exhaust = jnp.einsum("srct,ct->srt", values.air_usd_per_m, miles_m * burns[:, None])
    cost = exhaust + values.air_usd_per_gallon * gallons + values.air_usd_per_kwh * kwh
    return cost[0] + a.air_high * (cost[1] - cost[0])


def _congestion_usd(miles_m: Float[Array, "c9 t70"], values: Values, a: AccountAssumptions) -> Float[Array, " t70"]:
    """Cost of congestion and noise by year. [USD]"""
    factor = jnp.where(jnp.arange(len(CLASSES)) < SLOT_COUNT, jnp.asarray(a.congestion_factor, float), 1.0)
    return (values.congestion_usd_per_m * factor + values.noise_usd_per_m) @ miles_m


def appraise(
    paths: FleetPaths,
    dollars: MarketDollars,
    values: Values,
    a: AccountAssumptions,
    electric: Float[Array, " e4"] | None = None,
) -> Account:
    """The account of one policy, draw and route. `electric` marks slots without exhaust; by default the kei EV."""
    sale_years, years = dollars.surplus.shape[-1], paths.fuel_retail_usd.shape[-1]
    at_sale, at_use = discount(values.rates, sale_years), discount(values.rates, years)
    slot_electric = jnp.asarray([float(name in ELECTRIC_SLOTS) for name in SLOTS]) if electric is None else jnp.asarray(electric, float)
    burns = jnp.concatenate([1.0 - slot_electric, jnp.ones(len(CLASSES) - SLOT_COUNT)])

    def sale(flow: Float[Array, " y30"]) -> Float[Array, " r2"]:
        return at_sale @ flow

    def use(flow: Float[Array, " t70"]) -> Float[Array, " r2"]:
        return at_use @ flow

    stream = jnp.asarray(a.scghg_choice)
    co2_at_each = values.scghg_usd_per_kg * discount(values.scghg_rate, years)
    co2_usd_per_kg = co2_at_each[stream]
    co2_kg = paths.tailpipe_co2_kg + paths.upstream_co2_kg
    services = values.maintenance_usd_per_m[0] * burns + values.maintenance_usd_per_m[1] * (1.0 - burns)
    hours_usd = values.refuelling_usd_per_gallon @ paths.gallons_by_class + (values.charging_usd_per_m * (1.0 - burns)) @ paths.miles_m
    life = value_of_life(values, a, years)
    deaths = -jnp.stack([use(life * paths.deaths[party]) for party in range(3)])

    extra = paths.rebound
    extra_miles = jnp.concatenate([extra.miles_m, jnp.zeros((len(CLASSES) - SLOT_COUNT, years))])
    rebound = -(
        use(life * (extra.deaths[1] + extra.deaths[2]) + _congestion_usd(extra_miles, values, a))
        + use(values.security_usd_per_gallon * extra.gasoline_gallons - extra.fuel_tax_usd)
        + jnp.sum(at_use * _air_usd(extra_miles, extra.gasoline_gallons, extra.electricity_kwh, burns, values, a), axis=-1)
        + jnp.sum(co2_usd_per_kg * (extra.tailpipe_co2_kg + extra.upstream_co2_kg))
    )

    entrant = dollars.entrant_profit - dollars.fixed_cost
    home = dollars.entrant_home_share
    fuel_tax = use(paths.fuel_tax_usd)
    lines = {
        "buyers": sale(dollars.surplus + dollars.rival_price_gain),
        "makers": sale(home * entrant + dollars.incumbents_profit_us),
        "government": sale(dollars.duty + dollars.sales_tax - dollars.subsidy) + fuel_tax,
        "own_deaths": deaths[0],
        "felt_by_buyers": sale(dollars.felt_risk),
        "partner_deaths": deaths[1],
        "outside_deaths": deaths[2],
        "injuries": a.injury_multiple * (jnp.sum(deaths, axis=0) - use(life * (extra.deaths[1] + extra.deaths[2]))),
        "fuel": -use(paths.fuel_retail_usd),
        "fuel_already_counted": -sale(dollars.felt_fuel),
        "maintenance": -use(services @ paths.miles_m),
        "refuelling": -use(hours_usd),
        "co2": jnp.broadcast_to(-jnp.sum(co2_usd_per_kg * co2_kg), values.rates.shape),
        "air": -jnp.sum(at_use * _air_usd(paths.miles_m, paths.gasoline_gallons, paths.electricity_kwh, burns, values, a), axis=-1),
        "congestion_noise": -use(_congestion_usd(paths.miles_m, values, a)),
        "energy_security": -use(values.security_usd_per_gallon * paths.gasoline_gallons),
        "rebound": rebound,
    }
    table = jnp.stack([lines[name] for name in NAMES], axis=-1)
    net = jnp.sum(table, axis=-1)
    abroad = sale((1.0 - home) * entrant + dollars.incumbents_profit_foreign)
    return Account(
        lines=table,
        net=net,
        abroad=abroad,
        world=net + abroad,
        who_pays=_who_pays(sale(dollars.duty), sale(dollars.sales_tax), sale(dollars.subsidy), fuel_tax, sale(dollars.rival_price_gain)),
        by_group=lines["buyers"][:, None] * dollars.surplus_by_group,
        co2_by_stream=-(co2_at_each @ co2_kg),
    )


def _who_pays(
    duty: Float[Array, " r2"],
    sales_tax: Float[Array, " r2"],
    subsidy: Float[Array, " r2"],
    fuel_tax: Float[Array, " r2"],
    price_cuts: Float[Array, " r2"],
) -> Float[Array, "r2 w p"]:
    """Transfers by payer: duty is paid by the seller and recovered in the price, the others by buyers, price cuts by makers."""
    none = jnp.zeros_like(duty)
    rows = [
        (none, -duty, duty),
        (-sales_tax, none, sales_tax),
        (subsidy, none, -subsidy),
        (-fuel_tax, none, fuel_tax),
        (price_cuts, -price_cuts, none),
    ]
    return jnp.stack([jnp.stack(row, axis=-1) for row in rows], axis=-2)


def home_share(route: int, a: AccountAssumptions) -> Scalar:
    """US share of an entrant's profit by route of core.axes.ROUTES. [-]"""
    return (a.home_share_import, a.home_share_plant)[route]
