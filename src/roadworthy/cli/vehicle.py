"""Commands about one vehicle: may it, what happens in a crash, can it keep up, who fits, what it costs."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import day, emit, within


def judge(
    vehicle: Car,
    *,
    reform: str | None = None,
    built: str | None = None,
    date: str | None = None,
    law_date: str | None = None,
    state: str | None = None,
    model_tests: bool = False,
    strict: bool = False,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """May this vehicle be sold, imported, registered: door by door, clause by clause.

    Parameters
    ----------
    reform
        Also say what this reform would change; see `roadworthy rules list`.
    built
        Day of manufacture, YYYY-MM-DD.
    date
        Day of entry or use, YYYY-MM-DD; today's law date when not given.
    law_date
        The day whose law applies, YYYY-MM-DD; the day of entry when not given.
    state
        Two-letter state or DC, for the plate.
    model_tests
        Put the wall model's crash results (assumed) beside the limits of tests that nobody has run.
    strict
        Exit with 1 when no door is open.
    """
    from roadworthy.report import render_judge
    from roadworthy.study.verdicts import judge_vehicle

    entry = day(date, "--date") if date else None
    said = judge_vehicle(
        vehicle,
        reform_id=reform,
        built=day(built, "--built") if built else None,
        entry_or_use=entry,
        law_date=day(law_date, "--law-date") if law_date else None,
        place=state,
        modelled=model_tests,
    )
    emit(said, render_judge, json)
    return 1 if strict and not said["open"] else 0


def crash(
    first: Car,
    second: Car,
    *,
    closing_mph: float = 70.0,
    overlap: float = 0.8,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """What happens to both when two vehicles meet head-on.

    Parameters
    ----------
    closing_mph
        Closing speed in miles per hour, 0 to 155.
    overlap
        Share of the front that meets, above 0 to 1.
    """
    from roadworthy.core.units import MPH
    from roadworthy.crash import collide_vehicles
    from roadworthy.report import render_crash
    from roadworthy.vehicles import find

    within(closing_mph, 0.0, 155.0, "--closing-mph", "mph")
    one, other = find(first), find(second)
    emit(collide_vehicles(one, 0, other, 0, closing_mps=closing_mph * MPH, overlap=overlap, pulses=True).as_dict(), render_crash, json)
    return 0


def drive(vehicle: Car, *, json: AsJson = False, debug: Debug = False) -> int:
    """Mileage on the US label and in Japan, 0-60, merging, top speed, hills."""
    from roadworthy.energy import drive as drive_vehicle
    from roadworthy.report import render_drive
    from roadworthy.vehicles import find

    emit(drive_vehicle(find(vehicle), 0), render_drive, json)
    return 0


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


vehicles = App(name="vehicles", help="The catalogue: list, show, check.", help_format="plaintext")


@vehicles.command(name="list")
def list_vehicles(*, group: str | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """The vehicles of the catalogue.

    Parameters
    ----------
    group
        Only this group: kei_current, kei_historic, micro, us.
    """
    from roadworthy.core.errors import unknown
    from roadworthy.report import render_vehicles
    from roadworthy.vehicles import catalogue

    everything = catalogue()
    groups = sorted(set(everything.group))
    if group is not None and group not in groups:
        raise unknown("group", group, groups)
    chosen = everything if group is None else everything.select(group=group)
    rows = []
    for i, name in enumerate(chosen.ids):
        assumed, filled = chosen.assumed_count(i)
        rows.append(
            {
                "id": name,
                "name": f"{chosen.make[i]} {chosen.model[i]}",
                "group": chosen.group[i],
                "length_m": chosen.length_m[i],
                "mass_kg": chosen.mass_kg[i],
                "power_W": chosen.power_W[i],
                "assumed": assumed,
                "filled": filled,
            }
        )
    emit({"schema": "roadworthy/vehicles/1", "vehicles": rows}, render_vehicles, json)
    return 0


@vehicles.command(name="show")
def show_vehicle(vehicle: Car, *, json: AsJson = False, debug: Debug = False) -> int:
    """Every field of one vehicle with unit, source and status; filled gaps are marked."""
    from roadworthy.report import render_vehicle
    from roadworthy.study.cards import vehicle_card
    from roadworthy.vehicles import find

    emit(vehicle_card(find(vehicle), 0), render_vehicle, json)
    return 0


@vehicles.command(name="check")
def check_vehicle(file: Path, *, json: AsJson = False, debug: Debug = False) -> int:
    """Check a TOML file of vehicles, or a catalogue id: exit 1 when something is off.

    Parameters
    ----------
    file
        TOML file or catalogue id.
    """
    from roadworthy.vehicles import check, find

    findings = check(find(str(file)))
    said = {"schema": "roadworthy/check/1", "findings": [str(finding) for finding in findings]}
    emit(said, lambda answer, **_: "\n".join(answer["findings"]) or "nothing to mend", json)
    return 1 if findings else 0
