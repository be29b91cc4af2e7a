"""Today's fleet without the slots: vehicles, miles and deaths by year, the level against which additions are read.

    miles_c(t) = light_vmt index(t) f_c,  deaths = miles x harm on today's roads
with the AEO path of light-vehicle miles, f the miles share by class and the harm of the calibration. In the years of the death
counts own deaths equal FARS occupants and outside deaths the FARS people outside.
Limits: mix and rates are held; a death in a two-vehicle crash is one vehicle's own and another's partner, so own and partners
of the whole fleet are not added.
References: EIA AEO2022; NHTSA FARS.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import SLOT_COUNT
from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.exposure import base_share
from roadworthy.fleet.harm import Harm, base_distance_m
from roadworthy.fleet.tables import FleetTables


class BaseFleet(eqx.Module):
    """Levels of today's fleet by calendar year."""

    vehicles: Float[Array, " t70"]
    miles_m: Float[Array, "n4 t70"]
    deaths: Float[Array, "3 n4 t70"]
    """Own, partners, outside by incumbent class; own + outside is the country's toll. [deaths]"""


def base_fleet(harm: Harm, tables: FleetTables, a: FleetAssumptions) -> BaseFleet:
    """Vehicles, miles and deaths of today's classes."""
    miles = base_distance_m(a) * tables.road_fleet[:, None] * tables.base_miles_index
    rates = jnp.stack([harm.own, harm.partners, harm.outside])[:, SLOT_COUNT:-1] @ base_share(a)
    return BaseFleet(vehicles=tables.base_vehicles, miles_m=miles, deaths=rates[..., None] * miles)


def calibration_deaths(harm: Harm, tables: FleetTables, a: FleetAssumptions) -> Float[Array, " 3"]:
    """Own, partner and outside deaths of a year of the death counts. [deaths/yr]"""
    rates = jnp.stack([harm.own, harm.partners, harm.outside])[:, SLOT_COUNT:-1] @ base_share(a)
    return rates @ tables.road_fleet * base_distance_m(a)
