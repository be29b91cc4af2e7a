"""The accounting statement in the layout of OMB Circular A-4: benefits, costs, transfers, effects, each with its range.

Amounts are annualised over the sale years at 7 and 3 %; low and high are the 5th and 95th percentile of the draws, the primary
estimate is their median unless a central run is given. A row says which of its inputs is weakest.
Limits: rows are quantiles line by line and do not add up across rows; the net row is computed from the draws' own net.
Reference: OMB Circular A-4 (2003), accounting statement.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from roadworthy.account.lines import LINES, PAYERS, TRANSFERS
from roadworthy.account.present import MID_YEAR
from roadworthy.account.values import MONEY_YEAR, RATES
from roadworthy.core import InputError, Status, weakest
from roadworthy.core.axes import PARTIES, SALE_YEARS

LOW, HIGH = 0.05, 0.95
MILLION = 1e6
PARTY_LABELS = {"own": "Deaths of own occupants", "partners": "Deaths in other vehicles", "outside": "Deaths of people outside"}
QUALITATIVE = (
    ("cost", "Injuries", "serious injuries move with deaths; valued only when the multiple is set"),
    ("benefit", "Parking and street space", "shorter cars free kerb space; not monetised"),
    ("effect", "States and localities", "registration rules and road bars are theirs to enforce"),
    ("effect", "Small makers and importers", "used-import dealers lose or gain with the age limit; not monetised"),
    ("effect", "Wages and growth", "not estimated"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the statement; amounts of costs are positive costs, of benefits positive benefits."""

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


@dataclass(frozen=True, slots=True)
class A4:
    """The statement: `rows` in order."""

    rows: tuple[Row, ...]

    def as_dicts(self) -> list[dict[str, object]]:
        """The rows as plain records."""
        return [asdict(row) for row in self.rows]

    def to_csv(self) -> str:
        """The statement as comma-separated text."""
        out = io.StringIO()
        writer = csv.DictWriter(out, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.as_dicts())
        return out.getvalue()


def annuity(rate: float, years: int) -> float:
    """Yearly amount per dollar of present value, mid-year. [1/yr]"""
    return 1.0 / float(np.sum((1.0 + rate) ** -(np.arange(years) + MID_YEAR)))


def _range(draws: np.ndarray, central: float | None) -> tuple[float, float, float]:
    low, middle, high = (float(x) for x in np.quantile(draws, (LOW, 0.5, HIGH)))
    return (middle if central is None else float(central)), low, high


def statement(
    lines: np.ndarray,
    *,
    central: np.ndarray | None = None,
    deaths: np.ndarray | None = None,
    who_pays: np.ndarray | None = None,
    start_year: int = 2027,
    sale_years: int = SALE_YEARS,
    statuses: Mapping[str, Status] | None = None,
) -> A4:
    """The statement from draws of `Account.lines` [d, r, L].

    `central` is the account of the central run [r, L]; `deaths` the deaths by party over all years [d, 3]; `who_pays` the
    transfers [d, r, w, p]; `statuses` overrides the status of lines by name.
    """
    lines = np.asarray(lines, float)
    if lines.ndim != 3 or lines.shape[1:] != (len(RATES), len(LINES)):
        raise InputError(
            f"lines have shape {lines.shape}, not [draws, {len(RATES)}, {len(LINES)}]",
            "give Account.lines with a leading axis of draws",
            code="statement.shape",
        )
    period = f"sales of {start_year}-{start_year + sale_years - 1}, to the end of their lives"
    unit = f"million {MONEY_YEAR} USD a year"
    given = statuses or {}
    rows: list[Row] = []

    def money(category: str, item: str, draws: np.ndarray, middle: np.ndarray | None, source: str, status: Status) -> None:
        """Rows at 7 and 3 % for present values [d, r]."""
        for k in reversed(range(len(RATES))):
            scale = annuity(RATES[k], sale_years) / MILLION
            amounts = _range(draws[:, k] * scale + 0.0, None if middle is None else float(middle[k]) * scale)
            rows.append(Row(category, item, *amounts, unit, f"{RATES[k]:.0%}", period, source, status))

    for category in ("benefit", "transfer", "cost"):
        sign = -1.0 if category == "cost" else 1.0
        for k, line in enumerate(LINES):
            if line.category == category:
                middle = None if central is None else sign * np.asarray(central, float)[:, k]
                money(category, line.label, sign * lines[:, :, k], middle, line.source, given.get(line.name, line.status))
        if category == "transfer" and who_pays is not None:
            _transfers(np.asarray(who_pays, float), money)
    net_status = weakest([given.get(line.name, line.status) for line in LINES])
    money("net", "Net benefit", lines.sum(axis=2), None if central is None else np.asarray(central, float).sum(axis=1), "sum", net_status)
    if deaths is not None:
        for k, party in enumerate(PARTIES):
            amounts = _range(np.asarray(deaths, float)[:, k] / sale_years, None)
            source = "FARS rates x crash kernel"
            rows.append(Row("quantified", PARTY_LABELS[party], *amounts, "deaths per sale year", "none", period, source, "assumed"))
    blank = (float("nan"),) * 3
    for category, item, text in QUALITATIVE:
        rows.append(Row(category, f"{item}: {text}", *blank, "qualitative", "none", period, "", "assumed"))
    return A4(tuple(rows))


def _transfers(who_pays: np.ndarray, money: Callable[..., None]) -> None:
    """Each transfer with from whom to whom, as what the second party receives."""
    for k, name in enumerate(TRANSFERS):
        paid = who_pays[:, :, k, :]
        typical = np.median(paid[:, 0, :], axis=0)
        receiver, payer = int(np.argmax(typical)), int(np.argmin(typical))
        if receiver != payer:
            label = f"{name.replace('_', ' ').capitalize()}: from {PAYERS[payer]} to {PAYERS[receiver]}"
            money("transfer", label, paid[:, :, receiver], None, "who-pays table", "derived")
