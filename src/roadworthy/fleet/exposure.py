"""On which roads a vehicle is driven, and how much a bar from some roads takes away.

With base shares b_q and access A_q in 0..1, a vehicle drives b_q A_q of its miles as before; of the barred rest a part `shift` is
driven on allowed roads instead, in proportion to their allowed miles, and 1 - shift is not driven in it. The miles it takes from
other vehicles are those it would have driven, roads as they were: b_q (A_q + shift (1 - A_q)), the same total.
Limits: no public table of miles by posted speed was found; every share is assumed. A closed environment is closed for the whole
class, and a road cap moves no other vehicle's choice of road.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.fleet.assumptions import FleetAssumptions


class Exposure(eqx.Module):
    """Where one class drives under its road access."""

    share: Float[Array, "*batch q3"]
    """Share of its miles by environment. [-]"""
    miles_factor: Float[Array, " *batch"]
    """Its miles over those without a bar. [-]"""
    displaced: Float[Array, "*batch q3"]
    """Share by environment of the miles it takes over from other vehicles. [-]"""


def base_share(a: FleetAssumptions) -> Float[Array, " q3"]:
    """Share of light-vehicle miles by environment: 45 mph or less, other surface, limited access. [-]"""
    faster = 1.0 - a.share_45
    return jnp.stack([jnp.asarray(x) for x in (a.share_45, faster * (1.0 - a.share_limited), faster * a.share_limited)])


def speed_scale(a: FleetAssumptions) -> Float[Array, " q3"]:
    """Closing-speed scale by environment over that of the crash room's fit; other surface roads are the reference. [-]"""
    return jnp.stack([jnp.asarray(x, float) for x in (a.speed_scale_45, 1.0, a.speed_scale_limited)])


def exposure(road_access: Float[Array, " q3"], a: FleetAssumptions) -> Exposure:
    """Roads and miles of a class that may use `road_access` of each environment's miles. Nothing allowed gives no miles."""
    base = base_share(a)
    allowed = base * road_access
    total = jnp.sum(allowed)
    safe = jnp.where(total > 0.0, total, 1.0)
    barred = 1.0 - total
    factor = jnp.where(total > 0.0, total + a.shift * barred, 0.0)
    taken = base * (road_access + a.shift * (1.0 - road_access))
    return Exposure(
        share=jnp.where(total > 0.0, allowed / safe, base),
        miles_factor=factor,
        displaced=jnp.where(total > 0.0, taken / jnp.where(total > 0.0, factor, 1.0), base),
    )
