"""What is known of one vehicle, as the law asks for it: SI numbers, flags and words, each with status and source.

`facts_of(vehicle, i)` is the only place that knows the `Vehicle` record; everything else works on `Facts`. What is missing stays
out and makes answers unknown. A few facts follow from others and are marked `derived`; those that rest on the vehicle's group
(a kei sold in Japan only is not certified for the United States) are marked `assumed`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from roadworthy.core import Cited, InputError, Status, weakest
from roadworthy.rules.days import Span, span

if TYPE_CHECKING:
    from roadworthy.vehicles import Vehicle


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a vehicle. Lengths in m, masses in kg, speeds in m/s, displacement in m3, power in W."""

    value: Any
    status: Status = "assumed"
    source: str = "given"


class Facts(Mapping[str, Fact]):
    """Facts by name; a missing one is simply not there. What follows from others (`FOLLOWS`) is worked out when it is asked for."""

    __slots__ = ("_followed", "_held")

    def __init__(self, held: Mapping[str, Fact | Any]) -> None:
        self._held = {k: v if isinstance(v, Fact) else _fact(v) for k, v in held.items() if not _unknown(v)}
        self._followed: dict[str, Fact | None] = {}

    def __getitem__(self, name: str) -> Fact:
        fact = self._held.get(name) or self._follow(name)
        if fact is None:
            raise KeyError(name)
        return fact

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)  # what was given; what follows from it is found by name

    def __len__(self) -> int:
        return len(self._held)

    def _follow(self, name: str) -> Fact | None:
        rule = FOLLOWS.get(name)
        if rule is not None and name not in self._followed:
            self._followed[name] = rule(self)
        return self._followed.get(name)

    def value(self, name: str, otherwise: Any = None) -> Any:
        """The bare value, or `otherwise` when it is not known."""
        fact = self.get(name)
        return otherwise if fact is None else fact.value

    def flag(self, name: str) -> bool | None:
        """A yes/no fact; None when not known."""
        value = self.value(name)
        return None if value is None else bool(value)

    def peek(self, name: str) -> Fact | None:
        """A fact that only one leaf compares: nothing else depends on whether it is known."""
        return self.get(name)

    def reading(self, name: str) -> Any:
        """Where a column of values for the fact lies; None for one vehicle."""
        return None

    def with_(self, **more: Any) -> Facts:
        """These facts and some more; None forgets one."""
        held: dict[str, Any] = {**self._held, **more}
        return Facts(held)


def _unknown(value: Any) -> bool:
    inner = value.value if isinstance(value, Fact | Cited) else value
    return inner is None or inner == "" or (isinstance(inner, float) and math.isnan(inner))


def _fact(value: Any) -> Fact:
    if isinstance(value, Cited):
        return Fact(value.value, value.status, value.source)
    if isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[1], str):
        return Fact(value[0], value[1], value[2] if len(value) == 3 else "given")  # type: ignore[arg-type]
    return Fact(value, "assumed", "given")


DIMENSIONS = ("length", "width", "height", "wheelbase", "displacement", "power_max", "gvwr", "mass_curb", "payload", "speed_max", "seats")
ELECTRIC = ("electric", "bev", "battery electric")
CLASS_OF_BODY = {
    "car": "passenger_car", "truck": "truck", "pickup": "truck", "van": "truck", "van_cabover": "truck", "suv": "mpv", "mpv": "mpv",
    "motorcycle": "motorcycle", "autocycle": "motorcycle", "bus": "bus", "roadster": "passenger_car", "hatch": "passenger_car",
    "sedan": "passenger_car", "super_height": "passenger_car", "height_wagon": "passenger_car", "quadricycle": "passenger_car",
    "lsv": "passenger_car",
}  # fmt: skip


def _from(*inputs: Fact, value: Any, source: str) -> Fact:
    return Fact(value, weakest(["derived", *(fact.status for fact in inputs)]), source)


