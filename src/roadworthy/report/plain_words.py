"""What does the answer say in plain words?

Should the rules be relaxed, and would anyone buy them: two words from thresholds, each with a sentence that carries its band. The wording
follows the numbers: the word comes from P(gain), rise or fall from the band, and outside the data nothing is said but "between".

    word = WORDS[max threshold <= P(net > 0)]

Limits: English; speaks of the reform named as headline and of at most one other. In the text, ** marks bold and == the band.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.normal import normal
from roadworthy.report.numbers import (
    UNKNOWN,
    car_price_span,
    counted,
    dollar_span,
    dollars,
    finite,
    known,
    money_scale,
    of_100,
    outer,
    per_cent,
    plain,
    span,
)

GAIN_WORDS = ((0.90, "Yes, clearly"), (0.67, "Likely yes"), (0.33, "About even"), (0.10, "Likely no"), (0.0, "No, clearly"))
"""Share of draws in which the reform gains, from which each word holds."""
LIKELY, UNLIKELY = 0.67, 0.33
LEAST_CHARGE_USD = 1.0
"""A middle charge for fuel economy that is worth a sentence."""
MOST_RIVALS = 2
SOME_UNITS, MANY_UNITS = 5_000.0, 50_000.0
"""Sales a year from which "some" and "many" would buy: below the smallest and about the largest of the small cars once sold in the US."""


def relax_word(share: float | None) -> str:
    """The word for P(net > 0)."""
    if share is None:
        return "Not known"
    return next((word for least, word in GAIN_WORDS if share >= least), GAIN_WORDS[-1][1])


def buy_word(band: Mapping[str, Any] | None) -> str:
    """The word for sales a year: by the median, unless the band reaches from hardly anyone to many."""
    if not known(band):
        return "Not known"
    low, mid, high = (float(band[q]) for q in ("p10", "p50", "p90"))
    if low < SOME_UNITS and high >= MANY_UNITS:
        return "From hardly anyone to many"
    return "Many would" if mid >= MANY_UNITS else "Some would" if mid >= SOME_UNITS else "Hardly anyone"


def worth(reform: Mapping[str, Any], rate: str, ranges_only: bool) -> str:
    """The net benefit in words, always with its band."""
    band = r.net(reform, rate)
    if band is None:
        return "the net benefit is not known"
    if not any(outer(band)):
        return "nothing that the account counts changes: **$0**, band ==$0 to $0=="
    if ranges_only:
        return f"worth =={dollar_span(band, joint=' to ')}=="
    s = money_scale(outer(band))
    return f"worth **{dollars(band['p50'], by=s, word=True)}**, likely =={span(band, by=s, signed=True)}=="


def draws_that_gain(share: float | None) -> str:
    """How many draws gain."""
    return "in how many draws it gains is not known" if share is None else f"it gains in **{of_100(share)} of 100** draws"


def lives(band: Mapping[str, Any] | None) -> str:
    """The change of deaths a year in words; rise and fall only where the whole band agrees."""
    if not known(band):
        return "the change of deaths is not known"
    low, high = float(band["p10"]), float(band["p90"])
    top = max(abs(low), abs(high))
    low, high = (0.0 if plain(v, top=top or None) == "0" else v for v in (low, high))
    if top == 0.0:
        return "deaths do not change, band ==0 to 0=="
    if low >= 0.0:
        return f"deaths rise by =={plain(low, top=top)} to {plain(high, top=top)}== a year"
    if high <= 0.0:
        return f"deaths fall by =={plain(-high, top=top)} to {plain(-low, top=top)}== a year"
    return f"deaths change by =={span(band, signed=True)}== a year, the sign not known"


def relax(summary: Mapping[str, Any]) -> dict[str, str]:
    """Should the rules be relaxed?"""
    reform, wide = r.headline(summary), r.outside(summary)
    if not reform:
        return {"word": "Not known", "text": "No reform was asked about."}
    band, share = r.net(reform), r.gain(reform)
    if band is not None and not any(outer(band)):
        return {"word": "No difference", "text": f"{r.text(reform.get('title'))}: {worth(reform, '3', wide)}."}
    given = ", if cars are sold" if reform.get("route") else ""
    text = f"{r.text(reform.get('title'))}{given}: {worth(reform, '3', wide)} to the country over {years(summary)} at 3 %, and {draws_that_gain(share)}"
    world = r.gain_world(reform)
    text += "." if world is None else f"; with makers abroad counted, in {of_100(world)}."
    later = r.net(reform, "7")
    if band is not None and later is not None and float(band["p50"]) * float(later["p50"]) < 0:
        text += f" At 7 % the middle turns sign: {worth(reform, '7', wide)}."
    if reform.get("route") and reform.get("fleet_wide"):
        text += " The reform also moves the fuel-economy standard of all new vehicles, and that is in these numbers."
    return {"word": whose(share, world) or relax_word(share), "text": text}


def whose(share: float | None, world: float | None) -> str | None:
    """The word where the country gains and the world does not, or the reverse; else None."""
    if share is None or world is None or (share >= 0.5) == (world >= 0.5):
        return None
    if share >= LIKELY:
        return "Yes for the country alone"
    return "No for the country alone" if share < UNLIKELY else None


def years(summary: Mapping[str, Any]) -> str:
    """The horizon in words."""
    horizon = finite(r.record(summary.get("study")).get("horizon_years"))
    return f"{horizon:.0f} years" if horizon else "the horizon"


def case(name: str, route: Mapping[str, Any]) -> str:
    """One maker's business case in a clause."""
    label = r.route_name(name)
    if not route.get("open", True):
        return f"{label} is not open"
    pays, needs = finite(route.get("pays")), route.get("break_even_units")
    need = f"{label} needs =={span(needs)}== a year" if known(needs) else f"{label} has no known break-even"
    return need + (f" and pays in {of_100(pays)} of 100 draws" if pays is not None else " and whether it pays is not known")


