"""Would the vehicle pass the frontal barrier tests (layer 1), and which tests can the room not answer?

Each test is one vehicle into a rigid wall, or into the honeycomb face of the offset test, at the speed of the rule, with the mid-size
man or the small woman. Side, pole, door, roof, fuel and electrolyte tests are unknown, with the reason; of side tests only the delta-v by
mass is given. Measured results override modelled ones.
Limits: a barrier tests a vehicle against itself, never partner risk; readings are assumed, not predictions of a lab.
References: 49 CFR 571.208, 571.214; US NCAP; UN R94, R137 (tables crash/barrier_tests, crash/test_limits).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from roadworthy.core import Cited, unknown
from roadworthy.core.units import GRAVITY
from roadworthy.crash import injury
from roadworthy.crash.collide import strike_wall
from roadworthy.crash.structure import Structure

UNKNOWN = "unknown"
OFFSET = "offset_deformable_barrier"
READINGS = {
    # reading of the rules (SI) -> field of a side and factor to SI
    "hic15": ("hic15", 1.0),
    "chest_accel_3ms": ("chest_g", GRAVITY),
    "chest_deflection": ("deflection_mm", 1e-3),
    "femur_force": ("femur_kN", 1e3),
    "nij": ("nij", 1.0),
}
UNITS = {
    "hic15": "1",
    "chest_accel_3ms": "m/s2",
    "chest_deflection": "m",
    "femur_force": "N",
    "nij": "1",
    "delta_v": "m/s",
    "crush": "m",
    "intrusion": "m",
    "peak_accel": "m/s2",
    "p_ais3": "1",
    "stars": "1",
}
UNBELTED = "unbelted_bag"


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test of a batch of vehicles: readings in SI by name, each [n]; empty where the room cannot say."""

    __test__ = False  # not a test case of pytest

    test: str
    programme: str
    kind: str
    speed_mps: float
    restraint: str
    values: Mapping[str, np.ndarray]
    extrapolated: np.ndarray
    reason: str
    source: str

    @property
    def modelled(self) -> bool:
        """Whether the room gives dummy readings."""
        return not self.reason

    def cited(self, reading: str, row: int = 0) -> Cited:
        """One reading with its status; NaN with the reason where unknown."""
        if reading not in self.values:
            return Cited(float("nan"), UNITS.get(reading, ""), self.reason or f"{reading} is not modelled", "assumed", note=UNKNOWN)
        value = float(self.values[reading][row])
        note = UNKNOWN if np.isnan(value) else ("extrapolated" if self.extrapolated[row] else "")
        return Cited(value, UNITS[reading], f"crash model of {self.source}", "assumed", note=note)


@dataclass(frozen=True, slots=True)
class Barrier:
    """Tests of one programme for a batch of vehicles."""

    programme: str
    tests: tuple[TestResult, ...]
    count: int

    def __getitem__(self, test: str) -> TestResult:
        for found in self.tests:
            if found.test == test:
                return found
        raise unknown("barrier test", test, (t.test for t in self.tests))


def programmes() -> tuple[str, ...]:
    """Known test programmes; `all` stands for every one."""
    from roadworthy.data import table

    return (*dict.fromkeys(table("crash/barrier_tests")["programme"]), "all")


def assess(
    structure: Structure, programme: str = "us", restraint: str = "modern", *, travel_lost_m: float = 0.0, precision: str = "float32"
) -> Barrier:
    """Every test of a programme for a structure or a batch of them.

    `restraint` is what the vehicle has: `modern`, or one without an air bag, for which the unbelted test is unknown.
    """
    from roadworthy.crash.occupant import names
    from roadworthy.data import table

    if programme not in programmes():
        raise unknown("test programme", programme, programmes())
    if restraint not in names():
        raise unknown("restraint", restraint, names())
    batch = Structure.of(*(np.atleast_1d(x) for x in (structure.mass_kg, structure.crush_m, structure.reserve, structure.strength)))
    rows = [row for row in table("crash/barrier_tests").iter_rows(named=True) if programme in (row["programme"], "all")]
    return Barrier(programme, tuple(_test(row, batch, restraint, travel_lost_m, precision) for row in rows), batch.shape[0])


def dummy_of(row: Mapping[str, Any]) -> str:
    """The dummy of a test: `5F` where its words name the small woman, `50M` otherwise."""
    return "5F" if "5th F" in (row["dummy"] or "") else "50M"


def why_not(row: Mapping[str, Any], restraint: str) -> str:
    """Why the model cannot say anything of a test of a vehicle with this restraint; empty when it can."""
    if not row["reason"] and row["restraint"] == UNBELTED and restraint != "modern":
        return "no row for an unbelted occupant without an air bag"
    return row["reason"] or ""


def _test(row: Mapping[str, Any], structure: Structure, restraint: str, travel_lost_m: float, precision: str) -> TestResult:
    speed = float("nan") if row["speed_mps"] is None else float(row["speed_mps"])
    fitted = restraint if (row["restraint"] or "") != UNBELTED else UNBELTED
    reason = why_not(row, restraint)
    none = np.zeros(structure.shape, dtype=bool)
    head = (row["test"], row["programme"], row["kind"], speed, fitted if not reason else "")
    if reason:
        return TestResult(*head, _by_mass(row, structure, speed), none, reason, row["source"])
    met = {"face": row["kind"] == OFFSET, "dummy": dummy_of(row), "travel_lost_m": travel_lost_m, "precision": precision}
    side = strike_wall(structure, speed, row["overlap"], fitted, **met).first
    values = {reading: np.asarray(getattr(side, field), dtype=float) * factor for reading, (field, factor) in READINGS.items()}
    values |= {
        "delta_v": np.asarray(side.delta_v_mps, dtype=float),
        "crush": np.asarray(side.crush_m, dtype=float),
        "intrusion": np.asarray(side.intrusion_m, dtype=float),
        "peak_accel": np.asarray(side.peak_g, dtype=float) * GRAVITY,
        "p_ais3": np.asarray(side.p_ais3, dtype=float),
        "stars": np.array([injury.stars(float(p)) for p in np.asarray(side.p_ais3)], dtype=float),
    }
    return TestResult(*head, values, np.asarray(side.extrapolated), "", row["source"])


def _by_mass(row: Mapping[str, Any], structure: Structure, speed: float) -> dict[str, np.ndarray]:
    """Delta-v of a struck vehicle by momentum alone, where a moving barrier of known mass strikes it."""
    striker = float(row["striker_kg"])
    if row["kind"] == "side_mdb" and striker > 0.0:
        return {"delta_v": speed * striker / (striker + np.asarray(structure.mass_kg, dtype=float))}
    if row["kind"] == "oblique_pole":
        return {"delta_v": np.full(structure.shape, speed)}
    return {}


def results(barrier: Barrier, row: int = 0, measured: Mapping[str, tuple[float, str]] | None = None) -> dict[str, tuple[float, str]]:
    """Readings of one vehicle by limit id, in SI, as the rules compare them; NaN with status `unknown` where the room cannot say.

    `measured` results of the user, by limit id, override the model's.
    """
    from roadworthy.data import table

    by_test = {found.test: found for found in barrier.tests}
    out: dict[str, tuple[float, str]] = {}
    for limit in table("crash/test_limits").iter_rows(named=True):
        found = by_test.get(limit["test"])
        if found is None:
            continue
        values = found.values.get(limit["quantity"]) if found.modelled else None
        value = float("nan") if values is None else float(values[row])
        out[limit["limit_id"]] = (value, UNKNOWN if np.isnan(value) else "assumed")
    return out | dict(measured or {})
