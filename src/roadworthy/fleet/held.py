"""What is the fleet room held against?

Published facts beside the model's own value: the country's stock and miles in outlooks that were not fitted, required CAFE of each
class, EPA's CO2 target, lifetime miles, driver deaths of new cars, gasoline used, and FARS in years before the calibration. Misses stay.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from roadworthy.core.held import Held
from roadworthy.core.units import MILE_M
from roadworthy.data import table
from roadworthy.fleet import cafe
from roadworthy.fleet.national import CALIBRATION_YEARS, OUTLOOK, country, outlook_sales, schedules

SHOWN_YEARS = (2022, 2025, 2030, 2035, 2040, 2045, 2050)
FITTED = {("stock", 2021), ("miles", 2025), ("miles", 2040)}
CLASS_TOLERANCE = 0.007
SERIES_TOLERANCE = 0.03
YEAR_TOLERANCE = 0.10
PANDEMIC = "the pandemic cut miles a vehicle in this year; the fit has no such year"
OLD_OUTLOOK = "this outlook was made before the pandemic and sells more in its first years than were sold"


def _outlooks() -> list[Held]:
    """Stock and miles of every outlook, driven by its own sales."""
    rows = table("fleet/outlook_stock")
    found = []
    for outlook in sorted(set(rows["outlook"])):
        mine = {
            y: (n, mi)
            for y, n, mi in rows.filter(pl.col("outlook") == outlook).select("calendar_year", "vehicles", "annual_mi").iter_rows()
        }
        years = [2021, *SHOWN_YEARS]
        ours = country(years[0], years[-1], outlook_sales(outlook))
        for year in years:
            for what, unit, published, value in (
                ("stock", "vehicles", mine[year][0], float(ours.vehicles[year - years[0]])),
                ("miles", "mi", mine[year][1], float(ours.total_m[year - years[0]] / MILE_M)),
            ):
                fitted = outlook == OUTLOOK and (what, year) in FITTED
                miss = abs(value / published - 1.0) > SERIES_TOLERANCE
                early = what == "miles" and year < 2025
                note = (
                    ""
                    if not miss
                    else PANDEMIC
                    if early
                    else OLD_OUTLOOK
                    if outlook == "AEO2020"
                    else "the fitted exponent ages the fleet a little too fast at the far end"
                )
                found.append(
                    Held("fleet", f"{what}_{outlook.lower()}_{year}", f"light-vehicle {what} of {year}, {outlook}", unit, published, value, SERIES_TOLERANCE,
                         "relative", fitted, f"EIA {outlook}, reference case", note, f"national {what}")
                )  # fmt: skip
    return found


def _fars() -> list[Held]:
    """Occupants killed in years outside the calibration, as a ratio to its mean: the counts are of all makes, ours of light ones."""
    rows = {name: value for name, value in table("fleet/held").select("id", "published").iter_rows() if name.startswith("fars_")}
    years = sorted(int(name.removeprefix("fars_")) for name in rows)
    ours = dict(zip(years, country(years[0], years[-1]).killed, strict=True))
    base = [np.mean([series[y] for y in CALIBRATION_YEARS]) for series in (ours, {y: rows[f"fars_{y}"] for y in years})]
    found = []
    for year in years:
        published, value = rows[f"fars_{year}"] / float(base[1]), float(ours[year] / base[0])
        note = (
            "the rate table falls faster with model year than deaths fell, and miles of the recession are not in the schedules"
            if abs(value / published - 1) > YEAR_TOLERANCE
            else ""
        )
        found.append(
            Held("fleet", f"fars_{year}", f"occupants killed in {year} over the mean of 2016-20", "-", published, value, YEAR_TOLERANCE, "relative",
                 year in CALIBRATION_YEARS, "NHTSA FARS (all makes)", note, "deaths by year")
        )  # fmt: skip
    return found


def _facts() -> list[Held]:
    """Single published facts; none was fitted."""
    rows = {row["id"]: row for row in table("fleet/held").iter_rows(named=True)}
    s = schedules()
    life = (s.survival * s.miles_m / MILE_M).sum(axis=1)
    fleet_2020, new = country(2020, 2020), country(2021, 2021)
    inside = table("fleet/deaths").filter(pl.col("crash_type") != "outside")
    drivers_share = float(inside["driver_deaths"].to_numpy().sum() / inside["occupant_deaths"].to_numpy().sum())
    young = slice(0, 3)
    per_vehicle = float(new.deaths[:, 0, young].sum() / new.stock[:, 0, young].sum()) * drivers_share
    ours: dict[str, tuple[float, float, str, str]] = {
        "cafe_all_2031": (cafe.required_all(2031), 0.012, "required CAFE", ""),
        "epa_2023": (cafe.epa_fleet_target(2023), 0.01, "EPA CO2", ""),
        "life_car": (float(life[0]), 0.03, "lifetime miles", ""),
        "life_truck": (float(life[1:].mean()), 0.1, "lifetime miles", "mean of SUVs, vans and pickups; EPA's credits use an older schedule"),
        "driver_rate_2020": (per_vehicle * 1e6, 0.25, "driver deaths", "vehicles of ages 0 to 2 on the roads of 2021; the age profile is of all occupants"),
        "gasoline_2020": (float(fleet_2020.gallons.sum()), 0.1, "gasoline", "use of the pandemic year, heavy vehicles and boats included in the published figure"),
    }  # fmt: skip
    for fleet in ("car", "truck"):
        for year in (2017, 2019, 2020, 2024, 2026):
            ours[f"cafe_{fleet}_{year}"] = (cafe.required(fleet, year, fleet_year=2019), CLASS_TOLERANCE, "required CAFE", "")
    return [
        Held("fleet", name, row["what"], row["unit"], row["published"], value, tolerance, "relative", False, row["source"], note, group)
        for name, row in rows.items()
        if name in ours
        for value, tolerance, group, note in [ours[name]]
    ]


def held() -> tuple[Held, ...]:
    """Every published fact of the room with our value for it."""
    return (*_facts(), *_outlooks(), *_fars())
