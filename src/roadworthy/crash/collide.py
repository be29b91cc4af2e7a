"""What happens to both drivers when two vehicles meet head-on, or one meets a wall?

`collide` steps structures and restrained occupants of a batch of pairs and attaches both kinds of injury risk, kept apart: P(AIS3+) from
dummy readings (a test number) and P(death) from the field curve. Batches run in fixed chunks, so each shape compiles once.
Limits: frontal, one dimension, mid-size male; structures and restraints are assumed. References: docs/rooms/crash.md.
"""

from __future__ import annotations

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike, Bool, Float, Int

from roadworthy.core import InputError
from roadworthy.core.units import KMH
from roadworthy.crash import field, injury, occupant
from roadworthy.crash.motion import STEP_S, Pulse, lanes, simulate
from roadworthy.crash.occupant import Links, Restraint
from roadworthy.crash.structure import RIGID_MASS_KG, Curve, Structure, crush_curve, extrapolated, face_curve

PAIR, WALL, FACE = 0, 1, 2
"""What is met: a second vehicle, a fixed rigid wall, a fixed wall with the honeycomb face of the offset test."""
FIXED_KG = 1e12
CHUNK = 256
"""Lanes that run together: more would leave the cache, fewer would waste the loop."""
SMALL = 8
CLOSING_MOST_MPS = 250.0 * KMH
CLOSING_COMPARED_MPS = 200.0 * KMH
HEAVIEST_KG = 10_000.0
OFFSET_OVERLAP = 0.8
"""Factor on force of a car-to-car offset of 40-50 % (assumed)."""
FIELD_SUBSET = {
    "modern": "frontal_belted",
    "belt_1990s": "frontal_belted",
    "belt_quadricycle": "frontal_belted",
    "belt_lsv": "frontal_belted",
    "unbelted_bag": "frontal_unbelted",
}
"""Which fitted field curve goes with each restraint."""


class Side(eqx.Module):
    """One vehicle of a collision and its driver."""

    mass_kg: Float[Array, " *batch"]
    delta_v_mps: Float[Array, " *batch"]
    crush_m: Float[Array, " *batch"]
    intrusion_m: Float[Array, " *batch"]
    peak_g: Float[Array, " *batch"]
    chest_g: Float[Array, " *batch"]
    """Highest chest level held for 3 ms."""
    hic15: Float[Array, " *batch"]
    """NaN, as `nij`, where the restraint has no head row of its own."""
    nij: Float[Array, " *batch"]
    deflection_mm: Float[Array, " *batch"]
    femur_kN: Float[Array, " *batch"]
    p_head: Float[Array, " *batch"]
    p_neck: Float[Array, " *batch"]
    p_chest: Float[Array, " *batch"]
    p_femur: Float[Array, " *batch"]
    p_ais3: Float[Array, " *batch"]
    """Joint risk of the NCAP curves: a test number, never a field risk."""
    p_fatal_field: Float[Array, " *batch"]
    """P(death) from the NASS power law."""
    extrapolated: Bool[Array, " *batch"]
    restraint: str = eqx.field(static=True)


class Collision(eqx.Module):
    """Both sides of a batch of collisions."""

    first: Side
    second: Side
    closing_mps: Float[Array, " *batch"]
    momentum_residual: Float[Array, " *batch"]
    """|m1 dv1 - m2 dv2| / (m1 dv1); 0 against a wall."""
    time_to_crush_s: Float[Array, " *batch"]
    extrapolated: Bool[Array, " *batch"]
    pulse: Pulse | None = None
    status: str = eqx.field(static=True, default="assumed")


def check_structure(structure: Structure, name: str) -> None:
    """Refuse structures that make no sense, with the value, its place and the mend."""
    for field_name, low, mend in (
        ("mass_kg", 0.0, "give the mass as tested, above 0 kg"),
        ("crush_m", 0.0, "give the crush in a 56.3 km/h wall, above 0 m (0.28-0.70 m is usual)"),
        ("reserve", 1.0, "lambda is crush before the cabin deforms over C: give 1.0 or more"),
        ("strength", 1.0, "sigma is cabin strength over the force at C: give 1.0 or more"),
    ):
        values = np.asarray(getattr(structure, field_name), dtype=float)
        bad = ~(values > low) if low == 0.0 else ~(values >= low)
        if bad.any():
            place = f"{name}.{field_name}" + (f"[{int(np.argmax(bad))}]" if values.ndim else "")
            raise InputError(f"{place} is {values[bad].flat[0]:g}", mend, code=f"crash.{field_name}", where=place)
    heavy = np.asarray(structure.mass_kg) > HEAVIEST_KG
    if heavy.any() and not (np.asarray(structure.mass_kg)[heavy] >= RIGID_MASS_KG).all():
        raise InputError(
            f"{name}.mass_kg is {float(np.max(structure.mass_kg)):g} kg, over {HEAVIEST_KG:g} kg",
            "the room has no structure for heavy trucks: meet a moving wall instead (partner 'heavy')",
            code="crash.heavy",
            where=f"{name}.mass_kg",
        )


