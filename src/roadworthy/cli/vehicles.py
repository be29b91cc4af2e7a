"""The catalogue: list, show, check."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit

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
