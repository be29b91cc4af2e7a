"""How a missing figure follows from figures that are there: log-linear fits with a stated spread.

    ln y = c + sum_i b_i ln x_i        a draw is y exp(sd z); the point value is the median

The coefficients are data (`facts/vehicles/fits.csv`, `drag.csv`, `constants.csv`), in the unit of each fit; the functions take and
give SI. They work on numpy and on jax arrays (`xp=jax.numpy`), so gradients are exact: d ln mass / d ln length = 1.340 in M1.
Limits: M1 is for cars of all sizes and over-predicts large pickups by a fifth; M2 rests on masses that are mostly assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np

from roadworthy.core import Cited, InputError, near
from roadworthy.core.units import UNITS
from roadworthy.vehicles.catalogue import FOLDER, constant_sd, constants, rows_of

MM, KW, CC = UNITS["length"]["mm"], UNITS["power"]["kW"], UNITS["volume"]["cc"]
DRIVER_AND_FUEL_KG = 136.0
"""Load that the published times to 62 mph were fitted with (fit A)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One regression: the field it fills, its terms, and the sd of what it leaves unexplained."""

    name: str
    field: str
    applies_to: str
    form: str
    terms: Mapping[str, float]
    sd: float
    sd_of: str
    n: int
    status: str
    source: str

    @property
    def equation(self) -> str:
        """The fit in print."""
        parts = [
            f"{b:+.4g} {'ln ' if self.form == 'log' and not t.startswith('is_') else ''}{t}" for t, b in self.terms.items() if t != "c"
        ]
        left = f"ln {self.field}" if self.form == "log" else self.field
        return f"{left} = {self.terms['c']:.4g} {' '.join(parts)}".strip()

    def at(self, xp: ModuleType = np, **x: Any) -> Any:
        """Median of the fit, in the fit's own unit, for inputs in the fit's own units."""
        dummies = {t: b for t, b in self.terms.items() if t.startswith("is_")}
        plain = {t: b for t, b in self.terms.items() if t != "c" and t not in dummies}
        if self.form == "log":
            return xp.exp(self.terms["c"] + sum(b * xp.log(x[t]) for t, b in plain.items()) + sum(b * x[t] for t, b in dummies.items()))
        return self.terms["c"] + sum(b * x[t] for t, b in plain.items())


@lru_cache(maxsize=1)
def fits() -> dict[str, Fit]:
    """Every fit by its short name."""
    found: dict[str, Fit] = {}
    terms: dict[str, dict[str, float]] = {}
    for row in rows_of(FOLDER / "fits.csv"):
        terms.setdefault(row["fit"], {})[row["term"]] = float(row["coefficient"])
        found[row["fit"]] = Fit(
            row["fit"],
            row["field"],
            row["applies_to"],
            row["form"],
            terms[row["fit"]],
            float(row["sd"]),
            row["sd_of"],
            int(row["n"]),
            row["status"],
            row["source"],
        )
    return found


def fit(name: str) -> Fit:
    """A fit by its short name."""
    if name not in fits():
        raise InputError(f"no fit {name!r}", near(name, fits()), code="fit.unknown")
    return fits()[name]


def constant(name: str) -> Cited:
    """A rule of thumb by name."""
    return constants()[name]


def mass_any(length_m: Any, width_m: Any, height_m: Any, xp: ModuleType = np) -> Any:
    """Curb mass of any car from its outer size, fit M1. [kg]"""
    return fit("M1").at(xp, length_mm=length_m / MM, width_mm=width_m / MM, height_mm=height_m / MM)


def mass_petrol_kei(height_m: Any, is_45_kw: Any, is_truck: Any, xp: ModuleType = np) -> Any:
    """Curb mass of the lightest variant of a petrol kei, fit M2. [kg]"""
    return fit("M2").at(xp, height_mm=height_m / MM, is_45_kw=is_45_kw, is_truck=is_truck)


def mass_electric_kei(length_m: Any, width_m: Any, height_m: Any) -> Any:
    """Curb mass of an electric kei, fit ME: a mean density of the outer box, as M1 knows hardly any battery. [kg]"""
    return constant("kei_ev_density").value * length_m * width_m * height_m


def wheelbase(length_m: Any, short: Any, xp: ModuleType = np) -> Any:
    """Distance between axles, fit W4 under 4 m and W above. [m]"""
    mm = length_m / MM
    return MM * xp.where(short, fit("W4").at(xp, length_mm=mm), fit("W").at(xp, length_mm=mm))


def torque(displacement_m3: Any, power_W: Any, small: Any, xp: ModuleType = np) -> Any:
    """Peak torque of a petrol engine, fit T1 under 1.1 L and T above. [N m]"""
    x = {"displacement_cc": displacement_m3 / CC, "power_kw": power_W / KW}
    return xp.where(small, fit("T1").at(xp, **x), fit("T").at(xp, **x))


def time_0_62mph(mass_kg: Any, power_W: Any, short: Any, xp: ModuleType = np) -> Any:
    """Time to 62 mph, fit A4 under 4 m and A above: a cross-check of the energy room, not its replacement. [s]"""
    x = {"mass_by_power": (mass_kg + DRIVER_AND_FUEL_KG) / (power_W / KW)}
    return xp.where(short, fit("A4").at(xp, **x), fit("A").at(xp, **x))


@lru_cache(maxsize=1)
def _drag_bands() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = rows_of(FOLDER / "drag.csv")
    edge, cd, sd = (np.array([float(row[k]) for row in rows]) for k in ("height_below_m", "cd", "sd"))
    return edge, cd, sd


def drag(height_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Drag coefficient by height band, fit D, and its sd."""
    edge, cd, sd = _drag_bands()
    band = np.minimum(np.searchsorted(edge, height_m, side="right"), len(cd) - 1)
    return cd[band], sd[band]


def cabin_height(height_m: Any) -> Any:
    """Inside height of a four-seat kei, fit CH. [m]"""
    return MM * fit("CH").at(height_mm=height_m / MM)


def spread_ln(name: str, value: Any) -> Any:
    """Log-normal sd of a fit at a value in SI (a fit in absolute terms has a relative sd that falls with size)."""
    found = fit(name)
    if found.sd_of == "ln":
        return np.full(np.shape(value), found.sd)
    if found.sd_of == "ratio":
        return np.full(np.shape(value), found.sd / found.terms["c"])
    return found.sd * MM / np.asarray(value)


__all__ = ["Fit", "cabin_height", "constant", "constant_sd", "constants", "drag", "fit", "fits", "mass_any", "mass_electric_kei",
           "mass_petrol_kei", "spread_ln", "time_0_62mph", "torque", "wheelbase"]  # fmt: skip