def _same_as(name: str, source: str) -> Rule:
    def rule(facts: Facts) -> Fact | None:
        fact = facts.get(name)
        return None if fact is None else _from(fact, value=fact.value, source=source)

    return rule


def _displacement_of(fuel: str) -> Rule:
    def rule(facts: Facts) -> Fact | None:
        engine = facts.get("displacement") if facts.value("fuel") == fuel else None
        return None if engine is None else _from(engine, value=engine.value, source=f"{fuel} engine")

    return rule


def _battery_electric(facts: Facts) -> Fact | None:
    fuel = facts.get("fuel")
    return None if fuel is None else _from(fuel, value=float(str(fuel.value) in ELECTRIC), source="fuel of the vehicle")


def _electric(facts: Facts) -> Fact | None:
    battery = facts.get("battery_electric")
    return None if battery is None else Fact(battery.value, battery.status, battery.source)


def _power_electric(facts: Facts) -> Fact | None:
    if not facts.flag("battery_electric"):
        return None
    power = facts.get("power_max")
    return None if power is None else _from(power, value=power.value, source="power of an electric vehicle")


def _seats_behind(facts: Facts) -> Fact | None:
    seats = facts.get("seats")
    return None if seats is None else _from(seats, value=max(seats.value - 1, 0), source="seats less the driver's")


def _us_class(facts: Facts) -> Fact | None:
    body = facts.get("body")
    if body is None:
        return None
    return _from(body, value=CLASS_OF_BODY.get(str(body.value), "passenger_car"), source="body, read by 49 CFR 571.3")


Rule = Callable[[Facts], Fact | None]
FOLLOWS: dict[str, Rule] = {
    "battery_electric": _battery_electric,
    "electric": _electric,
    "power_electric": _power_electric,
    "displacement_petrol": _displacement_of("petrol"),
    "displacement_pi": _displacement_of("petrol"),
    "displacement_diesel": _displacement_of("diesel"),
    "displacement_ci": _displacement_of("diesel"),
    "designated_seats": _same_as("seats", "seats"),
    "seats_excl_driver": _seats_behind,
    "unladen_mass": _same_as("mass_curb", "curb mass"),
    "mass_kerb": _same_as("mass_curb", "curb mass"),
    "us_class": _us_class,
    "speed_governor_retrofit": lambda _: Fact(0.0, "derived", "as made"),
    "replica": lambda _: Fact(False, "derived", "a design of its own: nothing claims to be a replica"),
}
"""Facts that follow from others, unless they are given."""


def complete(facts: Mapping[str, Any]) -> Facts:
    """The facts, checked: a dimension, mass or count is a number and not negative."""
    held = facts if isinstance(facts, Facts) else Facts(facts)
    for name in DIMENSIONS:
        fact = held.get(name)
        if fact is not None and not (isinstance(fact.value, int | float) and (fact.value >= 0)):
            raise InputError(
                f"{name} of the vehicle is {fact.value!r}", "give a number that is not negative, in SI", code="fact.value", where=name
            )
    return held


JAPAN_ONLY = "sold in Japan only: no US certification is known"
ON_SALE_US = "on sale in the United States: its maker certifies it"
KEI_LIMITER = "makers' limiter of petrol kei, about 140 km/h"
KEI_LIMITER_MPS = 140 / 3.6
FEW_BUILT = 500
"""Units built in all up to which Show or Display may be granted (49 CFR 591.5(j))."""


