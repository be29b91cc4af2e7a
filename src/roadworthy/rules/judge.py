"""May this vehicle be made, imported, sold, registered, and where: the room's verb.

    judge(vehicles, book, law_date=..., built=..., entry_or_use=..., place=..., road_mps=..., results=..., pathways=..., reform=...)

gives one `Verdict` for each vehicle. Three clocks: `law_date` says which text applies, `built` the day of manufacture,
`entry_or_use` the day of customs, registration or the road. Results of tests are arguments: limit id -> number in the limit's own
unit, (number, status), or Cited. `judge_facts` is the same for one vehicle given as plain facts.
Left out: legal advice, enforcement practice, agency timing, paperwork, local ordinances except as a flag.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from roadworthy.core import MARK, InputError, unknown
from roadworthy.rules import days
from roadworthy.rules.answer import Door, quota_of, sub_row
from roadworthy.rules.book import Rulebook
from roadworthy.rules.check import Clocks, in_class
from roadworthy.rules.doors import (
    AS_THINGS_STAND,
    BUILDERS,
    SHOWN,
    TITLES,
    Case,
    door_node,
    door_of,
    epa_certificate_needed,
    question_node,
    short,
)
from roadworthy.rules.facts import Fact, Facts, built_of, complete, facts_of
from roadworthy.rules.fmvss import applies, test_node, us_class
from roadworthy.rules.logic import Node, every, leaf
from roadworthy.rules.reading import load_book
from roadworthy.rules.reform import Reform, reforms
from roadworthy.rules.reform import reform as shipped
from roadworthy.rules.states import any_state, plate, road, tally
from roadworthy.rules.verdict import Verdict

if TYPE_CHECKING:
    from roadworthy.vehicles import Vehicle

CLASSES = ("jp.class.kei", "us.class.lsv", "eu.class.l6e_b", "eu.class.l7e_c")
"""Classes that a verdict reports beside the doors."""
FIRST_LAW = dt.date(1966, 9, 9)
"""The National Traffic and Motor Vehicle Safety Act."""
LOOK_AHEAD = 8
"""Up to so many vehicles the verdict also says what each shipped reform would change."""


def case_of(
    facts: Mapping[str, Any], book: Rulebook | None = None, *, law_date: Any, built: Any = None, entry_or_use: Any = None,
    results: Mapping[str, Any] | None = None,
) -> Case:  # fmt: skip
    """A vehicle before the law of a day; bad dates and unknown test limits are refused here."""
    book = book or load_book()
    held = complete(facts)
    law = days.day(law_date, "law date")
    entry = law if entry_or_use is None else days.day(entry_or_use, "day of entry or use")
    known = None
    for name in results or {}:
        known = known or set(book.test_ids())
        if name not in known:
            raise unknown("limit", name, sorted(known), see="roadworthy rules list")
    return Case(book, held, Clocks(law, entry, built_of(held, built)), results or {})


def judge(
    vehicles: Vehicle, book: Rulebook | None = None, *, law_date: Any, built: Any = None, entry_or_use: Any = None, place: str | None = None,
    road_mps: float | None = None, results: Mapping[str, Any] | None = None, pathways: Sequence[str] | None = None,
    reform: Reform | str | None = None, facts: Mapping[str, Any] | None = None,
) -> tuple[Verdict, ...]:  # fmt: skip
    """One verdict for each vehicle of a batch; `facts` adds or replaces what is known of them all."""
    ahead = len(vehicles) <= LOOK_AHEAD and pathways is None
    found = []
    for i, name in enumerate(vehicles.ids):
        words = f"{vehicles.texts['make'][i]} {vehicles.texts['model'][i]}".strip()
        code = vehicles.texts["code"][i]
        found.append(
            judge_facts(
                facts_of(vehicles, i, **(facts or {})),
                book,
                law_date=law_date,
                built=built,
                entry_or_use=entry_or_use,
                place=place,
                road_mps=road_mps,
                results=results,
                pathways=pathways,
                reform=reform,
                vehicle=name,
                name=f"{words} ({code})" if code else words or name,
                look_ahead=ahead,
            )
        )
    return tuple(found)


def judge_facts(
    facts: Mapping[str, Any], book: Rulebook | None = None, *, law_date: Any, built: Any = None, entry_or_use: Any = None,
    place: str | None = None, road_mps: float | None = None, results: Mapping[str, Any] | None = None,
    pathways: Sequence[str] | None = None, reform: Reform | str | None = None, vehicle: str = "vehicle", name: str = "",
    look_ahead: bool = False,
) -> Verdict:  # fmt: skip
    """The verdict on one vehicle given as facts in SI."""
    base = book or load_book()
    case = case_of(facts, base, law_date=law_date, built=built, entry_or_use=entry_or_use, results=results)
    verdict = _verdict(case, place, road_mps, pathways, vehicle, name or vehicle)
    chosen = shipped(reform) if isinstance(reform, str) else reform
    if chosen is not None and chosen.changes:
        verdict = replace(verdict, under=_verdict(in_force(case, chosen), place, road_mps, pathways, vehicle, name or vehicle))
    if look_ahead and not base.reforms:
        verdict = replace(verdict, not_in_force=what_if(case, verdict))
    return verdict


def in_force(case: Case, reform: Reform) -> Case:
    """The case under a reform, as if its changes were in force on the law's day."""
    start = max((c.start for c in reform.changes), default=case.clocks.law_date)
    clocks = case.clocks
    if clocks.law_date < start:
        early = replace(reform, changes=tuple(replace(c, start=min(c.start, clocks.law_date)) for c in reform.changes))
        return replace(case, book=case.book.under(early))
    return replace(case, book=case.book.under(reform))


