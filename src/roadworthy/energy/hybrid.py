"""How much fuel does a strong hybrid burn, when every joule it borrows from the battery is paid back?

Equivalent consumption, charge-sustaining by accounting: electric energy costs the fuel of making it again at the engine's best
point, lambda = 1 / (eta_opt eta_chain). Each second takes the cheaper way, softly:

    fuel = min( (P + P_f(N)) / eta_i,  lambda P ) - lambda r min(P-, p_reg m),   P = P+ / eta_t + P_aux,   N = max(P / W, N_min)

with W the brake work per revolution at the preferred pressure, so that the engine drives above P = W N_min and rests below.
Limits: no state of charge, so no full or empty battery; power-split and parallel drives differ by their driveline efficiency alone.
References: Sciarretta and Guzzella, Control of hybrid electric vehicles, IEEE Control Systems 27 (2007); Paganelli and others (2002).
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .car import Car
from .engine import STROKES, YEARS_PER_STEP, Engine, soft_maximum, soft_positive
from .parameters import Parameters


class Hybrid(eqx.Module):
    """What of a hybrid drive does not change along the trace."""

    eta_i: Float[Array, " n"]
    friction_J: Float[Array, " n"]
    work_per_rev_J: Float[Array, " n"]
    price: Float[Array, " n"]
    """Fuel energy that stands for one joule from the battery (lambda)."""
    reg_W: Float[Array, " n"]
    eta_t: Float[Array, " n"]


def hybrid(car: Car, k: Engine, p: Parameters) -> Hybrid:
    """Constants of each hybrid drive, on the engine `k` of the same car: eta_opt = eta_i / (1 + friction / work per revolution)."""
    eta_i = k.eta_i + p.hev_e + p.hev_e_y * (car.year - p.year0) / YEARS_PER_STEP
    eta_t = p.hev_eta_geared + (p.hev_eta_t - p.hev_eta_geared) * car.cvt  # power-split drives are listed as CVT
    work = p.hev_bmep_Pa * car.displacement_m3 / STROKES
    best = eta_i / (1.0 + k.friction_J / work)
    return Hybrid(eta_i, k.friction_J, work, 1.0 / (best * p.hev_eta_chain), p.hev_p_reg_W_per_kg * car.test_kg, eta_t)


def fuel_power(
    k: Hybrid, pull_W: Float[Array, " *n"], brake_W: Float[Array, " *n"], v_mps: Float[Array, " *n"], p: Parameters
) -> tuple[Float[Array, " *n"], Float[Array, " *n"]]:
    """Equivalent fuel power of the warm drive, negative while braking gives back, and what a cold start adds to, relative to a petrol car. [W]"""
    need = pull_W / k.eta_t + p.hev_P_aux_W
    speed = soft_maximum(need / k.work_per_rev_J, jnp.full_like(need, p.hev_N_min), p.w_rev)
    friction = k.friction_J * speed
    by_engine = (need + friction) / k.eta_i
    by_battery = k.price * need
    fuel = by_engine - soft_positive(by_engine - by_battery, p.hev_w_W)
    grip = jax.nn.sigmoid((v_mps - p.ev_v_reg_mps) / p.ev_w_reg_mps)
    back = k.price * p.hev_r * grip * jnp.minimum(brake_W, k.reg_W)
    return fuel - back, friction / k.eta_i * p.hev_c
