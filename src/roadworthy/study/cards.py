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

TEXT_FIELDS = ("make", "model", "code", "group", "body", "body_kind", "powertrain", "gearbox", "drive")


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


def silhouette_card(vehicle: Vehicle, i: int) -> dict[str, Any]:
    """What a drawing to scale needs, with the status of each length."""
    sizes = ("length_m", "width_m", "height_m", "wheelbase_m", "mass_kg", "power_W", "seats", "price_min")
    known = {name: vehicle.cited(i, name) for name in sizes}
    return {
        "id": vehicle.ids[i],
        "name": name_of(vehicle, i),
        "body_kind": vehicle.body_kind[i],
        "group": vehicle.group[i],
        "powertrain": vehicle.powertrain[i],
        **{name: cited.value for name, cited in known.items()},
        "status": {name: cited.status for name, cited in known.items()},
        "price_currency": vehicle.price_currency[i],
    }


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
