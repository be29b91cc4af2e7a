"""How is a car drawn from five numbers?

A body of the right kind is stretched to the vehicle's own length, wheelbase and height, the ends and the middle each by their own factor:

    x' = knots(x; 0, front axle, rear axle, length),   y' = y H' / H

Limits: a side view by kind, not a portrait; the overhangs are split as in the drawing; wheels keep round. Millimetres, front at x = 0, up negative.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from roadworthy.report.numbers import finite

Point = tuple[float, float]
Path = list[tuple[str, list[Point]]]
KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pickup", ("pickup", "crew")),
    ("truck", ("truck",)),
    ("van", ("cab-over", "cab_over", "cabover")),
    ("tall_wagon", ("height", "tall", "van", "wagon", "lsv")),
    ("roadster", ("roadster", "coupe", "convertible", "sports")),
    ("offroad", ("off-road", "off_road", "offroad", "4x4")),
    ("suv", ("suv", "crossover")),
    ("hatch", ("hatch", "subcompact", "city", "micro", "quadricycle", "autocycle", "mini")),
    ("sedan", ("sedan", "compact", "car", "midsize")),
)
"""Words in a vehicle's body that choose a drawing, tried in this order."""
PARTS = ("glass", "seam", "bit", "lamp", "tail", "mirror")
ARCH = 1.2
"""Wheel arch over wheel radius."""


@dataclass(frozen=True, slots=True)
class Side:
    """A side view in millimetres: paths by part, wheels, and its sizes."""

    length: float
    height: float
    wheel: float
    sill: float
    axles: tuple[float, float]
    outline: Path
    parts: Mapping[str, list[Path]]


def kind_of(body: str, length_m: float, height_m: float) -> str:
    """The drawing for a body in words; by proportions when the words say nothing."""
    said = body.lower()
    if "truck" in said and length_m > 4.2:
        return "pickup"
    for kind, words in KINDS:
        if any(word in said for word in words):
            return kind
    tall = height_m / length_m
    return "tall_wagon" if tall > 0.47 else "hatch" if length_m < 4.1 else "suv" if tall > 0.355 else "sedan"


@lru_cache(maxsize=1)
def drawings() -> dict[str, dict[str, Any]]:
    """The bodies as drawn."""
    return tomllib.loads(files("roadworthy.report").joinpath("bodies.toml").read_text(encoding="utf-8"))


def parse(path: str) -> Path:
    """Commands M, L, C, Z with their points."""
    found: Path = []
    for command, body in re.findall(r"([MLCZ])([^MLCZ]*)", path):
        n = [float(v) for v in body.split()]
        found.append((command, list(zip(n[::2], n[1::2], strict=True))))
    return found


def write(path: Path) -> str:
    """The path as SVG text, whole millimetres."""
    return "".join(c + " ".join(f"{x:.0f} {y:.0f}" for x, y in points) for c, points in path)


def moved(path: Path, to: Callable[[Point], Point]) -> Path:
    """The path with every point moved."""
    return [(c, [to(p) for p in points]) for c, points in path]


def sampled(path: Path, step_mm: float = 24.0) -> Path:
    """The path as short lines, so that it can be bent."""
    found: Path = []
    here, start = (0.0, 0.0), (0.0, 0.0)
    for command, points in path:
        if command == "M":
            here = start = points[0]
            found.append(("M", [here]))
            continue
        target = start if command == "Z" else points[-1]
        n = max(2, math.ceil(math.dist(here, target) / step_mm))
        for i in range(1, n + 1):
            t = i / n
            if command == "C":
                (ax, ay), (bx, by), (cx, cy) = points
                u = 1.0 - t
                x = u**3 * here[0] + 3 * u * u * t * ax + 3 * u * t * t * bx + t**3 * cx
                y = u**3 * here[1] + 3 * u * u * t * ay + 3 * u * t * t * by + t**3 * cy
                found.append(("L", [(x, y)]))
            else:
                found.append(("L", [(here[0] + t * (target[0] - here[0]), here[1] + t * (target[1] - here[1]))]))
        here = target
        if command == "Z":
            found.append(("Z", []))
    return found


def knots(old: tuple[float, ...], new: tuple[float, ...]) -> Callable[[float], float]:
    """Piecewise linear from the old positions to the new ones, going on beyond both ends."""

    def place(x: float) -> float:
        i = next((i for i in range(1, len(old) - 1) if x < old[i]), len(old) - 1)
        return new[i - 1] + (x - old[i - 1]) * (new[i] - new[i - 1]) / (old[i] - old[i - 1])

    return place


def arch(axle: float, wheel: float, sill: float) -> list[Point]:
    """Points of a wheel arch from rear to front above the sill (a positive height)."""
    radius = ARCH * wheel
    low = math.asin(max(-0.95, min((sill - wheel) / radius, 0.95)))
    n = 16
    angles = [low + (math.pi - 2.0 * low) * i / n for i in range(n + 1)]
    return [(axle + radius * math.cos(a), -wheel - radius * math.sin(a)) for a in angles]


def side(vehicle: Mapping[str, Any]) -> Side | None:
    """The side view of a vehicle with its own length, height and wheelbase; None when a size is not known."""
    length, height = finite(vehicle.get("length_m")), finite(vehicle.get("height_m"))
    if not length or not height:
        return None
    drawn = drawings()[kind_of(f"{vehicle.get('body_kind') or ''} {vehicle.get('body') or ''}", length, height)]
    base = finite(vehicle.get("wheelbase_m")) or drawn["wheelbase"] / drawn["length"] * length
    spare = max(length - base, 0.2 * length) * 1e3
    front = spare * drawn["front"] / (drawn["length"] - drawn["wheelbase"])
    axles = (front, front + length * 1e3 - spare)
    place = knots((0.0, drawn["front"], drawn["front"] + drawn["wheelbase"], drawn["length"]), (0.0, *axles, length * 1e3))
    rise = height * 1e3 / drawn["height"]
    wheel = drawn["wheel"] * math.sqrt(rise * length * 1e3 / drawn["length"])
    sill = max(drawn["sill"] * rise, 0.4 * wheel)

    def to(p: Point) -> Point:
        return place(p[0]), p[1] * rise

    under: Path = [("L", [p]) for axle in reversed(axles) for p in arch(axle, wheel, sill)]
    return Side(
        length=length * 1e3,
        height=height * 1e3,
        wheel=wheel,
        sill=sill,
        axles=axles,
        outline=[*moved(parse(drawn["outline"]), to), *under, ("Z", [])],
        parts={part: [moved(parse(p), to) for p in drawn[part]] for part in PARTS},
    )
