"""Fleet fuel economy: the target of each vehicle by footprint, and what a fleet owes.

    MY2012-2031  T = 1 / MIN[ MAX( c FP + d, 1/a ), 1/b ], rounded to 0.01 mpg; trucks MY2017-2020 T = max(T, same with e, f, g, h)
    MY2008-2011  T = 1 / ( 1/a + (1/b - 1/a) x / (1 + x) ),  x = exp((FP - c) / d)
    required = sum n / sum (n / T),  achieved = sum n / sum (n / mpg),  fine = tenths of mpg short x penalty x sum n

    CO2, MY2020-26    T = clip( c FP + d, a, b ) in g/mi (40 CFR 86.1818-12; repealed from 2026-04-20, 91 FR 7686)

FP in ft2, T and mpg in miles per US gallon, as legislated. Pure functions of arrays; the fixed point with prices is the market's.
Limits: no credits carried between years or fleets, no low-volume exemption; MY2027-2031 coefficients are derived (2 % a year);
the proposed reset has no readable coefficients and is a multiple of a published curve. References: 49 CFR 531.5, 533.5; 89 FR 52540.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from roadworthy.core import Cited, InputError, Status, unknown
from roadworthy.rules.book import TABLES

FLEETS = ("car", "truck")
ROUNDING_MPG = 0.01
TENTH_MPG = 0.1

RESET_MPG_MY2031 = Cited(34.5, "mpg", "90 FR 56438, proposed (ca.hoganlovells.com)", "published", note="proposed")
RULE_MPG_MY2031 = Cited(50.4, "mpg", "89 FR 52540 (ca.hoganlovells.com)", "published")


@dataclass(frozen=True, slots=True)
class Curve:
    """Coefficients of one fleet and model year, with where they stand."""

    fleet: str
    model_year: int
    a: float
    b: float
    c: float
    d: float
    e: float | None
    f: float | None
    g: float | None
    h: float | None
    logistic: bool
    status: Status
    source: str


def _table(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def curves() -> dict[tuple[str, int], Curve]:
    """Every curve by fleet and model year."""
    found = {}
    for r in _table("cafe_targets"):
        e, f, g, h = (float(r[k]) if r[k] else None for k in ("e_mpg", "f_mpg", "g_gal_per_mi_ft2", "h_gal_per_mi"))
        a, b, c, d = (float(r[k]) for k in ("a_mpg", "b_mpg", "c_gal_per_mi_ft2", "d_gal_per_mi"))
        curve = Curve(r["fleet"], int(r["model_year"]), a, b, c, d, e, f, g, h, False, r["status"], r["source"])  # type: ignore[arg-type]
        found[curve.fleet, curve.model_year] = curve
    for r in _table("cafe_logistic"):
        a, b, c, d = (float(r[k]) for k in ("a_mpg", "b_mpg", "c_ft2", "d_ft2"))
        curve = Curve(r["fleet"], int(r["model_year"]), a, b, c, d, None, None, None, None, True, r["status"], r["source"])  # type: ignore[arg-type]
        found[curve.fleet, curve.model_year] = curve
    return found


def curve_of(fleet: str, model_year: int) -> Curve:
    """The curve of a fleet and year; the years that exist are named for one that does not."""
    if fleet not in FLEETS:
        raise unknown("fleet", fleet, FLEETS)
    found = curves().get((fleet, model_year))
    if found is None:
        years = sorted(y for f, y in curves() if f == fleet)
        raise InputError(
            f"no CAFE curve for {fleet}s of model year {model_year}", f"years known: {years[0]} to {years[-1]}", code="cafe.year"
        )
    return found


def _line(footprint: NDArray[np.float64], a: float, b: float, c: float, d: float) -> NDArray[np.float64]:
    return np.asarray(1.0 / np.minimum(np.maximum(c * footprint + d, 1.0 / a), 1.0 / b))


def cafe_target(fleet: str, model_year: int, footprint_ft2: ArrayLike, *, scale: float = 1.0, rounded: bool = True) -> NDArray[np.float64]:
    """Target of each vehicle. [mpg]

    `scale` multiplies the curve: the proposed reset is a parametric multiple, flagged as such by whoever passes it.
    """
    k, footprint = curve_of(fleet, model_year), np.asarray(footprint_ft2, dtype=np.float64)
    if np.any(footprint <= 0):
        raise InputError(
            f"a footprint of {footprint.min():g} ft2 is not positive", "give wheelbase x mean track in square feet", code="cafe.footprint"
        )
    if k.logistic:
        x = np.exp((footprint - k.c) / k.d)
        target = 1.0 / (1.0 / k.a + (1.0 / k.b - 1.0 / k.a) * x / (1.0 + x))
    else:
        target = _line(footprint, k.a, k.b, k.c, k.d)
        if k.e is not None and k.f is not None and k.g is not None and k.h is not None:
            target = np.maximum(target, _line(footprint, k.e, k.f, k.g, k.h))
    target = target * scale
    # half up at the second decimal, as agencies round; floor keeps it an array operation
    return np.asarray(np.floor(target / ROUNDING_MPG + 0.5) * ROUNDING_MPG if rounded else target)


@dataclass(frozen=True, slots=True)
class Compliance:
    """What a fleet of one maker owes in a model year. A negative shortfall is a credit."""

    required_mpg: float
    achieved_mpg: float
    vehicles: float
    shortfall_mpg: float
    tenths_short: float
    fine_usd: float
    credits_tenths: float


def cafe_compliance(production: ArrayLike, target_mpg: ArrayLike, mpg: ArrayLike, *, penalty_usd_per_tenth_mpg: float) -> Compliance:
    """Required and achieved averages (harmonic, by production) and the fine, which is 0 while the penalty is 0."""
    n, target, own = (np.asarray(x, dtype=np.float64) for x in (production, target_mpg, mpg))
    vehicles = float(n.sum())
    if vehicles <= 0:
        return Compliance(float("nan"), float("nan"), 0.0, 0.0, 0.0, 0.0, 0.0)
    required, achieved = vehicles / float((n / target).sum()), vehicles / float((n / own).sum())
    # averages are stated to the tenth of a mile per gallon
    tenths = round(round(required, 1) / TENTH_MPG) - round(round(achieved, 1) / TENTH_MPG)
    fine = max(tenths, 0) * penalty_usd_per_tenth_mpg * vehicles
    return Compliance(required, achieved, vehicles, required - achieved, float(max(tenths, 0)), fine, float(max(-tenths, 0)) * vehicles)


def required_mpg(production: ArrayLike, target_mpg: ArrayLike) -> float:
    """Required average of a fleet. [mpg]"""
    n, target = np.asarray(production, dtype=np.float64), np.asarray(target_mpg, dtype=np.float64)
    return float(n.sum() / (n / target).sum())


def minimum_domestic_mpg(model_year: int) -> Cited:
    """The floor under domestic passenger cars. [mpg]"""
    rows = {int(r["model_year"]): r for r in _table("cafe_minimum_domestic")}
    if model_year not in rows:
        raise InputError(
            f"no minimum domestic standard for model year {model_year}", f"years known: {min(rows)} to {max(rows)}", code="cafe.year"
        )
    row = rows[model_year]
    return Cited(float(row["minimum_mpg"]), "mpg", row["source"], row["status"])  # type: ignore[arg-type]


def reset_scale() -> Cited:
    """The proposed reset as a multiple of the curve in force; parametric, because the proposed coefficients were not readable."""
    return Cited(
        RESET_MPG_MY2031.value / RULE_MPG_MY2031.value,
        "-",
        f"{RESET_MPG_MY2031.source} over {RULE_MPG_MY2031.source}",
        "derived",
        note="proposed, parametric",
    )


@dataclass(frozen=True, slots=True)
class FleetFootprints:
    """Units of one class by footprint."""

    footprint_ft2: NDArray[np.float64]
    units: NDArray[np.float64]


@lru_cache(maxsize=1)
def _footprints() -> dict[tuple[int, str], FleetFootprints]:
    held: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for r in _table("fleet_footprints"):
        held.setdefault((int(r["fleet_year"]), r["fleet"]), []).append((float(r["footprint_ft2"]), float(r["units"])))
    return {key: FleetFootprints(*np.array(pairs).T) for key, pairs in held.items()}


def fleet_footprints(fleet_year: int, fleet: str) -> FleetFootprints:
    """Footprints of the cars or trucks of a fleet, MY2019 or MY2022."""
    found = _footprints().get((fleet_year, fleet))
    if found is None:
        years = sorted({year for year, _ in _footprints()})
        raise InputError(f"no {fleet}s of MY{fleet_year} are bundled", f"fleets known: {years}, of {', '.join(FLEETS)}", code="cafe.fleet")
    return found


def required_of_fleet(model_year: int, fleet: str, *, fleet_year: int = 2019, scale: float = 1.0) -> float:
    """What the curves of a model year ask of the cars, the trucks or `all` of a fleet. [mpg]

    The mean over both classes depends on the fleet's mix, which an agency's own estimate may have seen otherwise.
    """
    parts = [(fleet_footprints(fleet_year, f), f) for f in (FLEETS if fleet == "all" else (fleet,))]
    units = np.concatenate([part.units for part, _ in parts])
    return required_mpg(units, np.concatenate([cafe_target(f, model_year, part.footprint_ft2, scale=scale) for part, f in parts]))


@lru_cache(maxsize=1)
def _co2() -> dict[tuple[str, str, int], tuple[float, float, float, float]]:
    names = ("a_g_per_mi", "b_g_per_mi", "c_g_per_mi_ft2", "d_g_per_mi")
    return {(r["rule"], r["fleet"], int(r["model_year"])): tuple(float(r[n]) for n in names) for r in _table("co2_targets")}  # type: ignore[misc]


def co2_target(fleet: str, model_year: int, footprint_ft2: ArrayLike, *, rule: str = "ntr-2021") -> NDArray[np.float64]:
    """EPA's CO2 target of each vehicle, MY2020-2026. [g/mi]"""
    found = _co2().get((rule, fleet, model_year))
    if found is None:
        rules = sorted({r for r, _, _ in _co2()})
        raise InputError(
            f"no CO2 target of {rule} for {fleet}s of model year {model_year}",
            f"rules: {', '.join(rules)}; years 2020 to 2026",
            code="co2.year",
        )
    a, b, c, d = found
    return np.clip(c * np.asarray(footprint_ft2, dtype=np.float64) + d, a, b)


def required_co2_of_fleet(model_year: int, *, fleet_year: int = 2019, rule: str = "ntr-2021") -> float:
    """Required CO2 of a whole fleet, by units made. [g/mi]"""
    parts = [(fleet_footprints(fleet_year, fleet), fleet) for fleet in FLEETS]
    grams = sum(float((part.units * co2_target(fleet, model_year, part.footprint_ft2, rule=rule)).sum()) for part, fleet in parts)
    return grams / sum(float(part.units.sum()) for part, _ in parts)
