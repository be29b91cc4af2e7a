"""What a reader sees beside the numbers: verdicts, the collision, who fits, how it drives, what a mile costs, past launches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from roadworthy.core.units import MPH
from roadworthy.cost import Owner, car
from roadworthy.cost import own_vehicle as bill_of
from roadworthy.crash import collide_vehicles, front_vehicle, odds_rows, structure_record
from roadworthy.crash.partners import Met, meet_all
from roadworthy.energy import drive
from roadworthy.market.launches import launch_record
from roadworthy.market.support import support
from roadworthy.space import fit
from roadworthy.study.cards import name_of, silhouette_card, vehicle_card
from roadworthy.study.owner import consumption_J_per_m, with_used
from roadworthy.study.scenario import Study
from roadworthy.study.verdicts import judge_one, slim
from roadworthy.study.world import ADDED_KG, Prepared
from roadworthy.vehicles import Vehicle, concat, find

AGAINST = "ford_f150_crew"
"""What the headline collision is with."""
CLOSING_MPH = 70.0
SPEEDS_MPH = (20.0, 35.0, 50.0, 60.0, 70.0, 80.0)


def closing_mph(posted_mph: float | None) -> float:
    """Closing speed of the headline collision where the class may use roads posted up to a limit: the standing one, or both at the limit."""
    return CLOSING_MPH if posted_mph is None else min(CLOSING_MPH, 2.0 * posted_mph)


def meeting(vehicle: Vehicle, closing: float) -> dict[str, Any]:
    """The head-on collision with the pickup at a closing speed in mph, with its motion."""
    return dict(collide_vehicles(vehicle, 0, find(AGAINST), 0, closing_mps=closing * MPH, pulses=True).as_dict())


def support_of(prepared: Prepared) -> dict[str, Any]:
    """How far the study's vehicle lies from anything on sale."""
    w = prepared.world
    badge = support(
        {
            "footprint_m2": float(w.footprint_m2[0]),
            "length_m": float(w.length_m[0]),
            "width_m": float(w.width_m[0]),
            "mass_kg": float(w.slots.mass_kg[0]),
            "power_W": float(w.power_W[0]),
            "consumption_J_per_m": float(w.grid.consumption_J_per_m[0, ADDED_KG.index(0.0)]),
        }
    )
    return {"badge": badge.place, "attributes": list(badge.decided), "distance": badge.distance}


def record() -> list[dict[str, Any]]:
    """What very small cars have sold in the United States."""
    return [
        {
            "model": row.model,
            "years": f"{row.first_year}-{row.last_year}" if row.last_year > row.first_year else str(row.first_year),
            "units_low": row.lowest_units_per_yr,
            "units_high": row.highest_units_per_yr,
            "kind": row.record,
            "status": row.status,
            "source": "; ".join(row.sources),
        }
        for row in launch_record()
    ]


def _by_speed(vehicle: Vehicle, partners: Vehicle) -> list[dict[str, Any]]:
    """Chance of serious injury of both drivers by closing speed, against each partner and its own kind."""
    together = concat(vehicle, partners)
    mets = [Met.of(record, name_of(together, j)) for j, record in enumerate(structure_record(together))]
    found = meet_all(mets[0], mets, [mph * MPH for mph in SPEEDS_MPH])
    return [
        {
            "id": met.id,
            "name": met.name,
            "mass_kg": float(met.structure.mass_kg),
            "speeds_mph": list(SPEEDS_MPH),
            "own": [float(p) for p in meets.first.p_ais3],
            "other": [float(p) for p in meets.second.p_ais3],
        }
        for met, meets in zip(mets, found, strict=True)
    ]


def owners(prepared: Prepared, use: Sequence[float | None], price_usd: float | None) -> list[dict[str, Any]]:
    """The bill of each vehicle at its energy per metre; the study's own at the model's median price, beside its break-even prices."""
    vehicles = concat(prepared.vehicles.take([0]), prepared.comparators)
    energy = [math.nan if x is None else float(x) for x in use]
    usd = [j for j in range(1, len(vehicles.ids)) if vehicles.price_currency[j] == "USD" and not math.isnan(energy[j])]
    others = with_used([car(vehicles, j, energy[j]) for j in usd])
    first = bill_of(vehicles, 0, energy[0], price_usd=price_usd, owner=Owner(), rivals=others).as_dict()
    rest = [bill_of(vehicles, j, energy[j], owner=Owner()).as_dict() for j in usd]
    return [first, *rest]


def scenes(prepared: Prepared, study: Study) -> dict[str, Any]:
    """All pictures of the report as data."""
    own = prepared.vehicles.take([0])
    comparators = prepared.comparators
    together = concat(own, comparators)
    pickup = find(AGAINST)
    today: dict[str, Any] = {"law_date": study.law_date, "entry_or_use": study.law_date, "modelled": True}
    verdict = slim(judge_one(own, **today, reform=study.headline))
    under = verdict.pop("under", None)
    used = slim(judge_one(prepared.vehicles.take([3]), **today))
    plate: dict[str, Any] = next((row for row in verdict["rows"] if row["pathway"] == "plate"), {})
    room = fit(together)
    names = [name_of(together, i) for i in range(len(together.ids))]
    return {
        "consumption_J_per_m": [float(x) for x in consumption_J_per_m(together)],
        "vehicle": vehicle_card(own, 0),
        "comparators": [silhouette_card(together, i) for i in range(len(together.ids))],
        "verdicts": verdict["rows"],
        "verdicts_reform": under["rows"] if under else [],
        "verdict": {key: value for key, value in verdict.items() if key != "rows"},
        "verdict_used": used,
        "plates": plate,
        "crash": meeting(own, CLOSING_MPH),
        "crash_by_speed": _by_speed(own, comparators),
        "crash_fronts": [front_vehicle(own, 0), front_vehicle(pickup, 0)],
        "crash_odds": odds_rows(),
        "energy": _drives(own, comparators),
        "space": [{"name": names[i], **room.as_dict(i)} for i in range(len(together.ids))],
        "support": support_of(prepared),
        "record": record(),
    }


def _drives(own: Vehicle, comparators: Vehicle) -> list[dict[str, Any]]:
    said = drive(own, 0, comparators)
    others = said.pop("comparators")
    return [said, *others]