def facts_of(vehicle: Vehicle, i: int = 0, **overrides: Any) -> Facts:
    """Facts of one vehicle of a batch; `overrides` add or replace (SI values, (value, status) pairs, Cited; None forgets)."""
    held: dict[str, Any] = {}
    names = {
        "length": "length_m", "width": "width_m", "height": "height_m", "wheelbase": "wheelbase_m", "displacement": "displacement_m3",
        "power_max": "power_W", "gvwr": "gvwr_kg", "mass_curb": "mass_kg", "payload": "payload_kg", "seats": "seats",
        "seats_front": "seats_front", "wheels": "wheels", "forward_control": "forward_control",
    }  # fmt: skip

    def take(name: str, field: str) -> None:
        cited = vehicle.cited(i, field)
        if not _unknown(cited.value) and cited.note != "unknown":
            held[name] = Fact(cited.value, cited.status, cited.source)

    for name, field in names.items():
        take(name, field)
    take("speed_max", "speed_max_mps")
    governed = vehicle.cited(i, "governed_mps")
    if not _unknown(governed.value) and ("speed_max" not in held or governed.value < held["speed_max"].value):
        held["speed_max"] = Fact(governed.value, governed.status, governed.source)  # the maker's own limiter is part of the design
    group, body = vehicle.texts["group"][i], vehicle.texts["body_kind"][i]
    if body:
        held["body"] = Fact(body, vehicle.cited(i, "body_kind").status, "body of the vehicle")
    powertrain = vehicle.texts["powertrain"][i]
    if powertrain:
        fuel = "electric" if powertrain == "bev" else "petrol"
        held["fuel"] = Fact(
            fuel, weakest([vehicle.cited(i, "powertrain").status, "derived"]), "powertrain; engines of the catalogue burn petrol"
        )
        held["high_voltage"] = Fact(powertrain in ("bev", "hev", "phev"), "assumed", "traction batteries above 60 V")
    if group == "kei_current" and "speed_max" not in held and powertrain != "bev":
        held["speed_max"] = Fact(KEI_LIMITER_MPS, "assumed", KEI_LIMITER)
    sold = vehicle.cited(i, "sales_japan_2025")
    if not _unknown(sold.value) and sold.value > FEW_BUILT:  # a lower bound can only prove that too many were built
        held["units_built"] = Fact(sold.value, sold.status, "at least the sales of 2025 in Japan")
    held |= _by_group(group)
    for name, known in vehicle.equipment[i].items():
        if known in ("yes", "no"):
            held[name] = Fact(known == "yes", "assumed", "equipment list of the vehicle")
    first, last = vehicle.built_span()
    if str(first[i]) != "NaT":
        status = weakest([vehicle.cited(i, "built" if vehicle.texts["built"][i] else "built_first").status])
        held["built"] = Fact(
            Span(_day(first[i]), _day(last[i])), status, "build date" if vehicle.texts["built"][i] else "years of production"
        )
    held |= overrides
    return complete(held)


def _day(value: Any) -> dt.date:
    return dt.date.fromisoformat(str(value)[:10])


def _by_group(group: str) -> dict[str, Fact]:
    if group in ("kei_current", "kei_historic"):
        return {
            "us_certified": Fact(False, "assumed", JAPAN_ONLY),
            "epa_certified": Fact(False, "assumed", JAPAN_ONLY),
            "assembled_in_us": Fact(False, "assumed", "assembled in Asia"),
            "jp_type_approved": Fact(True, "assumed", "registered and sold in Japan"),
            "made_for_roads": Fact(True, "assumed", "sold for public roads in Japan"),
        }
    if group == "us":
        return {
            "us_certified": Fact(True, "assumed", ON_SALE_US),
            "epa_certified": Fact(True, "assumed", ON_SALE_US),
            "made_for_roads": Fact(True, "assumed", "sold for public roads"),
        }
    return {}


AS_ASKED: Status = "law"
"""Terms of the question (a build date, a posted speed) do not weaken the answer: it is an answer to that question."""


def built_of(facts: Facts, built: Any = None) -> Fact | None:
    """The build date as a span of days: the argument, else the vehicle's own."""
    if built is not None:
        return Fact(span(built, "build date"), AS_ASKED, "as asked")
    fact = facts.get("built")
    return None if fact is None else Fact(span(fact.value, "build date"), fact.status, fact.source)
