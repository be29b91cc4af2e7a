"""Both sides of one meeting of two vehicles, ready to print or to draw.

Adapter from `Vehicle` to `collide`: looks up structures and restraints, adds each vehicle's own wall test and how rare so severe a crash
is. A wall test measures a car against itself; the pair shows what the other car adds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from roadworthy.core import InputError
from roadworthy.crash import field, injury
from roadworthy.crash.collide import OFFSET_OVERLAP, Collision, Side, collide, strike_wall
from roadworthy.crash.compliance import Design, compliance
from roadworthy.crash.defaults import StructureRecord, structure_of, structure_record
from roadworthy.crash.partners import table_of
from roadworthy.crash.passing import Passing, passing
from roadworthy.crash.structure import WALL_SPEED_MPS, force_at
from roadworthy.vehicles import Vehicle

CURVE_POINTS, CURVE_PAST_M = 60, 0.20
"""Points of a force-crush curve, and how far it is drawn past the crush at which the cabin yields."""
POINTS = 150
"""Most points of a pulse that is handed on."""


@dataclass(frozen=True, slots=True)
class SceneSide:
    """One vehicle of the scene."""

    id: str
    name: str
    mass_kg: float
    delta_v_mps: float
    crush_m: float
    intrusion_m: float
    peak_g: float
    chest_g: float
    hic15: float
    nij: float
    p_ais3: float
    p_fatal_field: float
    wall_p_ais3: float
    wall_stars: int
    restraint: str
    structure: str
    status: str
    extrapolated: bool
    deflection_mm: float
    femur_kN: float
    p_head: float
    p_neck: float
    p_chest: float
    p_femur: float
    length_m: float
    width_m: float
    height_m: float
    wheelbase_m: float
    body_kind: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A meeting of two vehicles; `pulse` holds time_s and, by side, vehicle_g, chest_g and crush_m."""

    first: SceneSide
    second: SceneSide
    closing_mps: float
    overlap: float
    age_yr: float
    momentum_residual: float
    share_at_or_above: float
    """Share of two-vehicle crashes at or above this closing speed (assumed exponential density)."""
    time_to_crush_s: float
    pulse: Mapping[str, Any] | None
    status: str = "assumed"

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and text for JSON; what is unknown is null."""
        sides = {
            name: {key: _plain(getattr(side, key)) for key in SceneSide.__slots__}
            for name, side in (("first", self.first), ("second", self.second))
        }
        return {
            "closing_mps": self.closing_mps,
            "overlap": self.overlap,
            "age_yr": self.age_yr,
            **sides,
            "momentum_residual": self.momentum_residual,
            "share_at_or_above": self.share_at_or_above,
            "share_status": "assumed",
            "time_to_crush_s": self.time_to_crush_s,
            "pulse": dict(self.pulse) if self.pulse is not None else None,
            "status": self.status,
        }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def collide_vehicles(
    first: Vehicle,
    i: int,
    second: Vehicle,
    j: int,
    closing_mps: float,
    overlap: float = OFFSET_OVERLAP,
    *,
    restraint: tuple[str, str] | None = None,
    age: float = injury.REFERENCE_AGE_YR,
    pulses: bool = True,
) -> Scene:
    """Vehicle `i` of one batch meets vehicle `j` of another head-on.

    `restraint` overrides what each vehicle is taken to have.
    """
    records = (_record(first, i), _record(second, j))
    structure = [structure_of(record) for record in records]
    lost = (float(records[0].travel_lost_m.value), float(records[1].travel_lost_m.value))
    fitted = restraint or (str(records[0].restraint.value), str(records[1].restraint.value))
    met = collide(structure[0], structure[1], closing_mps, overlap, fitted, age, travel_lost_m=lost, pulses=pulses)
    walls = [
        strike_wall(s, WALL_SPEED_MPS, restraint=name, travel_lost_m=less).first
        for s, name, less in zip(structure, fitted, lost, strict=True)
    ]
    batches, rows = (first, second), (i, j)
    sides = [
        _side(side, wall, record, batch, row)
        for side, wall, record, batch, row in zip((met.first, met.second), walls, records, batches, rows, strict=True)
    ]
    scale = float(field.parameter("closing_scale_mps").value)
    return Scene(
        first=sides[0],
        second=sides[1],
        closing_mps=float(closing_mps),
        overlap=float(overlap),
        age_yr=float(age),
        momentum_residual=float(met.momentum_residual),
        share_at_or_above=float(field.share_at_or_above(closing_mps, scale)),
        time_to_crush_s=float(met.time_to_crush_s),
        pulse=_pulse(met) if pulses else None,
    )


def passing_vehicle(batch: Vehicle, row: int, standard: str) -> Passing:
    """A vehicle's chance of meeting each limit of a standard, such as `fmvss-208`."""
    size_m = (float(batch.width_m[row]), float(batch.height_m[row]))
    return passing(_record(batch, row), standard, _name(batch, row), size_m=size_m)


