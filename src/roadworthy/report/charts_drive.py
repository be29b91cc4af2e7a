"""How does it drive, drawn: where the energy goes, the trace and the seconds missed, and the acceleration lane to scale.

Input is what `energy.scene` gives. None where nothing is known; a vehicle that is missing is left out, never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import finite, mark, plain
from roadworthy.report.theme import TOKENS, Layer, at, axis, bold, clear, frame, label, layer, muted, px, q, ticks

PARTS = (
    ("engine", "engine or motor", "us"),
    ("accessories", "accessories", "usb"),
    ("driveline", "driveline", "rule2"),
    ("rolling", "rolling", "kei-deep"),
    ("air", "air", "part"),
    ("brakes", "brakes", "own"),
)
"""Part of `energy.flows`, its name in print, its colour."""
CYCLES = {"UDDS": "in town (FTP)", "HWFET": "on the highway"}
BAR_PX, ROW_PX, HEAD_PX, KEY_PX = 15.0, 21.0, 20.0, 20.0


def drive_charts(scene: Mapping[str, Any], names: Mapping[str, str]) -> list[Chart]:
    """All charts of driving that can be drawn; `names` are the names of the vehicles by id."""
    found = (flow_bars(scene, names), missed_trace(scene, names), merge_lane(scene, names))
    return [chart for chart in found if chart is not None]


def _name(names: Mapping[str, str], car: Mapping[str, Any]) -> str:
    ident = r.text(car.get("id"))
    return r.short_name(names.get(ident, ident))


def flow_bars(scene: Mapping[str, Any], names: Mapping[str, str]) -> Chart | None:
    """Energy per kilometre on both label cycles, part by part."""
    cars = r.records(scene.get("cars"))
    rows: list[dict[str, Any]] = []
    for cycle, words in CYCLES.items():
        for car in cars:
            flow = next((f for f in r.records(car.get("flows")) if f.get("cycle") == cycle), None)
            if flow is None:
                continue
            parts = r.record(flow.get("parts_J_per_m"))
            left = 0.0
            for key, part, colour in PARTS:
                size = max(finite(parts.get(key)) or 0.0, 0.0) / 1e3
                rows.append({"cycle": words, "name": _name(names, car), "part": part, "from": left, "to": left + size, "mj": size, "colour": TOKENS[colour],
                             "own": bool(car.get("own"))})  # fmt: skip
                left += size
    if not rows:
        return None
    totals = {(x["cycle"], x["name"]): 0.0 for x in rows}
    for x in rows:
        totals[x["cycle"], x["name"]] += x["mj"]
    said = "; ".join(f"{name} {plain(total)} MJ a km {cycle}" for (cycle, name), total in totals.items())
    return Chart(
        id="energy_flows",
        title="Where the energy goes",
        scope="MJ per km from tank or wall",
        sentence=f"Energy from tank or wall: {said}.",
        columns=[("cycle", "cycle"), ("name", "vehicle"), ("part", "goes to"), ("mj", "energy, MJ/km")],
        rows=rows,
        note=f"Brakes: what is not recovered. {mark('derived')} derived, from the vehicle model.",
        wide=_flows(rows, totals, WIDE),
        narrow=_flows(rows, totals, NARROW),
    )


def _flows(rows: list[dict[str, Any]], totals: Mapping[tuple[str, str], float], width: float) -> dict[str, Any]:
    wide = width > 500
    left, right = (150.0 if wide else 96.0), 56.0
    plot = width - left - right
    top = max(totals.values()) or 1.0
    keys: list[dict[str, Any]] = []
    per_row = 6 if wide else 3
    for i, (_, part, colour) in enumerate(PARTS):
        step = (width - 8.0) / per_row
        keys.append({"x": -left + 8.0 + step * (i % per_row), "y": KEY_PX * (i // per_row) + 8.0, "text": part, "colour": TOKENS[colour]})
    y = KEY_PX * (-(-len(PARTS) // per_row)) + 4.0
    heads: list[dict[str, Any]] = []
    places: dict[tuple[str, str], float] = {}
    for cycle in dict.fromkeys(c for c, _ in totals):
        heads.append({"y": y + HEAD_PX / 2.0, "text": cycle})
        y += HEAD_PX
        for name in [n for c, n in totals if c == cycle]:
            places[cycle, name] = y + ROW_PX / 2.0
            y += ROW_PX
        y += 6.0
    bars = [{**x, "y": places[x["cycle"], x["name"]] - BAR_PX / 2.0, "y2": places[x["cycle"], x["name"]] + BAR_PX / 2.0} for x in rows]
    own = {(x["cycle"], x["name"]): x["own"] for x in rows}
    ends = [{"y": places[k], "x": t, "name": k[1], "text": plain(t), "own": own[k]} for k, t in totals.items()]
    x = q("from", scale={"domain": [0, top], "range": [0, plot], "nice": False}, axis=None)
    layers: list[Layer] = [
        layer({"type": "rect", "stroke": TOKENS["paper"], "strokeWidth": 0.6}, "bars", x=x, x2={"field": "to"}, y=px("y"), y2={"field": "y2"},
              color={"field": "colour", "type": "nominal", "scale": None}),
        label("ends", q("x", scale={"domain": [0, top], "range": [0, plot], "nice": False}, axis=None), px("y"), "text", align="left", dx=5, **bold()),
        label("ends", at(-8), px("y"), "name", where="datum.own", align="right", **bold(fill=TOKENS["kei-line"])),
        label("ends", at(-8), px("y"), "name", where="!datum.own", align="right"),
        label("heads", at(-left + 8.0), px("y"), "text", align="left", **muted()),
        layer({"type": "square", "size": 70, "opacity": 1}, "keys", x=px("x"), y=px("y"), color={"field": "colour", "type": "nominal", "scale": None}),
        label("keys", px("x"), px("y"), "text", align="left", dx=8),
    ]  # fmt: skip
    return frame(plot, y, (left, 4, right, 4), {"bars": bars, "ends": ends, "heads": heads, "keys": keys}, layers)


def missed_trace(scene: Mapping[str, Any], names: Mapping[str, str]) -> Chart | None:
    """The speed trace to follow, the speed reached, and where it is missed."""
    trace = r.record(scene.get("trace"))
    time, target, speed = (r.numbers(trace.get(k)) for k in ("time_s", "target_mph", "speed_mph"))
    own = next((c for c in r.records(scene.get("cars")) if c.get("own")), None)
    points = [
        {"s": t, "target": a, "mph": b, "gap": a - b}
        for t, a, b in zip(time, target, speed, strict=False)
        if t is not None and a is not None and b is not None
    ]
    if not points or own is None:
        return None
    missed = finite(trace.get("missed_s")) or 0.0
    cycle, name = r.text(trace.get("cycle")), _name(names, own)
    worst = max(points, key=lambda p: p["gap"])
    said = (
        f"{name} misses {plain(missed)} of {plain(points[-1]['s'])} s of {cycle} and falls behind by up to {plain(worst['gap'])} mph."
        if missed
        else f"{name} follows every second of {cycle}."
    )
    return Chart(
        id="trace",
        title=f"The {cycle} trace",
        scope="speed, mph, over seconds",
        sentence=said,
        columns=[("s", "time, s"), ("target", "to follow, mph"), ("mph", "reached, mph")],
        rows=points,
        note=f"Grey: speed to follow. {mark('derived')} derived, at full traction.",
        wide=_trace(points, worst, missed, WIDE),
        narrow=_trace(points, worst, missed, NARROW),
    )


def _trace(points: list[dict[str, Any]], worst: Mapping[str, Any], missed: float, width: float) -> dict[str, Any]:
    left, right, height = 54.0, 12.0, 170.0
    plot = width - left - right
    top, last = max(p["target"] for p in points) * 1.12, points[-1]["s"]
    x = q("s", scale={"domain": [0, last], "nice": False}, axis=axis(ticks([0, last], 6 if width > 500 else 4), expr="format(datum.value, '~g') + ' s'", grid=False))  # fmt: skip
    scale = {"domain": [0, top], "nice": False}
    y = q("target", scale=scale, axis=axis(ticks([0, top], 8), expr="datum.value == 0 ? '0' : format(datum.value, '~g') + ' mph'"))
    gaps = [{**p, "low": p["mph"]} for p in points]
    ends = [{"s": worst["s"], "mph": worst["target"], "text": f"up to {plain(worst['gap'])} mph behind", "right": worst["s"] < 0.6 * last}]
    layers: list[Layer] = [
        layer({"type": "area", "color": TOKENS["own-t"]}, "gaps", x=x, y=y, y2={"field": "low"}),
        layer({"type": "line", "color": TOKENS["rule2"], "strokeWidth": 1.4}, "points", x=x, y=y),
        layer({"type": "line", "color": TOKENS["kei-line"], "strokeWidth": 1.6}, "points", x=x, y=q("mph", scale=scale)),
    ]
    if missed:
        for where, align, dx in (("datum.right", "left", 6), ("!datum.right", "right", -6)):
            layers += clear(
                "ends", q("s"), q("mph", scale=scale), "text", where=where, align=align, dx=dx, dy=-12, **bold(fill=TOKENS["own"])
            )
    return frame(plot, height, (left, 8, right, 24), {"points": points, "gaps": gaps, "ends": ends}, layers)


def merge_lane(scene: Mapping[str, Any], names: Mapping[str, str]) -> Chart | None:
    """Speed along the acceleration lane of a 70 mph highway, from rest, each vehicle; with times to speed in the table."""
    lane = r.record(scene.get("lane"))
    length, needed = finite(lane.get("length_m")), finite(lane.get("needed_mph"))
    rows: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for car in r.records(scene.get("cars")):
        run, marks = r.record(car.get("run")), r.record(car.get("marks_s"))
        name = _name(names, car)
        points: list[dict[str, Any]] = [
            {"m": m, "mph": v, "s": t, "name": name, "own": bool(car.get("own"))}
            for m, v, t in zip(
                r.numbers(run.get("distance_m")), r.numbers(run.get("speed_mph")), r.numbers(run.get("time_s")), strict=False
            )
            if m is not None and v is not None
        ]
        if len(points) < 2 or length is None:
            continue
        after = next((i for i, p in enumerate(points) if p["m"] >= length), len(points) - 1)
        before = points[max(after - 1, 0)]
        share = (length - before["m"]) / max(points[after]["m"] - before["m"], 1e-9)
        at_end = before["mph"] + min(share, 1.0) * (points[after]["mph"] - before["mph"])
        seventy = finite(marks.get("70mph"))
        ends.append({"m": length, "mph": at_end, "name": name, "own": bool(car.get("own")),
                     "text": f"{name} {plain(at_end)} mph", "seventy": "never" if seventy is None else f"{plain(seventy)} s"})  # fmt: skip
        rows += points
    if not rows or length is None or needed is None:
        return None
    said = "; ".join(f"{e['name']} {plain(e['mph'])} mph after {plain(length)} m, 0 to 70 mph {e['seventy']}" for e in ends)
    return Chart(
        id="merge_lane",
        title="On the acceleration lane",
        scope=f"speed, mph, along the {plain(length)} m lane of a 70 mph highway, from rest",
        sentence=f"{said}. The design asks for {plain(needed)} mph.",
        columns=[("name", "vehicle"), ("s", "time, s"), ("m", "distance, m"), ("mph", "speed, mph")],
        rows=rows,
        note=f"Lane and merge speed {mark('assumed')} assumed (Green Book values from memory); flat road, driver alone.",
        wide=_lane(rows, ends, length, needed, WIDE),
        narrow=_lane(rows, ends, length, needed, NARROW),
    )


def _lane(rows: list[dict[str, Any]], ends: list[dict[str, Any]], length: float, needed: float, width: float) -> dict[str, Any]:
    left, right, height = 54.0, 128.0 if width > 500 else 92.0, 220.0
    plot = width - left - right
    top = max(max(e["mph"] for e in ends), needed) * 1.06
    scale, along = {"domain": [0, top], "nice": False}, {"domain": [0, length], "nice": False}
    x = q("m", scale=along, axis=axis(ticks([0, length], 5 if width > 500 else 3), expr="format(datum.value, '~g') + ' m'", grid=False))
    y = q("mph", scale=scale, axis=axis(ticks([0, top], 8), expr="datum.value == 0 ? '0' : format(datum.value, '~g') + ' mph'"))
    name = {"field": "name", "type": "nominal"}
    asked = [{"m": length, "mph": needed, "text": f"merge speed {plain(needed)} mph"}]
    spots: list[dict[str, Any]] = []
    last: float | None = None
    for e in sorted(ends, key=lambda e: -e["mph"]):  # labels of near curves keep apart
        spot = (1.0 - e["mph"] / top) * height
        spot = spot if last is None else max(spot, last + 15.0)
        spots.append({**e, "y": spot})
        last = spot
    cut = {"type": "line", "clip": True}
    layers: list[Layer] = [
        layer({"type": "rule", "color": TOKENS["ink3"], "strokeDash": [3, 3]}, "asked", y=q("mph", scale=scale)),
        *clear("asked", q("m", scale=along), q("mph", scale=scale), "text", align="right", dx=-4, dy=9, **muted()),
        layer({**cut, "color": TOKENS["us"], "strokeWidth": 1.6}, "rows", "!datum.own", x=x, y=y, detail=name),
        layer({**cut, "color": TOKENS["kei-line"], "strokeWidth": 2.4}, "rows", "datum.own", x=x, y=y, detail=name),
        label("spots", at(plot + 6.0), px("y"), "text", where="datum.own", align="left", **bold(fill=TOKENS["kei-line"])),
        label("spots", at(plot + 6.0), px("y"), "text", where="!datum.own", align="left", fill=TOKENS["us"]),
    ]
    return frame(plot, height, (left, 10, right, 24), {"rows": rows, "spots": spots, "asked": asked}, layers)
