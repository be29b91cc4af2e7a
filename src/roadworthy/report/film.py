"""How does a head-on crash go, drawn to scale and moving?

`film(scene)` is one self-contained SVG: both vehicles from 10 ms before the touch to the end of crush, 120 ms shown in 6 s, seen from the
plane between them. Fronts follow the crush of the pair model, knot by knot; between knots the browser draws straight lines. The drawing
rests at maximum crush; its button, which is a link and so answers to the keyboard, plays it once. Readers who ask for less motion see
the rest alone. `frames` gives the same motion as numbers.

A page with a scrubber of its own asks for `film(scene, scrubbed=True)`: the film then has no button and begins at 0 s, and its script says
`svg.pauseAnimations()` at once and `svg.setCurrentTime(s)`, s from 0 to `data-lasts-s`; `frames_json` gives the numbers to show beside it.

    front i at time t:  plane -/+ c_i(t);   before the touch, both stand apart by what closing speed covers

Limits: side views by kind of body, bent as in `silhouettes`; the camera rides with the plane of contact, so that being thrown back is
not seen; rebound is left out; how metal folds is a drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from roadworthy.core.units import MPH
from roadworthy.report import reading as r
from roadworthy.report.bodies import PARTS, Path, Side, moved, sampled, side, write
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import finite, mark, plain
from roadworthy.report.silhouettes import bending, ghost, outer_size, well, wheel
from roadworthy.report.theme import TOKENS

DARK = {
    "ink": "#F1EEE7",
    "ink2": "#C6C7C4",
    "ink3": "#9DA2A6",
    "own": "#F0907A",
    "kei-line": "#F0C24A",
    "us": "#B9C4CF",
    "card": "#1B1F23",
    "kei": "#F2C230",
}
"""The same roles on a dark ground, as in report.css."""
SHOWN_MS = 120.0
LASTS_S = 6.0
BEFORE_MS = 10.0
KNOTS_MS = (-10.0, 0.0, 8.0, 16.0, 26.0, 38.0, 52.0, 68.0, 86.0, 110.0)
"""Times of the drawn fronts; closer where crush is fast."""
STEP_MM = 60.0
"""Length of the short lines by which bodies are bent in the film: coarser than in the picture at rest, to keep the file small."""
MARGIN_MM = 60.0
TABLE_STEP_MS = 10.0
TALL_MM = 160.0
HEAD_PX, FOOT_PX = 52.0, 64.0
NARROWEST_PX = 620.0
"""Below this, size and mass of a vehicle do not share a line."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment: time since the touch, gap left between the fronts, crush of either side."""

    time_ms: float
    gap_m: float
    crush_m: tuple[float, float]
    speed_mps: float | None
    """Closing speed that is left."""


def frames(scene: Any, times_ms: Sequence[float] = KNOTS_MS) -> list[Frame]:
    """The motion of a scene at some times since the touch. Empty when the scene carries no pulse."""
    given = record_of(scene)
    pulse = r.record(given.get("pulse"))
    time = [1e3 * t for t in r.numbers(pulse.get("time_s")) if t is not None]
    crush = [[v or 0.0 for v in r.numbers(r.record(pulse.get(name)).get("crush_m"))] for name in ("first", "second")]
    speed = [v or 0.0 for v in r.numbers(pulse.get("closing_mps"))]
    closing = finite(given.get("closing_mps"))
    if not time or closing is None or any(len(c) != len(time) for c in crush) or len(speed) != len(time):
        return []
    found = []
    for t in times_ms:
        gap = max(-t, 0.0) * 1e-3 * closing
        found.append(Frame(t, gap, (at(time, crush[0], t), at(time, crush[1], t)), closing if t < 0.0 else at(time, speed, t)))
    return found


def frames_json(scene: Any, times_ms: Sequence[float] | None = None) -> list[dict[str, Any]]:
    """The frames as plain numbers, every 2 ms unless told: the hook of a scrubber."""
    every = [-BEFORE_MS + 2.0 * i for i in range(int(SHOWN_MS / 2.0) + 1)]
    return [
        {"time_ms": f.time_ms, "gap_m": f.gap_m, "crush_first_m": f.crush_m[0], "crush_second_m": f.crush_m[1], "closing_mps": f.speed_mps}
        for f in frames(scene, every if times_ms is None else times_ms)
    ]


