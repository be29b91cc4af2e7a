"""What does the reform do, drawn: deaths, money, and what moves the answer.

Every chart is built from the headline reform of a Summary; a band is drawn wherever a number is. None where the numbers are not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import (
    MINUS,
    car_price,
    dollar_span,
    finite,
    known,
    mark,
    middle,
    money_scale,
    of_100,
    outer,
    per_cent,
    plain,
    span,
    status_of,
)
from roadworthy.report.plain_words import lives
from roadworthy.report.theme import (
    SIGNED,
    TOKENS,
    Layer,
    at,
    axis,
    bold,
    clear,
    domain,
    frame,
    label,
    layer,
    muted,
    px,
    q,
    ticks,
)

QUANTILES = ("p10", "p25", "p50", "p75", "p90")
PARTY_LABEL = {"own": "in the car itself", "partners": "in other vehicles", "outside": "on foot, on bikes", "net": "net"}
PARTY_COLOUR = {"own": TOKENS["own"], "partners": TOKENS["part"], "outside": TOKENS["out"], "net": TOKENS["ink"]}
TORNADO_BARS = 10
BARE = ("-", "1", "", "index")
"""Units that are not said."""


def deaths(summary: Mapping[str, Any]) -> Chart | None:
    """Deaths a year in year 10, own, other vehicles, outside and net, against the vehicles replaced."""
    bands = r.deaths(r.headline(summary))
    if all(b is None for b in bands.values()):
        return None
    rows: list[dict[str, Any]] = []
    top = max(abs(v) for band in bands.values() for v in [0.0, *outer(band)])
    for party, band in bands.items():
        row = {"party": PARTY_LABEL[party], "id": party, **{name: finite((band or {}).get(name)) for name in QUANTILES}}
        row |= {"value": middle(band, signed=True, top=top), "band": span(band, signed=True, top=top)}
        rows.append(row)
    said = "; ".join(f"{row['party']} {row['value']}, 80 of 100 draws {row['band']}" for row in rows)
    return Chart(
        id="deaths",
        title="Deaths a year",
        scope="year 10, against the vehicles replaced",
        sentence=f"Deaths a year in year 10: {said}. {lives(bands['net']).replace('=', '')[:1].upper()}{lives(bands['net']).replace('=', '')[1:]}.",
        columns=[("party", "who"), *((name, f"{name[1:]} % of draws, deaths a year") for name in QUANTILES)],
        rows=rows,
        note="Palest bar: 80 of 100 draws, darker: 50, tick: the middle. A minus is a life saved.",
        wide=_deaths(rows, WIDE),
        narrow=_deaths(rows, NARROW),
    )


def _deaths(rows: list[dict[str, Any]], width: float) -> dict[str, Any]:
    left, right, step = 112.0, (150.0 if width > 500 else 96.0), 34.0
    plot = width - left - right
    shown = [{**row, "y": i * step + 18.0 + (8.0 if row["id"] == "net" else 0.0)} for i, row in enumerate(rows)]
    x_span = domain([v for row in rows for v in (row["p10"], row["p90"]) if v is not None])
    x = q("p10", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 6 if width > 500 else 4), expr=SIGNED, orient="bottom"))
    colour = {"field": "id", "scale": {"domain": list(PARTY_COLOUR), "range": list(PARTY_COLOUR.values())}, "legend": None}
    bar = {"type": "bar", "height": 11}
    height = step * len(rows) + 14.0
    ok = "isValid(datum.p50)"
    layers: list[Layer] = [
        layer({**bar, "opacity": 0.3}, "rows", ok, x=x, x2={"field": "p90"}, y=px("y"), color=colour),
        layer({**bar, "opacity": 0.6}, "rows", ok, x=q("p25", scale=x["scale"]), x2={"field": "p75"}, y=px("y"), color=colour),
        layer(
            {"type": "tick", "thickness": 2.4, "size": 17, "color": TOKENS["ink"], "orient": "vertical"}, "rows", ok, x=q("p50"), y=px("y")
        ),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(height)),
        layer({"type": "rule", "color": TOKENS["rule2"]}, None, x=at(-left), x2=at(plot + right), y=at(3 * step + 5)),
        label("rows", at(-left), px("y"), "party", where="datum.id != 'net'", align="left"),
        label("rows", at(-left), px("y"), "party", where="datum.id == 'net'", align="left", **bold()),
    ]
    if width > 500:
        layers += [
            label("rows", at(plot + 62), px("y"), "value", align="right", **bold()),
            label("rows", at(plot + right), px("y"), "band", align="right", **muted()),
        ]
    else:
        layers.append(label("rows", at(plot + right), px("y"), "band", align="right", **bold()))
    return frame(plot, height, (left, 4, right, 24), {"rows": shown}, layers)


def waterfall(summary: Mapping[str, Any], rate: str = "3") -> Chart | None:
    """Where the money goes: each line starts where the last one ended; then the net with its band and 20 equally likely outcomes."""
    reform = r.headline(summary)
    lines = [x for x in r.records(r.record(reform.get("lines")).get(rate)) if known(x.get("band")) and any(outer(x["band"]))]
    net = r.net(reform, rate)
    if not lines or net is None:
        return None
    s = money_scale(outer(net) if any(outer(net)) else [v for x in lines for v in outer(x["band"])])
    top = max(map(abs, outer(net))) / s.factor or None
    rows = []
    ends = list(accumulate(float(x["band"]["p50"]) / s.factor for x in lines))
    for x, end in zip(lines, ends, strict=True):
        value = float(x["band"]["p50"]) / s.factor
        rows.append(
            {
                "label": r.text(x.get("label"), r.text(x.get("id"))),
                "mark": mark(status_of(x)),
                "status": status_of(x, "not known"),
                "start": end - value,
                "end": end,
                "p50": value,
                "p10": float(x["band"]["p10"]) / s.factor,
                "p90": float(x["band"]["p90"]) / s.factor,
                "low": end - value + float(x["band"]["p10"]) / s.factor,
                "high": end - value + float(x["band"]["p90"]) / s.factor,
                "value": middle(x["band"], by=s, signed=True, top=top),
                "band": span(x["band"], by=s, signed=True, top=top),
                "net": False,
            }
        )
    total = {name: float(net[name]) / s.factor for name in ("p10", "p50", "p90")}
    rows.append(
        {
            "label": "Net",
            "mark": "",
            "status": "derived",
            "start": 0.0,
            "end": total["p50"],
            **total,
            "low": total["p10"],
            "high": total["p90"],
            "value": middle(net, by=s, signed=True, top=top),
            "band": span(net, by=s, signed=True, top=top),
            "net": True,
        }
    )
    dots = [v / s.factor for v in r.numbers(reform.get("net_dots")) if v is not None] if rate == "3" else []
    miss = total["p50"] - ends[-1]
    unit = f"{s.word} dollars".strip()
    note = "" if abs(miss) < 0.02 * max(abs(total["p10"]), abs(total["p90"]), 1e-12) else (
        f"The middles of the lines sum to {plain(ends[-1], signed=True, top=top)}, the middle of the sum is {rows[-1]['value']}: middles do not add."
    )  # fmt: skip
    said = ", ".join(f"{row['label']} {row['value']}" for row in rows[:-1])
    return Chart(
        id="waterfall" if rate == "3" else f"waterfall-{rate}",
        title="Where the money goes",
        scope=f"{unit} of 2022 over {finite(r.record(summary.get('study')).get('horizon_years')) or 0:.0f} years at {rate} %",
        sentence=f"Waterfall of the net benefit, {unit}: {said}; net {rows[-1]['value']}, likely {rows[-1]['band']}, "
        f"a gain in {of_100(r.gain(reform, rate))} of 100 draws.",
        columns=[("label", "line"), ("p10", f"10 %, {unit}"), ("p50", f"50 %, {unit}"), ("p90", f"90 %, {unit}"), ("status", "status")],
        rows=rows,
        note=note,
        wide=_waterfall(rows, dots, s.short, WIDE),
        narrow=_waterfall(rows, dots, s.short, NARROW),
    )


def stacked(dots: Sequence[float], width_per_unit: float, radius: float) -> list[dict[str, Any]]:
    """Dots in columns as wide as themselves, piled where they would overlap."""
    heights: dict[int, int] = {}
    found = []
    for value in sorted(dots):
        column = round(value * width_per_unit / (2.2 * radius))
        heights[column] = heights.get(column, 0) + 1
        found.append({"x": value, "pile": heights[column] - 1, "gain": value > 0})
    return found


def _waterfall(rows: list[dict[str, Any]], dots: Sequence[float], unit: str, width: float) -> dict[str, Any]:
    big = width > 500
    left, right, step, thick = (200.0, 128.0, 27.0, 15.0) if big else (8.0, 8.0, 38.0, 11.0)
    plot = width - left - right
    x_span = domain([v for row in rows for v in (row["low"], row["high"], row["start"], row["end"])] + list(dots))
    shown = []
    for i, row in enumerate(rows):
        top = i * step + (8.0 if row["net"] else 0.0)
        shown.append(
            {**row, "y": top + (14.0 if big else 26.0), "name": top + (14.0 if big else 9.0), "next": top + step + (14.0 if big else 26.0)}
        )
        shown[-1]["title"] = row["label"] if big else f"{row['mark']} {row['label']}".strip()
        shown[-1]["full"] = f"{row['value']}, {row['band']}"
    height = step * len(rows) + 12.0
    piled = stacked(dots, plot / (x_span[1] - x_span[0]), 3.9)
    pile = 9.0 * max((d["pile"] for d in piled), default=0)
    points = [{**d, "y": height + 28.0 + pile - 9.0 * d["pile"]} for d in piled]
    bottom = height + (38.0 + pile if points else 0.0)
    lose = sum(not p["gain"] for p in points)
    notes = [
        {"t": f"Of {len(points)} draws, {lose} lose", "x": -left, "a": 0},
        {"t": f"{len(points) - lose} gain", "x": plot + right, "a": 1},
    ]
    x = q("start", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 7 if big else 5), expr=SIGNED, orient="top"))
    colour = {
        "condition": [{"test": "datum.net", "value": TOKENS["ink"]}, {"test": "datum.p50 < 0", "value": TOKENS["own"]}],
        "value": TOKENS["gain"],
    }
    whisker = {"type": "rule", "strokeWidth": 1.2}
    cap = {"type": "tick", "orient": "vertical", "size": 7, "thickness": 1.2, "color": TOKENS["ink"]}
    layers: list[Layer] = [
        layer({"type": "bar", "height": thick}, "rows", x=x, x2={"field": "end"}, y=px("y"), color=colour),
        layer({"type": "rule", "color": TOKENS["rule2"]}, "rows", "!datum.net", x=q("end"), y=px("y"), y2={"field": "next"}),
        layer(whisker, "rows", x=q("low"), x2={"field": "high"}, y=px("y")),
        layer(cap, "rows", x=q("low"), y=px("y")),
        layer(cap, "rows", x=q("high"), y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(bottom)),
        layer({"type": "rule", "color": TOKENS["rule2"]}, None, x=at(-left), x2=at(plot + right), y=at(step * (len(rows) - 1) + 2)),
        *clear("rows", at(-left), px("name"), "title", where="!datum.net", align="left"),
        label("rows", at(-left), px("name"), "title", where="datum.net", align="left", **bold()),
        layer(
            {"type": "point", "size": 50, "filled": True, "color": TOKENS["gain"], "opacity": 1}, "dots", "datum.gain", x=q("x"), y=px("y")
        ),
        layer(
            {"type": "point", "size": 44, "strokeWidth": 1.5, "color": TOKENS["own"], "opacity": 1},
            "dots",
            "!datum.gain",
            x=q("x"),
            y=px("y"),
        ),
    ]
    if points:
        layers += [
            label("notes", px("x"), at(height + (28.0 + pile if big else 12.0)), "t", where="datum.a == 0", align="left"),
            label("notes", px("x"), at(height + (28.0 + pile if big else 12.0)), "t", where="datum.a == 1", align="right"),
        ]
    if big:
        head = [{"t": f"{unit} $".strip(), "x": plot + 40}, {"t": "80 of 100", "x": plot + right}]
        layers += [
            label("rows", at(-left + 172), px("name"), "mark", align="center", where="datum.status != 'assumed'", **muted()),
            label(
                "rows",
                at(-left + 172),
                px("name"),
                "mark",
                align="center",
                where="datum.status == 'assumed'",
                fill=TOKENS["kei-line"],
                fontWeight=700,
            ),
            label("rows", at(plot + 40), px("name"), "value", align="right", **bold()),
            label("rows", at(plot + right), px("name"), "band", align="right", **muted()),
            label("head", px("x"), at(-12), "t", align="right", **muted()),
        ]
    else:
        head = []
        layers.append(label("rows", at(plot + right), px("name"), "full", align="right", **bold(fontWeight=400)))
    return frame(plot, bottom, (left, 22, right, 4), {"rows": shown, "dots": points, "notes": notes, "head": head}, layers)


def reach(row: Mapping[str, Any]) -> str:
    """The range of one assumption with its unit."""
    low, high, unit = finite(row.get("low")), finite(row.get("high")), r.text(row.get("unit")).strip()
    if low is None or high is None:
        return ""
    if unit in ("share", "fraction", "1") and min(low, high) >= 0.0 and max(low, high) <= 1.0:
        return f"{per_cent(low).removesuffix(' %')} to {per_cent(high)}"
    if unit.upper().startswith("USD") and 1e3 <= max(abs(low), abs(high)) < 2e5:
        return f"{car_price(low)} to {car_price(high)}{unit[3:]}"
    if unit.upper().startswith("USD"):
        return dollar_span({"p10": low, "p50": low, "p90": high}, signed=False, word=False, joint=" to ") + unit[3:]
    if low == round(low) and high == round(high) and abs(high) < 1e4:
        return f"{low:.0f} to {high:.0f} {'' if unit in BARE else unit}".rstrip().replace("-", MINUS)
    top = max(abs(low), abs(high))
    return f"{plain(low, top=top)} to {plain(high, top=top)} {'' if unit in BARE else unit}".rstrip()


def tornado(summary: Mapping[str, Any]) -> Chart | None:
    """What moves the answer: the net at both ends of each assumption, the rest central, longest first."""
    central = finite(summary.get("central_net_usd"))
    swings = [
        (low, high, x)
        for x in r.records(summary.get("tornado"))
        if (low := finite(x.get("net_low_usd"))) is not None and (high := finite(x.get("net_high_usd"))) is not None
    ]
    if central is None or not swings:
        return None
    swings.sort(key=lambda t: -abs(t[1] - t[0]))
    s = money_scale([v for a, b, _ in swings for v in (a, b)] + [central])
    top = max(abs(v) for a, b, _ in swings for v in (a, b, central)) / s.factor
    rows = [
        {
            "label": r.text(x.get("label"), r.text(x.get("path"))), "mark": mark(status_of(x)), "status": status_of(x, "not known"), "range": reach(x),
            "path": r.text(x.get("path")), "low": min(a, b, central) / s.factor, "high": max(a, b, central) / s.factor, "at_low": a / s.factor, "at_high": b / s.factor,
            "low_text": plain(min(a, b, central) / s.factor, signed=True, top=top), "high_text": plain(max(a, b, central) / s.factor, signed=True, top=top),
        }
        for a, b, x in swings
    ]  # fmt: skip
    unit = f"{s.word} dollars".strip()
    first, assumed = rows[0], sum(row["status"] == "assumed" for row in rows[:TORNADO_BARS])
    return Chart(
        id="tornado",
        title="What moves the answer",
        scope=f"net, {unit} of 2022 at 3 %",
        sentence=f"Net benefit, {unit}, when each assumption goes to its 10 % and 90 % end: {first['label']} moves it most, from {first['low_text']} "
        f"to {first['high_text']}; the answer at the centre is {plain(central / s.factor, signed=True, top=top)}.",
        columns=[("label", "assumption"), ("range", "10 % to 90 %"), ("at_low", f"net at the low end, {unit}"), ("at_high", f"net at the high end, {unit}"), ("status", "status")],
        rows=rows,
        note=f"{assumed} of these {min(len(rows), TORNADO_BARS)} are ○ assumed. Dashed: the answer with all at the centre, "
        f"{plain(central / s.factor, signed=True, top=top)}; not the middle of the draws.",
        wide=_tornado(rows, central / s.factor, WIDE),
        narrow=_tornado(rows, central / s.factor, NARROW),
    )  # fmt: skip


def _tornado(rows: list[dict[str, Any]], central: float, width: float) -> dict[str, Any]:
    big = width > 500
    left, right, step, thick = (42.0, 46.0, 37.0, 10.0) if big else (36.0, 40.0, 38.0, 9.0)
    plot = width - left - right
    bars = rows[:TORNADO_BARS]
    x_span = domain([v for row in bars for v in (row["low"], row["high"])] + [central])
    shown = [{**row, "y": i * step + 26.0, "name": i * step + 9.0, "title": row["label"], "central": central} for i, row in enumerate(bars)]
    height = step * len(bars) + 4.0
    x = q("low", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 7 if big else 5), expr=SIGNED, orient="bottom"))
    bar = {"type": "bar", "height": thick}
    name = {"align": "left", "limit": 520 if big else 196, "fill": TOKENS["ink"], "fontSize": 12 if big else 11}
    layers: list[Layer] = [
        layer({**bar, "color": TOKENS["own"]}, "rows", x=x, x2={"field": "central"}, y=px("y")),
        layer({**bar, "color": TOKENS["gain"]}, "rows", x=q("central"), x2={"field": "high"}, y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(height)),
        layer({"type": "rule", "strokeWidth": 1.25, "strokeDash": [3, 3]}, None, x={"datum": central}, y=at(0), y2=at(height)),
        *clear("rows", q("low"), px("y"), "low_text", align="right", dx=-4, **muted()),
        *clear("rows", q("high"), px("y"), "high_text", align="left", dx=4, **muted()),
        label("rows", at(-left), px("name"), "mark", align="left", where="datum.status != 'assumed'", **muted()),
        label(
            "rows", at(-left), px("name"), "mark", align="left", where="datum.status == 'assumed'", fill=TOKENS["kei-line"], fontWeight=700
        ),
        *clear("rows", at(-left + 15), px("name"), "title", **name),
        *clear("rows", at(plot + right), px("name"), "range", align="right", **muted(limit=130)),
    ]
    return frame(plot, height, (left, 4, right, 24), {"rows": shown}, layers)
