"""Would anyone buy it, at what price, and would anyone make it?

`prepare` builds the bank of markets, `enter` answers for one launch (thin engine), `enter_exact` without shortcuts; `sales_path`
and `business` carry it through the years; `support` says how far the vehicle lies outside what anyone has sold.
"""

from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import Bank, Market, bank_arrays, bank_from_arrays, prepare
from roadworthy.market.choices import Choices, joined, settled
from roadworthy.market.decompose import Parts, decompose
from roadworthy.market.demand import invert, log_inclusive, probabilities, shares, surplus
from roadworthy.market.entry import Entry, enter, enter_market
from roadworthy.market.exact import enter_exact
from roadworthy.market.holdout import HeldOut, holdout_report, holdout_table
from roadworthy.market.incumbents import Incumbents, incumbents
from roadworthy.market.launches import launch_record
from roadworthy.market.offers import Lineup, Offers, cleaned, highway_ok, offers
from roadworthy.market.pricing import equilibrium, recovered_margins
from roadworthy.market.standard import newcomers_charge
from roadworthy.market.support import Badge, Interval, support
from roadworthy.market.tastes import Tastes
from roadworthy.market.used import Vintage, Vintages, vintages
from roadworthy.market.world import MarketData, load, pv_fuel
from roadworthy.market.years import Business, annuity, business, rent_change, sales_path, wanted_path

__all__ = [
    "Badge",
    "Bank",
    "Business",
    "Choices",
    "Entry",
    "HeldOut",
    "Incumbents",
    "Interval",
    "Lineup",
    "Market",
    "MarketAssumptions",
    "MarketData",
    "Offers",
    "Parts",
    "Tastes",
    "Vintage",
    "Vintages",
    "annuity",
    "bank_arrays",
    "bank_from_arrays",
    "business",
    "cleaned",
    "decompose",
    "enter",
    "enter_exact",
    "enter_market",
    "equilibrium",
    "highway_ok",
    "holdout_report",
    "holdout_table",
    "incumbents",
    "invert",
    "joined",
    "launch_record",
    "load",
    "log_inclusive",
    "newcomers_charge",
    "offers",
    "prepare",
    "probabilities",
    "pv_fuel",
    "recovered_margins",
    "rent_change",
    "sales_path",
    "settled",
    "shares",
    "support",
    "surplus",
    "vintages",
    "wanted_path",
]
