"""Why did the headlines move, and who gains, drawn: exact parts of the deaths, and buyers' gain by income.

Bars are means over the draws, which add up; whiskers hold 80 of 100 draws. None where the numbers are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.charts_answer import PARTY_LABEL
from roadworthy.report.numbers import finite, known, middle, money_scale, outer, plain, span, status_of
from roadworthy.report.theme import SIGNED, TOKENS, Layer, at, axis, bold, clear, domain, frame, label, layer, muted, px, q, ticks

PART_COLOUR = {"exposure": TOKENS["us"], "composition": TOKENS["gain"], "rate": TOKENS["own"]}
STEP, GAP = 21.0, 13.0


def because(summary: Mapping[str, Any]) -> Chart | None:
    """Deaths of year 10 by party, each split exactly into miles, composition and what a class itself does."""
    why = r.record(r.record(r.headline(summary).get("because")).get("deaths_y10"))
    rows: list[dict[str, Any]] = []
    for party in ("own", "partners", "outside", "net"):
        for part in r.records(why.get(party)):
            if known(part.get("band")):
                band = part["band"]
                rows.append(
                    {"party": PARTY_LABEL[party], "party_id": party, "part": r.text(part.get("label")), "id": r.text(part.get("id")), "mean": finite(part.get("mean")) or 0.0,
                     "p10": float(band["p10"]), "p90": float(band["p90"])}
                )  # fmt: skip
    if not rows or all(row["mean"] == 0.0 for row in rows):
        return None
    top = max(abs(row["mean"]) for row in rows)
    for row in rows:
        row["value"] = plain(row["mean"], top=top, signed=True)
    net = [row for row in rows if row["party_id"] == "net"]
    said = "; ".join(f"{row['part']} {row['value']}" for row in net)
    return Chart(
        id="because",
        title="Why deaths moved",
        scope="deaths a year in year 10, exact parts",
        sentence=f"Change of deaths a year in year 10, split exactly: {said}; sum {plain(sum(row['mean'] for row in net), top=top, signed=True)}.",
        columns=[
            ("party", "who"),
            ("part", "part"),
            ("mean", "mean, deaths a year"),
            ("p10", "10 %, deaths a year"),
            ("p90", "90 %, deaths a year"),
        ],
        rows=rows,
        note="Bars are means and add up to the mean change; whiskers hold 80 of 100 draws and do not add.",
        wide=_because(rows, WIDE),
        narrow=_because(rows, NARROW),
    )


def _because(rows: list[dict[str, Any]], width: float) -> dict[str, Any]:
    big = width > 500
    left, right = (310.0 if big else 2.0), 52.0
    plot = width - left - right
    lines: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    y = 12.0
    before = ""
    for row in rows:
        if row["party_id"] != before:
            y += GAP if before else 0.0
            heads.append({"y": y, "party": row["party"]})
            y += 0.0 if big else STEP
            before = row["party_id"]
        lines.append({**row, "y": y if big else y + 14.0, "name_y": y})
        y += STEP if big else STEP + 14.0
    x_span = domain([v for row in rows for v in (row["p10"], row["p90"], row["mean"])])
    x = q("mean", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 6 if big else 4), expr=SIGNED, orient="bottom"))
    colour = {"field": "id", "scale": {"domain": list(PART_COLOUR), "range": list(PART_COLOUR.values())}, "legend": None}
    layers: list[Layer] = [
        layer({"type": "bar", "height": 10, "opacity": 0.75}, "lines", x=x, x2={"datum": 0}, y=px("y"), color=colour),
        layer({"type": "rule", "strokeWidth": 1.0, "color": TOKENS["ink3"]}, "lines", x=q("p10", scale=x["scale"]), x2={"field": "p90"}, y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(y)),
        label("heads", at(-left), px("y"), "party", align="left", **bold()),
        *clear("lines", at(-left + (118.0 if big else 0.0)), px("y" if big else "name_y"), "part", align="left", **muted()),
        label("lines", at(plot + right), px("y" if big else "name_y"), "value", align="right", **bold()),
    ]  # fmt: skip
    return frame(plot, y, (left, 4, right, 24), {"lines": lines, "heads": heads}, layers)


def gain_by_income(summary: Mapping[str, Any]) -> Chart | None:
    """Buyers' gain by household income at 3 %, with its band."""
    given = [x for x in r.records(r.headline(summary).get("surplus_by_group_usd_r3")) if known(x.get("band"))]
    if not given or not any(any(outer(x["band"])) for x in given):
        return None
    s = money_scale([v for x in given for v in outer(x["band"])])
    top = max(abs(v) for x in given for v in outer(x["band"])) / s.factor
    rows = [
        {"group": r.text(x.get("label")), **{name: float(x["band"][name]) / s.factor for name in ("p10", "p25", "p50", "p75", "p90")},
         "value": middle(x["band"], by=s, signed=True, top=top), "band": span(x["band"], by=s, signed=True, top=top), "status": status_of(x, "assumed")}
        for x in given
    ]  # fmt: skip
    unit = f"{s.word} dollars".strip()
    return Chart(
        id="income",
        title="Who gains, by household income",
        scope=f"buyers' gain, {unit} of 2022, present value at 3 %",
        sentence=f"Buyers' gain by household income, {unit}: "
        + "; ".join(f"{row['group']} {row['value']}, likely {row['band']}" for row in rows)
        + ".",
        columns=[
            ("group", "household income"),
            ("p10", f"10 %, {unit}"),
            ("p50", f"50 %, {unit}"),
            ("p90", f"90 %, {unit}"),
            ("status", "status"),
        ],
        rows=rows,
        note="Palest bar: 80 of 100 draws, darker: 50, tick: the middle. A group may lose where rivals raise prices.",
        wide=_income(rows, WIDE),
        narrow=_income(rows, NARROW),
    )


def _income(rows: list[dict[str, Any]], width: float) -> dict[str, Any]:
    big = width > 500
    left, right, step = (150.0 if big else 128.0), (150.0 if big else 60.0), 28.0
    plot = width - left - right
    shown = [{**row, "y": i * step + 15.0} for i, row in enumerate(rows)]
    x_span = domain([v for row in rows for v in (row["p10"], row["p90"])])
    x = q("p10", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 6 if big else 3), expr=SIGNED, orient="bottom"))
    bar = {"type": "bar", "height": 11, "color": TOKENS["gain"]}
    height = step * len(rows) + 4.0
    layers: list[Layer] = [
        layer({**bar, "opacity": 0.3}, "rows", x=x, x2={"field": "p90"}, y=px("y")),
        layer({**bar, "opacity": 0.6}, "rows", x=q("p25", scale=x["scale"]), x2={"field": "p75"}, y=px("y")),
        layer({"type": "tick", "thickness": 2.4, "size": 17, "color": TOKENS["ink"], "orient": "vertical"}, "rows", x=q("p50"), y=px("y")),
        layer({"type": "rule", "strokeWidth": 1.25}, None, x={"datum": 0}, y=at(0), y2=at(height)),
        label("rows", at(-left), px("y"), "group", align="left"),
        label("rows", at(plot + (62 if big else right)), px("y"), "value", align="right", **bold()),
    ]
    if big:
        layers.append(label("rows", at(plot + right), px("y"), "band", align="right", **muted()))
    return frame(plot, height, (left, 4, right, 24), {"rows": shown}, layers)
