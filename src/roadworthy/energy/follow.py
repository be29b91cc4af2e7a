"""What does it take to follow a speed trace, and where does the vehicle fall behind?

Per step, with mid-point speed v and acceleration a: F = A + B v + C v^2 + k_r m a, wheel power F v. The speed reached is
min(target, what full traction allows), so a weak vehicle lags and drives less far; seconds and metres missed are results.
One `lax.scan` over time with vehicles as lanes: no exception, no branch. A vehicle able to follow does so exactly.
Limits: flat road, no wind; braking is unlimited; a lagging vehicle does not make up the distance lost.
Reference: 40 CFR 1066 (dynamometer road load); energy ledger checked to 1e-6 in the tests.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.units import GRAVITY

from .car import Car
from .cycles import Schedule
from .electric import drive, wall_power
from .engine import engine, fuel_power, soft_positive
from .hybrid import fuel_power as hybrid_power
from .hybrid import hybrid
from .parameters import Parameters

BEHIND_MPS = 1.0e-9
"""Lag below which the trace counts as met (rounding)."""


class Totals(eqx.Module):
    """Sums over each phase p of the schedule, per vehicle n."""

    hot_J: Float[Array, "p n"]
    """Fuel or wall energy, warm."""
    cold_J: Float[Array, "p n"]
    """What a cold start at the beginning of the cycle adds."""
    distance_m: Float[Array, "p n"]
    missed_s: Float[Array, "p n"]
    """Seconds in which full traction does not keep up with the trace."""
    deficit_mps: Float[Array, "p n"]
    """Largest lag behind the trace."""
    pull_J: Float[Array, "p n"]
    """Wheel work delivered."""
    brake_J: Float[Array, "p n"]
    """Wheel work absorbed by brakes or recuperation."""
    road_J: Float[Array, "p n"]
    """Work against road load."""


ROWS = tuple(Totals.__dataclass_fields__)
LAG = ROWS.index("deficit_mps")
FUEL_ROWS = 2
"""The first rows are fuel, on which a vehicle's own factor acts."""


def grip(car: Car, p: Parameters) -> Float[Array, " *n"]:
    """Acceleration that tyre grip on the driven axles allows: mu g x share of load. [m/s2]

    With `tractive_power`, the one traction law of the room: force = min(grip m, eta u P / max(v, 2 m/s)).
    """
    return p.mu * GRAVITY * (p.share_2wd + (p.share_awd - p.share_2wd) * car.awd)


def tractive_power(car: Car, p: Parameters) -> Float[Array, " *n"]:
    """Wheel power during full acceleration: eta u P. [W]

    u, the share of rated power used on average over the gears, differs by boost, gearbox, driven axles and fuel. An electric motor
    has its own u on the efficiency of its drive; a strong hybrid's u is on the power of engine and motor together.
    """
    u = p.traction_u + p.traction_u_boosted * car.boosted + p.traction_u_manual * car.manual + p.traction_u_awd * car.awd
    u = u + p.traction_u_diesel * car.diesel + p.traction_u_hybrid * car.hybrid
    petrol = p.traction_eta * u
    return (petrol + (p.ev_e0 * p.traction_u_electric - petrol) * car.electric) * car.power_W


def steady_power(car: Car, p: Parameters) -> Float[Array, " *n"]:
    """Wheel power at a steady speed in the best gear: eta P. [W]"""
    return (p.traction_eta + (p.ev_e0 - p.traction_eta) * car.electric) * car.power_W


