"""How much of a plug-in hybrid's driving is electric?

Depleting the battery it drives as an electric car, then as a strong hybrid; the share of miles before is the utility factor

    UF = 1 - exp(-(range / D)^k),   consumption = UF wall energy + (1 - UF) fuel energy.

D and k are fitted to the factors and ranges that fueleconomy.gov prints for plug-in hybrids (table `energy/defaults`; the curve of
SAE J2841 itself was not read). Limits: no blended driving with engine and battery together.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from .car import Car
from .parameters import Parameters, default


def depleting(car: Car) -> Car:
    """The same vehicles driven on their batteries; those without a plug are as they were."""
    return eqx.tree_at(lambda c: c.electric, car, jnp.maximum(car.electric, car.plug))


def utility(range_m: Float[Array, " *n"]) -> Float[Array, " *n"]:
    """Share of miles driven on the battery, for an electric range behind the label."""
    return 1.0 - jnp.exp(-((range_m / default("uf_range_m")) ** default("uf_shape")))


def composite(
    car: Car, fuel_J_per_m: Float[Array, " n"], wall_J_per_m: Float[Array, " n"], p: Parameters
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Energy per metre over both ways of driving, and the utility factor; without a plug the fuel as it is and 0."""
    plugged = (car.plug > 0.5) & jnp.isfinite(car.battery_J)
    store = jnp.where(plugged, car.battery_J, 1.0)
    wall = jnp.where(plugged, wall_J_per_m, 1.0)
    share = jnp.where(plugged, utility(p.plug_window * store / p.ev_eta_chg / wall), 0.0)
    return share * wall + (1.0 - share) * fuel_J_per_m, share
