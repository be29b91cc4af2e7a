"""One limit and one class against the facts of one vehicle: verdict, gap in the limit's own unit, clause.

    gap = x - b for <= and <,  b - x for >= and >,  |x - b| for ==;  met when gap < 0, or gap = 0 and the limit is not strict

A limit that is not in force on the day of its clock does not bind; a class of which no limit is in force does not exist yet and the
answer is no. What electric vehicles have no test for (displacement) does not bind them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from roadworthy.rules.book import Limit, Rulebook, VehicleClass
from roadworthy.rules.days import anniversary, years_between
from roadworthy.rules.facts import Fact, Facts
from roadworthy.rules.logic import NO, UNKNOWN, YES, Act, Citation, Node, Truth, every, inverse, leaf
from roadworthy.rules.quantity import amount, label, number, shown, si_factor
from roadworthy.rules.trace import bare_flag, plain_span, read_age, read_flag, read_number

MET_WITHIN = 1e-9
"""Relative width within which a value counts as lying on its bound: conversions of units are not exact in binary."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The three days of a question."""

    law_date: dt.date
    entry_or_use: dt.date
    built: Fact | None = None

    def of(self, clock: str) -> dt.date:
        """The day that a limit's clock reads; `built` falls back on the law's day when it is not known to the day."""
        if clock == "entry_or_use":
            return self.entry_or_use
        if clock == "built" and self.built is not None and self.built.value.exact:
            day: dt.date = self.built.value.first
            return day
        return self.law_date


def gap_of(x: float, op: str, b: float) -> float:
    """Signed gap; positive is a breach."""
    if op in ("<=", "<"):
        return x - b
    if op in (">=", ">"):
        return b - x
    return abs(x - b)


def met(gap: float, op: str, bound: float) -> bool:
    """Whether a gap is within the limit."""
    slack = MET_WITHIN * max(abs(bound), 1.0 if bound == 0 else 0.0)
    return gap < -slack if op in ("<", ">") else gap <= slack


def measured(
    *, name: str, op: str, bound: float, unit: str, factor: float, fact: Fact | None, citation: Citation, limit: str, fact_name: str,
    body: str = "", note: str = "", title: str = "", changeable: bool = True, column: Any = None,
) -> Node:  # fmt: skip
    """A leaf that compares one SI fact with one bound stated in `unit`; `column` is where a table of vehicles has the fact."""
    words = title or label(name)
    read = read_number(column, op, bound * factor, factor)
    law = (Act("law", f"move {limit}", body or "the body that made the rule", limit),) if limit else ()
    if fact is None:
        return leaf(
            words, UNKNOWN, citation, quantity=name, op=op, bound=bound, unit=unit, strict=op in ("<", ">"), limit=limit,
            note=note or f"{label(name)} is not known", missing=(fact_name,), acts=(Act("vehicle", f"find out {label(name)}", "the user", limit),), read=read,
        )  # fmt: skip
    x = float(fact.value)
    gap_si = gap_of(x, op, bound * factor)
    if abs(gap_si) <= MET_WITHIN * abs(bound * factor):
        gap_si = 0.0
    ok = met(gap_si, op, bound * factor)
    more: tuple[Act, ...] = ()
    if not ok and changeable:
        more = (Act("vehicle", mend(words, op, abs(gap_si) / factor, unit), "the maker", limit),)
    return leaf(
        words, YES if ok else NO, citation, fact_status=fact.status, quantity=name, op=op, value=x / factor, bound=bound,
        gap=gap_si / factor, gap_si=gap_si, unit=unit, strict=op in ("<", ">"), limit=limit, note=note, acts=() if ok else more + law, read=read,
    )  # fmt: skip


def mend(words: str, op: str, short: float, unit: str) -> str:
    """The change of a vehicle that would meet a limit, in words: 'reduce width by 75 mm'."""
    size, finer = shown(short, unit)
    way = {"<": "reduce", "<=": "reduce", ">": "raise", ">=": "raise"}.get(op, "change")
    return f"{way} {words} by {'more than ' if op in ('<', '>') else ''}{amount(size, finer)}"


