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
    on: str | None = None,
    law_date: str | None = None,
    state: str | None = None,
    why: bool = False,
    model_tests: bool = False,
    strict: bool = False,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """May this vehicle be sold, imported, registered: door by door, clause by clause.

    Parameters
    ----------
    reform
        Also say what this reform would change: an id of `roadworthy rules list`, a+b, or a TOML file.
    built
        Day, month or year of manufacture: 1998-03-10, 1998-03 or 1998.
    date
        Day of entry or use, YYYY-MM-DD; today's law date when not given.
    on
        The same as --date.
    law_date
        The day whose law applies, YYYY-MM-DD; the day of entry when not given.
    state
        Two-letter state or DC, for the plate.
    why
        Say it as advice: the answer, why, what is not known, and what would have to change.
    model_tests
        Put the wall model's crash results (assumed) beside the limits of tests that nobody has run, and say how likely each is met.
    strict
        Exit with 1 when no door is open.
    """
    from roadworthy.core.errors import UsageError
    from roadworthy.report.terminal_law import render_judge, render_why
    from roadworthy.study.verdicts import judge_vehicle

    if date and on and date != on:
        raise UsageError(f"--date {date} and --on {on} are two days", "give one of them", code="flag.twice", where="--on")
    entry = day(date, "--date") if on is None and date is not None else day(on, "--on") if on is not None else None
    said = judge_vehicle(
        vehicle,
        reform_id=reform,
        built=built,
        entry_or_use=entry,
        law_date=None if law_date is None else day(law_date, "--law-date"),
        place=state,
        modelled=model_tests,
    )
    emit(said, render_why if why else render_judge, json)
    return 1 if strict and not said["open"] else 0
