"""Deaths per metre driven: own occupants, people in the vehicles met, people outside.

With B driver deaths per metre, o occupants per driver, s shares of driver deaths by crash type, w weights of partners, K the
field kernel of the crash room and Kbar its mean over today's fleet and roads,
    own      = o B f_own i [s1 rho_single e_q + sR rho_roll e_q + s3 e_q + s2 r_q sum_p w_p K_own(c,p,q) / Kbar]
    partners = o B i s2 r_q sum_p w_p K_partner(c,p,q) / Kbar
    outside  = Bn i rho_ped
r_q are crashes per mile on road q: slow roads have milder crashes and more of them, and r is set so that their share of deaths is
the recorded one. e_q = r_q (fleet mean of K in q) / Kbar carries the road gradient of two-vehicle crashes over to the others, i is
the crash involvement and f_own the own-injury factor of waived content. One formula for every class: differences are taken later. Today's
fleet on today's roads sums to the deaths counted by FARS, whatever the slots are.
One Kbar and one o serve both sides, so equal vehicles do each other equal harm and swapping two vehicles swaps the harms.
Limits: crashes per mile do not depend on class except by i; the road gradient of single-vehicle crashes is borrowed, and that of
faster surface roads against motorways is speed alone; harm to people outside is the same on all roads.
References: FARS 2016-20 counts (facts/fleet/deaths); BTS National Transportation Statistics, table 2-28 (deaths by posted speed); Evans (1993) for the pair risk behind K.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import SLOT_COUNT
from roadworthy.core.units import MILE_M
from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.exposure import base_share
from roadworthy.fleet.tables import FleetTables

TRILLION = 1e12


@runtime_checkable
class FieldKernel(Protocol):
    """What the crash room gives: fatality probability per two-vehicle crash, [8 classes, 4 partners, 3 environments]."""

    own: Any
    partner: Any


class Harm(eqx.Module):
    """Deaths per metre by class and environment."""

    own: Float[Array, "c9 q3"]
    partners: Float[Array, "c9 q3"]
    outside: Float[Array, "c9 q3"]
    own_by_type: Float[Array, "4 c9 q3"] | None = None
    """`own` by crash type in the order of tables.CRASH_TYPES; None where harm was given from outside."""


def base_distance_m(a: FleetAssumptions) -> Float[Array, ""]:
    """Distance of light vehicles in a year of the death counts. [m/yr]"""
    return jnp.asarray(a.light_vmt * TRILLION * MILE_M)


def driver_rate(tables: FleetTables, a: FleetAssumptions) -> Float[Array, ""]:
    """B: drivers killed per metre on today's fleet. [1/m]"""
    return tables.driver_deaths / base_distance_m(a)


def partner_weights(a: FleetAssumptions) -> Float[Array, " p4"]:
    """w: share of partners by kind, renormalised to 1. [-]"""
    w = jnp.stack([jnp.asarray(x, float) for x in (a.partner_car, a.partner_cuv, a.partner_pickup, a.partner_heavy)])
    return w / jnp.sum(w)


def crashes_per_mile(fleet_mean: Float[Array, " q3"], a: FleetAssumptions) -> Float[Array, " q3"]:
    """r: crashes per mile by environment over that of faster roads, at which slow roads have their share of deaths. [-]

    `fleet_mean` is today's fleet's mean risk per crash by environment.
    """
    weight = base_share(a) * fleet_mean
    odds = a.deaths_share_45 / (1.0 - a.deaths_share_45)
    slow = odds * jnp.sum(weight[1:]) / weight[0]
    return jnp.concatenate([slow[None], jnp.ones(fleet_mean.shape[0] - 1)])


def _per_class(slot_value: Any, classes: int) -> Float[Array, " n"]:
    """A slot's relative risk in the rows of slots, 1 in those of incumbents."""
    return jnp.where(jnp.arange(classes) < SLOT_COUNT, jnp.asarray(slot_value, float), 1.0)


def harm_per_metre(
    kernel: FieldKernel,
    own_factor: Float[Array, " 8"],
    involvement_factor: Float[Array, " 8"],
    tables: FleetTables,
    a: FleetAssumptions,
) -> Harm:
    """Deaths per metre of slots, incumbents and the mean vehicle of the stock, calibrated so that today's fleet sums to FARS."""
    met = partner_weights(a)
    own = jnp.einsum("p,cpq->cq", met, jnp.asarray(kernel.own, jnp.float64))
    partner = jnp.einsum("p,cpq->cq", met, jnp.asarray(kernel.partner, jnp.float64))
    fleet_mean = tables.road_fleet @ own[SLOT_COUNT:]
    crashes = crashes_per_mile(fleet_mean, a)
    own, partner = own * crashes, partner * crashes
    reference = jnp.sum(base_share(a) * crashes * fleet_mean)
    environment = crashes * fleet_mean / reference

    two, single, roll, multiple = tables.crash_share
    classes = own.shape[0]
    per_metre = tables.occupants_per_driver * driver_rate(tables, a) * involvement_factor[:, None]
    # two vehicles, one against something fixed, rollover first, three and more: tables.CRASH_TYPES
    by_type = jnp.stack(
        [
            two * own / reference,
            single * _per_class(a.rho_single, classes)[:, None] * environment,
            roll * _per_class(a.rho_roll, classes)[:, None] * environment,
            jnp.broadcast_to(multiple * environment, own.shape),
        ]
    )
    by_type = jax.vmap(lambda rows: _with_stock(rows, tables))(per_metre * own_factor[:, None] * by_type)
    outside = tables.outside_deaths / base_distance_m(a) * involvement_factor * _per_class(a.rho_ped, classes)
    return Harm(
        own=by_type.sum(axis=0),
        partners=_with_stock(per_metre * two * partner / reference, tables),
        outside=_with_stock(jnp.broadcast_to(outside[:, None], own.shape), tables),
        own_by_type=by_type,
    )


def _with_stock(rows: Float[Array, "8 q3"], tables: FleetTables) -> Float[Array, "9 q3"]:
    """Append the mean vehicle on the road: the incumbents weighted by their miles."""
    return jnp.concatenate([rows, (tables.road_fleet @ rows[SLOT_COUNT:])[None]])