def _opens_on(case: Case) -> dt.date | None:
    years = case.book.parameters["us.import_age_nhtsa"].at(case.clocks.law_date)
    if case.clocks.built is None or years is None:
        return None
    return days.anniversary(case.clocks.built.value.first, int(float(years.value)))


def _door(case: Case, name: str) -> Door:
    pathway = door_of(case.book, name)
    cap = case.book.parameters["us.p555_cap"].at(case.clocks.law_date) if name.startswith("p555") else None
    return Door(
        pathway=name,
        title=TITLES.get(name, pathway.title),
        tree=door_node(case, name),
        needs=pathway.needs,
        quota=quota_of(pathway, float(cap.value) if cap else None),
        conditions=pathway.conditions,
        opens_on=_opens_on(case) if name == "import25" else None,
        reform=pathway.reform,
        new_vehicle=pathway.new_vehicle,
    )


def _verdict(case: Case, place: str | None, road_mps: float | None, pathways: Sequence[str] | None, vehicle: str, name: str) -> Verdict:
    added = [short(p.id) for p in case.book.pathways.values() if p.reform]
    if pathways is None:
        names = [*added, *SHOWN]
    else:
        names = []
        for wanted in pathways:
            if short(wanted) not in (*BUILDERS, *added):
                raise unknown("pathway", wanted, (*BUILDERS, *added))
            names.append(short(wanted))
    classes = {c: in_class(case.book, c, case.facts, case.clocks) for c in CLASSES} if pathways is None else {}
    built = case.clocks.built
    words = str(built.value) if built else "not known"
    if built and built.value.last.year > case.clocks.law_date.year:
        words = f"from {built.value.first.year}" if built.value.first.month == 1 else f"from {built.value.first.isoformat()}"
    notes = []
    if case.clocks.law_date > case.book.as_of:
        notes.append(f"the rulebook speaks to {case.book.as_of.isoformat()}; later law is not known to it")
    if case.clocks.law_date < FIRST_LAW:
        notes.append(
            f"before {FIRST_LAW.isoformat()} there was no federal vehicle safety law; the book then holds state and customs law alone"
        )
    if case.clocks.built is not None and case.clocks.built.value.first > case.clocks.entry_or_use:
        notes.append(f"on {case.clocks.entry_or_use.isoformat()} the vehicle was not yet built ({case.clocks.built.value})")
    wants_plate = pathways is None or place is not None
    return Verdict(
        vehicle=vehicle,
        name=name,
        law_date=case.clocks.law_date,
        entry_or_use=case.clocks.entry_or_use,
        built=words,
        doors=tuple(_door(case, n) for n in names),
        classes=classes,
        us_class=us_class(case.book, case.facts, case.clocks)[0],
        plate=plate_row(case, place, road_mps) if wants_plate else {},
        place=place or "",
        reforms=case.book.reforms,
        notes=tuple(notes),
    )