def sold(summary: Mapping[str, Any]) -> str | None:
    """Sales in year 5 in a clause, a range alone outside the data."""
    band = r.headline(summary).get("units_y5")
    if not known(band):
        return None
    if r.outside(summary):
        return f"Between =={counted(band['p10'])} and {counted(band['p90'])}== a year in year 5, if they are sold"
    return f"About **{counted(band['p50'])}** a year in year 5 if they are sold, likely =={span(band)}=="


def buy(summary: Mapping[str, Any]) -> dict[str, str]:
    """Would anyone buy them?"""
    reform, said = r.headline(summary), sold(summary)
    if said is None:
        return {"word": "Not known", "text": "How many would be sold is not known."}
    if reform.get("route_label"):
        said += f" ({reform['route_label']})"
    clauses = [case(name, route) for name, route in r.routes(reform).items() if route]
    said += ". " + sentence_case("; ".join(clauses)) if clauses else ""
    enters = finite(reform.get("p_enters"))
    if enters is not None:
        said += f". A maker that knows its costs but not demand enters in {of_100(enters)} of 100 draws"
    return {"word": buy_word(reform.get("units_y5")), "text": said + "."}


def pays(summary: Mapping[str, Any]) -> str:
    """In how many draws each open route pays, for the opening paragraph."""
    found = [
        f"in {of_100(p)} by {r.route_name(name)}"
        for name, route in r.routes(r.headline(summary)).items()
        if route.get("open", True) and (p := finite(route.get("pays"))) is not None
    ]
    return f"; of 100 draws it pays its maker {' and '.join(found)}" if found else ""


def sentence_case(said: str) -> str:
    """The text with its first letter large."""
    return said[:1].upper() + said[1:]


