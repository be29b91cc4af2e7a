"""The catalogue and vehicles of users' files: list, show, compare, check, new, identify."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit

FEWEST = 2
DRAWN_PX = 1072.0

vehicles = App(
    name="vehicles", help="The catalogue: list, show, compare, check; start a file of your own; read a VIN.", help_format="plaintext"
)


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


@vehicles.command(name="compare")
def compare_vehicles(*cars: Car, svg: Path | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """Vehicles side by side, figure by figure, with the difference from the first.

    Parameters
    ----------
    svg
        Also draw them to one scale into this file.
    """
    from roadworthy.core.errors import UsageError
    from roadworthy.report import render_compare
    from roadworthy.study.cards import compare_card, silhouette_card
    from roadworthy.vehicles import find

    if len(cars) < FEWEST:
        raise UsageError(
            f"{len(cars)} vehicle given to compare", "give two or more: compare honda_nbox_jf5 mazda_mx5_nd", code="compare.few"
        )
    found = [find(car) for car in cars]
    if svg is not None:
        from roadworthy.report.silhouettes import lineup
        from roadworthy.report.standalone import save

        save(lineup([silhouette_card(v, 0) for v in found], DRAWN_PX), svg)
    emit(compare_card(found), render_compare, json)
    return 0


@vehicles.command(name="check")
def check_vehicles(file: str | None = None, *, json: AsJson = False, debug: Debug = False) -> int:
    """Check a TOML file, a catalogue id or, with nothing named, the whole catalogue: exit 1 when something is off.

    Parameters
    ----------
    file
        TOML file or catalogue id; the whole catalogue when left out.
    """
    from roadworthy.report import render_audit
    from roadworthy.vehicles import audit, catalogue, find

    found = audit(catalogue() if file is None else find(file))
    emit(found.as_dict(), render_audit, json)
    return 1 if found.findings or (file is None and not found.clean) else 0


@vehicles.command(name="new")
def new_vehicle(id: str, *, like: str | None = None, out: Path | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """Start a vehicle file: every field with its meaning, unit and range, as commented TOML.

    Parameters
    ----------
    id
        Name of the new vehicle: lower case letters, digits, underscores.
    like
        Catalogue vehicle to start from.
    out
        File to write; printed when left out.
    """
    from roadworthy.core.errors import InputError
    from roadworthy.vehicles import template

    text = template(id, like)
    if out is None:
        emit({"schema": "roadworthy/template/1", "text": text}, lambda answer, **_: str(answer["text"]).rstrip(), json)
        return 0
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{out} is there already", "give another name, or remove it first", code="file.exists") from None
    except OSError as fault:
        raise InputError(f"{out} cannot be written: {fault.strerror}", "give a folder that you may write to", code="file.write") from None
    emit(
        {"schema": "roadworthy/template/1", "file": str(out)},
        lambda answer, **_: f"wrote {out}; check it with: roadworthy vehicles check {out}",
        json,
    )
    return 0


@vehicles.command(name="identify")
def identify_vehicle(number: str, *, json: AsJson = False, debug: Debug = False) -> int:
    """What a VIN or a Japanese frame number says: check digit, model year, region, chassis code. Exit 1 when the check digit is wrong.

    Parameters
    ----------
    number
        17-character VIN, or a frame number such as HA3-1234567.
    """
    from roadworthy.report import render_identity
    from roadworthy.vehicles import identify

    found = identify(number)
    emit(found.as_dict(), render_identity, json)
    return 1 if found.valid is False else 0
