"""The country's fleet by year, from an outlook or from a file of one's own, and the makers' compliance ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Debug, Whole
from roadworthy.cli.output import emit


def fleet(
    file: Annotated[Path | None, Parameter(help="Vehicles in OMEGA's shape (vehicles.csv or .csv.gz); an outlook when not given.")] = None,
    *,
    first: Whole = 2027,
    last: Whole = 2056,
    outlook: str = "AEO2022",
    held: bool = False,
    omega: Path | None = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Vehicles on the road, miles, gasoline and occupants killed, year by year.

    Parameters
    ----------
    first
        First year.
    last
        Last year.
    outlook
        Whose new sales: AEO2020 to AEO2023.
    held
        Show the published facts that the room is held against instead.
    omega
        Write the years under OMEGA's names to this CSV file.
    """
    from roadworthy.fleet.country_card import country_card, held_card
    from roadworthy.report import render_fleet, render_held_fleet

    if held:
        emit(held_card(), render_held_fleet, json)
    else:
        emit(country_card(first, last, outlook, file, omega), render_fleet, json)
    return 0


def cafe(
    maker: Annotated[str | None, Parameter(help="Maker as the ledger names it; all makers together when not given.")] = None,
    *,
    first: Whole = 2022,
    last: Whole = 2031,
    penalty: float = 0.0,
    add: Annotated[tuple[str, float, float, float] | None, Parameter(help="A new importer: fleet footprint_ft2 mpg vehicles.")] = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Fleet fuel economy owed and met by maker, with the curves in force and with the proposed reset.

    Parameters
    ----------
    first
        First model year.
    last
        Last model year.
    penalty
        Dollars for a tenth of a mpg; 0 since 2025-07-04.
    """
    from roadworthy.fleet.country_card import ledger_card
    from roadworthy.report import render_ledger

    emit(ledger_card(maker, first, last, penalty, add), render_ledger, json)
    return 0
