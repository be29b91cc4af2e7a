"""How much fuel does an engine burn to deliver a wheel power at a road speed?

Willans line: fuel power = on rich (P_b + P_f) / eta_i, with brake power P_b = P_0 + P_spin + P_aux, friction power P_f of
displacement and speed, P_0 = max(P_w, 0) / eta_t, and rich = 1 + k_rich max(P_b / P_rated - x_rich, 0)^2 at high load. Engine speed
comes from no shift map: N = max(N_top, N_load, N_idle), revs rising until the load fits under a preferred brake pressure.
Limits: no maps of gears or engine; all numbers are averages over makers (docs/rooms/energy.md tells how they were fitted).
References: Guzzella and Sciarretta, Vehicle Propulsion Systems, ch. 2-3 (Willans form); Heywood, Internal Combustion Engine Fundamentals.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar

from .car import Car, specific_power
from .parameters import Parameters

STROKES = 2.0
"""Revolutions per working cycle of a four-stroke engine."""
REFERENCE_DISPLACEMENT_M3 = 2.0e-3
REFERENCE_CYLINDERS = 4.0
REFERENCE_CYLINDER_M3 = 0.5e-3
REFERENCE_GEARS = 6.0
YEARS_PER_STEP = 5.0


class Engine(eqx.Module):
    """What of the engine and driveline does not change along the trace."""

    eta_t: Float[Array, " n"]
    low_loss: Float[Array, " n"]
    eta_i: Float[Array, " n"]
    friction_J: Float[Array, " n"]
    """Friction work per revolution at rest."""
    friction_Js: Float[Array, " n"]
    """Its growth per rev/s."""
    top_rev_per_m: Float[Array, " n"]
    work_per_rev_J: Float[Array, " n"]
    """Brake work per revolution at the preferred pressure."""
    extra_W: Float[Array, " n"]
    stop: Float[Array, " n"]
    rated_W: Float[Array, " n"]


def engine(car: Car, p: Parameters) -> Engine:
    """Constants of each engine and driveline.

    eta_t = eta_type + e_g (gears - 6) [not CVT] - e_awd [AWD];
    eta_i = e0 + e_DI DI + e_b boosted + e_y (year - 2016) / 5 + e_V ln(V_d / 2 L) + e_c ln(V_d / cyl / 0.5 L);
    P_f = [f0 (1 + f_c ln(cyl / 4)) + f1 N] [1 + (f_b - 1) boosted] [1 + f_s s] [1 + f_y (year - 2016) / 5] V_d N / 2;
    a diesel engine has its own e_diesel, f_diesel and preferred pressure in place of those of injection and boost.
    """
    plain = 1.0 - car.cvt - car.dct - car.manual
    eta_type = plain * p.eta_at + car.cvt * p.eta_cvt + car.dct * p.eta_dct + car.manual * p.eta_manual
    V = car.displacement_m3
    steps = (car.year - p.year0) / YEARS_PER_STEP
    spark = 1.0 - car.diesel
    size = (1.0 + (p.f_b - 1.0) * car.boosted * spark + (p.f_diesel - 1.0) * car.diesel) * V / STROKES
    size = size * (1.0 + p.f_s * specific_power(car, p)) * (1.0 + p.f_y * steps)
    gearing = (1.0 + (p.r_man - 1.0) * car.manual) * (1.0 + (p.r_cvt - 1.0) * car.cvt)
    bmep = p.bmep_na_Pa + (p.bmep_boosted_Pa - p.bmep_na_Pa) * car.boosted * spark + (p.bmep_diesel_Pa - p.bmep_na_Pa) * car.diesel
    bmep = bmep * gearing
    return Engine(
        eta_t=eta_type + p.e_g * (car.gears - REFERENCE_GEARS) * (1.0 - car.cvt) - p.e_awd * car.awd,
        low_loss=(p.e_low + (p.e_low_dct - p.e_low) * car.dct) * (1.0 - car.manual),
        eta_i=p.e0
        + (p.e_DI * car.direct_injection + p.e_b * car.boosted) * spark
        + p.e_diesel * car.diesel
        + p.e_y * steps
        + p.e_V * jnp.log(V / REFERENCE_DISPLACEMENT_M3)
        + p.e_c * jnp.log(V / car.cylinders / REFERENCE_CYLINDER_M3),
        friction_J=p.f0 * (1.0 + p.f_c * jnp.log(car.cylinders / REFERENCE_CYLINDERS)) * size,
        friction_Js=p.f1 * size,
        top_rev_per_m=(p.k_N_geared + (p.k_N_cvt - p.k_N_geared) * car.cvt) * car.nv_rev_per_m,
        work_per_rev_J=bmep * V / STROKES,
        extra_W=p.P_spin_W + p.P_spin_awd_W * car.awd + p.P_aux_W,
        stop=p.S * car.start_stop,
        rated_W=car.power_W,
    )


def soft_positive(x: Float[Array, " *n"], width: Scalar) -> Float[Array, " *n"]:
    """A smooth max(x, 0), the upper branch of a hyperbola; soft_positive(x) - soft_positive(-x) = x, so that powers add up."""
    return 0.5 * (x + jnp.sqrt(x * x + width * width))


def soft_maximum(a: Float[Array, " *n"], b: Float[Array, " *n"], width: Scalar) -> Float[Array, " *n"]:
    """A smooth max(a, b)."""
    return b + soft_positive(a - b, width)


def engine_speed(k: Engine, P0_W: Float[Array, " *n"], v_mps: Float[Array, " *n"], p: Parameters) -> Float[Array, " *n"]:
    """Engine speed without a shift map. [rev/s]

    The largest of top-gear speed, the speed at which the load fits under the preferred brake pressure, and idle.
    """
    idle = p.n0 * (1.0 + p.idle_rise * jax.nn.sigmoid((v_mps - p.v_idle_mps) / p.w_idle_mps))
    carried = soft_maximum(P0_W / k.work_per_rev_J, k.top_rev_per_m * v_mps, p.w_rev)
    return soft_maximum(carried, idle, p.w_rev)


def fuel_power(
    k: Engine,
    pull_W: Float[Array, " *n"],
    brake_W: Float[Array, " *n"],
    swing_W: Float[Array, " *n"],
    v_mps: Float[Array, " *n"],
    p: Parameters,
) -> tuple[Float[Array, " *n"], Float[Array, " *n"], Float[Array, " *n"]]:
    """Fuel power of the warm engine, its friction part on which a cold start adds, and brake power. [W]

    `pull_W` and `brake_W` are the positive and negative parts of wheel power.
    """
    P0 = pull_W / (k.eta_t - k.low_loss * jnp.exp(-v_mps / p.v_low_mps))
    N = engine_speed(k, P0, v_mps, p)
    friction = (k.friction_J + k.friction_Js * N) * N
    on = 1.0 - k.stop * (v_mps < p.v_stop_mps)
    if not isinstance(p.d, float) or p.d != 0.0:  # without overrun cut-off, spare two sigmoids a step
        overrun = jax.nn.sigmoid((brake_W - pull_W) / p.w_overrun_W) * jax.nn.sigmoid(v_mps - p.v_overrun_mps)
        on = on * (1.0 - p.d * overrun)
    brake = P0 + k.extra_W + p.k_t * jnp.abs(swing_W)
    strain = jnp.maximum(brake / k.rated_W - p.x_rich, 0.0)
    burn = on * (1.0 + p.k_rich * strain * strain) / k.eta_i
    return burn * (brake + friction), on * friction / k.eta_i, brake
