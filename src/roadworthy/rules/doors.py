"""The doors into the American market, each as a tree: what must hold, what is known, who could change it.

A door says what the law asks, not what an agency will do: petitions, permissions and decisions are `discretionary`. State permission
never supplies federal permission, nor the reverse. Limits: no import paperwork, no fees, no enforcement practice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from roadworthy.core import InputError
from roadworthy.rules.book import Pathway, Rulebook
from roadworthy.rules.check import Clocks, age, in_class, measured, stated
from roadworthy.rules.facts import Facts
from roadworthy.rules.fmvss import Results, standard_node, standards_node, us_class
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Act, Citation, Node, either, every, inverse, leaf, relabel, settle
from roadworthy.rules.quantity import si_factor
from roadworthy.rules.trace import bare_flag, plain_span, read_age, read_flag


@dataclass(frozen=True, slots=True)
class Case:
    """One vehicle before the law of one day."""

    book: Rulebook
    facts: Facts
    clocks: Clocks
    results: Results


NEW_RULE = Act("law", "a class of its own by rule (49 USC 30111)", "NHTSA")
CERTIFY = Act("vehicle", "certify the vehicle for the United States", "the maker")
EPA_CERTIFY = Act("vehicle", "obtain an EPA certificate of conformity", "the maker")
EPA_AMEND = Act("law", "let another approval stand for EPA's certificate (42 USC 7522)", "Congress", "us.caa_203_cert")


def parameter(case: Case, name: str, quantity: str, op: str, title: str) -> Node | None:
    """A dated parameter used as a bound on a fact; None when it is not in force."""
    held = case.book.parameters[name].at(case.clocks.law_date)
    if held is None:
        return None
    return measured(
        name=quantity, op=op, bound=float(held.value), unit="count" if "vehicles" in held.unit else held.unit,
        factor=si_factor(held.unit), fact=case.facts.peek(quantity), citation=held.citation, limit=name, fact_name=quantity,
        body=case.book.parameters[name].body, title=title, column=case.facts.reading(quantity),
    )  # fmt: skip


def epa(case: Case, pathway: Pathway | None = None) -> Node:
    """Clean Air Act: a certificate, unless the vehicle cannot exceed EPA's floor and so is no motor vehicle."""
    floor = case.book.parameters["us.epa_motor_vehicle_speed_floor"].at(case.clocks.law_date)
    needs = case.book.parameters["us.caa_203_cert"].at(case.clocks.law_date)
    if needs is None:
        law = case.book.parameters["us.caa_203_cert"].values[0].citation
        return leaf("Clean Air Act", YES, law, note=f"asked for no certificate on {case.clocks.law_date.isoformat()}")
    certificate: Node
    if pathway is not None and pathway.reform and case.facts.flag("epa_certified") is not True:
        certificate = leaf("EPA certificate of conformity", UNKNOWN, needs.citation, note="none can have been asked for before the class exists",
                           missing=("epa_certified",), acts=(EPA_CERTIFY,))  # fmt: skip
    else:
        certificate = stated("epa_certified", case.facts, needs.citation, "EPA certificate of conformity", absent="none: " + _source(case, "epa_certified"),
                             acts=(EPA_CERTIFY, EPA_AMEND))  # fmt: skip
    children = [certificate]
    if floor is not None:
        slow = measured(name="speed_max", op="<=", bound=float(floor.value), unit=floor.unit, factor=si_factor(floor.unit),
                        fact=case.facts.peek("speed_max"), citation=floor.citation, limit="us.epa_motor_vehicle_speed_floor",
                        fact_name="speed_max", body="EPA", title="too slow to be a motor vehicle for EPA",
                        column=case.facts.reading("speed_max"))  # fmt: skip
        children.append(relabel(slow, acts=()))
    return either("Clean Air Act", children, needs.citation)


def epa_certificate_needed(case: Case) -> Node:
    """Whether the vehicle is a motor vehicle for EPA at all."""
    floor = case.book.parameters["us.epa_motor_vehicle_speed_floor"].at(case.clocks.law_date)
    if floor is None:
        law = case.book.parameters["us.epa_motor_vehicle_speed_floor"].values[0].citation
        return leaf("EPA certificate needed", UNKNOWN, law, note=f"no rule of {case.clocks.law_date.isoformat()} is in the book")
    slow = measured(name="speed_max", op="<=", bound=float(floor.value), unit=floor.unit, factor=si_factor(floor.unit),
                    fact=case.facts.peek("speed_max"), citation=floor.citation, limit="us.epa_motor_vehicle_speed_floor", fact_name="speed_max",
                    body="EPA", title="cannot exceed EPA's floor", column=case.facts.reading("speed_max"))  # fmt: skip
    return inverse("EPA certificate needed", slow, floor.citation)


def _source(case: Case, name: str) -> str:
    return case.facts[name].source if name in case.facts else "not known"


