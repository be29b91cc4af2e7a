"""Who owns which car: an owner's choices, national means for the rest, and the ledger's input made of both.

Every number comes from the owner, from the owner's state or from a row of the table cost/ownership, and each row used is kept with
its source and status. A used car is bought at what its class keeps of the new price and loses the later years' share from its age on.
Limits: registration and gasoline are national means in every state; a plug-in hybrid is billed as if driven on gasoline alone;
dollars of the sources' years are taken as dollars of 2022.
References: AAA Your Driving Costs 2025; iSeeCars 2025; Argonne ANL/ESD-21/4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from roadworthy import data
from roadworthy.core import Cited, Distribution, InputError, UsageError, weakest
from roadworthy.core.units import GASOLINE_J_PER_GALLON, KWH_J, MILE_M
from roadworthy.cost.ledger import HORIZON, Ownership
from roadworthy.cost.slots import list_price
from roadworthy.cost.states import POWER_SOURCE, PREMIUM_SOURCE, TAX_SOURCE, state
from roadworthy.cost.upkeep import repairs_usd_per_mi
from roadworthy.vehicles import Vehicle

POWERTRAINS = ("ice", "mhev", "hev", "phev", "bev")
SHIFT_YR = 5.0
"""Age to which the spread of resale values belongs."""
KEI_GROUPS = ("kei_current", "kei_historic", "micro", "user")
"""Groups without a resale and loss record in the United States."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What an owner chooses. None takes the national mean of the table cost/ownership."""

    years: int | None = None
    miles_per_yr: float | None = None
    gasoline_usd_per_gal: float | None = None
    electricity_usd_per_kwh: float | None = None
    sales_tax_share: float | None = None
    registration_usd_per_yr: float | None = None
    insurance_usd_per_yr: float | None = None
    down_share: float | None = None
    loan_months: int | None = None
    apr: float | None = None
    discount_rate: float | None = None
    parking_usd_per_yr: float = 0.0
    time_usd_per_yr: float = 0.0
    injury_usd_per_mi: float = 0.0
    prices_from_year: int | None = None
    """Year from which energy prices follow the outlook of cost/energy_prices; None holds today's price."""
    state: str = ""
    """Two letters; the nation when empty."""
    repairs: bool = True
    """Whether repairs are counted beside scheduled maintenance; published arithmetic often leaves them out."""


RANGES = {
    "years": (1.0, float(HORIZON)),
    "miles_per_yr": (1.0, 1e6),
    "gasoline_usd_per_gal": (0.0, 100.0),
    "electricity_usd_per_kwh": (0.0, 10.0),
    "sales_tax_share": (0.0, 1.0),
    "registration_usd_per_yr": (0.0, 1e5),
    "insurance_usd_per_yr": (0.0, 1e5),
    "down_share": (0.0, 1.0),
    "loan_months": (1.0, 240.0),
    "apr": (0.0, 1.0),
    "discount_rate": (0.0, 1.0),
    "parking_usd_per_yr": (0.0, 1e5),
    "time_usd_per_yr": (0.0, 1e5),
    "injury_usd_per_mi": (0.0, 10.0),
}
"""What an owner's entry may be; outside it is a slip of the unit or the sign."""
WHOLE = ("years", "loan_months")


@dataclass(frozen=True, slots=True)
class Car:
    """One vehicle as its owner's bill sees it; NaN where price or energy use is unknown."""

    name: str
    price_usd: Cited
    consumption_J_per_m: Cited
    powertrain: str
    resale: str
    """Resale class: kei, import, car, suv, truck, hybrid or bev."""
    kei: bool
    """Whether premium and resale market are those of a car without a US record."""
    age_yr: float = 0.0
    """Age at which it is bought; 0 is new."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table cost/ownership: its citation and, when drawn, its Sobol coordinate."""

    cited: Cited
    stream: int | None


