"""May this vehicle: the rules room's verdict with the crash room's modelled results put beside the limits."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from roadworthy.core import MARK, Cited, InputError
from roadworthy.core.units import MPH
from roadworthy.rules import ask, case_of, duty, facts_of, judge, load_book, policy_record, reform
from roadworthy.rules.doors import Case
from roadworthy.rules.duty import heading_of
from roadworthy.rules.judge import in_force
from roadworthy.rules.lookup import differences
from roadworthy.rules.odds import odds
from roadworthy.rules.states import Tally, reason, standing, survey
from roadworthy.study.cards import name_of
from roadworthy.vehicles import Vehicle, find

HEAVY = ("tree", "sets", "missing")
"""Parts of a row that a reader of the table does not need."""


def slim(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without its trees: what a table shows."""
    rows = [{key: value for key, value in row.items() if key not in HEAVY} for row in verdict["rows"]]
    kept = {key: value for key, value in verdict.items() if key not in ("rows", "classes", "missing", "gaps", "under")}
    if "under" in verdict:
        kept["under"] = slim(verdict["under"])
    return {**kept, "rows": rows, "missing_count": len(verdict.get("missing", []))}


UNITS = {"accel": "m/s2", "deflection": "m", "force": "N", "hic": "-", "nij": "-"}
"""SI unit of a crash result, by a word in the limit's name."""
FRONTAL = ("fmvss-208", "un-r94", "un-r137")
"""Standards of which the crash room gives chances of passing."""
UNDECIDED = (0.1, 0.9)
"""A chance of passing between these decides nothing."""


def modelled_results(vehicle: Vehicle) -> dict[str, Cited]:
    """What the crash room's wall model says of the tests it knows, by limit; assumed, and no test of this vehicle.

    A reading whose limit lies within the scatter of tests decides nothing and is left out.
    """
    from roadworthy.crash import assess, passing, results, structure_of, structure_record

    record = structure_record(vehicle)[0]
    fitted, lost = str(record.restraint.value), float(record.travel_lost_m.value)
    barrier = assess(structure_of(record), "all", fitted, travel_lost_m=lost)
    chances = {row.limit_id: row.p_pass for standard in FRONTAL for row in passing(record, standard).limits}
    found = {}
    for limit, (value, status) in results(barrier).items():
        if UNDECIDED[0] < chances.get(limit, UNDECIDED[0]) < UNDECIDED[1]:
            continue
        unit = next((unit for word, unit in UNITS.items() if word in limit.rsplit(".", 1)[-1]), None)
        if status != "unknown" and unit is not None:
            found[limit] = Cited(float(value), unit, "wall model of the crash room, assumed structure", "assumed")
    return found


DRAWS = 256
SEED = 7
MODEL_ERROR_LN = 0.2
"""Error of the wall model, as a spread of logarithms: chest g within 8 of 40 g on cars left out of its fit (crash room; assumed beyond them)."""
HIC_POWER = 2.5
"""HIC grows with acceleration to this power (its definition), and its error with it."""


def modelled_draws(vehicle: Vehicle, draws: int = DRAWS, seed: int = SEED) -> dict[str, np.ndarray]:
    """The same results over draws of the front's structure and of the wall model's error, in each limit's own unit [draw].

    Structures are those of the study's crash assumptions; one structure and one error lie behind all results of a draw.
    """
    from roadworthy.crash import Structure, assess, structures
    from roadworthy.data import table
    from roadworthy.study.assumed import draw

    a, own = draw(draws, seed).crash, structures(vehicle)
    batch = Structure.of(
        np.full(draws, float(own.mass_kg[0])),
        float(own.crush_m[0]) * np.asarray(a.slot_crush_factor),
        np.maximum(float(own.reserve[0]) + np.asarray(a.slot_reserve_add), 1.0),
        np.maximum(float(own.strength[0]) * np.asarray(a.slot_strength_factor), 1.0),
    )
    by_test = {found.test: found for found in assess(batch, "all").tests if found.modelled}
    factor = {test.id: test.factor for standard in load_book().standards.values() for test in standard.tests}
    error = np.exp(MODEL_ERROR_LN * np.random.default_rng(seed).standard_normal(draws))
    found = {}
    for row in table("crash/test_limits").iter_rows(named=True):
        values = by_test[row["test"]].values.get(row["quantity"]) if row["test"] in by_test else None
        if values is not None and not np.isnan(values).any():
            wide = error**HIC_POWER if row["quantity"].startswith("hic") else error
            found[row["limit_id"]] = np.asarray(values, dtype=float) * wide / factor[row["limit_id"]]
    return found


def with_odds(said: dict[str, Any], case: Case, draws: dict[str, np.ndarray]) -> dict[str, Any]:
    """A verdict whose doors to sale as new carry what the draws make of them."""
    tests = {row["limit"]: row for row in said.get("odds", [])}
    for row in said["rows"]:
        if row["pathway"] == "fmvss_cert" or row.get("reform"):
            found = odds(case, f"us.pathway.{row['pathway']}", draws)
            if found.limits:
                row["odds"] = found.as_dict()
                tests |= {limit["limit"]: limit for limit in row["odds"]["limits"]}
    return {**said, "odds": list(tests.values())}


