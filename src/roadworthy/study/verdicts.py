"""May this vehicle: the rules room's verdict with the crash room's modelled results put beside the limits."""

from __future__ import annotations

from datetime import date
from typing import Any

from roadworthy.core import Cited
from roadworthy.rules import judge, load_book, reforms
from roadworthy.vehicles import Vehicle, find

HEAVY = ("tree", "sets", "missing")
"""Parts of a row that a reader of the table does not need."""


def slim(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without its trees: what a table shows."""
    rows = [{key: value for key, value in row.items() if key not in HEAVY} for row in verdict["rows"]]
    kept = {key: value for key, value in verdict.items() if key not in ("rows", "classes", "missing", "gaps", "under")}
    if "under" in verdict:
        kept["under"] = slim(verdict["under"])
    return {**kept, "rows": rows, "missing_count": len(verdict.get("missing", []))}


UNITS = {"accel": "m/s2", "deflection": "m", "force": "N", "hic": "-", "nij": "-"}
"""SI unit of a crash result, by a word in the limit's name."""
FRONTAL = ("fmvss-208", "un-r94", "un-r137")
"""Standards of which the crash room gives chances of passing."""
UNDECIDED = (0.1, 0.9)
"""A chance of passing between these decides nothing."""


def modelled_results(vehicle: Vehicle) -> dict[str, Cited]:
    """What the crash room's wall model says of the tests it knows, by limit; assumed, and no test of this vehicle.

    A reading whose limit lies within the scatter of tests decides nothing and is left out.
    """
    from roadworthy.crash import assess, passing, results, structure_of, structure_record

    record = structure_record(vehicle)[0]
    fitted, lost = str(record.restraint.value), float(record.travel_lost_m.value)
    barrier = assess(structure_of(record), "all", fitted, travel_lost_m=lost)
    chances = {row.limit_id: row.p_pass for standard in FRONTAL for row in passing(record, standard).limits}
    found = {}
    for limit, (value, status) in results(barrier).items():
        if UNDECIDED[0] < chances.get(limit, UNDECIDED[0]) < UNDECIDED[1]:
            continue
        unit = next((unit for word, unit in UNITS.items() if word in limit.rsplit(".", 1)[-1]), None)
        if status != "unknown" and unit is not None:
            found[limit] = Cited(float(value), unit, "wall model of the crash room, assumed structure", "assumed")
    return found


def judge_one(vehicle: Vehicle, i: int = 0, *, modelled: bool = False, **given: Any) -> dict[str, Any]:
    """The verdict on one vehicle of a batch, as plain values; `modelled` puts the wall model's results beside the limits."""
    chosen = vehicle.take([i]) if len(vehicle.ids) > 1 else vehicle
    if modelled:
        given["results"] = modelled_results(chosen)
    found = judge(chosen, load_book(), **given)
    return (found[0] if isinstance(found, (list, tuple)) else found).as_dict()


def judge_vehicle(
    name: str,
    *,
    reform_id: str | None = None,
    built: date | None = None,
    entry_or_use: date | None = None,
    law_date: date | None = None,
    place: str | None = None,
    modelled: bool = False,
) -> dict[str, Any]:
    """The verdict on a catalogue id or a TOML file.

    The law is that of `law_date`, else of the day of entry, else of the book's own day.
    """
    law = law_date or entry_or_use or load_book().as_of
    found = judge_one(
        find(name),
        law_date=law,
        entry_or_use=entry_or_use or law,
        built=built,
        place=place,
        reform=_known(reform_id),
        modelled=modelled,
    )
    return slim(found)


def _known(reform_id: str | None) -> str | None:
    from roadworthy.core import unknown

    if reform_id is not None and reform_id not in reforms():
        raise unknown("reform", reform_id, reforms(), "roadworthy rules list")
    return reform_id
