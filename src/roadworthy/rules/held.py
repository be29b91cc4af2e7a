"""What is the rules room held against?

    held() -> required averages by class and year, targets of single vehicles, required CO2, duties, counts of states

Published values lie in table rules/held; ours is the law's own arithmetic on the bundled fleets, or the book's answer on the day. Nothing
here was used to fit anything: the room has nothing to fit. Combined averages miss where the agency's mix of cars and trucks was another;
counts of states are of another list. Both stay in.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from functools import cache

from roadworthy.core.held import Held
from roadworthy.rules.book import COMPILED, TABLES
from roadworthy.rules.cafe import cafe_target, required_co2_of_fleet, required_of_fleet
from roadworthy.rules.duty import duty
from roadworthy.rules.judge import case_of
from roadworthy.rules.states import survey

KEI_TRUCK = {
    "length": 3.295, "width": 1.395, "height": 1.735, "displacement": 656e-6, "body": "truck", "fuel": "petrol", "us_certified": False,
    "epa_certified": False, "speed_max": 32.0, "unladen_mass": 700.0,
}  # fmt: skip
"""A kei truck of 1998, as the trade pages mean it."""
BUILT = "1998-03-10"
FLEET_OF = {2031: 2022}
"""Fleet on which a model year is computed, where it is not that of MY2019."""


@cache
def _states() -> dict[str, int]:
    found: dict[str, int] = {}
    for one in survey(case_of(KEI_TRUCK, law_date=COMPILED, built=BUILT)):
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def _open() -> float:
    return float(_states().get("legal", 0))


def _restricted() -> float:
    return float(sum(_states().get(kind, 0) for kind in ("legal_restricted", "antique_only")))


OURS: dict[str, Callable[[], float]] = {
    "target_car_2026_46": lambda: float(cafe_target("car", 2026, 46.0)),
    "target_car_2026_35": lambda: float(cafe_target("car", 2026, 35.0)),
    "target_truck_2020_68": lambda: float(cafe_target("truck", 2020, 68.3)),
    "co2_2023": lambda: required_co2_of_fleet(2023),
    "duty_car_2025_05": lambda: duty("car", entry="2025-05-01").rate,
    "duty_car_2026": lambda: duty("car", entry=COMPILED).rate,
    "duty_truck_old": lambda: duty("truck", entry=COMPILED, built=BUILT).rate,
    "states_open": _open,
    "states_restricted": _restricted,
    "states_either": lambda: _open() + _restricted(),
    "states_shut": lambda: float(_states().get("prohibited", 0)),
}


def ours(name: str) -> float:
    """The room's own value of a fact; NaN where it has none."""
    if name in OURS:
        return OURS[name]()
    if name.startswith("required_"):
        _, fleet, year = name.split("_")
        return required_of_fleet(int(year), fleet, fleet_year=FLEET_OF.get(int(year), 2019))
    return math.nan


def held() -> tuple[Held, ...]:
    """Every published fact of the room beside its own value."""
    with (TABLES / "held.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Held(
                "rules",
                r["id"],
                r["what"],
                r["unit"],
                float(r["published"]),
                ours(r["id"]),
                float(r["tolerance"]),
                "relative" if r["kind"] == "relative" else "absolute",
                False,
                r["source"],
                r["note"],
                r["group"],
            )
            for r in csv.DictReader(file)
        )