def certification(case: Case, pathway: Pathway) -> Node:
    """The maker's own certification (49 USC 30115); under a reform nobody can have certified yet."""
    if pathway.reform:
        return leaf("certified by its maker to the new class", UNKNOWN, pathway.citation, note="none can exist before the class does",
                    missing=("certified_to_class",), acts=(CERTIFY,)) if "certified_to_class" not in case.facts else stated(
            "certified_to_class", case.facts, pathway.citation, "certified by its maker to the new class", acts=(CERTIFY,))  # fmt: skip
    law = Citation("49 USC 30112(a)(1), 30115; 49 CFR 567", "", pathway.citation.status, pathway.citation.as_of)
    return stated("us_certified", case.facts, law, "certified by its maker", absent="not certified: " + _source(case, "us_certified"),
                  acts=(CERTIFY, NEW_RULE))  # fmt: skip


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


def old_import(case: Case, pathway: Pathway) -> Node:
    """25 years by the day for NHTSA, and 21 calendar years for EPA."""
    day, entry = case.clocks.law_date, case.clocks.entry_or_use
    nodes = []
    years = case.book.parameters["us.import_age_nhtsa"].at(day)
    if years is not None:
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
                [_epa_age(case, float(calendar.value), calendar.citation), epa(case)],
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


def _epa_age(case: Case, years: float, citation: Citation) -> Node:
    """EPA counts calendar years: year of import minus year of production."""
    words, built, entry = "EPA age in calendar years", case.clocks.built, case.clocks.entry_or_use
    acts = (Act("law", "lower us.import_age_epa_op_years", "EPA", "us.import_age_epa_op_years"),)
    if built is None:
        return leaf(words, UNKNOWN, citation, missing=("built",), note="the build date is not known", acts=acts)
    dates = plain_span(built.value)
    least, most = entry.year - min(dates.last.year, entry.year), entry.year - dates.first.year
    verdict = YES if least >= years else NO if most < years else UNKNOWN
    first = dates.first.year + int(years)
    return leaf(words, verdict, citation, fact_status=built.status, quantity="age", op=">=", value=float(most), bound=years, unit="years",
                gap=years - most if verdict != UNKNOWN else None, limit="us.import_age_epa_op_years",
                note="" if verdict == YES else f"opens {first}-01-01", missing=("built",) if verdict == UNKNOWN else (),
                acts=() if verdict == YES else (Act("vehicle", f"wait until {first}-01-01", "the owner"), *acts),
                read=read_age("calendar", built.value, years, entry))  # fmt: skip


def permission(case: Case, fact: str, words: str, who: str, citation: Citation, *, ask: str) -> Node:
    """A permission that somebody may grant: yes or no once decided, discretionary until then."""
    act = Act("vehicle", ask, f"the applicant; {who} decides")
    given, read = case.facts.peek(fact), read_flag(case.facts.reading(fact), absent=DISCRETIONARY)
    if given is None:
        return leaf(words, DISCRETIONARY, citation, note=f"{who} may", acts=(act,), read=read)
    granted = bare_flag(given.value)
    return leaf(words, YES if granted else NO, citation, fact_status=given.status, note="granted" if granted else "refused", acts=(act,),
                read=read)  # fmt: skip


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
    copy = stated("replica", case.facts, pathway.citation, "replica of a car of 25 years or more", absent=_source(case, "replica"))
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


def calendar_age(case: Case, pathway: Pathway) -> Node:
    """EPA's own exemption by age, in calendar years; NHTSA is judged apart."""
    held = case.book.parameters["us.import_age_epa_op_years"].at(case.clocks.law_date)
    if held is None:
        return every(pathway.title, [leaf("EPA's age rule", NO, pathway.citation, note="not in force yet")], pathway.citation)
    return every(pathway.title, [_epa_age(case, float(held.value), held.citation)], pathway.citation)


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


def lawmaking(case: Case, pathway: Pathway) -> Node:
    """A rule or an act still to come: what the book says of its makers' power, and nothing of what they will do."""
    act = Act("law", pathway.title[0].lower() + pathway.title[1:], pathway.actor)
    return every(pathway.title, [leaf(f"{pathway.needs} by {pathway.actor}", DISCRETIONARY, pathway.citation, note=f"{pathway.actor} may", acts=(act,))],
                 pathway.citation)  # fmt: skip


def off_road(case: Case, pathway: Pathway) -> Node:
    """Not made primarily for public roads, so no motor vehicle at all; it gives no road."""
    made = stated(
        "made_for_roads",
        case.facts,
        pathway.citation,
        "not made primarily for public roads",
        wanted=False,
        absent=_source(case, "made_for_roads"),
    )
    return every(pathway.title, [made], pathway.citation, note="no road registration")


def new_class(case: Case, pathway: Pathway) -> Node:
    """A door that a reform adds: its class, its tests, recognition, place of assembly, EPA."""
    law = pathway.citation
    nodes = []
    if pathway.vehicle_class:
        nodes.append(in_class(case.book, pathway.vehicle_class, case.facts, case.clocks))
    if pathway.assembled_in_us:
        nodes.append(stated("assembled_in_us", case.facts, law, "assembled in the United States", absent=_source(case, "assembled_in_us"),
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
"""Doors that a verdict lists when none is asked for; a reform's doors come first."""
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
"""Questions over several doors, of those that need no act of an agency still to come."""


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
"""Doors of a question that need a grant, and the fact that says it was given."""


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
