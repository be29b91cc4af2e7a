"""Fans over the years: sales with what a plant needs and what small cars once sold; gasoline and CO2 saved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.cards import HEIGHT, QUANTILES, WIDTH, Card, ends, spec
from roadworthy.report.charts_sales import references, spread
from roadworthy.report.numbers import counted, finite, known, outer, plain, scale, short, span
from roadworthy.report.theme import TOKENS, at, axis, bold, clear, label, layer, muted, q

YEARS = 10
"""Years shown on a card; tables and downloads hold all."""
RIGHT = 56.0
GALLONS = 1e6
TONNES = 1e3


def _rows(path: Mapping[str, Any], by: float) -> list[dict[str, Any]]:
    paths = {name: r.numbers(path.get(name)) for name in QUANTILES}
    years = min((len(p) for p in paths.values()), default=0)
    return [{"year": y + 1, **{name: (paths[name][y] or 0.0) / by for name in QUANTILES}} for y in range(years)]


def _fan(y_scale: dict[str, Any], colours: tuple[str, str, str], name: str = "path") -> list[Any]:
    x = q("year", scale={"domain": [1, YEARS], "nice": False}, axis=None)
    area = {"type": "area", "interpolate": "monotone", "clip": True}
    return [
        layer({**area, "color": colours[0]}, name, x=x, y=q("p10", scale=y_scale, axis=None), y2={"field": "p90"}),
        layer({**area, "color": colours[1]}, name, x=x, y=q("p25"), y2={"field": "p75"}),
        layer({"type": "line", "interpolate": "monotone", "color": colours[2], "strokeWidth": 2.2}, name, x=x, y=q("p50")),
    ]


@lru_cache(maxsize=1)
def sales_spec() -> dict[str, Any]:
    """The fan of sales with thresholds and past launches."""
    plot, height = WIDTH - RIGHT - 4.0, HEIGHT - 30.0
    x = q(
        "year",
        scale={"domain": [1, YEARS], "nice": False},
        axis=axis([1, 5, 10], grid=False, expr="datum.value == 1 ? 'year 1' : datum.label"),
    )
    y = q("units", scale=ends("zero", "top"), axis=axis(expr="datum.value == 0 ? '' : ''", tickCount=3))
    layers = [
        layer({"type": "rule", "opacity": 0}, "refs", y=y),
        layer({"type": "area", "interpolate": "monotone", "color": TOKENS["kei-tint"], "clip": True}, "path", x=x, y=q("p10"), y2={"field": "p90"}),
        layer({"type": "area", "interpolate": "monotone", "color": TOKENS["kei-tint2"], "clip": True}, "path", x=x, y=q("p25"), y2={"field": "p75"}),
        layer({"type": "line", "interpolate": "monotone", "color": TOKENS["kei-deep"], "strokeWidth": 2.2}, "path", x=x, y=q("p50")),
        layer({"type": "point", "filled": True, "size": 46, "color": TOKENS["kei-deep"], "stroke": TOKENS["paper"], "strokeWidth": 1.5, "opacity": 1}, "path", "datum.year == 5", x=x, y=q("p50")),
        layer({"type": "rule", "strokeDash": [1, 3], "color": TOKENS["ink3"], "clip": True}, "refs", "datum.kind == 'launch'", y=q("units")),
        layer({"type": "rule", "strokeDash": [5, 3], "strokeWidth": 1.4, "clip": True}, "refs", "datum.kind == 'threshold'", y=q("units")),
        *clear("refs", at(3), q("units"), "label", where="datum.kind == 'launch'", align="left", dy=-6, limit=plot - 6),
        *clear("refs", at(3), q("units"), "label", where="datum.kind == 'threshold'", align="left", dy=-6, **bold()),
        label("ends", at(plot + 5), q("units"), "label", where="datum.kind != 'p50'", align="left", **muted()),
        label("ends", at(plot + 5), q("units"), "label", where="datum.kind == 'p50'", align="left", **bold()),
    ]  # fmt: skip
    return spec(plot, height, (4, 10, RIGHT, 20), layers, ("zero", "top"), ("path", "refs", "ends"))


def sales(summary: Mapping[str, Any]) -> Card:
    """Sales a year, with its band in year 5."""
    reform = r.headline(summary)
    rows = _rows(r.record(reform.get("sales_path")), 1.0)
    shown = rows[:YEARS]
    band = reform.get("units_y5")
    peak = max([row["p90"] for row in shown] + [0.0])
    needs = [x["units"] for x in references(summary, peak * 1.7) if x["kind"] == "threshold"]
    top = max([peak * 1.06, *(n * 1.08 for n in needs)]) or 1.0
    height = HEIGHT - 30.0
    s = scale([top])
    tips = (
        [
            {"units": shown[-1][name], "kind": name, "label": short(shown[-1][name], by=s) + (f" {name[1:]} %" if name != "p50" else "")}
            for name in ("p50", "p90", "p10")
        ]
        if shown
        else []
    )
    big = counted(band["p50"]) if known(band) else "not known"
    return Card(
        "sales", "Sales a year", "year 5, if sold", big, span(band) if known(band) else "", f"Sales a year, by year: {big} in year 5, 80 of 100 draws {span(band)}.",
        sales_spec(), {"path": shown, "refs": spread(references(summary, top), height / top), "ends": spread(tips, height / top)}, {"zero": 0.0, "top": top},
        [("year", "year"), *((name, f"{name[1:]} % of draws, cars a year") for name in QUANTILES)], rows,
    )  # fmt: skip


@lru_cache(maxsize=1)
def saving_spec() -> dict[str, Any]:
    """A fan below zero, half as high."""
    plot, height = WIDTH - RIGHT - 4.0, 62.0
    layers = [
        *_fan(ends("low", "high"), (TOKENS["gain-w"], TOKENS["gain-t"], TOKENS["gain"])),
        layer({"type": "rule", "strokeWidth": 1.25}, None, y={"datum": 0}, x=at(0), x2=at(plot)),
        label("head", at(0), at(-8), "name", align="left", **bold()),
        label("head", at(plot + RIGHT), at(-8), "unit", align="right", **muted()),
        label("ends", at(plot + 5), q("value"), "label", where="datum.kind != 'p50'", align="left", **muted()),
        label("ends", at(plot + 5), q("value"), "label", where="datum.kind == 'p50'", align="left", **bold()),
    ]
    return spec(plot, height, (4, 17, RIGHT, 5), layers, ("low", "high"), ("path", "head", "ends"))


def _saving(card: str, name: str, unit: str, path: Mapping[str, Any], by: float, said: tuple[str, str, str]) -> Card:
    rows = _rows(path, by)
    shown = rows[:YEARS]
    values = [v for row in shown for v in (row["p10"], row["p90"])] + [0.0]
    low, high = min(values), max(values)
    room = (high - low) or 1.0
    top = max(abs(low), abs(high)) or None
    per = 62.0 / room
    tips = (
        [
            {"units": shown[-1][k], "value": shown[-1][k], "kind": k, "label": plain(shown[-1][k], signed=True, top=top)}
            for k in ("p50", "p10", "p90")
        ]
        if shown
        else []
    )
    return Card(
        card, name, "to year 10", said[0], said[1], said[2], saving_spec(), {"path": shown, "head": [{"name": name, "unit": unit}], "ends": spread(tips, per)},
        {"low": low, "high": high if high > low else low + 1.0}, [("year", "year"), *((k, f"{k[1:]} % of draws, {unit}") for k in QUANTILES)], rows, kind="half",
    )  # fmt: skip


def gasoline(summary: Mapping[str, Any], litres: float = 1.0) -> Card:
    """Gasoline saved, as a fan, with year 10 in print; `litres` is how many a gallon has, 1 to stay with gallons."""
    reform, unit = r.headline(summary), "gal" if litres == 1.0 else "L"
    band = reform.get("fuel_gal_y10")
    if known(band):
        band = {k: v * litres for k, v in band.items()}
    s = scale(outer(band))
    big = f"{short(finite(band), by=s, signed=True)} {unit}" if known(band) else "not known"
    small = f"{span(band, by=s, signed=True)} {s.short}".strip() if known(band) else ""
    return _saving(
        "gasoline",
        "Gasoline",
        f"million {unit} a year",
        r.record(reform.get("fuel_path")),
        GALLONS / litres,
        (big, small, f"Gasoline in year 10: {big}, 80 of 100 draws {small}."),
    )


def carbon(summary: Mapping[str, Any]) -> Card:
    """CO2 saved, tailpipe and upstream, as a fan."""
    reform = r.headline(summary)
    band = reform.get("co2_t_y10")
    s = scale(outer(band))
    big = f"{short(finite(band), by=s, signed=True)} t" if known(band) else "not known"
    small = f"{span(band, by=s, signed=True)} {s.short}".strip() if known(band) else ""
    return _saving(
        "carbon",
        "CO₂, tailpipe and upstream",
        "1,000 t a year",
        r.record(reform.get("co2_path")),
        TONNES,
        (big, small, f"CO2 in year 10: {big}, 80 of 100 draws {small}."),
    )
