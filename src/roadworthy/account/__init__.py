"""What a rule change is worth: surplus, profits, taxes and valued harms as one account, and the A-4 statement.

`prepare` reads unit values once; `appraise` turns fleet paths and market dollars into an `Account`; `statement` prints draws of
it as OMB Circular A-4 asks.
"""

from roadworthy.account.appraise import Account, MarketDollars, appraise, home_share, value_of_life
from roadworthy.account.assumptions import AccountAssumptions
from roadworthy.account.lines import LABELS, LINES, NAMES, PAYERS, TRANSFERS, Line
from roadworthy.account.present import annualise, check_rate, discount, present_value
from roadworthy.account.statement import A4, CATEGORIES, Counted, Priced, Row, annuity, in_per_cent, rows_csv, statement
from roadworthy.account.values import MONEY_YEAR, RATES, SCGHG, Values, prepare, to_money_year

__all__ = [
    "A4",
    "CATEGORIES",
    "LABELS",
    "LINES",
    "MONEY_YEAR",
    "NAMES",
    "PAYERS",
    "RATES",
    "SCGHG",
    "TRANSFERS",
    "Account",
    "AccountAssumptions",
    "Counted",
    "Line",
    "MarketDollars",
    "Priced",
    "Row",
    "Values",
    "annualise",
    "annuity",
    "appraise",
    "check_rate",
    "discount",
    "home_share",
    "in_per_cent",
    "prepare",
    "present_value",
    "rows_csv",
    "statement",
    "to_money_year",
    "value_of_life",
]
