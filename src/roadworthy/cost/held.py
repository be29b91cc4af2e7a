"""What the owner's costs are held against: resale by class and year, maintenance from its events, and AAA's mean new car.

The price of AAA's mean new car is not published with its components; it is taken as the price at which five years of its published
depreciation are the published five-year loss. Fuel is that of the mean new car of model year 2022 on the road (337 g CO2 a mile, EPA).
"""

from __future__ import annotations

import jax.numpy as jnp

from roadworthy import data
from roadworthy.core.held import Held
from roadworthy.cost.ledger import Ownership, own, retained_share
from roadworthy.cost.owner import owner_costs

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
    rows = {name: row.cited.value for (name, key), row in owner_costs().items() if key == "all"}
    zero = dict.fromkeys(
        ("energy_usd_per_mi", "maintenance_usd_per_mi", "insurance_usd", "registration_usd", "first_year_loss", "yearly_loss"), 0.0
    )
    loan = {name: rows[name] for name in ("sales_tax_share", "down_share", "apr", "loan_months")}
    ledger = own(Ownership.constant(price_usd=price_usd, years_held=AAA_YEARS, miles=AAA_MILES_YR, **zero, **loan))
    return float(ledger.items()["finance"]) / AAA_YEARS


def five_year_loss(resale: str) -> float:
    """Share of the price lost in five years by our schedule."""
    rows = owner_costs()
    first, later = (rows[name, resale].cited.value for name in ("first_year_loss", "yearly_loss"))
    return 1.0 - float(retained_share(jnp.asarray(AAA_YEARS), jnp.asarray(first), jnp.asarray(later)))


def _ours(id: str) -> float:
    kind, *rest = id.split("_")
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
