"""What does it cost to own, drawn: cents a mile item by item, and the price at which it wins.

Each is None where its numbers are not known; an item that is missing is left out, never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import UNKNOWN, car_price, finite, known, plain, span, status_of
from roadworthy.report.theme import PLAIN, TOKENS, Layer, at, axis, bold, clear, domain, frame, label, layer, muted, px, q, ticks

SHADES = {"own": ("kei", "kei-tint2", "kei-tint", "paper"), "rival": ("us", "usb", "rule", "grid")}
MOST_ITEMS = 5
TEXT_PX = 6.4
"""Width of a letter of a note, to know what fits."""


def items(row: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The cost items of one vehicle, cents a mile, the small ones together."""
    given = row.get("items", row.get("cents_per_mile"))
    if isinstance(given, Mapping):
        found = [(str(k).replace("_", " "), finite(v)) for k, v in given.items()]
    else:
        found = [
            (r.text(x.get("label", x.get("item"))).replace("_", " "), finite(x.get("cents_per_mile", x.get("cents", x.get("band")))))
            for x in r.records(given)
        ]
    sure = [(k, v) for k, v in found if v is not None and k not in ("total", "sum")]
    if len(sure) <= MOST_ITEMS:
        return sure
    large = sorted(sure, key=lambda kv: -abs(kv[1]))[: MOST_ITEMS - 1]
    kept = [kv for kv in sure if kv in large]
    return [*kept, ("other", sum(v for k, v in sure) - sum(v for _, v in kept))]


def own_cost(summary: Mapping[str, Any]) -> Chart | None:
    """What a mile costs each vehicle's owner, item by item, with the band of the sum."""
    first = r.text(r.record(summary.get("vehicle")).get("id"))
    segments: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    table: list[dict[str, Any]] = []
    listed = sorted(r.records(summary.get("own")), key=lambda x: r.text(x.get("id")) != first)
    for i, row in enumerate(listed):
        parts = items(row)
        if not parts:
            continue
        total = row.get("total_cents_per_mile", row.get("total"))
        name = r.short_name(r.text(row.get("name"), r.text(row.get("id"))))
        price = finite(row.get("price_usd"))
        at_end = 0.0
        for n, (item, cents) in enumerate(parts):
            shade = SHADES["own" if i == 0 else "rival"][min(n, 3)]
            light = i > 0 and n == 0
            segments.append(
                {
                    "row": i,
                    "item": item,
                    "start": at_end,
                    "end": at_end + cents,
                    "cents": plain(cents),
                    "shade": TOKENS[shade],
                    "light": light,
                    "dark": i == 0 and n == 0,
                }
            )
            at_end += cents
        middle = finite(total)
        totals.append(
            {
                "row": i, "name": name + (f" at {car_price(price)}" if price else ""), "first": i == 0, "p50": middle, "label": f"{plain(middle)} ¢" if middle is not None else UNKNOWN,
                "p10": finite(total["p10"]) if isinstance(total, Mapping) and known(total) else middle, "p90": finite(total["p90"]) if isinstance(total, Mapping) and known(total) else middle,
            }
        )  # fmt: skip
        table.append({"name": name, **dict(parts), "total": middle, "band": span(total), "status": status_of(row, "not known")})
    if not totals:
        return None
    names = list(dict.fromkeys(s["item"] for s in segments))
    held = next((x["of"] for x in listed if x.get("of")), 80)
    kei = "kei" in r.text(r.record(summary.get("vehicle")).get("group"))
    insured = " No insurer has loss history for a kei, so that item is ○ assumed." if kei else ""
    said = ", ".join(f"{t['name']} {t['label'].removesuffix(' ¢')}" for t in totals)
    return Chart(
        id="own",
        title="What a mile costs its owner",
        scope="cents of 2022 a mile",
        sentence=f"Cost of owning, cents a mile: {said}.",
        columns=[
            ("name", "vehicle"),
            *((n, f"{n}, cents a mile") for n in names),
            ("total", "sum, cents a mile"),
            ("band", f"{held} of 100 draws"),
            ("status", "status"),
        ],
        rows=table,
        note=f"Whiskers hold {held} of 100 draws of the sum.{insured}",
        wide=_own(segments, totals, WIDE),
        narrow=_own(segments, totals, NARROW),
    )