@lru_cache(maxsize=1)
def owner_costs() -> dict[tuple[str, str], Row]:
    """The table cost/ownership by (name, key)."""
    found = {}
    for row in data.table("cost/ownership").iter_rows(named=True):
        words = (row["distribution"] or "").split()
        drawn = Distribution(words[0], tuple(float(word) for word in words[1:])) if words else None
        cited = Cited(float(row["value"]), row["unit"], row["source"], row["status"], drawn)
        found[row["name"], row["key"]] = Row(cited, row["stream"])
    return found


def resale_class(group: str, body_kind: str, powertrain: str) -> str:
    """Which resale record a vehicle follows: kei, bev, hybrid, truck, suv or car."""
    if group in KEI_GROUPS:
        return "kei"
    if powertrain == "bev":
        return "bev"
    if powertrain in ("hev", "phev"):
        return "hybrid"
    return {"pickup": "truck", "truck": "truck", "suv": "suv"}.get(body_kind, "car")


def car(vehicle: Vehicle, i: int, consumption_J_per_m: float, price_usd: float | None = None) -> Car:
    """One vehicle of a batch with its energy use (tank or wall) and its price before tax.

    Without `price_usd` a US list price is taken; a price in another currency is not what a US buyer would pay and stays unknown.
    """
    name, powertrain = vehicle.ids[i], vehicle.powertrain[i]
    if powertrain not in POWERTRAINS:
        raise InputError(
            f"powertrain of {name!r} is {powertrain or 'unknown'}: neither engine nor battery to bill energy for",
            f"give powertrain as one of {', '.join(POWERTRAINS)}",
            code="powertrain.unknown",
            where="powertrain",
        )
    if consumption_J_per_m < 0.0:
        raise InputError(f"energy use of {name!r} is {consumption_J_per_m:g} J/m", "give it above zero", code="consumption.range")
    group = vehicle.group[i]
    return Car(
        name=name,
        price_usd=_price(vehicle, i, price_usd),
        consumption_J_per_m=Cited(float(consumption_J_per_m), "J/m", "energy room", "derived"),
        powertrain=powertrain,
        resale=resale_class(group, vehicle.body_kind[i], powertrain),
        kei=group in KEI_GROUPS,
    )


def _price(vehicle: Vehicle, i: int, price_usd: float | None) -> Cited:
    if price_usd is None:
        listed = list_price(vehicle, i)
        return listed if listed.unit == "USD" else Cited(float("nan"), "USD", f"no US price; listed in {listed.unit}", "assumed")
    if price_usd < 0.0:
        raise InputError(
            f"price of {vehicle.ids[i]!r} is {price_usd:g} USD", "give a price above zero", code="price.range", where="price_usd"
        )
    return Cited(float(price_usd), "USD", "given by the user", "assumed")


def used(new: Car, age_yr: float) -> Car:
    """The same car bought used, at what its class keeps of the new price at that age."""
    if not 1.0 <= age_yr <= HORIZON or age_yr != round(age_yr):
        raise InputError(f"age of a used car is {age_yr:g}", f"give whole years from 1 to {HORIZON}", code="age.range", where="age_yr")
    rows = owner_costs()
    first, later = rows["first_year_loss", new.resale].cited, rows["yearly_loss", new.resale].cited
    thin = rows["thin_market_loss", "kei" if new.kei else "us"].cited
    kept = (1.0 - first.value - thin.value) * (1.0 - later.value) ** (age_yr - 1.0)
    source = f"{new.price_usd.value:,.0f} USD when new, {kept:.0%} kept after {age_yr:.0f} years by its class"
    price = Cited(new.price_usd.value * kept, "USD", source, weakest([new.price_usd.status, first.status, later.status, "derived"]))
    return replace(new, name=f"{new.name}, {age_yr:.0f} years old", price_usd=price, age_yr=age_yr)


def imported(vehicle: Vehicle, i: int, consumption_J_per_m: float, landed_usd: Cited, age_yr: float) -> Car:
    """An old car brought in by its owner, at its landed price."""
    bought = car(vehicle, i, consumption_J_per_m, float(landed_usd.value))
    return replace(bought, price_usd=landed_usd, resale="import", kei=True, age_yr=age_yr)


