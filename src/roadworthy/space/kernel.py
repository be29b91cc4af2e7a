"""Which share of adults fits: seven tests of room, each smooth in its margin, weighted over people and parties.

    head      0.93 SH + 20 <= H61                                          (rear: 15 less against H63)
    leg       254 + sqrt(T^2 + S^2 - 2 T S cos(knee)) <= L34,  T = buttock-knee - 190,  S = knee height - 120
    rear leg  need(front, 110 deg) + need(rear, 85 deg) <= L34 + L51
    two wide  BD1 + BD2 + 40 <= W3  and  HB1 + HB2 + 50 <= W5              elbows FF1 + FF2 <= W3
    load      sum of weights <= limit                                                                       [mm, kg]

A test passes with probability sigmoid(margin / scale); at scale 0 it is hard. A tier is the product of its tests, a share the
weighted mean over people. Limits: no reach, sight, entry or belt geometry; statures outside 1.40-2.05 m are out of support.
References: SAE J1100 (dimensions), J4004 (seat track population); ANSUR II.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.space.interior import Interior
from roadworthy.space.people import People
from roadworthy.space.posture import Posture, leg_need_m, posture

TIERS = (
    "driver",
    "driver_men",
    "front_pair",
    "pair_without_elbow_contact",
    "rear_seat",
    "four_up",
    "load_55",
    "load_68",
    "load_rated",
)
"""Alone; men alone; two in front; two with free elbows; one behind a stranger; four; full car at 55 or 68 kg a seat; at its rating."""
TESTS = ("head", "leg", "shoulder", "hip", "elbow", "rear_head", "rear_leg", "rear_shoulder", "load_55", "load_68", "load_rated")
TESTS_OF: dict[str, tuple[str, ...]] = {
    "driver": ("alone_head", "alone_leg"),
    "driver_men": ("alone_head", "alone_leg"),
    "front_pair": ("head", "leg", "shoulder", "hip"),
    "pair_without_elbow_contact": ("head", "leg", "shoulder", "hip", "elbow"),
    "rear_seat": ("single_rear_head", "single_rear_leg"),
    "four_up": ("head", "leg", "shoulder", "hip", "rear_head", "rear_leg", "rear_shoulder"),
    "load_55": ("load_55",),
    "load_68": ("load_68",),
    "load_rated": ("load_rated",),
}
SCALE_M = 0.020
"""Default width of a smooth test of length; load tests scale with it, 5 kg at 20 mm."""
FULL = 4


def need_leg(thigh_m: Float[Array, " *p"], shank_m: Float[Array, " *p"], knee_rad: Scalar, ankle_m: Scalar) -> Float[Array, " *p"]:
    """Leg room that a person needs from hip to ankle point, as J1100 measures it. [m]"""
    return leg_need_m(thigh_m, shank_m, knee_rad, ankle_m)


class Margins(eqx.Module):
    """Room to spare by test, vehicle and party; a test of several seats holds them in the last axis."""

    head: Float[Array, "n persons 2"]
    leg: Float[Array, "n persons 2"]
    shoulder: Float[Array, "n persons"]
    hip: Float[Array, "n persons"]
    elbow: Float[Array, "n persons"]
    rear_head: Float[Array, "n persons 2"]
    rear_leg: Float[Array, "n persons 2"]
    rear_shoulder: Float[Array, "n persons"]
    single_rear_head: Float[Array, "n persons"]
    single_rear_leg: Float[Array, "n persons"]
    load_55: Float[Array, "n persons"]
    load_68: Float[Array, "n persons"]
    load_rated: Float[Array, "n persons"]


def margins(car: Interior, people: People, p: Posture) -> Margins:
    """Room to spare in every test; lengths in m, loads in kg."""
    head = p.head_factor * people.sitting_height_m + p.head_clearance
    thigh, shank = people.buttock_knee_m - p.thigh_offset, people.knee_height_m - p.shank_offset
    front = need_leg(thigh, shank, p.knee_angle_front, p.ankle_offset)
    rear = need_leg(thigh, shank, p.knee_angle_rear, p.ankle_offset)
    rear_head = head - p.rear_head_less

    def left(room: Float[Array, " n"], need: Float[Array, " persons *s"]) -> Float[Array, " n persons *s"]:
        return room.reshape(room.shape + (1,) * need.ndim) - need

    def pair(b: Float[Array, "persons seats"], one: int, two: int) -> Float[Array, " persons"]:
        return b[:, one] + b[:, two]

    two_rows = car.l34_m + car.l51_m
    behind = jnp.stack([front[:, 0] + rear[:, 2], front[:, 1] + rear[:, 3]], axis=-1)
    occupants = jnp.clip(car.seats, 1.0, FULL)
    aboard = people.weight_kg @ (jnp.arange(people.weight_kg.shape[1])[:, None] < occupants[None, :]).astype(float)
    return Margins(
        head=left(car.h61_m, head[:, :2]),
        leg=left(car.l34_m, front[:, :2]),
        shoulder=left(car.w3_m, pair(people.bideltoid_m, 0, 1) + p.shoulder_clearance),
        hip=left(car.w5_m, pair(people.hip_breadth_m, 0, 1) + p.hip_clearance),
        elbow=left(car.w3_m, pair(people.forearm_forearm_m, 0, 1)),
        rear_head=left(car.h63_m, rear_head[:, 2:]),
        rear_leg=left(two_rows, behind),
        rear_shoulder=left(car.w4_m, pair(people.bideltoid_m, 2, 3) + p.shoulder_clearance),
        single_rear_head=left(car.h63_m, rear_head[:, 0]),
        single_rear_leg=left(two_rows, rear[:, 0] + front[:, 1]),
        load_55=(p.seat_mass_japan * occupants)[:, None] - aboard.T,
        load_68=(p.seat_mass_us * occupants)[:, None] - aboard.T,
        load_rated=car.capacity_kg[:, None] - aboard.T,
    )


def passes(margin: Float[Array, " *s"], scale: Scalar) -> Float[Array, " *s"]:
    """Probability that a test passes; a hard step at scale 0; NaN where the room is not known. [1]"""
    smooth = jnp.asarray(scale) > 0.0
    soft = jax.nn.sigmoid(margin / jnp.where(smooth, scale, 1.0))
    hard = jnp.where(jnp.isnan(margin), jnp.nan, (margin >= 0.0).astype(margin.dtype))
    return jnp.where(smooth, soft, hard)


def chances(m: Margins, scale_m: Scalar, p: Posture) -> dict[str, Float[Array, "n persons"]]:
    """Chance of each test for the person, pair or party that it concerns."""
    load = jnp.asarray(scale_m) * p.load_scale_per_m
    out = {name: passes(getattr(m, name), load if name.startswith("load") else scale_m) for name in TESTS}
    out["alone_head"], out["alone_leg"] = out["head"][..., 0], out["leg"][..., 0]
    for name in ("head", "leg", "rear_head", "rear_leg"):
        out[name] = out[name].prod(axis=-1)
    out["single_rear_head"], out["single_rear_leg"] = passes(m.single_rear_head, scale_m), passes(m.single_rear_leg, scale_m)
    return out


def _tiers(c: dict[str, Float[Array, "n persons"]], seats: Float[Array, " n"]) -> dict[str, Float[Array, "n persons"]]:
    alone = c["alone_head"] * c["alone_leg"]
    front_pair = c["head"] * c["leg"] * c["shoulder"] * c["hip"]
    rear = c["single_rear_head"] * c["single_rear_leg"]
    four = front_pair * c["rear_head"] * c["rear_leg"] * c["rear_shoulder"]

    def with_seats(least: int, chance: Float[Array, "n persons"]) -> Float[Array, "n persons"]:
        return jnp.where((seats >= least)[:, None], chance, jnp.nan)

    return {
        "driver": alone,
        "driver_men": alone,
        "front_pair": with_seats(2, front_pair),
        "pair_without_elbow_contact": with_seats(2, front_pair * c["elbow"]),
        "rear_seat": with_seats(3, rear),
        "four_up": with_seats(4, four),
        "load_55": c["load_55"],
        "load_68": c["load_68"],
        "load_rated": c["load_rated"],
    }


def shares(interior: Interior, people: People, scale_m: Scalar = SCALE_M, p: Posture | None = None) -> Float[Array, "n tiers"]:
    """Share of adults (or of their parties) who fit, by vehicle and tier; NaN for tiers that a car has not. [1]"""
    p = posture() if p is None else p
    tiers = _tiers(chances(margins(interior, people, p), scale_m, p), interior.seats)
    men = people.share * people.male[:, 0]
    return jnp.stack([chance @ (_normal(men) if name == "driver_men" else people.share) for name, chance in tiers.items()], axis=-1)


def _normal(weights: Float[Array, " persons"]) -> Float[Array, " persons"]:
    total = weights.sum()
    return jnp.where(total > 0, weights / jnp.where(total > 0, total, 1.0), jnp.nan)


def fit_share(interior: Interior, people: People, scale_m: Scalar = SCALE_M, p: Posture | None = None) -> Float[Array, " n"]:
    """Share of adults who fit the driver's seat, the one number that demand takes of a car. [1]"""
    return shares(interior, people, scale_m, p)[:, TIERS.index("driver")]


def by_test(m: Margins, people: People, scale_m: Scalar, p: Posture) -> dict[str, Float[Array, " n"]]:
    """Share that passes each test by itself, every test over the people it concerns. [1]"""
    return {name: chance @ people.share for name, chance in chances(m, scale_m, p).items()}
