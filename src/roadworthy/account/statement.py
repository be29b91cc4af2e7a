"""The accounting statement in the layout of OMB Circular A-4: benefits, costs, transfers, who gains, what is counted but not priced.

Money is annualised over the sale years at 7 %, 3 % and any rate of the user's own; low and high are the 5th and 95th percentile of
the draws, the primary estimate is their median unless a central run is given. A row says which of its inputs is weakest.
Limits: rows are quantiles line by line and do not add up across rows; totals and net are computed draw by draw.
Reference: OMB Circular A-4 (2003), accounting statement.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from roadworthy.account.lines import LINES, PAYERS, TRANSFERS, Line
from roadworthy.account.present import MID_YEAR
from roadworthy.account.values import MONEY_YEAR, RATES
from roadworthy.core import InputError, Status, weakest
from roadworthy.core.axes import INCOME_GROUPS, SALE_YEARS

LOW, HIGH = 0.05, 0.95
MILLION = 1e6
CATEGORIES = ("benefit", "transfer", "cost", "net", "alternative", "distribution", "quantified", "why", "bound", "effect")
"""In the order of the statement: `alternative` is the net under another switch, `why` a decomposition, `bound` an outside check."""
QUALITATIVE = (
    ("benefit", "Parking and street space: shorter cars free kerb space; not monetised"),
    ("effect", "States and localities: registration rules and road bars are theirs to enforce"),
    ("effect", "Small makers and importers: used-import dealers lose or gain with the age limit; not monetised"),
    ("effect", "Wages and growth: not estimated"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the statement; amounts of costs are positive costs, of benefits positive benefits; NaN where there is no number."""

    category: str
    item: str
    primary: float
    low: float
    high: float
    unit: str
    rate: str
    period: str
    source: str
    status: Status


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True)
class Counted:
    """Something counted in its own unit, one value a draw [d]: deaths, gallons, a part of a decomposition."""

    category: str
    item: str
    draws: np.ndarray
    unit: str
    source: str
    status: Status
    period: str = ""
    """Empty: the whole period of the statement."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Something in present dollars beside the lines, [d, r]: the net under another switch."""

    category: str
    item: str
    draws: np.ndarray
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class A4:
    """The statement: `rows` in order."""

    rows: tuple[Row, ...]

    def as_dicts(self) -> list[dict[str, object]]:
        """The rows as plain records."""
        # rows are flat: `asdict` would copy every cell deeply, a tenth of a quick answer's time
        return [{name: getattr(row, name) for name in COLUMNS} for row in self.rows]

    def to_csv(self) -> str:
        """The statement as comma-separated text."""
        return rows_csv(self.as_dicts())


