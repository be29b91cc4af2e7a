"""At which price does it sell, and at which does it pay? Sales by price beside the sales that the price would need.

The band is sales in year 5 over the draws; the dashed line is what must be sold each year at that price; where the middles cross, a maker
breaks even in the middle of the draws. None where no line of prices was solved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import car_price, car_price_span, counted, finite, known, of_100
from roadworthy.report.theme import TOKENS, Layer, at, axis, bold, frame, label, layer, muted, q, ticks

LEAST_UNITS = 10.0
"""Sales below this are drawn here: the scale is logarithmic."""
KILO = "'$' + format(datum.value / 1000, ',~g') + ' k'"


def by_price(answer: Mapping[str, Any]) -> Chart | None:
    """Sales a year by price, with what must be sold; `answer` is a `sell` or a Summary whose study names prices."""
    rows: list[dict[str, Any]] = []
    for x in r.records(answer.get("price_line")):
        price, units, needs = finite(x.get("price_usd")), x.get("units_y5"), x.get("break_even_units")
        if price is None or not known(units):
            continue
        rows.append(
            {"price": price, **{k: max(float(units[k]), LEAST_UNITS) for k in ("p10", "p50", "p90")}, "needs": float(needs["p50"]) if known(needs) else None,
             "pays": finite(x.get("pays"))}
        )  # fmt: skip
    if len(rows) < 2:
        return None
    rows.sort(key=lambda row: row["price"])
    even, exists = answer.get("break_even_price_usd"), finite(answer.get("break_even_price_exists")) or 0.0
    best = max(rows, key=lambda row: row["pays"] or 0.0)
    first, last = rows[0], rows[-1]
    said = (
        f"From {car_price(first['price'])} to {car_price(last['price'])} sales in year 5 go from between {counted(first['p10'])} and "
        f"{counted(first['p90'])} to between {counted(last['p10'])} and {counted(last['p90'])}; "
    )
    if known(even) and exists > 0.0:
        said += f"some price breaks even in {of_100(exists)} of 100 draws, the lowest such price {car_price_span(even)}; "
    else:
        said += "no price here breaks even in any draw; "
    said += f"it pays in most draws, {of_100(best['pays'])} of 100, at {car_price(best['price'])}." if best["pays"] else "it never pays."
    return Chart(
        id="prices",
        title="At which price does it sell?",
        scope="vehicles a year in year 5, by price before tax, dollars of 2022",
        sentence=said,
        columns=[("price", "price, $"), ("p10", "10 %, vehicles a year"), ("p50", "50 %"), ("p90", "90 %"), ("needs", "must sell a year, middle"), ("pays", "share of draws that pay")],
        rows=rows,
        note="Band: 80 of 100 draws, line: the middle. Dashed: what must be sold a year at that price. Above: draws of 100 that pay.",
        wide=_picture(rows, even if known(even) and exists > 0.0 else None, WIDE),
        narrow=_picture(rows, even if known(even) and exists > 0.0 else None, NARROW),
    )  # fmt: skip


def _picture(rows: Sequence[Mapping[str, Any]], even: Mapping[str, float] | None, width: float) -> dict[str, Any]:
    left, right, height = 50.0, 82.0, 260.0 if width > 500 else 230.0
    plot = width - left - right
    values = [v for row in rows for v in (row["p10"], row["p90"], row["needs"]) if v]
    # what must be sold where margins vanish would squeeze the sales
    top = min(max(values), 30.0 * max(row["p90"] for row in rows))
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(top))
    y_span = [10.0**low, 10.0**high]
    x_span = [rows[0]["price"], rows[-1]["price"]]
    need = [{**row, "needs": min(row["needs"], y_span[1])} for row in rows if row["needs"]]
    x = q("price", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 7 if width > 500 else 4), expr=KILO, grid=False))
    scale = {"type": "log", "domain": y_span, "nice": False}
    y = q("p10", scale=scale, axis=axis([10.0**k for k in range(low, high + 1)], expr="format(datum.value, ',~g')"))
    every = 1 if width > 500 else 2
    marks = [{"price": row["price"], "t": of_100(row["pays"])} for row in rows[::every] if row["pays"] is not None]
    ends = [
        {"price": rows[-1]["price"], "y": rows[-1][k], "t": f"{counted(rows[-1][k])}" + (f" ({k[1:]} %)" if k != "p50" else "")}
        for k in ("p10", "p50", "p90")
    ]
    data: dict[str, Sequence[Any]] = {"rows": rows, "need": need, "pays": marks, "ends": ends, "unit": [{"t": "pays, of 100"}]}
    layers: list[Layer] = []
    if even is not None:
        inside = {k: min(max(float(even[k]), x_span[0]), x_span[1]) for k in ("p10", "p50", "p90")}
        data["even"] = [{**inside, "t": "breaks even"}]
        layers += [
            layer({"type": "rect", "color": TOKENS["us"], "opacity": 0.12}, "even", x=q("p10", scale={"domain": x_span}), x2={"field": "p90"}, y=at(0), y2=at(height)),
            label("even", q("p50"), at(height - 8), "t", align="center", **muted()),
        ]  # fmt: skip
    layers += [
        layer({"type": "area", "color": TOKENS["kei-tint"]}, "rows", x=x, y=y, y2={"field": "p90"}),
        layer({"type": "line", "color": TOKENS["kei-deep"], "strokeWidth": 2.2}, "rows", x=x, y=q("p50", scale=scale)),
        layer({"type": "line", "strokeDash": [6, 4], "strokeWidth": 1.6, "color": TOKENS["ink"]}, "need", x=x, y=q("needs", scale=scale)),
        label("ends", at(plot + 5), q("y", scale=scale), "t", align="left", **bold()),
        label("pays", q("price"), at(-8), "t", where="datum.t != '0'", align="center", **muted()),
        label("unit", at(0), at(-8), "t", align="left", **muted()),
    ]
    if need:
        data["needs_label"] = [{**need[0], "t": "must sell"}]
        layers.append(label("needs_label", q("price"), q("needs", scale=scale), "t", align="right", dx=-5, **muted()))
    return frame(plot, height, (left, 20, right, 24), data, layers)
