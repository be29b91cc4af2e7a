"""What happens in a crash."""

from __future__ import annotations

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit, within


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
