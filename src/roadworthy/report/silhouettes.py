"""How big is it, and what does a crash do to it, drawn to one scale.

Two pictures: vehicles in a row on one road with a metre bar and height lines, and two vehicles nose to nose at maximum crush, with their
former shapes dashed. The shares of crush are those of the pair model; nothing here computes a crash.

    bent(x) = c + x (Z - c) / Z   for x < Z,   Z = zone that gives way

Limits: side views by kind of body (bodies.py); bending is a drawing of the length lost, not of how metal folds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from roadworthy.core import RANK
from roadworthy.report import reading as r
from roadworthy.report.bodies import ARCH, PARTS, Path, Point, Side, moved, sampled, side, write
from roadworthy.report.numbers import finite, mark, plain, quantity, status_of

GAP_M = 0.65
ROOM_M = 0.12
LABEL_PX = 46.0
LETTER_PX = 6.6
LETTER_SHARE = 0.86
"""Mean letter of the words below a vehicle over the widest."""
WORD_GAP_PX = 8.0
SCALE_PX = 30.0
LEAST_PX_PER_M = 42.0
MOST_PX_PER_M = 92.0


def paint(place: int, vehicle: Mapping[str, Any]) -> str:
    """The colour class: the study's own car is yellow, sports cars rose, all others grey."""
    sporty = "roadster" in str(vehicle.get("body_kind") or vehicle.get("body") or "").lower()
    return "kei" if place == 0 else "mx" if sporty else "us"


def wheel(x: float, radius: float) -> str:
    """One wheel."""
    spokes = "".join(
        f'<line class="spoke" x1="{x:.0f}" y1="{-radius:.0f}" x2="{x + 0.6 * radius * math.sin(a):.0f}" y2="{-radius - 0.6 * radius * math.cos(a):.0f}"/>'
        for a in (2.0 * math.pi * i / 5 for i in range(5))
    )
    return (
        f'<circle class="tyre" cx="{x:.0f}" cy="{-radius:.0f}" r="{radius:.0f}"/><circle class="rim" cx="{x:.0f}" cy="{-radius:.0f}" r="{0.66 * radius:.0f}"/>'
        f'{spokes}<circle class="hub" cx="{x:.0f}" cy="{-radius:.0f}" r="{0.16 * radius:.0f}"/>'
    )


def well(x: float, view: Side) -> str:
    """The dark of one wheel arch, down to the sill."""
    radius = 0.97 * ARCH * view.wheel
    half = math.sqrt(max(radius**2 - (view.sill - view.wheel) ** 2, 0.0))
    large = int(view.sill < view.wheel)
    return (
        f'<path class="well" d="M{x - half:.0f} {-view.sill:.0f}A{radius:.0f} {radius:.0f} 0 {large} 1 {x + half:.0f} {-view.sill:.0f}Z"/>'
    )


def drawing(view: Side, colour: str, crush_mm: float = 0.0) -> str:
    """A vehicle facing left with its front at x = 0, its front pushed in by `crush_mm`."""
    bend = bending(view, crush_mm)
    shape = (lambda p: write(moved(sampled(p), bend))) if crush_mm > 0.0 else write
    axles = [bend((x, 0.0))[0] for x in view.axles]
    wells = "".join(well(x, view) for x in axles)
    parts = "".join(f'<path class="{part}" d="{shape(p)}"/>' for part in PARTS for p in view.parts[part])
    wheels = "".join(wheel(x, view.wheel) for x in axles)
    return f'<g class="car {colour}">{wells}<path class="body" d="{shape(view.outline)}"/>{parts}{wheels}</g>'


def ghost(outline: Path) -> str:
    """The former outline, dashed."""
    return f'<path class="ghost" d="{write(outline)}"/>'


def bending(view: Side, crush_mm: float) -> Callable[[Point], Point]:
    """Where each point of a body goes when its front is pushed in."""
    zone = min(max(2.0 * crush_mm, 0.22 * view.length), 0.5 * view.length)

    def bend(p: Point) -> Point:
        x, y = p
        if crush_mm <= 0.0 or x >= zone:
            return p
        share = 1.0 - max(x, 0.0) / zone
        fold = 0.045 * crush_mm * share * math.sin(x / zone * 17.0 + y * 0.004)
        return crush_mm + x * (zone - crush_mm) / zone, min(y + fold, 0.0)

    return bend


def metres(value: Any) -> str:
    """A length to the millimetre, at least to the centimetre: 3.395, 1.79, 5.90."""
    text = f"{float(value):.3f}"
    return text[:-1] if text.endswith("0") else text


def outer_size(vehicle: Mapping[str, Any]) -> str:
    """Length by height in words."""
    return f"{metres(vehicle['length_m'])} × {metres(vehicle['height_m'])} m"


