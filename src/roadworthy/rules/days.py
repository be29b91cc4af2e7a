"""Days of the law: build dates known to the day, month or year, and ages counted in whole days.

A date known only to the month is the span of its days; an age test is yes when every day of the span passes, no when none
does, unknown otherwise. The 25th anniversary of the day of manufacture is the first eligible day.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

from roadworthy.core import InputError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days on which something may have happened, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def exact(self) -> bool:
        """Known to the day."""
        return self.first == self.last

    def __str__(self) -> str:
        if self.exact:
            return self.first.isoformat()
        if (self.first.day, self.last) == (1, month_end(self.first)):
            return f"{self.first:%Y-%m}"
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            return f"{self.first.year}" if self.first.year == self.last.year else f"{self.first.year} to {self.last.year}"
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


def month_end(day: dt.date) -> dt.date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def span(value: Any, what: str = "date") -> Span:
    """A day, month or year ('1998-03-10', '1998-03', '1998', a date) as the span of days it may mean."""
    found = _span(value, what)
    if not isinstance(value, Span) and not (found.first.year >= FIRST_YEAR and found.last.year <= LAST_YEAR):
        raise InputError(
            f"{what} {value!s} is outside {FIRST_YEAR} to {LAST_YEAR}",
            "there were no cars before, and no law is known so far ahead",
            code="date.range",
        )
    return found


FIRST_YEAR, LAST_YEAR = 1885, 2199


def _span(value: Any, what: str) -> Span:
    if isinstance(value, Span):
        return value
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return Span(value, value)
    text = str(value).strip()
    try:
        parts = [int(part) for part in text.split("T")[0].split("-")]
        if len(parts) == 1 and len(text) == 4:
            return Span(dt.date(parts[0], 1, 1), dt.date(parts[0], 12, 31))
        if len(parts) == 2:
            first = dt.date(parts[0], parts[1], 1)
            return Span(first, month_end(first))
        if len(parts) == 3:
            day = dt.date(parts[0], parts[1], parts[2])
            return Span(day, day)
    except ValueError:
        pass
    raise InputError(f"{what} {text!r} is not a date", "write it like 1998-03-10, 1998-03 or 1998", code="date.syntax")


def day(value: Any, what: str = "date") -> dt.date:
    """A date known to the day."""
    found = span(value, what)
    if not found.exact:
        raise InputError(f"{what} {value!s} names no day", "write it like 2026-11-22", code="date.day")
    return found.first


def anniversary(built: dt.date, years: int) -> dt.date:
    """The day on which `years` are full; 1 March for one built on 29 February. An open end stays open."""
    if built.year + years > dt.MAXYEAR:
        return dt.date.max
    try:
        return built.replace(year=built.year + years)
    except ValueError:
        return dt.date(built.year + years, 3, 1)


DAYS_PER_YEAR = 365.25


def years_between(first: dt.date, last: dt.date) -> float:
    """Age in years, whole by anniversary, the remainder by days."""
    whole = last.year - first.year - (anniversary(first, last.year - first.year) > last)
    return whole + (last - anniversary(first, whole)).days / DAYS_PER_YEAR
