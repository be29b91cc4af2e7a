"""A card of fields, the list of the catalogue, vehicles side by side and what a check found, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.core import MARK, units
from roadworthy.report import reading as r
from roadworthy.report.numbers import MINUS, UNKNOWN, finite, mark, status_of
from roadworthy.report.terminal_marks import coloured, joined, number
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

LEAST_SHOWN = 0.005
"""A difference below half a per cent is not shown."""
UNIT_SHOWN = {
    "W": ("kW", 1e-3),
    "J": ("kWh", 1.0 / units.KWH_J),
    "m3": ("cc", 1e6),
    "m/s": ("mph", 1.0 / units.MPH),
    "mps": ("mph", 1.0 / units.MPH),
    "m/m3": ("km/L", 1e-6),
    "m2": ("m²", 1.0),
}
FLAGS = ("turbo", "price_includes_tax", "forward_control", "direct_injection", "start_stop")
LITRES = ("passenger_volume_m3", "cargo_volume_m3")


def _field(name: Any) -> str:
    """A field's name without its unit, in words."""
    said = r.text(name)
    for suffix in ("_m_per_m3", "_J_per_m", "_mps", "_m3", "_kg", "_W", "_J", "_Nm", "_m2", "_m", "_s"):
        said = said.removesuffix(suffix)
    return said.replace("_", " ")


def _value(x: Mapping[str, Any], field: Any = None) -> str:
    """A value in the unit that people read."""
    value, unit, name = x.get("value"), r.text(x.get("unit")), r.text(field or x.get("field"))
    number_of = finite(value)
    if name in FLAGS and number_of is not None:
        return "yes" if number_of else "no"
    if number_of is not None and not isinstance(value, bool):
        if name in LITRES:
            return number(number_of * 1e3, "L", 4)
        shown, by = UNIT_SHOWN.get(unit, (unit if unit not in ("-", "1", "count") else "", 1.0))
        return number(number_of * by, shown, 4)
    return {"True": "yes", "False": "no"}.get(str(value), r.text(value, UNKNOWN))


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
    rows = [[_field(x.get("field", x.get("id"))), _value(x), mark(status_of(x)), r.text(x.get("source"))] for x in fields]
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


def render_compare(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Vehicles side by side; in brackets the difference from the first."""
    width = max(int(width), LEAST_WIDTH)
    cars = r.records(answer.get("vehicles"))
    rows = []
    for row in r.records(answer.get("rows")):
        cells = []
        for k, x in enumerate(r.records(row.get("values"))):
            ratio = finite(x.get("ratio"))
            off = f" ({ratio - 1.0:+.0%})".replace("-", MINUS) if k and ratio is not None and abs(ratio - 1.0) >= LEAST_SHOWN else ""
            cells.append(f"{_value(x, row.get('field'))} {mark(status_of(x))}".rstrip() + off if x.get("value") is not None else UNKNOWN)
        rows.append([_field(row.get("field")), *cells])
    rows.append(["assumed", *(f"{finite(c.get('assumed')) or 0:.0f} of {finite(c.get('filled')) or 0:.0f} ○" for c in cars)])
    out = coloured(table(["", *(r.text(c.get("name")) for c in cars)], rows, "w" * (len(cars) + 1), width), colour)
    return joined([*out, "", *coloured(wrap("  ".join(f"{MARK[s]} {s}" for s in MARK), width, 7, "Marks"), colour)])


def render_audit(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What a check found, and how much of it all anybody has published."""
    width = max(int(width), LEAST_WIDTH)
    out = []
    for finding in answer.get("findings") or []:
        out += wrap(r.text(finding), width, 2, "! ")
    for x in r.records(answer.get("unusual")):
        z = finite(x.get("z")) or 0.0
        said = f"{r.text(x.get('id'))}: {_field(x.get('field'))} {number(x.get('value'), digits=4)}, {abs(z):.1f} sd {'above' if z > 0 else 'below'} fit {r.text(x.get('fit'))} ({number(x.get('expected'), digits=4)})"
        why = r.text(x.get("why"))
        out += wrap(f"{said}: {why}" if why else f"{said}: not explained; check the figure", width, 2, "~ " if why else "? ")
    for told, said in ((True, "One car under two names"), (False, "Alike in every outer figure, no rebadge declared")):
        pairs = [" and ".join(x.get("ids") or []) for x in r.records(answer.get("twins")) if bool(x.get("declared")) is told]
        if pairs:
            out += wrap(f"{said}: {'; '.join(pairs)}.", width)
    out += [""] if out else []
    rows = []
    for group, counts in r.record(answer.get("statuses")).items():
        seen = {s: int(finite(r.record(counts).get(s)) or 0) for s in MARK}
        total = sum(seen.values())
        stated = seen["law"] + seen["measured"] + seen["published"]
        share = f"{100.0 * stated / total:.0f} %" if total else UNKNOWN
        rows.append([group.replace("_", " "), str(total), str(stated), str(seen["derived"]), str(seen["assumed"]), share])
    heads = ["group", "figures", f"published {MARK['published']}", f"derived {MARK['derived']}", f"assumed {MARK['assumed']}", "published"]
    out += coloured(table(heads, rows, "wrrrrr", width), colour)
    n = int(finite(answer.get("vehicles")) or 0)
    verdict = "nothing to mend" if answer.get("clean") else "see above"
    return joined([*out, "", f"{n} vehicle{'s' if n != 1 else ''}: {verdict}."])


def render_identity(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What a number says."""
    width = max(int(width), LEAST_WIDTH)
    kind = "frame number" if answer.get("kind") == "frame" else "VIN"
    parts = [f"{r.text(answer.get('number'))}: {kind}"]
    if answer.get("region"):
        parts.append(f"region {r.text(answer.get('region'))}")
    if answer.get("valid") is not None:
        parts.append(f"check digit {'right' if answer.get('valid') else 'wrong'}")
    if answer.get("model_year"):
        parts.append(f"model year {answer['model_year']}")
    out = wrap("; ".join(parts) + ".", width)
    if answer.get("candidates"):
        out += wrap(f"In the catalogue: {', '.join(answer['candidates'])}.", width)
    for note in answer.get("notes") or []:
        out += wrap(f"{r.text(note)[:1].upper()}{r.text(note)[1:]}.", width)
    return joined(out)
