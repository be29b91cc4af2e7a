"""Set the three numbers of the national fleet: survival exponent, miles level and growth. Run after fleet.py.

The exponent gives the published stock of 2021, level and growth the published miles of 2025 and 2040, all of AEO2022 (facts/fleet).
Everything else those tables hold is left out of the fit and listed by `fleet.held`.

    python scripts/tables/fleet_calibration.py
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import polars as pl
from scipy.optimize import brentq

from roadworthy.data import table
from roadworthy.fleet import national

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "fleet"
STOCK_YEAR = 2021
MILES_YEARS = (2025, 2040)
START = [("survival_exponent", 1.0), ("miles_level", 1.0), ("miles_growth", 0.0)]


def published() -> dict[int, tuple[float, float]]:
    """Vehicles and metres by year of the fitted outlook."""
    rows = table("fleet/outlook_stock").filter(pl.col("outlook") == national.OUTLOOK)
    return {y: (n, mi * national.MILE_M) for y, n, mi in rows.select("calendar_year", "vehicles", "annual_mi").iter_rows()}


def fit() -> list[tuple[str, float, str]]:
    """The three numbers with what each was set on."""
    want = published()
    plain = replace(national.schedules(), survival_exponent=1.0, miles_level=1.0, miles_growth=0.0)

    def gap(exponent: float) -> float:
        now = national.country(STOCK_YEAR, STOCK_YEAR, given=replace(plain, survival_exponent=exponent))
        return float(now.vehicles[0] / want[STOCK_YEAR][0] - 1.0)

    exponent = float(brentq(gap, 0.3, 1.0, xtol=1e-10))
    first, last = MILES_YEARS
    span = national.country(first, last, given=replace(plain, survival_exponent=exponent))
    need = [math.log(want[year][1] / float(span.total_m[year - first])) for year in MILES_YEARS]
    growth = (need[1] - need[0]) / (last - first)
    level = math.exp(need[0] - growth * (first - national.REFERENCE_YEAR))
    return [
        ("survival_exponent", exponent, f"stock of {STOCK_YEAR}, {national.OUTLOOK}"),
        ("miles_level", level, f"miles of {first} and {last}, {national.OUTLOOK}; level of {national.REFERENCE_YEAR}"),
        ("miles_growth", math.expm1(growth), f"miles of {first} and {last}, {national.OUTLOOK}"),
    ]


def write(rows: list[tuple[str, float, str]]) -> None:
    """The table, six digits."""
    frame = pl.DataFrame(
        [(name, round(value, 6), "1/yr" if name == "miles_growth" else "-", "derived", f"set on the {said}") for name, value, said in rows],
        schema=["name", "value", "unit", "status", "source"],
        orient="row",
    )
    frame.write_csv(FACTS / "calibration.csv")


def main() -> None:
    if not (FACTS / "calibration.csv").exists():
        write([(name, value, "nothing yet") for name, value in START])
    write(fit())
    print("fleet/calibration: 3 rows")


if __name__ == "__main__":
    main()
