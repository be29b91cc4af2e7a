"""Whether the figures of a vehicle agree with each other: findings with the mend, never an exception.

Each rule is a comparison of fields that are known; what is unknown is not judged. The kei envelope holds for kei groups only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from roadworthy.core.units import METRIC_HORSEPOWER_W
from roadworthy.vehicles.fits import CC, constant
from roadworthy.vehicles.vehicle import Vehicle

KEI = "kei_current"
HISTORIC = "kei_historic"
POWER_ROUNDING = 1.002
"""64 PS is printed as 47 kW or 47.1 kW."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree, and what to do about it."""

    id: str
    field: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.message}: {self.mend}"


def check(v: Vehicle) -> tuple[Finding, ...]:
    """What does not agree in these vehicles; empty when all is well."""
    found: list[Finding] = []

    def report(bad: np.ndarray, field: str, words: str, mend: str) -> None:
        for i in np.flatnonzero(bad):
            found.append(Finding(v.ids[i], field, f"{v.ids[i]}: {words} ({v.cited(int(i), field)})", mend))

    with np.errstate(invalid="ignore"):
        report(v.mass_kg > v.mass_max_kg, "mass_max_kg", "the heaviest variant is lighter than the lightest", "exchange the two masses")
        report(v.price_min > v.price_max, "price_max", "the dearest trim is cheaper than the cheapest", "exchange the two prices")
        report(v.wheelbase_m >= v.length_m, "wheelbase_m", "the wheelbase is not shorter than the car", "check both lengths")
        report(v.known("seats") & (v.seats != np.round(v.seats)), "seats", "a fraction of a seat", "give a whole number")
        report(v.seats_front > v.seats, "seats_front", "more front seats than seats", "check both counts")
        report(v.cabin_length_m > v.length_m, "cabin_length_m", "the cabin is longer than the car", "check both lengths")
        report(v.cabin_width_m > v.width_m, "cabin_width_m", "the cabin is wider than the car", "check both widths")
        report(v.cabin_height_m > v.height_m, "cabin_height_m", "the cabin is higher than the car", "check both heights")
        report(v.gvwr_kg < v.mass_kg, "gvwr_kg", "the gross weight is below the curb mass", "check both masses")
        report(v.governed_mps > v.speed_max_mps, "governed_mps", "the governor acts above the top speed", "check both speeds")
        both = v.known("battery_J") & v.known("displacement_m3") & v.texts["powertrain"].among(("ice", "bev"))
        report(both, "powertrain", "both an engine and a battery, but a powertrain with one of them", "write hev, phev or mhev")
        kei = v.texts["group"].among((KEI,))
        any_kei = kei | v.texts["group"].among((HISTORIC,))
        outside = "outside the kei class"
        mend = "check the figure, or give the vehicle another group"
        report(any_kei & (v.length_m > constant("kei_length_max").value), "length_m", outside, mend)
        report(any_kei & (v.displacement_m3 > constant("kei_displacement_max").value * CC * (1 + 1e-9)), "displacement_m3", outside, mend)
        report(kei & (v.width_m > constant("kei_width_max").value), "width_m", outside, mend)
        report(kei & (v.height_m > constant("kei_height_max").value), "height_m", outside, mend)
        report(kei & (v.power_W > constant("kei_power_max").value * METRIC_HORSEPOWER_W * POWER_ROUNDING), "power_W", outside, mend)
    first, last = (np.array([t[:4] for t in v.texts[k]], dtype=object) for k in ("built_first", "built_last"))
    backwards = np.array([bool(a) and bool(b) and b < a for a, b in zip(first, last, strict=True)], dtype=bool)
    report(backwards, "built_last", "last build before the first", "check both years")
    return tuple(found)
