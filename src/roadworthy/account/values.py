"""What a death, a tonne, a mile and a gallon are worth by year, in 2022 USD: the fixed arrays of the account.

`prepare(start_year)` reads facts/account once. Dollars of other years are brought to 2022 by the GDP deflator. A year past the
end of a table takes its last value.
Air: exhaust of new cars is the mean over the life of the first cohort sold; the stock's follows its model years; used imports
have the exhaust of cars of their own age. Oil: a gallon saved saves imported crude by the shares of OMEGA.
Pollutants of a user's discount rate lie between the studies' 3 and 7 %, and stay at the nearer of them outside.
Time and services: hours at the pump by tank, minutes at chargers by range, services by the mile (OMEGA); repairs by age left out.
Limits: one place for all emissions; brake and tyre dust left out; slots emit as US cars of their year do, whatever the standard
they meet.
References: EPA OMEGA 2.1.0 effects inputs; US DOT; interagency working group.
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy import fleet
from roadworthy.account.present import check_rate
from roadworthy.core.axes import AGES, CALENDAR_YEARS, CLASSES, INCUMBENT_CLASSES, SLOTS
from roadworthy.core.units import MILE_M
from roadworthy.data import table

MONEY_YEAR = 2022
RATES = (0.03, 0.07)
SCGHG = (
    "none",
    "interagency_3",
    "epa_2",
    "interagency_5",
    "interagency_2_5",
    "interagency_3_95th",
    "epa_2_5",
    "epa_1_5",
)
"""Streams of the social cost of CO2 by index; each is discounted at the rate it was made with."""
STUDIES = ("low", "high")
POLLUTANTS = ("pm25", "so2", "nox")
REGULATORY = {"small_car": "car", "car": "car", "suv_van": "truck", "pickup": "truck"}
USED_IMPORT_AGE = 25
"""Age of a used import at its entry: the youngest that federal law admits."""
KG_PER_TONNE = 1e3


class Values(eqx.Module):
    """Unit values by year and class, 2022 USD."""

    rates: Float[Array, " r2"]
    """Discount rates of the account's columns: 3 %, 7 %, then the user's own. [1/yr]"""
    scghg_usd_per_kg: Float[Array, "s t70"]
    scghg_rate: Float[Array, " s"]
    air_usd_per_m: Float[Array, "2 r2 c9 t70"]
    """Exhaust of gasoline vehicles by study and rate; the account leaves it out for electric slots. [USD/m]"""
    air_usd_per_gallon: Float[Array, "2 r2 t70"]
    air_usd_per_kwh: Float[Array, "2 r2 t70"]
    maintenance_usd_per_m: Float[Array, " 2"]
    """Services of a metre: gasoline, electric. [USD/m]"""
    refuelling_usd_per_gallon: Float[Array, " c9"]
    """Time at the pump. [USD/gal]"""
    charging_usd_per_m: Float[Array, " c9"]
    """Time at chargers on the way, of electric slots. [USD/m]"""
    congestion_usd_per_m: Float[Array, " c9"]
    noise_usd_per_m: Float[Array, " c9"]
    security_usd_per_gallon: Float[Array, " t70"]
    start_year: int = eqx.field(static=True)


def to_money_year(year: int) -> float:
    """Factor from dollars of `year` to those of the account."""
    index = dict(table("account/deflator").select("calendar_year", "gdp_deflator").iter_rows())
    return index[MONEY_YEAR] / index[year]


def _constants() -> dict[str, float]:
    return dict(table("account/constants").select("name", "value").iter_rows())


def _scghg(years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """USD per kg [s, t] and the rate of each stream; `none` is zero."""
    rows = table("account/scghg").sort("calendar_year")
    cost, rate = [np.zeros(years.size)], [RATES[0]]
    for name in SCGHG[1:]:
        mine = rows.filter(rows["stream"] == name)
        dollars = to_money_year(int(mine["dollar_year"][0]))
        cost.append(np.interp(years, mine["calendar_year"], mine["usd_per_tonne"]) * dollars / KG_PER_TONNE)
        rate.append(float(mine["discount_rate"][0]))
    return np.stack(cost), np.asarray(rate)


def _pollutant_cost(emitter: str, years: np.ndarray, rates: tuple[float, ...]) -> np.ndarray:
    """USD per gram, [study, rate, pollutant, t]."""
    rows = table("account/criteria").sort("calendar_year")
    gram = to_money_year(int(rows["dollar_year"][0])) / _constants()["grams_per_us_ton"]
    low, high = RATES
    out = []
    for study in STUDIES:
        ends = []
        for rate in RATES:
            mine = rows.filter((rows["emitter"] == emitter) & (rows["study"] == study) & (rows["discount_rate"] == rate))
            ends.append(np.asarray([np.interp(years, mine["calendar_year"], mine[f"{p}_usd_per_us_ton"]) * gram for p in POLLUTANTS]))
        weights = [min(max((rate - low) / (high - low), 0.0), 1.0) for rate in rates]
        out.append([ends[0] + weight * (ends[1] - ends[0]) for weight in weights])
    return np.asarray(out)


def _exhaust(regulatory: str) -> tuple[np.ndarray, int, int]:
    """PM2.5, SO2 (by mile: none) and NOx, g/m, [pollutant, model year, age 0-39], and the first and last model year."""
    rows = table("account/vehicle_emissions")
    rows = rows.filter(rows["regulatory_class"] == regulatory)
    first, last = int(rows["model_year"].min()), int(rows["model_year"].max())  # type: ignore[arg-type]
    grid = np.zeros((len(POLLUTANTS), last - first + 1, AGES))
    oldest = int(rows["age"].max())  # type: ignore[arg-type]
    for k, column in ((0, "pm25_g_per_mi"), (2, "nox_g_per_mi")):
        grid[k, rows["model_year"].to_numpy() - first, rows["age"].to_numpy()] = rows[column].to_numpy() / MILE_M
    grid[:, :, oldest + 1 :] = grid[:, :, oldest : oldest + 1]
    return grid, first, last


def _grams_per_m(start_year: int, years: np.ndarray) -> np.ndarray:
    """Exhaust by class, [pollutant, c9, t]."""
    tables = fleet.prepare(start_year)
    travel = np.asarray(tables.survival * tables.miles_m)
    weight = travel / travel.sum(axis=1, keepdims=True)
    ages = np.arange(AGES)
    grids = {name: _exhaust(name) for name in ("car", "truck")}

    def rate(regulatory: str, model_year: np.ndarray, age: np.ndarray) -> np.ndarray:
        grid, first, last = grids[regulatory]
        return grid[:, np.clip(model_year, first, last) - first, age]

    out = np.zeros((len(POLLUTANTS), len(CLASSES), years.size))
    stock = np.zeros((len(POLLUTANTS), years.size))
    for row, name in enumerate(CLASSES[:-1]):
        regulatory = REGULATORY.get(name, "car")
        if name == "used_import":
            old = np.arange(USED_IMPORT_AGE, AGES)
            life = rate(regulatory, start_year - USED_IMPORT_AGE + np.zeros_like(old), old).mean(axis=-1)
        else:
            life = rate(regulatory, start_year + np.zeros_like(ages), ages) @ weight[row]
        out[:, row] = life[:, None]
        if name in INCUMBENT_CLASSES:
            model_year = years[:, None] - ages
            now = rate(regulatory, model_year, np.broadcast_to(ages, model_year.shape)) @ weight[row]
            stock += float(tables.road_fleet[INCUMBENT_CLASSES.index(name)]) * now
    out[:, -1] = stock
    return out


def _air(start_year: int, years: np.ndarray, rates: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """USD per metre [study, rate, c9, t], per gallon and per kWh [study, rate, t]."""
    grams = _grams_per_m(start_year, years)
    truck = np.asarray([float(REGULATORY.get(name) == "truck") for name in CLASSES])
    tables = fleet.prepare(start_year)
    truck[-1] = float(tables.road_fleet @ jnp.asarray(truck[len(SLOTS) : -1]))
    per_gram = {name: _pollutant_cost(name, years, rates) for name in ("car", "truck", "refinery", "power_plant")}
    by_class = truck[:, None] * per_gram["truck"][:, :, :, None] + (1.0 - truck[:, None]) * per_gram["car"][:, :, :, None]
    per_m = np.einsum("pct,srpct->srct", grams, by_class)

    rows = table("account/fuel_emissions").sort("calendar_year")
    fuel = {}
    for emitter in ("refinery", "power_plant"):
        mine = rows.filter(rows["emitter"] == emitter)
        emitted = np.stack([np.interp(years, mine["calendar_year"], mine[f"{p}_g"]) for p in POLLUTANTS])
        fuel[emitter] = np.einsum("pt,srpt->srt", emitted, per_gram[emitter])
    exhaust = table("account/vehicle_emissions").filter(model_year=min(start_year, 2050), regulatory_class="car")
    sulphur = float(exhaust["so2_g_per_gal"].mean())  # type: ignore[arg-type]
    per_gallon = fuel["refinery"] * _constants()["domestic_refining_share"] + sulphur * per_gram["car"][:, :, 1]
    return per_m, per_gallon, fuel["power_plant"]


def _congestion_noise(start_year: int) -> tuple[np.ndarray, np.ndarray]:
    """USD per metre by class; the stock is the mean over today's miles."""
    rows = {row["regulatory_class"]: row for row in table("account/congestion_noise").iter_rows(named=True)}
    shares = np.asarray(fleet.prepare(start_year).road_fleet)

    def by_class(column: str) -> np.ndarray:
        cost = {name: row[column] * to_money_year(row["dollar_year"]) / MILE_M for name, row in rows.items()}
        slots = [cost["car"]] * len(SLOTS)
        incumbents = [cost[REGULATORY[name]] for name in INCUMBENT_CLASSES]
        return np.asarray([*slots, *incumbents, float(shares @ np.asarray(incumbents))])

    return by_class("congestion_usd_per_mi"), by_class("noise_usd_per_mi")