def _own(segments: list[dict[str, Any]], totals: list[dict[str, Any]], width: float) -> dict[str, Any]:
    big = width > 500
    left, right, step, thick = (170.0, 58.0, 28.0, 19.0) if big else (2.0, 58.0, 44.0, 17.0)
    plot = width - left - right
    x_span = domain([v for t in totals for v in (t["p90"], t["p50"]) if v is not None] + [s["end"] for s in segments])
    per = plot / (x_span[1] - x_span[0])
    offset = 24.0 if big else 20.0
    index = {t["row"]: i for i, t in enumerate(totals)}
    rows = [
        {**t, "y": index[t["row"]] * step + offset + (0 if big else 14), "name_y": index[t["row"]] * step + offset - (0 if big else 4)}
        for t in totals
    ]
    bars, heads, used = [], [], -1e9
    for s in segments:
        y = index[s["row"]] * step + offset + (0 if big else 14)
        wide_enough = abs(s["end"] - s["start"]) * per > 16
        bars.append({**s, "y": y, "mid": s["start"] + 3.5 / per, "cents": s["cents"] if wide_enough else ""})
        start = s["start"] * per
        if s["row"] == totals[0]["row"] and big and start > used:
            heads.append({"t": s["item"], "x": start + 2})
            used = start + TEXT_PX * len(s["item"]) + 6
    height = step * len(totals) + offset
    x = q("start", scale={"domain": x_span, "nice": False}, axis=axis(ticks(x_span, 6 if big else 4), expr=PLAIN, orient="bottom"))
    layers: list[Layer] = [
        layer(
            {"type": "bar", "height": thick, "stroke": TOKENS["rule2"], "strokeWidth": 0.6},
            "bars",
            x=x,
            x2={"field": "end"},
            y=px("y"),
            color={"field": "shade", "type": "nominal", "scale": None},
        ),
        layer({"type": "rule", "strokeWidth": 1.2}, "rows", "isValid(datum.p50)", x=q("p10"), x2={"field": "p90"}, y=px("y")),
        label("bars", q("mid"), px("y"), "cents", where="datum.light", align="left", fill=TOKENS["card"]),
        label("bars", q("mid"), px("y"), "cents", where="!datum.light && datum.dark", align="left", fill=TOKENS["on-kei"]),
        label("bars", q("mid"), px("y"), "cents", where="!datum.light && !datum.dark", align="left", fill=TOKENS["ink"]),
        label("rows", at(-left), px("name_y"), "name", where="datum.first", align="left", **bold()),
        label("rows", at(-left), px("name_y"), "name", where="!datum.first", align="left"),
        label("rows", at(plot + right), px("y"), "label", align="right", **bold()),
        label("heads", px("x"), at(6), "t", align="left", **muted()),
    ]
    return frame(plot, height, (left, 4, right, 24), {"rows": rows, "bars": bars, "heads": heads}, layers)


def wins(summary: Mapping[str, Any]) -> Chart | None:
    """The price at which the car costs no more a mile than each rival, against the price to expect."""
    rows = [
        {"name": f"against {r.short_name(r.text(x.get('name')))}", **{k: float(x["break_even_usd"][k]) for k in ("p10", "p50", "p90")}, "status": status_of(x, "not known")}
        for x in r.records(summary.get("own"))
        if known(x.get("break_even_usd"))
    ]  # fmt: skip
    if not rows:
        return None
    held = next((x["of"] for x in r.records(summary.get("own")) if x.get("of")), 80)
    price = r.headline(summary).get("price_usd")
    expected = {k: float(price[k]) for k in ("p10", "p50", "p90")} if known(price) else None
    for row in rows:
        row["label"] = car_price(row["p50"])
    said = ", ".join(f"{row['name']} {row['label']}" for row in rows)
    return Chart(
        id="wins",
        title="At which price does it win?",
        scope="break-even price, dollars of 2022",
        sentence=f"Break-even price {said}"
        + (
            f"; expected {car_price(expected['p50'])}, likely {car_price(expected['p10'])} to {car_price(expected['p90'])}."
            if expected
            else "."
        ),
        columns=[("name", "rival"), ("p10", "10 %, $"), ("p50", "50 %, $"), ("p90", "90 %, $"), ("status", "status")],
        rows=rows,
        note=f"Left of a bar it is the cheaper one to own. Bars hold {held} of 100 draws."
        + (" Yellow: the price to expect, 80 of 100 draws." if expected else ""),
        wide=_wins(rows, expected, WIDE),
        narrow=_wins(rows, expected, NARROW),
    )


def _wins(rows: Sequence[Mapping[str, Any]], expected: Mapping[str, float] | None, width: float) -> dict[str, Any]:
    left, right, step = (150.0, 20.0, 26.0) if width > 500 else (96.0, 16.0, 28.0)
    plot = width - left - right
    x_span = domain([v for row in rows for v in (row["p10"], row["p90"])] + list((expected or {}).values()), zero=False)
    edge = x_span[1] - 60.0 * (x_span[1] - x_span[0]) / plot
    shown = [{**row, "y": i * step + 30.0, "end": row["p90"] < edge} for i, row in enumerate(rows)]
    height = step * len(rows) + 22.0
    x = q(
        "p10",
        scale={"domain": x_span, "nice": False},
        axis=axis(ticks(x_span, 6 if width > 500 else 3), expr="'$' + format(datum.value / 1000, ',~g') + ' k'", orient="bottom"),
    )
    layers: list[Layer] = []
    data: dict[str, Sequence[Any]] = {"rows": shown}
    if expected:
        data["price"] = [{**expected, "t": "expected price"}]
        layers += [
            layer({"type": "rect", "color": TOKENS["kei-tint"]}, "price", x=x, x2={"field": "p90"}, y=at(12), y2=at(height)),
            layer({"type": "rule", "color": TOKENS["kei-line"], "strokeWidth": 2}, "price", x=q("p50"), y=at(12), y2=at(height)),
            label("price", q("p50"), at(5), "t", align="center", **bold()),
        ]
    layers += [
        layer({"type": "bar", "height": 10, "color": TOKENS["us"], "opacity": 0.42}, "rows", x=x, x2={"field": "p90"}, y=px("y")),
        layer({"type": "tick", "thickness": 2.2, "size": 16, "color": TOKENS["ink"], "orient": "vertical"}, "rows", x=q("p50"), y=px("y")),
        *clear("rows", q("p90"), px("y"), "label", where="datum.end", align="left", dx=5, **bold()),
        *clear("rows", q("p10"), px("y"), "label", where="!datum.end", align="right", dx=-5, **bold()),
        label("rows", at(-left), px("y"), "name", align="left", limit=left - 6),
    ]
    return frame(plot, height, (left, 4, right, 24), data, layers)
