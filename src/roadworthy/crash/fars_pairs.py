"""Which driver of two was killed, by the ratio of the masses, in the national file of fatal crashes?

Every crash of two light vehicles in which exactly one driver died: the slope of `mass_ratio.fit_slope` by impact, and in head-ons the odds
that it was the lighter vehicle's driver, by bins of |ln(m2 / m1)|. The table crash/mass_ratio is made of it.
Limits: the file names makes and no model, so mass is the MY2022 sales-weighted mean of the make; see crash.mass_ratio.
Reference: NHTSA FARS 2005-2020.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from roadworthy.core.units import POUND_KG
from roadworthy.crash.field import AGE_KNEE_YR
from roadworthy.crash.mass_ratio import fit_slope

LOAD_KG = 150.0
"""Occupant, instruments and luggage on top of the curb mass (assumed)."""
MAKES = {
    2: "Jeep", 6: "Chrysler", 7: "Dodge", 12: "Ford", 13: "Lincoln", 18: "Buick", 19: "Cadillac", 20: "Chevrolet", 23: "GMC", 30: "Volkswagen",
    32: "Audi", 34: "BMW", 35: "Nissan", 37: "Honda", 41: "Mazda", 42: "Mercedes-Benz", 45: "Porsche", 48: "Subaru", 49: "Toyota", 51: "Volvo",
    52: "Mitsubishi", 54: "Acura", 55: "Hyundai", 58: "Infiniti", 59: "Lexus", 62: "Land Rover", 63: "Kia",
}  # fmt: skip
"""Light makes by FARS code."""
RATIO_EDGES = (1e-6, 0.05, 0.10, 0.15, 0.20, 0.25, 0.45)
IMPACTS = (("head-on", 2), ("angle", 6), ("front-rear", 1))
"""Manner of collision and its code in the file."""
KILLED = 4


def by_mass_ratio(crashes: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Slopes by impact and odds by ratio: kind, impact, ratio, value, error, crashes.

    `crashes` has one row a crash with MAKE, MOD_YEAR, AGE and INJ_SEV of both vehicles and MAN_COLL; `models` has make, curb_lb, sales.
    """
    means = models.group_by("make").agg((pl.col("curb_lb") * pl.col("sales")).sum() / pl.col("sales").sum())
    curb_lb = dict(means.iter_rows())
    mass = {code: curb_lb[make] * POUND_KG + LOAD_KG for code, make in MAKES.items()}
    known = [(pl.col("INJ_SEV_1") == KILLED) != (pl.col("INJ_SEV_2") == KILLED)]
    for i in (1, 2):
        known += [
            pl.col(f"MAKE_{i}").is_in(list(mass)),
            pl.col(f"MOD_YEAR_{i}").is_between(1990, 2021),
            pl.col(f"AGE_{i}").is_between(14, 110),
        ]
    chosen = crashes.filter(*known)
    rows: list[dict[str, object]] = []
    for impact, code in IMPACTS:
        part = chosen.filter(pl.col("MAN_COLL") == code)
        one, two = (part[f"MAKE_{i}"].replace_strict(mass, return_dtype=pl.Float64).to_numpy() for i in (1, 2))
        ages = [part[f"AGE_{i}"].to_numpy().astype(float) for i in (1, 2)]
        later = (part["MOD_YEAR_2"] - part["MOD_YEAR_1"]).to_numpy() / 10.0
        old = [np.maximum(age - AGE_KNEE_YR, 0.0) / 10.0 for age in ages]
        ratio, first = np.log(two / one), (part["INJ_SEV_1"] == KILLED).to_numpy().astype(float)
        found = fit_slope(np.stack([ratio, later, (ages[0] - ages[1]) / 10.0, old[0] - old[1]], axis=1), first)
        rows.append({"kind": "slope", "impact": impact, "ratio": None, "value": found.u, "error": found.error, "crashes": found.crashes})
        if impact == "head-on":
            rows += _odds(impact, np.abs(ratio), np.where(ratio > 0.0, first, 1.0 - first))
    return pl.DataFrame(rows, infer_schema_length=None)


def _odds(impact: str, size: np.ndarray, lighter: np.ndarray) -> list[dict[str, object]]:
    """Odds by bins of the absolute log ratio `size` [crash], `lighter` 1 where its driver was killed [crash]."""
    rows: list[dict[str, object]] = []
    for low, high in pairwise(RATIO_EDGES):
        inside = (size > low) & (size <= high)
        p, n = float(lighter[inside].mean()), int(inside.sum())
        spread = 1.0 / np.sqrt(n * p * (1.0 - p))
        middle = float(np.exp(size[inside].mean()))
        rows.append({"kind": "odds", "impact": impact, "ratio": middle, "value": p / (1.0 - p), "error": spread, "crashes": n})
    return rows
