"""Everything about one car, without a market: may it, whom does it meet, can it merge, who fits, what does it cost to own.

The same rooms as a study's scenes, for a car of the catalogue or one that a user describes; no world is prepared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from roadworthy.core import RoadworthyError
from roadworthy.core.plain import plain
from roadworthy.core.units import MPH
from roadworthy.cost import Owner
from roadworthy.cost import own_vehicle as bill_of
from roadworthy.cost.bill import bill
from roadworthy.crash import collide_vehicles
from roadworthy.energy import drive
from roadworthy.rules import load_book
from roadworthy.space import fit
from roadworthy.study.cards import name_of, silhouette_card, vehicle_card
from roadworthy.study.owner import beside
from roadworthy.study.scenario import load
from roadworthy.study.scenes import AGAINST, CLOSING_MPH, _by_speed
from roadworthy.study.verdicts import judge_one, slim
from roadworthy.vehicles import Vehicle, concat, find

BESIDE = ("mazda_mx5_nd", "ford_f150_crew", "mitsubishi_mirage")
"""Drawn to scale beside the car."""


def _or_said(make: Callable[[], Any], nothing: Any, said: list[str]) -> Any:
    """A part of the scene, or nothing and a sentence why."""
    try:
        return make()
    except RoadworthyError as error:
        said.append(f"{error.message}; {error.hint}".rstrip("; "))
        return nothing


def car_scene(
    vehicle: Vehicle, *, place: str | None = None, reform: str | None = None, law_date: date | None = None, price_usd: float | None = None
) -> dict[str, Any]:
    """One car as plain values in the form of a Summary's scenes; `unknown` says in words what could not be computed.

    vehicle: a batch of one, gaps filled; place: a state's two letters; price_usd: what it sells for, its own list price when None.
    """
    book = load_book()
    day = law_date or book.as_of
    others = concat(
        *[
            found
            for name in dict.fromkeys((*BESIDE, *load("kei-green-light").comparators))
            if (found := find(name)).ids[0] != vehicle.ids[0]
        ]
    )
    together = concat(vehicle, others)
    missing: list[str] = []
    given: dict[str, Any] = {"law_date": day, "entry_or_use": day, "modelled": True, "place": place}
    verdict = slim(judge_one(vehicle, **given, reform=reform))
    under = verdict.pop("under", None)
    room = _or_said(lambda: fit(together), None, missing)
    said: Any = {
        "vehicle": vehicle_card(vehicle, 0),
        "comparators": [silhouette_card(together, i) for i in range(len(together.ids))],
        "verdicts": verdict["rows"],
        "verdicts_reform": under["rows"] if under else [],
        "verdict": {key: value for key, value in verdict.items() if key != "rows"},
        "plates": next((row for row in verdict["rows"] if row["pathway"] == "plate"), {}),
        "crash": _or_said(
            lambda: collide_vehicles(vehicle, 0, find(AGAINST), 0, closing_mps=CLOSING_MPH * MPH, pulses=False).as_dict(), {}, missing
        ),
        "crash_by_speed": _or_said(lambda: _by_speed(vehicle, others), [], missing),
        "energy": _or_said(lambda: _drives(vehicle, others), [], missing),
        "space": [{"name": name_of(together, i), **room.as_dict(i)} for i in range(len(together.ids))] if room is not None else [],
        "own": _or_said(lambda: _bills(vehicle, price_usd), [], missing),
        "unknown": missing,
        "law_date": day.isoformat(),
        "key": "",
    }
    return dict(plain(said))


def _drives(vehicle: Vehicle, others: Vehicle) -> list[dict[str, Any]]:
    said = drive(vehicle, 0, others)
    return [said, *said.pop("comparators")]


def _bills(vehicle: Vehicle, price_usd: float | None) -> list[dict[str, Any]]:
    """The car's own bill with the prices below which it wins, then the bills of the cars it is set against."""
    use, against = beside(vehicle)
    first = bill_of(vehicle, 0, use, price_usd=price_usd, owner=Owner(), rivals=against).as_dict()
    return [first, *(bill(rival, Owner(), []).as_dict() for rival in against)]
