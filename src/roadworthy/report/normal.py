"""How do the records of other rooms become what this room draws?

A Summary carries the rooms' own records (a collision, a bill, a verdict, a drive). `normal` gives the same Summary with these in one plain
form: numbers by vehicle, sides in a list, bands as bands. It adds no number, and what it does not know it leaves as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from roadworthy.core.units import MPH
from roadworthy.report import reading as r
from roadworthy.report.numbers import finite, status_of

DONE = "_normal"
TIERS = {
    "driver": "driver",
    "driver_men": "driver, men",
    "front_pair": "front pair",
    "pair_without_elbow_contact": "no elbows touch",
    "rear_seat": "rear seat",
    "four_up": "four up, room",
    "load_55": "load, 55 kg a seat",
    "load_68": "load, 68 kg a seat",
    "load_rated": "load as rated",
}
MOST_CHILDREN = 3
UNITS_SHOWN = {"m2": ("m²", 1.0), "J_per_m": ("MJ/km", 1e-3), "W": ("kW", 1e-3), "kg": ("kg", 1.0), "m": ("m", 1.0)}


def normal(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The Summary with every scene in the plain form; doing it twice changes nothing."""
    if summary.get(DONE):
        return dict(summary)
    out = dict(summary)
    out["vehicle"] = vehicle(r.record(summary.get("vehicle")))
    names = _names(out)
    out["crash"] = meeting(r.record(summary.get("crash")))
    out["crash_by_speed"] = [by_speed(x, out["vehicle"], names) for x in r.records(summary.get("crash_by_speed"))]
    out["energy"] = [drive(x, names) for x in r.records(summary.get("energy"))]
    out["space"] = [fit(x, names) for x in r.records(summary.get("space"))]
    out["own"] = bills(r.records(summary.get("own")), names)
    out["record"] = [launch(x) for x in r.records(summary.get("record"))]
    out["verdicts"] = [door(x) for x in r.records(summary.get("verdicts"))]
    out["verdicts_reform"] = [door(x) for x in under_reform(r.records(summary.get("verdicts_reform")), r.records(summary.get("verdicts")))]
    out["plates"] = plates(r.record(summary.get("plates")))
    out["support"] = support(r.record(summary.get("support")))
    out["citations"] = [citation(x) for x in r.records(summary.get("citations"))]
    return {**out, DONE: True}


def _names(summary: Mapping[str, Any]) -> dict[str, str]:
    listed = [r.record(summary.get("vehicle")), *(x for k in ("comparators", "space", "crash_by_speed") for x in r.records(summary.get(k)))]
    return {r.text(x.get("id")): r.text(x.get("name")) for x in reversed(listed) if x.get("id") and x.get("name")}


def vehicle(given: dict[str, Any]) -> dict[str, Any]:
    """The vehicle with its fields by name."""
    listed = given.get("fields")
    if not isinstance(listed, list):
        return given
    by_name = {r.text(x.get("field")): {k: v for k, v in x.items() if k != "field"} for x in r.records(listed)}
    kind = r.record(by_name.get("body_kind")).get("value") or r.record(by_name.get("body")).get("value")
    return {**given, "fields": by_name, "body_kind": given.get("body_kind") or kind}


def meeting(given: dict[str, Any]) -> dict[str, Any]:
    """A collision with its sides in a list, pulses over milliseconds, and each car's own wall test."""
    if "first" not in given or "sides" in given:
        return given
    sides = [r.record(given.get(k)) for k in ("first", "second")]
    pulse = r.record(given.get("pulse"))
    time = [None if t is None else 1e3 * t for t in r.numbers(pulse.get("time_s"))]
    pulses = [
        {"name": s.get("name"), "time_ms": time, "accel_g": r.record(pulse.get(k)).get("vehicle_g")} for k, s in zip(("first", "second"), sides, strict=True)
    ]  # fmt: skip
    speed = finite(given.get("closing_mps"))
    return {
        "closing_mph": None if speed is None else speed / MPH,
        "overlap": given.get("overlap"),
        "sides": sides,
        "pulses": pulses if time else [],
        "severity_share": given.get("share_at_or_above"),
        "severity_status": given.get("share_status"),
        "wall": [{"name": s.get("name"), "p_ais3": s.get("wall_p_ais3"), "stars": s.get("wall_stars")} for s in sides],
        "status": given.get("status"),
        "scene": given,
    }


