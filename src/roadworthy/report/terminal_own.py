"""Who fits and what a mile costs, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.normal import TIERS
from roadworthy.report.numbers import MINUS, UNKNOWN, car_price, finite, mark, per_cent, status_of
from roadworthy.report.terminal_marks import coloured, joined, number, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

YES = 0.5
"""A single party fits wholly or not at all."""


def render_fit(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Which share of American adults fits."""
    width = max(int(width), LEAST_WIDTH)
    status = status_of(answer, "assumed")
    named = [str(p) for p in answer.get("people") or []]
    asked = f"do they fit? {'; '.join(named)} (sex, m, kg; the last one fills the empty seats)" if named else "who fits, of 100 US adults"
    out = [*wrap(f"{r.text(answer.get('name'), r.text(answer.get('id')))}: {asked}", width), ""]
    out[0] = title(out[0], colour)
    tiers = r.records(answer.get("tiers")) or [{"tier": k, "share": v} for k, v in r.record(answer.get("shares")).items()]
    rows = []
    for t in tiers:
        name = r.text(t.get("tier"))
        share = finite(t.get("share"))
        margin, binds = finite(t.get("margin")), r.text(t.get("binding")).replace("_", " ")
        room = "" if margin is None or not binds else f"{binds}, {_margin(name, margin)}"
        said = UNKNOWN if share is None else ("yes" if share > YES else "no") if named else per_cent(share).removesuffix(" %")
        rows.append([TIERS.get(name, name.replace("_", " ")), said, room, mark(status)])
    out += coloured(
        table(["who", "fits" if named else "of 100", "what binds, room left at the tight end", "mark"], rows, "lrwl", width), colour
    )
    out += _family(answer, width)
    if answer.get("why_unknown"):
        out += wrap(r.text(answer["why_unknown"]), width)
    source = r.text(answer.get("source"))
    return joined([*out, *(wrap(f"Interior: {source} {mark(status)} {status}.", width) if source else [])])


def _family(answer: Mapping[str, Any], width: int) -> list[str]:
    """Child seats and load in a sentence each, where they are known."""
    child, cargo = r.record(answer.get("children")), r.record(answer.get("cargo"))
    share, across, volume = finite(child.get("rear_facing_share")), finite(child.get("seats_across")), finite(cargo.get("volume_m3"))
    alone, two = finite(cargo.get("load_beside_driver_kg")), finite(cargo.get("load_beside_two_kg"))
    out = []
    if share is not None:
        words = f"Behind {per_cent(share).removesuffix(' %')} of 100 drivers a rear-facing child seat has room ○"
        out += wrap(words + (f"; {across:.0f} child seats stand side by side ○." if across is not None else "."), width)
    if alone is not None:
        beside = f", {two:.0f} kg beside two" if two is not None else ""
        out += wrap(f"Load: {alone:.0f} kg beside a mean driver{beside}.", width)
    if volume is not None:
        out += wrap(f"Cargo: {1e3 * volume:.0f} L behind the last row (EPA) ◐.", width)
    return ["", *out] if out else []


def _margin(tier: str, margin: float) -> str:
    unit, by = ("kg", 1.0) if tier.startswith("load") else ("mm", 1e3)
    value = margin * by
    return f"{MINUS if value < 0 else '+'}{abs(value):.0f} {unit}"


def _dollars(value: Any) -> str:
    """Dollars of one year, money back with its sign."""
    found = finite(value)
    if found is None:
        return UNKNOWN
    return f"{MINUS if found < 0 else ''}${abs(found):,.0f}" if found else "–"


def render_own(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What a mile costs, item by item, and below which price it wins."""
    width = max(int(width), LEAST_WIDTH)
    head = f"{r.text(answer.get('name'), r.text(answer.get('vehicle')))}: {number(answer.get('cents_per_mile'))} cents a mile"
    low, high = finite(answer.get("cents_per_mile_p5")), finite(answer.get("cents_per_mile_p95"))
    head += f", 90 of 100 draws {number(low)} to {number(high)}" if low is not None and high is not None else ""
    head += f"; in {r.text(answer.get('place'))}" if answer.get("place") else ""
    head += f"; {number(answer.get('years'))} years, {number(answer.get('miles_per_yr'))} miles a year, dollars of {r.text(answer.get('base_year'), '2022')}"
    out = [*wrap(head, width), ""]
    out[0] = title(out[0], colour)
    rows = [
        [r.text(x.get("item")).replace("_", " "), number(x.get("cents_per_mile"), digits=3), f"${number(x.get('usd'))}", f"${number(x.get('usd_per_month'))}"]
        for x in r.records(answer.get("items"))
        if finite(x.get("usd")) != 0.0
    ]  # fmt: skip
    rows.append(
        ["sum", number(answer.get("cents_per_mile")), f"${number(answer.get('total_usd'))}", f"${number(answer.get('usd_per_month'))}"]
    )
    out += table(
        ["item", "cents a mile", "in all", "a month"], [[c.replace(f"${UNKNOWN}", UNKNOWN) for c in row] for row in rows], "lrrr", width
    )
    parts = [f"{r.text(x.get('item'))} {number(x.get('cents_per_mile'), digits=2)}" for x in r.records(answer.get("of_which"))]
    if parts:
        out += wrap(f"Of maintenance: {', '.join(parts)} cents a mile.", width)
    bought = r.records(answer.get("landed"))
    if bought:
        rows = [[r.text(x.get("part")), f"${number(x.get('usd'))}", mark(status_of(x)), r.text(x.get("source"))] for x in bought]
        out += ["", *coloured(table(["landed price", "dollars", "mark", "source"], rows, "wrlw", width), colour)]
    purse = r.records(answer.get("cash"))
    if purse:
        keys = ("purchase", "loan", "running", "resale", "sum")
        rows = [[f"{finite(x.get('year')) or 0:.0f}", *(_dollars(x.get(k)) for k in keys)] for x in purse]
        out += ["", *table(["year", "down payment", "loan", "running", "resale", "purse"], rows, "rrrrrr", width)]
    even = r.records(answer.get("break_even"))
    if even:
        rows = [
            [r.text(x.get("name"), r.text(x.get("rival"))), car_price(x.get("price_usd")), f"{car_price(x.get('price_p5_usd'))} to {car_price(x.get('price_p95_usd'))}",
             f"${number(x.get('saving_usd_per_yr'))} a year".replace(f"${MINUS}", f"{MINUS}$").replace(f"${UNKNOWN} a year", UNKNOWN)]
            for x in even
        ]  # fmt: skip
        out += ["", *table(["costs the same as", "below", "90 of 100 draws", "saves at its price"], rows, "wrrr", width)]
    inputs = r.records(answer.get("inputs"))
    assumed = [r.text(x.get("name")) for x in inputs if status_of(x) == "assumed"]
    if inputs:
        out += ["", *coloured(wrap(f"○ {len(assumed)} of {len(inputs)} inputs assumed: {', '.join(assumed)}.", width), colour)]
    for note in answer.get("notes") or []:
        out += wrap(r.text(note), width)
    return joined(out)
