"""Which front structure does a vehicle have, when nobody has measured one?

A vehicle listed by id has its own row; others take the first class row that fits group, kind of body and test mass (table
crash/structures). Test mass = curb mass + load. Every structure is assumed and says so in its record.
Limits: front length was the guide, not tests; a user's vehicle is placed by its body and mass, unless the user states
`crush_length`, `crush_reserve` or `cabin_strength` of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np

from roadworthy.core import Cited, InputError, Status, weakest
from roadworthy.core.axes import INCUMBENT_CLASSES, PARTNERS
from roadworthy.crash.structure import Structure
from roadworthy.vehicles import Vehicle

WITHOUT_BAG = "belt_1990s"
WITH_BAG = "modern"
GIVEN = {"crush_m": "crush_length_m", "reserve": "crush_reserve", "strength": "cabin_strength"}
"""Fields by which a user states the structure of a vehicle of their own; empty in the catalogue."""


@dataclass(frozen=True, slots=True)
class StructureRecord:
    """Where the structure of one vehicle comes from, value by value."""

    id: str
    row: str
    """Id or class whose row was used."""
    mass_kg: Cited
    crush_m: Cited
    reserve: Cited
    strength: Cited
    restraint: Cited
    travel_lost_m: Cited
    """Free travel of the occupant less than behind a nose: a seat over the axle is close to the wheel and the panel."""


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, Any], ...]:
    from roadworthy.data import table

    return tuple(table("crash/structures").iter_rows(named=True))


def class_row(vehicle_id: str, group: str, body_kind: str, curb_kg: float) -> dict[str, Any]:
    """The first row of crash/structures that fits a vehicle."""
    for row in _rows():
        if row["kind"] == "id":
            if row["key"] == vehicle_id:
                return row
            continue
        fits = (row["group"] or group) == group and (row["body_kind"] or body_kind) == body_kind
        if fits and row["mass_from_kg"] <= curb_kg + row["load_kg"] < row["mass_to_kg"]:
            return row
    raise InputError(f"{vehicle_id} fits no row of crash/structures", "give its kind of body and its mass", code="crash.structure")


def structure_record(v: Vehicle) -> tuple[StructureRecord, ...]:
    """The structure of every vehicle of a batch as cited values; the mass carries the weakest of its statuses."""
    out = []
    for i, name in enumerate(v.ids):
        curb, wheels = float(v.mass_kg[i]), float(v.wheels[i])
        if not curb > 0.0:
            raise InputError(
                f"the mass of {name} is not known",
                "give mass_kg, or fill the vehicle first",
                code="crash.mass_unknown",
                where=f"{name}.mass_kg",
            )
        if wheels < 3.0:
            raise InputError(
                f"{name} has {wheels:g} wheels", "the room has no model of motorcycles", code="crash.motorcycle", where=f"{name}.wheels"
            )
        row = class_row(name, v.group[i], v.body_kind[i], curb)
        known = v.status("mass_kg")[i]
        mass = Cited(
            curb + row["load_kg"],
            "kg",
            f"curb mass ({v.source('mass_kg')[i]}) + {row['load_kg']:.0f} kg as tested",
            weakest((known if known != "unknown" else "assumed", "assumed")),
        )
        bags = v.equipment[i].get("airbags", "")
        fitted = {"no": WITHOUT_BAG, "yes": WITH_BAG}.get(bags, row["restraint"])

        def cited(field: str, unit: str, row: dict[str, Any] = row, i: int = i) -> Cited:
            own = GIVEN.get(field)
            if own and v.known(own)[i]:
                return Cited(float(v[own][i]), unit, v.source(own)[i], cast(Status, v.status(own)[i]))
            return Cited(row[field], unit, f"{row['key']}: {row['source']}", row["status"])

        restraint = Cited(fitted, "", "equipment of the vehicle" if bags in ("yes", "no") else f"{row['key']}: default", "assumed")
        front = (cited("crush_m", "m"), cited("reserve", "1"), cited("strength", "1"))
        out.append(StructureRecord(name, row["key"], mass, *front, restraint, cited("travel_lost_m", "m")))
    return tuple(out)


def structure_of(record: StructureRecord) -> Structure:
    """The structure of one record, without batch."""
    return Structure.of(*(getattr(record, field).value for field in ("mass_kg", "crush_m", "reserve", "strength")))


def structures(v: Vehicle) -> Structure:
    """Front structures of a batch of vehicles, [n]; all assumed (see `structure_record`)."""
    records = structure_record(v)
    return Structure.of(*(np.array([getattr(r, field).value for r in records]) for field in ("mass_kg", "crush_m", "reserve", "strength")))


def restraints_of(v: Vehicle) -> tuple[str, ...]:
    """The restraint that each vehicle has, by name."""
    return tuple(str(record.restraint.value) for record in structure_record(v))


def class_structures() -> Structure:
    """Mean structures of the four incumbent classes, in the order of `axes.INCUMBENT_CLASSES`."""
    return _fleet("class", INCUMBENT_CLASSES)


def partner_structures() -> Structure:
    """Mean structures of the four partners, in the order of `axes.PARTNERS`; heavy is a moving wall (assumed)."""
    return _fleet("partner", PARTNERS)


def _fleet(kind: str, keys: tuple[str, ...]) -> Structure:
    from roadworthy.data import table

    rows = {row["key"]: row for row in table("crash/fleet_structures").iter_rows(named=True) if row["kind"] == kind}
    return Structure.of(*(np.array([rows[key][field] for key in keys]) for field in ("mass_kg", "crush_m", "reserve", "strength")))