def contrast(summary: Mapping[str, Any]) -> str | None:
    """The reform by which such cars are sold whose verdict lies furthest on the other side of even, if there is one.

    One that also moves the standard of all new vehicles is compared only with its like: what turns it would not be the cars.
    """
    head = r.headline(summary)
    share = r.gain(head)
    if share is None:
        return None
    others = [
        (s, x)
        for x in r.reforms(summary)
        if x.get("id") != head.get("id")
        and bool(x.get("fleet_wide")) == bool(head.get("fleet_wide"))
        and (s := r.gain(x)) is not None
        and any(outer(r.net(x)))
        and any(outer(x.get("units_y5")))
    ]
    others = [(s, x) for s, x in others if (s - 0.5) * (share - 0.5) < 0]
    if not others:
        return None
    s, x = max(others, key=lambda pair: abs(pair[0] - 0.5))
    return f"**{r.text(x.get('title'))} turns it:** {lives(r.deaths(x)['net'])}, and it gains in {of_100(s)} of 100 draws."


def lede(summary: Mapping[str, Any]) -> list[str]:
    """The opening paragraph, sentence by sentence."""
    first, second = relax(summary), buy(summary)
    clause = sold(summary)
    sales = f"{clause}{pays(summary)}." if clause else second["text"]
    found = [f"**{first['word']}.** {first['text']}", f"**{second['word']}.** {sales}"]
    head = r.headline(summary)
    if head:
        said = lives(r.deaths(head)["net"])
        found.append(f"In year 10 {said}, own occupants, other vehicles and people outside together.")
    other = contrast(summary)
    return [*found, other] if other else found


def beliefs(summary: Mapping[str, Any]) -> list[str]:
    """What would have to be true, from the numbers at hand."""
    reform = r.headline(summary)
    found: list[str] = []
    record = [(finite(x.get("units")), x) for x in r.records(summary.get("record")) if x.get("kind", "sale") == "sale"]
    seen = sorted(((u, x) for u, x in record if u is not None), key=lambda pair: pair[0])
    for name, route in r.routes(reform).items():
        needs, label = route.get("break_even_units"), r.route_name(name)
        if not route.get("open", True):
            continue
        exists = finite(route.get("break_even_exists"))
        if known(needs):
            said = f"**By {label}** one must sell =={span(needs)}== a year"
            if seen:
                met = sum(u >= float(needs["p50"]) for u, _ in seen)
                said += f"; the middle of that was reached by {met} of {len(seen)} small cars on record in their best year"
            if exists is not None and exists < 1.0:
                said += f", and a break-even exists in {of_100(exists)} of 100 draws, since in the rest a car earns nothing"
            found.append(said + ".")
        elif exists is not None:
            found.append(f"**By {label}** a break-even exists in {of_100(exists)} of 100 draws: in the rest a car earns nothing.")
        margin = route.get("margin_usd")
        if known(margin) and known(route.get("fixed_usd")):
            found.append(
                f"{sentence_case(label)}: {dollar_span(route['fixed_usd'], signed=False, joint=' to ')} to start, earned back at "
                f"=={dollar_span(margin, joint=' to ')}== a car."
            )
    charge = next((x["standard_usd"] for x in r.routes(reform).values() if known(x.get("standard_usd"))), None)
    if charge and float(charge["p50"]) >= LEAST_CHARGE_USD:
        found.append(
            f"**Its fuel-economy target** is missed, and makers who mind that count =={dollar_span(charge, signed=False, joint=' to ')}== "
            "against each car: they price it in and enter more seldom."
        )
    if seen:
        (low, least), (high, most) = seen[0], seen[-1]
        found.append(
            f"**The visible record** of best years runs from {counted(low)} ({r.text(least.get('model'))}, {r.text(least.get('year'), 'year not known')}) "
            f"to {counted(high)} ({r.text(most.get('model'))}, {r.text(most.get('year'), 'year not known')})."
        )
    return [*found, *_levers(summary, reform)]