def check_owner(owner: Owner) -> None:
    """Refuse what no owner can be, with the entry named."""
    if owner.state:
        state(owner.state)
    for name, (low, high) in RANGES.items():
        value = getattr(owner, name)
        if value is not None and not low <= value <= high:
            raise InputError(f"{name} is {value:g}", f"give it between {low:g} and {high:g}", code="owner.range", where=name)
        if value is not None and name in WHOLE and value != round(value):
            raise InputError(f"{name} is {value:g}", "give a whole number", code="owner.whole", where=name)
    years = data.table("cost/energy_prices")["calendar_year"]
    first, start = int(years[0]), owner.prices_from_year
    if start is not None and not first <= start <= int(years[-1]):
        raise InputError(
            f"no energy prices from {start}", f"give a year from {first} to {years[-1]}", code="owner.range", where="prices_from_year"
        )
    if start is not None and (owner.gasoline_usd_per_gal is not None or owner.electricity_usd_per_kwh is not None):
        raise UsageError("both an energy price and a price path are given", "give one of the two", code="owner.prices")


STATE_FACTOR = {
    "electricity_usd_per_kwh": ("electricity_factor", POWER_SOURCE),
    "insurance_usd_per_yr": ("insurance_factor", PREMIUM_SOURCE),
}
"""Entries that a state scales: the column of its table, and where the ratio is from."""


class _Means:
    """The rows in force for an owner: what he gives goes before the table; each one used is kept for the bill."""

    def __init__(self, owner: Owner, uniform: np.ndarray | None) -> None:
        self.owner, self.uniform = owner, uniform
        self.used: dict[str, Cited] = {}

    def given(self, name: str) -> bool:
        """Whether the owner himself gave the entry."""
        return getattr(self.owner, name, None) is not None

    def __call__(self, name: str, key: str = "all") -> Any:
        row = owner_costs()[name, key]
        if self.given(name):
            value = float(getattr(self.owner, name))
            self.used[name] = Cited(value, row.cited.unit, "given by the user", "derived")
            return value
        drawn: Any = row.cited.value
        if self.uniform is not None and row.cited.distribution is not None and row.stream is not None:
            drawn = row.cited.distribution.ppf(self.uniform[:, row.stream])
        here = state(self.owner.state) if self.owner.state else None
        if here is not None and name == "sales_tax_share":
            self.used[name] = Cited(here.sales_tax_share, row.cited.unit, f"{here.code}: {TAX_SOURCE}", "assumed")
            return here.sales_tax_share
        if here is not None and name in STATE_FACTOR:
            factor, source = getattr(here, STATE_FACTOR[name][0]), f"{here.code}: {STATE_FACTOR[name][1]}"
            self.used[name] = Cited(
                row.cited.value * factor, row.cited.unit, source, weakest([row.cited.status, "derived"]), row.cited.distribution
            )
            return drawn * factor
        self.used[name if key == "all" else f"{name} ({key})"] = row.cited
        return drawn


def _premium(mean: _Means, record: str) -> dict[str, Any]:
    """Premium and its link to the price; a premium that the owner gives is his own and is left as it is."""
    if mean.given("insurance_usd_per_yr"):
        return {"insurance_usd": mean("insurance_usd_per_yr"), "insurance_price_slope": 0.0, "insurance_reference_usd": 0.0}
    return {
        "insurance_usd": mean("insurance_usd_per_yr") * mean("insurance_factor", record),
        "insurance_price_slope": mean("insurance_price_slope"),
        "insurance_reference_usd": mean("insurance_reference_usd"),
    }


def energy_path(fuel: str, first_year: int) -> np.ndarray:
    """Price of `fuel` (a column of cost/energy_prices) in each year of the horizon; the last one is held. [USD per unit]"""
    table = data.table("cost/energy_prices")
    years = np.arange(first_year, first_year + HORIZON)
    return np.interp(years, table["calendar_year"].to_numpy(), table[fuel].to_numpy())


