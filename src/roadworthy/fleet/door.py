"""Bad input stopped at the door: what `roll` must not be given, said in one sentence each.

Called by whoever takes numbers from people; never inside `jit`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from roadworthy.core import InputError, near
from roadworthy.core.axes import ENVIRONMENTS, SLOTS

TOLERANCE = 1e-6
MOST_YEARS = 100


def check(units: np.ndarray, lost_per_unit: np.ndarray, exposure_share: np.ndarray, consumption_J_per_m: np.ndarray) -> None:
    """Raise for negative or unknown sales, replaced units outside 0..1, road shares that do not sum to 1, or missing consumption."""
    for k, slot in enumerate(SLOTS):
        if not np.all(units[k] >= 0.0):
            year = int(np.argmin(np.where(np.isnan(units[k]), -np.inf, units[k])))
            raise InputError(
                f"sales of {slot!r} in sale year {year} are {units[k][year]}", "sales are zero or more in every year", code="fleet.sales"
            )
        lost = lost_per_unit[k]
        if not (np.all(lost >= 0.0) and lost.sum() <= 1.0 + TOLERANCE):
            raise InputError(
                f"a unit of {slot!r} replaces {lost.tolist()} new cars by class",
                "shares are zero or more and sum to at most 1; the rest comes from outside the new-car market",
                code="fleet.lost",
            )
        if not np.any(units[k] > 0.0):
            continue
        share = exposure_share[k]
        if not (np.all(share >= 0.0) and abs(share.sum() - 1.0) <= TOLERANCE):
            raise InputError(
                f"road shares of {slot!r} are {share.tolist()}", f"shares of {', '.join(ENVIRONMENTS)} sum to 1", code="fleet.exposure"
            )
        if not consumption_J_per_m[k] > 0.0:
            raise InputError(
                f"{slot!r} is sold but its consumption is {consumption_J_per_m[k]} J/m",
                "give its economy or its road load",
                code="fleet.consumption",
            )


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
