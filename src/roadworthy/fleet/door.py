"""Bad input stopped at the door: spans of years, yearly tables and classes, said in one sentence each.

Called by whoever takes numbers from people; never inside `jit`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from roadworthy.core import InputError, near

MOST_YEARS = 100


def check_years(years: np.ndarray, name: str) -> None:
    """Raise when a yearly table leaves out a year between its first and its last, or gives one twice."""
    found = [int(year) for year in years]
    twice = sorted({year for year in found if found.count(year) > 1})
    if twice:
        raise InputError(f"{name} gives year {twice[0]} twice", "keep one row a year", code="fleet.year", where=name)
    missing = sorted(set(range(min(found), max(found) + 1)) - set(found)) if found else []
    if missing or not found:
        what = f"year {missing[0]}" if missing else "any year"
        raise InputError(
            f"{name} has no row for {what}",
            f"add the row; the table runs from {min(found)} to {max(found)}" if found else "add one row a year",
            code="fleet.year",
            where=name,
        )


def check_horizon(first: int, last: int) -> None:
    """Raise when a span of years ends before it begins, or is too long to mean anything."""
    if last < first:
        raise InputError(
            f"the horizon runs from {first} back to {last}", f"give the earlier year first: {last} to {first}", code="fleet.horizon"
        )
    if last - first >= MOST_YEARS:
        raise InputError(
            f"the horizon of {last - first + 1} years is too long", f"ask for at most {MOST_YEARS} years", code="fleet.horizon"
        )


def check_classes(given: Iterable[str], known: Iterable[str], table_name: str) -> None:
    """Raise for a class that has sales but no row in a table of rates, with the nearest class that has one."""
    names = list(known)
    for name in given:
        if name not in names:
            raise InputError(
                f"class {name!r} has sales but no row in {table_name}", near(name, names), code="fleet.class", where=table_name
            )
