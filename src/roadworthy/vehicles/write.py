"""Vehicles as a TOML file that `load` reads back: values, statuses, sources and spreads included, bit for bit."""

from __future__ import annotations

import json
import math

from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.schema import Field, fields
from roadworthy.vehicles.vehicle import Cell, Vehicle


def dump(v: Vehicle) -> str:
    """The text of a file with these vehicles, in SI, with provenance; `load(dump(v)) == v`."""
    return "\n".join(_one(v, i) for i in range(len(v)))


def _one(v: Vehicle, i: int) -> str:
    lines = ["[[vehicle]]", f"id = {_text(v.ids[i])}"]
    cells = {f.name: v.cell(i, f.name) for f in fields().values()}
    held = [(f, cells[f.name]) for f in fields().values() if cells[f.name].status != UNKNOWN]
    if any(_outside(f, c) for f, c in held):
        lines.append("implausible_ok = true")
    for f in fields().values():
        cell = cells[f.name]
        if cell.status != UNKNOWN:
            lines.append(f"{f.stem} = {_cell(f, cell)}")
        elif f.need == "required" or f.name == _heart(cells):
            lines.append(f'{f.stem} = "{UNKNOWN}"')
    if v.equipment[i]:
        lines.append("equipment = { " + ", ".join(f"{_text(k)} = {_text(x)}" for k, x in v.equipment[i].items()) + " }")
    return "\n".join(lines) + "\n"


def _heart(cells: dict[str, Cell]) -> str:
    """The engine or battery that a reader would miss."""
    drive = cells["powertrain"].value
    known = cells["displacement_m3"].status != UNKNOWN or cells["battery_J"].status != UNKNOWN
    return "battery_J" if drive == "bev" else "displacement_m3" if drive or not known else ""


def _outside(f: Field, cell: Cell) -> bool:
    return isinstance(cell.value, float) and f.dimension != "money" and not f.low <= cell.value <= f.high


def _cell(f: Field, cell: Cell) -> str:
    unit = f" {f.unit}" if f.unit else ""
    if isinstance(cell.value, str):
        value = _text(cell.value)
    elif f.kind == "flag":
        value = "true" if cell.value else "false"
    else:
        value = _text(f"{cell.value!r}{unit}") if unit else repr(cell.value)
    sd = ""
    if not math.isnan(cell.sd_ln) and isinstance(cell.value, float):
        spread = cell.sd_ln * cell.value
        sd = ", sd = " + (_text(f"{spread!r}{unit}") if unit else repr(spread))
    return f"{{ value = {value}, status = {_text(cell.status)}, source = {_text(cell.source)}{sd} }}"


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(value, ensure_ascii=False)
