"""Do the children fit? A rear-facing seat behind the driver, and how many seats stand side by side.

    rear-facing   couple + (L34 - need(driver)) >= 790 mm,   couple = L51 - 60 mm           across = floor(W4 / 440 mm)

The driver moves the front seat forward by what he does not need of the leg room; what the hip points of both rows then stand apart is
what the child seat gets. Limits: all four lengths are assumed; no anchors, no belts, no doors, no cushion shape; boosters not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.space.interior import Interior
from roadworthy.space.kernel import FULL, need_leg, passes
from roadworthy.space.people import People
from roadworthy.space.posture import Posture, parameter, posture

REAR_SEATS_MOST = 3


@dataclass(frozen=True, slots=True)
class Children:
    """What each vehicle offers children; NaN where it has no second row or nothing is known of it."""

    rear_facing: np.ndarray
    """Share of adults who can drive with a rear-facing seat behind them. [vehicle]"""
    across: np.ndarray
    """Child seats side by side in the second row. [vehicle]"""


def rear_facing_share(car: Interior, people: People, scale_m: Scalar, p: Posture) -> Float[Array, " n"]:
    """Share of adults, as drivers, who leave room behind them for a rear-facing seat. [1]"""
    thigh, shank = people.buttock_knee_m[:, 0] - p.thigh_offset, people.knee_height_m[:, 0] - p.shank_offset
    need = need_leg(thigh, shank, p.knee_angle_front, p.ankle_offset)
    spare = jnp.maximum(car.l34_m[:, None] - need[None, :], 0.0)
    couple = car.l51_m[:, None] + parameter("couple_from_leg")
    return passes(couple + spare - parameter("child_seat_rearward"), scale_m) @ people.share


def seats_across(car: Interior) -> np.ndarray:
    """Child seats that stand side by side in the second row, no more than it has places."""
    wide = np.floor(np.asarray(car.w4_m) / parameter("child_seat_width"))
    places = np.clip(np.asarray(car.seats) - (FULL - 2), 0.0, REAR_SEATS_MOST)
    return np.where(np.isnan(wide) | (places < 1), np.nan, np.minimum(wide, places))


def children(car: Interior, people: People, scale_m: float = 0.0) -> Children:
    """What each interior offers a family; hard tests unless a width is given."""
    share = np.clip(np.asarray(_share(car, people, scale_m, posture())), 0.0, 1.0)
    return Children(share, seats_across(car))


_share = eqx.filter_jit(rear_facing_share)
