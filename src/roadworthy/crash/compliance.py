"""What does passing a given set of tests cost a small vehicle in mass and money?

Front: two kinds of evidence, one range. The model gives the shortest lengthening by which every belted frontal test that it knows is passed
by a share `target` of untuned designs; the prior on the content of the standards gives the block of the front, of which a car with a nose
that already passes Japan's walls needs some share. Low is the model's, middle and high are the block's, never below the model's.

    least x in steps of 1 cm:  P_test(C + x) >= target;   model = x kg_per_m (usd_per_kg);   block = content share_front need part_of_set

All else (side, roof, rear and fuel, restraints of air-bag tests): the block's share of the prior times the part of it that the set asks for, the
same tables by which `cost` prices content, because the room has no structure for it.
Limits: a maker redesigns a whole car, not its front by the metre; unbelted HIC and neck forces are unknown and cost nothing in the model; every kg
and dollar is assumed. A set that cannot be met within `MOST_ADDED_M` says so. References: tables crash/parameters, cost/blocks, rules/content_blocks;
Tarbet 2004 (DOT HS 809 834: all standards to 2001 added 57 kg and 839 USD of 2002 to an average car, most of which a kei car has).
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
SETS: dict[str, tuple[tuple[str, ...], str]] = {
    "fmvss": (("fmvss-208",), "full"),
    "un": (("un-r94", "un-r137"), "un"),
    "japan": (("un-r94", "un-r137"), "japanese"),
    "none": ((), ""),
}
"""Sets of tests: the frontal standards that the model knows, and the set of rules/content_blocks that prices the rest."""
FRONT = "front_structure"
CRASH_BLOCKS = (FRONT, "side_structure", "rear_and_fuel", "roof", "restraint")
"""Content that crash tests ask for; lamps, brakes, emissions and the side of the wheel are no crash tests."""
BELTED = ("208_front_belted", "208_front_belted_5f", "208_odb_5f", "r94_odb", "r137_front", "r137_front_5f")
"""Tests that crush length answers. Those without belts are answered by the air bag, which is in the block `restraint`."""


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
    standards, of_rules = SETS[tests]
    before = worst(record, standards, 0.0)
    added, after, reached = 0.0, before, before >= target
    low, high = 0, round(MOST_ADDED_M / STEP_M)
    if not reached and worst(record, standards, MOST_ADDED_M) >= target:
        while high - low > 1:
            half = (low + high) // 2
            low, high = (low, half) if worst(record, standards, half * STEP_M) >= target else (half, high)
        added, reached = high * STEP_M, True
        after = worst(record, standards, added)
    model_kg = _range("front_kg_per_m").times(MOST_ADDED_M if not reached else added)
    per_kg = _range("body_usd_per_kg")
    model_usd = Range(model_kg.low * per_kg.low, model_kg.middle * per_kg.middle, model_kg.high * per_kg.high)
    kg, usd = (_blocks(of_rules, unit) for unit in ("kg", "usd"))
    return Design(
        record.id, tests, added, before, after,
        _joined(model_kg, kg[FRONT]), _joined(model_usd, usd[FRONT]), _rest(kg), _rest(usd), reached,
    )  # fmt: skip


def _joined(model: Range, block: Range) -> Range:
    """The model's low end, and the block's middle and high where they are above the model's."""
    need = _range("front_content_share")
    return Range(model.low, max(model.middle, block.middle * need.middle), max(model.high, block.high * need.high))


def _rest(blocks: dict[str, Range]) -> Range:
    found = Range(0.0, 0.0, 0.0)
    for name, block in blocks.items():
        found = found if name == FRONT else found + block
    return found


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


def _blocks(of_rules: str, unit: str) -> dict[str, Range]:
    """Each crash block of a set of rules/content_blocks as a range of mass or money."""
    from roadworthy.data import table

    part = {row["block"]: float(row["share"]) for row in table("rules/content_blocks").iter_rows(named=True) if row["set"] == of_rules}
    share = {row["block"]: float(row[f"content_{unit}_share"]) for row in table("cost/blocks").iter_rows(named=True)}
    whole = _range(f"content_{unit}")
    return {name: whole.times(share[name] * part.get(name, 0.0)) for name in CRASH_BLOCKS}
