"""What several doors ask alike: a certificate of the maker or of EPA, a parameter as a bound, a permission, an age.

Permissions are `discretionary` until somebody has decided. Limits: no fees, no paperwork.
"""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.rules.book import Pathway, Rulebook
from roadworthy.rules.check import Clocks, measured, stated
from roadworthy.rules.facts import Facts
from roadworthy.rules.fmvss import Results
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Act, Citation, Node, either, inverse, leaf, relabel
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
        certificate = stated("epa_certified", case.facts, needs.citation, "EPA certificate of conformity", absent="none: " + source_of(case, "epa_certified"),
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


def source_of(case: Case, name: str) -> str:
    """Who says a fact, in words."""
    return case.facts[name].source if name in case.facts else "not known"


def certification(case: Case, pathway: Pathway) -> Node:
    """The maker's own certification (49 USC 30115); under a reform nobody can have certified yet."""
    if pathway.reform:
        return leaf("certified by its maker to the new class", UNKNOWN, pathway.citation, note="none can exist before the class does",
                    missing=("certified_to_class",), acts=(CERTIFY,)) if "certified_to_class" not in case.facts else stated(
            "certified_to_class", case.facts, pathway.citation, "certified by its maker to the new class", acts=(CERTIFY,))  # fmt: skip
    law = Citation("49 USC 30112(a)(1), 30115; 49 CFR 567", "", pathway.citation.status, pathway.citation.as_of)
    return stated("us_certified", case.facts, law, "certified by its maker", absent="not certified: " + source_of(case, "us_certified"),
                  acts=(CERTIFY, NEW_RULE))  # fmt: skip


def epa_age(case: Case, years: float, citation: Citation) -> Node:
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
