"""How many more of its own occupants a vehicle kills over its life than the mean vehicle would on the same trips.

    extra_c = sum_a exposed_(c,a) sum_q share_(c,q) own_(c,q) - sum_a travel_(c,a) sum_q displaced_(c,q) own_(stock,q)
The comparison holds trips fixed: a car barred from motorways is not called safe because its owner drives them in another car. Slots
are compared on the roads of the miles they take over, incumbents on everybody's. Summed over what is sold and what is replaced it is
the own side of the fleet's deaths, undiscounted, so that what buyers feel and what the account counts are the same thing.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import SLOT_COUNT
from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.cohorts import lifetime_own_deaths, lives
from roadworthy.fleet.exposure import Exposure, base_share
from roadworthy.fleet.harm import Harm
from roadworthy.fleet.tables import FleetTables


def extra_own_deaths(harm: Harm, roads: Exposure, tables: FleetTables, a: FleetAssumptions) -> Float[Array, " c8"]:
    """Own deaths over a life above the mean vehicle's on the same trips, by slot and incumbent class. [1]

    `roads` has one row per slot.
    """
    base = jnp.broadcast_to(base_share(a), (harm.own.shape[0] - 1 - SLOT_COUNT, harm.own.shape[1]))
    displaced = jnp.concatenate([roads.displaced, base])
    factor = jnp.concatenate([roads.miles_factor, jnp.ones(base.shape[0])])
    own = lifetime_own_deaths(harm, roads.share, roads.miles_factor, tables, a)[:-1]
    mean = lives(tables, a).travel_m[:-1].sum(axis=-1) * factor * (displaced @ harm.own[-1])
    return own - mean
