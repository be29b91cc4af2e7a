"""The doors into the American market, each as a tree: what must hold, what is known, who could change it.

A door says what the law asks, not what an agency will do: petitions, permissions and decisions are `discretionary`. State permission
never supplies federal permission, nor the reverse. Limits: no import paperwork, no fees, no enforcement practice.
"""

from __future__ import annotations

from collections.abc import Callable

from roadworthy.core import InputError
from roadworthy.rules.book import Pathway, Rulebook
from roadworthy.rules.check import in_class, stated
from roadworthy.rules.conditions import CERTIFY, NEW_RULE, Case, certification, epa, epa_certificate_needed, source_of
from roadworthy.rules.doors_import import (
    calendar_age,
    canadian,
    independent_importer,
    off_road,
    old_import,
    registered_importer,
    show_or_display,
    temporary,
)
from roadworthy.rules.doors_small import EXEMPTIONS, exemption, multistage, replica, small_numbers
from roadworthy.rules.fmvss import standard_node, standards_node, us_class
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, Act, Citation, Node, either, every, leaf, relabel

__all__ = ["Case", "door_node", "door_of", "epa_certificate_needed", "question_node", "short"]


def full_standards(case: Case, pathway: Pathway) -> Node:
    """Sold new under all standards: certification, EPA, and every standard that binds."""
    kind, _ = us_class(case.book, case.facts, case.clocks)
    made = case.clocks.of("built")
    nodes = standards_node(case.book, kind, case.facts, made, case.results, case.facts.get("us_certified"))
    # the maker's word stands for a test that nobody has shown (49 USC 30115), never for one that is known to fail
    nodes = tuple(relabel(n, acts=(*n.acts, CERTIFY)) if n.verdict == UNKNOWN else n for n in nodes)
    standards = every(
        f"standards that bind a {kind.replace('_', ' ')}", nodes, pathway.citation, note=f"{len(nodes)} standards", acts=(NEW_RULE,)
    )
    return every(pathway.title, [certification(case, pathway), epa(case), standards], pathway.citation)


def low_speed(case: Case, pathway: Pathway) -> Node:
    """The low-speed class: 20 to 25 mph, GVWR under 3,000 lb, equipment of FMVSS 500."""
    kind = in_class(case.book, "us.class.lsv", case.facts, case.clocks)
    equipment = standard_node(case.book.standards["us.fmvss.500"], case.facts, case.results, case.facts.get("us_certified"))
    if equipment.verdict == UNKNOWN:
        equipment = relabel(equipment, acts=(*equipment.acts, CERTIFY))
    return every(pathway.title, [kind, equipment, epa(case)], pathway.citation)


def three_wheels(case: Case, pathway: Pathway) -> Node:
    """A motorcycle by federal law: not more than three wheels."""
    kind = in_class(case.book, "us.class.motorcycle", case.facts, case.clocks)
    nodes = standards_node(case.book, "motorcycle", case.facts, case.clocks.of("built"), case.results, case.facts.get("us_certified"))
    return every(pathway.title, [kind, certification(case, pathway), epa(case), every("motorcycle standards", nodes)], pathway.citation)


def lawmaking(case: Case, pathway: Pathway) -> Node:
    """A rule or an act still to come: what the book says of its makers' power, and nothing of what they will do."""
    act = Act("law", pathway.title[0].lower() + pathway.title[1:], pathway.actor)
    return every(pathway.title, [leaf(f"{pathway.needs} by {pathway.actor}", DISCRETIONARY, pathway.citation, note=f"{pathway.actor} may", acts=(act,))],
                 pathway.citation)  # fmt: skip


