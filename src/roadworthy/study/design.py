"""A sweep as a file: which questions, laid out as points and cut into partitions.

    points = {reform} x {vehicle} x {law date} x {states} x {numbers}      (grid; or a Sobol design over ranges of numbers)

Every point is one reform against today's law on the study's common draws. Points that share vehicle, law date and held assumptions share
their base, so they lie in one partition. A partition's name is the hash of all that decides its numbers: same name, same result.
See docs/rooms/study.md.
"""

from __future__ import annotations

import itertools
import json
import math
import tomllib
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from roadworthy.core import InputError, near
from roadworthy.core.files import digest, read_text
from roadworthy.rules.policy import population_share
from roadworthy.rules.reform import parts
from roadworthy.study import moves
from roadworthy.study.faults import Fault, refuse
from roadworthy.study.scenario import Study, load

WORDS = ("reform", "vehicle", "law_date", "states")
"""What may vary that is not a number."""
ACCESS = "policy.state_access"
"""The number that a list of states comes to."""
BASE = "none"
POINTS_A_PARTITION = 16
MOST_POINTS = 1_000_000


class Range(BaseModel):
    """Evenly laid values, or a range of a Sobol design."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    low: float = Field(alias="from")
    high: float = Field(alias="to")
    points: int = Field(5, ge=2, le=10_000)


class Design(BaseModel):
    """The file of a sweep."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    study: str = "kei-green-light"
    kind: Literal["grid", "sobol"] = "grid"
    points: int = Field(64, ge=1, le=MOST_POINTS)
    """Points of a Sobol design."""
    draws: int = Field(128, ge=16, le=100_000)
    seed: int = Field(7, ge=0)
    keep: Literal["draws", "bands"] = "draws"
    """Every draw, or mean, standard error and quantiles of each column."""
    vary: dict[str, list[str | float] | Range]


@dataclass(frozen=True, slots=True)
class Point:
    """One question of a sweep."""

    reform: str
    vehicle: str
    law_date: str
    numbers: tuple[tuple[str, float], ...]
    """Moved numbers by name: policy.* and assumptions."""
    states: str = ""
    """Which states register the new vehicles, as the file says it; empty where the reform's own share stands."""

    def held(self) -> tuple[tuple[str, float], ...]:
        """The assumptions among them, which decide the base too."""
        return tuple(moves.held(dict(self.numbers)).items())


@dataclass(frozen=True, slots=True)
class Partition:
    """Points solved and kept together."""

    index: int
    points: tuple[Point, ...]
    study: Study
    draws: int
    seed: int
    keep: str
    key: str
    """Hash of points, draws, program and data."""


def read(name: str) -> Design:
    """A design from its TOML file; one error of all faults, by line."""
    text = read_text(name)
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"{name} is not TOML: {fault}", "mend the line it names", code="design.syntax", where=name) from None
    faults: list[tuple[Fault, object]] = []
    design = None
    try:
        design = Design(**given)
    except ValidationError as fault:
        for error in fault.errors():
            place = ".".join(str(part) for part in error["loc"][:2] if part != "vary") or "vary"
            known = [*Design.model_fields, *Range.model_fields]
            faults.append((Fault(place, error["msg"][0].lower() + error["msg"][1:], near(place, known)), None))
    vary = given.get("vary")
    for field, values in vary.items() if isinstance(vary, dict) else ():
        try:
            if field not in WORDS:
                moves.known(field)
            elif isinstance(values, dict):
                faults.append((Fault(field, "is a word and has no range", 'give a list such as ["kei-urban"]'), None))
            if isinstance(values, list) and not values:
                faults.append((Fault(field, "is empty", "give at least one value"), None))
        except InputError as fault:
            faults.append((Fault(field, fault.message, fault.hint), None))
    if faults or design is None:
        raise refuse(name, text, faults)
    return design


def _values(values: list[str | float] | Range) -> list[str | float]:
    return [float(x) for x in np.linspace(values.low, values.high, values.points)] if isinstance(values, Range) else list(values)


def _sobol(design: Design, ranges: dict[str, Range]) -> list[dict[str, float]]:
    """Points of a scrambled Sobol sequence over the ranges."""
    from scipy.stats import qmc

    power = int(np.ceil(np.log2(max(design.points, 1))))
    unit = qmc.Sobol(d=max(len(ranges), 1), scramble=True, rng=np.random.default_rng(design.seed)).random_base2(power)[: design.points]
    low, high = (np.array([getattr(r, end) for r in ranges.values()]) for end in ("low", "high"))
    return [dict(zip(ranges, (float(x) for x in low + row * (high - low)), strict=True)) for row in unit]