def sizes(vehicle: Mapping[str, Any]) -> str:
    """Length by height and mass in words, with the weakest mark on the path."""
    said = outer_size(vehicle)
    mass = finite(vehicle.get("mass_kg"))
    given = vehicle.get("status")
    found = list(given.values()) if isinstance(given, Mapping) else [given]
    weakest = max((s for s in found if s in RANK), key=lambda s: RANK[s], default="")
    return said + (f", {mass:,.0f} kg" if mass else "") + (f" {mark(weakest)}" if weakest else "")


def label_px(vehicle: Mapping[str, Any]) -> float:
    """Pixels that the words under a vehicle take."""
    return LETTER_PX * max(len(sizes(vehicle)), len(r.short_name(str(vehicle.get("name") or "")))) * LETTER_SHARE


def rows_of(vehicles: Sequence[Mapping[str, Any]], width: float) -> tuple[list[list[int]], float]:
    """Which vehicles share a row, and the one scale [px/m] for all, as large as rows of that width and the words below them allow."""
    lengths = [float(v["length_m"]) for v in vehicles]
    for n in range(1, len(vehicles) + 1):
        rows: list[list[int]] = []
        share = math.ceil(len(vehicles) / n)
        rows = [list(range(i, min(i + share, len(vehicles)))) for i in range(0, len(vehicles), share)]
        widest = max(sum(max(lengths[i], 1.8) + GAP_M for i in row) - GAP_M for row in rows)
        per_m = min((width - SCALE_PX) / (widest + 2 * ROOM_M), MOST_PX_PER_M)
        worded = max(sum(max(lengths[i] * per_m, label_px(vehicles[i])) + WORD_GAP_PX for i in row) for row in rows)
        if per_m >= LEAST_PX_PER_M and worded <= width - SCALE_PX + WORD_GAP_PX:
            return rows, per_m
    return [[i] for i in range(len(vehicles))], min((width - SCALE_PX) / (max(lengths) + 2 * ROOM_M), MOST_PX_PER_M)


def lineup(vehicles: Sequence[Mapping[str, Any]], width: float) -> str:
    """Vehicles side by side to one scale, with height lines at each metre, a metre bar and their sizes in words."""
    views = [(v, s) for v in vehicles if (s := side(v)) is not None]
    if not views:
        return ""
    rows, per_m = rows_of([v for v, _ in views], width)
    tallest = max(s.height for _, s in views) / 1e3
    row_px = max(tallest, int(tallest + 0.1)) * per_m + 16.0
    scale = per_m / 1e3
    out: list[str] = []
    for n, row in enumerate(rows):
        ground = n * (row_px + LABEL_PX) + row_px
        slots = [max(views[i][1].length * scale, label_px(views[i][0])) for i in row]
        used = sum(slots)
        gap = min(GAP_M * per_m * 3.0, (width - SCALE_PX - used - 2 * ROOM_M * per_m) / max(len(row) - 1, 1)) if len(row) > 1 else 0.0
        x = ROOM_M * per_m
        for metre in range(1, int(tallest + 0.1) + 1):
            y = ground - metre * per_m
            out.append(
                f'<line class="hg" x1="0" x2="{width:.1f}" y1="{y:.1f}" y2="{y:.1f}"/><text class="e m" x="{width:.0f}" y="{y - 3:.1f}">{metre} m</text>'
            )
        out.append(f'<line class="road" x1="0" x2="{width:.1f}" y1="{ground:.1f}" y2="{ground:.1f}"/>')
        for i, slot in zip(row, slots, strict=True):
            vehicle, view = views[i]
            spare = 0.5 * (slot - view.length * scale)
            x += spare
            out.append(
                f'<g data-vehicle="{escape(str(vehicle.get("id", i)))}" transform="translate({x:.2f},{ground:.2f}) scale({scale:.6f})">{drawing(view, paint(i, vehicle))}</g>'
            )
            out.append(named(vehicle, x, view.length * scale, ground, i == 0, width))
            x += view.length * scale + spare + gap
    height = len(rows) * (row_px + LABEL_PX) + 16.0
    out.append(
        f'<line class="dim s" x1="0" x2="{per_m:.1f}" y1="{height - 5:.1f}" y2="{height - 5:.1f}"/><text class="m" x="{per_m + 5:.1f}" y="{height - 1:.1f}">1 m, one scale for all</text>'
    )
    return f'<svg class="side" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">{"".join(out)}</svg>'


