"""What the customs take: ad valorem duty on the day of entry, row by row.

    D = column 1 + Section 232 + other;  Section 232 = 0 at 25 years and more, else for Japan from 2025-09-16
        max(0, 15 % - column 1) when column 1 < 15 % and the row "added if >= 15 %" otherwise, else 25 % from 2025-04-03

Headings: 8703 cars 2.5 %, 8704 trucks 25 %. Autos are outside the Section 122 surcharge. Limits: no drawback, no foreign trade
zones; port practice on vehicles of 25 years and more is reported uneven, so the IEEPA row is shown and not added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roadworthy.core import MARK, InputError, Status, weakest
from roadworthy.rules import days
from roadworthy.rules.book import Rulebook, Value
from roadworthy.rules.reading import load_book

HEADINGS = ("car", "truck")
PERCENT = 0.01


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One row of the duty: a share of the customs value, and why."""

    label: str
    rate: float
    clause: str
    status: Status
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "label": self.label,
            "rate": self.rate,
            "clause": self.clause,
            "status": self.status,
            "mark": MARK[self.status],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Duty:
    """The duty as a tree of rows; `rate` is their sum."""

    heading: str
    origin: str
    entry: dt.date
    rows: tuple[DutyRow, ...]

    @property
    def rate(self) -> float:
        """Share of the customs value."""
        return round(sum(row.rate for row in self.rows), 12)

    @property
    def status(self) -> Status:
        """The weakest row."""
        return weakest(row.status for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "heading": self.heading, "origin": self.origin, "entry": self.entry.isoformat(), "rate": self.rate, "status": self.status,
            "rows": [row.as_dict() for row in self.rows],
        }  # fmt: skip


def _row(label: str, held: Value, rate: float, note: str = "") -> DutyRow:
    return DutyRow(label, rate, held.citation.label, held.citation.status, note)


def duty(
    heading: str, *, entry: Any, origin: str = "JP", built: Any = None, book: Rulebook | None = None, plant: bool = False,
) -> Duty:  # fmt: skip
    """Duty on one vehicle entering on a day; `built` (a date, month or year) decides the 25-year exemption, absent means new."""
    if heading not in HEADINGS:
        raise InputError(f"heading {heading!r} is not known", "use 'car' (HTS 8703) or 'truck' (HTS 8704)", code="duty.heading")
    held, day = book or load_book(), days.day(entry, "day of entry")
    if plant:
        return Duty(heading, "US", day, (DutyRow("assembled in the United States: no import", 0.0, "", "derived"),))

    def at(name: str) -> Value | None:
        return held.parameters[f"us.{name}"].at(day)

    first = at(f"duty_{heading}_mfn")
    if first is None:
        raise InputError(f"no column 1 duty is recorded for {day.isoformat()}", "choose a later day of entry", code="duty.day")
    column = float(first.value) * PERCENT
    rows = [_row("column 1", first, column)]
    exempt = at("s232_auto_age_exempt")
    old = (
        built is not None and exempt is not None and day >= days.anniversary(days.span(built, "build date").last, int(float(exempt.value)))
    )
    general, total, added = at("s232_auto"), at("s232_auto_japan_total_if_lt15"), at("s232_auto_japan_added_if_ge15")
    if general is not None:
        if old and exempt is not None:
            rows.append(_row("Section 232", exempt, 0.0, f"not due at {exempt.value:g} years and more"))
        elif origin == "JP" and total is not None and added is not None:
            cap = float(total.value) * PERCENT
            if column < cap:
                rows.append(_row("Section 232, Japan", total, cap - column, "15 % in all"))
            else:
                rows.append(_row("Section 232, Japan", added, float(added.value) * PERCENT, "column 1 is 15 % or more"))
        else:
            rows.append(_row("Section 232", general, float(general.value) * PERCENT))
    surcharge = at("s122_surcharge")
    if surcharge is not None:
        rows.append(_row("Section 122 surcharge", surcharge, 0.0, "autos are excluded"))
    reciprocal = at("ieepa_reciprocal_japan")
    if reciprocal is not None and origin == "JP":
        rows.append(
            _row(
                "IEEPA reciprocal",
                reciprocal,
                0.0,
                "autos under Section 232 are outside; some ports charged it on vehicles of 25 years and more",
            )
        )
    return Duty(heading, origin, day, tuple(rows))


def heading_of(facts: Mapping[str, Any]) -> str:
    """HTS heading of a vehicle: 8704 when it is made to carry goods."""
    kind = facts.get("us_class")
    value = getattr(kind, "value", kind)
    return "truck" if value == "truck" else "car"