def comply_vehicle(batch: Vehicle, row: int, tests: str) -> Design:
    """What passing a set of tests (`fmvss`, `un`, `japan`, `none`) would add to a vehicle in length, mass and money."""
    return compliance(_record(batch, row), tests)


def partners_vehicle(batch: Vehicle, row: int, *, overlap: float = OFFSET_OVERLAP) -> dict[str, Any]:
    """A vehicle against its own kind and every partner class of the road, by closing speed: both sides, as plain values."""
    return table_of(_record(batch, row), _name(batch, row), overlap=overlap)


def front_vehicle(batch: Vehicle, row: int, points: int = CURVE_POINTS) -> dict[str, Any]:
    """Force against crush of a vehicle's front on its full width, until the cabin has given way by 20 cm, as plain lists."""
    record = _record(batch, row)
    structure = structure_of(record)
    yields_m = float(structure.crush_m * structure.reserve)
    crush = np.linspace(0.0, yields_m + CURVE_PAST_M, points)
    force = np.asarray(force_at(structure, crush))
    return {
        "id": record.id,
        "name": _name(batch, row),
        "crush_m": [float(x) for x in crush],
        "force_kN": [float(f) * 1e-3 for f in force],
        "cabin_yields_m": yields_m,
        "status": record.crush_m.status,
    }


def _record(batch: Vehicle, row: int) -> StructureRecord:
    if not 0 <= row < len(batch):
        raise InputError(f"row {row} of a batch of {len(batch)} vehicles", "count rows from 0", code="crash.row")
    return structure_record(batch)[row]


def _name(batch: Vehicle, row: int) -> str:
    return " ".join(part for part in (batch.make[row], batch.model[row]) if part) or batch.ids[row]


def _side(side: Side, wall: Side, record: StructureRecord, batch: Vehicle, row: int) -> SceneSide:
    return SceneSide(
        id=record.id,
        name=_name(batch, row),
        mass_kg=float(side.mass_kg),
        delta_v_mps=float(side.delta_v_mps),
        crush_m=float(side.crush_m),
        intrusion_m=float(side.intrusion_m),
        peak_g=float(side.peak_g),
        chest_g=float(side.chest_g),
        hic15=float(side.hic15),
        nij=float(side.nij),
        p_ais3=float(side.p_ais3),
        p_fatal_field=float(side.p_fatal_field),
        wall_p_ais3=float(wall.p_ais3),
        wall_stars=injury.stars(float(wall.p_ais3)),
        restraint=side.restraint,
        structure=record.row,
        status="assumed",
        extrapolated=bool(side.extrapolated),
        **{name: float(getattr(side, name)) for name in ("deflection_mm", "femur_kN", "p_head", "p_neck", "p_chest", "p_femur")},
        **{name: float(batch[name][row]) for name in ("length_m", "width_m", "height_m", "wheelbase_m")},
        body_kind=batch.body_kind[row],
    )


def _pulse(met: Collision) -> dict[str, Any]:
    assert met.pulse is not None
    time = met.pulse.time_s
    stride = max(math.ceil(time.size / POINTS), 1)

    def series(values: Any, places: int) -> list[float]:
        return [round(float(x), places) for x in np.asarray(values)[::stride]]

    sides = {
        name: {
            "vehicle_g": series(met.pulse.vehicle_g[:, k], 3),
            "chest_g": series(met.pulse.chest_g[:, k], 3),
            "crush_m": series(met.pulse.crush_m[:, k], 5),
        }
        for k, name in enumerate(("first", "second"))
    }
    return {"time_s": series(time, 6), "closing_mps": series(met.pulse.closing_mps, 4), **sides}
