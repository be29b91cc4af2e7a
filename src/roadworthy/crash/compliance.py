"""What does passing a given set of tests cost a small vehicle in mass and money?

Front: the shortest lengthening of the front, and the least easing of the restraint, at which every frontal test of the set that the model knows is
passed by a share `target` of untuned designs,

    least x in steps of 1 cm:  P_test(C + x) >= target for all tests;   mass = x kg_per_m,   money = mass usd_per_kg + restraint usd

Everything else (side, roof, rear and fuel, restraints of air-bag tests): the share of the content block in the prior on the whole content of the
standards, low to high, because the room has no structure for it.
Limits: a maker redesigns a whole car, not its front by the metre; unbelted HIC and neck forces are unknown and thus cost nothing here; every kg and
dollar is assumed. A set that cannot be met within `MOST_ADDED_M` says so. References: tables crash/parameters, cost/blocks; Tarbet 2004 (DOT HS 809 834).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from roadworthy.core import unknown
from roadworthy.crash.defaults import StructureRecord
from roadworthy.crash.field import parameter
from roadworthy.crash.passing import draw_fronts, passing

MOST_ADDED_M = 0.30
STEP_M = 0.01
TARGET = 0.8
"""Share of untuned designs that must pass: a maker who tunes does better, so this is a design with some margin (assumed)."""
SETS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fmvss": (("fmvss-208",), ("side_structure", "roof", "rear_and_fuel", "restraint")),
    "un": (("un-r94", "un-r137"), ("side_structure",)),
    "japan": (("un-r94", "un-r137"), ()),
    "none": ((), ()),
}
"""Sets of tests: the frontal standards that the model knows, and the content blocks of the rest."""
BELTED = ("208_front_belted", "208_front_belted_5f", "208_odb_5f", "r94_odb", "r137_front", "r137_front_5f")
"""Tests that crush length answers. Those without belts are answered by the air bag, which is in the block `restraint`."""
SHARE_OF_SET = {"un": {"side_structure": 0.5}}
"""Part of a block that a set asks for (assumed, as in rules/content_blocks)."""


@dataclass(frozen=True, slots=True)
class Range:
    """Low, middle and high of an assumed cost."""

    low: float
    middle: float
    high: float

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.middle + other.middle, self.high + other.high)

    def times(self, factor: float) -> Range:
        """The range times a number of zero or more."""
        return Range(self.low * factor, self.middle * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Design:
    """A vehicle changed so that it passes a set of tests."""

    id: str
    tests: str
    added_m: float
    """Added crush length; NaN where the set cannot be met."""
    p_before: float
    p_after: float
    """Chance of the worst belted test, before and after."""
    front_kg: Range
    front_usd: Range
    rest_kg: Range
    rest_usd: Range
    reached: bool
    status: str = "assumed"

    @property
    def mass_kg(self) -> Range:
        """Added mass. [kg]"""
        return self.front_kg + self.rest_kg

    @property
    def cost_usd(self) -> Range:
        """Added cost. [2022 USD]"""
        return self.front_usd + self.rest_usd

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers."""
        ranges = {name: getattr(self, name) for name in ("front_kg", "front_usd", "rest_kg", "rest_usd", "mass_kg", "cost_usd")}
        return {
            "id": self.id,
            "tests": self.tests,
            "added_m": self.added_m if self.reached else None,
            "p_before": self.p_before,
            "p_after": self.p_after,
            "reached": self.reached,
            **{name: {"low": r.low, "middle": r.middle, "high": r.high} if self.reached else None for name, r in ranges.items()},
            "status": self.status,
        }


def compliance(record: StructureRecord, tests: str, target: float = TARGET) -> Design:
    """The least change by which a vehicle passes a set of tests: `fmvss`, `un`, `japan` or `none`."""
    if tests not in SETS:
        raise unknown("set of tests", tests, SETS)
    standards, blocks = SETS[tests]
    before = worst(record, standards, 0.0)
    added, after, reached = 0.0, before, before >= target
    low, high = 0, round(MOST_ADDED_M / STEP_M)
    if not reached and worst(record, standards, MOST_ADDED_M) >= target:
        while high - low > 1:
            half = (low + high) // 2
            low, high = (low, half) if worst(record, standards, half * STEP_M) >= target else (half, high)
        added, reached = high * STEP_M, True
        after = worst(record, standards, added)
    length = MOST_ADDED_M if not reached else added
    front = _range("front_kg_per_m").times(length)
    per_kg = _range("body_usd_per_kg")
    money = Range(front.low * per_kg.low, front.middle * per_kg.middle, front.high * per_kg.high)
    shares = _shares(tests, blocks)
    rest_kg, rest_usd = _range("content_kg").times(shares[0]), _range("content_usd").times(shares[1])
    return Design(record.id, tests, added, before, after, front, money, rest_kg, rest_usd, reached)


def worst(record: StructureRecord, standards: Sequence[str], added_m: float) -> float:
    """Least chance among the belted frontal tests of some standards, with the front longer by `added_m`; 1 where there are none."""
    fronts = draw_fronts(record)
    fronts[1] *= 1.0 + added_m / float(record.crush_m.value)
    found = [test["p_pass"] for standard in standards for test in passing(record, standard, fronts=fronts).tests if test["test"] in BELTED]
    known = [p for p in found if p is not None]
    return float(np.min(known)) if known else 1.0


def _range(name: str) -> Range:
    from roadworthy.data import table

    row = next(r for r in table("crash/parameters").iter_rows(named=True) if r["name"] == name)
    assert parameter(name).status == "assumed"
    return Range(row["low"], row["value"], row["high"])


def _shares(tests: str, blocks: Sequence[str]) -> tuple[float, float]:
    from roadworthy.data import table

    part = SHARE_OF_SET.get(tests, {})
    rows = {row["block"]: row for row in table("cost/blocks").iter_rows(named=True)}
    return (
        sum(float(rows[b]["content_kg_share"]) * part.get(b, 1.0) for b in blocks),
        sum(float(rows[b]["content_usd_share"]) * part.get(b, 1.0) for b in blocks),
    )
