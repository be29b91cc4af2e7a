"""Why a headline moved: deaths by party, fuel and CO2 of one year, each as exposure, composition and rate.

    change = shares_of_change(today's fleet, what the slots add less what they replace)
Deaths are split over the slots and the four incumbent classes; miles moved on to or off the mean vehicle of the stock belong to the
incumbents by their share of today's miles. Fuel and CO2 are split over the slots and the rest of the fleet as one class.
Composition is that other vehicles drive the miles; rate is that a class itself changes: fewer new cars leave older ones, and
other roads. Limits: rebound is a line of its own and in none of these.
Reference: docs/rooms/fleet.md.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import SLOT_COUNT
from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.base import base_fleet
from roadworthy.fleet.decompose import shares_of_change
from roadworthy.fleet.harm import Harm
from roadworthy.fleet.roll import FleetPaths
from roadworthy.fleet.tables import FleetTables


class Change(eqx.Module):
    """Parts of the change of one year, last axis exposure, composition, rate."""

    deaths: Float[Array, "3 parts"]
    gallons: Float[Array, " parts"]
    co2_kg: Float[Array, " parts"]


def change(paths: FleetPaths, harm: Harm, tables: FleetTables, a: FleetAssumptions, year: int) -> Change:
    """Split what `roll` gave for calendar year `year` (0 the first sale year). The parts sum to the paths' own numbers."""
    today = base_fleet(harm, tables, a)
    none = jnp.zeros(SLOT_COUNT)
    rows = jnp.stack([harm.own, harm.partners, harm.outside])[:, SLOT_COUNT:-1]
    moved = tables.road_fleet * (rows @ paths.stock_by_road_m[:, year])
    miles = paths.miles_m[:-1, year].at[SLOT_COUNT:].add(tables.road_fleet * paths.miles_m[-1, year])
    base_m = jnp.concatenate([none, today.miles_m[:, year]])
    base_deaths = jnp.concatenate([jnp.zeros((rows.shape[0], SLOT_COUNT)), today.deaths[:, :, year]], axis=1)
    deaths = shares_of_change(base_m, base_deaths, miles, paths.deaths_by_class[:, :-1, year].at[:, SLOT_COUNT:].add(moved))

    def gathered(by_class: Float[Array, " c9"]) -> Float[Array, " n5"]:
        return jnp.concatenate([by_class[:SLOT_COUNT], jnp.sum(by_class[SLOT_COUNT:], keepdims=True)])

    rest_m = jnp.concatenate([none, jnp.sum(base_m, keepdims=True)])
    per_gallon = tables.gasoline_co2_kg_per_gallon + tables.refinery_co2_kg_per_gallon[year]
    burnt = jnp.concatenate([none, jnp.sum(base_m, keepdims=True)]) * tables.stock_gallons_per_m[year]
    gallons, kwh = gathered(paths.gallons_by_class[:, year]), gathered(paths.kwh_by_class[:, year])
    co2 = gallons * per_gallon + kwh * tables.grid_co2_kg_per_kwh[year]
    fuel = shares_of_change(rest_m, jnp.stack([burnt, burnt * per_gallon]), gathered(paths.miles_m[:, year]), jnp.stack([gallons, co2]))
    return Change(deaths=deaths, gallons=fuel[0], co2_kg=fuel[1])
