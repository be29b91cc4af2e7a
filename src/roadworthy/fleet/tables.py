"""What the fleet account knows before any reform: lives, miles, prices, carbon and death counts, aligned on the first sale year.

`prepare(start_year)` reads the tables of facts/fleet once; nothing here is an opinion. A year past the end of a table takes its
last value (`extrapolated` lists from when). Classes are those of core.axes: new slots live as cars do, the used import's life is
an assumption, the stock row is the mean vehicle.

Age profile of own risk: q(y, a) = r(v, v + a) / mean_v' r(v', v + a), the NHTSA rate of the cohort of sale year y at age a over the
mean of the fleet of the same year, ages weighted by surviving miles. So every calendar year's fleet has mean 1 and the level of
the table, 40 % under FARS, is not used. Used imports and the stock have q = 1.
Limits: survival does not answer prices; the stock burns gasoline only, and model years after 2019 keep the economy of 2019.
References: EPA OMEGA 2.5.0 inputs; EIA AEO2022 and AEO2023; NHTSA FARS 2016-20.
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import InputError
from roadworthy.core.axes import AGES, CALENDAR_YEARS, INCUMBENT_CLASSES, SALE_YEARS, SLOTS
from roadworthy.core.units import GASOLINE_J_PER_GALLON, MILE_M
from roadworthy.data import table
from roadworthy.fleet.door import check_years

BODY = {"small_car": "car", "car": "car", "suv_van": "suv_van", "pickup": "pickup"}
"""Body whose survival, miles and economy an incumbent class has."""
SLOT_BODY = "car"
CRASH_TYPES = ("two_vehicle", "single_fixed", "rollover_first", "three_plus")
FIRST_YEAR, LAST_YEAR = 2022, 2050
"""First sale years for which prices and sales are known."""
MILES_INDEX_YEAR = 2022
"""Year whose miles stand for those of the death counts: the first of the AEO path after the pandemic."""


class FleetTables(eqx.Module):
    """Fixed arrays of the fleet account; leading axes as in core.axes, money in 2022 USD."""

    survival: Float[Array, "c9 a40"]
    """Share of a cohort still on the road; the used import's row is set by assumption. [-]"""
    miles_m: Float[Array, "c9 a40"]
    """Distance a surviving vehicle drives in a year. [m/yr]"""
    age_shape: Float[Array, "c9 a40"]
    """Own risk of the first cohort at an age over the fleet mean of the same year. [-]"""
    cohort_risk: Float[Array, "y30 a40"]
    """The same for new vehicles of every sale year. [-]"""
    road_fleet: Float[Array, " n4"]
    """Share of today's light-vehicle miles by incumbent class. [-]"""
    stock_consumption_J_per_m: Float[Array, " t70"]
    """Mean gasoline of the vehicles on the road. [J/m]"""
    sales_index: Float[Array, " y30"]
    """All new sales of the year over the units of MY2022. [-]"""
    gasoline_pretax_usd_per_gallon: Float[Array, " t70"]
    gasoline_tax_usd_per_gallon: Float[Array, " t70"]
    electricity_usd_per_kwh: Float[Array, " t70"]
    electricity_tax_usd_per_kwh: Float[Array, " t70"]
    """The part of the retail price that is tax. [USD/kWh]"""
    gasoline_co2_kg_per_gallon: Float[Array, ""]
    refinery_co2_kg_per_gallon: Float[Array, " t70"]
    grid_co2_kg_per_kwh: Float[Array, " t70"]
    """Per kWh at the wall: plant emissions over transmission efficiency. [kg/kWh]"""
    driver_deaths: Float[Array, ""]
    """Light-vehicle drivers killed a year, mean of 2016-20. [1/yr]"""
    occupants_per_driver: Float[Array, ""]
    outside_deaths: Float[Array, ""]
    """People outside killed a year in single-vehicle crashes, 2020. [1/yr]"""
    crash_share: Float[Array, " 4"]
    """Driver deaths by CRASH_TYPES. [-]"""
    base_vehicles: Float[Array, " t70"]
    base_miles_index: Float[Array, " t70"]
    """Light-vehicle miles of the year over those of the death counts. [-]"""
    start_year: int = eqx.field(static=True)

    @property
    def stock_gallons_per_m(self) -> Float[Array, " t70"]:
        """Mean gasoline of the vehicles on the road. [gal/m]"""
        return self.stock_consumption_J_per_m / GASOLINE_J_PER_GALLON