def age(limit_id: str, years: float, entry: dt.date, built: Fact | None, citation: Citation, body: str = "", title: str = "age") -> Node:
    """At least so many years old on the day of entry, in whole days from the day of manufacture."""
    whole = int(years)
    law = Act("law", f"lower {limit_id}", body, limit_id)
    common: dict[str, Any] = {"quantity": "age", "op": ">=", "bound": years, "unit": "years", "limit": limit_id}
    if built is None:
        return leaf(title, UNKNOWN, citation, note="the build date is not known", missing=("built",), **common,
                    acts=(Act("vehicle", "find out the day of manufacture", "the user", limit_id), law))  # fmt: skip
    dates = plain_span(built.value)
    first, last = anniversary(dates.first, whole), anniversary(min(dates.last, dt.date(9000, 1, 1)), whole)
    verdict = YES if entry >= last else NO if entry < first else UNKNOWN
    days = (first - entry).days
    note = "" if verdict == YES else f"opens {first.isoformat()}" + ("" if dates.exact else " at the earliest")
    if verdict == UNKNOWN:
        note = f"built {dates}: the day decides"
    gap = years - years_between(dates.first, entry) if dates.first <= entry else years + (dates.first - entry).days / 365.25
    return leaf(
        title, verdict, citation, fact_status=built.status, value=years - gap, gap=gap if verdict != UNKNOWN else None,
        gap_si=float(days) if verdict != UNKNOWN else None, note=note, missing=("built",) if verdict == UNKNOWN else (),
        acts=() if verdict == YES else (Act("vehicle", f"wait until {first.isoformat()}", "the owner", limit_id), law),
        read=read_age("age", built.value, whole, entry), **common,
    )  # fmt: skip


DAYS_AS_DAYS = 62
"""Ages short by less than this are told in days."""


def off_by(node: Node) -> str:
    """How far a leaf is from its bound, in words: '87 mph of 25: 62 mph over'."""
    if node.gap is None or node.value is None or node.bound is None:
        return node.note
    value, bound = float(node.value), float(node.bound)
    if node.quantity == "age":
        if node.gap <= 0:
            return f"{number(value)} years"
        days = int(node.gap_si or 0)
        short = f"{days} day{'s' * (days != 1)}" if 0 < days < DAYS_AS_DAYS else f"{number(node.gap)} years"
        return f"{number(value)} of {number(bound)} years: {short} short"
    size, unit = shown(abs(node.gap), node.unit)
    have = f"{amount(value, node.unit)} of {number(bound)}"
    if node.gap == 0 and node.verdict == NO:
        return f"{have}: at the bound, which is outside"
    if node.verdict == YES:
        return f"{have}: {amount(size, unit)} to spare"
    side = "short" if node.op in (">=", ">") else "over" if node.op in ("<=", "<") else "off"
    return f"{have}: {amount(size, unit)} {side}"


NOT_FOR_ELECTRIC = ("displacement", "displacement_petrol", "displacement_diesel", "displacement_pi", "displacement_ci", "power_rated")
ENGINE_OF = {"displacement_petrol": "petrol", "displacement_pi": "petrol", "displacement_diesel": "diesel", "displacement_ci": "diesel"}
ROAD = ("posted_road_speed", "crossed_road_speed")
GOODS_ONLY = ("payload",)


def against(limit: Limit, facts: Facts, clocks: Clocks, *, proposed: bool = False, supplied: Fact | None = None) -> Node | None:
    """One limit; None when it is not in force or does not concern the vehicle."""
    held = limit.at(clocks.of(limit.clock), proposed)
    if held is None:
        return None
    electric = facts.flag("electric")
    citation = held.citation
    if electric and limit.quantity in NOT_FOR_ELECTRIC:
        return leaf(
            f"{label(limit.quantity)}: no such test for an electric vehicle",
            YES,
            citation,
            fact_status=facts["electric"].status,
            limit=limit.id,
        )
    if limit.quantity == "power_electric" and electric is False:
        return None
    burns = ENGINE_OF.get(limit.quantity)
    if burns is not None and facts.value("fuel", burns) != burns:
        return None
    if limit.quantity == "age":
        return age(limit.id, float(held.value), clocks.entry_or_use, clocks.built, citation, limit.body)
    # for a rule of construction it matters whether the fact is known at all; any other leaf reads it alone
    fact = supplied or (facts.get(limit.quantity) if limit.when_known else facts.peek(limit.quantity))
    if fact is None and limit.when_known:
        return None
    if limit.quantity in GOODS_ONLY and facts.value("us_class", "") != "truck":
        return None
    return measured(
        name=limit.quantity, op=limit.op, bound=float(held.value), unit=held.unit, factor=si_factor(held.unit), fact=fact,
        citation=citation, limit=limit.id, fact_name=limit.quantity, body=limit.body or body_of(limit.id), note="",
        changeable=limit.quantity not in ROAD, column=None if supplied else facts.reading(limit.quantity),
    )  # fmt: skip


