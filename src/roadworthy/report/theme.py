"""How do all charts come to look alike?

Tokens of the design, one Vega-Lite configuration, a few layers from which every chart is built, and the step from a specification to an SVG
whose colours are CSS variables, so that one drawing serves light, dark and print.
Limits: needs `vl_convert` to draw (imported on use); a specification is complete without it.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from roadworthy.core.files import digest, kept_json

TOKENS = {
    "paper": "#FBFAF6",
    "card": "#FFFFFF",
    "ink": "#15191E",
    "ink2": "#454C55",
    "ink3": "#666D75",
    "rule": "#DCD8CE",
    "rule2": "#B9B4A8",
    "grid": "#ECE9E1",
    "kei": "#F2C230",
    "kei-deep": "#6B4A00",
    "kei-line": "#8A5F00",
    "kei-tint": "#FBEBB5",
    "kei-tint2": "#F3D670",
    "own": "#A93A26",
    "own-t": "#EBC6BD",
    "part": "#22639B",
    "part-t": "#BFD6E8",
    "out": "#6B4690",
    "gain": "#12705F",
    "gain-t": "#BFDFD6",
    "gain-w": "#DEEEE9",
    "us": "#3F4C5A",
    "usb": "#C6CDD5",
    "on-kei": "#16191E",
}
"""Light values. Dark ones are in report.css; a drawing carries the names."""

FONT = '-apple-system, "Segoe UI", Inter, Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
VERSION = "5.21"
NOTE_PX = 11
DRAWING = threading.Lock()
"""Held for every call of vl_convert: two threads inside it wait for each other for ever (1.9)."""
CONFIG: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "text": {"fontSize": NOTE_PX, "fill": TOKENS["ink2"], "baseline": "middle"},
    "axis": {
        "domain": False,
        "ticks": False,
        "title": None,
        "gridColor": TOKENS["grid"],
        "labelColor": TOKENS["ink3"],
        "labelFontSize": NOTE_PX,
        "labelPadding": 6,
        "labelOverlap": True,
    },
    "rule": {"color": TOKENS["ink"]},
}
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+,~g')"
PLAIN = "format(datum.value, ',~g')"

Layer = dict[str, Any]


def q(field: str, **more: Any) -> dict[str, Any]:
    """A quantitative channel without a title."""
    return {"field": field, "type": "quantitative", "title": None, **more}


def px(field: str) -> dict[str, Any]:
    """A channel whose data are pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def at(value: float) -> dict[str, float]:
    """A channel at one pixel."""
    return {"value": value}


def layer(mark: Mapping[str, Any], data: str | None = None, where: str | None = None, **encoding: Any) -> Layer:
    """One layer: a mark, its named data, a filter and its channels."""
    found: Layer = {"data": {"name": data} if data else {"values": [{}]}, "mark": dict(mark), "encoding": encoding}
    if where:
        found["transform"] = [{"filter": where}]
    return found


def label(data: str, x: Any, y: Any, text: str, *, where: str | None = None, **style: Any) -> Layer:
    """A text layer; `style` are mark properties such as align, fontWeight, fill, dx."""
    return layer({"type": "text", **style}, data, where, x=x, y=y, text={"field": text, "type": "nominal"})


def clear(data: str, x: Any, y: Any, text: str, **style: Any) -> list[Layer]:
    """A text that stays legible on lines: the same text beneath it, drawn wide in the ground's colour."""
    ground = {**style, "stroke": TOKENS["paper"], "strokeWidth": 3.5, "strokeJoin": "round", "fill": TOKENS["paper"]}
    return [label(data, x, y, text, **ground), label(data, x, y, text, **style)]


def bold(**style: Any) -> dict[str, Any]:
    """Style of a number that matters."""
    return {"fontWeight": 650, "fill": TOKENS["ink"], **style}


def muted(**style: Any) -> dict[str, Any]:
    """Style of a note."""
    return {"fill": TOKENS["ink3"], **style}


def frame(
    width: float, height: float, pad: tuple[float, float, float, float], data: Mapping[str, Sequence[Any]], layers: Sequence[Layer]
) -> dict[str, Any]:
    """A whole specification: a plot of exact size inside padding (left, top, right, bottom), with its data by name."""
    left, top, right, bottom = pad
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "autosize": {"type": "none", "contains": "content"},
        "padding": {"left": left, "top": top, "right": right, "bottom": bottom},
        "datasets": {name: list(rows) for name, rows in data.items()},
        "layer": list(layers),
        "config": CONFIG,
    }


def axis(values: Sequence[float] | None = None, *, expr: str = PLAIN, **more: Any) -> dict[str, Any]:
    """An axis with a grid and labels written by an expression."""
    found: dict[str, Any] = {"grid": True, "labelExpr": expr, **more}
    if values is not None:
        found["values"] = list(values)
    return found


def domain(values: Sequence[float], *, zero: bool = True, spare: float = 0.04) -> list[float]:
    """A range that holds the values, and zero when asked, with a little to spare; never empty."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * spare or 1.0
    return [low - (room if low < 0 or not zero else 0.0), high + (room if high > 0 or low == high == 0.0 or not zero else 0.0)]


def ticks(span: Sequence[float], most: int = 6) -> list[float]:
    """Round values inside a range, at most so many."""
    width = span[1] - span[0]
    if width <= 0.0:
        return [span[0]]
    power = 10.0 ** math.floor(math.log10(width / most))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= width / most * 0.999)
    return [round(i * step, 15) for i in range(math.ceil(span[0] / step), math.floor(span[1] / step) + 1)]


@lru_cache(maxsize=1)
def _colour() -> tuple[re.Pattern[str], dict[str, str]]:
    names = {hexa.upper(): name for name, hexa in TOKENS.items()}
    return re.compile("|".join(re.escape(h) for h in names), re.IGNORECASE), names


def themed(svg: str) -> str:
    """The SVG with its colours as CSS variables and without what only an interactive view needs."""
    pattern, names = _colour()
    slim = re.sub(r'\s(?:aria-[a-z]+|role|pointer-events|xmlns:xlink|version|class)="[^"]*"', "", svg)
    slim = re.sub(r'<path(?: d="[^"]*")?(?: display="none")?/>', "", slim)
    slim = re.sub(r'\sfont-family=("[^"]*"|\'[^\']*\')', "", slim)
    for _ in range(6):
        slim = re.sub(r"<g(?:\s[^>]*)?></g>", "", slim)
    return pattern.sub(lambda m: f"var(--{names[m.group(0).upper()]})", slim)


def to_svg(spec: Mapping[str, Any]) -> str:
    """The picture of a specification as stand-alone SVG in the light colours; the same specification is drawn once."""
    given = dict(spec)

    def draw() -> str:
        import vl_convert

        with DRAWING:
            return str(vl_convert.vegalite_to_svg(given, vl_version=VERSION))

    return str(kept_json("charts", digest("chart", VERSION, json.dumps(given, sort_keys=True)), draw))
