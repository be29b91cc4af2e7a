"""From units sold to vehicles, miles, deaths, fuel and CO2 by calendar year, always as additions: the slots less what they replace.

    + units of each slot; - the new cars their buyers would have bought, by class; and the remainder of the miles on the mean
    vehicle of the stock, so that total miles change by exactly (1 - delta_e) of the slots' miles:
    delta_e = delta (1 - outside_e (none + second_induced second)),  outside_e = 1 - sum_n lost_(e,n)
A buyer from the outside good would have used a used car (it stays on the road with someone else, driven less), kept a car and
added a second, or had none. The remainder keeps road environments: a car barred from motorways takes over the miles its owner
would drive in it, and motorway miles stay with other vehicles.
Rebound, miles driven because a mile is cheaper, is a line of its own: ratio^eps - 1 of the slots' miles, none for electric cars.
Everything is linear in units, so zero sales give exact zeros. Sold cars are followed to their death (70 calendar years).
Limits: baseline survival does not answer; no heavy or foreign fleets; replaced new cars burn gasoline unless their wall energy is given.
References: EPA OMEGA 2.5.0; AEO2023; the step-by-step sum is kept as an oracle in tests/fleet.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import SLOT_COUNT
from roadworthy.core.units import GASOLINE_J_PER_GALLON, KWH_J
from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.cohorts import over_years, roll_new, roll_slots
from roadworthy.fleet.exposure import base_share
from roadworthy.fleet.harm import Harm
from roadworthy.fleet.tables import CRASH_TYPES, FleetTables


class Withdrawn(eqx.Module):
    """New incumbent vehicles not sold for another reason than the slots, such as a fleet standard; below zero where more are sold."""

    units: Float[Array, "n4 y30"]
    petrol_J_per_m: Float[Array, "n4 y30"]
    """Gasoline a metre of all of them together; it may move without units, by better technology."""
    wall_J_per_m: Float[Array, "n4 y30"]


class FuelPaths(eqx.Module):
    """Energy bought and what it emits, by calendar year."""

    gasoline_gallons: Float[Array, " t70"]
    electricity_kwh: Float[Array, " t70"]
    """At the wall. [kWh]"""
    tailpipe_co2_kg: Float[Array, " t70"]
    upstream_co2_kg: Float[Array, " t70"]
    """Refining and power plants. [kg]"""
    fuel_retail_usd: Float[Array, " t70"]
    """Paid at pump and meter, taxes included. [USD]"""
    fuel_tax_usd: Float[Array, " t70"]


class Rebound(FuelPaths):
    """Miles driven because a mile is cheaper, and what they bring; in none of the other lines."""

    miles_m: Float[Array, "e4 t70"]
    deaths: Float[Array, "3 t70"]


class FleetPaths(FuelPaths):
    """What the slots add to the country less what they replace, by calendar year; rebound apart."""

    stock: Float[Array, "c9 t70"]
    """Vehicles on the road. The stock row is zero: used cars change hands, not number. [vehicles]"""
    miles_m: Float[Array, "c9 t70"]
    deaths: Float[Array, "3 t70"]
    """Own occupants, people in vehicles met, people outside. [deaths]"""
    deaths_by_class: Float[Array, "3 c9 t70"]
    deaths_by_road: Float[Array, "3 q3 t70"]
    """By road environment; the three roads sum to `deaths`. [deaths]"""
    own_by_type: Float[Array, "4 t70"]
    """Own occupants by crash type (tables.CRASH_TYPES); zeros where the harm does not say. [deaths]"""
    serious_injuries: Float[Array, "3 t70"]
    """People seriously injured, as a multiple of deaths. [people]"""
    gallons_by_class: Float[Array, "c9 t70"]
    """Gasoline by class; sums to gasoline_gallons. [gal]"""
    kwh_by_class: Float[Array, "c9 t70"]
    """Electricity by class; sums to electricity_kwh. [kWh]"""
    stock_by_road_m: Float[Array, "q3 t70"]
    """Miles moved on to (off, when negative) the mean vehicle of the stock, by road. [m]"""
    deaths_added: Float[Array, "3 t70"]
    """By the slots alone. [deaths]"""
    deaths_replaced: Float[Array, "3 t70"]
    """By what they replace, mostly negative; added + replaced = deaths. [deaths]"""
    rebound: Rebound


def displacement(outside: Float[Array, " e4"], a: FleetAssumptions) -> Float[Array, " e4"]:
    """delta_e: miles of other vehicles removed by one mile of a slot. [-]"""
    second = (1.0 - a.outside_used) * a.outside_second
    none = (1.0 - a.outside_used) * (1.0 - a.outside_second)
    return a.delta * (1.0 - outside * (none + a.second_induced * second))


def gasoline_usd_per_gallon(tables: FleetTables, a: FleetAssumptions) -> Float[Array, " t70"]:
    """Retail price of gasoline; the oil market moves the price before tax. [USD(2022)/gal]"""
    return tables.gasoline_pretax_usd_per_gallon * a.gasoline_price_factor + tables.gasoline_tax_usd_per_gallon


def fuel_paths(
    petrol_J: Float[Array, " t70"], wall_J: Float[Array, " t70"], tables: FleetTables, a: FleetAssumptions
) -> dict[str, Float[Array, " t70"]]:
    """Gallons, kWh, CO2, dollars and taxes of energy bought by year, by field of FuelPaths."""
    gallons = petrol_J / GASOLINE_J_PER_GALLON
    kwh = wall_J / KWH_J
    return {
        "gasoline_gallons": gallons,
        "electricity_kwh": kwh,
        "tailpipe_co2_kg": gallons * tables.gasoline_co2_kg_per_gallon,
        "upstream_co2_kg": gallons * tables.refinery_co2_kg_per_gallon + kwh * tables.grid_co2_kg_per_kwh,
        "fuel_retail_usd": gallons * gasoline_usd_per_gallon(tables, a) + kwh * tables.electricity_usd_per_kwh,
        "fuel_tax_usd": gallons * tables.gasoline_tax_usd_per_gallon + kwh * tables.electricity_tax_usd_per_kwh,
    }


def _rebound_share(
    consumption: Float[Array, " e4"], replaced: Float[Array, " e4"], electric: Float[Array, " e4"], a: FleetAssumptions
) -> Float[Array, " e4"]:
    """ratio^eps - 1 of fuel cars, ratio = fuel cost of a mile over that of what the buyer would have driven. [-]"""
    known = (consumption > 0.0) & (replaced > 0.0)
    ratio = jnp.where(known, consumption, 1.0) / jnp.where(known, replaced, 1.0)
    return (1.0 - electric) * (ratio**a.rebound - 1.0)


def roll(
    units: Float[Array, "e4 y30"],
    lost_per_unit: Float[Array, "e4 n4"],
    lost_consumption_J_per_m: Float[Array, "e4 n4"],
    consumption_J_per_m: Float[Array, " e4"],
    electric: Float[Array, " e4"],
    harm: Harm,
    exposure_share: Float[Array, "e4 q3"],
    miles_factor: Float[Array, " e4"],
    tables: FleetTables,
    a: FleetAssumptions,
    *,
    displaced_share: Float[Array, "e4 q3"] | None = None,
    lost_electricity_J_per_m: Float[Array, "e4 n4"] | None = None,
    withdrawn: Withdrawn | None = None,
) -> FleetPaths:
    """What `units` of the slots add to the fleet of the country.

    `lost_per_unit` are new cars by class not sold per unit sold; `lost_consumption_J_per_m` their mean gasoline (zero for the
    electric ones among them, whose wall energy is `lost_electricity_J_per_m`). `displaced_share` is Exposure.displaced; by
    default the roads of the country as they are. The miles of what is `withdrawn` fall on the stock, one for one.
    """
    base = base_share(a)
    slots, incumbents = slice(0, SLOT_COUNT), slice(SLOT_COUNT, SLOT_COUNT + lost_per_unit.shape[-1])
    new_travel = tables.survival[incumbents] * tables.miles_m[incumbents]
    electric = jnp.asarray(electric, jnp.float64)
    displaced = jnp.broadcast_to(base, exposure_share.shape) if displaced_share is None else displaced_share

    def lost_by_year(per_unit: Float[Array, "e4 n4"]) -> Float[Array, "n4 y30"]:
        return jnp.einsum("ey,en->ny", units, per_unit)

    sold = roll_slots(units, tables, a)
    gone = lost_by_year(lost_per_unit)
    gone_petrol = lost_by_year(lost_per_unit * lost_consumption_J_per_m)
    lost_wall = jnp.zeros_like(lost_per_unit) if lost_electricity_J_per_m is None else lost_electricity_J_per_m
    gone_wall = lost_by_year(lost_per_unit * lost_wall)
    if withdrawn is not None:
        gone, gone_petrol, gone_wall = gone + withdrawn.units, gone_petrol + withdrawn.petrol_J_per_m, gone_wall + withdrawn.wall_J_per_m
    lost = roll_new(gone, incumbents, tables, a)
    added_m, exposed_m = miles_factor[:, None] * sold.travel_m, miles_factor[:, None] * sold.exposed_m
    lost_m, lost_exposed_m = lost.travel_m, lost.exposed_m

    outside = 1.0 - jnp.sum(lost_per_unit, axis=-1)
    moved_m = jnp.einsum("e,et,eq->qt", displacement(outside, a), added_m, displaced)
    stock_m = base[:, None] * jnp.sum(lost_m, axis=0) - moved_m

    def per_road(
        rates: Float[Array, "c9 q3"], slot_m: Float[Array, "e4 t70"], new_m: Float[Array, "n4 t70"]
    ) -> tuple[Float[Array, "c9 t70"], Float[Array, "q3 t70"]]:
        """Deaths of one party by class and by road: slots on their own roads, replaced new cars on everybody's, the stock where the
        remainder is."""
        on_slots, on_new = exposure_share * rates[slots], base * rates[incumbents]
        by_class = [on_slots.sum(axis=-1)[:, None] * slot_m, -on_new.sum(axis=-1)[:, None] * new_m, (rates[-1] @ stock_m)[None]]
        return jnp.concatenate(by_class), on_slots.T @ slot_m - on_new.T @ new_m + rates[-1][:, None] * stock_m

    found = [
        per_road(harm.own, exposed_m, lost_exposed_m),
        per_road(harm.partners, added_m, lost_m),
        per_road(harm.outside, added_m, lost_m),
    ]
    by_class = jnp.stack([rows for rows, _ in found])
    types = jnp.zeros((len(CRASH_TYPES), *harm.own.shape)) if harm.own_by_type is None else harm.own_by_type
    own_by_type = (
        jnp.sum(exposure_share * types[:, slots], axis=-1) @ exposed_m
        - (types[:, incumbents] @ base) @ lost_exposed_m
        + types[:, -1] @ stock_m
    )

    consumption = consumption_J_per_m * a.slot_onroad_factor
    by_class_J = jnp.concatenate(
        [
            (consumption * (1.0 - electric))[:, None] * added_m,
            -over_years(gone_petrol, new_travel),
            (tables.stock_consumption_J_per_m * jnp.sum(stock_m, axis=0))[None],
        ]
    )
    petrol_J = jnp.sum(by_class_J, axis=0)
    wall_by_class_J = jnp.concatenate(
        [
            (consumption * electric)[:, None] * added_m,
            -over_years(gone_wall, new_travel),
            jnp.zeros_like(added_m[:1]),
        ]
    )
    wall_J = jnp.sum(wall_by_class_J, axis=0)

    replaced = jnp.sum(lost_per_unit * lost_consumption_J_per_m, axis=-1) + outside * tables.stock_consumption_J_per_m[0]
    extra = _rebound_share(consumption, replaced, electric, a)
    slot_deaths = by_class[:, slots]
    added = jnp.sum(slot_deaths, axis=1)
    total = jnp.sum(by_class, axis=1)
    return FleetPaths(
        **fuel_paths(petrol_J, wall_J, tables, a),
        stock=jnp.concatenate([sold.stock, -lost.stock, jnp.zeros_like(sold.stock[:1])]),
        miles_m=jnp.concatenate([added_m, -lost_m, jnp.sum(stock_m, axis=0)[None]]),
        deaths=total,
        deaths_by_class=by_class,
        deaths_by_road=jnp.stack([roads for _, roads in found]),
        own_by_type=own_by_type,
        serious_injuries=a.serious_per_death * total,
        gallons_by_class=by_class_J / GASOLINE_J_PER_GALLON,
        kwh_by_class=wall_by_class_J / KWH_J,
        stock_by_road_m=stock_m,
        deaths_added=added,
        deaths_replaced=total - added,
        rebound=Rebound(
            **fuel_paths(jnp.einsum("e,et->t", extra * consumption, added_m), jnp.zeros_like(petrol_J), tables, a),
            miles_m=extra[:, None] * added_m,
            deaths=jnp.einsum("e,pet->pt", extra, slot_deaths),
        ),
    )