def body_of(limit_id: str) -> str:
    """Who can change a limit, by where it stands."""
    parts = limit_id.split(".")
    if parts[0] == "jp":
        return "Japan's ministry of transport"
    if parts[0] == "eu":
        return "the European Union"
    if parts[0] == "us" and len(parts) > 2 and parts[2] == "class" and len(parts[1]) == 2:
        return f"the legislature of {parts[1].upper()}"
    return "NHTSA" if parts[0] == "us" else f"{parts[0].upper()} lawmakers"


def in_class(book: Rulebook, name: str, facts: Facts, clocks: Clocks, *, proposed: bool = False, without: Sequence[str] = ()) -> Node:
    """Whether the vehicle is of a class under the law of the day; roads are no part of the class."""
    kind: VehicleClass = book.vehicle_class(name)
    nodes = []
    for lid in kind.limits:
        limit = book.limits[lid]
        if limit.quantity in ROAD or limit.quantity in without:
            continue
        node = against(limit, facts, clocks, proposed=proposed)
        if node is not None:
            nodes.append(node)
    approved = facts.get("type_approval")
    if approved is not None and approved.value == name:
        law = nodes[0].citation if nodes and nodes[0].citation else Citation()
        return leaf(f"approved as {kind.title}", YES, law, fact_status=approved.status)
    if not nodes:
        day = clocks.law_date.isoformat()
        reference = book.limits[kind.limits[0]].values[0].citation if kind.limits else Citation()
        return leaf(f"{kind.title}: not in force on {day}", NO, reference, acts=(Act("law", f"bring {name} into force", body_of(name)),))
    nodes += [in_class(book, other, facts, clocks, proposed=proposed) for other in kind.includes]
    nodes += [inverse(f"not a {book.vehicle_class(other).title}", in_class(book, other, facts, clocks)) for other in kind.excludes]
    if kind.bodies:
        nodes.append(_body(kind, facts))
    for body, until in kind.excluded_until:
        if clocks.law_date < until and facts.value("us_class") == body:
            nodes.append(
                leaf(
                    f"{body}s were outside the class until {until.isoformat()}", NO, Citation(kind.reference, "", "law", until.isoformat())
                )
            )
    for flag in kind.flags:
        nodes.append(stated(flag, facts, Citation(kind.reference or kind.title, "", nodes[0].status, ""), label(flag)))
    return every(kind.title, nodes, nodes[0].citation)


def _body(kind: VehicleClass, facts: Facts) -> Node:
    fact = facts.get("us_class")
    citation = Citation(kind.reference, kind.reference, "law", "")
    words = f"body: {' or '.join(kind.bodies)}"
    if fact is None:
        return leaf(words, UNKNOWN, citation, missing=("body",), note="the body is not known")
    return leaf(
        words,
        Truth.YES if fact.value in kind.bodies else NO,
        citation,
        fact_status=fact.status,
        note=f"it is a {fact.value.replace('_', ' ')}",
    )


def stated(
    name: str, facts: Facts, citation: Citation, words: str, *, absent: str = "", wanted: bool = True, acts: Sequence[Act] = (), note: str = "",
) -> Node:  # fmt: skip
    """A leaf for a yes/no fact; unknown when nobody has said."""
    fact, read = facts.peek(name), read_flag(facts.reading(name), wanted=wanted)
    if fact is None:
        return leaf(words, UNKNOWN, citation, missing=(name,), note=note or "not known", read=read,
                    acts=tuple(acts) or (Act("vehicle", f"show {words}", "the maker"),))  # fmt: skip
    ok = bare_flag(fact.value) == wanted
    return leaf(words, YES if ok else NO, citation, fact_status=fact.status, note="" if ok else absent or "absent",
                acts=() if ok else tuple(acts), read=read)  # fmt: skip