def by_speed(given: dict[str, Any], own: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Injury by speed with the partner named; its own kind is "another"."""
    if "partner" in given:
        return given
    name = r.short_name(r.text(given.get("name"), names.get(r.text(given.get("id")), "")))
    return {**given, "partner": f"another {name}" if given.get("id") == own.get("id") else name}


def drive(given: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """How a vehicle drives, one number a column."""
    if "label" not in given and "merge" not in given:
        return given
    label, merge = r.record(given.get("label")), r.record(given.get("merge"))
    status = given.get("status")
    numbers = {
        "mpg": label.get("combined_mpg"),
        "time_0_60_s": given.get("time_0_60_s"),
        "merge_mph": merge.get("speed_mph"),
        "top_mph": given.get("top_speed_mph"),
    }
    return {
        "id": given.get("id"),
        "name": names.get(r.text(given.get("id")), r.text(given.get("id"))),
        "status": status if isinstance(status, str) else "derived",
        **{k: v for k, v in numbers.items() if finite(v) is not None},
    }


def fit(given: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Who fits, one share a column."""
    if not isinstance(given.get("tiers"), list):
        return given
    shares = {TIERS.get(r.text(x.get("tier")), r.text(x.get("tier"))): finite(x.get("share")) for x in r.records(given["tiers"])}
    name = names.get(r.text(given.get("id")), r.text(given.get("name"), r.text(given.get("id"))))
    return {"id": given.get("id"), "name": name, "status": given.get("status"), "shares": shares}


def bills(given: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Owners' bills with their band, and each rival with the price at which the first car equals it."""
    if not any("cents_per_mile" in x for x in given):
        return given
    even = {r.text(b.get("rival")): b for x in given[:1] for b in r.records(x.get("break_even"))}
    found = []
    for x in given:
        name = r.text(x.get("vehicle"))
        low, mid, high = (finite(x.get(k)) for k in ("cents_per_mile_p5", "cents_per_mile", "cents_per_mile_p95"))
        prices = [finite(i.get("value")) for i in r.records(x.get("inputs")) if i.get("name") == "price_usd"]
        at = r.record(even.get(name))
        row: dict[str, Any] = {
            "id": name, "name": names.get(name, name), "price_usd": prices[0] if prices else None, "of": 90, "status": "assumed" if x.get("assumed") else "derived",
            "items": {r.text(i.get("item")): c for i in r.records(x.get("items")) if (c := finite(i.get("cents_per_mile")))},
            "total_cents_per_mile": None if mid is None else _ends(low, mid, high), "break_even_usd": None,
        }  # fmt: skip
        if (p := finite(at.get("price_usd"))) is not None:
            row["break_even_usd"] = _ends(finite(at.get("price_p5_usd")), p, finite(at.get("price_p95_usd")))
        found.append(row)
    missing = [(k, b) for k, b in even.items() if k not in {x["id"] for x in found} and finite(b.get("price_usd")) is not None]
    found += [
        {"id": k, "name": _with_age(k, names), "items": {}, "of": 90, "status": "assumed",
         "break_even_usd": _ends(finite(b.get("price_p5_usd")), float(b["price_usd"]), finite(b.get("price_p95_usd")))}
        for k, b in missing
    ]  # fmt: skip
    return found


def _with_age(rival: str, names: Mapping[str, str]) -> str:
    """The name of a rival, of which the id may carry an age: "toyota_corolla_e210, 5 years old"."""
    id, comma, age = rival.partition(",")
    return names.get(id, id.replace("_", " ")) + comma + age


def _ends(low: float | None, mid: float, high: float | None) -> dict[str, float]:
    return {"p10": mid if low is None else low, "p50": mid, "p90": mid if high is None else high}


def launch(given: dict[str, Any]) -> dict[str, Any]:
    """A past launch with its best and its worst year."""
    if "units" in given:
        return given
    return {**given, "year": r.text(given.get("years")).replace("-", "–"), "units": given.get("units_high"), "low": given.get("units_low")}


def door(given: dict[str, Any]) -> dict[str, Any]:
    """One door of a verdict, with its first few obstacles."""
    if "door" in given:
        return given
    children = [door(x) for x in r.records(given.get("children"))]
    return {**given, "door": r.text(given.get("title"), r.text(given.get("pathway"))), "children": children}


def under_reform(rows: list[dict[str, Any]], today: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Only the doors that the reform adds or answers otherwise."""
    before = {r.text(x.get("pathway", x.get("door"))): (x.get("verdict"), x.get("off_by")) for x in today}
    return [
        x for x in rows if x.get("reform") or before.get(r.text(x.get("pathway", x.get("door")))) != (x.get("verdict"), x.get("off_by"))
    ]


def plates(given: dict[str, Any]) -> dict[str, Any]:
    """The states with their answer, whether they came as a list or by code."""
    states = given.get("states")
    if isinstance(states, Mapping) and any(not isinstance(v, Mapping) for v in states.values()):
        return {**given, "states": [{"code": k, "status": r.text(v)} for k, v in states.items()]}
    return given


def support(given: dict[str, Any]) -> dict[str, Any]:
    """The badge with its reasons in people's units."""
    return {**given, "attributes": [_in_words(a) if isinstance(a, str) else a for a in given.get("attributes") or []]}


def _in_words(said: str) -> str:
    """footprint_m2 3.28 is 1% below ... (3.32) as footprint 3.28 m² is 1 % below ... (3.32 m²)."""
    found = re.match(r"([a-z_]+?)_(m2|J_per_m|kg|W|m) ([\d.,e+]+)(.*?)(?:\(([\d.,e+]+)\))?$", said)
    if not found:
        return re.sub(r"(\d)%", r"\1 %", said)
    name, unit, value, rest, bound = found.groups()
    shown, by = UNITS_SHOWN[unit]
    rest = re.sub(r"(\d)%", r"\1 %", rest)
    first = f"{name.replace('_', ' ')} {_figure(value, by)} {shown}{rest}".rstrip()
    return first + (f" ({_figure(bound, by)} {shown})" if bound else "")


def _figure(text: str, by: float) -> str:
    return (
        f"{float(text.replace(',', '')) * by:,.3g}"
        if float(text.replace(",", "")) * by < 1000.0
        else f"{float(text.replace(',', '')) * by:,.0f}"
    )


def citation(given: dict[str, Any]) -> dict[str, Any]:
    """A source with its id, text and address."""
    if "text" in given:
        return given
    source, licence = r.text(given.get("source")), r.text(given.get("licence"))
    return {
        "id": r.text(given.get("what")),
        "text": source + (f" ({licence})" if licence else ""),
        "status": status_of(given),
        "url": r.text(given.get("url")),
    }
