"""Units at the doors: SI inside, the user's or the law's unit outside, converted once.

`parse("3.395 m", "length")` and `convert(130.0, "in", "length")` return SI; `suffix` splits `length_mm` into field and unit.
Money is not converted here: a price keeps its currency and year until `cost` turns it into dollars of the base year.
"""

from __future__ import annotations

import math
import re

from roadworthy.core.errors import InputError, near

MILE_M = 1609.344
FOOT_M = 0.3048
INCH_M = 0.0254
POUND_KG = 0.45359237
GRAVITY = 9.80665
POUND_FORCE_N = POUND_KG * GRAVITY
GALLON_M3 = 3.785411784e-3
IMPERIAL_GALLON_M3 = 4.54609e-3
MPH = MILE_M / 3600.0
KMH = 1.0 / 3.6
HORSEPOWER_W = 745.69987
METRIC_HORSEPOWER_W = 735.49875
KWH_J = 3.6e6
GASOLINE_J_PER_GALLON = 121.3e6
"""Energy of a US gallon of gasoline as EPA counts it (33.7 kWh)."""
SQUARE_FOOT_M2 = FOOT_M**2

UNITS: dict[str, dict[str, float]] = {
    "length": {"m": 1.0, "mm": 1e-3, "cm": 1e-2, "km": 1e3, "in": INCH_M, "ft": FOOT_M, "mi": MILE_M},
    "area": {"m2": 1.0, "ft2": SQUARE_FOOT_M2},
    "mass": {"kg": 1.0, "t": 1e3, "lb": POUND_KG},
    "power": {"W": 1.0, "kW": 1e3, "PS": METRIC_HORSEPOWER_W, "hp": HORSEPOWER_W},
    "torque": {"Nm": 1.0, "N m": 1.0, "kgf m": GRAVITY, "kgfm": GRAVITY, "lb ft": POUND_FORCE_N * FOOT_M, "lbft": POUND_FORCE_N * FOOT_M},
    "volume": {"m3": 1.0, "cc": 1e-6, "cm3": 1e-6, "L": 1e-3},
    "energy": {"J": 1.0, "kWh": KWH_J, "MJ": 1e6},
    "speed": {"mps": 1.0, "m/s": 1.0, "kmh": KMH, "km/h": KMH, "mph": MPH},
    "time": {"s": 1.0},
    "angle": {"deg": math.pi / 180.0, "rad": 1.0},
    "economy": {"m/m3": 1.0, "m_per_m3": 1.0, "kml": 1e6, "km/L": 1e6, "mpg": MILE_M / GALLON_M3, "mpg_imp": MILE_M / IMPERIAL_GALLON_M3},
    "count": {"": 1.0},
    "ratio": {"": 1.0},
}
"""Factor to SI of every unit accepted, by dimension. Units are case-sensitive as written."""


def factor(unit: str, dimension: str) -> float:
    """Multiplier from `unit` to SI.

    Raises InputError for an unknown unit, or one of another dimension, with the units that would do.
    """
    table = UNITS[dimension]
    if unit in table:
        return table[unit]
    for other, units in UNITS.items():
        if unit and unit in units:
            raise InputError(
                f"unit {unit!r} measures {other}, not {dimension}",
                f"use one of {', '.join(u for u in table if u)}",
                code="unit.dimension",
            )
    raise InputError(f"unit {unit!r} is not known for {dimension}", near(unit, [u for u in table if u]), code="unit.unknown")


def convert(value: float, unit: str, dimension: str) -> float:
    """`value` in `unit`, as SI."""
    return value * factor(unit, dimension)


_QUANTITY = re.compile(r"^\s*([-+]?\d[\d,_]*\.?\d*(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def parse(text: str, dimension: str) -> float:
    """A number with its unit, such as '3.395 m' or '64PS', as SI. A bare number is refused where a unit is due."""
    found = _QUANTITY.match(text)
    if not found:
        raise InputError(f"{text!r} is not a number with a unit", f"write it like {_example(dimension)!r}", code="unit.syntax")
    number = float(found.group(1).replace(",", "").replace("_", ""))
    unit = found.group(2)
    if not unit and "" not in UNITS[dimension]:
        raise InputError(f"{text!r} has no unit", f"write it like {_example(dimension)!r}", code="unit.missing")
    return convert(number, unit, dimension)


def _example(dimension: str) -> str:
    return f"1.0 {next(iter(UNITS[dimension]))}".strip()


def suffix(name: str, fields: dict[str, str]) -> tuple[str, str] | None:
    """Split `length_mm` into ('length', 'mm') when the stem is in `fields` (stem -> dimension); else None."""
    for stem, dimension in fields.items():
        if name.startswith(stem + "_"):
            unit = name[len(stem) + 1 :]
            if unit in UNITS[dimension]:
                return stem, unit
    return None
