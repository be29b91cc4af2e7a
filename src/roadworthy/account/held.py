"""What is the account room held against?

The growth of the value of a life is set on DOT's values of 2012 and 2022; the ten values between and after are held out. Lines of the
account have no published counterpart for a class that does not exist; the arithmetic is held by tests instead.
"""

from __future__ import annotations

from roadworthy.account.values import MONEY_YEAR, to_money_year
from roadworthy.core.held import Held
from roadworthy.data import table

FITTED_YEARS = (2012, 2022)
TOLERANCE = 0.02
LAST_DEFLATOR = 2022


def held() -> tuple[Held, ...]:
    """DOT's value of a statistical life by base year against growth at the fitted rate, both in dollars of the base year."""
    rows = dict(table("account/vsl").select("base_year", "vsl_musd").iter_rows())
    first, last = FITTED_YEARS
    growth = (rows[last] / (rows[first] * to_money_year(first))) ** (1.0 / (last - first)) - 1.0
    found = []
    for year, published in sorted(rows.items()):
        if year > LAST_DEFLATOR:
            continue  # the deflator ends there
        ours = rows[MONEY_YEAR] * (1.0 + growth) ** (year - MONEY_YEAR) / to_money_year(year)
        found.append(
            Held("account", f"vsl_{year}", f"value of a statistical life for base year {year}", f"M USD of {year}", published, ours, TOLERANCE, "relative",
                 year in FITTED_YEARS, "US DOT", "" if abs(ours / published - 1.0) <= TOLERANCE else "DOT moves it with wages and the CPI, here one real rate and the GDP deflator", "value of a life")
        )  # fmt: skip
    return tuple(found)
