"""What does a crash do, drawn: fronts, both pulses, serious injury by closing speed against each partner, odds of death by mass ratio.

None where the numbers are not known; a partner that is missing is left out, never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import finite, mark, of_100, plain, status_of
from roadworthy.report.theme import TOKENS, Layer, at, axis, bold, clear, frame, label, layer, q, ticks

SMALL_PX = 166.0


def pulses(summary: Mapping[str, Any]) -> Chart | None:
    """Deceleration of both vehicles over time in the head-on crash."""
    crash = r.record(summary.get("crash"))
    rows: list[dict[str, Any]] = []
    given = r.record(crash.get("pulses"))
    common = r.numbers(given.get("time_ms") or given.get("t_ms"))
    if common and not isinstance(crash.get("pulses"), list):
        names = [r.text(s.get("name"), s.get("id", f"side {i + 1}")) for i, s in enumerate(r.records(crash.get("sides")))]
        curves = next((v for k, v in given.items() if k not in ("time_ms", "t_ms") and isinstance(v, list)), [])
        listed = [{"name": n, "time_ms": common, "accel_g": c} for n, c in zip(names, curves, strict=False)]
    else:
        listed = r.records(crash.get("pulses"))
    ends = []
    for i, curve in enumerate(listed[:2]):
        time = r.numbers(curve.get("time_ms") or curve.get("t_ms"))
        force = r.numbers(curve.get("accel_g") or curve.get("g"))
        name = r.short_name(r.text(curve.get("name"), f"side {i + 1}"))
        points = [(t, abs(g)) for t, g in zip(time, force, strict=False) if t is not None and g is not None]
        if not points:
            continue
        rows += [{"ms": t, "g": g, "name": name, "side": i} for t, g in points]
        t_top, g_top = max(points, key=lambda p: p[1])
        ends.append({"ms": t_top, "g": g_top, "label": f"{name}, up to {plain(g_top)} g", "side": i})
    if not rows:
        return None
    said = "; ".join(e["label"] for e in ends)
    status = status_of(crash, "derived")
    return Chart(
        id="pulses",
        title="Collision pulses",
        scope="deceleration of the cabin, g, over milliseconds",
        sentence=f"Deceleration over time head-on at {plain(crash.get('closing_mph'))} mph closing: {said}.",
        columns=[("name", "vehicle"), ("ms", "time, ms"), ("g", "deceleration, g")],
        rows=rows,
        note=f"The lighter vehicle always takes the larger speed change. {mark(status)} {status}, from the pair model.",
        wide=_pulses(rows, ends, WIDE),
        narrow=_pulses(rows, ends, NARROW),
    )


def _pulses(rows: list[dict[str, Any]], ends: list[dict[str, Any]], width: float) -> dict[str, Any]:
    left, right, height = 34.0, 14.0, 170.0
    plot = width - left - right
    peak = max(row["g"] for row in rows) * 1.16 or 1.0
    last = max(row["ms"] for row in rows) or 1.0
    x = q(
        "ms",
        scale={"domain": [0, last], "nice": False},
        axis=axis(ticks([0, last], 8 if width > 500 else 4), expr="format(datum.value, '~g') + ' ms'", grid=False),
    )
    y = q(
        "g",
        scale={"domain": [0, peak], "nice": False},
        axis=axis(ticks([0, peak], 4), expr="datum.value == 0 ? '0' : format(datum.value, '~g') + ' g'"),
    )
    line = {"type": "line", "strokeWidth": 2.2}
    for e in ends:
        e["right"] = e["ms"] < 0.62 * last
    layers: list[Layer] = [
        layer({**line, "color": TOKENS["us"], "strokeDash": [6, 3]}, "curve", "datum.side == 1", x=x, y=y),
        layer({**line, "color": TOKENS["kei-line"]}, "curve", "datum.side == 0", x=x, y=y),
    ]
    for right_side, align, dx in (("datum.right", "left", 2), ("!datum.right", "right", -2)):
        layers += [
            *clear(
                "ends",
                q("ms"),
                q("g"),
                "label",
                where=f"{right_side} && datum.side == 0",
                align=align,
                dx=dx,
                dy=-10,
                **bold(fill=TOKENS["kei-line"]),
            ),
            *clear(
                "ends",
                q("ms"),
                q("g"),
                "label",
                where=f"{right_side} && datum.side == 1",
                align=align,
                dx=dx,
                dy=-10,
                **bold(fill=TOKENS["us"]),
            ),
        ]
    return frame(plot, height, (left, 10, right, 24), {"curve": rows, "ends": ends}, layers)


def risks(summary: Mapping[str, Any]) -> list[Chart]:
    """One small chart per partner: serious injury by closing speed, own driver and the other one."""
    found = []
    closing = finite(r.record(summary.get("crash")).get("closing_mph")) or 70.0
    for i, row in enumerate(r.records(summary.get("crash_by_speed"))):
        speeds, own, other = (r.numbers(row.get(k)) for k in ("speeds_mph", "own", "other"))
        points = []
        for n, v in enumerate(speeds):
            mine = own[n] if n < len(own) else None
            theirs = other[n] if n < len(other) else None
            if v is not None and mine is not None:
                points.append({"mph": v, "own": 100.0 * mine, "other": None if theirs is None else 100.0 * theirs})
        if len(points) < 2:
            continue
        name = r.text(row.get("partner"), r.text(row.get("name"), f"partner {i + 1}"))
        near = min(points, key=lambda p: abs(float(p["mph"] or 0.0) - closing))
        said = f"{of_100(float(near['own'] or 0.0) / 100.0)} of 100 own drivers"
        if near["other"] is not None:
            said += f" and {of_100(near['other'] / 100.0)} of the others"
        mass = finite(row.get("mass_kg"))
        found.append(
            Chart(
                id=f"risk-{i + 1}",
                title=name,
                scope=f"{mass:,.0f} kg" if mass else "",
                sentence=f"Serious injury by closing speed against {name}: at {plain(near['mph'])} mph {said}.",
                columns=[("mph", "closing speed, mph"), ("own", "own driver seriously hurt, of 100"), ("other", "other driver, of 100")],
                rows=points,
                wide=_risk(points, closing),
            )
        )
    return found


def _risk(points: list[dict[str, Any]], closing: float) -> dict[str, Any]:
    left, right, height = 24.0, 36.0, 88.0
    plot = SMALL_PX - left - right
    first, last = points[0], points[-1]
    marked = [first["mph"], closing, *([last["mph"]] if abs(last["mph"] - closing) > 0.2 * (last["mph"] - first["mph"]) else [])]
    x = q(
        "mph",
        scale={"domain": [first["mph"], last["mph"]], "nice": False},
        axis=axis(marked, grid=False, labelOverlap=False),
    )
    y_scale = {"domain": [0, 100], "nice": False}
    both = last["other"] is not None and abs(last["own"] - last["other"]) < 6
    apart = last["other"] is not None and abs(last["own"] - last["other"]) < 15
    ends = [{"mph": last["mph"], "at": last["own"], "label": "both" if both else "own", "side": 0, "dy": -4 if apart and not both else 0}]
    if last["other"] is not None and not both:
        ends.append({"mph": last["mph"], "at": last["other"], "label": "other", "side": 1})
    line = {"type": "line", "strokeWidth": 2}
    rows = [{"mph": p["mph"], "at": p[k], "side": i} for p in points for i, k in enumerate(("own", "other")) if p[k] is not None]
    layers: list[Layer] = [
        layer(
            {"type": "rule", "strokeDash": [1, 2]},
            None,
            x={"datum": closing, "type": "quantitative", "scale": x["scale"]},
            y=at(0),
            y2=at(height),
        ),
        layer({**line, "color": TOKENS["own"]}, "curve", "datum.side == 0", x=x, y=q("at", scale=y_scale, axis=axis([0, 50, 100]))),
        layer({**line, "color": TOKENS["part"], "strokeDash": [5, 2.5]}, "curve", "datum.side == 1", x=x, y=q("at", scale=y_scale)),
        label(
            "ends",
            at(plot + 4),
            q("at"),
            "label",
            where="datum.side == 0",
            align="left",
            dy=-6 if apart and not both else 0,
            **bold(fill=TOKENS["own"]),
        ),
        label(
            "ends", at(plot + 4), q("at"), "label", where="datum.side == 1", align="left", dy=6 if apart else 0, **bold(fill=TOKENS["part"])
        ),
    ]
    return frame(plot, height, (left, 8, right, 20), {"curve": rows, "ends": ends}, layers)


def fronts(curves: list[dict[str, Any]]) -> Chart | None:
    """Force against crush of the fronts of some vehicles: rows with `name`, `crush_m`, `force_kN` lists, and the crush at which the cabin yields."""
    rows, ends = [], []
    for i, curve in enumerate(curves):
        points = list(zip(r.numbers(curve.get("crush_m")), r.numbers(curve.get("force_kN")), strict=False))
        known = [(x, f) for x, f in points if x is not None and f is not None]
        if len(known) < 2:
            continue
        name = r.short_name(r.text(curve.get("name"), f"vehicle {i + 1}"))
        rows += [{"cm": 100.0 * x, "kN": f, "name": name, "side": min(i, 1)} for x, f in known]
        ends.append({"cm": 100.0 * known[-1][0], "kN": known[-1][1], "label": name, "side": min(i, 1)})
    if not rows:
        return None
    said = "; ".join(f"{e['label']} up to {plain(e['kN'])} kN" for e in ends)
    return Chart(
        id="fronts",
        title="How stiff the fronts are",
        scope="force on the full width, kN, by crush, cm",
        sentence=f"Force against crush of each front, cabin included: {said}.",
        columns=[("name", "vehicle"), ("cm", "crush, cm"), ("kN", "force, kN")],
        rows=rows,
        note="○ assumed: no front of a kei car was measured. The level end is the cabin giving way.",
        wide=_lines(rows, ends, WIDE, ("cm", "cm"), ("kN", "kN")),
        narrow=_lines(rows, ends, NARROW, ("cm", "cm"), ("kN", "kN")),
    )


def mass_ratio(odds: list[dict[str, Any]]) -> Chart | None:
    """Odds that the lighter vehicle's driver is the one killed, by mass ratio: FARS bins beside the model's curve.

    Rows with `ratio`, `odds` and `who`: `FARS` or the name of a curve of the model; `odds_low` and `odds_high` bound what was counted.
    """
    rows: list[dict[str, Any]] = [
        {"ratio": ratio, "odds": value, "name": r.text(row.get("who")), "side": 0 if r.text(row.get("who")) == "FARS" else 1}
        | {end: at_end for end in ("odds_low", "odds_high") if (at_end := finite(row.get(end))) is not None}
        for row in odds
        if (ratio := finite(row.get("ratio"))) is not None and (value := finite(row.get("odds"))) is not None
    ]
    if not rows:
        return None
    ends = []
    for name in dict.fromkeys(row["name"] for row in rows):
        last = max((row for row in rows if row["name"] == name), key=lambda row: row["ratio"])
        ends.append({"ratio": last["ratio"], "odds": last["odds"], "label": name, "side": last["side"]})
    said = "; ".join(f"{e['label']}: {plain(e['odds'])} to one at a ratio of {plain(e['ratio'])}" for e in ends)
    return Chart(
        id="mass-ratio",
        title="Who dies when masses differ",
        scope="lighter driver killed for each heavier one, head-on, by mass ratio",
        sentence=f"Odds that the lighter vehicle's driver is the one killed, by mass ratio: {said}.",
        columns=[
            ("name", "who"),
            ("ratio", "mass ratio"),
            ("odds", "lighter killed for each heavier"),
            ("odds_low", "2.5 of 100"),
            ("odds_high", "97.5 of 100"),
        ],
        rows=rows,
        note="FARS knows makes, not models: mass is the mean of the make, which goes with body and price. The curves are the model's ○.",
        wide=_lines(rows, ends, WIDE, ("ratio", ""), ("odds", "")),
        narrow=_lines(rows, ends, NARROW, ("ratio", ""), ("odds", "")),
    )


def _lines(
    rows: list[dict[str, Any]], ends: list[dict[str, Any]], width: float, along: tuple[str, str], up: tuple[str, str]
) -> dict[str, Any]:
    """Lines by name with their names at the right end; side 0 is the study's own or what was measured, drawn full."""
    left, right, height = 54.0, 118.0, 190.0
    plot = width - left - right
    (x_name, x_unit), (y_name, y_unit) = along, up
    low, last = min(row[x_name] for row in rows), max(row[x_name] for row in rows)
    peak = max(row.get(f"{y_name}_high", row[y_name]) for row in rows) * 1.08
    bounds = [row for row in rows if f"{y_name}_high" in row]
    floor = min(low, 1.0) if x_name == "ratio" else 0.0
    x_axis = axis(ticks([floor, last], 5), expr=f"format(datum.value, '~g') + ' {x_unit}'", grid=False)
    x = q(x_name, scale={"domain": [floor, last], "nice": False}, axis=x_axis)
    y = q(
        y_name, scale={"domain": [0, peak], "nice": False}, axis=axis(ticks([0, peak], 5), expr=f"format(datum.value, '~g') + ' {y_unit}'")
    )
    line = {"type": "line", "strokeWidth": 2.2}
    detail = {"detail": {"field": "name", "type": "nominal"}}
    layers: list[Layer] = [
        layer({**line, "color": TOKENS["us"], "strokeDash": [6, 3]}, "curve", "datum.side == 1", x=x, y=y, **detail),
        layer(
            {**line, "color": TOKENS["kei-line"], "point": {"color": TOKENS["kei-line"], "size": 22}},
            "curve",
            "datum.side == 0",
            x=x,
            y=y,
            **detail,
        )
        if x_name == "ratio"
        else layer({**line, "color": TOKENS["kei-line"]}, "curve", "datum.side == 0", x=x, y=y, **detail),
    ]
    if bounds:
        line = {"type": "rule", "strokeWidth": 1.2, "color": TOKENS["kei-line"]}
        layers.append(layer(line, "bounds", x=q(x_name), y=q(f"{y_name}_low"), y2={"field": f"{y_name}_high"}))
    for side, colour in ((0, "kei-line"), (1, "us")):
        layers.append(
            label("ends", q(x_name), q(y_name), "label", where=f"datum.side == {side}", align="left", dx=5, **bold(fill=TOKENS[colour]))
        )
    data = {"curve": rows, "ends": ends, **({"bounds": bounds} if bounds else {})}
    return frame(plot, height, (left, 10, right, 24), data, layers)
