"""Mileage, merging and hills, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, mark, per_cent, status_of
from roadworthy.report.terminal_marks import coloured, joined, number, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap


def render_drive(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Mileage, acceleration, merging, top speed and hills."""
    width = max(int(width), LEAST_WIDTH)
    status = status_of(answer, "derived")
    label, merge, grade = (r.record(answer.get(k)) for k in ("label", "merge", "grade"))
    unit = r.text(label.get("unit"), "mpg")
    out = [title(r.text(answer.get("name"), r.text(answer.get("id"))), colour)]
    if answer.get("known") is False:
        return joined([*out, *wrap(r.text(answer.get("reason"), "What it needs is not known."), width)])
    lane = number(finite(merge.get("lane_m")), "m")
    rows = [
        [
            "label, city / highway / combined",
            f"{number(label.get('city_mpg'))} / {number(label.get('hwy_mpg'))} / {number(label.get('combined_mpg'))} {unit}",
        ],
        ["label by all five tests, the same three", _five(answer, unit)],
        ["label, power from the wall", number(label.get("combined_kwh_per_100mi"), "kWh per 100 miles")],
        ["Japanese cycle, WLTC", number(r.record(answer.get("wltcj")).get("km_per_l"), "km/L")],
        ["CO₂", number(answer.get("co2_g_per_km"), "g/km")],
        ["range", number(answer.get("range_km"), "km")],
        ["0 to 60 mph", "never" if answer.get("never_reaches_60") else number(answer.get("time_0_60_s"), "s")],
        ["the same, loaded", number(answer.get("time_0_60_loaded_s"), "s")],
        ["50 to 70 mph", number(answer.get("time_50_70_s"), "s")],
        [f"at the end of a {lane} lane", f"{number(merge.get('speed_mph'), 'mph')}, loaded {number(merge.get('loaded_mph'), 'mph')}"],
        [
            "top speed",
            number(answer.get("top_speed_mph"), "mph") + (f" ({answer['top_speed_reason']})" if answer.get("top_speed_reason") else ""),
        ],
        ["top speed on 6 %", number(answer.get("top_speed_6pct_mph"), "mph")],
        *([f"grade held at {k.removeprefix('at_').replace('_', ' ')}", per_cent(v)] for k, v in grade.items()),
    ]
    sure = [[*row, mark(status)] for row in rows if not row[1].startswith(UNKNOWN)]
    out += ["", *coloured(table(["", "", "mark"], sure, "lwl", width), colour)]
    driven = r.record(answer.get("cycles"))
    if driven:
        rows = [
            [k, number(c.get("J_per_m"), "kJ/km"), number(c.get("missed_s"), "s"), number(c.get("largest_lag_mph"), "mph")]
            for k, c in driven.items()
        ]
        out += ["", *coloured(table(["cycle", "energy", "missed", "falls behind by"], rows, "lrrr", width), colour)]
    checks = r.records(answer.get("checks"))
    if checks:
        word = {"True": "✓ yes", "False": "✕ no"}
        rows = [
            [
                r.text(c.get("what")),
                number(c.get("value")),
                number(c.get("needed")),
                word.get(str(c.get("passes")), "? not known"),
                mark(status_of(c)),
            ]
            for c in checks
        ]
        out += ["", *coloured(table(["can it keep up?", "has", "needs", "enough?", "mark"], rows, "wrrll", width), colour)]
    if answer.get("extrapolated"):
        out += wrap("Extrapolated: outside the vehicles on which the model was checked.", width)
    others = r.records(answer.get("comparators"))
    if others:
        rows = [[r.text(x.get("name"), r.text(x.get("id"))), number(r.record(x.get("label")).get("combined_mpg"), unit), number(x.get("time_0_60_s"), "s"), number(r.record(x.get("merge")).get("speed_mph"), "mph"), number(x.get("top_speed_mph"), "mph"), mark(status_of(x, "derived"))] for x in others]  # fmt: skip
        out += ["", *coloured(table(["beside it", "label", "0 to 60", "merges at", "top", "mark"], rows, "wrrrrl", width), colour)]
    return joined(out)


def _five(answer: Mapping[str, Any], unit: str) -> str:
    """City, highway and combined by five tests; unknown where they were not asked for."""
    found = r.record(answer.get("label_five_cycle"))
    if finite(found.get("combined_mpg")) is None:
        return "does not apply: electric, plug-in or unknown" if found else UNKNOWN
    return f"{number(found['city_mpg'])} / {number(found['hwy_mpg'])} / {number(found['combined_mpg'])} {unit}"


def render_quality(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Error of unadjusted consumption on test cars that no fit has seen."""
    width = max(int(width), LEAST_WIDTH)
    rows = [
        [
            r.text(row.get("kind")),
            r.text(row.get("quantity")),
            number(row.get("cars")),
            number(row.get("groups")),
            *(f"{100.0 * row[k]:{sign}.1f} %" for k, sign in (("median", ""), ("p90", ""), ("bias", "+"))),
        ]
        for row in r.records(answer.get("rows"))
    ]
    head = ["drive", "cycle", "cars", "model groups", "median error", "90th percentile", "model over measured"]
    out = [title("Held-out test cars: energy per mile, unadjusted", colour), "", *coloured(table(head, rows, "llrrrrr", width), colour)]
    out += wrap(
        "EPA test cars of model years 2010-22 whose make and model group took no part in any fit; makers may have other models in it.",
        width,
    )
    return joined(out)
