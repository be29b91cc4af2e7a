"""What stands in the tables of record: verdicts, both drivers, each vehicle, the accounting statement, assumptions, past launches?

Every value carries its mark; missing fields read "not known".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.core import units
from roadworthy.report import reading as r
from roadworthy.report.charts_launches import left_out
from roadworthy.report.numbers import (
    MINUS,
    UNKNOWN,
    finite,
    money_scale,
    of_100,
    per_cent,
    plain,
    quantity,
    scale,
    status_of,
)
from roadworthy.report.tables import Cell, Row, Table

VERDICTS = {"yes": ("y", "✓", "yes"), "no": ("n", "✕", "no"), "discretionary": ("d", "~", "an agency may"), "unknown": ("u", "?", UNKNOWN)}
MOST_CHILDREN = 4
HEADINGS = {
    "mpg": "label, mpg", "label_mpg": "label, mpg", "mpg_combined": "label, mpg", "time_0_60_s": "0 to 60 mph, s", "t_0_60mph_s": "0 to 60 mph, s",
    "merge_speed_mps": "merges at, mph", "merge_mph": "merges at, mph", "speed_max_mps": "top speed, mph", "speed_max_mph": "top speed, mph", "top_mph": "top speed, mph",
    "consumption_J_per_m": "energy, MJ a km", "driver": "driver", "front_pair": "front pair", "no_elbow": "no elbows touch", "four_up": "four up, room",
    "load": "four up, load", "rear": "rear seat",
}  # fmt: skip
NAMES = ("id", "name", "status", "source", "note", "flags", "body_kind", "vehicle")


def verdict_table(rows: Sequence[Mapping[str, Any]], caption: str, depths: int = 0) -> Table | None:
    """Doors with their verdict, how far off, the clause and the mark; what decides each stands under it."""

    def lay(row: Mapping[str, Any], depth: int) -> list[Row]:
        verdict = VERDICTS.get(r.text(row.get("verdict"), "unknown").lower(), VERDICTS["unknown"])
        status = status_of(row)
        name, answer, clause = r.text(row.get("door"), "door"), r.text(row.get("answer")), r.text(row.get("clause"))
        name = name[:1].upper() + name[1:] if depth == 0 else name
        cells = [
            Cell(name, verdict=verdict),
            Cell(answer if answer and answer != "unknown" else verdict[2]),
            Cell(r.text(row.get("off_by")) or UNKNOWN),
            Cell("" if clause.startswith("--") else clause),
            Cell("", status),
        ]
        here = Row(cells, depth=depth, assumed=status == "assumed")
        children = r.records(row.get("children")) if depth < depths else []
        more = len(children) - MOST_CHILDREN + int(finite(row.get("more")) or 0)
        under = [x for child in children[:MOST_CHILDREN] for x in lay(child, depth + 1)]
        rest = [Row([Cell(f"and {more} more"), *[Cell("")] * 4], depth=depth + 1)] if children and more > 0 else []
        return [here, *under, *rest]

    found = [x for row in rows for x in lay(row, 0)]
    return Table(caption, ["door", "may it?", "off by", "clause", "mark"], found) if found else None


def crash_table(summary: Mapping[str, Any]) -> Table | None:
    """Both drivers in the head-on crash, and the wall test beside it."""
    crash = r.record(summary.get("crash"))
    walls = r.records(crash.get("wall"))
    by_name = {r.text(w.get("name")): w for w in walls}
    rows = []
    for i, s in enumerate(r.records(crash.get("sides"))):
        status = status_of(s, status_of(crash, "derived"))
        wall = by_name.get(r.text(s.get("name")), walls[i] if i < len(walls) else {})
        dv, crush, push = (
            quantity(s, "delta_v", "mph", "speed"),
            quantity(s, "crush", "cm", "length"),
            quantity(s, "intrusion", "cm", "length"),
        )
        p, w = finite(s.get("p_ais3")), finite(wall.get("p_ais3"))
        rows.append(
            Row(
                [
                    Cell(f"{r.short_name(r.text(s.get('name'), f'side {i + 1}'))} driver"),
                    Cell(f"{plain(dv)} mph" if dv is not None else UNKNOWN, strong=i == 0), Cell(f"{plain(crush)} cm" if crush is not None else UNKNOWN, strong=i == 0),
                    Cell(f"{plain(push)} cm" if push is not None else UNKNOWN, strong=i == 0), Cell(f"{of_100(p)} in 100" if p is not None else UNKNOWN, strong=i == 0),
                    Cell(f"{of_100(w)} in 100" if w is not None else UNKNOWN), Cell("", status),
                ],
                assumed=status == "assumed",
            )
        )  # fmt: skip
    return (
        Table("Both drivers", ["", "speed change", "crush", "cabin pushed in", "serious injury", "same, wall test", "mark"], rows)
        if rows
        else None
    )


def heading(key: str) -> str:
    """A field's name as a heading with its unit."""
    if key in HEADINGS:
        return HEADINGS[key]
    for suffix, unit in (
        ("_mps", "mph"),
        ("_mph", "mph"),
        ("_usd", "$"),
        ("_kg", "kg"),
        ("_m", "m"),
        ("_s", "s"),
        ("_g", "g"),
        ("_W", "W"),
        ("_share", "of 100"),
    ):
        if key.endswith(suffix):
            return f"{key.removesuffix(suffix).replace('_', ' ')}, {unit}"
    return key.replace("_", " ")


