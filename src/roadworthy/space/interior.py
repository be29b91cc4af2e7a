"""What room a car offers: SAE J1100 dimensions, as given, or converted from the cabin sizes of Japanese catalogues.

    W3 = cabin width - 60     H61 = cabin height - H30 + 47     L34 + L51 = cabin length + 90        [mm, kei bodies]

Order: dimensions in the vehicle's own file, then the bundled US interiors, then the conversion, then one interior for the kei class
(trucks and roadsters, narrowed with the outer width). What none of these covers is NaN and named.
Limits: every figure is assumed; J1100 dimensions are design dimensions and no measure of accommodation, as the standard says itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import weakest
from roadworthy.space.posture import parameter, rows_of
from roadworthy.vehicles import Vehicle, is_kei

DIMENSIONS = ("h61_m", "l34_m", "w3_m", "w5_m", "h63_m", "l51_m", "w4_m")
FRONT = ("h61_m", "l34_m", "w3_m", "w5_m")
H30 = {
    "super_height": "h30_super_height",
    "van": "h30_super_height",
    "height_wagon": "h30_height_wagon",
    "hatch": "h30_hatch",
    "suv": "h30_suv",
    "roadster": "h30_roadster",
    "van_cabover": "h30_cabover",
    "truck": "h30_cabover",
}
PICTURE_H30 = {"sedan": "h30_sedan", "suv": "h30_us_suv", "pickup": "h30_pickup"}
"""Height of the hip point in bodies that are not kei, for the picture only."""
CLASS_ROWS = {"truck": "kei_truck", "roadster": "kei_roadster"}
ROWS_OF_SEATS = 3
"""From this number of seats there is a second row."""


class Interior(eqx.Module):
    """Room inside, as the kernel takes it; NaN where unknown."""

    h61_m: Float[Array, " vehicles"]
    l34_m: Float[Array, " vehicles"]
    w3_m: Float[Array, " vehicles"]
    w5_m: Float[Array, " vehicles"]
    h63_m: Float[Array, " vehicles"]
    l51_m: Float[Array, " vehicles"]
    w4_m: Float[Array, " vehicles"]
    capacity_kg: Float[Array, " vehicles"]
    seats: Float[Array, " vehicles"]


@dataclass(frozen=True, slots=True)
class Room:
    """An interior with, for each vehicle, where it came from, its status and the fields that are missing."""

    interior: Interior
    sources: tuple[str, ...]
    statuses: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def _bundled() -> dict[str, dict[str, float]]:
    def si(row: dict[str, str], field: str) -> float:
        text = row[field.replace("_m", "_mm")]
        return float(text) * 1e-3 if text else float("nan")

    return {r["id"]: {**{d: si(r, d) for d in DIMENSIONS}, "capacity_kg": float(r["capacity_kg"] or "nan")} for r in rows_of("interiors")}


def room(v: Vehicle) -> Room:
    """The interior of each vehicle, from the best that is known of it."""
    kei = is_kei(v)
    values = {d: np.array(v[d], dtype=float) for d in DIMENSIONS}
    capacity = np.array(v.capacity_kg, dtype=float)
    sources, statuses = [], []
    for i, id in enumerate(v.ids):
        offered, source = _offered(v, i, bool(kei[i]))
        own = [d for d in DIMENSIONS if not np.isnan(values[d][i])]
        for d in DIMENSIONS:
            if np.isnan(values[d][i]):
                values[d][i] = offered.get(d, float("nan"))
        if np.isnan(capacity[i]):
            capacity[i] = _bundled().get(id, {}).get("capacity_kg", float("nan"))
        whole = set(_rows(float(v.seats[i]))) <= set(own) or not offered
        given = [v.status(d)[i] for d in own]
        statuses.append("assumed" if not whole or not given else weakest(given))
        sources.append("own figures" if own and whole else source)
    interior = Interior(**{d: jnp.asarray(x) for d, x in values.items()}, capacity_kg=jnp.asarray(capacity), seats=jnp.asarray(v.seats))
    lacking = tuple(_lacking({**values, "capacity_kg": capacity, "seats": v.seats}, i) for i in range(len(v)))
    return Room(interior, tuple(sources), tuple(statuses), lacking)


def _offered(v: Vehicle, i: int, kei: bool) -> tuple[dict[str, float], str]:
    """Dimensions from tables or conversion, and where they come from."""
    if v.ids[i] in _bundled():
        return _bundled()[v.ids[i]], "table of US interiors, assumed"
    kind = v["body_kind"][i]
    cabin = {k: float(v[f"cabin_{k}_m"][i]) for k in ("length", "width", "height")}
    if kind in H30 and not any(map(np.isnan, cabin.values())):
        return converted(cabin["length"], cabin["width"], cabin["height"], kind, float(v.seats[i])), "Japanese cabin sizes, converted"
    if kei and kind in CLASS_ROWS:
        row, narrower = _bundled()[CLASS_ROWS[kind]], parameter("kei_width_of_class_rows") - float(v.width_m[i])
        widths = {d: row[d] - narrower for d in ("w3_m", "w5_m")}
        return {**row, **widths}, f"interior of the class {CLASS_ROWS[kind].replace('_', ' ')}, narrowed with the outer width"
    return {}, "nothing known"


def converted(cabin_length_m: float, cabin_width_m: float, cabin_height_m: float, body_kind: str, seats: float) -> dict[str, float]:
    """SAE dimensions from Japanese cabin sizes. [m]"""
    w3 = cabin_width_m + parameter("shoulder_from_cabin")
    h61 = cabin_height_m - parameter(H30[body_kind]) + parameter("head_from_cabin")
    front = {"h61_m": h61, "w3_m": w3, "w5_m": w3 + parameter("hip_from_shoulder")}
    if seats < ROWS_OF_SEATS:
        return {**front, "l34_m": parameter("l34_roadster")}
    l34 = parameter("l34_kei")
    return {
        **front,
        "l34_m": l34,
        "l51_m": cabin_length_m + parameter("legs_from_cabin") - l34,
        "h63_m": h61 + parameter("rear_head_from_front"),
        "w4_m": w3 + parameter("rear_shoulder_from_front"),
    }


def _rows(seats: float) -> tuple[str, ...]:
    """The dimensions that a car of so many seats has."""
    return DIMENSIONS if seats >= ROWS_OF_SEATS else FRONT


def _lacking(values: dict[str, np.ndarray], i: int) -> tuple[str, ...]:
    wanted = [*_rows(float(values["seats"][i])), "capacity_kg", "seats"]
    return tuple(d for d in wanted if np.isnan(values[d][i]))


def hip_height_m(v: Vehicle, i: int) -> float:
    """Hip point above heel by kind of body (H30), for the picture of people in their seats; assumed. [m]"""
    kind = v["body_kind"][i]
    name = PICTURE_H30.get(kind) if not is_kei(v)[i] else None
    return parameter(name or H30.get(kind, "h30_hatch"))
