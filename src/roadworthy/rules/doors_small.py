"""Doors for small numbers: the four bases of Part 555 and its subpart B, and replicas. Each is a flow with a cap.

The merits of a petition are NHTSA's: the answer is `discretionary` until it has decided.
"""

from __future__ import annotations

from roadworthy.rules.book import Pathway
from roadworthy.rules.check import stated
from roadworthy.rules.conditions import Case, parameter, permission, source_of
from roadworthy.rules.logic import NO, UNKNOWN, YES, Node, either, every, leaf, settle


def exemption(case: Case, pathway: Pathway) -> Node:
    """Part 555: a petition, within a number of sales in any twelve months."""
    who = "NHTSA"
    nodes = [
        permission(
            case,
            "exemption_granted",
            "NHTSA's exemption",
            who,
            pathway.citation,
            ask=f"petition under {pathway.citation.label.split(',')[0]}",
        )
    ]
    if pathway.quota_us_units_per_12mo is not None and "us_units_per_12mo" in case.facts:
        cap = parameter(case, "us.p555_cap", "us_units_per_12mo", "<=", "US sales in any 12 months")
        if cap is not None:
            nodes.append(cap)
    if pathway.id.endswith("p555_hardship"):
        world = parameter(case, "us.p555_hardship_world_cap", "maker_world_production", "<=", "maker's world output a year")
        if world is not None:
            nodes.append(world)
    if pathway.id.endswith("p555_lowemission"):
        nodes.append(_low_emission(case, pathway))
    return every(pathway.title, nodes, pathway.citation)


def _low_emission(case: Case, pathway: Pathway) -> Node:
    if case.facts.flag("electric"):
        return leaf("low-emission vehicle", YES, pathway.citation, fact_status=case.facts["electric"].status, note="electric")
    return leaf("low-emission vehicle", UNKNOWN, pathway.citation, missing=("low_emission",), note="no emission figures")


EXEMPTIONS = ("p555_safety", "p555_lowemission", "p555_overall", "p555_hardship")


def small_numbers(case: Case, pathway: Pathway) -> Node:
    """Any of the four bases of Part 555."""
    return either("small-number exemption", [exemption(case, case.book.pathway(name)) for name in EXEMPTIONS], pathway.citation)


def replica(case: Case, pathway: Pathway) -> Node:
    """A replica of a car of at least 25 years, 325 a year, by a small maker."""
    copy = stated("replica", case.facts, pathway.citation, "replica of a car of 25 years or more", absent=source_of(case, "replica"))
    if settle(copy) == NO:
        return every(pathway.title, [copy], pathway.citation)
    nodes = [copy]
    for name, quantity, title in (
        ("us.replica_us_cap", "us_units_per_12mo", "replicas a year"),
        ("us.replica_world_cap", "maker_world_production", "maker's world output a year"),
    ):
        node = parameter(case, name, quantity, "<=", title)
        if node is not None:
            nodes.append(node)
    return every(pathway.title, nodes, pathway.citation)


def multistage(case: Case, pathway: Pathway) -> Node:
    """Subpart B of Part 555: alterers and makers in stages, dynamic tests only, small numbers."""
    asked = permission(case, "exemption_granted", "NHTSA's exemption", "NHTSA", pathway.citation, ask="petition under 49 CFR 555.13")
    caps = (
        parameter(case, "us.p555_cap", "us_units_per_12mo", "<=", "US sales in any 12 months")
        if "us_units_per_12mo" in case.facts
        else None,
        parameter(case, "us.p555_hardship_world_cap", "maker_world_production", "<=", "built or altered a year"),
    )
    return every(pathway.title, [asked, *(cap for cap in caps if cap is not None)], pathway.citation)
