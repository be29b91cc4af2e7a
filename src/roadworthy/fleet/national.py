"""How many light vehicles are on the country's roads, how far they drive, what they burn, who dies in them: cohort by cohort.

    stock[b, t, a] = entries[b, t - a] S_b(a)^h,   miles = stock m_b(a) k (1 + g)^(t - 2030)
    deaths = miles x r(v, a) x level,   gallons = miles / economy(v)
over three bodies, ages 0-39, sales of 1981-2019 as registered and an outlook after. S and m are EPA's schedules. With them alone the
stock is a sixth too small, so one exponent h on survival is set on the published stock of one year (2021), and miles a vehicle by one
level and one growth on two years (2025, 2040) of one outlook; the other outlooks are held out (fleet.held). r is NHTSA's rate by
model year and age with its level set so that occupants killed in 2016-20 are FARS's.
Limits: survival answers no price; shares of powertrains are not followed, all burn gasoline. `roll` keeps EPA's schedules as published:
with h, k and g a vehicle of 2027 would drive a few per cent more over its life (`lifetime_ratio`).
References: EPA OMEGA 2.5.0 inputs; EIA AEO2020-2023; NHTSA FARS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from roadworthy.core import InputError, unknown
from roadworthy.core.axes import AGES
from roadworthy.core.units import MILE_M
from roadworthy.data import table
from roadworthy.fleet.door import check_classes, check_horizon, check_years

BODIES = ("car", "suv_van", "pickup")
OUTLOOK = "AEO2022"
"""The outlook whose stock and miles are fitted; the newest that publishes both."""
REFERENCE_YEAR = 2030
CALIBRATION_YEARS = tuple(range(2016, 2021))
PRE_OUTLOOK = "AEO2021"
"""Where 2020 stands: registrations end with model year 2019."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """Survival, metres, economy and death rates by body and age, and the three fitted numbers."""

    survival: np.ndarray
    """[b, a]"""
    miles_m: np.ndarray
    """[b, a], metres a year."""
    mpg: Mapping[str, tuple[np.ndarray, np.ndarray]]
    """Model years and on-road miles per gallon by body."""
    rate: np.ndarray
    """[model year, a], deaths per billion miles."""
    first_rate_year: int
    survival_exponent: float
    miles_level: float
    miles_growth: float


@dataclass(frozen=True, slots=True)
class Country:
    """The fleet of a span of years; leading axes body [b], year [t], age [a]."""

    years: np.ndarray
    entries: np.ndarray
    """[b, t], sold in the year."""
    stock: np.ndarray
    """[b, t, a], vehicles."""
    miles_m: np.ndarray
    """[b, t, a]"""
    gallons: np.ndarray
    """[b, t]"""
    deaths: np.ndarray
    """[b, t, a], occupants killed."""

    @property
    def vehicles(self) -> np.ndarray:
        """On the road in each year [t]."""
        return np.asarray(self.stock.sum(axis=(0, 2)))

    @property
    def killed(self) -> np.ndarray:
        """Occupants killed in each year [t]."""
        return np.asarray(self.deaths.sum(axis=(0, 2)))

    @property
    def total_m(self) -> np.ndarray:
        """Metres driven in each year [t]."""
        return np.asarray(self.miles_m.sum(axis=(0, 2)))


def _grid(name: str, column: str, index: str, keys: tuple[str, ...]) -> dict[str, dict[int, float]]:
    rows = table(name)
    return {key: dict(rows.filter(pl.col("body") == key).select(index, column).iter_rows()) for key in keys}


@lru_cache(maxsize=1)
def schedules() -> Schedules:
    """The schedules as bundled, with the calibration of facts/fleet/calibration."""
    lives = table("fleet/lives").sort("age")
    by_body = [lives.filter(pl.col("body") == body) for body in BODIES]
    economy = table("fleet/economy").sort("model_year")
    mpg = {}
    for body in BODIES:
        mine = economy.filter(pl.col("body") == body)
        mpg[body] = (mine["model_year"].to_numpy(), mine["onroad_mpg"].to_numpy())
    rates = table("fleet/fatality_rates")
    first = int(rates["model_year"].min())  # type: ignore[arg-type]
    rate = np.full((int(rates["model_year"].max()) - first + 1, AGES), np.nan)  # type: ignore[arg-type]
    rate[rates["model_year"].to_numpy() - first, rates["age"].to_numpy()] = rates["deaths_per_billion_mi"].to_numpy()
    fitted = dict(table("fleet/calibration").select("name", "value").iter_rows())
    return Schedules(
        survival=np.stack([rows["survival"].to_numpy() for rows in by_body]),
        miles_m=np.stack([rows["annual_mi"].to_numpy() * MILE_M for rows in by_body]),
        mpg=mpg,
        rate=rate,
        first_rate_year=first,
        survival_exponent=fitted["survival_exponent"],
        miles_level=fitted["miles_level"],
        miles_growth=fitted["miles_growth"],
    )


def outlook_sales(outlook: str) -> dict[str, dict[int, float]]:
    """New vehicles by body and year of an outlook; an unknown one is named with the nearest."""
    rows = table("fleet/sales_by_body")
    known = sorted(set(rows["outlook"]))
    if outlook not in known:
        raise unknown("outlook", outlook, known)
    mine = rows.filter(pl.col("outlook") == outlook)
    return {body: dict(mine.filter(pl.col("body") == body).select("calendar_year", "vehicles").iter_rows()) for body in BODIES}


def check_sales(sales: Mapping[str, Mapping[int, float]], where: str = "sales") -> None:
    """Raise for a body without schedules, a year left out, or sales below zero."""
    check_classes(sales, BODIES, "facts/fleet/lives")
    for body, by_year in sales.items():
        check_years(np.asarray(sorted(by_year)), f"{where} of {body}")
        for year, vehicles in by_year.items():
            if not vehicles >= 0.0:
                raise InputError(
                    f"sales of {body!r} in {year} are {vehicles}", "sales are zero or more in every year", code="fleet.sales", where=where
                )


def _entries(sales: Mapping[str, Mapping[int, float]], first: int, last: int) -> np.ndarray:
    """Vehicles that enter by body and model year, [b, first..last]: registrations to 2019, then an outlook until `sales` begin.

    A body without sales of its own keeps the outlook; years before the first known keep its number, years after the last theirs.
    """
    made = _grid("fleet/registrations", "vehicles", "model_year", BODIES)
    bridge, outlook = outlook_sales(PRE_OUTLOOK), outlook_sales(OUTLOOK)
    out = np.zeros((len(BODIES), last - first + 1))
    for row, body in enumerate(BODIES):
        own = sales.get(body) or outlook[body]
        begins = min(own)
        known = {**made[body], 2020: bridge[body][2020], **{y: n for y, n in outlook[body].items() if y < begins}, **own}
        years = np.asarray(sorted(known))
        out[row] = np.interp(np.arange(first, last + 1), years, [known[year] for year in years])
    return out


def country(first: int, last: int, sales: Mapping[str, Mapping[int, float]] | None = None, given: Schedules | None = None) -> Country:
    """The country's light vehicles in the years first..last.

    `sales` are new vehicles by body and year, in place of the fitted outlook from their first year on; `given` are other schedules, as
    the calibration needs.
    Raises InputError for a horizon reversed, a body unknown, a year missing or sales below zero.
    """
    check_horizon(first, last)
    sold = outlook_sales(OUTLOOK) if sales is None else sales
    check_sales(sold)
    s = given or schedules()
    entries = _entries(sold, first - AGES + 1, last)
    ages = np.arange(AGES)
    years = np.arange(first, last + 1)
    place = (AGES - 1) + np.arange(years.size)[:, None] - ages
    stock = entries[:, place] * (s.survival**s.survival_exponent)[:, None, :]
    growth = s.miles_level * (1.0 + s.miles_growth) ** (years - REFERENCE_YEAR)
    miles = stock * s.miles_m[:, None, :] * growth[:, None]
    model_year = years[:, None] - ages
    gallons = np.stack([(miles[b] / MILE_M / np.interp(model_year, *s.mpg[body])).sum(axis=1) for b, body in enumerate(BODIES)])
    rate = s.rate[np.clip(model_year - s.first_rate_year, 0, s.rate.shape[0] - 1), ages]
    deaths = miles * rate * (_level() if given is None else 1.0)
    return Country(years=years, entries=entries[:, AGES - 1 :], stock=stock, miles_m=miles, gallons=gallons, deaths=deaths)


@lru_cache(maxsize=1)
def _level() -> float:
    """Factor on the rate table at which occupants killed in the calibration years are FARS's mean. [1/m per 1e-9/mi]"""
    unscaled = country(CALIBRATION_YEARS[0], CALIBRATION_YEARS[-1], given=schedules())
    inside = table("fleet/deaths").filter(pl.col("crash_type") != "outside")["occupant_deaths"].sum()
    return float(inside / unscaled.deaths.sum(axis=(0, 2)).mean())


def lifetime_ratio(year: int = 2027) -> float:
    """Miles over the life of a car of `year` under the calibrated schedules, over those of EPA's own that `roll` uses. [-]"""
    s = schedules()
    plain = (s.survival * s.miles_m)[0]
    growth = s.miles_level * (1.0 + s.miles_growth) ** (year + np.arange(AGES) - REFERENCE_YEAR)
    return float((s.survival[0] ** s.survival_exponent * s.miles_m[0] * growth).sum() / plain.sum())
