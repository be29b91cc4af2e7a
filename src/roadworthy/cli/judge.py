"""May it be sold, imported, registered."""

from __future__ import annotations

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import day, emit


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
