"""The figures that are drawn by hand: vehicles to scale, the crash, intervals in a table.

Each is plain SVG styled by the classes of report.css, so that it follows light, dark and print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import finite, known, of_100, outer, plain, quantity, status_of, usual
from roadworthy.report.silhouettes import crash_scene, metres
from roadworthy.report.silhouettes import lineup as row_of_cars

FULL = 1072.0
AXIS_REACH = 4.0
"""A shared axis reaches as far as this many usual bands; what is wider ends in an arrow."""


def lineup(summary: Mapping[str, Any]) -> Chart | None:
    """The vehicle beside those of American roads, to one scale."""
    vehicles = r.drawn(summary)
    if not vehicles:
        return None
    rows: list[dict[str, Any]] = [
        {"name": r.text(v.get("name"), r.text(v.get("id"))), **{k: finite(v.get(k)) for k in ("length_m", "width_m", "height_m", "wheelbase_m", "mass_kg")}}
        for v in vehicles
    ]  # fmt: skip
    said = ", ".join(f"{r.short_name(row['name'])} {metres(row['length_m'])} by {metres(row['height_m'])} m" for row in rows)
    heads = [
        ("name", "vehicle"),
        ("length_m", "length, m"),
        ("width_m", "width, m"),
        ("height_m", "height, m"),
        ("wheelbase_m", "wheelbase, m"),
        ("mass_kg", "mass, kg"),
    ]
    return Chart(
        "lineup",
        "Side by side",
        f"Side views to scale: {said}.",
        heads,
        rows,
        "to scale",
        "",
        row_of_cars(vehicles, FULL),
        row_of_cars(few(vehicles), NARROW),
        row_of_cars(vehicles, WIDE),
    )


def few(vehicles: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The three that a telephone shows: the study's own, a sports car and a pickup where there are any."""
    rest = list(vehicles[1:])
    picked = [next((v for v in rest if word in r.text(v.get("body_kind", v.get("body"))).lower()), None) for word in ("roadster", "pickup")]
    found = [v for v in picked if v is not None] or rest[:2]
    return [vehicles[0], *found]


def crash(summary: Mapping[str, Any]) -> Chart | None:
    """The head-on crash at maximum crush."""
    given = r.record(summary.get("crash"))
    sides, cars = r.records(given.get("sides"))[:2], r.drawn(summary)
    if len(sides) < 2 or not cars:
        return None
    other = partner(sides[1], cars)
    if other is None:
        return None
    rows = [
        {
            "name": r.short_name(r.text(s.get("name"), f"side {i + 1}")), "mass_kg": finite(s.get("mass_kg")), "dv": quantity(s, "delta_v", "mph", "speed"),
            "crush": quantity(s, "crush", "cm", "length"), "intrusion": quantity(s, "intrusion", "cm", "length"), "g": finite(s.get("peak_g")),
            "p": finite(s.get("p_ais3")), "status": status_of(s, status_of(given, "derived")),
        }
        for i, s in enumerate(sides)
    ]  # fmt: skip
    heads = [
        ("name", "vehicle"),
        ("mass_kg", "mass, kg"),
        ("dv", "speed change, mph"),
        ("crush", "crush, cm"),
        ("intrusion", "cabin pushed in, cm"),
        ("g", "peak, g"),
        ("p", "P(serious injury)"),
        ("status", "status"),
    ]
    said = " and ".join(f"{row['name']} gives {plain(row['crush'])} cm" for row in rows)
    speed = plain(given.get("closing_mph"))
    pair = [cars[0], other]
    return Chart(
        "crash", "Head-on", f"{rows[0]['name']} and {rows[1]['name']} head-on at {speed} mph closing, to scale, at maximum crush: {said}.", heads, rows,
        f"{speed} mph closing, at maximum crush", "", crash_scene(given, pair, WIDE), crash_scene(given, pair, NARROW),
    )  # fmt: skip


def partner(given: Mapping[str, Any], cars: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The drawn vehicle that is the second side: by id, by a word of its name, else the longest."""
    for car in cars[1:]:
        if given.get("id") and given["id"] == car.get("id"):
            return car
    words = {w for w in r.text(given.get("name")).lower().replace("-", " ").split() if len(w) > 2}
    for car in cars[1:]:
        if words & set(r.text(car.get("name")).lower().replace("-", " ").split()):
            return car
    return max(cars[1:], key=lambda c: float(c["length_m"]), default=None)


def strip(band: Any, ends: Sequence[float], kind: str, width: float = 104.0, said: str = "") -> str:
    """An interval in a table: the bar holds 80 of 100 draws, the tick is the median, the upright line is zero; arrows go on beyond the axis."""
    if not known(band) or ends[1] <= ends[0]:
        return ""
    low, mid, high = (float(band[k]) for k in ("p10", "p50", "p90"))
    beyond = [(0.0, 4.0)] * (low < ends[0]) + [(width, width - 4.0)] * (high > ends[1])
    arrows = "".join(f'<path class="vb {kind}" d="M{tip:.1f} 9L{base:.1f} 4V14Z"/>' for tip, base in beyond)
    low, high = min(max(low, ends[0]), ends[1]), max(min(high, ends[1]), ends[0])

    def x(v: float) -> float:
        return (v - ends[0]) / (ends[1] - ends[0]) * (width - 8.0) + 4.0

    tick = f'<line class="vm" x1="{x(mid):.1f}" x2="{x(mid):.1f}" y1="2" y2="16"/>' if ends[0] <= mid <= ends[1] else ""
    zero = f'<line class="zero" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="0" y2="18"/>' if ends[0] < 0.0 < ends[1] or kind != "k" else ""
    return (
        f'<svg class="strip" viewBox="0 0 {width:.0f} 18" width="{width:.0f}" height="18" role="img" aria-label="{escape(said)}"><line class="gr" x1="0" x2="{width:.0f}" y1="9" y2="9"/>{zero}'
        f'<rect class="vb {kind}" x="{x(low):.1f}" y="5" width="{max(x(high) - x(low), 1.5):.1f}" height="8"/>{tick}{arrows}</svg>'
    )


def ends_of(bands: Sequence[Any]) -> list[float]:
    """The common axis of some strips, with zero on it; one band far wider than the rest does not flatten them."""
    seen = [0.0, *(v for b in bands for v in outer(b))]
    limit = AXIS_REACH * usual(bands)
    return [max(min(seen), -limit), min(max(seen), limit)]


def thirds(gain: float | None, loss: float | None, none: float | None, width: float = 150.0) -> str:
    """Three shares that make up all draws: no entry, loss, gain."""
    parts = [("z", none, "no entry"), ("l", loss, "lose"), ("g", gain, "gain")]
    if any(v is None for _, v, _ in parts):
        return ""
    total = sum(float(v or 0.0) for _, v, _ in parts) or 1.0
    said = ", ".join(f"{of_100(v)} of 100 {word}" for _, v, word in parts)
    out, at = [], 0.0
    for style, v, _ in parts:
        w = float(v or 0.0) / total * width
        out.append(f'<rect class="th {style}" x="{at:.1f}" y="4" width="{w:.1f}" height="10"/>')
        at += w
    return f'<svg class="strip" viewBox="0 0 {width:.0f} 18" width="{width:.0f}" height="18" role="img" aria-label="{escape(said)}">{"".join(out)}</svg>'
