"""A value at the door: text with a unit, a number whose name carries the unit, or a plain count, turned into SI once.

`economy` takes distance on a volume (km/L, mpg) and its reciprocal (L/100km); Wh/km is electric and belongs to `consumption`.
Rounding to 15 digits removes the last-bit noise of a factor such as 1e-3, so that "3400 mm" is exactly 3.4 m beside a legal limit.
"""

from __future__ import annotations

import math
import re

from roadworthy.core import InputError, near
from roadworthy.core.units import UNITS, convert, parse
from roadworthy.vehicles.schema import Field

CURRENCIES = ("USD", "JPY", "EUR", "CNY")
LITRE_PER_100KM = 1e8
"""x L/100km is 1e8 / x metres on a cubic metre."""
WH_PER_KM_J_PER_M = 3.6
_MONEY = re.compile(r"^\s*([\d][\d,_]*(?:\.\d+)?)\s*([A-Za-z]{3})(?:\s+(\d{4}))?\s*$")
_NUMBER_UNIT = re.compile(r"^\s*([-+]?[\d.,_]+(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def tidy(value: float) -> float:
    """`value` to 15 significant digits; SI given as SI is left bit for bit."""
    return float(f"{value:.15g}")


def to_si(value: float, unit: str, found: Field) -> float:
    """A number in `unit` as the SI value of a field."""
    dimension = found.dimension
    if dimension == "economy" and unit == "L/100km":
        if value <= 0:
            raise InputError(f"{value:g} L/100km is not possible", "give a positive consumption", code="vehicle.range")
        return tidy(LITRE_PER_100KM / value)
    if dimension == "consumption":
        return tidy(value * WH_PER_KM_J_PER_M) if _known(unit, ("J/m", "J_per_m", "Wh/km")) == "Wh/km" else value
    if dimension in ("money", "flag", "text", "date"):
        return value
    return value if UNITS[dimension].get(unit) == 1.0 else tidy(convert(value, unit, dimension))


def _known(unit: str, units: tuple[str, ...]) -> str:
    if unit not in units:
        raise InputError(f"unit {unit!r} is not known for consumption", near(unit, units), code="unit.unknown")
    return unit


def quantity(text: str, found: Field) -> float:
    """A number with its unit, such as "3.395 m" or "5.2 L/100km", as the SI value of a field."""
    split = _NUMBER_UNIT.match(text)
    unit = split.group(2) if split else ""
    special = found.dimension == "consumption" or (found.dimension == "economy" and unit == "L/100km")
    if split and special and unit:
        return to_si(float(split.group(1).replace(",", "").replace("_", "")), unit, found)
    if special or found.dimension in UNITS:
        if found.dimension not in UNITS:
            raise InputError(f"{text!r} is not a number with a unit", "write it like '120 Wh/km'", code="unit.syntax")
        value = _nearer(text, unit, found)
        return value if UNITS[found.dimension][unit] == 1.0 else tidy(value)
    raise InputError(f"{text!r} is not a number", f"{found.stem} is a plain number", code="unit.syntax")


def _nearer(text: str, unit: str, found: Field) -> float:
    """`parse`, with a mend that looks at capitals first: 'KG' means kg."""
    try:
        return parse(text, found.dimension)
    except InputError as fault:
        folded = {u.lower(): u for u in UNITS[found.dimension] if u}
        if fault.code == "unit.unknown" and unit.lower() in folded:
            raise InputError(fault.message, f"did you mean {folded[unit.lower()]!r}?", code=fault.code) from None
        raise


def money(text: str) -> tuple[float, str, int | None]:
    """Amount, currency and year of a price such as "1648900 JPY 2023"."""
    found = _MONEY.match(text)
    if not found:
        raise InputError(f"{text!r} is not a price", "write it like '1648900 JPY 2023'", code="unit.syntax")
    currency = found.group(2)
    if currency not in CURRENCIES:
        raise InputError(f"currency {currency!r} is not known", near(currency.upper(), CURRENCIES), code="unit.unknown")
    year = int(found.group(3)) if found.group(3) else None
    return float(found.group(1).replace(",", "").replace("_", "")), currency, year


THOUSAND = 1000.0
SLIPS = (
    (25.4, "inches read as mm?"),
    (THOUSAND, "a factor of 1000 is off: mm for m, or W for kW?"),
    (10.0, "mm read as cm?"),
    (100.0, "cm read as m?"),
)
"""Factors by which people slip between units, with the question that each suggests; only the thousand for other than lengths."""
EXAMPLES = {"power": "kW", "volume": "cc", "energy": "kWh", "speed": "km/h", "economy": "km/L", "torque": "N m", "consumption": "Wh/km"}


def example_unit(found: Field) -> str:
    """The unit in which people usually write a field."""
    return EXAMPLES.get(found.dimension, found.unit)


def plausible(value: float, found: Field, shown: str) -> None:
    """Refuse a value outside the plausible range of its field, with the slip that would explain it."""
    if not math.isfinite(value):
        raise InputError(f"{found.stem} = {shown} is not a finite number", 'give a number, or "unknown"', code="vehicle.range")
    if found.low <= value <= found.high:
        return
    unit = f" {found.unit}" if found.unit else ""
    hint = f"plausible: {found.low:g} to {found.high:g}{unit}"
    if value <= 0 < found.low:
        word = "negative" if value < 0 else "zero"
        raise InputError(f"{found.stem} = {shown} is {word}", f"give a positive number; {hint}", code="vehicle.range")
    said = f"{found.stem} = {shown} is {value:.4g}{unit}" if unit else f"{found.stem} = {shown}"
    for ratio, words in SLIPS if found.unit else ():
        if found.dimension == "length" or ratio == THOUSAND:
            for mended in (value * ratio, value / ratio):
                if found.low <= mended <= found.high:
                    mend = f"{words} that would be {mended:.4g}{unit}; {hint}; if it is right write implausible_ok = true"
                    raise InputError(f"{said}, outside the plausible range", mend, code="vehicle.range")
    raise InputError(f"{said}, outside the plausible range", f"{hint}; if it is right write implausible_ok = true", code="vehicle.range")


__all__ = ["CURRENCIES", "example_unit", "money", "plausible", "quantity", "tidy", "to_si"]
