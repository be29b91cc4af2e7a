"""A file to fill in: every field that may be said of a vehicle, with its meaning, unit and plausible range, as commented TOML.

The lines that are not comments load as they stand: the required fields with an example, or with the values of a catalogue vehicle.
"""

from __future__ import annotations

import json
import re

from roadworthy.core import InputError, unknown
from roadworthy.core.units import UNITS
from roadworthy.vehicles.catalogue import catalogue
from roadworthy.vehicles.quantities import example_unit
from roadworthy.vehicles.schema import Field, fields
from roadworthy.vehicles.show import shown

EXAMPLE = {
    "seats": "4",
    "length_m": '"3395 mm"',
    "width_m": '"1475 mm"',
    "height_m": '"1790 mm"',
    "power_W": '"64 PS"',
    "displacement_m3": '"658 cc"',
    "built_first": "2026",
}
"""What stands in a new file: a kei car."""
PRICE = '"1648900 JPY 2023"'


def template(id: str, like: str | None = None) -> str:
    """The text of a new vehicle file; `like` starts from a catalogue vehicle and shows its values."""
    if not re.match(r"^[a-z0-9]+(_[a-z0-9]+)*$", id):
        raise InputError(f"id {id!r} is not lower case letters, digits and underscores", 'write it like "my_micro_van"', code="vehicle.id")
    seed = catalogue()
    if like is not None and like not in seed.ids:
        raise unknown("vehicle", like, seed.ids, see="roadworthy vehicles list")
    if id in seed.ids:
        raise InputError(f"{id!r} is a vehicle of the catalogue", "give yours another id", code="vehicle.duplicate")
    head = [
        "# A vehicle of your own. Check it with: roadworthy vehicles check FILE",
        '# A number needs its unit, in the name (length_mm = 3395) or in the value (length = "3395 mm"). Say where a figure is from:',
        '#   mass = { value = "930 kg", source = "maker\'s sheet", status = "published", sd = "15 kg" }',
        "# A figure without a source is marked assumed. Lines that begin with # are left out; what is left out is filled where a fit",
        "# allows and stays unknown where none does.",
        "",
        "[[vehicle]]",
        f"id = {json.dumps(id)}",
    ]
    if like is not None:
        head.append(f"like = {json.dumps(like)}    # what is not said below is taken from this vehicle, with its sources")
    lines: list[str] = []
    for f in fields().values():
        lines += _lines(f, like)
    return "\n".join([*head, "", *lines]) + "\n"


def _lines(f: Field, like: str | None) -> list[str]:
    if f.name == "group":
        return []
    unit = example_unit(f)
    span = _range(f, unit)
    fill = f" If left out: {f.filled_by}." if f.filled_by else ""
    words = f"# {f.meaning}{span}; used by {f.used_by}.{fill}"
    if like is not None:
        seed = catalogue()
        i = seed.index(like)
        known = shown(seed, i, f.name)
        return [words, f"# {f.stem} = {_sample(f, unit)}" + (f"    # {like}: {known} ({seed.status(f.name)[i]})" if known != "?" else "")]
    needed = f.need == "required" or f.name == "displacement_m3"
    value = EXAMPLE.get(f.name, _sample(f, unit))
    return [words, f"{'' if needed else '# '}{f.stem} = {value}"]


def _range(f: Field, unit: str) -> str:
    if f.choices:
        return f" ({', '.join(f.choices)})"
    if f.kind != "number" or f.dimension == "money" or f.high == float("inf"):
        return ""
    by = UNITS.get(f.dimension, {}).get(unit, 1.0)
    return f" ({f.low / by:,.4g} to {f.high / by:,.4g}{' ' + unit if unit else ''})"


def _sample(f: Field, unit: str) -> str:
    if f.name in EXAMPLE:
        return EXAMPLE[f.name]
    if f.dimension == "money":
        return PRICE
    if f.kind == "choice":
        return json.dumps(f.choices[0])
    if f.kind == "flag":
        return "true"
    if f.kind == "text":
        return '"..."'
    if f.kind == "date":
        return "2026"
    by = UNITS.get(f.dimension, {}).get(unit, 1.0)
    middle = (max(f.low, 0.0) * f.high) ** 0.5 / by if f.low > 0 else f.high / by
    number = f"{float(f'{middle:.2g}'):g}"
    return f'"{number} {unit}"' if unit else number
