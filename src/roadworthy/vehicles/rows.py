"""One vehicle of a file: its id, what it takes from another, its fields, and what it still lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from roadworthy.core import InputError, unknown
from roadworthy.vehicles.catalogue import catalogue
from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.entries import USER, cells_of, equipment_of
from roadworthy.vehicles.fill import ENGINES
from roadworthy.vehicles.quantities import example_unit
from roadworthy.vehicles.schema import at_door, fields
from roadworthy.vehicles.vehicle import Cell

NOT_COPIED = (
    *("make", "model", "code", "group", "rebadges", "sales_japan_2025", "crash_tests", "note"),
    *("economy_m_per_m3", "consumption_J_per_m", "economy_cycle", "range_m", "range_cycle", "speed_max_mps", "t_0_60mph_s"),
)
"""What belongs to the very car that `like` names and not to one of its kind: its name, its sales, its measured results."""
STALE = {
    "mass_kg": ("mass_max_kg", "gvwr_kg"),
    "power_W": ("torque_Nm", "turbo"),
    "displacement_m3": ("torque_Nm", "powertrain"),
    "battery_J": ("powertrain",),
}
"""Copied fields that a field given anew makes stale; `fill` finds them again."""
ENGINE_PARTS = ("displacement_m3", "turbo", "torque_Nm", "gearbox")
BATTERY_PARTS = ("battery_J", "torque_Nm", "gearbox")
EXAMPLE = {"length_m": "3.395", "width_m": "1.475", "height_m": "1.79", "power_W": "47"}
SPECIAL = ("id", "like", "implausible_ok", "equipment")
_ID = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)*$")


def read_one(
    table: Mapping[str, Any],
    number: int,
    rows: dict[str, dict[str, Cell]],
    equipment: dict[str, dict[str, str]],
    wrong: Callable[[InputError, str | None], None],
) -> None:
    """Read one vehicle into `rows`; what is wrong is handed to `wrong` with the key it stands at."""
    id = table.get("id")
    if not isinstance(id, str) or not _ID.match(id):
        wrong(_bad_id(id), "id" if "id" in table else None)
        id = f"vehicle_{number + 1}_without_id"
    if id in rows:
        wrong(InputError(f"two vehicles are called {id!r}", "rename one of them", code="vehicle.duplicate"), "id")
    row: dict[str, Cell] = {}
    complete = True
    if "like" in table:
        try:
            row = _without_stale(_like(table["like"], rows), table)
        except InputError as fault:
            complete = False
            wrong(fault, "like")
    spelled: dict[str, str] = {}
    allow = table.get("implausible_ok", False) is True
    currency = isinstance(table.get("price_currency"), (str, dict))
    for key, given in table.items():
        if key in SPECIAL:
            continue
        try:
            found, unit = at_door(key)
            if found.name in spelled:
                other = spelled[found.name]
                raise InputError(f"{other!r} and {key!r} are two spellings of one field", "keep one of them", code="vehicle.twice")
            spelled[found.name] = key
            row.update(cells_of(found, unit, given, allow, currency))
        except InputError as fault:
            wrong(fault, key)
    try:
        equipment[id] = equipment_of(table.get("equipment", {}))
    except InputError as fault:
        wrong(fault, "equipment")
    row.setdefault("group", Cell(USER, "derived", "users' file"))
    for lack in _lacking(row, set(spelled)) if complete else ():
        wrong(lack, None)
    rows[id] = row


def _bad_id(id: object) -> InputError:
    if id is None:
        return InputError("a vehicle has no id", 'give it one, such as id = "my_micro_van"', code="vehicle.missing")
    slug = re.sub(r"[^a-z0-9]+", "_", str(id).lower()).strip("_") or "my_micro_van"
    return InputError(f"id {id!r} is not lower case letters, digits and underscores", f"write id = {slug!r}", code="vehicle.id")


def _like(name: object, rows: Mapping[str, dict[str, Cell]]) -> dict[str, Cell]:
    """The cells of another vehicle, with their status and source."""
    if isinstance(name, str) and name in rows:
        return {f: c for f, c in rows[name].items() if f not in NOT_COPIED}
    seed = catalogue()
    if not isinstance(name, str) or name not in seed.ids:
        raise unknown("vehicle", str(name), [*rows, *seed.ids], see="roadworthy vehicles list")
    i = seed.index(name)
    cells = {f: seed.cell(i, f) for f in fields() if f not in NOT_COPIED}
    return {f: c for f, c in cells.items() if c.status != UNKNOWN}


def _without_stale(copied: dict[str, Cell], table: Mapping[str, Any]) -> dict[str, Cell]:
    """The copied cells less those that the file's own fields contradict."""
    named = set()
    for key in table:
        try:
            named.add(at_door(key)[0].name)
        except InputError:
            continue
    gone = {f for name in named for f in STALE.get(name, ())}
    drive = table.get("powertrain")
    drive = drive.get("value") if isinstance(drive, dict) else drive
    gone.update(ENGINE_PARTS if drive == "bev" else BATTERY_PARTS if drive == "ice" else ())
    return {f: c for f, c in copied.items() if f not in gone - named}


def _lacking(row: Mapping[str, Cell], named: set[str]) -> list[InputError]:
    """What every vehicle must say; a field given as "unknown" is said."""
    out = []
    has = set(row) | named
    for f in fields().values():
        if f.need == "required" and f.name not in has and not (f.name == "built_first" and "built" in has):
            unit = example_unit(f)
            example = {"date": f"{f.stem} = 2026", "count": f"{f.stem} = 4"}.get(
                f.dimension, f'{f.stem} = "{EXAMPLE.get(f.name, "...")} {unit}"'
            )
            out.append(InputError(f"{f.stem} is missing: {f.meaning}", f'add {example}, or {f.stem} = "unknown"', code="vehicle.missing"))
    drive = row.get("powertrain", Cell("", UNKNOWN, "")).value
    engine, battery = "displacement_m3" in has, "battery_J" in has
    if drive in ENGINES and not engine:
        out.append(InputError("displacement is missing for an engine", 'add displacement = "658 cc"', code="vehicle.missing"))
    elif drive == "bev" and not battery:
        out.append(InputError("battery is missing for a battery car", 'add battery = "20 kWh"', code="vehicle.missing"))
    elif not drive and all(row[f].status != UNKNOWN for f in ("displacement_m3", "battery_J") if f in row) and engine and battery:
        mend = 'write powertrain = "bev", "phev", "hev" or "mhev"'
        out.append(InputError("there are both an engine and a battery, and no powertrain", mend, code="vehicle.missing"))
    elif not drive and not engine and not battery:
        out.append(
            InputError(
                "there is neither an engine nor a battery", 'add displacement = "658 cc" or battery = "20 kWh"', code="vehicle.missing"
            )
        )
    return out
