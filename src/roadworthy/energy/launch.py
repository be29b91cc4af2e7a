"""How quickly does it gain speed, how fast can it go, and which hill can it hold?

m k_r dv/dt = min(mu g m share, eta u P / max(v, 2 m/s)) - (A + B v + C v^2), stepped at 20 ms by the mid-point rule, all vehicles
as lanes, after a launch delay. Times at speeds and speeds at distances are sums over steps of the part of each step before the
mark, so they are differentiable. Top speed is the root of eta P = (A + B v + C v^2) v, then the governor.
Limits: constant power in place of gears (u is the average over them), no turbo lag, gear-limited top speed left out.
References: Gillespie, Fundamentals of Vehicle Dynamics, ch. 2; u, grip and delay fitted to published times (docs/rooms/energy.md).
"""

from __future__ import annotations

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.core.units import GRAVITY, KMH, MPH

from .car import Car
from .follow import grip, steady_power, tractive_power
from .parameters import Parameters

STEP_S = 0.02
STEPS = 50
"""Steps to a second."""
HORIZON_S = 99.0
"""A mark not reached by then counts as never reached."""
SPEED_MARKS = {"30mph": 30 * MPH, "50mph": 50 * MPH, "60mph": 60 * MPH, "100kmh": 100 * KMH, "70mph": 70 * MPH}
QUARTER_MILE_M = 402.336
NEWTON_STEPS = 25
TINY = 1e-9


class Launch(eqx.Module):
    """Full acceleration from a starting speed: s speed marks, d distance marks, n vehicles."""

    time_s: Float[Array, "s n"]
    """Time at each speed mark; the horizon where it is never reached."""
    distance_m: Float[Array, "s n"]
    """Distance at each speed mark."""
    speed_mps: Float[Array, "d n"]
    """Speed at each distance mark."""
    clock_s: Float[Array, "d n"]
    """Time at each distance mark."""
    end_mps: Float[Array, " n"]
    """Speed at the horizon: what it levels off at."""


def _share(mark: Array, low: Array, high: Array) -> Array:
    """Part of the step from `low` to `high` that lies before the mark: 1 before, 0 after; a step of no length counts whole."""
    length = high - low
    moves = length > TINY
    safe = jnp.where(moves, length, 1.0)
    return jnp.where(moves, jnp.clip((mark - low) / safe, 0.0, 1.0), jnp.where(low < mark, 1.0, 0.0))


def _stepper(car: Car, mass_kg: Array, p: Parameters) -> Callable[[Array, Array], tuple[Array, Array]]:
    """One step of full acceleration: speed and distance after 20 ms."""
    rolling, hold, power = car.A_N / car.test_kg * mass_kg, grip(car, p) * mass_kg, tractive_power(car, p)
    inertia = p.k_r * mass_kg

    def gain(v: Array) -> Array:
        pull = jnp.minimum(hold, power / jnp.maximum(v, p.v_floor_mps))
        return (pull - rolling - (car.B_Nspm + car.C_Ns2pm2 * v) * v) / inertia

    def step(v: Array, x: Array) -> tuple[Array, Array]:
        middle = jnp.maximum(v + 0.5 * STEP_S * gain(v), 0.0)
        ahead = jnp.maximum(jnp.minimum(v + STEP_S * gain(middle), car.governed_mps), 0.0)
        return ahead, x + 0.5 * STEP_S * (v + ahead)

    return step


