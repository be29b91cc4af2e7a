"""What a rule change does to the country's fleet: vehicles, miles, deaths, fuel and CO2 by year.

`prepare` reads the tables once; `harm_per_metre` turns the crash kernel into deaths per metre; `exposure` says on which roads;
`roll` gives the paths; `base_fleet` the level they are added to; `decompose` says why deaths changed.
"""

from roadworthy.fleet.assumptions import FleetAssumptions
from roadworthy.fleet.base import BaseFleet, base_fleet, calibration_deaths
from roadworthy.fleet.cafe import Added, Ledger, ledger
from roadworthy.fleet.change import Change, change
from roadworthy.fleet.cohorts import Lives, lifetime_own_deaths, lives
from roadworthy.fleet.decompose import PARTS, Side, Split, decompose, scrapped, shares_of_change
from roadworthy.fleet.door import check_classes, check_horizon, check_years
from roadworthy.fleet.exposure import (
    Exposure,
    base_share,
    exposure,
    speed_scale,
)
from roadworthy.fleet.harm import FieldKernel, Harm, driver_rate, harm_per_metre, partner_weights
from roadworthy.fleet.national import Country, country, lifetime_ratio, outlook_sales
from roadworthy.fleet.official import MassEffect, official_mass_effect
from roadworthy.fleet.omega import OmegaFleet, read_omega_summary, read_omega_vehicles, write_omega_shape
from roadworthy.fleet.own_risk import extra_own_deaths
from roadworthy.fleet.roll import FleetPaths, FuelPaths, Rebound, Withdrawn, displacement, gasoline_usd_per_gallon, roll
from roadworthy.fleet.tables import BODY, CRASH_TYPES, FleetTables, extrapolated, prepare

__all__ = [
    "BODY",
    "CRASH_TYPES",
    "PARTS",
    "Added",
    "BaseFleet",
    "Change",
    "Country",
    "Exposure",
    "FieldKernel",
    "FleetAssumptions",
    "FleetPaths",
    "FleetTables",
    "FuelPaths",
    "Harm",
    "Ledger",
    "Lives",
    "MassEffect",
    "OmegaFleet",
    "Rebound",
    "Side",
    "Split",
    "Withdrawn",
    "base_fleet",
    "base_share",
    "calibration_deaths",
    "change",
    "check_classes",
    "check_horizon",
    "check_years",
    "country",
    "decompose",
    "displacement",
    "driver_rate",
    "exposure",
    "extra_own_deaths",
    "extrapolated",
    "gasoline_usd_per_gallon",
    "harm_per_metre",
    "ledger",
    "lifetime_own_deaths",
    "lifetime_ratio",
    "lives",
    "official_mass_effect",
    "outlook_sales",
    "partner_weights",
    "prepare",
    "read_omega_summary",
    "read_omega_vehicles",
    "roll",
    "scrapped",
    "shares_of_change",
    "speed_scale",
    "write_omega_shape",
]
