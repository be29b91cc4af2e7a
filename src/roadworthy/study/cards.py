"""Records put before people: a vehicle with its sources, a reform with its levers, the list of assumptions, the citations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from roadworthy.core import MARK
from roadworthy.data import catalogue as tables
from roadworthy.vehicles import Vehicle, fields

if TYPE_CHECKING:
    from roadworthy.study.world import Prepared

TEXT_FIELDS = ("make", "model", "code", "group", "body", "body_kind", "powertrain", "gearbox", "drive", "epa_id", "rebadges")


def name_of(vehicle: Vehicle, i: int) -> str:
    """Make and model; the id where a user's file gives none."""
    return f"{vehicle.make[i]} {vehicle.model[i]}".strip() or vehicle.ids[i]


def vehicle_card(vehicle: Vehicle, i: int) -> dict[str, Any]:
    """Every field of one vehicle with value, unit, status, mark and source; unknown fields are named, not shown as zero."""
    shown, unknown = [], []
    for name, field in fields().items():
        if not field.numeric and name not in TEXT_FIELDS:
            continue
        cited = vehicle.cited(i, name)
        value = cited.value
        if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
            if field.numeric:
                unknown.append(name)
            continue
        shown.append(
            {"field": name, "value": value, "unit": cited.unit, "status": cited.status, "mark": cited.mark, "source": cited.source}
        )
    assumed, filled = vehicle.assumed_count(i)
    return {
        "schema": "roadworthy/vehicle/1",
        "id": vehicle.ids[i],
        "name": name_of(vehicle, i),
        "code": vehicle.code[i],
        "group": vehicle.group[i],
        "fields": shown,
        "unknown": unknown,
        "assumed": assumed,
        "filled": filled,
    }


COMPARED = (
    *("length_m", "width_m", "height_m", "wheelbase_m", "seats", "mass_kg", "power_W", "torque_Nm", "displacement_m3", "battery_J"),
    *("cd", "frontal_area_m2", "capacity_kg", "cargo_volume_m3", "gearbox", "drive", "turbo", "price_min"),
)


def compare_card(vehicles: list[Vehicle]) -> dict[str, Any]:
    """Vehicles side by side: each figure with mark, and its ratio to that of the first vehicle."""
    rows = []
    for name in COMPARED:
        cells = [v.cited(0, name) for v in vehicles]
        known = [not (c.value == "" or (isinstance(c.value, float) and math.isnan(c.value))) for c in cells]
        if not any(known):
            continue
        same_unit = len({c.unit for c in cells}) == 1
        first = cells[0].value if known[0] and isinstance(cells[0].value, float) and same_unit and fields()[name].kind == "number" else None
        rows.append(
            {
                "field": name,
                "values": [
                    {
                        "value": c.value if k else None,
                        "unit": c.unit,
                        "status": c.status if k else "unknown",
                        "mark": c.mark if k else "",
                        "source": c.source,
                        "ratio": c.value / first if k and first else None,
                    }
                    for c, k in zip(cells, known, strict=True)
                ],
            }
        )
    return {
        "schema": "roadworthy/compare/1",
        "vehicles": [
            {"id": v.ids[0], "name": name_of(v, 0), "group": v.group[0], "assumed": v.assumed_count(0)[0], "filled": v.assumed_count(0)[1]}
            for v in vehicles
        ],
        "rows": rows,
    }


def silhouette_card(vehicle: Vehicle, i: int) -> dict[str, Any]:
    """What a drawing to scale needs, with the status of each length."""
    sizes = ("length_m", "width_m", "height_m", "wheelbase_m", "mass_kg", "power_W", "seats", "price_min")
    known = {name: vehicle.cited(i, name) for name in sizes}
    return {
        "id": vehicle.ids[i],
        "name": name_of(vehicle, i),
        "body_kind": vehicle.body_kind[i],
        "body": vehicle.body[i],
        "group": vehicle.group[i],
        "powertrain": vehicle.powertrain[i],
        **{name: cited.value for name, cited in known.items()},
        "status": {name: cited.status for name, cited in known.items()},
        "price_currency": vehicle.price_currency[i],
    }