def _seconds(step: Callable[[Array, Array], tuple[Array, Array]], start_mps: Array) -> tuple[Array, Array, Array]:
    """Speed at the horizon, and speed and distance at each full second before it."""

    def second(carry: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        end, _ = jax.lax.scan(lambda c, _: (step(*c), None), carry, None, length=STEPS)
        return end, carry

    (v_end, _), (v_at, x_at) = jax.lax.scan(second, (start_mps, jnp.zeros_like(start_mps)), None, length=round(HORIZON_S))
    return v_end, v_at, x_at


def history(car: Car, mass_kg: Float[Array, " n"], p: Parameters) -> tuple[Float[Array, "t n"], Float[Array, "t n"]]:
    """Speed and distance at each full second of full acceleration from rest, for pictures. [m/s], [m]"""
    _, v, x = _seconds(_stepper(car, mass_kg, p), jnp.zeros_like(mass_kg))
    return v, x


def launch(
    car: Car,
    mass_kg: Float[Array, " n"],
    start_mps: Float[Array, " n"],
    speed_marks_mps: Float[Array, " s"],
    distance_marks_m: Float[Array, " d"],
    p: Parameters,
) -> Launch:
    """Accelerate at full power from `start_mps` with `mass_kg` on the road.

    A first pass keeps speed and distance once a second; a second pass repeats only the second in which each mark lies.
    """
    step = _stepper(car, mass_kg, p)

    start = jnp.minimum(start_mps, car.governed_mps)
    v_end, v_at, x_at = _seconds(step, start)

    def within(marks: Array, along: Array, by_speed: bool) -> tuple[Array, Array, Array]:
        """Time, distance and speed at each mark, one row a mark."""
        index = jnp.maximum((along[None] <= marks[:, None, None]).sum(1) - 1, 0)
        lanes = jnp.arange(start.shape[0])
        v0, x0 = v_at[index, lanes], x_at[index, lanes]

        def fine(carry: tuple[Array, Array, Array, Array, Array], _: None) -> tuple[tuple[Array, Array, Array, Array, Array], None]:
            v, x, part, distance, speed = carry
            v_new, x_new = step(v, x)
            before = _share(marks[:, None], v, v_new) if by_speed else _share(marks[:, None], x, x_new)
            return (v_new, x_new, part + STEP_S * before, distance + (x_new - x) * before, speed + (v_new - v) * before), None

        zero = jnp.zeros_like(v0)
        (_, _, part, distance, speed), _ = jax.lax.scan(fine, (v0, x0, zero, zero, zero), None, length=STEPS)
        return index + part + delay, x0 + distance, v0 + speed

    delay = (p.launch_delay_s + p.launch_delay_manual_s * car.manual) * (1.0 - car.electric) * (start_mps <= 0.0)
    time, distance, _ = within(speed_marks_mps, v_at, True)
    clock, _, speed = within(distance_marks_m, x_at, False)
    return Launch(jnp.minimum(time, HORIZON_S), distance, speed, clock, v_end)


def top_speed(car: Car, mass_kg: Float[Array, " n"], grade: Scalar, p: Parameters) -> Float[Array, " n"]:
    """Speed at which eta P is used up on a grade; the governor left aside. [m/s]

    The cubic is convex, so Newton's method from above converges without a search; the last step carries the derivative.
    """
    A = car.A_N / car.test_kg * mass_kg + mass_kg * GRAVITY * jnp.sin(jnp.arctan(grade))
    P = steady_power(car, p)

    def newton(v: Array) -> Array:
        f = (A + (car.B_Nspm + car.C_Ns2pm2 * v) * v) * v - P
        slope = A + (2.0 * car.B_Nspm + 3.0 * car.C_Ns2pm2 * v) * v
        return v - f / jnp.maximum(slope, TINY)

    v = 1.5 * jnp.cbrt(P / car.C_Ns2pm2) + 1.0 + jnp.abs(car.B_Nspm) / car.C_Ns2pm2
    for _ in range(NEWTON_STEPS):
        v = jax.lax.stop_gradient(newton(v))
    return newton(v)


def grade_held(car: Car, mass_kg: Float[Array, " n"], v_mps: Scalar, p: Parameters) -> Float[Array, " n"]:
    """Steepest grade held at a steady speed: (eta P / v - F(v)) / (m g). Negative where the flat is too much already."""
    force = car.A_N / car.test_kg * mass_kg + (car.B_Nspm + car.C_Ns2pm2 * v_mps) * v_mps
    return (steady_power(car, p) / v_mps - force) / (mass_kg * GRAVITY)
