"""Who fits, and what a mile costs the owner."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Car, Debug, Whole
from roadworthy.cli.output import emit, within
from roadworthy.core.errors import UsageError

DRAWN_PX = 720.0


def fit(
    vehicle: Car,
    *,
    person: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    svg: Path | None = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Which share of American adults fits, alone, in twos and in fours, with children and load; or whether the people you name do.

    Parameters
    ----------
    person
        Sex, stature in m, weight in kg of the driver, then of those beside and behind: --person M,1.93,95 F,1.68,62.
    svg
        Draw a small, a middle and a tall adult in the driver's seat into this file.
    """
    from roadworthy.report import render_fit
    from roadworthy.space import fit as fit_people
    from roadworthy.space import named_party
    from roadworthy.study.cards import name_of
    from roadworthy.vehicles import find

    found = find(vehicle)
    if svg is not None:
        from roadworthy.report.seated import seated
        from roadworthy.report.standalone import save
        from roadworthy.study.cards import seated_card

        save(seated(seated_card(found, 0), DRAWN_PX), svg)
    answer = fit_people(found, named_party(person) if person else None).as_dict(0)
    emit({**answer, "name": name_of(found, 0), "people": list(person or ())}, render_fit, json)
    return 0


def own(
    vehicle: Car,
    *,
    price_usd: float | None = None,
    miles: float = 12_000.0,
    years: Whole = 5,
    place: Annotated[str, Parameter(name=["--state", "--place"])] = "",
    states: Path | None = None,
    parking_usd: float = 0.0,
    discount: float = 0.0,
    import_: Annotated[bool, Parameter(name="--import", negative="")] = False,
    against: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """What a mile costs the owner, year by year, and below which price the car beats its rivals, new and used.

    Parameters
    ----------
    price_usd
        Price before tax; from the catalogue when not given. With --import what the car costs in Japan.
    miles
        Miles a year, 1,000 to 60,000.
    years
        Years held, 1 to 15.
    place
        Two letters of a state: its tax, electricity and premium.
    states
        CSV table of your own, by state: sales_tax_share, registration_usd_per_yr, insurance_usd_per_yr, gasoline_usd_per_gal ...
    parking_usd
        Parking, a year.
    discount
        Yearly discount rate; 0 adds plain dollars.
    import_
        A car of 25 years that the owner brings in from Japan.
    against
        Catalogue ids to set it against, instead of Versa, Mirage, Corolla and a used Corolla.
    """
    from roadworthy.report import render_own
    from roadworthy.study.owner import own_vehicle

    within(miles, 1_000.0, 60_000.0, "--miles", "miles a year")
    within(float(years), 1.0, 15.0, "--years", "years")
    within(parking_usd, 0.0, 1e5, "--parking-usd", "USD a year")
    within(discount, 0.0, 0.3, "--discount", "a year")
    if price_usd is not None:
        within(price_usd, 1.0, 1e6, "--price-usd", "USD")
    if states is not None and not place:
        raise UsageError(
            "--states is given without --state", "name the state to look up, such as --state CA", code="own.state", where="--states"
        )
    answer = own_vehicle(
        vehicle,
        price_usd=price_usd,
        miles_per_year=miles,
        years=years,
        place=place,
        states=states,
        parking_usd=parking_usd,
        discount=discount,
        bring_in=import_,
        against=against or (),
    )
    emit(answer, render_own, json)
    return 0
