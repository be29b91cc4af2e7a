"""What may be said of a vehicle: the fields, their units, whether they are needed, and their plausible ranges.

The schema is data (`schema.toml`); this module reads it once and answers three questions: which field a name at the door means,
whether a value is plausible, and which fields a vehicle must have. Reference: PyPSA keeps its component schema as tables too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from roadworthy.core import InputError, near
from roadworthy.core.units import UNITS

SCHEMA = Path(__file__).parent / "schema.toml"
NUMERIC = ("number", "flag")
"""Kinds held as numbers: a flag is 1, 0 or NaN (unknown)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be known of a vehicle."""

    name: str
    stem: str
    kind: str
    dimension: str
    unit: str
    need: str
    low: float
    high: float
    choices: tuple[str, ...]
    default: str
    filled_by: str
    meaning: str
    used_by: str

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers (flags included)."""
        return self.kind in NUMERIC

    @property
    def counted(self) -> bool:
        """Whether the field counts in "9 of 16 fields assumed": quantities do, names and flags do not."""
        return self.kind == "number"


@lru_cache(maxsize=1)
def fields() -> dict[str, Field]:
    """Every field by its name inside, in the order of the schema."""
    return {
        name: Field(
            name=name,
            stem=entry["stem"],
            kind=entry["kind"],
            dimension=entry["dimension"],
            unit=entry.get("unit", ""),
            need=entry["need"],
            low=float(entry.get("range", (float("-inf"),))[0]),
            high=float(entry.get("range", (float("inf"),))[-1]),
            choices=tuple(entry.get("choices", ())),
            default=entry.get("default", ""),
            filled_by=entry.get("filled_by", ""),
            meaning=entry["meaning"],
            used_by=entry["used_by"],
        )
        for name, entry in tomllib.loads(SCHEMA.read_text(encoding="utf-8")).items()
    }


@lru_cache(maxsize=1)
def numeric_names() -> tuple[str, ...]:
    """Names of the fields held as arrays of numbers."""
    return tuple(f.name for f in fields().values() if f.numeric)


@lru_cache(maxsize=1)
def text_names() -> tuple[str, ...]:
    """Names of the fields held as text: names, choices, dates."""
    return tuple(f.name for f in fields().values() if not f.numeric)


@lru_cache(maxsize=1)
def _by_stem() -> dict[str, Field]:
    return {f.stem: f for f in fields().values()}


def at_door(name: str) -> tuple[Field, str | None]:
    """The field that a name at the door means, and the unit that the name carries (None when it carries none).

    `length`, `length_m` and `length_mm` are one field; `mass_lb` carries pounds. The longest stem wins, so that `mass_max_lb` is
    the heaviest variant and not a mass in `max_lb`.
    """
    stems = _by_stem()
    if name in stems:
        return stems[name], None
    if name in fields():
        return fields()[name], fields()[name].unit
    for stem in sorted(stems, key=len, reverse=True):
        if name.startswith(stem + "_"):
            found, unit = stems[stem], name[len(stem) + 1 :]
            if unit in UNITS.get(found.dimension, {}) or (found.dimension, unit) in NAMED_UNITS:
                return found, NAMED_UNITS.get((found.dimension, unit), unit)
            raise InputError(_bad_suffix(name, found, unit), _suffix_hint(found, unit), code="vehicle.field")
    raise InputError(f"no field {name!r}", near(name, [*stems, *fields()]), code="vehicle.field")


NAMED_UNITS = {
    ("economy", "l_per_100km"): "L/100km",
    ("economy", "L_per_100km"): "L/100km",
    ("economy", "km_per_L"): "km/L",
    ("economy", "wh_per_km"): "Wh/km",
    ("economy", "Wh_per_km"): "Wh/km",
    ("consumption", "Wh_per_km"): "Wh/km",
    ("consumption", "wh_per_km"): "Wh/km",
    ("torque", "kgf_m"): "kgf m",
    ("torque", "lb_ft"): "lb ft",
    ("torque", "N_m"): "N m",
}
"""Units with a space or a stroke, as they are written inside a name."""


def _bad_suffix(name: str, found: Field, unit: str) -> str:
    for other, units in UNITS.items():
        if unit in units:
            return f"no field {name!r}: {unit!r} measures {other}, {found.stem!r} is {found.dimension}"
    return f"no field {name!r}: {unit!r} is no unit of {found.stem!r}"


def _suffix_hint(found: Field, unit: str) -> str:
    known = [u for u in UNITS.get(found.dimension, {}) if u.isidentifier()]
    if not known:
        return f"write {found.stem}"
    folded = {u.lower(): u for u in known}
    if unit.lower() in folded:
        return f"did you mean {found.stem}_{folded[unit.lower()]}?"
    return "write " + " or ".join(f"{found.stem}_{u}" for u in known[:4])


def lookup(name: str) -> Field:
    """A field by its name inside; a near name is offered for an unknown one."""
    known = fields()
    if name not in known:
        raise InputError(f"no field {name!r}", near(name, known), code="vehicle.field")
    return known[name]
