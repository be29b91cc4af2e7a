"""A card of fields and the list of the catalogue, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.core import MARK, units
from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, mark, status_of
from roadworthy.report.terminal_marks import coloured, joined, number
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

UNIT_SHOWN = {
    "W": ("kW", 1e-3),
    "J": ("kWh", 1.0 / units.KWH_J),
    "m3": ("cc", 1e6),
    "m/s": ("mph", 1.0 / units.MPH),
    "mps": ("mph", 1.0 / units.MPH),
    "m/m3": ("km/L", 1e-6),
    "m2": ("m²", 1.0),
}
FLAGS = ("turbo", "price_includes_tax", "forward_control")


def render_vehicle(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Every field of one vehicle with unit, mark and source."""
    width = max(int(width), LEAST_WIDTH)
    given = answer.get("fields")
    fields = (
        r.records(given) if isinstance(given, list) else [{"field": k, **v} for k, v in r.record(given).items() if isinstance(v, Mapping)]
    )
    assumed, filled = finite(answer.get("assumed")), finite(answer.get("filled"))
    head = f"{r.text(answer.get('name'), r.text(answer.get('id')))}  {r.text(answer.get('id'))}"
    head += f" · {assumed:.0f} of {filled:.0f} known numbers assumed ○" if assumed is not None and filled else ""
    out = [*coloured(wrap(head, width), colour), ""]
    rows = []
    for x in fields:
        value, unit = x.get("value"), r.text(x.get("unit"))
        if r.text(x.get("field")) in FLAGS and finite(value) is not None:
            text = "yes" if finite(value) else "no"
        elif finite(value) is not None and not isinstance(value, bool):
            shown, by = UNIT_SHOWN.get(unit, (unit if unit not in ("-", "1", "count") else "", 1.0))
            text = number(float(finite(value) or 0.0) * by, shown, 4)
        else:
            text = {"True": "yes", "False": "no"}.get(str(value), r.text(value, UNKNOWN))
        name = r.text(x.get("field", x.get("id")))
        for suffix in ("_m_per_m3", "_J_per_m", "_mps", "_m3", "_kg", "_W", "_J", "_Nm", "_m2", "_m", "_s"):
            name = name.removesuffix(suffix)
        rows.append([name.replace("_", " "), text, mark(status_of(x)), r.text(x.get("source"))])
    out += coloured(table(["field", "value", "mark", "source"], rows, "wllw", width), colour)
    missing = [r.text(x).replace("_", " ") for x in answer.get("unknown") or []]
    if missing:
        out += ["", *wrap(f"Not known: {', '.join(missing)}.", width)]
    return joined([*out, "", *coloured(wrap("  ".join(f"{MARK[s]} {s}" for s in MARK), width, 7, "Marks"), colour)])


def render_vehicles(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The catalogue, one line a vehicle."""
    width = max(int(width), LEAST_WIDTH)
    rows = []
    for x in r.records(answer.get("vehicles")):
        power = finite(x.get("power_W"))
        assumed, filled = finite(x.get("assumed")), finite(x.get("filled"))
        count = f"{assumed:.0f} of {filled:.0f} ○" if assumed is not None and filled is not None else ""
        rows.append(
            [
                r.text(x.get("id")),
                r.text(x.get("name")),
                r.text(x.get("group")).replace("_", " "),
                number(x.get("length_m"), "m", 4),
                number(x.get("mass_kg"), "kg", 4),
                number(None if power is None else power / 1e3, "kW"),
                count,
            ]
        )
    lines = table(["id", "name", "group", "length", "mass", "power", "assumed"], rows, "lwwrrrr", width)
    return joined([*coloured(lines, colour), "", *wrap(f"{len(rows)} vehicles. See: roadworthy vehicles show ID", width)])
