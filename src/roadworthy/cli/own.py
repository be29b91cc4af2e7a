"""Who fits, and what a mile costs the owner."""

from __future__ import annotations

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit, within


def fit(vehicle: Car, *, json: AsJson = False, debug: Debug = False) -> int:
    """Which share of American adults fits, alone, in twos and in fours, and by weight."""
    from roadworthy.report import render_fit
    from roadworthy.space import fit as fit_people
    from roadworthy.vehicles import find

    emit(fit_people(find(vehicle)).as_dict(0), render_fit, json)
    return 0


def own(
    vehicle: Car,
    *,
    price_usd: float | None = None,
    miles: float = 12_000.0,
    years: int = 5,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """What a mile costs the owner, and below which price the car beats its rivals.

    Parameters
    ----------
    price_usd
        Price before tax; from the model when not given.
    miles
        Miles a year, 1,000 to 60,000.
    years
        Years held, 1 to 15.
    """
    from roadworthy.report import render_own
    from roadworthy.study.owner import own_vehicle

    within(miles, 1_000.0, 60_000.0, "--miles", "miles a year")
    within(float(years), 1.0, 15.0, "--years", "years")
    if price_usd is not None:
        within(price_usd, 1.0, 1e6, "--price-usd", "USD")
    emit(own_vehicle(vehicle, price_usd=price_usd, miles_per_year=miles, years=years), render_own, json)
    return 0