def _by_year(name: str, column: str, years: np.ndarray) -> np.ndarray:
    """A column of a yearly table at `years`, the first and last value beyond its ends; a year missing inside it is an error."""
    rows = table(name).sort("calendar_year")
    check_years(rows["calendar_year"].to_numpy(), name)
    return np.interp(years, rows["calendar_year"].to_numpy(), rows[column].to_numpy())


def _lives() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Survival and metres a year by body."""
    rows = table("fleet/lives").sort("age")
    survival, miles = {}, {}
    for body in dict.fromkeys(BODY.values()):  # a set has another order in every process, and sums another last digit
        mine = rows.filter(rows["body"] == body)
        survival[body] = mine["survival"].to_numpy()
        miles[body] = mine["annual_mi"].to_numpy() * MILE_M
        if survival[body].size != AGES or np.any(np.diff(survival[body]) > 0.0):
            raise InputError(
                f"survival of {body!r} does not have {AGES} falling values", "check facts/fleet/lives.csv", code="fleet.survival"
            )
    return survival, miles


def _road_fleet() -> np.ndarray:
    rows = dict(table("fleet/road_fleet").select("class", "miles_share").iter_rows())
    shares = np.asarray([rows[name] for name in INCUMBENT_CLASSES])
    return shares / shares.sum()


def _age_weights(survival: dict[str, np.ndarray], miles: dict[str, np.ndarray], fleet: np.ndarray) -> dict[str, np.ndarray]:
    """Share of all miles by body and age in a fleet of constant sales, [a] each; they sum to 1 over bodies and ages."""
    weights = {body: np.zeros(AGES) for body in survival}
    for name, share in zip(INCUMBENT_CLASSES, fleet, strict=True):
        travel = survival[BODY[name]] * miles[BODY[name]]
        weights[BODY[name]] = weights[BODY[name]] + share * travel / travel.sum()
    return weights


def relative_rates(years: np.ndarray, ages: np.ndarray, age_weights: np.ndarray) -> np.ndarray:
    """Death rate of vehicles aged `ages` in `years` over the fleet mean of the year; both broadcast to one shape.

    Model years outside the table take its first or last model year.
    """
    rows = table("fleet/fatality_rates")
    first, last = int(rows["model_year"].min()), int(rows["model_year"].max())  # type: ignore[arg-type]
    grid = np.full((last - first + 1, AGES), np.nan)
    grid[rows["model_year"].to_numpy() - first, rows["age"].to_numpy()] = rows["deaths_per_billion_mi"].to_numpy()

    def rate(model_year: np.ndarray, age: np.ndarray) -> np.ndarray:
        return grid[np.clip(model_year, first, last) - first, age]

    every = np.arange(AGES)
    fleet = rate(np.asarray(years)[..., None] - every, np.broadcast_to(every, (*np.shape(years), AGES)))
    return rate(np.asarray(years) - ages, ages) / np.sum(fleet * age_weights, axis=-1)


def _stock_consumption(years: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """Mean gasoline of the fleet of each year. [J/m]"""
    rows = table("fleet/economy")
    total = np.zeros(years.size)
    for body, weight in weights.items():
        mine = rows.filter(rows["body"] == body).sort("model_year")
        model_year = years[:, None] - np.arange(AGES)
        mpg = np.interp(model_year, mine["model_year"].to_numpy(), mine["onroad_mpg"].to_numpy())
        total += np.sum(weight * GASOLINE_J_PER_GALLON / (mpg * MILE_M), axis=1)
    return total


def _constants() -> dict[str, float]:
    return dict(table("fleet/constants").select("name", "value").iter_rows())


def extrapolated(start_year: int = 2027) -> dict[str, int]:
    """First calendar year of the account that lies past the end of each yearly table, by table name."""
    ends = {}
    for name in ("fleet/sales", "fleet/energy_prices", "fleet/carbon", "fleet/stock_miles", "fleet/economy"):
        rows = table(name)
        column = "model_year" if "model_year" in rows.columns else "calendar_year"
        ends[name] = max(int(rows[column].max()) + 1, start_year)  # type: ignore[arg-type]
    return ends


@lru_cache(maxsize=4)
def prepare(start_year: int = 2027) -> FleetTables:
    """The fixed arrays of the fleet account with sale year 0 = `start_year`."""
    if not FIRST_YEAR <= start_year <= LAST_YEAR:
        raise InputError(
            f"first sale year {start_year} is outside {FIRST_YEAR} to {LAST_YEAR}",
            "prices and sales are known for those years: choose one of them",
            code="fleet.start_year",
        )
    years = start_year + np.arange(CALENDAR_YEARS)
    survival, miles = _lives()
    fleet = _road_fleet()
    weights = _age_weights(survival, miles, fleet)
    ages = np.arange(AGES)
    sold = start_year + np.arange(SALE_YEARS)
    by_cohort = relative_rates(sold[:, None] + ages, np.broadcast_to(ages, (SALE_YEARS, AGES)), np.sum(list(weights.values()), axis=0))
    shape = by_cohort[0]

    bodies = [SLOT_BODY] * len(SLOTS) + [BODY[name] for name in INCUMBENT_CLASSES]
    mean_survival = sum(f * survival[BODY[n]] for n, f in zip(INCUMBENT_CLASSES, fleet, strict=True))
    mean_travel = sum(f * survival[BODY[n]] * miles[BODY[n]] for n, f in zip(INCUMBENT_CLASSES, fleet, strict=True))
    constants = _constants()
    crashes = {row["crash_type"]: row for row in table("fleet/deaths").iter_rows(named=True)}
    drivers = np.asarray([crashes[kind]["driver_deaths"] for kind in CRASH_TYPES])
    occupants = np.asarray([crashes[kind]["occupant_deaths"] for kind in CRASH_TYPES])
    pretax = _by_year("fleet/energy_prices", "gasoline_pretax_usd_per_gal", years)
    power = _by_year("fleet/energy_prices", "electricity_retail_usd_per_kwh", years)
    base_mi = _by_year("fleet/stock_miles", "annual_mi", years)

    def fixed(values: object) -> Array:
        return jnp.asarray(values, jnp.float64)

    steady = np.stack([np.ones(AGES) if name == "used_import" else shape for name in (*SLOTS, *INCUMBENT_CLASSES)] + [np.ones(AGES)])
    return FleetTables(
        survival=fixed(np.stack([*(survival[body] for body in bodies), mean_survival])),
        miles_m=fixed(np.stack([*(miles[body] for body in bodies), mean_travel / mean_survival])),
        age_shape=fixed(steady),
        cohort_risk=fixed(by_cohort),
        road_fleet=fixed(fleet),
        stock_consumption_J_per_m=fixed(_stock_consumption(years, weights)),
        sales_index=fixed(_by_year("fleet/sales", "new_vehicles", years[:SALE_YEARS]) / constants["my2022_vehicles"]),
        gasoline_pretax_usd_per_gallon=fixed(pretax),
        gasoline_tax_usd_per_gallon=fixed(_by_year("fleet/energy_prices", "gasoline_retail_usd_per_gal", years) - pretax),
        electricity_usd_per_kwh=fixed(power),
        electricity_tax_usd_per_kwh=fixed(power - _by_year("fleet/energy_prices", "electricity_pretax_usd_per_kwh", years)),
        gasoline_co2_kg_per_gallon=fixed(constants["gasoline_co2_g_per_gal"] * 1e-3),
        refinery_co2_kg_per_gallon=fixed(_by_year("fleet/carbon", "refinery_co2_g_per_gal", years) * 1e-3),
        # A label's wall energy already holds the charger's loss, so only transmission is added.
        grid_co2_kg_per_kwh=fixed(_by_year("fleet/carbon", "grid_co2_g_per_kwh", years) * 1e-3 / constants["transmission_efficiency"]),
        driver_deaths=fixed(drivers.sum()),
        occupants_per_driver=fixed(occupants.sum() / drivers.sum()),
        outside_deaths=fixed(crashes["outside"]["occupant_deaths"]),
        crash_share=fixed(drivers / drivers.sum()),
        base_vehicles=fixed(_by_year("fleet/stock_miles", "vehicles", years)),
        base_miles_index=fixed(base_mi / _by_year("fleet/stock_miles", "annual_mi", np.asarray([MILES_INDEX_YEAR]))[0]),
        start_year=start_year,
    )
