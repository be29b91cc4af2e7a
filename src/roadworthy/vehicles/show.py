"""A vehicle for people: a short text, a table for notebooks in which assumed cells are marked, and one value explained."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from roadworthy.core import MARK
from roadworthy.core.units import UNITS
from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.fits import fits
from roadworthy.vehicles.schema import Field, fields, lookup

if TYPE_CHECKING:
    from roadworthy.vehicles.vehicle import Vehicle

LISTED = 8
SHOWN_UNITS = {"power": "kW", "volume": "cc", "energy": "kWh", "speed": "km/h", "economy": "km/L", "consumption": "J/m"}
"""The unit in which people read a dimension; the others are read in SI."""
COLUMNS = ("body_kind", "length_m", "width_m", "height_m", "mass_kg", "power_W", "seats")
MANY = 100


def shown(v: Vehicle, i: int, field: str) -> str:
    """One value as people read it, with its unit; a question mark when it is unknown."""
    f, value = lookup(field), v[field][i]
    if v.status(field)[i] == UNKNOWN:
        return "?"
    if not isinstance(value, str) and f.name == "range_m":
        return f"{value / UNITS['length']['km']:,.0f} km"
    if isinstance(value, str):
        return value
    if f.kind == "flag":
        return "yes" if value else "no"
    if f.dimension == "money":
        return f"{value:,.0f} {v['price_currency'][i]}".strip()
    unit = SHOWN_UNITS.get(f.dimension, f.unit)
    scaled = float(value) / UNITS.get(f.dimension, {}).get(unit, 1.0)
    digits = {"m": 3, "m2": 2, "kg": 0, "cc": 0, "km/h": 0, "J/m": 0}.get(unit, 1)
    number = f"{scaled:g}" if f.dimension in ("count", "ratio") else f"{scaled:,.{digits}f}"
    return f"{number} {unit}".strip()


def explain(v: Vehicle, i: int, field: str) -> str:
    """One value in plain words: value, status, source, fit and sd, and what other sources say."""
    f, cited = lookup(field), v.cited(i, field)
    if v.status(field)[i] == UNKNOWN:
        by = f" It would be filled by: {f.filled_by}." if f.filled_by else ""
        return f"{field} of {v.ids[i]} is unknown.{by}"
    lines = [f"{field} of {v.ids[i]}: {shown(v, i, field)} {cited.mark} {cited.status}", f"meaning: {f.meaning}", f"source: {cited.source}"]
    name = cited.source.removeprefix("fill ")
    if name in fits():
        fit = fits()[name]
        lines.append(f"fit {name}: {fit.equation}; {fit.applies_to}; n {fit.n}; {fit.source}")
    if cited.distribution is not None:
        lines.append(f"spread: log-normal, sd {v.sd_ln(field)[i]:.3f} of the logarithm")
    if cited.note:
        lines.append(("conflict: " if cited.conflict else "remark: ") + cited.note)
    return "\n".join(lines)


def plain(v: Vehicle) -> str:
    """At most ten lines."""
    if len(v) == 1:
        n, m = v.assumed_count(0)
        head = f"{v.ids[0]}: {v['make'][0]} {v['model'][0]}".rstrip(": ")
        facts = ", ".join(f"{f} {shown(v, 0, f)} {_mark(v, 0, f)}".rstrip() for f in COLUMNS)
        return f"{head}\n  {facts}\n  {n} of {m} quantities assumed"
    names = ", ".join(v.ids[:LISTED]) + (", ..." if len(v) > LISTED else "")
    return f"{len(v)} vehicles: {names}"


def _mark(v: Vehicle, i: int, field: str) -> str:
    return MARK.get(v.status(field)[i], "")


def html(v: Vehicle) -> str:
    """A table; every value carries its status mark, and assumed ones are set apart."""
    body = _card(v) if len(v) == 1 else _list(v)
    key = " ".join(f"{mark} {status}" for status, mark in MARK.items() if status != "law")
    return f"<div class='roadworthy-vehicle'>{body}<small>{key}</small></div>"


def _td(v: Vehicle, i: int, field: str) -> str:
    status = v.status(field)[i]
    style = " style='font-style:italic'" if status == "assumed" else ""
    title = escape(v.source(field)[i], quote=True)
    return f"<td class='{status}' title='{title}'{style}>{escape(shown(v, i, field))} {_mark(v, i, field)}</td>"


def _card(v: Vehicle) -> str:
    def row(f: Field) -> str:
        return f"<tr><th>{f.name}</th>{_td(v, 0, f.name)}<td>{v.status(f.name)[0]}</td><td>{escape(v.source(f.name)[0])}</td></tr>"

    n, m = v.assumed_count(0)
    rows = "".join(row(f) for f in fields().values() if v.status(f.name)[0] != UNKNOWN)
    head = "<tr><th>field</th><th>value</th><th>status</th><th>source</th></tr>"
    return f"<table><caption>{escape(v.ids[0])}: {n} of {m} quantities assumed</caption>{head}{rows}</table>"


def _list(v: Vehicle) -> str:
    counts = np.array([v.assumed_count(i) for i in range(min(len(v), MANY))])
    head = "".join(f"<th>{c}</th>" for c in ("id", *COLUMNS, "assumed"))
    rows = "".join(
        f"<tr><th>{escape(v.ids[i])}</th>{''.join(_td(v, i, c) for c in COLUMNS)}<td>{n} of {m}</td></tr>"
        for i, (n, m) in enumerate(counts)
    )
    more = f"<caption>first {MANY} of {len(v)} vehicles</caption>" if len(v) > MANY else f"<caption>{len(v)} vehicles</caption>"
    return f"<table>{more}<tr>{head}</tr>{rows}</table>"
