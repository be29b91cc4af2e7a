"""Signed bars: deaths by whose they are, the account as a waterfall, what moves the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.cards import HEIGHT, QUANTILES, WIDTH, Card, ends, spec
from roadworthy.report.charts_answer import PARTY_COLOUR, reach, stacked
from roadworthy.report.numbers import dollars, finite, known, mark, middle, money_scale, of_100, outer, plain, span, status_of
from roadworthy.report.theme import SIGNED, TOKENS, at, axis, bold, clear, domain, label, layer, muted, px, q

PARTIES = {"own": "own occupants", "partners": "other vehicles", "outside": "on foot, bike", "net": "net"}
SHORT = {
    "buyers": "buyers", "makers": "home makers", "government": "government", "own_deaths": "own deaths", "felt_by_buyers": "already felt", "partner_deaths": "others’ deaths",
    "outside_deaths": "on foot, bike", "injuries": "injuries", "fuel": "fuel", "fuel_already_counted": "already felt", "co2": "CO₂", "air": "air", "congestion_noise": "traffic, noise",
    "energy_security": "oil security", "rebound": "rebound",
}  # fmt: skip
"""Names of the account's lines that fit a card; another line keeps its own label."""
MOST_LINES = 8
MOST_SWINGS = 7
NOTHING = "No assumption moves it: against today’s law nothing changes."
LEFT, RIGHT = 84.0, 40.0


def _share(gain: float | None) -> str:
    """Draws of 100 in few letters: `under 1` is <1."""
    return of_100(gain).replace("under ", "<").replace("over ", ">")


def _end(values: Sequence[float]) -> dict[str, float]:
    low, high = domain(values)
    return {"low": low, "high": high}


@lru_cache(maxsize=1)
def deaths_spec() -> dict[str, Any]:
    """Four intervals on one axis."""
    plot, step = WIDTH - LEFT - RIGHT, 33.0
    height = 4 * step + 2.0
    x = q("p10", scale=ends("low", "high"), axis=axis(expr=SIGNED, orient="bottom", tickCount=3))
    colour = {"field": "id", "scale": {"domain": list(PARTY_COLOUR), "range": list(PARTY_COLOUR.values())}, "legend": None}
    bar = {"type": "bar", "height": 11}
    layers = [
        layer({**bar, "opacity": 0.3}, "rows", x=x, x2={"field": "p90"}, y=px("y"), color=colour),
        layer({**bar, "opacity": 0.65}, "rows", x=q("p25"), x2={"field": "p75"}, y=px("y"), color=colour),
        layer({"type": "tick", "thickness": 2.4, "size": 17, "color": TOKENS["ink"], "orient": "vertical"}, "rows", x=q("p50"), y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(height)),
        layer({"type": "rule", "color": TOKENS["rule2"]}, None, x=at(-LEFT), x2=at(plot + RIGHT), y=at(3 * step + 1)),
        label("rows", at(-LEFT), px("y"), "party", where="datum.id != 'net'", align="left"),
        label("rows", at(-LEFT), px("y"), "party", where="datum.id == 'net'", align="left", **bold()),
        label("rows", at(plot + RIGHT), px("y"), "value", align="right", **bold()),
    ]
    return spec(plot, height, (LEFT, 8, RIGHT, HEIGHT - height - 8), layers, ("low", "high"), ("rows",))


def deaths(summary: Mapping[str, Any]) -> Card:
    """Deaths a year in year 10: own, other vehicles, outside and net, never the net alone."""
    bands = r.deaths(r.headline(summary))
    top = max([abs(v) for band in bands.values() for v in outer(band)] + [0.0]) or None
    rows: list[dict[str, Any]] = [
        {
            "id": party, "party": PARTIES[party], "y": 33.0 * i + 18.0, **{k: finite((band or {}).get(k)) or 0.0 for k in QUANTILES},
            "value": middle(band, signed=True, top=top), "band": span(band, signed=True, top=top),
        }
        for i, (party, band) in enumerate(bands.items())
    ]  # fmt: skip
    said = "; ".join(f"{row['party']} {row['value']} ({row['band']})" for row in rows)
    return Card(
        "deaths", "Deaths a year", "vs cars replaced, yr 10", str(rows[-1]["value"]), str(rows[-1]["band"]), f"Deaths a year in year 10 against the vehicles replaced: {said}.",
        deaths_spec(), {"rows": rows}, _end([float(row[k]) for row in rows for k in ("p10", "p90")]),
        [("party", "who"), *((k, f"{k[1:]} % of draws, deaths a year") for k in QUANTILES)], rows,
    )  # fmt: skip