def at(time: Sequence[float], values: Sequence[float], t: float) -> float:
    """Linear between samples; held beyond both ends."""
    if t <= time[0]:
        return values[0]
    for i in range(1, len(time)):
        if t <= time[i]:
            share = (t - time[i - 1]) / (time[i] - time[i - 1])
            return values[i - 1] + share * (values[i] - values[i - 1])
    return values[-1]


def record_of(scene: Any) -> dict[str, Any]:
    """A scene as a mapping, whether it came as the record of the crash room or as its JSON."""
    return dict(scene.as_dict()) if hasattr(scene, "as_dict") else dict(scene)


def film(scene: Any, width: float = 760.0, name: str = "film", *, scrubbed: bool = False) -> str:
    """The crash as one animated SVG; an empty string when sizes or pulses are not known.

    `name` keeps the ids of several films on one page apart (without a hyphen, which would end an id in SMIL). `scrubbed` leaves the playing to a page's script: no button, begins at 0 s.
    """
    given = record_of(scene)
    sides = [r.record(given.get(k)) for k in ("first", "second")]
    views = [side(s) for s in sides]
    shots = frames(given)
    if views[0] is None or views[1] is None or not shots:
        return ""
    own, other = views[0], views[1]
    crush = [[min(1e3 * f.crush_m[i], 0.45 * view.length) for f in shots] for i, view in enumerate((own, other))]
    gap = [500.0 * f.gap_m for f in shots]
    plane = own.length - crush[0][-1] + gap[0] + crush[0][-1]
    total = plane + other.length + gap[0]
    scale = width / (total + 2.0 * MARGIN_MM)
    ground = HEAD_PX + max(own.height, other.height) * scale + 8.0
    middle = plane + MARGIN_MM
    start = "0s" if scrubbed else f"{name}_play.click"
    left = car(own, "kei", crush[0], [middle + c - g for c, g in zip(crush[0], gap, strict=True)], -1, start)
    right = car(other, "us", crush[1], [middle - c + g for c, g in zip(crush[1], gap, strict=True)], 1, start)
    before = (
        f'<g transform="translate({middle + crush[0][-1]:.0f},0) scale(-1,1)"><g class="kei">{ghost(own.outline)}</g></g>'
        f'<g transform="translate({middle - crush[1][-1]:.0f},0)"><g class="us">{ghost(other.outline)}</g></g>'
    )
    tall = max(own.height, other.height) + TALL_MM
    scene_svg = (
        f'<g transform="translate(0,{ground:.1f}) scale({scale:.6f})"><line class="road" x1="0" x2="{total + 2 * MARGIN_MM:.0f}" y1="0" y2="0"/>'
        f'{left}{right}{before}<line class="cp" x1="{middle:.0f}" x2="{middle:.0f}" y1="{-tall:.0f}" y2="120"/></g>'
    )
    height = ground + FOOT_PX
    words = _words(given, sides, width, ground, middle * scale, [1e-3 * c[-1] for c in crush], scale, start)
    said = escape(_sentence(given, sides, [c[-1] for c in crush]))
    data = ";".join(f"{f.time_ms:.0f},{f.crush_m[0]:.3f},{f.crush_m[1]:.3f}" for f in shots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="film" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="group" aria-label="{said}" data-frames="{data}" data-lasts-s="{LASTS_S:g}" data-shown-ms="{SHOWN_MS:g}" '
        f'data-before-ms="{BEFORE_MS:g}"><title>{said}</title><style>{style()}</style>'
        f"{scene_svg}{words}{'' if scrubbed else _button(name, width, ground)}</svg>"
    )


def film_chart(summary: Mapping[str, Any]) -> Chart | None:
    """The film as a figure of a report, with its motion as a table every 10 ms; None when the Summary's crash cannot be drawn moving."""
    given = r.record(r.record(summary.get("crash")).get("scene"))
    wide = film(given, WIDE, "film_wide") if given else ""
    if not wide:
        return None
    names = [r.short_name(r.text(r.record(given.get(k)).get("name"), k)) for k in ("first", "second")]
    rows = [
        {
            "ms": f.time_ms,
            "gap": 100.0 * f.gap_m,
            "first": 100.0 * f.crush_m[0],
            "second": 100.0 * f.crush_m[1],
            "speed": None if f.speed_mps is None else f.speed_mps / MPH,
        }
        for f in frames(given, [TABLE_STEP_MS * i - BEFORE_MS for i in range(int(SHOWN_MS / TABLE_STEP_MS) + 1)])
    ]
    speed = plain((finite(given.get("closing_mps")) or 0.0) / MPH)
    heads = [
        ("ms", "time since the touch, ms"),
        ("gap", "gap, cm"),
        ("first", f"{names[0]} crush, cm"),
        ("second", f"{names[1]} crush, cm"),
    ]
    return Chart(
        "film", "Head-on", f"{names[0]} and {names[1]} head-on at {speed} mph closing, to scale, from 10 ms before the touch to maximum crush.",
        [*heads, ("speed", "closing speed left, mph")], rows, f"{speed} mph closing, to scale, at maximum crush until it is played",
        f"The fronts follow the computed crush {mark(r.text(given.get('status'), 'assumed'))}; the picture rides with the plane of contact.",
        wide, film(given, NARROW, "film_narrow"),
    )  # fmt: skip


