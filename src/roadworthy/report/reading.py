"""How is a Summary read without trusting that every field is there?

A reader asks for one thing and gets it or None; whatever is missing stays missing. No wording here, no drawing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.core import STATUSES
from roadworthy.report.numbers import finite, known, status_of

ROUTE_NAMES = {"import": "import", "us_plant": "a US plant", "used": "used import"}
MAKES = ("Honda", "Mazda", "Ford", "Mitsubishi", "Toyota", "Nissan", "Suzuki", "Daihatsu", "Subaru", "Chevrolet", "Hyundai")
FORM_NAMES = {
    "ln_length_x_width": "logarithm of length × width",
    "ln_footprint": "logarithm of footprint",
    "linear_length_x_width": "length × width as it is",
}


def route_name(name: str) -> str:
    """A route in words."""
    return ROUTE_NAMES.get(name, name.replace("_", " "))


def records(value: Any) -> list[dict[str, Any]]:
    """The mappings in a list; a mapping of mappings gives its values with their key as `id`."""
    if isinstance(value, Mapping):
        return [{"id": k, **v} for k, v in value.items() if isinstance(v, Mapping)]
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [dict(v) for v in value if isinstance(v, Mapping)]
    return []


def record(value: Any) -> dict[str, Any]:
    """The mapping, or an empty one."""
    return dict(value) if isinstance(value, Mapping) else {}


def numbers(value: Any) -> list[float | None]:
    """A list of numbers, each finite or None; a band of lists gives its median."""
    if isinstance(value, Mapping):
        value = value.get("p50", value.get("median"))
    return [finite(v) for v in value] if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else []


def text(value: Any, default: str = "") -> str:
    """A text field as text."""
    return default if value is None else str(value)


def reforms(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers, one per reform."""
    return records(summary.get("reforms"))


def headline(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The reform of which the two sentences speak; the first one when it is not named."""
    answers = reforms(summary)
    named = [r for r in answers if r.get("id") == summary.get("headline")]
    return (named or answers or [{}])[0]


def outside(summary: Mapping[str, Any]) -> bool:
    """Whether the vehicle lies outside the data of the demand model, so that only ranges may be said."""
    badge = record(summary.get("support")).get("badge")
    if isinstance(badge, str):
        return badge == "outside"
    return (finite(headline(summary).get("share_extrapolated")) or 0.0) > 0.5


def net(reform: Mapping[str, Any], rate: str = "3") -> dict[str, Any] | None:
    """The net benefit band at a rate in per cent."""
    found = record(reform.get("net_usd")).get(rate)
    return dict(found) if known(found) else None


def gain(reform: Mapping[str, Any], rate: str = "3") -> float | None:
    """The share of draws in which the net benefit is positive."""
    return finite(record(reform.get("p_gain")).get(rate))


def gain_world(reform: Mapping[str, Any], rate: str = "3") -> float | None:
    """The share of draws in which the net benefit is positive with makers abroad counted."""
    return finite(record(reform.get("p_gain_world")).get(rate))


def deaths(reform: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """Deaths a year in year 10 by party and net."""
    given = record(reform.get("deaths_y10"))
    return {p: (dict(given[p]) if known(given.get(p)) else None) for p in ("own", "partners", "outside", "net")}


def routes(reform: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The business case by route."""
    given = record(reform.get("routes"))
    return {name: record(given.get(name)) for name in given}


def marks(summary: Mapping[str, Any]) -> tuple[int, int]:
    """How many inputs are assumed, and how many there are; counted from the list when the tally is absent."""
    tally = record(summary.get("marks"))
    counts = {s: int(finite(tally.get(s)) or 0) for s in STATUSES}
    if not any(counts.values()):
        for row in records(summary.get("assumptions")):
            counts[row.get("status", "assumed")] = counts.get(row.get("status", "assumed"), 0) + 1
    return counts["assumed"], sum(counts.values())


def vehicle_fields(summary: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of the study's vehicle that carry a value, with unit, status and source."""
    vehicle = record(summary.get("vehicle"))
    given = {**vehicle, **record(vehicle.get("fields"))}
    return {k: dict(v) for k, v in given.items() if isinstance(v, Mapping) and "value" in v}


def drawn(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The vehicles to draw to scale, the study's own first, each with its four sizes in metres and its weakest status."""
    vehicle = record(summary.get("vehicle"))
    fields = vehicle_fields(summary)
    own = {k: v.get("value") for k, v in fields.items()}
    own |= {k: v for k, v in vehicle.items() if k in ("id", "name", "body_kind", "body")}
    own["status"] = {k: status_of(v) for k, v in fields.items()}
    found = [own, *(c for c in records(summary.get("comparators")) if c.get("id") != vehicle.get("id"))]
    return [v for v in found if all(finite(v.get(k)) for k in ("length_m", "height_m"))]


def by_name(summary: Mapping[str, Any], field: str) -> dict[str, dict[str, Any]]:
    """The rows of a per-vehicle list by vehicle id."""
    return {text(r.get("id", r.get("name"))): r for r in records(summary.get(field))}


def short_name(name: str) -> str:
    """A vehicle's name without its maker and variant, for labels: Ford F-150 SuperCrew 5.5 ft is F-150, Mazda MX-5 Miata is Miata."""
    name, comma, age = name.partition(", ")
    if comma and age.endswith(" old"):
        return f"{short_name(name)}, {age.removesuffix(' old')}"
    name += comma + age
    bare = name.split("(")[0].strip()
    for make in MAKES:
        bare = bare.removeprefix(make + " ")
    bare = re.split(r" SuperCrew| sedan| hatchback", bare)[0]
    return bare.removeprefix("MX-5 ") or name
