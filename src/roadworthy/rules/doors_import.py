"""Doors for a vehicle that exists: by age, for show, by an importer who makes it conform, from Canada, for a time, off the road.

Federal law alone: what a state says of it is module `states`. Limits: no bonds, no fees, no port practice.
"""

from __future__ import annotations

from roadworthy.rules.book import Pathway
from roadworthy.rules.check import age, stated
from roadworthy.rules.conditions import Case, epa, epa_age, parameter, permission, source_of
from roadworthy.rules.logic import NO, UNKNOWN, Citation, Node, either, every, leaf


def old_import(case: Case, pathway: Pathway) -> Node:
    """25 years by the day for NHTSA, and 21 calendar years for EPA."""
    day, entry = case.clocks.law_date, case.clocks.entry_or_use
    nodes = []
    years = case.book.parameters["us.import_age_nhtsa"].at(day)
    if years is None:
        first = case.book.parameters["us.import_age_nhtsa"].values[0]
        nodes.append(
            leaf(
                "age",
                UNKNOWN,
                first.citation,
                note=f"the exemption by age begins on {first.start}; how cars came in before is not in the book",
            )
        )
    else:
        nodes.append(
            age(
                "us.import_age_nhtsa", float(years.value), entry, case.clocks.built, pathway_law(years.citation, pathway), "Congress", "age"
            )
        )
    calendar = case.book.parameters["us.import_age_epa_op_years"].at(day)
    if calendar is not None:
        nodes.append(
            either(
                "Clean Air Act: age or certificate",
                [epa_age(case, float(calendar.value), calendar.citation), epa(case)],
                calendar.citation,
            )
        )
    return every(pathway.title, nodes, pathway.citation)


def pathway_law(value: Citation, pathway: Pathway) -> Citation:
    """A parameter's citation with the statute of its door before it."""
    if value.label.startswith("reform"):
        return value
    statute = "49 USC 30112(b)(9)"
    return Citation(f"{statute}; {value.label}", value.source or pathway.citation.source, value.status, value.as_of, value.conflict)


def show_or_display(case: Case, pathway: Pathway) -> Node:
    """NHTSA's permission for cars of historical or technological significance; EPA is judged apart."""
    nodes = [
        permission(
            case, "show_display_permission", "NHTSA's permission", "NHTSA", pathway.citation, ask="apply for permission (49 CFR 591.5(j))"
        )
    ]
    for name, quantity, title in (
        ("us.show_display_units_built", "units_built", "units built"),
        ("us.show_display_miles", "road_miles_per_year", "miles a year on the road"),
    ):
        if quantity == "road_miles_per_year" and quantity not in case.facts:
            continue  # a limit on use, not on entry
        node = parameter(case, name, quantity, "<=", title)
        if node is not None:
            nodes.append(node)
    return every(pathway.title, nodes, pathway.citation)


def registered_importer(case: Case, pathway: Pathway) -> Node:
    """A registered importer may bring in what NHTSA has found eligible, and must make it conform."""
    eligible = permission(
        case, "ri_eligible", "NHTSA's eligibility decision", "NHTSA", pathway.citation, ask="petition for eligibility (49 CFR 593)"
    )
    return every(pathway.title, [eligible], pathway.citation)


def independent_importer(case: Case, pathway: Pathway) -> Node:
    """An independent commercial importer makes the car conform to EPA's rules."""
    return every(
        pathway.title,
        [permission(case, "ici_certificate", "EPA's certificate to the importer", "EPA", pathway.citation, ask="engage an ICI")],
        pathway.citation,
    )


def calendar_age(case: Case, pathway: Pathway) -> Node:
    """EPA's own exemption by age, in calendar years; NHTSA is judged apart."""
    held = case.book.parameters["us.import_age_epa_op_years"].at(case.clocks.law_date)
    if held is None:
        return every(pathway.title, [leaf("EPA's age rule", NO, pathway.citation, note="not in force yet")], pathway.citation)
    return every(pathway.title, [epa_age(case, float(held.value), held.citation)], pathway.citation)


def canadian(case: Case, pathway: Pathway) -> Node:
    """A car certified for Canada comes in for personal use with a letter of its maker."""
    made = stated("canada_certified", case.facts, pathway.citation, "certified for Canada", absent="not certified for Canada")
    letter = permission(case, "canada_maker_letter", "the maker's letter", "the maker", pathway.citation, ask="ask the maker for a letter")
    return every(pathway.title, [made, letter], pathway.citation, note="personal use only")


def temporary(case: Case, pathway: Pathway) -> Node:
    """In for a time, for research, show or a visit; no sale, and out again."""
    asked = permission(
        case, "temporary_permission", "NHTSA's permission", "NHTSA", pathway.citation, ask="apply for permission (49 CFR 591.5(j))"
    )
    return every(pathway.title, [asked], pathway.citation, note="export or destroy; no sale")


def off_road(case: Case, pathway: Pathway) -> Node:
    """Not made primarily for public roads, so no motor vehicle at all; it gives no road."""
    made = stated(
        "made_for_roads",
        case.facts,
        pathway.citation,
        "not made primarily for public roads",
        wanted=False,
        absent=source_of(case, "made_for_roads"),
    )
    return every(pathway.title, [made], pathway.citation, note="no road registration")
