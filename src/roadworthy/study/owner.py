"""What a mile costs, with consumption from the energy room and rivals beside it: new cars, a used one, an import of 25 years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from roadworthy.core import Cited, weakest
from roadworthy.cost import Owner, car, imported, landed, read_states, state, used
from roadworthy.cost.bill import Bill, bill
from roadworthy.cost.owner import Car
from roadworthy.energy import grid
from roadworthy.study.cards import name_of
from roadworthy.vehicles import Vehicle, concat, find

RIVALS = ("nissan_versa_n18", "mitsubishi_mirage", "toyota_corolla_e210")
"""New cars that a small car is set against."""
USED_RIVAL, USED_AGE_YR = "toyota_corolla_e210", 5.0
IMPORT_AGE_YR = 25
"""Age at which 49 USC 30112(b)(9) lets a car in."""
GOODS = ("truck",)
"""Bodies that customs call trucks (HTS 8704)."""


def consumption_J_per_m(vehicle: Vehicle) -> np.ndarray:
    """Label-combined energy per metre of each vehicle of a batch; NaN where mass or power is unknown."""
    return np.asarray(grid(vehicle, (0.0, 50.0)).consumption_J_per_m)[:, 0]


def beside(vehicle: Vehicle, names: Sequence[str] = RIVALS, used_too: bool = True) -> tuple[float, list[Car]]:
    """Energy per metre of the first vehicle of a batch, and the cars it is set against, new at their list prices and one of them used.

    All are driven in one call, so that the drive is compiled once. A rival that is the vehicle itself is left out.
    """
    own = vehicle.take([0])
    batch = concat(own, *(find(name) for name in dict.fromkeys(names) if name != own.ids[0]))
    use = consumption_J_per_m(batch)
    found = [car(batch, i, float(use[i])) for i in range(1, len(batch))]
    return float(use[0]), with_used(found) if used_too else found


def with_used(new: list[Car]) -> list[Car]:
    """The same cars, and the one that many buy used beside them where it is among them."""
    return [*new, *(used(rival, USED_AGE_YR) for rival in new if rival.name == USED_RIVAL)]


def price_in_japan() -> Cited:
    """What a kei truck of 25 years costs in Japan, from the study's own list of assumptions. [USD]"""
    from roadworthy.study.assumed import leaves

    price, rate = (leaves()[f"cost.{name}"].cited for name in ("used_price_jpy", "jpy_per_usd"))
    source = f"{price.value:,.0f} JPY at {rate.value:g} JPY a dollar; {price.source}"
    return Cited(price.value / rate.value, "USD", source, weakest([price.status, rate.status]))


def import_bill(
    vehicle: Vehicle, use_J_per_m: float, price_usd: float | None, owner: Owner, against: Sequence[Car], day: dt.date | None = None
) -> Bill:
    """The bill of a car of 25 years that its owner brings in; `price_usd` is what it costs in Japan."""
    from roadworthy.rules import duty

    entry = day or dt.date.today()
    heading = "truck" if vehicle.body_kind[0] in GOODS else "car"
    built = dt.date(entry.year - IMPORT_AGE_YR - 1, 1, 1).isoformat()
    due = duty(heading, entry=entry, built=built)
    at_home = price_in_japan() if price_usd is None else Cited(price_usd, "USD", "given by the user", "assumed")
    source = f"customs, HTS {'8704' if heading == 'truck' else '8703'}, on {entry.isoformat()}"
    parts = landed(at_home, Cited(due.rate, "-", source, due.status))
    price = Cited(parts.total_usd, "USD", "landed: car, duty, freight and the rest", weakest(c.status for c in parts.parts().values()))
    subject = imported(vehicle, 0, use_J_per_m, price, float(IMPORT_AGE_YR))
    return bill(subject, owner, against, landed=parts)


def owner_of(*, miles_per_year: float, years: int, place: str, states: Path | None, parking_usd: float, discount: float) -> Owner:
    """An owner in a state, whose own table goes before the bundled one."""
    base = Owner(years=years, miles_per_yr=miles_per_year, parking_usd_per_yr=parking_usd, discount_rate=discount)
    if not place:
        return base
    code = state(place).code
    given = read_states(states).get(code, {}) if states is not None else {}
    return replace(base, state=code, **given)  # type: ignore[arg-type]


def own_vehicle(
    name: str,
    *,
    price_usd: float | None = None,
    miles_per_year: float = 12_000.0,
    years: int = 5,
    place: str = "",
    states: Path | None = None,
    parking_usd: float = 0.0,
    discount: float = 0.0,
    bring_in: bool = False,
    against: Sequence[str] = (),
) -> dict[str, Any]:
    """The owner's bill of a catalogue id or TOML file, by item and year, with the price below which it beats each rival.

    `place` is a state, `states` a user's own table of them; `bring_in` bills a car of 25 years imported by its owner.
    """
    vehicle = find(name)
    owner = owner_of(miles_per_year=miles_per_year, years=years, place=place, states=states, parking_usd=parking_usd, discount=discount)
    use, others = beside(vehicle, against or RIVALS, used_too=not against)
    found = import_bill(vehicle, use, price_usd, owner, others) if bring_in else bill(car(vehicle, 0, use, price_usd), owner, others)
    answer = {"schema": "roadworthy/own/1", "name": name_of(vehicle, 0), "place": owner.state, **found.as_dict()}
    for row in answer["break_even"]:
        row["name"] = _called(row["rival"])
    return answer


def _called(rival: str) -> str:
    """A rival's name as people say it: an id, or an id with an age."""
    id, comma, age = rival.partition(",")
    return name_of(find(id), 0) + comma + age
