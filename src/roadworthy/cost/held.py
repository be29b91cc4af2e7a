"""What the owner's costs are held against: resale by class and year, maintenance from its events, and AAA's mean new car.

The price of AAA's mean new car is not published with its components; it is taken as the price at which five years of its published
depreciation are the published five-year loss. Fuel is that of the mean new car of model year 2022 on the road (337 g CO2 a mile, EPA).
"""

from __future__ import annotations

import equinox as eqx

from roadworthy import data
from roadworthy.core import Cited
from roadworthy.core.held import Held
from roadworthy.cost.ledger import own
from roadworthy.cost.owner import Car, Owner, owner_costs, ownership_of

ROOM = "cost"
AAA_YEARS, AAA_MILES_YR = 5.0, 15_000.0
AAA_DEPRECIATION_USD_YR = {"2025": 4334.0, "2024": 4680.0}
AAA_GASOLINE_USD_GAL = 3.151
FIVE_YEAR_LOSS = 0.456
"""iSeeCars 2025, all vehicles."""
NEW_CAR_CO2_G_PER_MI, GASOLINE_CO2_G_PER_GAL = 337.0, 8887.0
"""EPA: real-world mean of model year 2022, and carbon dioxide of a gallon of gasoline."""


def mean_new_car_usd(year: str) -> float:
    """Price at which AAA's depreciation is the published five-year loss. [USD]"""
    return AAA_DEPRECIATION_USD_YR[year] * AAA_YEARS / FIVE_YEAR_LOSS


def finance_usd_per_yr(price_usd: float) -> float:
    """Our finance item for a car of that price in the AAA convention. [USD/yr]"""
    return aaa_items("car", price_usd)["finance"] / AAA_YEARS


def five_year_loss(resale: str) -> float:
    """Share of the price lost in five years by our schedule."""
    rows = owner_costs()
    first, later = (rows[name, resale].cited.value for name in ("first_year_loss", "yearly_loss"))
    return 1.0 - (1.0 - first) * (1.0 - later) ** (AAA_YEARS - 1.0)


CLASS_PRICE_USD = 30_000.0
"""Price at which the classes are compared; only its product with the published loss matters."""
CLASS_POWERTRAIN = {"hybrid": "hev", "bev": "bev"}


def aaa_items(resale: str, price_usd: float) -> dict[str, float]:
    """Items of the whole bill of a class in the AAA convention, energy left out. [USD]"""
    price = Cited(price_usd, "USD", "comparison", "assumed")
    one = Car(resale, price, Cited(0.0, "J/m", "not counted here", "assumed"), CLASS_POWERTRAIN.get(resale, "ice"), resale, kei=False)
    ledger = _own(ownership_of(one, Owner(years=int(AAA_YEARS), miles_per_yr=AAA_MILES_YR))[0])
    return {name: float(value[0]) for name, value in ledger.items().items()}


def class_usd_per_mi(resale: str) -> float:
    """Depreciation and maintenance, repairs included, a mile of a class. [USD/mi]"""
    items = aaa_items(resale, CLASS_PRICE_USD)
    return (items["depreciation"] + items["maintenance"]) / (AAA_YEARS * AAA_MILES_YR)


_own = eqx.filter_jit(own)


def _ours(id: str) -> float:
    kind, *rest = id.split("_")
    if kind == "class":
        return class_usd_per_mi(rest[-1])
    if kind == "loss":
        return five_year_loss(rest[-1])
    if kind == "upkeep":
        return float(owner_costs()["maintenance_usd_per_mi", rest[-1]].cited.value)
    if rest[0] == "finance":
        return finance_usd_per_yr(mean_new_car_usd(rest[-1]))
    return NEW_CAR_CO2_G_PER_MI / GASOLINE_CO2_G_PER_GAL * AAA_GASOLINE_USD_GAL


def held() -> tuple[Held, ...]:
    """Every fact, misses included."""
    return tuple(
        Held(
            ROOM, row["id"], row["what"], row["unit"], float(row["published"]), _ours(row["id"]), float(row["tolerance"]), row["kind"], bool(row["fitted"]),
            row["source"], row["note"] or "", row["group"],
        )
        for row in data.table("cost/held").iter_rows(named=True)
    )  # fmt: skip
