"""The lines of the account: their order, labels, what a positive number means, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from roadworthy.core import Status

Category = Literal["benefit", "cost", "transfer"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; positive is good for the country. `category` is its place in the A-4 statement, `status` its weakest input."""

    name: str
    label: str
    says: str
    category: Category
    source: str
    status: Status


_FARS = "FARS rates x crash kernel; US DOT value of a life"
LINES: tuple[Line, ...] = (
    Line("buyers", "Buyers", "what buyers gain, prices and taxes paid", "benefit", "market: consumer surplus", "assumed"),
    Line("makers", "Makers at home", "profits at home, programmes paid", "benefit", "market: profits by home share", "assumed"),
    Line("government", "Government", "duty, sales and fuel tax less subsidy", "transfer", "rules: rates; AEO2023: fuel tax", "derived"),
    Line("own_deaths", "Deaths of own occupants", "fewer deaths in the vehicles themselves", "cost", _FARS, "assumed"),
    Line("felt_by_buyers", "Risk already felt by buyers", "own risk that already lowered what buyers gain", "cost", "market", "assumed"),
    Line("partner_deaths", "Deaths in other vehicles", "fewer deaths in vehicles met", "cost", _FARS, "assumed"),
    Line("outside_deaths", "Deaths of people outside", "fewer deaths of walkers and riders", "cost", _FARS, "assumed"),
    Line("injuries", "Injuries", "fewer people hurt, priced as a multiple of deaths", "cost", "NHTSA cost of crashes of 2019", "assumed"),
    Line("fuel", "Fuel at retail", "less paid for fuel and power", "benefit", "energy; AEO2023 prices", "assumed"),
    Line(
        "fuel_already_counted",
        "Fuel already counted by buyers",
        "saving that already raised what buyers gain",
        "benefit",
        "market",
        "assumed",
    ),
    Line("maintenance", "Maintenance", "less spent on services", "benefit", "EPA OMEGA 2.1.0 service intervals", "assumed"),
    Line("refuelling", "Time to refuel", "less time at pumps and chargers", "benefit", "EPA OMEGA 2.1.0; kei tank and range", "assumed"),
    Line("co2", "CO2", "less CO2, tailpipe and upstream", "benefit", "interagency or EPA cost of CO2, at its own rate", "assumed"),
    Line("air", "Air pollutants", "less PM2.5, SO2 and NOx", "benefit", "EPA OMEGA 2.1.0", "assumed"),
    Line("congestion_noise", "Congestion and noise", "fewer miles in others' way", "cost", "EPA OMEGA 2.1.0", "assumed"),
    Line("energy_security", "Oil security", "less imported oil", "benefit", "EPA OMEGA 2.1.0", "assumed"),
    Line(
        "rebound",
        "Rebound driving",
        "harm to others of miles a cheaper mile adds",
        "cost",
        "OMEGA 2.5.0 elasticity",
        "assumed",
    ),
)
NAMES: tuple[str, ...] = tuple(line.name for line in LINES)
LABELS: dict[str, str] = {line.name: line.label for line in LINES}
TRANSFERS = ("duty", "sales_tax", "subsidy", "fuel_tax", "price_cuts")
"""What passes between parties: rows of the who-pays table."""
PAYERS = ("buyers", "makers", "government")
"""Columns of the who-pays table; positive receives. `makers` are makers anywhere, incumbents and entrant."""
