"""What stands in the report's tables?

A table is headings and rows of cells, each cell a text with its mark; the template only sets it. Missing fields read "not known".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import (
    UNKNOWN,
    car_price,
    car_price_span,
    dollar_span,
    finite,
    known,
    money_scale,
    of_100,
    outer,
    plain,
    scale,
    span,
    usual,
)
from roadworthy.report.pictures import ends_of, strip, thirds

TODAY = ("none", "base", "baseline", "today", "todays-law", "today-law")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, its mark, a picture beside it."""

    text: str
    status: str = ""
    picture: str = ""
    strong: bool = False
    verdict: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `depth` indents it, `headline` puts it on yellow, `assumed` marks it."""

    cells: Sequence[Cell]
    depth: int = 0
    headline: bool = False
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption for those who hear it."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Row] = field(default_factory=tuple)
    note: str = ""


def zero_or(band: Any, said: str) -> str:
    """One zero for a band that is nothing but zeros, else what is said of it."""
    return "0" if known(band) and not any(outer(band)) else said


def gains(reform: Mapping[str, Any]) -> str:
    """Draws of a hundred that gain, for the country and with makers abroad counted; a dash where nothing changes."""
    share, world = r.gain(reform), r.gain_world(reform)
    if share is None:
        return UNKNOWN
    if not any(outer(r.net(reform))):
        return "–"
    return of_100(share) if world is None else f"{of_100(share)} / {of_100(world)}"


def mix_table(mixes: Any, caption: str) -> Table | None:
    """Shares with their bands, widest first."""
    parts = [m for m in r.records(mixes) if known(m.get("share"))]
    if not parts:
        return None
    parts.sort(key=lambda m: -float(m["share"]["p50"]))
    ends = ends_of([m["share"] for m in parts])
    rows = []
    for m in parts:
        said = f"{of_100(m['share']['p10'])} to {of_100(m['share']['p90'])}"
        rows.append(
            Row(
                [
                    Cell(r.text(m.get("label"), r.text(m.get("id")))),
                    Cell(said, picture=strip(m["share"], ends, "k", 190.0, f"{said} of 100")),
                ]
            )
        )
    return Table(caption, [caption, "80 of 100 draws △"], rows)


def reform_table(summary: Mapping[str, Any]) -> Table:
    """Every reform on one axis per column."""
    answers, wide = r.reforms(summary), r.outside(summary)
    sales, dead, money = [x.get("units_y5") for x in answers], [r.deaths(x)["net"] for x in answers], [r.net(x) for x in answers]
    s, s_sales = money_scale([usual(money)]), scale([usual(sales)])
    tops = [max((abs(v) for b in bands for v in outer(b)), default=0.0) for bands in (sales, dead)]
    axes = [ends_of(b) for b in (sales, dead, money)]
    head = r.headline(summary).get("id")

    def said(band: Any, by: Any, top: float, signed: bool) -> str:
        if not known(band):
            return UNKNOWN
        if not any(outer(band)):
            return "0"
        if wide:
            return span(band, by=by, signed=signed, top=top / by.factor)
        return plain(float(band["p50"]) / by.factor, top=top / by.factor, signed=signed)

    rows = []
    if not any(str(x.get("id")) in TODAY for x in answers):
        rows.append(Row([Cell("Today’s law"), Cell("as now"), Cell("0"), Cell("0"), Cell("0"), Cell("–"), Cell("–"), Cell("–")]))
    one = scale([1.0])
    for x, q, d, m in zip(answers, sales, dead, money, strict=True):
        cases = r.routes(x)
        rows.append(
            Row(
                [
                    Cell(r.text(x.get("title"), r.text(x.get("id")))),
                    Cell(said(q, s_sales, tops[0], False), picture=strip(q, axes[0], "k", 86.0, said=f"{span(q)} a year"), strong=True),
                    Cell(
                        said(d, one, tops[1], True),
                        picture=strip(d, axes[1], "l", 78.0, f"{span(d, signed=True)} deaths a year"),
                        strong=True,
                    ),
                    Cell(
                        said(m, s, max(map(abs, outer(m)), default=0.0), True),
                        picture=strip(m, axes[2], "n", 96.0, dollar_span(m)),
                        strong=True,
                    ),
                    Cell(said(r.net(x, "7"), s, max(map(abs, outer(r.net(x, "7"))), default=0.0), True)),
                    Cell(gains(x), strong=True),
                    Cell(
                        " / ".join(
                            of_100(c.get("pays")) if c.get("open", True) and finite(c.get("pays")) is not None else "–"
                            for c in cases.values()
                        )
                        or "–"
                    ),
                    Cell(of_100(x.get("p_enters")) if finite(x.get("p_enters")) is not None else "–"),
                ],
                headline=x.get("id") == head,
            )
        )
    names = " / ".join(r.route_name(n).removeprefix("a ") for n in (r.routes(r.headline(summary)) or {"import": {}, "us_plant": {}}))
    return Table(
        "Every reform against today’s law",
        [
            "Reform", f"Sales a year, {s_sales.short or 'units'}, year 5 △", "Deaths a year, net, year 10 △", f"Net benefit, {s.short} $, 3 % △".replace(",  $", ", $"),
            f"at 7 %, {s.short} $ △", "Gains, of 100: home / all", f"Pays, of 100: {names}", "A maker enters, of 100",
        ],
        rows,
        "Bars hold 80 of 100 draws, the tick is the middle, an arrow goes on beyond the axis. Sales, deaths and net are given that cars are sold by the better route; deaths count own occupants, "
        "other vehicles and people outside, each against the vehicle replaced. Home counts the country alone, all counts makers abroad too. △ derived: every number here rests on the inputs listed below.",
    )  # fmt: skip


def in_a_word(pays: float | None) -> str:
    """A maker's default rule: more than half of the draws."""
    return UNKNOWN if pays is None else "pays in most draws" if pays > 0.5 else "would have to believe"


