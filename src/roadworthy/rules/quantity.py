"""Units as legislated: every number of the law keeps its own unit and is converted once, here.

Facts arrive in SI; a limit compares in SI and reports its gap in its own unit.
"""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core import InputError, near
from roadworthy.core.units import GRAVITY, KMH, METRIC_HORSEPOWER_W, MPH, POUND_FORCE_N, POUND_KG

TO_SI: dict[str, tuple[str, float]] = {
    "m": ("m", 1.0),
    "mm": ("m", 1e-3),
    "in": ("m", 0.0254),
    "ft": ("m", 0.3048),
    "kg": ("kg", 1.0),
    "lb": ("kg", POUND_KG),
    "cc": ("m3", 1e-6),
    "L": ("m3", 1e-3),
    "km/h": ("m/s", KMH),
    "mph": ("m/s", MPH),
    "W": ("W", 1.0),
    "kW": ("W", 1e3),
    "PS": ("W", METRIC_HORSEPOWER_W),
    "N": ("N", 1.0),
    "lbf": ("N", POUND_FORCE_N),
    "g": ("m/s2", GRAVITY),
    "m/s": ("m/s", 1.0),
    "years": ("years", 1.0),
    "OP years": ("years", 1.0),
    "count": ("1", 1.0),
    "bool": ("1", 1.0),
    "present": ("1", 1.0),
    "-": ("1", 1.0),
}
"""Unit as written in the law -> SI unit and factor. Anything else stays as it is."""


def si_factor(unit: str) -> float:
    """Multiplier from a legislated unit to SI; 1 for a unit that is not physical (USD, %, years)."""
    return TO_SI.get(unit, (unit, 1.0))[1]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a limit measures: the fact it reads, in words, and the unit in which a gap reads best."""

    name: str
    label: str
    over: str = "over"
    short: str = "short"


_Q = Quantity
QUANTITIES: dict[str, Quantity] = {
    q.name: q
    for q in (
        _Q("length", "length"), _Q("width", "width"), _Q("height", "height"), _Q("wheelbase", "wheelbase"),
        _Q("wheels", "wheels"), _Q("seats", "seats"), _Q("designated_seats", "seats"), _Q("seats_front", "front seats"),
        _Q("seats_excl_driver", "seats besides the driver's"), _Q("displacement", "displacement"),
        _Q("displacement_petrol", "displacement"), _Q("displacement_diesel", "displacement"), _Q("displacement_pi", "displacement"),
        _Q("displacement_ci", "displacement"), _Q("power_rated", "rated power"), _Q("power_max", "power"),
        _Q("power_electric", "electric power"), _Q("payload", "payload"), _Q("gvwr", "GVWR"), _Q("dry_mass", "dry mass"),
        _Q("unladen_mass", "unladen mass"), _Q("mass_curb", "curb mass"), _Q("mass_kerb", "kerb mass"), _Q("mass_vehicle", "mass"),
        _Q("mass_running_order_excl_battery", "mass without battery"), _Q("speed_max", "top speed"),
        _Q("posted_road_speed", "posted speed"), _Q("crossed_road_speed", "posted speed of the road crossed"), _Q("age", "age"),
        _Q("original_age", "age of the original"), _Q("units_per_year", "units a year"), _Q("units_built", "units built"),
        _Q("us_units_per_12mo", "US sales in 12 months"), _Q("maker_world_production", "maker's world output"),
        _Q("road_miles_per_year", "miles a year on the road"), _Q("battery_electric", "battery electric"), _Q("electric", "electric"),
        _Q("hic15", "HIC15"), _Q("hic36", "HIC36"), _Q("hic_d", "HIC(d)"), _Q("nij", "Nij"), _Q("made_in_eu", "made in the EU"), _Q("speed_governor_retrofit", "retrofit speed governor"),
    )
}  # fmt: skip

SHOWN = {"m": ("mm", 1e3), "ft": ("in", 12.0)}
"""Gaps of these units are shown in a finer one."""


def label(quantity: str) -> str:
    """The quantity in words."""
    found = QUANTITIES.get(quantity)
    return found.label if found else quantity.replace("_", " ")


def number(value: float) -> str:
    """A number as people write it: 87, 0.67, 2,500, 40.2."""
    if value == 0:
        return "0"
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: float, unit: str) -> str:
    """A number with its unit; a bare count or ratio has none."""
    return number(value) if unit in ("count", "-", "bool", "present", "1") else f"{number(value)} {unit}"


def shown(gap: float, unit: str) -> tuple[float, str]:
    """A gap in the unit in which it reads best: mm for metres."""
    to, times = SHOWN.get(unit, (unit, 1.0))
    return gap * times, to


def check_unit(unit: str) -> str:
    """The unit itself when it is known to the law books; an error with a near one otherwise."""
    known = set(TO_SI) | {"ohm/V", "min", "s", "deg", "%", "Nm", "g/min", "V", "mpg", "USD", "m (V km/h)"}
    if unit not in known:
        raise InputError(f"unit {unit!r} is not known to the rulebook", near(unit, sorted(known)), code="unit.unknown")
    return unit
