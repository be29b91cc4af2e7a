"""Which federal standards bind a vehicle, and what is known of its passing them.

    applies = class flag AND GVWR in range AND built >= since (maker's size) AND fuel AND condition of the text

A standard is a tree of its tests; a test is a limit on a result. Results are arguments: a number in the limit's own unit, a
(number, status) pair, or a `Cited` in any unit of the same kind. Without a result the answer is unknown and names the test; a maker's
own certification stands for results that nobody has shown (49 USC 30115). Equipment that is known to be absent is a plain no.
Limits: 26 of the standards were read to the paragraph; for the others the class flags are assumed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from roadworthy.core import Cited, Status, weakest
from roadworthy.core.units import GRAVITY, KMH
from roadworthy.rules.book import Rulebook, Standard, Test
from roadworthy.rules.check import MET_WITHIN, Clocks, gap_of, in_class, mend, met
from roadworthy.rules.facts import Fact, Facts
from roadworthy.rules.logic import NO, UNKNOWN, YES, Act, Citation, Node, Truth, either, every, leaf, relabel, settle
from roadworthy.rules.quantity import TO_SI, label
from roadworthy.rules.trace import Traced, TracedResults, bare_flag, read_flag, read_number

Results = Mapping[str, Any]
SMALL_MAKER = 5000
"""US vehicles a year below which phase-ins grant a later date (parameter us.small_volume_maker)."""
LSV_SPEED_FLOOR_KMH = 40.0


def us_class(book: Rulebook, facts: Facts, clocks: Clocks) -> tuple[str, Status]:
    """Federal class of the vehicle: motorcycle, lsv, passenger_car, mpv, truck or bus, with the status of what decides."""
    wheels = facts.get("wheels")
    if wheels is not None and wheels.value <= 3:
        return "motorcycle", weakest([wheels.status, "assumed"])
    lsv = in_class(book, "us.class.lsv", facts, clocks)
    if settle(lsv) == YES:
        return "lsv", lsv.status
    fact = facts.get("us_class")
    return (str(fact.value), fact.status) if fact else ("passenger_car", "assumed")


def applies(standard: Standard, kind: str, facts: Facts, made: dt.date) -> tuple[Truth, str]:
    """Whether a standard binds a vehicle of a class made on a day, and the condition that decides."""
    if kind not in standard.binds:
        return NO, f"does not bind a {kind.replace('_', ' ')}"
    since = standard.since
    makes = facts.value("us_units_per_12mo")
    if standard.since_small_maker and makes is not None and makes < SMALL_MAKER:
        since = standard.since_small_maker
    if made < since:
        return NO, f"required only from {since.isoformat()}"
    answers = [_by_mass(standard, kind, facts), _by_fuel(standard, facts), _by_condition(standard, facts)]
    return min(answers, key=lambda a: a[0])


def _by_mass(standard: Standard, kind: str, facts: Facts) -> tuple[Truth, str]:
    low, high = standard.gvwr_min_kg, standard.gvwr_max_kg
    if standard.gvwr_scope == "truck_mpv" and kind not in ("truck", "mpv"):
        high = None
    if standard.gvwr_scope == "not_motorcycle" and kind == "motorcycle":
        low = None
    if low is None and high is None:
        return YES, ""
    gvwr = facts.value("gvwr")
    if gvwr is None:
        return UNKNOWN, "GVWR is not known"
    if (low is not None and gvwr <= low) or (high is not None and gvwr > high):
        return NO, "GVWR outside the standard"
    return YES, ""


def _by_fuel(standard: Standard, facts: Facts) -> tuple[Truth, str]:
    if not standard.fuel:
        return YES, ""
    fuel = facts.value("fuel")
    if fuel is None:
        return UNKNOWN, "fuel is not known"
    high_voltage = facts.flag("high_voltage")
    binds = {
        "liquid": fuel in ("petrol", "diesel"),
        "cng": fuel == "cng",
        "hydrogen": fuel == "hydrogen",
        "electric_drive": fuel == "electric" or bool(high_voltage),
    }[standard.fuel]
    return (YES, "") if binds else (NO, f"not for fuel {fuel}")


def _by_condition(standard: Standard, facts: Facts) -> tuple[Truth, str]:
    """Conditions of the application paragraphs; what is not said of the vehicle leaves the standard binding, save for parts marking."""
    match standard.condition:
        case "":
            return YES, ""
        case "not forward_control":
            flag = facts.flag("forward_control")
            return (
                (NO, "forward control vehicles are outside (571.3)")
                if flag
                else (YES, "")
                if flag is False
                else (UNKNOWN, "forward control is not known")
            )
        case "not airbags":
            # 203 falls away with air bags to 208; a vehicle that must meet 208 has them, so it binds only one that has none
            return (YES, "") if facts.flag("airbags") is False else (NO, "falls away with air bags to FMVSS 208 (571.203 S2)")
        case "speed_over_40_kmh":
            speed = facts.value("speed_max")
            return (NO, "cannot exceed 40 km/h") if speed is not None and speed <= LSV_SPEED_FLOOR_KMH * KMH else (YES, "")
        case "high_theft_line":
            return (YES, "") if facts.flag("high_theft_line") else (NO, "binds high-theft lines only")
        case condition:
            flag = facts.flag(condition.removeprefix("not "))
            return (NO, condition) if flag else (YES, "")


def result_of(test: Test, results: Results, *, alone: bool) -> Fact | None:
    """The caller's result for a test, in the limit's own unit; `alone` when one leaf reads it and nothing else hangs on it."""
    given = results.peek(test.id) if alone and isinstance(results, TracedResults) else results.get(test.id)
    if given is None:
        return None
    if isinstance(given, Cited):
        value = float(given.value)
        if given.unit and given.unit != test.unit:
            value = value * TO_SI.get(given.unit, (given.unit, 1.0))[1] / test.factor
        return Fact(value, given.status, given.source)
    if isinstance(given, tuple):
        return Fact(float(given[0]), given[1], "given")
    return Fact(given if isinstance(given, float) else float(given), "assumed", "given")


def bound_for(test: Test, facts: Facts) -> tuple[float | None, str]:
    """The bound of a test for this vehicle, in its own unit, and the fact that is missing when it cannot be told."""
    if test.bound is not None:
        return test.bound, ""
    mass, speed, seat = facts.value("mass_curb"), facts.value("speed_max"), facts.value("seat_mass")
    match test.formula:
        case "min(2 x curb weight, 31138)":
            return (None, "mass_curb") if mass is None else (min(2 * mass * GRAVITY, 31138.0), "")
        case "min(3.5 x curb weight, 53378)":
            return (None, "mass_curb") if mass is None else (min(3.5 * mass * GRAVITY, 53378.0), "")
        case "20 x seat mass x 9.8":
            return (None, "seat_mass") if seat is None else (20 * seat * 9.8, "")
        case formula if "V" in formula and speed is not None:
            kmh = speed / KMH
            v = min(0.8 * kmh, 160.0) if test.test == "135_high_speed" else kmh - 6.0
            return 0.10 * v + (0.0067 if "0067" in formula else 0.0060) * v * v, ""
    return None, "speed_max"


HIGH_SPEED_TEST_ABOVE_KMH = 125.0
COLD_TEST_SPEED_KMH = 104.0


def test_runs(test: Test, standard: Standard, facts: Facts) -> bool:
    """Whether the text has this test run on this vehicle."""
    if test.role in ("constant", "class"):
        return False
    speed, gvwr, unladen = facts.value("speed_max"), facts.value("gvwr"), facts.value("unladen_mass")
    if standard.test_gvwr_max_kg is not None and gvwr is not None and gvwr > standard.test_gvwr_max_kg:
        return False
    if standard.test_unladen_max_kg is not None and unladen is not None and unladen > standard.test_unladen_max_kg:
        return False
    match test.test:
        case "135_high_speed":
            return speed is None or speed > HIGH_SPEED_TEST_ABOVE_KMH * KMH
        case "135_cold_reduced":
            return speed is not None and speed < COLD_TEST_SPEED_KMH * KMH
        case "206_slide":
            return facts.flag("sliding_door") is True
        case "216a_roof_heavy":
            return gvwr is not None and gvwr > 6000 * 0.45359237
        case "216a_roof":
            return gvwr is None or gvwr <= 6000 * 0.45359237 or "strength" not in test.id
        case "214_door_seats" | "210_type1":
            return False  # alternatives to 214_door (S6.2 instead of S6.1) and to type 2 anchorages
    return True


def test_node(test: Test, standard: Standard, facts: Facts, results: Results, certified: Fact | None) -> Node:
    """One measurable limit: met, failed, certified by the maker, or not known."""
    citation = test.citation
    name = test.test.split("_", 1)[-1].replace("_", " ")
    words = f"{name}: {label(test.quantity)} at {test.speed_kmh} km/h" if test.speed_kmh else f"{name}: {label(test.quantity)}"
    certifies = certified is not None and bool(certified.value)
    stands_in = certifies or test.quantity == "speed_max" or (test.role == "equipment" and test.quantity in facts)
    found = result_of(test, results, alone=not stands_in)
    if found is None and test.quantity == "speed_max" and "speed_max" in facts:
        found = replace(facts["speed_max"], value=facts["speed_max"].value / test.factor)
    bound, lacking = bound_for(test, facts)
    common: dict[str, Any] = {
        "quantity": test.quantity,
        "op": test.op,
        "unit": test.unit,
        "limit": test.id,
        "strict": test.op in ("<", ">"),
    }
    if found is None and test.role == "equipment" and test.quantity in facts:
        fact = facts[test.quantity]
        ok = bare_flag(fact.value)
        return leaf(label(test.quantity), YES if ok else NO, citation, fact_status=fact.status, note="" if ok else "absent", **common,
                    read=read_flag(facts.reading(test.quantity)),
                    acts=() if ok else (Act("vehicle", f"fit {label(test.quantity)}", "the maker", test.id),))  # fmt: skip
    if found is None and certifies and certified is not None:
        proof = Citation("49 USC 30115", certified.source, citation.status, citation.as_of)
        return leaf(words, YES, proof, fact_status=certified.status, note="certified by its maker", **common)
    column = results.reading(test.id) if isinstance(results, TracedResults) else None
    if found is not None and isinstance(found.value, Traced):
        column = (found.value.trace, found.value.term)
    read = read_number(column, test.op, bound, 1.0) if bound is not None else None
    if found is None or bound is None:
        where = f"no result at {test.speed_kmh} km/h" if test.speed_kmh else "no result"
        what = f"{lacking} is not known" if found is not None else where
        return leaf(words, UNKNOWN, citation, bound=bound, note=what, missing=(test.id if found is None else lacking,), read=read, **common,
                    acts=(Act("vehicle", f"show a result for {test.id}", "the maker", test.id),))  # fmt: skip
    bound = float(bound)
    gap = gap_of(float(found.value), test.op, bound)
    if abs(gap) <= MET_WITHIN * abs(bound):
        gap = 0.0
    ok = met(gap, test.op, bound)
    node = leaf(words, YES if ok else NO, citation, fact_status=found.status, value=float(found.value), bound=bound, gap=gap,
                gap_si=gap * test.factor, read=read, **common)  # fmt: skip
    if ok:
        return node
    return relabel(
        node,
        acts=(
            Act("vehicle", mend(label(test.quantity), test.op, abs(gap), test.unit), "the maker", test.id),
            Act("law", f"move {test.id}", "NHTSA", test.id),
        ),
    )


def standard_node(standard: Standard, facts: Facts, results: Results, certified: Fact | None) -> Node:
    """One standard: its equipment and its tests."""
    title = f"{'FMVSS ' if standard.id.startswith('us.fmvss') else ''}{standard.number}: {standard.title}"
    nodes = []
    equipment = facts.get(standard.equipment) if standard.equipment else None
    if equipment is not None:
        fitted = bare_flag(equipment.value)
        nodes.append(leaf(f"{label(standard.equipment)} is {'fitted' if fitted else 'absent'}", YES if fitted else NO, standard.citation,
                          fact_status=equipment.status, note="" if fitted else "absent", limit=standard.id,
                          acts=() if fitted else (Act("vehicle", f"fit {label(standard.equipment)}", "the maker", standard.id),),
                          read=read_flag(facts.reading(standard.equipment))))  # fmt: skip
    by_test: dict[str, list[Node]] = {}
    for test in standard.tests:
        if test_runs(test, standard, facts):
            by_test.setdefault(test.test, []).append(test_node(test, standard, facts, results, certified))
    ran = bool(by_test)
    if standard.id == "us.fmvss.305" and "305_post_crash" in by_test:
        parts = by_test.pop("305_post_crash")
        safe = [n for n in parts if "isolation" in n.quantity]
        rest = [n for n in parts if "isolation" not in n.quantity and "voltage" not in n.quantity]
        volts = [n for n in parts if "voltage" in n.quantity]
        nodes += [either("electrical safety, any one way (S5.3)", [every("isolation", safe), *volts]), *rest]
    nodes += [one[0] if len(one) == 1 else every(name.replace("_", " "), one) for name, one in by_test.items()]
    if not ran:
        nodes += [_unmeasured(standard, facts, certified)]
    return every(title, nodes, standard.citation, limit=standard.id)


def _unmeasured(standard: Standard, facts: Facts, certified: Fact | None) -> Node:
    """A standard of which no number is in the book: the maker's word, or what the vehicle is known to lack."""
    fact, words = facts.get(standard.id), f"{standard.number}: {standard.title}"
    if fact is not None:
        return leaf(words, YES if fact.value else NO, standard.citation, fact_status=fact.status, limit=standard.id,
                    note="" if fact.value else "known to fail", acts=() if fact.value else (Act("vehicle", f"meet {standard.number}", "the maker"),))  # fmt: skip
    if certified is not None and certified.value:
        return leaf(words, YES, Citation("49 USC 30115", certified.source, standard.citation.status), fact_status=certified.status,
                    note="certified by its maker")  # fmt: skip
    return leaf(words, UNKNOWN, standard.citation, note="nobody has shown it", missing=(standard.id,), limit=standard.id,
                acts=(Act("vehicle", f"show that {standard.number} is met", "the maker", standard.id),))  # fmt: skip


def standards_that_bind(book: Rulebook, kind: str, facts: Facts, made: dt.date) -> dict[str, tuple[Truth, str]]:
    """Every federal standard with whether it binds and why not."""
    return {s.id: applies(s, kind, facts, made) for s in book.standards.values() if s.id.startswith("us.")}


def standards_node(book: Rulebook, kind: str, facts: Facts, made: dt.date, results: Results, certified: Fact | None) -> tuple[Node, ...]:
    """One node for each standard that binds, or may."""
    found = []
    for name, (verdict, why) in standards_that_bind(book, kind, facts, made).items():
        if verdict == NO:
            continue
        node = standard_node(book.standards[name], facts, results, certified)
        if verdict == UNKNOWN and settle(node) == NO:
            may = leaf("whether it binds", UNKNOWN, book.standards[name].citation, note=why, missing=(why.split(" is not")[0],))
            node = relabel(every(node.label, [may], node.citation), limit=name)
        found.append(node)
    return tuple(found)