@lru_cache(maxsize=1)
def waterfall_spec() -> dict[str, Any]:
    """Bars that start where the last ended, and twenty dots."""
    plot = WIDTH - LEFT - RIGHT
    x = q("start", scale=ends("low", "high"), axis=None)
    colour = {
        "condition": [{"test": "datum.net", "value": TOKENS["ink"]}, {"test": "datum.p50 < 0", "value": TOKENS["own"]}],
        "value": TOKENS["gain"],
    }
    whisker = {"type": "rule", "strokeWidth": 1.1}
    dot = {"type": "point", "opacity": 1}
    layers = [
        layer({"type": "bar", "height": 8}, "rows", x=x, x2={"field": "end"}, y=px("y"), color=colour),
        layer({"type": "rule", "color": TOKENS["rule2"]}, "rows", "!datum.net", x=q("end"), y=px("y"), y2={"field": "next"}),
        layer(whisker, "rows", "isValid(datum.lo)", x=q("lo"), x2={"field": "hi"}, y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(HEIGHT - 30)),
        layer({"type": "rule", "color": TOKENS["rule2"]}, "rows", "datum.net", x=at(-LEFT), x2=at(plot + RIGHT), y=px("rule")),
        label("rows", at(-LEFT), px("y"), "label", where="!datum.net", align="left", limit=LEFT - 4),
        label("rows", at(-LEFT), px("y"), "label", where="datum.net", align="left", **bold()),
        label("rows", at(plot + RIGHT), px("y"), "value", align="right", where="!datum.net"),
        label("rows", at(plot + RIGHT), px("y"), "value", align="right", where="datum.net", **bold()),
        layer({**dot, "size": 22, "filled": True, "color": TOKENS["gain"]}, "dots", "datum.gain", x=q("x"), y=px("y")),
        layer({**dot, "size": 20, "strokeWidth": 1.2, "color": TOKENS["own"]}, "dots", "!datum.gain", x=q("x"), y=px("y")),
        label("notes", at(-LEFT), at(HEIGHT - 18), "lose", align="left"),
        label("notes", at(plot + RIGHT), at(HEIGHT - 18), "gain", align="right"),
    ]
    return spec(plot, HEIGHT - 12, (LEFT, 6, RIGHT, 6), layers, ("low", "high"), ("rows", "dots", "notes"))


def waterfall(summary: Mapping[str, Any], rate: str = "3") -> Card:
    """The account line by line, the net, and 20 equally likely outcomes of it."""
    reform = r.headline(summary)
    given = [x for x in r.records(r.record(reform.get("lines")).get(rate)) if known(x.get("band")) and any(outer(x["band"]))]
    net = r.net(reform, rate) or dict.fromkeys(QUANTILES, 0.0)
    s = money_scale(outer(net) if any(outer(net)) else [v for x in given for v in outer(x["band"])])
    top = max([abs(v) / s.factor for v in outer(net)] + [0.0]) or None
    largest = sorted(given, key=lambda x: -max(map(abs, outer(x["band"]))))[:MOST_LINES]
    shown = [x for x in given if any(x is y for y in largest)]
    small = [x for x in given if not any(x is y for y in largest)]
    bars = [(SHORT.get(r.text(x.get("id")), r.text(x.get("label"))), float(x["band"]["p50"]) / s.factor, x["band"]) for x in shown]
    if small:
        bars.append((f"{len(small)} smaller", sum(float(x["band"]["p50"]) for x in small) / s.factor, None))
    step = 118.0 / (len(bars) + 1)
    rows: list[dict[str, Any]] = []
    for i, ((name, value, band), end) in enumerate(zip(bars, accumulate(b[1] for b in bars), strict=True)):
        start, y = end - value, step * (i + 0.5)
        whisker = (
            {"lo": start + float(band["p10"]) / s.factor, "hi": start + float(band["p90"]) / s.factor} if band else {"lo": None, "hi": None}
        )
        rows.append(
            {
                "label": name,
                "start": start,
                "end": end,
                "p50": value,
                **whisker,
                "value": plain(value, signed=True, top=top),
                "y": y,
                "next": y + step,
                "net": False,
            }
        )
    y = step * (len(bars) + 0.5) + 5.0
    middle_net = float(net["p50"]) / s.factor
    low, high = float(net["p10"]) / s.factor, float(net["p90"]) / s.factor
    rows.append(
        {
            "label": "net",
            "start": 0.0,
            "end": middle_net,
            "p50": middle_net,
            "lo": low,
            "hi": high,
            "value": middle(net, by=s, signed=True, top=top),
            "y": y,
            "next": y,
            "rule": y - step / 2 - 2,
            "net": True,
        }
    )
    differs = any(outer(net))
    dots = [v / s.factor for v in r.numbers(reform.get("net_dots")) if v is not None] if rate == "3" and differs else []
    span_x = _end([v for row in rows for v in (row["start"], row["end"], row["lo"], row["hi"]) if v is not None] + dots)
    piled = stacked(dots, (WIDTH - LEFT - RIGHT) / ((span_x["high"] - span_x["low"]) or 1.0), 2.6)
    lose = sum(not d["gain"] for d in piled)
    gain = r.gain(reform, rate)
    big = dollars(net["p50"], by=s) if differs else "$0"
    band_said = span(net, by=s, signed=True)
    table = [
        {
            "label": r.text(x.get("label")),
            "mark": mark(status_of(x)),
            **{k: x["band"][k] for k in ("p10", "p50", "p90")},
            "status": status_of(x),
        }
        for x in given
    ]
    table.append({"label": "Net", **{k: net[k] for k in ("p10", "p50", "p90")}, "status": "assumed"})
    return Card(
        "waterfall", "Net benefit", f"P(net > 0) {_share(gain)} % · {s.short} $, {rate} %", big, band_said,
        f"Net benefit at {rate} %: {big}, 80 of 100 draws {band_said}; a gain in {of_100(gain)} of 100 draws. " + ", ".join(f"{row['label']} {row['value']}" for row in rows[:-1]) + ".",
        waterfall_spec(), {"rows": rows, "dots": [{**d, "y": HEIGHT - 18.0 - 6.0 * min(d["pile"], 3)} for d in piled], "notes": [{"lose": f"of {len(piled)}: {lose} lose", "gain": f"{len(piled) - lose} gain"}] if piled else []},
        span_x, [("label", "line"), ("p10", "10 %, USD of 2022"), ("p50", "50 %, USD of 2022"), ("p90", "90 %, USD of 2022"), ("status", "status")], table,
    )  # fmt: skip


