"""How do two vehicles and their front occupants move during the 150 ms of a crash (layer 2)?

dV/dt = -F (1/m1 + 1/m2), dX/dt = V, speed before position (semi-implicit), 300 steps of 0.5 ms. Force follows the loading curve up to the
greatest crush and falls along a steep line in rebound, F = max(F_max - k_u (X_max - X), 0), k_u = F_max / (0.02 X_max). Chest and head of
both drivers ride along. Lanes run side by side inside one `lax.scan`; a wall is a lane with no second vehicle.
Limits: as `pair` and `occupant`; float32 keeps the closed forms to 1e-3.
References: docs/rooms/crash.md.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from roadworthy.core.units import GRAVITY
from roadworthy.crash import occupant
from roadworthy.crash.occupant import Restraint
from roadworthy.crash.pair import UNLOADING, Contact, against_wall, choose, force, in_series
from roadworthy.crash.structure import Curve, crush_at

STEP_S = 5e-4
DURATION_S = 0.150


class Lanes(eqx.Module):
    """Pairs side by side: what the stepper needs of each, `lane` last."""

    contact: Contact
    first: Curve
    second: Curve
    inverse_kg: Float[Array, "2 lane"]
    """1 / m of either side; 0 for a wall."""
    closing_mps: Float[Array, " lane"]


class Motion(eqx.Module):
    """What happened to both sides: [side, lane]."""

    delta_v_mps: Float[Array, "2 lane"]
    crush_m: Float[Array, "2 lane"]
    intrusion_m: Float[Array, "2 lane"]
    peak_g: Float[Array, "2 lane"]
    chest_g: Float[Array, "2 lane"]
    hic15: Float[Array, "2 lane"]
    head_peak_g: Float[Array, "2 lane"]
    time_to_crush_s: Float[Array, " lane"]
    crush_total_m: Float[Array, " lane"]
    rebound_mps: Float[Array, " lane"]


class Pulse(eqx.Module):
    """Time series for pictures, one row a step."""

    vehicle_g: Float[Array, "time 2 *lane"]
    chest_g: Float[Array, "time 2 *lane"]
    head_g: Float[Array, "time 2 *lane"]
    crush_m: Float[Array, "time 2 *lane"]
    """Greatest crush of either side so far."""
    closing_mps: Float[Array, " time *lane"]
    dt_s: float = eqx.field(static=True, default=STEP_S)

    @property
    def time_s(self) -> np.ndarray:
        """Time since contact of every row."""
        return np.arange(self.closing_mps.shape[0]) * self.dt_s


class _State(NamedTuple):
    speed: Array
    crush: Array
    crush_max: Array
    impulse: Array
    force_max: Array
    loading_s: Array
    z: Array  # [side, part, lane]
    rate: Array
    head_integral: Array
    head_max: Array


def lanes(first: Curve, second: Curve, mass_kg: Float[Array, "2 lane"], closing_mps: Array, wall: Bool[Array, " lane"]) -> Lanes:
    """Join curves into lanes; where `wall`, the second structure is rigid and fixed."""
    contact = choose(wall, against_wall(first), in_series(first, second))
    stiff = Curve(second.force_N, jnp.where(wall, 0.0, second.compliance_m_per_N))
    inverse = jnp.stack([1.0 / mass_kg[0], jnp.where(wall, 0.0, 1.0 / mass_kg[1])])
    return Lanes(contact, first, stiff, inverse, closing_mps)


@partial(jax.jit, static_argnames=("dt_s", "precision", "pulses", "unloading"))
def simulate(
    pairs: Lanes,
    restraint: Restraint,
    dt_s: float = STEP_S,
    precision: str = "float32",
    pulses: bool = False,
    unloading: float = UNLOADING,
) -> tuple[Motion, Pulse | None]:
    """Step every lane through the crash. `restraint` fields are [side, part, lane] or broadcast to it.

    `unloading` is the share of the greatest crush over which force falls in rebound; e^2 gives restitution e on a straight line.
    """
    pairs, restraint = jax.tree.map(lambda leaf: leaf.astype(precision), (pairs, restraint))
    steps = round(DURATION_S / dt_s)
    inverse, reduced = pairs.inverse_kg, pairs.inverse_kg[0] + pairs.inverse_kg[1]
    collapse = jnp.stack([pairs.first.force_N[-1], pairs.second.force_N[-1]])
    softness = jnp.stack([pairs.first.compliance_m_per_N[-1], pairs.second.compliance_m_per_N[-1]])

    def step(state: _State, _: None) -> tuple[_State, tuple[Array, ...]]:
        crush_max = jnp.maximum(state.crush_max, state.crush)
        top = force(pairs.contact, crush_max)
        room = jnp.where(crush_max > 0.0, unloading * crush_max, 1.0)
        press = jnp.maximum(top * (1.0 - (crush_max - state.crush) / room), 0.0)
        intrusion = softness * jnp.maximum(top - collapse, 0.0)
        cabin = press * inverse
        held = occupant.resistance(restraint, state.z, state.rate, intrusion[:, None])
        rate = state.rate + (cabin[:, None] - held) * dt_s
        speed = state.speed - press * reduced * dt_s
        head = held[:, 1] / GRAVITY
        after = _State(
            speed=speed,
            crush=state.crush + speed * dt_s,
            crush_max=crush_max,
            impulse=state.impulse + press * dt_s,
            force_max=jnp.maximum(state.force_max, press),
            loading_s=state.loading_s + jnp.where(speed > 0.0, dt_s, 0.0),
            z=state.z + rate * dt_s,
            rate=rate,
            head_integral=state.head_integral + head * dt_s,
            head_max=jnp.maximum(state.head_max, head),
        )
        seen: tuple[Array, ...] = (held[:, 0] / GRAVITY, after.head_integral)
        if pulses:
            seen = (*seen, cabin / GRAVITY, head, state.crush, top, state.speed)
        return after, seen

    closing = pairs.closing_mps
    nil = jnp.zeros_like(closing)
    sides = jnp.zeros((2, *closing.shape), closing.dtype)
    parts = jnp.zeros((2, 2, *closing.shape), closing.dtype)
    start = _State(closing, nil, nil, nil, nil, nil, parts, parts, sides, sides)
    end, seen = jax.lax.scan(step, start, None, length=steps)
    chest, integral = seen[0], seen[1]
    most = force(pairs.contact, end.crush_max)
    motion = Motion(
        delta_v_mps=end.impulse * inverse,
        crush_m=jnp.stack([crush_at(pairs.first, most), crush_at(pairs.second, most)]),
        intrusion_m=softness * jnp.maximum(most - collapse, 0.0),
        peak_g=end.force_max * inverse / GRAVITY,
        chest_g=occupant.held_level(chest, dt_s),
        hic15=occupant.hic15(integral, dt_s),
        head_peak_g=end.head_max,
        time_to_crush_s=end.loading_s,
        crush_total_m=end.crush_max,
        rebound_mps=-end.speed,
    )
    return motion, _pulse(pairs, seen, dt_s) if pulses else None


def _pulse(pairs: Lanes, seen: tuple[Array, ...], dt_s: float) -> Pulse:
    """The series as pictures want them; crush of a side is what the greatest force so far has left of it."""
    chest, _, cabin, head, _, top, speed = seen
    crush = jax.vmap(lambda level: jnp.stack([crush_at(pairs.first, level), crush_at(pairs.second, level)]))(top)
    return Pulse(cabin, chest, head, crush, speed, dt_s)