def check_meeting(closing_mps: ArrayLike, overlap: ArrayLike) -> None:
    """Refuse speeds and overlaps outside what is defined."""
    speed, share = np.asarray(closing_mps, dtype=float), np.asarray(overlap, dtype=float)
    if not (speed >= 0.0).all():
        raise InputError(f"closing speed is {np.min(speed) * 3.6:g} km/h", "give a speed of 0 or more", code="crash.speed")
    if (speed > CLOSING_MOST_MPS * (1 + 1e-9)).any():
        raise InputError(
            f"closing speed is {np.max(speed) / KMH:.0f} km/h, above 250", "the model ends at 250 km/h closing", code="crash.speed_high"
        )
    if not ((share > 0.0) & (share <= 1.0)).all():
        raise InputError(
            f"overlap is {share[~((share > 0.0) & (share <= 1.0))].flat[0]:g}",
            "give a factor above 0 and at most 1: 1.0 full wall, 0.9 field head-on, 0.8 offset",
            code="crash.overlap",
        )


def collide(
    first: Structure,
    second: Structure,
    closing_mps: ArrayLike,
    overlap: ArrayLike = OFFSET_OVERLAP,
    restraint: str | tuple[str, str] = "modern",
    age: ArrayLike = injury.REFERENCE_AGE_YR,
    *,
    travel_lost_m: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
    dummy: str = "50M",
    pulses: bool = False,
    precision: str = "float32",
    dt_s: float = STEP_S,
) -> Collision:
    """Both sides of head-on collisions; every argument broadcasts over leading axes.

    `restraint` is one name or (first's, second's); `age` the age of both drivers; `travel_lost_m` the free travel that each cabin has
    less than one with a nose in front of it.
    """
    check_structure(first, "first")
    check_structure(second, "second")
    check_meeting(closing_mps, overlap)
    return _run(first, second, closing_mps, overlap, restraint, age, PAIR, travel_lost_m, dummy, pulses, precision, dt_s)


def strike_wall(
    structure: Structure,
    speed_mps: ArrayLike,
    overlap: ArrayLike = 1.0,
    restraint: str = "modern",
    age: ArrayLike = injury.REFERENCE_AGE_YR,
    *,
    face: bool = False,
    travel_lost_m: ArrayLike = 0.0,
    dummy: str = "50M",
    pulses: bool = False,
    precision: str = "float32",
    dt_s: float = STEP_S,
) -> Collision:
    """One vehicle into a fixed rigid wall, or with `face` into the honeycomb of the offset test; the second side is the barrier."""
    check_structure(structure, "structure")
    check_meeting(speed_mps, overlap)
    met = FACE if face else WALL
    return _run(structure, structure, speed_mps, overlap, restraint, age, met, (travel_lost_m, 0.0), dummy, pulses, precision, dt_s)


def _run(
    first: Structure,
    second: Structure,
    closing_mps: ArrayLike,
    overlap: ArrayLike,
    restraint: str | tuple[str, str],
    age: ArrayLike,
    against: int,
    travel_lost_m: tuple[ArrayLike, ArrayLike],
    dummy: str,
    pulses: bool,
    precision: str,
    dt_s: float,
) -> Collision:
    named = (restraint, restraint) if isinstance(restraint, str) else restraint
    both = jax.tree.map(lambda a, b: jnp.stack([a, b])[..., None], *(occupant.restraint(name) for name in named))
    scalars = tuple(np.asarray(x, dtype=float) for x in (closing_mps, overlap, age, *travel_lost_m))
    shape = np.broadcast_shapes(first.shape, second.shape, *(x.shape for x in scalars))
    given = (*_fields(first), *_fields(second), *scalars)
    columns = np.stack([np.broadcast_to(x, shape).reshape(-1) for x in given])
    count = columns.shape[1]
    if count == 0:
        raise InputError("no collision was given: a batch has length 0", "give at least one pair", code="crash.empty")
    width = SMALL if count <= SMALL else CHUNK
    risk = risks(named, dummy)
    parts = []
    for start in range(0, count, width):
        piece = columns[:, start : start + width]
        padded = np.concatenate([piece, np.repeat(piece[:, -1:], width - piece.shape[1], axis=1)], axis=1)
        lane = measure(jnp.asarray(padded), both, jnp.full(width, against), risk, dt_s, precision, pulses)
        parts.append(jax.tree.map(lambda leaf, n=piece.shape[1]: np.asarray(leaf)[..., :n], lane))
    joined = jax.tree.map(lambda *leaves: _shaped(np.concatenate(leaves, axis=-1), shape), *parts)
    return _collision(joined, named, np.broadcast_to(scalars[0], shape))


class Risks(eqx.Module):
    """Curves that turn motion into risk, for both sides."""

    injury: injury.Curves
    links: Links
    v0_mps: Float[Array, "2 1"]
    k: Float[Array, "2 1"]
    kappa_per_s: float