def car(view: Side, colour: str, crush_mm: Sequence[float], front_mm: Sequence[float], facing: int, start: str) -> str:
    """One vehicle whose base state is the last frame, with the animation that leads to it."""
    bends = [bending(view, c) for c in crush_mm]
    places = [f"{x:.0f} 0" for x in front_mm]

    def shape(part: str, path: Path) -> str:
        short = sampled(path, STEP_MM)
        drawn = [write(moved(short, bend)) for bend in bends]
        moving = "" if len(set(drawn)) == 1 else _animate("d", drawn, start)
        return f'<path class="{part}" d="{drawn[-1]}">{moving}</path>'

    body = shape("body", view.outline)
    parts = "".join(shape(part, path) for part in PARTS for path in view.parts[part])
    rolling = []
    for axle in view.axles:
        x = [bend((axle, 0.0))[0] for bend in bends]
        shift = [f"{v - axle:.0f} 0" for v in x]
        moving = "" if len(set(shift)) == 1 else _move(shift, start)
        rolling.append(f'<g transform="translate({shift[-1]})">{moving}{well(axle, view)}{wheel(axle, view.wheel)}</g>')
    return (
        f'<g class="car {colour}" transform="translate({places[-1]})">{_move(places, start)}<g transform="scale({facing},1)">'
        f"{body}{parts}{''.join(rolling)}</g></g>"
    )


def key_times() -> str:
    """The knots as shares of the film, the last held to its end."""
    return ";".join(f"{(t + BEFORE_MS) / SHOWN_MS:.4f}" for t in KNOTS_MS)


def _animate(attribute: str, values: Sequence[str], start: str) -> str:
    return f'<animate attributeName="{attribute}" begin="{start}" dur="{LASTS_S:g}s" keyTimes="{key_times()}" values="{";".join(values)}"/>'


def _move(values: Sequence[str], start: str) -> str:
    return (
        f'<animateTransform attributeName="transform" type="translate" begin="{start}" dur="{LASTS_S:g}s" keyTimes="{key_times()}" '
        f'values="{";".join(values)}"/>'
    )


def _button(name: str, width: float, ground: float) -> str:
    """What plays the film, a link because SVG has no button that answers to Enter; gone for readers who ask for less motion, and on paper."""
    x, y = width / 2.0, ground + 50.0
    return (
        f'<a id="{name}_play" class="play" href="#{name}_play" role="button" aria-label="Play the crash, 120 ms in 6 s">'
        f'<rect x="{x - 74:.0f}" y="{y - 15:.0f}" width="148" height="24" rx="3"/><path d="M{x - 62:.0f} {y - 9:.0f}l10 6 -10 6z"/>'
        f'<text x="{x - 46:.0f}" y="{y + 1:.0f}">play, 120 ms in 6 s</text></a>'
    )


