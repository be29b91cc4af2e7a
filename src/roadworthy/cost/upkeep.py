"""What repairs cost as a car ages, and how much of the maintenance is tyres.

    repair per mile = body x powertrain x a(age) exp(b price),   a = 0, 0, 0.4, 1.1, 1.9 cents at ages 0 to 4, 0.4 more each year

Scheduled maintenance is the flat rate of cost/ownership; repairs come on top and make an old car dear. Limits: the price at which the
curve is read is one for each class, so that an owner's total stays a line in the price; the curve is extrapolated beyond 15 years.
Reference: Argonne ANL/ESD-21/4 (2021), parameters as shipped with EPA OMEGA 2.1.0.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from roadworthy import data
from roadworthy.core import Cited

KNEE_YR = 4
"""Age after which the curve is a straight line."""
BODY_OF = {"suv": "suv", "truck": "truck"}
"""Resale classes with a body of their own in the repair table; the others are cars."""


@lru_cache(maxsize=1)
def repair_table() -> dict[tuple[str, str], float]:
    """The parameters by (name, key)."""
    return {(row["name"], row["key"]): float(row["value"]) for row in data.table("cost/repairs").iter_rows(named=True)}


def repairs_usd_per_mi(age_yr: np.ndarray, price_usd: float, resale: str, powertrain: str) -> np.ndarray:
    """Repairs a mile at some ages [years since new] of a car of that price when new. [USD/mi]"""
    p = repair_table()
    at_knots = np.array([p["age", str(k)] for k in range(KNEE_YR + 1)])
    age = np.asarray(age_yr, dtype=float)
    base = np.interp(age, np.arange(KNEE_YR + 1.0), at_knots) + p["age", "later, per year"] * np.maximum(age - KNEE_YR, 0.0)
    scale = p["body", BODY_OF.get(resale, "car")] * p["powertrain", powertrain] * np.exp(p["price", "all"] * price_usd)
    return np.asarray(base * scale)


def tyres_usd_per_mi() -> Cited:
    """Tyres a mile, inside the maintenance rate. [USD/mi]"""
    return Cited(repair_table()["tyres", "all"], "USD/mi", data.describe("cost/repairs").source, "published")
