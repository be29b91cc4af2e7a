"""Which car an owner has: its price before tax, energy use and resale class, new, used, or brought in when it is old.

    price of a used car = price when new x (1 - d1 - u)(1 - d)^(age - 1)

A used car is bought at what its class keeps and loses the later years' share from its age on. Limits: a class keeps the same share
whatever the model; a list price in another currency is not what a US buyer would pay and stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from roadworthy import data
from roadworthy.core import Cited, Distribution, InputError, weakest
from roadworthy.cost.ledger import HORIZON
from roadworthy.cost.slots import list_price
from roadworthy.vehicles import Vehicle

POWERTRAINS = ("ice", "mhev", "hev", "phev", "bev")
KEI_GROUPS = ("kei_current", "kei_historic", "micro", "user")
"""Groups without a resale and loss record in the United States."""


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