def _owners_time() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """USD per metre of services [petrol, electric], per gallon of time at the pump by class, per metre of time at chargers by class."""
    rows = {(row["item"], row["of"]): row for row in table("account/owners_time").iter_rows(named=True)}

    def dollars(item: str, of: str) -> float:
        row = rows[item, of]
        return float(row["value"] * to_money_year(row["dollar_year"]))

    services = np.asarray([dollars("maintenance", kind) / MILE_M for kind in ("petrol", "electric")])
    pump = {body: dollars("hour", body) * rows["gallon", body]["value"] for body in dict.fromkeys(fleet.BODY.values())}
    small = dollars("hour", "car")
    per_gallon = [small * rows["gallon", "kei"]["value"]] * len(SLOTS) + [pump[fleet.BODY[name]] for name in INCUMBENT_CLASSES]
    shares = np.asarray(fleet.prepare().road_fleet)
    mean = float(shares @ np.asarray(per_gallon[len(SLOTS) :]))
    charging = np.zeros(len(CLASSES))
    charging[: len(SLOTS)] = small * rows["charged_mile", "kei"]["value"] / MILE_M
    return services, np.asarray([*per_gallon, mean]), charging


def _security(years: np.ndarray) -> np.ndarray:
    """USD per gallon of gasoline not burnt."""
    rows = table("account/energy_security").sort("calendar_year")
    c = _constants()
    crude = c["petroleum_share_of_gasoline"] * c["gasoline_to_crude_energy_ratio"] / c["gallons_per_barrel"]
    barrel = np.interp(years, rows["calendar_year"], rows["usd_per_bbl"] * rows["imported_share"])
    return barrel * to_money_year(int(rows["dollar_year"][0])) * crude


