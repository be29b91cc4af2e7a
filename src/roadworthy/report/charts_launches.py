"""How well did the same model do on small cars it had not seen? Forecast against what was sold, each car left out of its own forecast.

Both axes are logarithmic; the diagonal is a perfect forecast, bars hold 80 of 100. A square missed: its bar does not touch the diagonal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import finite, status_of
from roadworthy.report.theme import TOKENS, Layer, axis, frame, label, layer, q

THOUSANDS = "datum.value >= 1000 ? format(datum.value / 1000, ',~g') + ' k' : format(datum.value, ',~g')"


def left_out(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the hold-out table that are whole."""
    found = []
    for x in r.records(r.record(summary.get("holdout")).get("rows")):
        numbers = {k: finite(x.get(k)) for k in ("observed", "p10", "p50", "p90", "log_error")}
        if any(v is None for v in numbers.values()):
            continue
        name = f"{r.short_name(r.text(x.get('car')))}, {r.text(x.get('year'))}"
        found.append({"name": name, **numbers, "covered": bool(x.get("covered")), "badge": r.text(x.get("badge")), "status": status_of(x)})
    return found


def launches(summary: Mapping[str, Any]) -> Chart | None:
    """Forecast and sales of every car left out."""
    rows = left_out(summary)
    if not rows:
        return None
    said = r.text(r.record(r.record(summary.get("holdout")).get("score")).get("sentence"))
    return Chart(
        id="launches",
        title="Small cars the model had not seen",
        scope="vehicles a year, each car left out of its own forecast",
        sentence=f"Forecast against sales of {len(rows)} small cars left out: {said}.",
        columns=[("name", "car"), ("observed", "sold, vehicles a year"), ("p10", "10 %"), ("p50", "50 %"), ("p90", "90 %"), ("log_error", "ln(middle / sold)"), ("badge", "support"), ("status", "status of what was sold")],
        rows=rows,
        note=f"{said[:1].upper()}{said[1:]}. Bars hold 80 of 100; squares miss.",
        wide=_picture(rows, WIDE),
        narrow=_picture(rows, NARROW),
    )  # fmt: skip


def _picture(rows: Sequence[Mapping[str, Any]], width: float) -> dict[str, Any]:
    left, right, height = 54.0, 20.0, 300.0 if width > 500 else 260.0
    plot = min(width, 520.0) - left - right
    values = [v for row in rows for v in (row["observed"], row["p10"], row["p90"])]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    span = [10.0**low, 10.0**high]
    scale = {"type": "log", "domain": span, "nice": False}
    marks = [10.0**k for k in range(low, high + 1)]
    x = q("observed", scale=scale, axis=axis(marks, expr=f"datum.value == {span[1]} ? 'sold' : {THOUSANDS}"))
    y = q("p50", scale=scale, axis=axis(marks, expr=f"datum.value == {span[1]} ? 'forecast' : {THOUSANDS}"))
    layers: list[Layer] = [
        layer({"type": "line", "strokeDash": [4, 3], "color": TOKENS["ink3"]}, "diagonal", x=q("observed", scale=scale), y=q("p50", scale=scale)),
        layer({"type": "rule", "strokeWidth": 1.4, "color": TOKENS["kei-line"]}, "rows", "datum.covered", x=x, y=q("p10", scale=scale), y2={"field": "p90"}),
        layer({"type": "rule", "strokeWidth": 1.4, "color": TOKENS["own"]}, "rows", "!datum.covered", x=x, y=q("p10", scale=scale), y2={"field": "p90"}),
        layer({"type": "point", "shape": "circle", "size": 34, "filled": True, "color": TOKENS["kei-line"], "opacity": 1}, "rows", "datum.covered", x=x, y=y),
        layer({"type": "point", "shape": "square", "size": 40, "filled": True, "color": TOKENS["own"], "opacity": 1}, "rows", "!datum.covered", x=x, y=y),
        label("rows", x, q("p90", scale=scale), "name", where="!datum.covered && datum.log_error > 0", align="center", dy=-8),
        label("rows", x, q("p10", scale=scale), "name", where="!datum.covered && datum.log_error <= 0", align="right", dx=-6, dy=-4),
    ]  # fmt: skip
    return frame(plot, height, (left, 14, right, 24), {"rows": rows, "diagonal": [{"observed": v, "p50": v} for v in span]}, layers)
