"""What do `roadworthy statement` and `roadworthy explain` print?

The statement in the layout of OMB Circular A-4, one table a category; the walk from a number to its lines, steps, inputs and sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.core import MARK
from roadworthy.report import reading as r
from roadworthy.report.numbers import MINUS, UNKNOWN, Scale, finite, known, mark, middle, money_scale, outer, plain, span
from roadworthy.report.terminal_text import BOLD, LEAST_WIDTH, bare, table, tint, wrap

TITLES = {
    "benefit": "Benefits",
    "transfer": "Transfers",
    "cost": "Costs",
    "net": "Net",
    "alternative": "Net under other switches, beside and never mixed in",
    "distribution": "Buyers' gain by household income",
    "quantified": "Counted",
    "why": "Why the headlines moved",
    "bound": "An outside check",
    "effect": "Effects in words",
}
STEP_INDENT = 4


def amount(value: Any, top: float) -> str:
    """A number of the statement at the grain of its row."""
    number = finite(value)
    if number is None:
        return "–"
    return plain(number, top=top or None, signed=False)


def render_statement(found: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The accounting statement as text; every row carries its mark."""
    width = max(int(width), LEAST_WIDTH)
    study = r.record(found.get("study"))
    head = f"Accounting statement · {r.text(found.get('reform_title'))} · key {r.text(found.get('key'))[:7]}"
    given = "; ".join(str(said) for said in found.get("conditions", []))
    out = [*wrap(head, width), *wrap(f"If {given}. Dollars of {study.get('base_year', 2022)}; low and high hold 90 of 100 draws.", width)]
    rows = r.records(found.get("rows"))
    for category in dict.fromkeys(str(row["category"]) for row in rows):
        mine = [row for row in rows if row["category"] == category]
        numbers = [row for row in mine if finite(row["primary"]) is not None]
        out += ["", tint(TITLES.get(category, category), BOLD, colour)]
        cells = []
        for row in numbers:
            top = max(abs(finite(row[name]) or 0.0) for name in ("low", "primary", "high"))
            rate = "" if row["rate"] == "none" else str(row["rate"])
            cells.append(
                [f"{row['item']} {mark(row['status'])}", rate, *(amount(row[n], top) for n in ("primary", "low", "high")), str(row["unit"])]
            )
        if cells:
            out += table(["", "rate", "primary", "low", "high", "unit"], cells, "wlrrrw", width)
        for row in mine:
            if row not in numbers:
                out += wrap(str(row["item"]), width, 3, " ·")
    out += [
        "",
        *wrap(
            f"roadworthy statement {r.text(found.get('key'))[:7]} --csv   roadworthy explain {r.text(found.get('key'))[:7]} net_benefit",
            width,
        ),
    ]
    return "\n".join(line.rstrip() for line in out)


def usd(value: float, by: Scale, *, top: float | None = None) -> str:
    """Money at a given scale: +$1.2 bn, −$0.03 bn, $0."""
    text = plain(value / by.factor, signed=True, top=top)
    sign, body = (text[0], text[1:]) if text[0] in "+" + MINUS else ("", text)
    return f"{sign}${body} {by.short}".rstrip() if body != "0" else "$0"


def usd_band(band: Any) -> str:
    """A band of dollars: the middle, then 80 of 100 draws."""
    if not known(band):
        return UNKNOWN
    s = money_scale(outer(band))
    top = max(map(abs, outer(band))) / s.factor
    return f"{usd(band['p50'], s, top=top)} ({span(band, by=s, signed=True)})"


def usd_ends(low: float, high: float) -> str:
    """Where a number stands at the two ends of an input."""
    s = money_scale([low, high])
    return f"{usd(low, s)} to {usd(high, s)}"


def value_of(found: Mapping[str, Any]) -> str:
    """The value of what is explained, with its unit."""
    if known(found.get("band")):
        unit = r.text(found.get("unit"))
        return (
            usd_band(found["band"])
            if unit.startswith("USD")
            else f"{middle(found['band'], signed=True)} ({span(found['band'], signed=True)}) {unit}"
        )
    number = finite(found.get("value"))
    return UNKNOWN if number is None else f"{number:.6g} {r.text(found.get('unit'))}".replace("-", MINUS if number < 0 else "-")