def vehicle_table(rows: Sequence[Mapping[str, Any]], caption: str, *, shares: bool = False) -> Table | None:
    """Whatever is known of each vehicle, one column a quantity; shares are shown of 100."""
    flat = [
        {**{k: v for k, v in row.items() if k not in ("shares", "tiers")}, **r.record(row.get("shares") or row.get("tiers"))}
        for row in rows
    ]
    keys = [
        k for k in dict.fromkeys(k for row in flat for k in row if k not in NAMES) if any(finite(row.get(k)) is not None for row in flat)
    ]
    if not keys:
        return None
    found = []
    for row in flat:
        cells = [Cell(r.short_name(r.text(row.get("name"), r.text(row.get("id")))))]
        for key in keys:
            value, status = finite(row.get(key)), status_of(row.get(key), status_of(row))
            if value is None:
                cells.append(Cell("–" if shares else UNKNOWN))
                continue
            if key.endswith("_mps"):
                value /= units.MPH
            if key == "consumption_J_per_m":
                value /= 1e3
            text = per_cent(value).removesuffix(" %") if shares else plain(value, digits=3 if value >= 100 else 2)
            cells.append(Cell(text, status))
        found.append(Row(cells))
    return Table(caption, ["of 100 US adults" if shares else "", *map(heading, keys)], found)


def statement_table(reform: Mapping[str, Any]) -> Table | None:
    """The accounting statement in the layout of OMB Circular A-4."""
    rows, before, item = [], None, None
    given = r.records(reform.get("accounting_statement"))
    periods = [r.text(x.get("period")) for x in given]
    usual = max(set(periods), key=periods.count) if len(set(periods)) < len(periods) else ""
    for x in given:
        group, low, mid, high = r.text(x.get("category")), *(finite(x.get(k)) for k in ("low", "primary", "high"))
        unit = r.text(x.get("unit"))
        s = money_scale([low, mid, high]) if "USD" in unit.upper() or "dollar" in unit else scale([1.0])
        seen = [v / s.factor for v in (low, mid, high) if v is not None]
        top = max(map(abs, seen), default=0.0)
        if all(v == round(v) for v in seen):
            top = max(top, 10.0)

        def said(v: float | None, s: Any = s, top: float = top) -> str:
            return "–" if v is None else plain(v / s.factor, top=top or None)

        where = " ".join(p for p in (s.short, unit) if p)
        cells = [
            Cell(group if group != before else ""),
            Cell(r.text(x.get("item")) if (group, x.get("item")) != (before, item) else ""),
            Cell(said(mid), strong=True),
            Cell(said(low)),
            Cell(said(high)),
            Cell(where),
        ]
        rate, period = r.text(x.get("rate")), r.text(x.get("period"))
        cells += [
            Cell("" if rate == "none" else rate),
            Cell("" if period == usual else period),
            Cell(r.text(x.get("source")), status_of(x)),
        ]
        rows.append(Row(cells, assumed=status_of(x) == "assumed"))
        before, item = group, x.get("item")
    heads = ["category", "item", "primary", "low", "high", "unit", "rate", "period", "source"]
    note = "Low and high are quantiles of the draws. Layout of OMB Circular A-4 (2003)."
    said_once = f" Where no period is named it is {usual}." if usual else ""
    return Table("Accounting statement", heads, rows, note + said_once) if rows else None