def _levers(summary: Mapping[str, Any], reform: Mapping[str, Any]) -> list[str]:
    """What alone moves sales or the sign: form of demand, price against a rival, single assumptions."""
    found: list[str] = []
    forms = [(finite(f.get("units_y5")), r.text(f.get("form"))) for f in r.records(reform.get("by_form"))]
    forms = sorted((u, f) for u, f in forms if u is not None)
    if len(forms) > 1:
        (low, first), (high, last) = forms[0], forms[-1]
        said = f"**How size is measured** moves the middle of sales from {counted(low)} ({r.FORM_NAMES.get(first, first)}) "
        said += f"to {counted(high)} ({r.FORM_NAMES.get(last, last)})"
        if (v := finite(reform.get("variance_from_form"))) is not None:
            said += f", {per_cent(v)} of their spread"
        found.append(said + "; no sale of a car this small can tell which holds.")
    rivals = sorted(
        (x for x in r.records(summary.get("own")) if known(x.get("break_even_usd"))), key=lambda x: float(x["break_even_usd"]["p50"])
    )
    for row in rivals[:MOST_RIVALS]:
        name = r.short_name(r.text(row.get("name"), "the rival"))
        found.append(f"**To cost no more a mile than a {name}** it must sell below =={car_price_span(row['break_even_usd'])}==.")
    turning = [
        r.text(s.get("label"), r.text(s.get("path")))
        for s in r.records(summary.get("tornado"))
        if (a := finite(s.get("net_low_usd"))) is not None and (b := finite(s.get("net_high_usd"))) is not None and a * b < 0
    ]
    if turning:
        found.append(
            f"**Alone, within its band, each of these turns the sign:** {', '.join(turning[:6])}{' and others' if len(turning) > 6 else ''}."
        )
    return found


def engine_sentence(summary: Mapping[str, Any]) -> str:
    """How far the quick market engine is from the exact one; empty when the run was too small to be checked."""
    check = r.record(summary.get("engine"))
    rows = {r.text(row.get("id")): row for row in r.records(check.get("rows"))}
    words = {
        "units_y5": "sales differ by {} (at most {})",
        "deaths_y10": "deaths by {} (at most {}) of their band",
        "net_usd_r3": "net by {} (at most {}) of its band",
    }

    def part(name: str) -> str:
        low, high = (finite(rows[name].get(k)) for k in ("median", "max"))
        return words[name].format(*(UNKNOWN if x is None else f"{100.0 * x:.2g} %" for x in (low, high)))

    said = "; ".join(part(name) for name in words if name in rows)
    return f"Quick market engine against the exact one on {check.get('draws')} draws, in the middle: {said}." if said else ""


def support_sentence(summary: Mapping[str, Any]) -> str:
    """Whether the demand data hold a car like this one, and what takes it out."""
    support = r.record(summary.get("support"))
    badge = r.text(support.get("badge"), "outside" if r.outside(summary) else UNKNOWN)
    why = []
    for a in support.get("attributes") or []:
        if isinstance(a, Mapping):
            value, bound, unit = plain(a.get("value"), digits=3), plain(a.get("bound"), digits=3), r.text(a.get("unit"))
            known_bound = finite(a.get("bound")) is not None
            why.append(
                f"{r.text(a.get('name', a.get('attribute')))} {value} {unit}".strip()
                + (f" against {bound} {unit}".rstrip() if known_bound else "")
            )
        else:
            why.append(str(a))
    reason = f" ({'; '.join(why)})" if why else ""
    if badge == "outside":
        return f"**Outside the data**{reason}. No car sold in the data is like it, so demand is a range and never a point."
    if badge == "edge":
        return f"**At the edge of the data**{reason}. Few cars in the data are like it; read the ranges, not the middle."
    return f"**Inside the data**{reason}." if badge == "inside" else "Whether the data hold a car like it is not known."


def sentences(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The `sentences` field of a Summary."""
    summary = normal(summary)
    return {"relax": relax(summary), "buy": buy(summary), "lede": lede(summary), "beliefs": beliefs(summary)}