def judge_one(vehicle: Vehicle, i: int = 0, *, modelled: bool = False, **given: Any) -> dict[str, Any]:
    """The verdict on one vehicle of a batch, as plain values; `modelled` puts the wall model's results beside the limits."""
    chosen = vehicle.take([i]) if len(vehicle.ids) > 1 else vehicle
    if modelled:
        given["results"] = modelled_results(chosen)
    return judge(chosen, load_book(), **given)[0].as_dict()


def judge_vehicle(
    name: str,
    *,
    reform_id: str | None = None,
    built: date | str | None = None,
    entry_or_use: date | None = None,
    law_date: date | None = None,
    place: str | None = None,
    modelled: bool = False,
) -> dict[str, Any]:
    """The verdict on a catalogue id or a TOML file.

    The law is that of `law_date`, else of the day of entry, else of the book's own day. `modelled` puts the wall model's results beside
    the limits, and what draws of its structure make of the doors to sale as new: a probability that says so.
    """
    law = law_date or entry_or_use or load_book().as_of
    vehicle, chosen = find(name), None if reform_id is None else reform(reform_id)
    entry = entry_or_use or law
    found = slim(judge_one(vehicle, law_date=law, entry_or_use=entry, built=built, place=place, reform=chosen, modelled=modelled))
    one = vehicle.take([0])
    case = case_of(facts_of(one, 0), law_date=law, built=built, entry_or_use=entry)
    found |= {"book": load_book().as_of.isoformat(), "customs": customs(case)}
    if not modelled:
        return found
    draws = modelled_draws(one)
    found = with_odds(found, case, draws)
    if chosen is not None and "under" in found:
        found["under"] = with_odds(found["under"], in_force(case, chosen), draws)
    return found


def customs(case: Case) -> dict[str, Any] | None:
    """What the customs would take of a vehicle from Japan; None for one that its maker certified here, or before the first row."""
    if case.facts.flag("us_certified"):
        return None
    built = case.clocks.built.value if case.clocks.built else None
    try:
        return duty(heading_of(case.facts), entry=case.clocks.entry_or_use, built=built, book=case.book).as_dict()
    except InputError:
        return None


def map_states(
    name: str, *, reform_id: str | None = None, built: date | str | None = None, on: date | None = None, posted_mph: float | None = None
) -> dict[str, Any]:
    """What each of the 51 jurisdictions says of a vehicle on its own side, and whether a federal door is open."""
    vehicle, book = find(name), load_book()
    day = on or book.as_of
    case = case_of(facts_of(vehicle, 0), book, law_date=day, built=built)
    chosen = None if reform_id is None else reform(reform_id)
    if chosen is not None and chosen.changes:
        case = in_force(case, chosen)
    federal = max((ask(case, question) for question in ("us.sale_new", "us.federal_import")), key=lambda node: node.verdict)
    states = survey(case, posted_mps=None if posted_mph is None else posted_mph * MPH)
    return {
        "schema": "roadworthy/map/1", "vehicle": vehicle.ids[0], "name": name_of(vehicle, 0), "on": day.isoformat(), "law": case.book.reforms or ["none"],
        "built": str(case.clocks.built.value) if case.clocks.built else "", "posted_mph": posted_mph, "as_of": book.as_of.isoformat(),
        "federal": {"verdict": federal.verdict.word, "question": federal.label, "off_by": reason(federal), "mark": MARK[federal.status]},
        "stands": standing(case)[0], "counts": Tally(states).answers, "words": Tally(states).words,
        "states": [one.as_dict() for one in states],
    }  # fmt: skip


def compare_law(first: str, second: str, *, was: date | None = None, now: date | None = None) -> dict[str, Any]:
    """What reads otherwise under one reform than under another, and which levers of `evaluate` differ."""
    book = load_book()
    laws = [reform(first), reform(second)]
    # both on one day unless asked otherwise, so that what the calendar changes by itself is not laid to the reform
    common = max([book.as_of, *(change.start for law in laws for change in law.changes)])
    sides = [(book.under(laws[0]), was or common), (book.under(laws[1]), now or common)]
    rows = differences(sides[0][0], sides[0][1], sides[1][0], sides[1][1])
    levers, silent = [], ""
    try:
        records = [policy_record(book, law, law_date=side[1]) for law, side in zip(laws, sides, strict=True)]
    except InputError as fault:  # the book reaches further back than the numbers that the chain needs
        silent = fault.message
    else:
        levers = [
            {"lever": path, "before": str(old.value), "after": str(records[1][path].value), "unit": old.unit, "mark": records[1][path].mark}
            for path, old in records[0].items()
            if old.value != records[1][path].value
        ]
    ends = [{"id": law.id, "title": law.title, "on": side[1].isoformat()} for law, side in zip(laws, sides, strict=True)]
    return {
        "schema": "roadworthy/diff/1",
        "before": ends[0],
        "after": ends[1],
        "rows": rows,
        "levers": levers,
        "levers_silent": silent,
        "leaves_out": laws[1].leaves_out,
    }