def assumption_table(summary: Mapping[str, Any]) -> Table | None:
    """Every uncertain number, assumed ones first and marked."""
    given = r.records(summary.get("assumptions"))
    order = {"assumed": 0, "derived": 1, "published": 2, "measured": 3, "law": 4}
    rows = []
    for x in sorted(
        given, key=lambda x: (r.text(x.get("path")).split(".")[0], order.get(r.text(x.get("status")), 0), r.text(x.get("path")))
    ):
        unit, value = r.text(x.get("unit")), finite(x.get("value"))
        low, high = finite(x.get("p10")), finite(x.get("p90"))
        shown = number(value)
        rng = f"{number(low)} to {number(high)}" if low is not None and high is not None else "not drawn"
        unit = "" if unit in ("-", "1") else unit
        status = status_of(x, "assumed")
        rows.append(
            Row([Cell(r.text(x.get("meaning"), r.text(x.get("path")))), Cell(f"{shown} {unit}".strip(), status, strong=True), Cell(rng), Cell(status), Cell(r.text(x.get("source"))), Cell(r.text(x.get("path")))],
                assumed=status == "assumed")
        )  # fmt: skip
    heads = ["what", "value at the centre", "80 of 100 draws", "status", "source", "name in the program"]
    return Table("Every uncertain number", heads, rows) if rows else None


def number(value: float | None) -> str:
    """A parameter with three figures; very large and small ones at a scale."""
    if value is None:
        return UNKNOWN
    if abs(value) >= 1e6:
        by = scale([value])
        return f"{value / by.factor:.3g} {by.short}".replace("-", MINUS)
    if value != 0.0 and abs(value) < 1e-3:
        return f"{value:.2g}".replace("-", MINUS)
    return (f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}").replace("-", MINUS)


def launch_table(summary: Mapping[str, Any]) -> Table | None:
    """Cars that the model had not seen: what it would have said, what was sold, and how it scored."""
    rows = [
        Row(
            [
                Cell(x["name"]), Cell(f"{x['observed']:,.0f}", x["status"]), Cell(f"{x['p10']:,.0f} to {x['p90']:,.0f}"), Cell(f"{x['p50']:,.0f}"),
                Cell(f"{x['log_error']:+.2f}".replace("-", MINUS)), Cell("yes" if x["covered"] else "no", strong=not x["covered"]), Cell(x["badge"]),
            ],
            assumed=x["status"] == "assumed",
        )
        for x in left_out(summary)
    ]  # fmt: skip
    heads = ["car, year", "sold", "forecast, 10 to 90 %", "middle", "ln(middle / sold)", "inside", "support"]
    said = r.text(r.record(r.record(summary.get("holdout")).get("score")).get("sentence"))
    return Table("Small cars the model had not seen", heads, rows, f"{said[:1].upper()}{said[1:]}." if said else "") if rows else None


def record_table(summary: Mapping[str, Any]) -> Table | None:
    """What small cars once sold in the US."""
    rows = [
        Row([Cell(r.text(x.get("model"))), Cell(r.text(x.get("year"), UNKNOWN)), Cell(f"{w:,.0f}" if (w := finite(x.get("low"))) is not None else "–"), Cell(f"{u:,.0f}" if (u := finite(x.get("units"))) is not None else UNKNOWN, status_of(x)), Cell(r.text(x.get("source")))],
            assumed=status_of(x) == "assumed")
        for x in r.records(summary.get("record"))
    ]  # fmt: skip
    return (
        Table("Visible sales of past small cars", ["model", "years", "worst year, vehicles", "best year, vehicles", "source"], rows)
        if rows
        else None
    )
