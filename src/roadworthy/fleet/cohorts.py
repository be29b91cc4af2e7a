"""How cohorts become calendar years: a vehicle sold in year y is of age t - y in year t.

    out[t] = sum_y entries[y] weight[t - y]
No scan: weights by age are laid out as a matrix over sale and calendar year by repeating and reshaping; each sum is one product.
Limits: one survival and one travel by age for all cohorts of a class; own risk by age has a profile for each sale year.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import AGES, CALENDAR_YEARS, SALE_YEARS, SLOTS
from roadworthy.core.units import MILE_M
from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.exposure import base_share
from roadworthy.fleet.harm import Harm
from roadworthy.fleet.tables import FleetTables

USED_IMPORT = SLOTS.index("used_import")


class Lives(eqx.Module):
    """Survival, travel and own-risk-weighted travel of a vehicle sold, by class and age."""

    survival: Float[Array, "c9 a40"]
    travel_m: Float[Array, "c9 a40"]
    """Survival x metres a year. [m]"""
    exposed_m: Float[Array, "c9 a40"]
    """Travel x age profile of own risk of the first cohort. [m]"""


def lives(tables: FleetTables, a: FleetAssumptions) -> Lives:
    """Lives of all classes: new slots as cars times the kei factor, the used import by its own hazard and miles from its entry."""
    ages = jnp.arange(AGES)
    survival = tables.survival.at[USED_IMPORT].set(jnp.exp(-a.used_import_hazard * ages))
    miles = tables.miles_m.at[:USED_IMPORT].multiply(a.kei_miles_factor)
    miles = miles.at[USED_IMPORT].set(a.used_import_mi * MILE_M)
    travel = survival * miles
    return Lives(survival, travel, travel * (1.0 + a.age_strength * (tables.age_shape - 1.0)))


class Rolled(eqx.Module):
    """Cohorts summed into calendar years."""

    stock: Float[Array, "k t70"]
    travel_m: Float[Array, "k t70"]
    exposed_m: Float[Array, "k t70"]


def unfold(weight: Float[Array, "*k a40"]) -> Float[Array, "*k y30 t70"]:
    """Weights by age laid out over sale and calendar year: [.., y, t] = weight[.., t - y], zero where no such age.

    A row of t + 1 = 71 places, repeated and cut again into rows of 70, moves one place to the right with every sale year.
    """
    lead = weight.shape[:-1]
    row = jnp.concatenate([weight, jnp.zeros((*lead, CALENDAR_YEARS + 1 - AGES), weight.dtype)], axis=-1)
    many = jnp.broadcast_to(row[..., None, :], (*lead, SALE_YEARS, CALENDAR_YEARS + 1)).reshape(*lead, SALE_YEARS * (CALENDAR_YEARS + 1))
    return many[..., : SALE_YEARS * CALENDAR_YEARS].reshape(*lead, SALE_YEARS, CALENDAR_YEARS)


def over_years(entries: Float[Array, "k y30"], weight: Float[Array, "k a40"]) -> Float[Array, "k t70"]:
    """Cohorts weighted by age, summed into calendar years."""
    return jnp.einsum("ky,kyt->kt", entries, unfold(weight))


def roll_new(entries: Float[Array, "k y30"], rows: slice, tables: FleetTables, a: FleetAssumptions) -> Rolled:
    """Cohorts of new cars of the classes `rows`.

    The weights are the tables' own and no assumption enters them, so that draws share one matrix product.
    """
    survival = tables.survival[rows]
    travel = unfold(survival * tables.miles_m[rows])
    travel_m = jnp.einsum("ky,kyt->kt", entries, travel)
    at_risk = jnp.einsum("ky,kyt,yt->kt", entries, travel, _risk_by_year(tables))
    return Rolled(over_years(entries, survival), travel_m, travel_m + a.age_strength * (at_risk - travel_m))


def _risk_by_year(tables: FleetTables) -> Float[Array, "y30 t70"]:
    """Own risk of each cohort laid out over calendar years."""
    place = jnp.clip(jnp.arange(CALENDAR_YEARS) - jnp.arange(SALE_YEARS)[:, None], 0, AGES - 1)
    return jnp.take_along_axis(tables.cohort_risk, place, axis=1)


def roll_slots(units: Float[Array, "e4 y30"], tables: FleetTables, a: FleetAssumptions) -> Rolled:
    """Cohorts of the four slots: new keis as cars times the kei factor, used imports by their own hazard and miles."""
    new = roll_new(units[:USED_IMPORT], slice(0, USED_IMPORT), tables, a)
    used = over_years(units[USED_IMPORT:], jnp.exp(-a.used_import_hazard * jnp.arange(AGES))[None])
    used_m = used * a.used_import_mi * MILE_M
    return Rolled(
        jnp.concatenate([new.stock, used]),
        jnp.concatenate([new.travel_m * a.kei_miles_factor, used_m]),
        jnp.concatenate([new.exposed_m * a.kei_miles_factor, used_m]),
    )


def lifetime_own_deaths(
    harm: Harm,
    exposure_share: Float[Array, "e4 q3"],
    miles_factor: Float[Array, " e4"],
    tables: FleetTables,
    a: FleetAssumptions,
) -> Float[Array, " c9"]:
    """Occupants killed over the life of one vehicle sold, by class, undiscounted; the stock row is the mean vehicle. [1]

    Perceived own risk is a row less the stock's, times the value of a life.
    """
    others = jnp.broadcast_to(base_share(a), (harm.own.shape[0] - len(SLOTS), exposure_share.shape[-1]))
    share = jnp.concatenate([exposure_share, others])
    factor = jnp.concatenate([miles_factor, jnp.ones(others.shape[0])])
    return jnp.sum(lives(tables, a).exposed_m, axis=-1) * factor * jnp.sum(share * harm.own, axis=-1)
