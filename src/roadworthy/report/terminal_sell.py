"""What does `roadworthy sell` print?

Sales as a range, the business case by route against the visible record, what would have to be true, who buys and what they give up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
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


def render_sell(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Would anyone buy this vehicle under a reform, and would it pay to make?"""
    width = max(int(width), LEAST_WIDTH)
    given = as_summary(answer)
    draws = finite(answer.get("draws"))
    parts = [
        r.text(answer.get("name"), r.text(answer.get("vehicle"))),
        r.text(answer.get("reform")),
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
    must = beliefs(given)
    if must:
        out += ["", tint("What would have to be true", BOLD, colour)]
        for text in must:
            out += wrap(text, width, 2, "·")
    for title, key in (("Who buys, of 100 buyers", "who_buys"), ("What they would have had, of 100", "gives_up")):
        mix = [(r.text(m.get("label")), m["share"]) for m in r.records(answer.get(key)) if known(m.get("share"))]
        if mix:
            out += ["", tint(title, BOLD, colour)]
            out += table(
                ["", "10 to 90 %"],
                [[label, f"{per_cent(b['p10']).removesuffix(' %')} to {per_cent(b['p90']).removesuffix(' %')}"] for label, b in mix],
                "lr",
                width,
            )
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
    for flag in answer.get("flags") or []:
        out += wrap(r.text(flag), width)
    return "\n".join(line.rstrip() for line in out)
