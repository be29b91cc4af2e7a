"""What does `roadworthy sell` print?

Sales as a range, the business case by route against the visible record, what would have to be true, who buys and what they give up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.charts_launches import left_out
from roadworthy.report.normal import launch, support
from roadworthy.report.numbers import UNKNOWN, car_price_span, dollar_span, finite, known, mark, of_100, per_cent, span, status_of
from roadworthy.report.plain_words import beliefs, buy, support_sentence
from roadworthy.report.terminal_text import BOLD, LEAST_WIDTH, table, tint, wrap


def as_summary(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The one reform of a `sell` as a Summary, so that the same sentences speak of it."""
    reform = {
        "id": "asked",
        "title": answer.get("reform"),
        **{k: answer.get(k) for k in ("units_y5", "price_usd", "routes", "p_enters", "decided", "by_form")},
    }
    reform |= {
        "variance_from_form": answer.get("variance_from_form"),
        "route": answer.get("route"),
        "share_extrapolated": answer.get("share_extrapolated"),
    }
    return {
        "headline": "asked",
        "reforms": [reform],
        "support": support(r.record(answer.get("support"))),
        "record": [launch(x) for x in r.records(answer.get("record"))],
        "own": r.records(answer.get("own")),
        "tornado": [],
    }


def _left(answer: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """Models that buyers would have had, and the price at which half of a model's buyers would change over."""
    rows = []
    for x in r.records(answer.get("would_have_bought")):
        share, beaten, some = x.get("share"), x.get("beaten_at_usd"), finite(x.get("beaten_at_some_price"))
        if not known(share) or not known(beaten):
            continue
        at = "at no price" if not beaten["p90"] > 0.0 else car_price_span(beaten)
        if some is not None and some < 1.0 and beaten["p90"] > 0.0:
            at = f"{at}, at some price in {of_100(some)} of 100"
        taken = f"{per_cent(share['p10']).removesuffix(' %')} to {per_cent(share['p90']).removesuffix(' %')}"
        listed = finite(x.get("price_usd"))
        rows.append([r.text(x.get("model")), f"${listed:,.0f}" if listed else UNKNOWN, taken, at])
    if not rows:
        return []
    title = tint("Models they would have bought, and the price that beats each (half of its buyers change over)", BOLD, colour)
    return ["", *wrap(title, width), *table(["model", "list price", "of 100 buyers", "beaten at"], rows, "wrrw", width)]


def _prices(answer: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """Sales and the case along a line of prices."""
    rows = [
        [f"${finite(x.get('price_usd')) or 0.0:,.0f}", span(x.get("units_y5")), span(x.get("break_even_units")), of_100(x.get("pays"))]
        for x in r.records(answer.get("price_line"))
        if known(x.get("units_y5"))
    ]
    if not rows:
        return []
    even, exists = answer.get("break_even_price_usd"), finite(answer.get("break_even_price_exists"))
    said = "No price in this range breaks even in any draw."
    if known(even) and exists:
        said = f"Some price breaks even in {of_100(exists)} of 100 draws; the lowest such price is {car_price_span(even)}."
    return [
        "",
        tint("At other prices", BOLD, colour),
        *table(["price", "sells, year 5", "must sell a year", "pays, of 100"], rows, "rwwr", width),
        *wrap(said, width),
    ]


def _gain(answer: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """What buyers of new vehicles gain a year, by income and by what it comes from."""
    rows = [
        [r.text(x.get("label")), *(dollar_span(x.get(f"{part}_usd"), word=False, joint=" to ") for part in ("variety", "price", "total"))]
        for x in r.records(answer.get("gain_parts"))
        if known(x.get("total_usd"))
    ]
    if not rows:
        return []
    heads = ["household income", "a new car to choose", "rivals cheaper", "in all"]
    return ["", tint("What buyers gain a year at launch, and from what", BOLD, colour), *table(heads, rows, "lwww", width)]


def _held_out(answer: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """Cars that the model had not seen, and how it scored."""
    held = r.record(answer.get("holdout"))
    rows = [
        [
            x["name"],
            f"{x['observed']:,.0f}",
            f"{x['p10']:,.0f} to {x['p90']:,.0f}",
            f"{x['log_error']:+.2f}",
            "yes" if x["covered"] else "no",
        ]
        for x in left_out(answer)
    ]
    score = r.text(r.record(held.get("score")).get("sentence"))
    if not rows or not score:
        return []
    heads = ["car, year", "sold", "would have said, 10 to 90 %", "ln error", "inside"]
    return ["", tint("Cars the model had not seen", BOLD, colour), *table(heads, rows, "lrwrr", width), *wrap(f"{score}.", width)]


def render_sell(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Would anyone buy this vehicle under a reform, and would it pay to make?"""
    width = max(int(width), LEAST_WIDTH)
    given = as_summary(answer)
    draws = finite(answer.get("draws"))
    asked = r.record(answer.get("asked"))
    price = finite(asked.get("price_usd"))
    parts = [
        r.text(answer.get("name"), r.text(answer.get("vehicle"))),
        r.text(answer.get("reform")),
        f"sold at ${price:,.0f} before tax" if price else "",
        f"by {r.text(asked.get('route'))}" if r.text(asked.get("route")) else "",
        f"among the models of {r.text(asked.get('market'))}" if r.text(asked.get("market")) else "",
        f"law of {r.text(answer.get('law_date'), UNKNOWN)}",
    ]
    out = wrap(" · ".join([*(p for p in parts if p), f"{draws:,.0f} draws" if draws else ""]).rstrip(" ·"), width)
    out[0] = tint(out[0], BOLD, colour)
    said = buy(given)
    out += ["", *wrap(f"{said['word']}. {said['text']}", width), "", *wrap(support_sentence(given), width)]
    rows = []
    for name, x in r.routes(given["reforms"][0]).items():
        if not x.get("open", True):
            rows.append([r.route_name(name), "not open", "", "", "", "", ""])
            continue
        pays = of_100(x.get("pays")) if finite(x.get("pays")) is not None else UNKNOWN
        rows.append([r.route_name(name), car_price_span(x.get("price_usd")), dollar_span(x.get("margin_usd"), joint=" to "), dollar_span(x.get("fixed_usd"), signed=False, word=False, joint=" to "),
                     span(x.get("break_even_units")), span(x.get("units_y5")), pays])  # fmt: skip
    if rows:
        out += [
            "",
            *table(
                ["by", "price", "earned a car", "to start", "must sell a year", "sells, year 5", "pays, of 100"], rows, "lwwwwwr", width
            ),
        ]
    decided = r.record(answer.get("decided"))
    makers, second = finite(decided.get("makers")), finite(decided.get("p_second"))
    if makers is not None and second is not None:
        followed = (
            f"As makers decide, {makers:.2g} of them are expected to enter; a second follows the first in {of_100(second)} of 100 draws."
        )
        out += ["", *wrap(followed, width)]
    must = beliefs(given)
    if must:
        out += ["", tint("What would have to be true", BOLD, colour)]
        for text in must:
            out += wrap(text, width, 2, "·")
    for title, key in (
        ("Who buys, of 100, by income", "who_buys"),
        ("by where they live", "regions"),
        ("by vehicles at home", "vehicles_at_home"),
        ("What they would have had, of 100", "gives_up"),
    ):
        mix = [(r.text(m.get("label")), m["share"]) for m in r.records(answer.get(key)) if known(m.get("share"))]
        if mix:
            out += ["", tint(title, BOLD, colour)]
            out += table(
                ["", "10 to 90 %"],
                [[label, f"{per_cent(b['p10']).removesuffix(' %')} to {per_cent(b['p90']).removesuffix(' %')}"] for label, b in mix],
                "lr",
                width,
            )
    out += _left(answer, width, colour) + _gain(answer, width, colour) + _prices(answer, width, colour)
    record = r.records(given["record"])
    if record:
        rows = [
            [
                r.text(x.get("model")),
                r.text(x.get("year")),
                f"{u:,.0f}" if (u := finite(x.get("units"))) is not None else UNKNOWN,
                mark(status_of(x)),
            ]
            for x in record
        ]
        out += ["", *table(["what small cars once sold", "years", "best year", "mark"], rows, "wlrl", width)]
    out += _held_out(answer, width, colour)
    for flag in answer.get("flags") or []:
        out += wrap(r.text(flag), width)
    return "\n".join(line.rstrip() for line in out)
