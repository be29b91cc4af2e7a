"""Which gearbox, boost and injection does a car have whose record does not say?

A car of a known maker is like the test cars of that maker with nearly the same displacement, power and year: the nearest row of the
table `energy/technology` stands in, and is named in the notes. Limits: makers on the US market, model years 2010-22; other cars
(every kei) get no match. Made from EPA test-car lists by scripts/tables/energy.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from roadworthy.data import table

SIZE_LN, POWER_LN, YEARS = 0.05, 0.10, 4.0
"""Differences that count as one unit of distance: 5 % of displacement, 10 % of power, 4 years (assumed)."""
FARTHEST = 2.0
"""Beyond this distance nothing stands in."""


@dataclass(frozen=True, slots=True)
class Like:
    """What the test cars nearest to a car have."""

    gearbox: str
    """at, cvt, dct or manual."""
    gears: float
    nv_rev_per_m: float
    boosted: float
    direct_injection: float
    start_stop: float
    cylinders: float
    said: str
    """In words, for the notes."""


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for row in table("energy/technology").iter_rows(named=True):
        found.setdefault(str(row["maker"]), []).append(row)
    return found


def like(maker: str, displacement_m3: float, power_W: float, year: float, gearbox: str = "") -> Like | None:
    """The nearest kind of test car of the maker, of the given gearbox where one is known; None when none is near."""
    # few Americans buy a manual gearbox: it is never supposed
    rows = [r for r in _rows().get(maker, []) if (r["gearbox"] == gearbox if gearbox else r["gearbox"] != "manual")]
    if not rows or not np.isfinite(displacement_m3 * power_W * year):
        return None
    value = {k: np.array([r[k] for r in rows], float) for k in ("displacement_l", "power_kw", "year", "cars")}
    distance = np.sqrt(
        (np.log(value["displacement_l"] * 1e-3 / displacement_m3) / SIZE_LN) ** 2
        + (np.log(value["power_kw"] * 1e3 / power_W) / POWER_LN) ** 2
        + ((value["year"] - np.clip(year, value["year"].min(), value["year"].max())) / YEARS) ** 2
    )
    best = int(np.argmin(distance - 0.1 * np.log(value["cars"])))  # of kinds alike, the usual one
    if distance[best] > FARTHEST:
        return None
    r = rows[best]

    def of(name: str) -> float:
        return float(str(r[name]))

    return Like(
        gearbox=str(r["gearbox"]),
        gears=of("gears"),
        nv_rev_per_m=of("nv_rev_per_m"),
        boosted=of("boosted"),
        direct_injection=of("direct_injection"),
        start_stop=of("start_stop"),
        cylinders=of("cylinders"),
        said=f"{maker} test cars of {r['displacement_l']} L, {of('power_kw'):.0f} kW, about {of('year'):.0f}",
    )