SITTERS = (("F", 5, "woman, 5th percentile"), ("", 50, "adult, 50th percentile"), ("M", 95, "man, 95th percentile"))
"""Sex ("" for the mean of both), percentile of stature and of weight, and what is said of it."""


def seated_card(vehicle: Vehicle, i: int) -> dict[str, Any]:
    """A silhouette with the room inside and three adults: what a picture of people in the driver's seat needs."""
    from roadworthy.space import posture, room
    from roadworthy.space.interior import hip_height_m
    from roadworthy.space.people import percentile_sitter

    found, p = room(vehicle), posture()
    interior = found.interior
    sitters = [percentile_sitter(sex, percent) for sex, percent, _ in SITTERS]
    people = []
    for (_, _, label), s in zip(SITTERS, sitters, strict=True):
        head, leg = s.needs(p)
        people.append(
            {
                "label": f"{label}: {s.stature_m:.2f} m, {s.weight_kg:.0f} kg",
                "stature_m": s.stature_m,
                "sitting_height_m": s.sitting_height_m,
                "thigh_m": s.buttock_knee_m - float(p.thigh_offset),
                "shank_m": s.knee_height_m - float(p.shank_offset),
                "head_m": float(interior.h61_m[i]) - head,
                "leg_m": float(interior.l34_m[i]) - leg,
            }
        )
    inside = {
        "h61_m": float(interior.h61_m[i]),
        "l34_m": float(interior.l34_m[i]),
        "h30_m": hip_height_m(vehicle, i),
        "status": found.statuses[i],
        "source": found.sources[i],
        "knee_rad": float(p.knee_angle_front),
        "head_factor": float(p.head_factor),
    }
    return {**silhouette_card(vehicle, i), "inside": inside, "people": people}


def reform_card(name: str) -> dict[str, Any]:
    """What a reform changes, lever by lever."""
    from roadworthy.rules import load_book, policy_record, reform

    law, book = reform(name), load_book()
    record = policy_record(book, law, law_date=book.as_of)
    return {
        "schema": "roadworthy/reform/1",
        "id": law.id,
        "title": law.title,
        "words": law.plain,
        "author": law.author,
        "leaves_out": law.leaves_out,
        "changes": law.clauses(),
        "levers": [
            {
                "path": path,
                "value": str(cited.value),
                "unit": cited.unit,
                "status": cited.status,
                "mark": cited.mark,
                "source": cited.source,
            }
            for path, cited in record.items()
        ],
    }


def assumption_rows(overrides: Mapping[str, float] | None = None) -> list[Any]:
    """Every uncertain number as people see it; a user's own value says so."""
    from roadworthy.study.assumed import leaves

    given = overrides or {}
    rows = []
    for path, leaf in leaves().items():
        distribution = leaf.cited.distribution
        own = path in given
        spread = distribution is not None and leaf.kind == "float" and not own
        rows.append(
            {
                "path": path,
                "meaning": leaf.meaning,
                "value": float(given.get(path, leaf.cited.value)),
                "unit": leaf.cited.unit,
                "status": "assumed" if own else leaf.cited.status,
                "mark": MARK["assumed" if own else leaf.cited.status],
                "source": "the user's own value" if own else leaf.cited.source,
                "p10": distribution.quantile(0.1) if spread and distribution else None,
                "p90": distribution.quantile(0.9) if spread and distribution else None,
            }
        )
    return rows


def citations(prepared: Prepared) -> list[dict[str, str]]:
    """Where the bundled tables come from, and the sources of the study's own vehicle."""
    found = [{"what": info.what, "source": info.source, "licence": info.licence, "status": info.status} for info in tables().values()]
    vehicle = prepared.vehicles
    said = {cell["source"] for cell in vehicle_card(vehicle, 0)["fields"] if cell["status"] in ("published", "measured", "law")}
    found += [{"what": name_of(vehicle, 0), "source": source, "licence": "fact", "status": "published"} for source in sorted(said)]
    return found
