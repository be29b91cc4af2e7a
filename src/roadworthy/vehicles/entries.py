"""One line of a vehicle file: `mass = { value = "930 kg", source = "...", status = "published", sd = "15 kg" }` as cells.

A price gives three cells (amount, currency, year); an economy in Wh/km is electric and goes to `consumption`.
"""

from __future__ import annotations

import math
import re
from typing import Any

from roadworthy.core import STATUSES, InputError, near, unknown
from roadworthy.vehicles.door import UNKNOWN, door_value
from roadworthy.vehicles.quantities import money, quantity, tidy, to_si
from roadworthy.vehicles.schema import Field, fields
from roadworthy.vehicles.vehicle import Cell

USER = "user"
CELL_KEYS = ("value", "source", "status", "sd", "unit")
EQUIPMENT = (
    "abs", "aeb", "airbags", "belts_209", "esc", "headlamps", "latch", "mirrors", "parking_brake", "rear_camera", "rear_visibility_111_S6.2",
    "reflex_reflectors", "stop_lamps", "taillamps", "tpms", "turn_signals_front_rear", "vin_565", "windshield_205",
    "convertible", "dual_wheels", "forward_control", "high_theft_line", "high_voltage", "sliding_door",
    "assembled_in_us", "canada_certified", "canada_maker_letter", "certified_to_class", "epa_certified", "exemption_granted", "ici_certificate",
    "jp_type_approved",
    "local_authorisation", "made_for_roads", "replica", "speed_governor_retrofit", "us_certified",
)  # fmt: skip
"""What the law asks of a vehicle beside its numbers; ids of standards (us.fmvss.201) say whether one is met. Tests hold it against the rulebook."""
ANSWERS = {True: "yes", False: "no", "yes": "yes", "no": "no", UNKNOWN: UNKNOWN}


def cells_of(found: Field, unit: str | None, given: object, allow: bool, currency: bool) -> dict[str, Cell]:
    """The cells that one line gives: one, or three for a price with its currency and year."""
    status, source, spread, value = "assumed", USER, None, given
    if isinstance(given, dict):
        bad = [key for key in given if key not in CELL_KEYS]
        if bad:
            raise InputError(f"{found.stem} has no part {bad[0]!r}", near(bad[0], CELL_KEYS), code="vehicle.value")
        if "value" not in given:
            raise InputError(f"{found.stem} has no value", 'write { value = "...", source = "..." }', code="vehicle.value")
        status, source, spread, value = given.get("status", status), given.get("source", source), given.get("sd"), given["value"]
        unit = given.get("unit", unit)
        if status not in STATUSES:
            raise unknown("status", str(status), STATUSES)
        if not isinstance(source, str):
            raise InputError(f"the source of {found.stem} is not text", "put it in quotation marks", code="vehicle.value")
    elif isinstance(given, list):
        raise InputError(f"{found.stem} is a list", "give one value", code="vehicle.value")
    if found.dimension == "money":
        return _price(found, value, status, source, spread, currency)
    if found.dimension == "economy" and (unit == "Wh/km" or (isinstance(value, str) and re.search(r"Wh\s*/\s*km\s*$", value))):
        found = fields()["consumption_J_per_m"]
    held = _unlimited(found, unit, value) if allow else door_value(found, unit, value)
    if held == "" or (isinstance(held, float) and math.isnan(held)):
        return {found.name: Cell(held, UNKNOWN, "")}
    return {found.name: Cell(held, str(status), source, _spread(found, unit, spread, held))}


def _unlimited(found: Field, unit: str | None, value: Any) -> float | str:
    """As `door_value` but without the plausible range; what is impossible is still refused."""
    try:
        return door_value(found, unit, value)
    except InputError as fault:
        if fault.code != "vehicle.range" or "outside the plausible range" not in fault.message:
            raise
        return quantity(value, found) if isinstance(value, str) else to_si(float(value), unit or "", found)


def _spread(found: Field, unit: str | None, spread: object, held: float | str) -> float:
    """Log-normal sd from an sd given in the unit of the value."""
    if spread is None:
        return math.nan
    if isinstance(held, str) or (not found.unit and found.kind != "number"):
        raise InputError(f"{found.stem} cannot have an sd", "leave sd out", code="vehicle.value")
    if isinstance(spread, str):
        sd = quantity(spread, found)
    elif isinstance(spread, (int, float)) and (unit or not found.unit):
        sd = to_si(float(spread), unit or "", found)
    else:
        raise InputError(f"sd = {spread!r} of {found.stem} has no unit", "give it a unit, in quotation marks", code="unit.missing")
    if not (sd >= 0 and math.isfinite(sd)):
        raise InputError(f"sd = {spread!r} of {found.stem} is negative", "give a positive one", code="vehicle.range")
    return tidy(sd / held)


def _price(found: Field, value: Any, status: str, source: str, spread: object, currency: bool) -> dict[str, Cell]:
    if value == UNKNOWN:
        return {found.name: Cell(math.nan, UNKNOWN, "")}
    if spread is not None:
        raise InputError(f"{found.stem} cannot have an sd", "give price_min and price_max", code="vehicle.value")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and currency:
        return {found.name: Cell(_positive(found, float(value)), status, source)}
    if not isinstance(value, str):
        raise InputError(
            f"{found.stem} = {value!r} has no currency", f'write it like {found.stem} = "1648900 JPY 2023"', code="unit.missing"
        )
    amount, name, year = money(value)
    cells = {found.name: Cell(_positive(found, amount), status, source), "price_currency": Cell(name, status, source)}
    if year is None:
        raise InputError(
            f"{found.stem} = {value!r} has no year", f'write it like {found.stem} = "{amount:.0f} {name} 2023"', code="unit.missing"
        )
    return {**cells, "price_year": Cell(float(year), status, source)}


def _positive(found: Field, amount: float) -> float:
    if not (amount > 0 and math.isfinite(amount)):
        raise InputError(f"{found.stem} = {amount:g} is not a price", "give a positive amount", code="vehicle.range")
    return amount


def equipment_of(given: object) -> dict[str, str]:
    """Name -> yes, no or unknown."""
    if not isinstance(given, dict):
        raise InputError("equipment is not a table", "write equipment = { airbags = true, esc = false }", code="vehicle.value")
    out = {}
    for name, answer in given.items():
        if not isinstance(answer, (bool, str)) or answer not in ANSWERS:
            raise InputError(f"equipment {name} = {answer!r}", 'write true, false or "unknown"', code="vehicle.value")
        if name not in EQUIPMENT and not str(name).startswith(("us.fmvss.", "us.part.")):
            raise unknown("equipment", str(name), EQUIPMENT)
        out[str(name)] = ANSWERS[answer]
    return out