def new_class(case: Case, pathway: Pathway) -> Node:
    """A door that a reform adds: its class, its tests, recognition, place of assembly, EPA."""
    law = pathway.citation
    nodes = []
    if pathway.vehicle_class:
        nodes.append(in_class(case.book, pathway.vehicle_class, case.facts, case.clocks))
    if pathway.assembled_in_us:
        nodes.append(stated("assembled_in_us", case.facts, law, "assembled in the United States", absent=source_of(case, "assembled_in_us"),
                            acts=(Act("vehicle", "build it in the United States", "the maker"),)))  # fmt: skip
    if pathway.unspecified:
        nodes.append(leaf("content of the class", UNKNOWN, law, note=pathway.unspecified, missing=("content of the class",)))
    if pathway.recognises:
        nodes.append(stated(pathway.recognises, case.facts, law, "type approval in Japan", absent="not approved in Japan"))
        return every(pathway.title, nodes, law)
    certified = case.facts.get("certified_to_class")
    for name in pathway.standards:
        nodes.append(standard_node(case.book.standards[name], case.facts, case.results, certified))
    nodes.append(epa(case, pathway))
    return every(pathway.title, nodes, law)


Builder = Callable[[Case, Pathway], Node]


BUILDERS: dict[str, Builder] = {
    "fmvss_cert": full_standards,
    "lsv_cert": low_speed,
    "motorcycle_cert": three_wheels,
    "import25": old_import,
    "p555": small_numbers,
    "show_display": show_or_display,
    "ri_similar": registered_importer,
    "ri_capable": registered_importer,
    "ici": independent_importer,
    "replica": replica,
    "offroad_import": off_road,
    "epa21": calendar_age,
    "canada_personal": canadian,
    "temporary": temporary,
    "p555_multistage": multistage,
    "make_rule": lawmaking,
    "statute": lawmaking,
    **dict.fromkeys(EXEMPTIONS, exemption),
}


SHOWN = ("fmvss_cert", "lsv_cert", "motorcycle_cert", "import25", "p555", "show_display", "ri_capable", "replica", "offroad_import")
TITLES = {
    "fmvss_cert": "sold new, full standards", "lsv_cert": "low-speed vehicle", "motorcycle_cert": "three wheels, as a motorcycle",
    "import25": "imported used, 25 years", "p555": "small-number exemption", "show_display": "show or display",
    "ri_similar": "registered importer, similar car", "ri_capable": "registered importer", "ici": "EPA independent importer",
    "replica": "replica", "offroad_import": "off-road only, no plate", "p555_hardship": "exemption: hardship",
    "p555_safety": "exemption: new safety feature", "p555_lowemission": "exemption: low emission",
    "p555_overall": "exemption: equal overall safety", "p555_multistage": "exemption: built in stages",
    "epa21": "EPA: 21 calendar years", "canada_personal": "from Canada, personal use", "temporary": "for a time only",
    "make_rule": "a class by rule", "statute": "an act of Congress",
}  # fmt: skip


AS_THINGS_STAND = {
    "us.sale_new": ("fmvss_cert", "lsv_cert", "motorcycle_cert", "replica"),
    "us.federal_import": ("import25", "show_display"),
}


def short(pathway: str) -> str:
    """Id without its prefix."""
    return pathway.removeprefix("us.pathway.")


def door_of(book: Rulebook, name: str) -> Pathway:
    """The pathway of a door; the exemption as a whole takes the record of its widest basis."""
    return book.pathway("p555_overall" if name == "p555" else name)


def door_node(case: Case, name: str) -> Node:
    """The tree of one door."""
    pathway = door_of(case.book, name)
    if pathway.reform:
        return new_class(case, pathway)
    builder = BUILDERS.get(name)
    if builder is None:
        raise InputError(
            f"door {name!r} is in the book but is not judged", f"ask for one of {', '.join(BUILDERS)}", code="pathway.unjudged"
        )
    return builder(case, pathway)


IN_HAND = {"show_display": "show_display_permission"}


def question_node(case: Case, name: str) -> Node:
    """Any of the doors of a question such as us.sale_new, as things stand: a grant counts only when it is in hand."""
    doors = []
    for door in AS_THINGS_STAND[name]:
        node = door_node(case, door)
        grant = IN_HAND.get(door)
        if grant and not case.facts.flag(grant):
            law = node.citation or Citation()
            none = leaf("permission in hand", NO, Citation(law.label, law.source, "derived", law.as_of), note="none is known")
            node = every(node.label, [none, node], law)
        doors.append(node)
    if name == "us.sale_new":
        doors += [door_node(case, short(p.id)) for p in case.book.pathways.values() if p.reform]
    return either(name, doors)