def route_table(reform: Mapping[str, Any]) -> Table:
    """One maker's business case by route."""
    rows = []
    for name, x in r.routes(reform).items():
        label = r.route_name(name)
        if not x.get("open", True):
            rows.append(Row([Cell(label), Cell("not open"), *[Cell("–")] * 8]))
            continue
        pays, exists = finite(x.get("pays")), finite(x.get("break_even_exists"))
        rows.append(
            Row(
                [
                    Cell(label), Cell(car_price_span(x.get("price_usd")), "derived"), Cell(dollar_span(x.get("margin_usd"), joint=" to "), "derived"),
                    Cell(dollar_span(x.get("fixed_usd"), signed=False, word=False, joint=" to "), "assumed" if known(x.get("fixed_usd")) else ""),
                    Cell(span(x.get("break_even_units")), "derived", strong=True), Cell(of_100(exists) if exists is not None else UNKNOWN),
                    Cell(span(x.get("units_y5")), "derived"), Cell(dollar_span(x.get("npv_usd"), word=False, joint=" to "), "derived"),
                    Cell(of_100(pays) if pays is not None else UNKNOWN, strong=True), Cell(in_a_word(pays)),
                ]
            )
        )  # fmt: skip
    heads = [
        "By",
        "price",
        "earned a car",
        "to start",
        "must sell a year",
        "that exists, of 100",
        "sells in year 5",
        "net present value",
        "pays, of 100",
        "in a word",
    ]
    return Table(
        "The business case of one maker by route", heads, rows, "Bands hold 80 of 100 draws, given that cars are sold by that route."
    )


def decided_table(summary: Mapping[str, Any]) -> Table | None:
    """The reforms as makers decide, zeros included."""
    rows = []
    for x in r.reforms(summary):
        d = r.record(x.get("decided"))
        if not d:
            continue
        gain, loss, none = (finite(d.get(k)) for k in ("p_gain", "p_loss", "p_no_entry"))
        parts = f"{of_100(gain)} / {of_100(loss)} / {of_100(none)}" if None not in (gain, loss, none) else UNKNOWN
        rows.append(
            Row(
                [
                    Cell(r.text(x.get("title"))), Cell(of_100(d.get("p_enters")), strong=True), Cell(of_100(d["p_second"]) if finite(d.get("p_second")) is not None else UNKNOWN), Cell(zero_or(d.get("units_y5"), span(d.get("units_y5")))),
                    Cell(zero_or(d.get("net_usd_r3"), dollar_span(d.get("net_usd_r3"), word=False, joint=" to "))), Cell(parts, picture=thirds(gain, loss, none)),
                ],
                headline=x.get("id") == r.headline(summary).get("id"),
            )
        )  # fmt: skip
    if not rows:
        return None
    heads = [
        "As makers decide",
        "a maker enters, of 100 draws",
        "a second follows",
        "sales, year 5, zeros included △",
        "net, 3 %, zeros included △",
        "gain / lose / no entry, of 100",
    ]
    return Table(
        "Reforms as makers decide",
        heads,
        rows,
        "A maker knows its costs and not demand: it enters where the middle of what it may earn is positive. No forecast that anyone will.",
    )


def fuel_table(reform: Mapping[str, Any]) -> Table | None:
    """Fuel, power and CO2 in year 10."""
    rows = []
    for key, name, unit in (
        ("fuel_gal_y10", "gasoline", "gal a year"),
        ("electricity_kwh_y10", "electricity", "kWh a year"),
        ("co2_t_y10", "CO₂", "t a year"),
    ):
        band = reform.get(key)
        if known(band):
            s = scale(outer(band))
            where = f"{s.word} {unit}".strip()
            said = zero_or(band, span(band, by=s, signed=True))
            rows.append(Row([Cell(name), Cell(f"{said} {where}", "derived", strong=True)]))
    return Table("Fuel and CO2", ["year 10, against the vehicles replaced", "80 of 100 draws"], rows) if rows else None


def price_of(reform: Mapping[str, Any]) -> str:
    """The price to expect, with its band."""
    band = reform.get("price_usd")
    return f"{car_price(band['p50'])}, likely {car_price_span(band)}" if known(band) else UNKNOWN