def points(design: Design) -> list[Point]:
    """All points, in an order that the file alone decides."""
    study = load(design.study)
    words = {name: _values(design.vary.get(name, [])) for name in WORDS}
    words["reform"] = words["reform"] or [study.headline]
    words["vehicle"] = words["vehicle"] or [study.vehicle]
    words["law_date"] = words["law_date"] or [study.law_date.isoformat()]
    numbers = {name: values for name, values in design.vary.items() if name not in WORDS}
    if design.kind == "sobol":
        ranges = {name: values for name, values in numbers.items() if isinstance(values, Range)}
        if len(ranges) < len(numbers) or not ranges:
            raise InputError("a Sobol design needs ranges of numbers", "write { from = 0, to = 1 }", code="design.sobol", where=design.id)
    sides = [values.points if isinstance(values, Range) else len(values) for values in numbers.values()]
    asked_states = [str(value) for value in words["states"]] or [""]
    if words["states"] and ACCESS in numbers:
        raise InputError(f"{design.id} varies states and {ACCESS}", "vary one of the two", code="design.states", where=design.id)
    access = {said: population_share(said.replace(",", " ").split()) for said in asked_states if said}
    size = (
        len(asked_states)
        * (design.points if design.kind == "sobol" else math.prod(sides))
        * math.prod(len(values) for name, values in words.items() if name != "states")
    )
    if size > MOST_POINTS:  # said before any is laid out, since they would not fit into memory
        raise InputError(f"{design.id} has {size:,} points, more than {MOST_POINTS:,}", "vary less", code="design.size", where=design.id)
    if design.kind == "sobol":
        laid = _sobol(design, ranges)
    else:
        rows = itertools.product(*([float(x) for x in _values(v)] for v in numbers.values()))
        laid = [dict(zip(numbers, row, strict=True)) for row in rows]
    return [
        Point(
            str(reform), str(vehicle), str(day), tuple((name, float(value)) for name, value in [*row.items(), *_access(access, said)]), said
        )
        for vehicle, day, reform, said in itertools.product(words["vehicle"], words["law_date"], words["reform"], asked_states)
        for row in laid
    ]


def _access(shares: dict[str, float], said: str) -> list[tuple[str, float]]:
    return [(ACCESS, shares[said])] if said else []


def partitions(design: Design) -> list[Partition]:
    """The points cut into partitions; names are checked here, so that nothing fails in the night."""
    groups: dict[tuple[Any, ...], list[Point]] = {}
    for point in points(design):
        groups.setdefault((point.vehicle, point.law_date, point.held()), []).append(point)
    found: list[Partition] = []
    studies: dict[tuple[str, str], Study] = {}
    for (vehicle, day, _), members in groups.items():
        if (vehicle, day) not in studies:
            reforms = tuple(dict.fromkeys([BASE, *(p.reform for p in points_of(groups, vehicle, day))]))
            studies[vehicle, day] = load(design.study, vehicle=vehicle, law_date=day, reforms=reforms, headline=reforms[-1])
        study = studies[vehicle, day]
        for start in range(0, len(members), POINTS_A_PARTITION):
            part = tuple(members[start : start + POINTS_A_PARTITION])
            said = {
                "points": [(p.reform, p.numbers, p.states) for p in part],
                "draws": design.draws,
                "seed": design.seed,
                "keep": design.keep,
            }
            world = study.model_copy(update={"headline": BASE}).pictures_key()  # other reforms of the sweep change nothing here
            own = {name: read_text(name) for p in part for name in parts(p.reform) if name.endswith(".toml")}
            key = digest(
                json.dumps({**said, "world": world, "held": study.assumptions} | ({"reforms": own} if own else {}), sort_keys=True)
            )
            found.append(Partition(len(found), part, study, design.draws, design.seed, design.keep, key))
    return found


def points_of(groups: dict[tuple[Any, ...], list[Point]], vehicle: str, day: str) -> list[Point]:
    """Points of one vehicle and law date."""
    return [point for (car, when, _), members in groups.items() if (car, when) == (vehicle, day) for point in members]