def rows_csv(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows of a statement, fresh or kept, as comma-separated text; an empty cell where there is no number."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: "" if value is None or value != value else value for name, value in row.items()} for row in rows)
    return out.getvalue()


@lru_cache(maxsize=64)
def annuity(rate: float, years: int) -> float:
    """Yearly amount per dollar of present value, mid-year. [1/yr]"""
    return 1.0 / float(np.sum((1.0 + rate) ** -(np.arange(years) + MID_YEAR)))


def in_per_cent(rate: float) -> str:
    """A rate as people write it: 0.035 is 3.5%."""
    return f"{100.0 * rate:g}%"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row whose quantiles are still to be taken, from its draws [d]; all rows are done at once, since a page waits for them."""

    category: str
    item: str
    draws: np.ndarray
    unit: str
    rate: str
    period: str
    source: str
    status: Status
    central: float | None = None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What all rows of one statement share."""

    rates: tuple[float, ...]
    sale_years: int
    period: str

    def order(self) -> list[int]:
        """Columns of rates as the circular lists them: 7 %, 3 %, then the user's own."""
        return [1, 0, *range(2, len(self.rates))]

    def money(
        self, category: str, item: str, draws: np.ndarray, source: str, status: Status, central: np.ndarray | None = None
    ) -> list[_Draft]:
        """Rows at every rate for present values [d, r]."""
        rows = []
        for k in self.order():
            scale = annuity(self.rates[k], self.sale_years) / MILLION
            middle = None if central is None else float(central[k]) * scale
            unit, rate = f"million {MONEY_YEAR} USD a year", in_per_cent(self.rates[k])
            rows.append(_Draft(category, item, draws[:, k] * scale + 0.0, unit, rate, self.period, source, status, middle))
        return rows

    def counted(self, what: Counted) -> _Draft:
        """A row in its own unit."""
        return _Draft(what.category, what.item, what.draws, what.unit, "none", what.period or self.period, what.source, what.status)


def _between(ordered: np.ndarray, level: float) -> np.ndarray:
    """The quantile of sorted rows [n, d], straight between neighbours."""
    place = level * (ordered.shape[1] - 1)
    below = int(place)
    above = min(below + 1, ordered.shape[1] - 1)
    return np.asarray(ordered[:, below] + (place - below) * (ordered[:, above] - ordered[:, below]))


def _finished(drafts: list[_Draft]) -> list[Row]:
    """The rows with their quantiles; the primary estimate is the median unless a central run is given."""
    ordered = np.sort(np.stack([draft.draws for draft in drafts]), axis=1)
    low, middle, high = (_between(ordered, level) for level in (LOW, 0.5, HIGH))
    return [
        Row(
            draft.category,
            draft.item,
            float(middle[i]) if draft.central is None else draft.central,
            float(low[i]),
            float(high[i]),
            draft.unit,
            draft.rate,
            draft.period,
            draft.source,
            draft.status,
        )
        for i, draft in enumerate(drafts)
    ]


def statement(
    lines: np.ndarray,
    *,
    rates: tuple[float, ...] = RATES,
    central: np.ndarray | None = None,
    who_pays: np.ndarray | None = None,
    by_group: np.ndarray | None = None,
    group_labels: Mapping[str, str] | None = None,
    counted: Iterable[Counted] = (),
    priced: Iterable[Priced] = (),
    start_year: int = 2027,
    sale_years: int = SALE_YEARS,
    statuses: Mapping[str, Status] | None = None,
) -> A4:
    """The statement from draws of `Account.lines` [d, r, L].

    `central` is the account of the central run [r, L]; `who_pays` the transfers [d, r, w, p]; `by_group` buyers' gain by income group
    [d, r, g]; `counted` and `priced` are rows of their own; `statuses` overrides the status of lines by name.
    Raises InputError when the shape is not [draws, rates, lines].
    """
    lines = np.asarray(lines, float)
    if lines.ndim != 3 or lines.shape[1:] != (len(rates), len(LINES)):
        raise InputError(
            f"lines have shape {lines.shape}, not [draws, {len(rates)}, {len(LINES)}]",
            "give Account.lines with a leading axis of draws",
            code="statement.shape",
        )
    sheet = _Sheet(tuple(rates), sale_years, f"sales of {start_year}-{start_year + sale_years - 1}, to the end of their lives")
    given = statuses or {}
    status_of = {line.name: given.get(line.name, line.status) for line in LINES}
    middle = None if central is None else np.asarray(central, float)
    rows: list[_Draft] = []
    for category in ("benefit", "transfer", "cost"):
        rows += _category(category, lines, middle, sheet, status_of)
        if category == "transfer" and who_pays is not None:
            rows += _transfers(np.asarray(who_pays, float), sheet)
    net_status = weakest(status_of.values())
    rows += sheet.money("net", "Net benefit", lines.sum(axis=2), "sum", net_status, None if middle is None else middle.sum(axis=1))
    rows += [row for what in priced for row in sheet.money(what.category, what.item, what.draws, what.source, what.status)]
    if by_group is not None:
        for k, group in enumerate(INCOME_GROUPS):
            label = f"Buyers with an income {(group_labels or {}).get(group, group)}"
            rows += sheet.money(
                "distribution", label, np.asarray(by_group, float)[:, :, k], "market: consumer surplus", status_of["buyers"]
            )
    rows += [sheet.counted(what) for what in counted]
    blank = (float("nan"),) * 3
    finished = _finished(rows)
    finished += [Row(category, text, *blank, "qualitative", "none", sheet.period, "", "assumed") for category, text in QUALITATIVE]
    return A4(tuple(sorted(finished, key=lambda row: CATEGORIES.index(row.category))))


def _category(category: str, lines: np.ndarray, central: np.ndarray | None, sheet: _Sheet, status_of: Mapping[str, Status]) -> list[_Draft]:
    """The lines of one category and their total, draw by draw; costs change sign."""
    mine: list[tuple[int, Line]] = [(k, line) for k, line in enumerate(LINES) if line.category == category]
    sign = -1.0 if category == "cost" else 1.0
    rows: list[_Draft] = []
    for k, line in mine:
        middle = None if central is None else sign * central[:, k]
        rows += sheet.money(category, line.label, sign * lines[:, :, k], line.source, status_of[line.name], middle)
    if len(mine) > 1:
        index = [k for k, _ in mine]
        middle = None if central is None else sign * central[:, index].sum(axis=1)
        status = weakest([status_of[line.name] for _, line in mine])
        rows += sheet.money(category, f"All {category}s", sign * lines[:, :, index].sum(axis=2), "sum of the rows above", status, middle)
    return rows


def _transfers(who_pays: np.ndarray, sheet: _Sheet) -> list[_Draft]:
    """Each transfer with from whom to whom, as what the second party receives."""
    rows: list[_Draft] = []
    for k, name in enumerate(TRANSFERS):
        paid = who_pays[:, :, k, :]
        typical = np.median(paid[:, 0, :], axis=0)
        receiver, payer = int(np.argmax(typical)), int(np.argmin(typical))
        if receiver != payer:
            label = f"{name.replace('_', ' ').capitalize()}: from {PAYERS[payer]} to {PAYERS[receiver]}"
            rows += sheet.money("transfer", label, paid[:, :, receiver], "who-pays table", "derived")
    return rows