def _energy_usd_per_mi(car_: Car, mean: _Means) -> np.ndarray:
    """Cost of energy per mile, [draws or 1, years or 1]; on a path the draw scales every year alike."""
    fuel, joules = ("electricity_usd_per_kwh", KWH_J) if car_.powertrain == "bev" else ("gasoline_usd_per_gal", GASOLINE_J_PER_GALLON)
    price = np.atleast_1d(np.asarray(mean(fuel), float))[:, None]
    if mean.owner.prices_from_year is not None:
        row = mean.used[fuel]
        price = price / row.value * energy_path(fuel, mean.owner.prices_from_year)
        source = f"{data.describe('cost/energy_prices').source}, from {mean.owner.prices_from_year}"
        mean.used[fuel] = Cited(float(price[0, 0]), row.unit, source, "published", row.distribution)
    return car_.consumption_J_per_m.value * MILE_M / joules * price


def ownership_of(car_: Car, owner: Owner, uniform: np.ndarray | None = None) -> tuple[Ownership, dict[str, Cited]]:
    """The ledger's input for one car, central or one per row of `uniform` [draws, coordinates], and the rows it used."""
    mean = _Means(owner, uniform)
    record = "kei" if car_.kei else "us"
    later = mean("yearly_loss", car_.resale)
    shift = mean("resale_shift")
    first, thin, price = later, 0.0, car_.price_usd.value
    if car_.age_yr == 0.0:
        first = mean("first_year_loss", car_.resale)
        # the shift is stated for the value after five years, the ledger wants it at the start
        thin = np.clip(mean("thin_market_loss", record) - shift / (1.0 - later) ** 4, -first, 0.95 - first)
    elif car_.resale == "import":
        whole = owner_costs()["import_but_car_usd", "all"].cited.value
        price = price + mean("import_but_car_usd") - whole
    else:
        # what a class keeps is as uncertain when the car is bought as when it is sold
        price = price * (1.0 + shift * min(car_.age_yr, SHIFT_YR) / SHIFT_YR)
    entries = {
        "price_usd": price,
        "years_held": mean("years"),
        "miles": mean("miles_per_yr"),
        "registration_usd": mean("registration_usd_per_yr"),
        "sales_tax_share": mean("sales_tax_share"),
        "down_share": mean("down_share"),
        "apr": mean("apr"),
        "loan_months": mean("loan_months"),
        "first_year_loss": first,
        "yearly_loss": later,
        "thin_market_loss": thin,
        "discount_rate": mean("discount_rate"),
        "parking_usd": owner.parking_usd_per_yr,
        "time_usd": owner.time_usd_per_yr,
        "injury_usd_per_mi": owner.injury_usd_per_mi,
        **_premium(mean, record),
    }
    size = 1 if uniform is None else len(uniform)
    energy, upkeep = _energy_usd_per_mi(car_, mean), _upkeep_usd_per_mi(car_, mean)
    flat = {name: np.broadcast_to(np.asarray(value, float), size) for name, value in entries.items()}
    entry = Ownership.constant(energy_usd_per_mi=np.zeros(size), maintenance_usd_per_mi=np.zeros(size), **flat)
    yearly = tuple(jnp.asarray(np.broadcast_to(x, (size, x.shape[1]))) for x in (energy, upkeep))
    return eqx.tree_at(lambda o: (o.energy_usd_per_mi, o.maintenance_usd_per_mi), entry, yearly), mean.used


def repairs_of(car_: Car) -> np.ndarray:
    """Repairs a mile in each year of the horizon, from the car's age on. [USD/mi]"""
    price = owner_costs()["repair_price_usd", car_.resale].cited.value
    return repairs_usd_per_mi(car_.age_yr + np.arange(HORIZON), price, car_.resale, car_.powertrain)


def _upkeep_usd_per_mi(car_: Car, mean: _Means) -> np.ndarray:
    """Maintenance and, where they count, repairs per mile, [draws or 1, years or 1]; one factor spreads both."""
    scheduled = np.atleast_1d(np.asarray(mean("maintenance_usd_per_mi", car_.powertrain), float))[:, None]
    if mean.owner.repairs:
        mean("repair_price_usd", car_.resale)
        scheduled = scheduled + repairs_of(car_)
    return scheduled * np.atleast_1d(np.asarray(mean("maintenance_factor"), float))[:, None]
