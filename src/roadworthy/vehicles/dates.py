"""Dates that are known only to the year or the month, kept as they were said.

"1998", "1998-03" and "1998-03-10" are three precisions of one kind of fact; `span` gives the first and the last day that each
allows, so that a rule about age can say yes, no or unknown without inventing a day.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np

from roadworthy.core import InputError

OPEN = np.datetime64("9999-12-31", "D")
"""The last day of a model that is still on sale."""
EARLIEST_YEAR = 1945
_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")


def date_text(value: object) -> str:
    """A date as ISO text of its own precision, from a year, a TOML date or text."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        text = value.isoformat()
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
    elif isinstance(value, str):
        text = value.strip()
    elif isinstance(value, np.datetime64):
        text = str(value)[:10]
    else:
        text = repr(value)
    found = _DATE.match(text)
    if not found:
        raise InputError(f"{text!r} is not a date", "write it like 1998-03-10, 1998-03 or 1998", code="vehicle.date")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        dt.date(year, month or 1, day or 1)
    except ValueError:
        raise InputError(f"{text!r} is not a day of the calendar", "write it like 1998-03-10", code="vehicle.date") from None
    if year < EARLIEST_YEAR:
        raise InputError(f"{text!r} is before {EARLIEST_YEAR}", "vehicles of that age are outside the model", code="vehicle.range")
    return "-".join(p for p in (f"{year:04d}", f"{month:02d}" if month else "", f"{day:02d}" if day else "") if p)


def span(text: str) -> tuple[np.datetime64, np.datetime64]:
    """First and last day that a date of some precision allows; not-a-time for an empty one."""
    if not text:
        nat = np.datetime64("NaT", "D")
        return nat, nat
    if len(text) == 10:
        day = np.datetime64(text, "D")
        return day, day
    start = np.datetime64(text)  # unit follows the precision: Y or M
    return start.astype("datetime64[D]"), (start + 1).astype("datetime64[D]") - np.timedelta64(1, "D")


def precision(text: str) -> str:
    """How exactly a date is known: day, month, year, or "" when it is not."""
    return {0: "", 4: "year", 7: "month", 10: "day"}[len(text)]