@lru_cache(maxsize=4)
def prepare(start_year: int = 2027, own_rates: tuple[float, ...] = ()) -> Values:
    """Unit values with sale year 0 = `start_year`; `own_rates` are discount rates beside 3 and 7 %, 0..0.2."""
    years = start_year + np.arange(CALENDAR_YEARS)
    rates = (*RATES, *(check_rate(rate) for rate in own_rates))
    scghg, stream_rate = _scghg(years)
    per_m, per_gallon, per_kwh = _air(start_year, years, rates)
    congestion, noise = _congestion_noise(start_year)
    services, pump, charging = _owners_time()

    def fixed(values: object) -> Array:
        return jnp.asarray(values, jnp.float64)

    return Values(
        rates=fixed(rates),
        scghg_usd_per_kg=fixed(scghg),
        scghg_rate=fixed(stream_rate),
        air_usd_per_m=fixed(per_m),
        air_usd_per_gallon=fixed(per_gallon),
        air_usd_per_kwh=fixed(per_kwh),
        maintenance_usd_per_m=fixed(services),
        refuelling_usd_per_gallon=fixed(pump),
        charging_usd_per_m=fixed(charging),
        congestion_usd_per_m=fixed(congestion),
        noise_usd_per_m=fixed(noise),
        security_usd_per_gallon=fixed(_security(years)),
        start_year=start_year,
    )
