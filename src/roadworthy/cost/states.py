"""What a state changes for an owner: tax on the sale, electricity, premium; and a user's own table of states.

    electricity of a state = national price x (its price / the nation's, 2022)          premium likewise

Limits: no table of registration fees or of pump prices by state was found, so both stay national means unless the user's table gives
them; the general sales tax stands in for the tax on cars. References: US EIA SEDS 2022; NAIC 2011; Tax Foundation 2023.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from roadworthy import data
from roadworthy.core import InputError, near, unknown
from roadworthy.core.files import read_text

GIVEN = (
    "sales_tax_share",
    "registration_usd_per_yr",
    "insurance_usd_per_yr",
    "gasoline_usd_per_gal",
    "electricity_usd_per_kwh",
    "parking_usd_per_yr",
)
"""Columns that a user's table of states may have; each is an entry of `Owner`."""
LEFT_NATIONAL = ("registration", "gasoline")
"""What the bundled table does not know by state."""
TAX_SOURCE = "general sales tax, state and mean local (Tax Foundation, about 2023); cars are taxed otherwise in some states"
POWER_SOURCE = "national price x state's residential price of 2022 over the nation's (US EIA SEDS)"
PREMIUM_SOURCE = "national premium x state's premium of 2011 over the mean (NAIC)"


@dataclass(frozen=True, slots=True)
class State:
    """One state of the bundled table."""

    code: str
    sales_tax_share: float
    electricity_factor: float
    insurance_factor: float


@lru_cache(maxsize=1)
def states() -> dict[str, State]:
    """The states and the District by their two letters."""
    return {
        row["state"]: State(row["state"], row["sales_tax_share"], row["electricity_factor"], row["insurance_factor"])
        for row in data.table("cost/states").iter_rows(named=True)
    }


def state(code: str) -> State:
    """One state; a near one is offered for letters that are none."""
    found = states().get(code.strip().upper())
    if found is None:
        raise unknown("state", code, states())
    return found


def read_states(path: str | Path) -> dict[str, dict[str, float]]:
    """A user's own table: CSV with a column `state` and any of GIVEN; empty cells leave the bundled figure.

    Raises InputError with file and line for an unknown column or state, a state given twice, a row too long, a number that is none, and one
    outside its range.
    """
    from roadworthy.cost.owner import RANGES

    name = str(path)
    rows = csv.DictReader(io.StringIO(read_text(path)))
    columns = [c.strip() for c in rows.fieldnames or []]
    if "state" not in columns:
        raise InputError(
            "the table has no column 'state'", f"begin it with: state,{','.join(GIVEN[:2])}", code="states.column", where=f"{name}:1"
        )
    for column in columns:
        if column not in (*GIVEN, "state"):
            raise InputError(f"column {column!r} is not known", near(column, GIVEN), code="states.column", where=f"{name}:1")
    found: dict[str, dict[str, float]] = {}
    for line, row in enumerate(rows, start=2):
        where = f"{name}:{line}"
        try:
            code = state(row.get("state") or "").code
        except InputError as fault:
            raise InputError(fault.message, fault.hint, code=fault.code, where=where) from None
        if code in found:
            raise InputError(f"state {code!r} is given twice", "keep one row a state", code="states.twice", where=where)
        if None in row:
            raise InputError(
                f"the row has more cells than the {len(columns)} columns", "give one cell a column", code="states.column", where=where
            )
        found[code] = _numbers(row, RANGES, where)
    return found


def _numbers(row: Mapping[str, str | None], ranges: Mapping[str, tuple[float, float]], where: str) -> dict[str, float]:
    out = {}
    for column in GIVEN:
        text = (row.get(column) or "").strip()
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            raise InputError(
                f"{column} {text!r} is not a number", "write it without a unit, such as 0.0625", code="states.value", where=where
            ) from None
        low, high = ranges[column]
        if not low <= value <= high:
            mend = (
                f"{value:g} % is {value / 100:g}"
                if column == "sales_tax_share" and value <= 100.0
                else f"give it between {low:g} and {high:g}"
            )
            raise InputError(f"{column} is {value:g}", mend, code="owner.range", where=where)
        out[column] = value
    return out
