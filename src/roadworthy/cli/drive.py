"""Mileage, merging, hills."""

from __future__ import annotations

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit


def drive(vehicle: Car, *, json: AsJson = False, debug: Debug = False) -> int:
    """Mileage on the US label and in Japan, 0-60, merging, top speed, hills."""
    from roadworthy.energy import drive as drive_vehicle
    from roadworthy.report import render_drive
    from roadworthy.vehicles import find

    emit(drive_vehicle(find(vehicle), 0), render_drive, json)
    return 0