def follow(car: Car, schedule: Schedule, p: Parameters, *, engines: bool = True, electrics: bool = True, hybrids: bool = False) -> Totals:
    """Drive every cycle of the schedule with every vehicle.

    `engines`, `electrics` and `hybrids` say which kinds are present, so that a batch of one kind does not pay for the others.
    """
    motor = engine(car, p) if engines or hybrids else None
    joint = hybrid(car, motor, p) if motor is not None and hybrids else None
    mixed = car.hybrid > 0.5
    battery = drive(car, p) if electrics else None
    plug = car.electric > 0.5
    ratio = car.A_N / car.test_kg
    masses = (car.test_kg, car.curb_kg + p.payload_jc08_kg, car.curb_kg + p.payload_wltcj_kg)
    power, hold = tractive_power(car, p), grip(car, p)
    still = jnp.zeros_like(car.power_W)
    # values met here are kept, not worked out again for each sum that uses them: a tenfold gain in speed
    keep = jax.lax.optimization_barrier

    def step(carry: tuple[Array, tuple[Array, ...]], x: tuple[Array, ...]) -> tuple[tuple[Array, tuple[Array, ...]], None]:
        v_last, sums = carry
        target, start, first, dt, per_s, warming, procedure = x
        mass = jnp.where(procedure == 0, masses[0], jnp.where(procedure == 1, masses[1], masses[2]))
        v0 = jnp.where(first > 0.5, start, v_last)
        resist = ratio * mass + (car.B_Nspm + car.C_Ns2pm2 * v0) * v0
        gain = (jnp.minimum(hold * mass, power / jnp.maximum(v0, p.v_floor_mps)) - resist) / (p.k_r * mass)
        v1 = jnp.minimum(target, jnp.minimum(jnp.maximum(v0 + gain * dt, 0.0), car.governed_mps))
        v = 0.5 * (v0 + v1)
        road = ratio * mass + (car.B_Nspm + car.C_Ns2pm2 * v) * v
        swing = mass * (v1 - v0) * per_s * v
        wheel = road * v + p.k_r * swing
        pull = soft_positive(wheel, p.w_load_W)
        v1, v, road, pull, wheel, swing = keep((v1, v, road, pull, wheel, swing))
        brake = pull - wheel
        hot = extra = still
        if motor is not None:
            hot, friction, _ = fuel_power(motor, pull, brake, swing, v, p)
            if joint is not None:
                shared, drag = hybrid_power(joint, pull, brake, v, p)
                hot, friction = jnp.where(mixed, shared, hot), jnp.where(mixed, drag, friction)
            extra = friction * warming
        if battery is not None:
            wall = wall_power(battery, pull, brake, v, p)
            hot, extra = jnp.where(plug, wall, hot), jnp.where(plug, 0.0, extra)
        hot, extra = keep((hot, extra))
        lag = target - v1
        missed = jnp.where(lag > BEHIND_MPS, dt, 0.0)
        rates = (hot * dt, extra * dt, v * dt, missed, lag, pull * dt, brake * dt, road * v * dt)
        return (v1, tuple(jnp.maximum(s, r) if i == LAG else s + r for i, (s, r) in enumerate(zip(sums, rates, strict=True)))), None

    def block(v: Array, x: tuple[Array, ...]) -> tuple[Array, tuple[Array, ...]]:
        (v, sums), _ = jax.lax.scan(step, (v, (still,) * len(ROWS)), x)
        return v, sums

    dtype = still.dtype
    warming = p.c * jnp.exp(-schedule.since_start_s / p.tau_s)
    columns = (schedule.target_mps, schedule.start_mps, schedule.first, schedule.dt_s, schedule.per_s, warming)
    _, blocks = jax.lax.scan(block, still, (*(x.astype(dtype) for x in columns), schedule.procedure))
    phases = len(schedule.names)

    town = schedule.town_share[:, None].astype(dtype)
    own = car.factor * jnp.exp(town * car.city_ln + (1.0 - town) * car.hwy_ln)

    def gather(i: int, rows: Float[Array, "b n"]) -> Float[Array, "p n"]:
        if i == LAG:
            return jax.ops.segment_max(rows, schedule.phase, phases)
        sums = jax.ops.segment_sum(rows, schedule.phase, phases)
        return sums * own if i < FUEL_ROWS else sums

    return Totals(*(gather(i, rows) for i, rows in enumerate(blocks)))
