"""May this vehicle: the rules room's verdict with the crash room's modelled results put beside the limits."""

from __future__ import annotations

from datetime import date
from typing import Any

from roadworthy.rules import judge, load_book, reforms
from roadworthy.vehicles import Vehicle, find

TODAY = date(2026, 11, 22)
"""The day to which the book speaks; a later day gets today's text and a note."""
HEAVY = ("tree", "sets", "missing")
"""Parts of a row that a reader of the table does not need."""


def slim(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without its trees: what a table shows."""
    rows = [{key: value for key, value in row.items() if key not in HEAVY} for row in verdict["rows"]]
    kept = {key: value for key, value in verdict.items() if key not in ("rows", "classes", "missing", "gaps", "under")}
    if "under" in verdict:
        kept["under"] = slim(verdict["under"])
    return {**kept, "rows": rows, "missing_count": len(verdict.get("missing", []))}


def judge_one(vehicle: Vehicle, i: int = 0, **given: Any) -> dict[str, Any]:
    """The verdict on one vehicle of a batch, as plain values."""
    chosen = vehicle.take([i]) if len(vehicle.ids) > 1 else vehicle
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
) -> dict[str, Any]:
    """The verdict on a catalogue id or a TOML file.

    The law is that of `law_date`, else of the day of entry, else of the book's own day.
    """
    law = law_date or entry_or_use or TODAY
    found = judge_one(
        find(name),
        law_date=law,
        entry_or_use=entry_or_use or law,
        built=built,
        place=place,
        reform=_known(reform_id),
    )
    return slim(found)


def _known(reform_id: str | None) -> str | None:
    from roadworthy.core import unknown

    if reform_id is not None and reform_id not in reforms():
        raise unknown("reform", reform_id, reforms(), "roadworthy rules list")
    return reform_id