def named(vehicle: Mapping[str, Any], x: float, length_px: float, ground: float, own: bool, width: float) -> str:
    """The bracket under a vehicle with its name and its sizes."""
    y = ground + 7.0
    bracket = "".join(f'<line class="ax" x1="{a:.1f}" x2="{a:.1f}" y1="{y - 3:.1f}" y2="{y + 3:.1f}"/>' for a in (x, x + length_px))
    said, name = sizes(vehicle), r.short_name(str(vehicle.get("name") or vehicle.get("id") or ""))
    half = LETTER_PX * len(said) / 2.0
    middle = min(max(x + length_px / 2.0, half), max(width - half, half))
    return (
        f'<line class="ax" x1="{x:.1f}" x2="{x + length_px:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>{bracket}'
        f'<text class="c{" b" if own else ""}" x="{middle:.1f}" y="{y + 16:.1f}">{escape(name)}</text><text class="c m" x="{middle:.1f}" y="{y + 30:.1f}">{escape(said)}</text>'
    )


def crash_scene(crash: Mapping[str, Any], vehicles: Sequence[Mapping[str, Any]], width: float) -> str:
    """Both vehicles at maximum crush: the first from the left, its partner from the right, the former shapes dashed."""
    sides = r.records(crash.get("sides"))[:2]
    views = [side(v) for v in vehicles[:2]]
    if len(sides) < 2 or len(views) < 2 or views[0] is None or views[1] is None:
        return ""
    crushes = [quantity(s, "crush", "mm", "length") for s in sides]
    own, other = views[0], views[1]
    c = [min(max(v or 0.0, 0.0), 0.45 * view.length) for v, view in zip(crushes, (own, other), strict=True)]
    plane = own.length - c[0]
    total = plane + other.length - c[1]
    scale = width / (total + 60.0)
    ground = 52.0 + max(own.height, other.height) * scale + 8.0
    known_crush = all(v is not None for v in crushes)
    left = f'<g transform="translate({plane + c[0]:.0f},0) scale(-1,1)">{drawing(own, "kei", c[0])}</g>'
    right = f'<g transform="translate({plane - c[1]:.0f},0)">{drawing(other, "us", c[1])}</g>'
    ghosts = f'<g transform="translate({plane + c[0]:.0f},0) scale(-1,1)"><g class="car kei">{ghost(own.outline)}</g></g>'
    ghosts += f'<g transform="translate({plane - c[1]:.0f},0)"><g class="car us">{ghost(other.outline)}</g></g>'
    tall = max(own.height, other.height) + 160.0
    contact = f'<line class="cp" x1="{plane:.0f}" x2="{plane:.0f}" y1="{-tall:.0f}" y2="120"/>'
    px, bar = plane * scale, ground + 12.0
    names = [r.short_name(str(s.get("name") or v.get("name") or "")) for s, v in zip(sides, vehicles, strict=False)]
    out = [
        f'<g transform="translate(0,{ground:.1f}) scale({scale:.6f})"><line class="road" x1="0" x2="{total + 60:.0f}" y1="0" y2="0"/>{left}{right}{ghosts}{contact}</g>'
    ]
    if known_crush:
        out.append(
            f'<line class="dim" x1="{px - c[0] * scale:.1f}" x2="{px:.1f}" y1="{bar}" y2="{bar}"/><line class="dim u" x1="{px:.1f}" x2="{px + c[1] * scale:.1f}" y1="{bar}" y2="{bar}"/>'
        )
        out.append(
            f'<text class="e b" x="{px - 6:.1f}" y="{bar + 15}">{escape(names[0])} gives {plain(c[0] / 10)} cm</text><text class="b" x="{px + 6:.1f}" y="{bar + 15}">{escape(names[1])} gives {plain(c[1] / 10)} cm</text>'
        )
    else:
        out.append(f'<text class="c" x="{px:.1f}" y="{bar + 15}">crush not known, drawn at first touch</text>')
    for i, (anchor, x) in enumerate((("", 0.0), ("e", width))):
        mass = finite(sides[i].get("mass_kg"))
        out.append(
            f'<text class="{anchor} b" x="{x}" y="12">{escape(names[i])}</text><text class="{anchor}" x="{x}" y="26">{outer_size(vehicles[i])}</text>'
        )
        out.append(
            f'<text class="{anchor} m" x="{x}" y="40">{f"{mass:,.0f} kg as crashed" if mass else "mass not known"} {mark(status_of(sides[i]))}</text>'
        )
    low = bar + 34.0
    out.append(
        f'<line class="dim s" x1="0" x2="{1000 * scale:.1f}" y1="{low - 4}" y2="{low - 4}"/><text class="m" x="{1000 * scale + 5:.1f}" y="{low}">1 m</text><text class="m e" x="{width}" y="{low}">dashed: before</text>'
    )
    return f'<svg class="side" viewBox="0 0 {width:.0f} {low + 6:.0f}" width="{width:.0f}" height="{low + 6:.0f}">{"".join(out)}</svg>'