def render_explain(found: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The walk from a number to its sources."""
    width = max(int(width), LEAST_WIDTH)
    out = wrap(
        f"{r.text(found.get('target'))} · {r.text(found.get('reform_title'))} · {r.text(found.get('rate'))} % · key {r.text(found.get('key'))[:7]}",
        width,
    )
    said = f"{r.text(found.get('label'))}: {value_of(found)} {mark(r.text(found.get('status')))}"
    out += ["", *(tint(line, BOLD, colour) for line in wrap(said, width))]
    if found.get("how"):
        out += wrap(r.text(found["how"]), width, 2, " =")
    if found.get("kind") == "assumption":
        return "\n".join(line.rstrip() for line in [*out, *_of_assumption(found, width)])
    if found.get("kind") == "net":
        for row in r.records(found.get("lines")):
            out += ["", tint(f"{row['label']}: {usd_band(row['band'])} {mark(row['status'])}", BOLD, colour)]
            out += wrap(r.text(row["how"]), width, 4, "   =")
            out += wrap(" → ".join(step["step"] for step in row["steps"]) + f" → {row['id']}", width, 4, "   ⇠")
            out += _inputs(row, width, 3)
        if found.get("silent"):
            out += ["", *wrap(f"Zero here: {', '.join(found['silent'])}.", width)]
        out += ["", tint("What moves the net most", BOLD, colour), *_inputs(found, width, len(found.get("inputs", [])))]
        out += _beside(found, width, colour)
        example = next((row["id"] for row in r.records(found.get("lines"))), "fuel")
        out += ["", *wrap(f"roadworthy explain {r.text(found.get('key'))[:7]} {example}   goes on from there", width)]
        return "\n".join(line.rstrip() for line in out)
    out += _parts(found, width, colour)
    out += ["", tint("Steps", BOLD, colour)]
    for step in r.records(found.get("steps")):
        out += wrap(f"{step['room']}: {step['gives']}. {step['how']}.", width, STEP_INDENT + 10, f" {step['step']}")
        for source in step.get("tables", []):
            out += wrap(f"{mark(source['status']) or '·'} {source['name']}: {source['source']}", width, STEP_INDENT + 12, "")
    for source in r.records(found.get("tables")):
        out += wrap(f"{mark(source['status']) or '·'} {source['name']}: {source['source']}", width, STEP_INDENT, "")
    out += ["", tint("Inputs", BOLD, colour), *_inputs(found, width, len(found.get("inputs", [])), sources=True)]
    return "\n".join(line.rstrip() for line in out)


def _parts(found: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """Exact parts of a headline, by their means, which add up."""
    out: list[str] = []
    for title, rows in (
        ("Split exactly (means add up)", found.get("parts")),
        ("By road", found.get("by_road")),
        ("Own occupants, by crash", found.get("by_type")),
        ("Whose miles", found.get("miles_from")),
    ):
        lines = r.records(rows)
        if not lines:
            continue
        top = max(abs(float(row["mean"])) for row in lines)
        cells = [[row["label"], plain(row["mean"], top=top, signed=True), span(row["band"], signed=True)] for row in lines]
        out += ["", tint(title, BOLD, colour), *table(["", "mean", "80 of 100 draws"], cells, "wrr", width)]
    return out


def _beside(found: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    beside = r.record(found.get("beside"))
    rows = r.records(beside.get("net_usd_r3"))
    if not rows:
        return []
    out = ["", tint("Beside the net, at 3 %", BOLD, colour)]
    out += table(["", "middle (80 of 100 draws)"], [[row["label"], usd_band(row["band"])] for row in rows], "wl", width)
    official = r.record(beside.get("official_mass"))
    if known(official.get("deaths_y10")):
        said = "; their fit holds no car so light, so this extrapolates" if official.get("extrapolated") else ""
        out += wrap(
            f"Deaths in year 10 by the official mass coefficients alone: {span(official['deaths_y10'], signed=True)}; by this model: {span(official.get('ours_y10'), signed=True)}{said}. {MARK['published']}",
            width, 2, " ·",
        )  # fmt: skip
    return out


def _inputs(found: Mapping[str, Any], width: int, most: int, *, sources: bool = False) -> list[str]:
    """Inputs with their mark and how far they move the number."""
    out: list[str] = []
    for row in r.records(found.get("inputs"))[:most]:
        low, high = finite(row.get("low_usd")), finite(row.get("high_usd"))
        ends = "held" if low is None or high is None else usd_ends(low, high)
        rng = "" if row.get("p10") is None else f" ({row['p10']:.3g} to {row['p90']:.3g})"
        unit = "" if row.get("unit") in ("-", "", "index") else f" {row['unit']}"
        out += wrap(f"{mark(row['status'])} {row['path']} = {row['value']:.4g}{rng}{unit}: {ends}", width, 6, "    ")
        if sources:
            out += wrap(bare(r.text(row["source"])), width, 8, "")
    return out


def _of_assumption(found: Mapping[str, Any], width: int) -> list[str]:
    """Where an assumption comes from, where it enters and what it moves."""
    low, high = finite(found.get("p10")), finite(found.get("p90"))
    out = [*wrap(f"{found.get('mark', '')} {r.text(found.get('status'))}: {r.text(found.get('source'))}", width, 2, "")]
    out += wrap(
        f"80 of 100 draws lie between {low:.4g} and {high:.4g}." if low is not None and high is not None else "It is not drawn.",
        width,
        2,
        "",
    )
    out += wrap(f"It enters: {', '.join(found.get('enters', [])) or 'nowhere'}.", width, 2, "")
    net: Sequence[Any] = found.get("net_usd") or []
    if net:
        out += wrap(f"Net at its low and high end: {usd_ends(*net)}.", width, 2, "")
    rows = []
    for row in r.records(found.get("moves")):
        s = money_scale([row["low_usd"], row["high_usd"]])
        rows.append([row["line"], usd(row["low_usd"], s), usd(row["high_usd"], s)])
    return [*out, "", *table(["line, at 3 %", "low end", "high end"], rows, "lrr", width)] if rows else out
