"""How many would be sold, drawn: a fan over the years with what a maker needs and what small cars once sold.

None where the path is not known. Outside the data the report hatches the band: no line inside it is a forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import (
    counted,
    finite,
    known,
    scale,
    short,
    span,
)
from roadworthy.report.theme import (
    TOKENS,
    Layer,
    at,
    axis,
    bold,
    frame,
    label,
    layer,
    muted,
    q,
    ticks,
)

QUANTILES = ("p10", "p25", "p50", "p75", "p90")
LABEL_GAP_PX = 13.0


def references(summary: Mapping[str, Any], top: float) -> list[dict[str, Any]]:
    """Thresholds that the headline's routes need and past launches at their best year, those that fit under `top`, thresholds first."""
    found: list[dict[str, Any]] = []
    for name, route in r.routes(r.headline(summary)).items():
        needs = route.get("break_even_units")
        if route.get("open", True) and known(needs):
            found.append(
                {
                    "label": f"{r.route_name(name).removeprefix('a ')} pays at {short(needs['p50'])}",
                    "units": needs["p50"],
                    "kind": "threshold",
                }
            )
    best: dict[str, tuple[float, str]] = {}
    for row in r.records(summary.get("record")):
        units, model = finite(row.get("units")), r.text(row.get("model"))
        if row.get("kind") == "segment":
            continue
        if units is not None and units > best.get(model, (-1.0, ""))[0]:
            best[model] = (units, f"{r.short_name(model)}, {r.text(row.get('year'), 'year not known')}")
    found += [{"label": said, "units": units, "kind": "launch"} for units, said in sorted(best.values(), reverse=True)]
    return [f for f in found if 0.0 < float(f["units"]) <= top]


def spread(rows: Sequence[dict[str, Any]], per_unit: float) -> list[dict[str, Any]]:
    """The rows whose labels stand clear of one another on the page; earlier rows win."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        if all(abs(float(row["units"]) - float(k["units"])) * per_unit >= LABEL_GAP_PX for k in kept):
            kept.append(row)
    return kept


def fan(summary: Mapping[str, Any]) -> Chart | None:
    """Sales a year by year since launch, with thresholds and past launches on the same axis."""
    reform = r.headline(summary)
    given = r.record(reform.get("sales_path"))
    paths = {name: r.numbers(given.get(name)) for name in QUANTILES}
    years = min((len(p) for p in paths.values()), default=0)
    if not years or any(v is None for p in paths.values() for v in p[:years]):
        return None
    rows: list[dict[str, Any]] = [{"year": y + 1, **{name: paths[name][y] for name in QUANTILES}} for y in range(years)]
    peak = max(max(float(row["p90"]), 0.0) for row in rows)
    band = reform.get("units_y5")
    needs = [x["units"] for x in references(summary, peak * 1.7) if x["kind"] == "threshold"]
    top = max([peak * 1.06, *(n * 1.08 for n in needs)]) or 1.0
    wide = r.outside(summary)
    said = f"between {counted(band['p10'])} and {counted(band['p90'])}" if known(band) else "not known"
    beyond = [
        f"{r.route_name(name)} needs {span(x['break_even_units'])} a year"
        for name, x in r.routes(reform).items()
        if known(x.get("break_even_units")) and x["break_even_units"]["p50"] > top
    ]
    note = "Palest band: 80 of 100 draws, darker: 50, line: the middle." + (
        " Hatched: outside the data, so no line inside it is a forecast." if wide else ""
    )
    return Chart(
        id="sales",
        title="Sales a year",
        scope="by year since the reform, if they are sold",
        sentence=f"Sales a year by year since the reform, {said} in year 5" + (f"; {' and '.join(beyond)}" if beyond else "") + ".",
        columns=[("year", "year"), *((name, f"{name[1:]} % of draws, vehicles a year") for name in QUANTILES)],
        rows=rows,
        note=note + (f" Above the picture: {'; '.join(beyond)}." if beyond else ""),
        wide=_fan(summary, rows, top, WIDE),
        narrow=_fan(summary, rows, top, NARROW),
    )


def _fan(summary: Mapping[str, Any], rows: list[dict[str, Any]], top: float, width: float) -> dict[str, Any]:
    left, right, height = 44.0, 74.0, 260.0 if width > 500 else 220.0
    plot = width - left - right
    refs = spread(references(summary, top), height / top)
    end = rows[-1]
    s = scale([top])
    ends = [{"units": end[name], "year": end["year"], "label": short(end[name], by=s), "kind": name} for name in ("p50", "p90", "p10")]
    ends = spread(ends, height / top)
    for e in ends:
        e["label"] += f" ({e['kind'][1:]} %)" if e["kind"] != "p50" else ""
    y_scale = {"domain": [0, top], "nice": False}
    x = q(
        "year",
        scale={"domain": [1, end["year"]], "nice": False},
        axis=axis([1, *range(5, end["year"] + 1, 5)], grid=False, expr="datum.value == 1 ? 'year 1' : datum.label"),
    )
    y_axis = axis(ticks([0, top], 5), expr=f"datum.value == 0 ? '0' : format(datum.value / {s.factor}, ',~g') + ' {s.short}'")
    y = q("p10", scale=y_scale, axis=y_axis)
    area = {"type": "area", "interpolate": "monotone"}
    layers: list[Layer] = [
        layer({**area, "color": TOKENS["kei-tint"]}, "path", x=x, y=y, y2={"field": "p90"}),
        layer({**area, "color": TOKENS["kei-tint2"]}, "path", x=x, y=q("p25", scale=y_scale), y2={"field": "p75"}),
        layer(
            {"type": "line", "interpolate": "monotone", "color": TOKENS["kei-deep"], "strokeWidth": 2.2},
            "path",
            x=x,
            y=q("p50", scale=y_scale),
        ),
        layer(
            {"type": "rule", "strokeDash": [2, 3], "color": TOKENS["ink3"]}, "refs", "datum.kind == 'launch'", y=q("units", scale=y_scale)
        ),
        layer({"type": "rule", "strokeDash": [6, 4], "strokeWidth": 1.6}, "refs", "datum.kind == 'threshold'", y=q("units", scale=y_scale)),
        label("refs", at(4), q("units", scale=y_scale), "label", where="datum.kind == 'launch'", align="left", dy=-7),
        label("refs", at(4), q("units", scale=y_scale), "label", where="datum.kind == 'threshold'", align="left", dy=-7, **bold()),
        label("ends", at(plot + 5), q("units", scale=y_scale), "label", where="datum.kind != 'p50'", align="left", **muted()),
        label("ends", at(plot + 5), q("units", scale=y_scale), "label", where="datum.kind == 'p50'", align="left", **bold()),
    ]
    return frame(plot, height, (left, 12, right, 24), {"path": rows, "refs": refs, "ends": ends}, layers)
