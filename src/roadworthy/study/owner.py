"""What a mile costs, with consumption from the energy room and rivals beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from roadworthy.cost import Owner, car
from roadworthy.cost import own_vehicle as bill_of
from roadworthy.cost.owner import Car
from roadworthy.energy import grid
from roadworthy.vehicles import Vehicle, find

RIVALS = ("mitsubishi_mirage", "toyota_corolla_e210")


def consumption_J_per_m(vehicle: Vehicle) -> np.ndarray:
    """Label-combined energy per metre of each vehicle of a batch; NaN where mass or power is unknown."""
    return np.asarray(grid(vehicle, (0.0, 50.0)).consumption_J_per_m)[:, 0]


def rivals() -> list[Car]:
    """The cars a small car is set against, at their own list prices."""
    found = []
    for name in RIVALS:
        vehicle = find(name)
        found.append(car(vehicle, 0, float(consumption_J_per_m(vehicle)[0])))
    return found


def own_vehicle(name: str, *, price_usd: float | None = None, miles_per_year: float = 12_000.0, years: int = 5) -> dict[str, Any]:
    """The owner's bill of a catalogue id or TOML file, by item, with the price below which it beats each rival."""
    vehicle = find(name)
    bill = bill_of(
        vehicle,
        0,
        float(consumption_J_per_m(vehicle)[0]),
        price_usd=price_usd,
        owner=Owner(years=years, miles_per_yr=miles_per_year),
        rivals=rivals(),
    )
    return {"schema": "roadworthy/own/1", **bill.as_dict()}