def plate_row(case: Case, place: str | None, road_mps: float | None = None) -> dict[str, Any]:
    """The row of the states: a count over the 51, or one place with its roads."""
    row: dict[str, Any] = {"pathway": "plate", "needs": "registration", "reform": "", "conditions": "", "more": 0}
    if place is None:
        if road_mps is not None:
            raise InputError("a road needs a state", "give the place too, such as VA", code="place.missing")
        found = tally(case)
        yes = found.answers.get("yes", 0)
        conflicts = sum(one.node.conflict for one in found.states)
        note = "by the states' rules, once a federal door is open; where sources conflict the state counts as not known"
        best = any_state(found)
        return row | {
            "title": f"plate, {len(found.states)} jurisdictions", "verdict": best.word, "answer": f"{yes} of {len(found.states)}",
            "sign": best.sign, "off_by": found.words, "clause": "--state VA", "status": "published",
            "mark": MARK["published"], "conflict": conflicts > 0, "conflicts": conflicts, "counts": found.answers, "rules": found.rules,
            "states": [one.as_dict() for one in found.states], "note": note, "children": [], "missing": [], "sets": {},
        }  # fmt: skip
    state = case.book.state(place)
    node = plate(case, state)
    if road_mps is not None:
        node = every(node.label, [node, road(case, state, road_mps)], node.citation)
    door = Door("plate", f"plate in {state.title}", node)
    return door.as_dict() | {"needs": "registration", "state": state.code, "verdict": node.verdict.word}


def what_if(case: Case, now: Verdict) -> tuple[dict[str, Any], ...]:
    """What each shipped reform would change for this vehicle: the doors it adds or whose answer it moves."""
    found = []
    before = {d.pathway: d for d in now.doors}
    for reform in reforms().values():
        if not reform.changes:
            continue
        other = in_force(case, reform)
        touched = [short(p.id) for p in other.book.pathways.values() if p.reform]
        touched += [n for n in SHOWN if n in _touched(reform)]
        for name in touched:
            door = _door(other, name)
            was = before.get(name)
            if was is not None and was.verdict == door.verdict and was.off_by == door.off_by:
                continue
            found.append(
                {
                    "reform": reform.id,
                    "title": reform.title,
                    "door": door.title,
                    "before": was.verdict.word if was else "no door",
                    "after": door.verdict.word,
                    "off_by": door.off_by,
                    "status": door.tree.status,
                    "mark": MARK[door.tree.status],
                    "opens_on": door.opens_on.isoformat() if door.opens_on else None,
                    "children": [sub_row(n) for n in door.deciding()[:3]],
                }
            )
    return tuple(found)


def _touched(reform: Reform) -> set[str]:
    """Doors that a reform's changes may move."""
    doors: set[str] = set()
    for change in reform.changes:
        if "lsv" in change.target or "fmvss.500" in change.target or "epa_motor_vehicle" in change.target:
            doors.add("lsv_cert")
        if "import_age" in change.target:
            doors.add("import25")
        if "p555" in change.target:
            doors.add("p555")
        if "show_display" in change.target:
            doors.add("show_display")
    return doors


def ask(case: Case, question: str, *, proposed: bool = False) -> Node:
    """The tree of any question.

    A class id; `us.pathway.x`; us.sale_new; us.federal_import; us.epa_certificate; a standard's id (does it bind?); a test's id;
    plate.NC.
    """
    if question in AS_THINGS_STAND:
        return question_node(case, question)
    if question == "us.epa_certificate":
        return epa_certificate_needed(case)
    if question.startswith("us.pathway."):
        return door_node(case, short(question))
    if question.startswith("plate."):
        return plate(case, case.book.state(question.removeprefix("plate.")))
    if question in case.book.standards:
        standard = case.book.standards[question]
        truth, why = applies(standard, us_class(case.book, case.facts, case.clocks)[0], case.facts, case.clocks.of("built"))
        return leaf(f"{standard.number}: {standard.title}", truth, standard.citation, note=why)
    for standard in case.book.standards.values():
        for test in standard.tests:
            if test.id == question:
                return test_node(test, standard, case.facts, case.results, case.facts.get("us_certified"))
    return in_class(case.book, question, case.facts, case.clocks, proposed=proposed)


__all__ = ["Case", "Fact", "Facts", "ask", "case_of", "judge", "judge_facts"]
