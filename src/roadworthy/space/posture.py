"""How a person sits and how much room is wanted around: the clearances, angles and offsets of the fit tests, each cited.

All are assumed; `Posture` carries them as leaves, so that shares have gradients by them and a study may draw them.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax.numpy as jnp

from roadworthy.core import Cited, near
from roadworthy.core.errors import InputError
from roadworthy.core.shapes import Scalar
from roadworthy.core.units import convert
from roadworthy.data.tables import FACTS

DIMENSION_OF = {"mm": "length", "in": "length", "deg": "angle", "kg": "mass", "": "ratio"}
SI = {"length": "m", "angle": "rad", "mass": "kg", "ratio": ""}


class Posture(eqx.Module):
    """The parameters of the tests, in SI."""

    head_factor: Scalar
    head_clearance: Scalar
    rear_head_less: Scalar
    ankle_offset: Scalar
    thigh_offset: Scalar
    shank_offset: Scalar
    knee_angle_front: Scalar
    knee_angle_rear: Scalar
    shoulder_clearance: Scalar
    hip_clearance: Scalar
    seat_mass_japan: Scalar
    seat_mass_us: Scalar
    load_scale_per_m: Scalar
    """[kg/m] width of the load tests for each metre of the width of the length tests"""


def leg_need_m(thigh_m: Any, shank_m: Any, knee_rad: Any, ankle_m: Any) -> Any:
    """Leg room from hip to ankle point that a leg needs at a knee angle, as J1100 measures it. [m]"""
    return ankle_m + jnp.sqrt(thigh_m**2 + shank_m**2 - 2.0 * thigh_m * shank_m * jnp.cos(knee_rad))


def rows_of(name: str) -> list[dict[str, str]]:
    """A small table of this room."""
    with (FACTS / "space" / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@lru_cache(maxsize=1)
def parameters() -> dict[str, Cited]:
    """Clearances, postures and conversions in SI, each cited."""
    found = {}
    for row in rows_of("parameters"):
        kind = DIMENSION_OF[row["unit"]]
        spread = f"; +/- {row['spread']} {row['unit']}".rstrip() if row["spread"] else ""
        value = convert(float(row["value"]), row["unit"], kind)
        found[row["name"]] = Cited(value, SI[kind], row["source"], row["status"], note=row["meaning"] + spread)  # type: ignore[arg-type]
    return found


def parameter(name: str) -> float:
    """One parameter in SI."""
    if name not in parameters():
        raise InputError(f"no parameter {name!r}", near(name, parameters()), code="space.parameter")
    return float(parameters()[name].value)


@lru_cache(maxsize=1)
def posture() -> Posture:
    """The parameters at their central values."""
    names = [f for f in Posture.__dataclass_fields__ if f != "load_scale_per_m"]
    return Posture(**{n: parameter(n) for n in names}, load_scale_per_m=parameter("scale_load") / parameter("scale"))