def risks(restraints: tuple[str, str], dummy: str = "50M") -> Risks:
    """The curves that go with two restraints and a dummy."""
    found = [field.field_curve(FIELD_SUBSET[name]) for name in restraints]
    v0_mps, k = jnp.array([[c.v0_mps] for c in found]), jnp.array([[c.k] for c in found])
    return Risks(injury.curves(dummy), occupant.links(dummy), v0_mps, k, field.parameter("kappa_per_s").value)


def _fields(structure: Structure) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(x, dtype=float) for x in (structure.mass_kg, structure.crush_m, structure.reserve, structure.strength))


def _shaped(leaf: np.ndarray, shape: tuple[int, ...]) -> Array:
    """A leaf whose last axis is lanes, with the batch shape in its place."""
    return jnp.asarray(leaf.reshape(leaf.shape[:-1] + shape))


@partial(jax.jit, static_argnames=("dt_s", "precision", "pulses"))
def measure(
    columns: Float[Array, "13 lane"],
    restraint: Restraint,
    against: Int[Array, " lane"],
    risk: Risks,
    dt_s: float,
    precision: str,
    pulses: bool,
) -> tuple[dict[str, Array], Pulse | None]:
    """One chunk: motion, dummy readings and both kinds of risk, each [side, lane] or [lane].

    Columns: the four numbers of the first structure and of the second, closing speed, overlap, age, free travel lost on either side.
    `restraint` is [side, part, lane or 1]. Pure and differentiable; `collide` is the door with checks.
    """
    first, second = Structure(*columns[0:4]), Structure(*columns[4:8])
    speed, share, age = columns[8], columns[9], columns[10]
    wall, face = against == WALL, against == FACE
    mass = jnp.stack([first.mass_kg, jnp.where(face, FIXED_KG, second.mass_kg)])
    plain, honeycomb = crush_curve(second, share), face_curve(share)
    other = Curve(
        jnp.where(face, honeycomb.force_N, plain.force_N), jnp.where(face, honeycomb.compliance_m_per_N, plain.compliance_m_per_N)
    )
    pairs = lanes(crush_curve(first, share), other, mass, speed, wall)
    motion, pulse = simulate(pairs, occupant.fitted_to(restraint, risk.links, columns[11:13]), dt_s, precision, pulses)
    deflection = occupant.deflection_mm(motion.chest_g, motion.intrusion_m, risk.links)
    nij = occupant.neck_nij(motion.head_peak_g, risk.links)
    femur = occupant.femur_kN(motion.chest_g, motion.intrusion_m, risk.links)
    years = jnp.broadcast_to(age, deflection.shape).astype(deflection.dtype)
    chance = injury.joint(motion.hic15, nij, deflection, femur, years, risk.injury)
    fatal = field.fatality(motion.delta_v_mps, motion.intrusion_m, risk.v0_mps, risk.k, risk.kappa_per_s)
    momentum = mass * motion.delta_v_mps
    lost = jnp.where(wall | face | (momentum[0] == 0.0), 0.0, jnp.abs(momentum[0] - momentum[1]) / jnp.maximum(momentum[0], TINY))
    beyond = jnp.stack([extrapolated(first, motion.crush_m[0]), extrapolated(second, motion.crush_m[1]) & (against == PAIR)])
    found = {
        "mass_kg": jnp.stack([first.mass_kg, jnp.where(against == PAIR, second.mass_kg, jnp.inf)]),
        "delta_v_mps": motion.delta_v_mps,
        "crush_m": motion.crush_m,
        "intrusion_m": motion.intrusion_m,
        "peak_g": motion.peak_g,
        "chest_g": motion.chest_g,
        "hic15": motion.hic15,
        "nij": nij,
        "deflection_mm": deflection,
        "femur_kN": femur,
        "p_head": chance.head,
        "p_neck": chance.neck,
        "p_chest": chance.chest,
        "p_femur": chance.femur,
        "p_ais3": chance.joint,
        "p_fatal_field": 1.0 - (1.0 - fatal) ** field.age_factor(years),
        "extrapolated": beyond | (speed > CLOSING_COMPARED_MPS),
        "momentum_residual": lost,
        "time_to_crush_s": motion.time_to_crush_s,
    }
    return found, pulse


TINY = 1e-30


def _collision(joined: tuple[dict[str, Array], Pulse | None], named: tuple[str, str], speed: np.ndarray) -> Collision:
    found, pulse = joined
    both = ("momentum_residual", "time_to_crush_s")
    sides = []
    for index, name in enumerate(named):
        values = {key: leaf[index] for key, leaf in found.items() if key not in both}
        if not occupant.head_known(name):
            values |= {reading: jnp.full_like(values[reading], jnp.nan) for reading in ("hic15", "nij")}
        sides.append(Side(**values, restraint=name))
    return Collision(
        first=sides[0],
        second=sides[1],
        closing_mps=jnp.asarray(speed),
        momentum_residual=found["momentum_residual"],
        time_to_crush_s=found["time_to_crush_s"],
        extrapolated=sides[0].extrapolated | sides[1].extrapolated,
        pulse=pulse,
    )