@lru_cache(maxsize=1)
def tornado_spec() -> dict[str, Any]:
    """Two-sided bars around the present answer."""
    width, side, step = 250.0, 36.0, 28.0
    plot, height = width - 2 * side, MOST_SWINGS * step
    x = q("low", scale=ends("low", "high"), axis=axis(expr=SIGNED, orient="bottom", tickCount=3))
    bar = {"type": "bar", "height": 8}
    layers = [
        layer({**bar, "color": TOKENS["own"]}, "rows", x=x, x2={"field": "central"}, y=px("y")),
        layer({**bar, "color": TOKENS["gain"]}, "rows", x=q("central"), x2={"field": "high"}, y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(height)),
        layer({"type": "rule", "strokeWidth": 1, "strokeDash": [2, 2]}, "head", x=q("central"), y=at(0), y2=at(height)),
        *clear("rows", q("low"), px("y"), "low_text", align="right", dx=-4, **muted()),
        *clear("rows", q("high"), px("y"), "high_text", align="left", dx=4, **muted()),
        label("rows", at(-side), px("name"), "mark", align="left", where="datum.status != 'assumed'", **muted()),
        label(
            "rows", at(-side), px("name"), "mark", align="left", where="datum.status == 'assumed'", fill=TOKENS["kei-line"], fontWeight=700
        ),
        *clear("rows", at(-side + 14), px("name"), "label", align="left", fill=TOKENS["ink"], limit=150),
        *clear("rows", at(plot + side), px("name"), "range", align="right", **muted(limit=84)),
    ]
    return spec(plot, height, (side, 2, side, 20), layers, ("low", "high"), ("rows", "head"))


def tornado(summary: Mapping[str, Any]) -> Card | None:
    """The net when each assumption goes to its ends, longest first; only a full answer has it."""
    central = finite(summary.get("central_net_usd"))
    swings = [
        (a, b, x)
        for x in r.records(summary.get("tornado"))
        if (a := finite(x.get("net_low_usd"))) is not None and (b := finite(x.get("net_high_usd"))) is not None
    ]
    if central is None or not swings:
        return None
    swings.sort(key=lambda t: -abs(t[1] - t[0]))
    s = money_scale([v for a, b, _ in swings for v in (a, b)] + [central])
    top = max(abs(v) for a, b, _ in swings for v in (a, b, central)) / s.factor or None
    rows: list[dict[str, Any]] = [
        {
            "label": r.text(x.get("label"), r.text(x.get("path"))), "mark": mark(status_of(x)), "status": status_of(x), "range": reach(x), "path": r.text(x.get("path")),
            "low": min(a, b, central) / s.factor, "high": max(a, b, central) / s.factor, "central": central / s.factor, "at_low": a, "at_high": b,
            "low_text": plain(min(a, b, central) / s.factor, signed=True, top=top), "high_text": plain(max(a, b, central) / s.factor, signed=True, top=top),
            "y": 28.0 * i + 19.0, "name": 28.0 * i + 7.0,
        }
        for i, (a, b, x) in enumerate(swings)
    ]  # fmt: skip
    shown = [row for row in rows[:MOST_SWINGS] if row["high"] > row["low"]]
    assumed = sum(row["status"] == "assumed" for row in shown)
    now = plain(central / s.factor, signed=True, top=top)
    return Card(
        "tornado", "What moves the answer", f"net, {s.short} $, 3 %", "", "", f"Net benefit when each assumption goes to its ends: {shown[0]['label']} moves it most, from {shown[0]['low_text']} to {shown[0]['high_text']} {s.short} $." if shown else NOTHING,
        tornado_spec(), {"rows": shown, "head": [{"central": central / s.factor}]}, _end([float(row[k]) for row in shown for k in ("low", "high")] or [0.0]),
        [("label", "assumption"), ("range", "from 10 % to 90 %"), ("at_low", "net at the low end, USD"), ("at_high", "net at the high end, USD"), ("status", "status")], rows,
        note=f"{assumed} of these {len(shown)} are ○ assumed. Dashed: all at the centre, {now}; not the middle of the draws." if shown else NOTHING, kind="wide",
    )  # fmt: skip


__all__ = ["deaths", "tornado", "waterfall"]