def _words(
    given: Mapping[str, Any],
    sides: Sequence[Mapping[str, Any]],
    width: float,
    ground: float,
    plane_px: float,
    crush_m: Sequence[float],
    scale: float,
    start: str,
) -> str:
    out = []
    for i, (anchor, x) in enumerate((("", 0.0), ("e", width))):
        s = sides[i]
        mass = finite(s.get("mass_kg"))
        known = f"{mass:,.0f} kg as crashed" if mass else "mass not known"
        name = r.short_name(r.text(s.get("name"), f"side {i + 1}"))
        out.append(f'<text class="{anchor} b" x="{x:.0f}" y="13">{escape(name)}</text>')
        status = mark(r.text(given.get("status"), "assumed"))
        lines = [f"{outer_size(s)}, {known} {status}"] if width >= NARROWEST_PX else [outer_size(s), f"{known} {status}"]
        out += [f'<text class="{anchor}" x="{x:.0f}" y="{28 + 15 * n}">{line}</text>' for n, line in enumerate(lines)]
        end = plane_px + (-1.0, 1.0)[i] * 1e3 * crush_m[i] * scale
        out.append(
            f'<line class="dim{" u" if i else ""}" x1="{plane_px:.1f}" x2="{end:.1f}" y1="{ground + 12:.1f}" y2="{ground + 12:.1f}"/>'
        )
        out.append(
            f'<text class="{"b" if i else "b e"}" x="{plane_px + (6 if i else -6):.1f}" y="{ground + 27:.1f}">'
            f"{escape(name)} gives {plain(100.0 * crush_m[i])} cm</text>"
        )
    metre, low = 1000.0 * scale, ground + 52.0
    out.append(
        f'<line class="dim s" x1="0" x2="{metre:.1f}" y1="{low - 4:.1f}" y2="{low - 4:.1f}"/><text class="m" x="{metre + 5:.1f}" y="{low:.1f}">1 m</text>'
    )
    out.append(f'<text class="m e" x="{width:.0f}" y="{low:.1f}">dashed: before</text>')
    out.append(
        f'<rect class="time" x="0" y="{ground + FOOT_PX - 3:.1f}" width="{width:.0f}" height="3">'
        f'<animate attributeName="width" begin="{start}" dur="{LASTS_S:g}s" values="0;{width:.0f}"/></rect>'
    )
    return "".join(out)


def _sentence(given: Mapping[str, Any], sides: Sequence[Mapping[str, Any]], crush_mm: Sequence[float]) -> str:
    names = [r.short_name(r.text(s.get("name"), f"side {i + 1}")) for i, s in enumerate(sides)]
    speed = (finite(given.get("closing_mps")) or 0.0) / MPH
    gives = " and ".join(f"{n} gives {plain(c / 10.0)} cm" for n, c in zip(names, crush_mm, strict=True))
    return f"{names[0]} and {names[1]} head-on at {plain(speed)} mph closing, to scale, at maximum crush: {gives}."


def style() -> str:
    """The colours of the house, light and dark, for the film alone; less motion and paper show the rest without its button."""
    light, dark = (
        f".film{{color:{t['ink']}}}.film text{{fill:{t['ink2']}}}.film .b{{fill:{t['ink']}}}.film .m{{fill:{t['ink3']}}}"
        f".film .road{{stroke:{t['ink3']}}}.film .ghost{{stroke:{t['ink3']}}}.film .cp{{stroke:{t['own']}}}.film .dim{{stroke:{t['kei-line']}}}"
        f".film .dim.u,.film .dim.s{{stroke:{t['us']}}}.film .play rect{{stroke:{t['ink3']};fill:{t['card']}}}.film .play path{{fill:{t['ink']}}}"
        f".film .time{{fill:{t['kei']}}}"
        for t in (TOKENS, DARK)
    )
    return (
        ".film text{font:12px -apple-system,'Segoe UI',Inter,Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif}.film .e{text-anchor:end}"
        ".film .b{font-weight:650}.film .road{stroke-width:14}.film .ghost{fill:none;stroke-width:9;stroke-dasharray:50 36}"
        ".film .cp{stroke-width:9;stroke-dasharray:60 40}.film .dim{stroke-width:3}.film .dim.s{stroke-width:1.5}"
        ".film .body{stroke:#15191E;stroke-width:12;stroke-linejoin:round}.film .kei .body{fill:#F2C230}.film .us .body{fill:#C6CCD3}"
        ".film .glass{fill:#33424F}.film .seam{fill:none;stroke:#15191E;stroke-width:7;opacity:.45}.film .bit{fill:#15191E}"
        ".film .lamp{fill:#FFF6D8;stroke:#15191E;stroke-width:6}.film .tail{fill:#A93A26}.film .mirror{fill:#15191E}.film .well{fill:#15191E}"
        ".film .tyre{fill:#22272C}.film .rim{fill:#D5D9DD}.film .hub{fill:#454C55}.film .spoke{stroke:#454C55;stroke-width:14}"
        ".film .play{cursor:pointer}.film .play rect{stroke-width:1}"
        f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
        "@media (prefers-reduced-motion:reduce){.film .play,.film .time{display:none}}@media print{.film .play,.film .time{display:none}}"
    )
