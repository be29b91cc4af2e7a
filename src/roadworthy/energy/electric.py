"""How much energy does a battery electric vehicle take from the wall?

Battery power = P+ / eta_d + spin + P_aux - r eta_d g(v) min(P-, p_reg m); wall energy = battery energy / eta_chg.
Limits: no battery temperature, no heating, no cold start; one drive efficiency per vehicle, from 378 electric test cars.
References: SAE J1634 (what the label measures); Guzzella and Sciarretta, Vehicle Propulsion Systems, ch. 4.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .car import Car
from .engine import YEARS_PER_STEP
from .parameters import Parameters


class Drive(eqx.Module):
    """What of the electric drive does not change along the trace."""

    eta_d: Float[Array, " n"]
    spin_N: Float[Array, " n"]
    """Spin loss per speed."""
    reg_W: Float[Array, " n"]
    """Largest braking power that the motor takes."""


def drive(car: Car, p: Parameters) -> Drive:
    """Constants of each electric drive: eta_d = e0 + e_y (year - 2016) / 5; spin loss by driven axles."""
    return Drive(
        eta_d=p.ev_e0 + p.ev_e_y * (car.year - p.year0) / YEARS_PER_STEP,
        spin_N=(p.ev_P_spin_W + p.ev_P_spin_awd_W * car.awd) / p.ev_speed_mps,
        reg_W=p.ev_p_reg_W_per_kg * car.test_kg,
    )


def wall_power(
    k: Drive, pull_W: Float[Array, " *n"], brake_W: Float[Array, " *n"], v_mps: Float[Array, " *n"], p: Parameters
) -> Float[Array, " *n"]:
    """Power from the wall, charging losses included; negative while braking gives back. [W]"""
    grip = jax.nn.sigmoid((v_mps - p.ev_v_reg_mps) / p.ev_w_reg_mps)
    back = p.ev_r * k.eta_d * grip * jnp.minimum(brake_W, k.reg_W)
    return (pull_W / k.eta_d + k.spin_N * v_mps + p.ev_P_aux_W - back) / p.ev_eta_chg
