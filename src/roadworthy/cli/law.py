"""Commands about the rulebook: reforms and rules, what each says, what differs, and what the states answer."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import day, emit, within

rules = App(name="rules", help="The rulebook and its reforms: list, show, diff, map.", help_format="plaintext")
SLOWEST_MPH, FASTEST_MPH = 5.0, 85.0


@rules.command(name="list")
def list_rules(*, find: str | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """The reforms that come with the program, or the rules that hold a word.

    Parameters
    ----------
    find
        A word of a rule's id or title, such as "low-speed" or "fmvss.214".
    """
    from roadworthy.report.terminal_rules import render_list
    from roadworthy.rules import load_book, reforms

    if find is not None:
        from roadworthy.rules.lookup import search

        emit({"schema": "roadworthy/rules/1", "find": find, "rules": search(load_book(), find)}, render_list, json)
        return 0
    rows = [{"id": name, "title": found.title, "words": found.words} for name, found in reforms().items()]
    emit({"schema": "roadworthy/reforms/1", "reforms": rows}, render_list, json)
    return 0


@rules.command(name="show")
def show_rule(name: str, *, on: str | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """What a reform changes, lever by lever, or what a rule has said since when; with sources.

    Parameters
    ----------
    name
        Id of a reform, a reform's TOML file, or id of a rule such as us.class.lsv.speed_max.
    on
        The day for which a rule is read, YYYY-MM-DD.
    """
    from roadworthy.report.terminal_rules import render_reform, render_rule
    from roadworthy.rules import load_book, reforms
    from roadworthy.study.cards import reform_card

    if name in reforms() or name.endswith(".toml") or "." not in name:
        emit(reform_card(name), render_reform, json)
        return 0
    from roadworthy.rules.lookup import describe

    emit(describe(load_book(), name, None if on is None else day(on, "--on")), render_rule, json)
    return 0


@rules.command(name="diff")
def diff_rules(
    first: str, second: str = "none", *, was: str | None = None, now: str | None = None, json: AsJson = False, debug: Debug = False
) -> int:
    """What reads otherwise under one reform than under another, or on one day than on another.

    Parameters
    ----------
    first
        A reform or TOML file. Alone, it is held against today's law.
    second
        The reform to hold against it.
    was
        The day on which the law before is read, YYYY-MM-DD; `rules diff none none --was 1998-01-01` shows what time has changed.
    now
        The day on which the law after is read, YYYY-MM-DD.
    """
    from roadworthy.report.terminal_rules import render_diff
    from roadworthy.study.verdicts import compare_law

    before, after = (second, first) if second == "none" else (first, second)
    days = [None if text is None else day(text, flag) for text, flag in ((was, "--was"), (now, "--now"))]
    emit(compare_law(before, after, was=days[0], now=days[1]), render_diff, json)
    return 0


@rules.command(name="map")
def map_rules(
    vehicle: Car,
    *,
    reform: str | None = None,
    built: str | None = None,
    on: str | None = None,
    road: float | None = None,
    svg: Path | None = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """What each state says of a vehicle: plates, road caps, conflicts of sources.

    Parameters
    ----------
    reform
        Read the states under this reform.
    built
        Day, month or year of manufacture: 1998-03-10, 1998-03 or 1998.
    on
        The day, YYYY-MM-DD.
    road
        Also ask for a road with this posted speed, mph.
    svg
        Write the map as a picture to this file.
    """
    from roadworthy.report.terminal_rules import render_map
    from roadworthy.study.verdicts import map_states

    posted = None if road is None else within(road, SLOWEST_MPH, FASTEST_MPH, "--road", "mph")
    said = map_states(vehicle, reform_id=reform, built=built, on=None if on is None else day(on, "--on"), posted_mph=posted)
    if svg is not None:
        from roadworthy.core.files import write_atomic
        from roadworthy.report.state_map import picture

        write_atomic(svg, picture(said["states"], f"{said['name']}, {said['on']}"))
        said["svg"] = str(svg)
    emit(said, render_map, json)
    return 0
