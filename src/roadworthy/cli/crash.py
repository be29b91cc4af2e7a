"""What happens in a crash, with which chance a test is passed, and how far the model is from what was measured."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit, within

Flag = Annotated[bool, Parameter(negative="")]


def crash(
    first: Car | None = None,
    second: Car | None = None,
    *,
    closing_mph: float = 70.0,
    overlap: float = 0.8,
    test: str | None = None,
    comply: str | None = None,
    partners: Flag = False,
    held: Flag = False,
    film: str | None = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """What happens to both when two vehicles meet head-on; or, with --test, whether one would pass.

    Parameters
    ----------
    closing_mph
        Closing speed in miles per hour, 0 to 155.
    overlap
        Share of the front that meets, above 0 to 1.
    test
        Each measure of a standard with its limit and the chance of passing: fmvss-208, un-r94, un-r137, us-ncap, jncap, ...
    comply
        What passing a set of tests would add in mass and money: fmvss, un, japan or none.
    partners
        The vehicle against every kind of partner, by closing speed.
    held
        Errors of the model on tests and crashes that it was not fitted on.
    film
        Write the crash as an animated drawing to this SVG file.
    """
    from roadworthy.core.errors import UsageError

    asked = [flag for flag, given in (("--test", test), ("--comply", comply), ("--partners", partners), ("--held", held)) if given]
    if len(asked) > 1:
        raise UsageError(f"{asked[0]} and {asked[1]} are two questions", "ask them one at a time", code="crash.two_questions")
    if held:
        return _held(json)
    if first is None:
        raise UsageError("no vehicle is named", "name one, such as honda_nbox_jf5: roadworthy vehicles list", code="crash.no_vehicle")
    if asked and second is not None:
        raise UsageError(f"{asked[0]} takes one vehicle, and {second!r} is a second one", f"leave out {second!r}", code="crash.one_vehicle")
    if test is not None:
        return _test(first, test, json)
    if comply is not None:
        return _comply(first, comply, json)
    if partners:
        return _partners(first, overlap, json)
    if second is None:
        raise UsageError(
            "only one vehicle is named", "name the one it meets, or ask --test fmvss-208 or --partners", code="crash.no_partner"
        )
    return _meeting(first, second, closing_mph, overlap, film, json)


def _meeting(first: str, second: str, closing_mph: float, overlap: float, film: str | None, json: bool) -> int:
    from roadworthy.core.units import MPH
    from roadworthy.crash import collide_vehicles
    from roadworthy.report import render_crash
    from roadworthy.vehicles import find

    within(closing_mph, 0.0, 155.0, "--closing-mph", "mph")
    one, other = find(first), find(second)
    scene = collide_vehicles(one, 0, other, 0, closing_mps=closing_mph * MPH, overlap=overlap, pulses=True)
    if film is not None:
        from roadworthy.core.files import write_atomic
        from roadworthy.report.film import film as drawn

        write_atomic(film, drawn(scene))
    emit({"schema": "roadworthy/crash/1", **scene.as_dict()}, render_crash, json)
    return 0


def _test(first: str, test: str, json: bool) -> int:
    from roadworthy.crash import passing_vehicle
    from roadworthy.report.terminal_crash import render_passing
    from roadworthy.vehicles import find

    emit({"schema": "roadworthy/crash_test/1", **passing_vehicle(find(first), 0, test).as_dict()}, render_passing, json)
    return 0


def _comply(first: str, tests: str, json: bool) -> int:
    from roadworthy.crash import comply_vehicle
    from roadworthy.report.terminal_crash import render_design
    from roadworthy.vehicles import find

    emit({"schema": "roadworthy/crash_design/1", **comply_vehicle(find(first), 0, tests).as_dict()}, render_design, json)
    return 0


def _partners(first: str, overlap: float, json: bool) -> int:
    from roadworthy.crash import partners_vehicle
    from roadworthy.report.terminal_crash import render_partners
    from roadworthy.vehicles import find

    emit({"schema": "roadworthy/crash_partners/1", **partners_vehicle(find(first), 0, overlap=overlap)}, render_partners, json)
    return 0


def _held(json: bool) -> int:
    from dataclasses import asdict

    from roadworthy.crash.held import held
    from roadworthy.report.terminal_crash import render_held

    rows = [asdict(row) | {"error": row.error, "inside": row.inside} for row in held()]
    emit({"schema": "roadworthy/crash_held/1", "facts": rows}, render_held, json)
    return 0
