"""One value as a user gives it, checked and turned into what the record holds: SI numbers, ISO dates, known words.

Text with a unit, a number whose name carries the unit, true and false, a date, or "unknown"; anything else is refused with a sentence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from roadworthy.core import InputError, unknown
from roadworthy.vehicles import dates
from roadworthy.vehicles.quantities import example_unit, plausible, quantity, to_si
from roadworthy.vehicles.schema import Field

UNKNOWN = "unknown"
"""What may be written for a value that nobody knows, and the status it has."""


def door_value(found: Field, unit: str | None, value: Any) -> float | str:
    """One value as given by a user, as SI and checked; NaN or "" for None and "unknown"."""
    if value is None or value == UNKNOWN:
        return float("nan") if found.numeric else ""
    if found.kind == "date":
        return dates.date_text(value)
    if found.kind == "flag":
        if not isinstance(value, (bool, np.bool_)) and value not in (0.0, 1.0):
            raise InputError(f"{found.stem} = {value!r} is neither true nor false", 'write true, false or "unknown"', code="vehicle.value")
        return float(value)
    if not found.numeric:
        if not isinstance(value, str):
            raise InputError(f"{found.stem} = {value!r} is not text", "put it in quotation marks", code="vehicle.value")
        if found.choices and value not in found.choices:
            fault = unknown(found.stem.replace("_", " "), value, found.choices)
            raise InputError(fault.message, fault.hint, code="vehicle.value")
        return value
    if isinstance(value, str):
        number = quantity(value, found)
    elif isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        if unit is None and found.unit:
            mend = f'write it like {found.stem} = "{value} {example_unit(found)}"'
            raise InputError(f"{found.stem} = {value!r} has no unit", mend, code="unit.missing")
        number = to_si(float(value), unit or "", found)
    else:
        raise InputError(
            f"{found.stem} = {value!r} is not a number", "write a number with its unit in quotation marks", code="vehicle.value"
        )
    plausible(number, found, str(value))
    return number
