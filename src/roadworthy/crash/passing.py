"""How likely is a vehicle of this kind to pass a test, limit by limit?

    P(pass) = mean over draws of Phi[(ln limit - ln reading(draw)) / s],   reading = wall model at drawn structure and restraint

Structure is drawn from the priors of the room (wider for cabs over the axle), the restraint from its fit to fourteen tested cars, and s is
the scatter of tested cars left out of that fit. A test is passed when all its limits are; draws are common to them, scatter is not.
Readings for which the model has no structure (side, pole, roof, fuel) stay unknown.
Neck tension is the most that the head can ask of the neck, with no help of the bag: the chance of meeting its limit is a lower bound.
Limits: no kei car was among the tested ones; a maker who tunes its own car does better than a draw from cars that all had to pass, so the
chance is that of an untuned design. The scatter of deflection and Nij is assumed.
References: tables crash/barrier_fit, crash/barrier_tests, rules/standard_limits, rules/un_tests; 49 CFR 571.208.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core import InputError, unknown
from roadworthy.core.units import GRAVITY
from roadworthy.crash import injury, occupant
from roadworthy.crash.barrier import OFFSET, UNBELTED, dummy_of, why_not
from roadworthy.crash.barrier_fit import scatter
from roadworthy.crash.collide import CHUNK, FACE, WALL, measure, risks
from roadworthy.crash.defaults import StructureRecord
from roadworthy.crash.motion import STEP_S
from roadworthy.crash.statistical import rollover_row, side_rows

DRAWS = CHUNK
SEED = 4
CRUSH_SPREAD, CRUSH_SPREAD_CAB_OVER = 0.15, 0.25
"""Spread of ln C of an untested vehicle, and of one without a nose (assumed)."""
RESERVE_SPREAD, STRENGTH_SPREAD = 0.05, 0.10
"""Spread of lambda, and of ln sigma (assumed; as in the list of assumptions)."""
LINK_SCATTER = {"chest_deflection": 0.25, "nij": 0.30, "neck_tension": 0.30}
"""Scatter of readings that no tested car in the tables gives (assumed)."""
SCATTER_OF = {"hic15": "hic36", "hic36": "hic36", "chest_accel_3ms": "chest_g", "femur_force": "femur_kN"}
BOUNDS = ("neck_tension",)
"""Readings that are the most that can be."""
WHY_UNKNOWN = {
    "neck_compression": "the model makes no neck compression: it moves along the road, and nothing presses the head onto the body",
}
"""Why a reading of a modelled test stays unknown, where more can be said than that."""
SIGMA_OF_90 = 2.0 * 1.6449
"""Width of a 5 to 95 % interval in standard deviations."""
SOFTEST_RESERVE = 1.0
STARS = "us-ncap"
STANDARDS = {
    "fmvss-208": ("208_",),
    "fmvss-214": ("214_",),
    "fmvss-216a": ("216a_",),
    "fmvss-301": ("301_",),
    "fmvss-305": ("305_",),
    "un-r94": ("r94_",),
    "un-r95": ("r95_",),
    "un-r135": ("r135_",),
    "un-r137": ("r137_",),
    "us-ncap": ("ncap_",),
    "jncap": ("jncap_",),
}
"""Standards and programmes by the start of their tests' names."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One limit of one test. Values are in the unit of the limit; NaN where the room cannot say, with the reason."""

    test: str
    limit_id: str
    measure: str
    unit: str
    limit: float
    median: float
    low: float
    high: float
    """10 and 90 % of readings, scatter of tests included."""
    p_pass: float
    status: str
    reason: str
    source: str
    at_least: bool = False
    """Whether the readings are the most that can be, so that the chance is the least; such a limit is not counted in the test's chance."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A vehicle's chances in the tests of a standard."""

    id: str
    name: str
    standard: str
    tests: tuple[Mapping[str, Any], ...]
    """By test: what it is, chance that all its known limits are met, P(AIS3+) and stars where a star programme reads it."""
    limits: tuple[Chance, ...]
    statistical: tuple[Mapping[str, Any], ...]
    """What statistics say of side impact and rollover where the standard asks for them; never a verdict."""
    draws: int
    structure: str
    restraint: str

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and text; what is unknown is null."""
        return {
            "id": self.id,
            "name": self.name,
            "standard": self.standard,
            "draws": self.draws,
            "structure": self.structure,
            "restraint": self.restraint,
            "tests": [dict(test) for test in self.tests],
            "statistical": [dict(row) for row in self.statistical],
            "limits": [{key: _plain(value) for key, value in asdict(limit).items()} for limit in self.limits],
            "status": "assumed",
        }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


@lru_cache(maxsize=1)
def _normals() -> np.ndarray:
    """Quasi-random standard normals [draw, 6]."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    return np.asarray(ndtri(np.clip(qmc.Sobol(6, seed=SEED).random(DRAWS), 1e-6, 1.0 - 1e-6)))


@lru_cache(maxsize=1)
def fitted() -> dict[str, tuple[float, float, float]]:
    """Fitted restraint parameters: value, relative spread, and value over that of the pair model."""
    from roadworthy.data import table

    rows = table("crash/barrier_fit").filter(table("crash/barrier_fit")["kind"] == "parameter")
    return {
        r["name"]: (r["value"], math.log(r["high"] / r["low"]) / SIGMA_OF_90, r["value"] / r["default"]) for r in rows.iter_rows(named=True)
    }


def draw_fronts(record: StructureRecord) -> np.ndarray:
    """Structures of vehicles like this one: mass, C, lambda, sigma, each [4, draw]. A stated value of a user is held."""
    z, middle = _normals(), [float(getattr(record, name).value) for name in ("mass_kg", "crush_m", "reserve", "strength")]
    stated = [getattr(record, name).status != "assumed" for name in ("crush_m", "reserve", "strength")]
    blunt = float(record.travel_lost_m.value) > 0.0
    crush = middle[1] * np.exp(z[:, 0] * (0.0 if stated[0] else CRUSH_SPREAD_CAB_OVER if blunt else CRUSH_SPREAD))
    reserve = np.maximum(middle[2] + z[:, 1] * (0.0 if stated[1] else RESERVE_SPREAD), SOFTEST_RESERVE)
    strength = np.maximum(middle[3] * np.exp(z[:, 2] * (0.0 if stated[2] else STRENGTH_SPREAD)), 1.0)
    return np.stack([np.full(DRAWS, middle[0]), crush, reserve, strength])


def draw_restraints(name: str) -> tuple[occupant.Restraint, np.ndarray]:
    """A restraint at drawn load limits [side, part, draw], and the drawn factor on the femur force per g [draw].

    A modern restraint is that of the tested cars; another keeps its own limits and takes their spread.
    """
    z, fit = _normals(), fitted()
    row = occupant.restraint(name)
    modern = name in ("modern", UNBELTED)
    chest, head = (
        np.exp(z[:, i] * fit[key][1]) * (fit[key][2] if modern else 1.0) for i, key in ((3, "chest_limit_g"), (4, "head_limit_g"))
    )
    limits = jnp.asarray(np.stack([chest, head]) * np.asarray(row.limit_mps2)[:, None])
    wide = {field: jnp.broadcast_to(getattr(row, field)[:, None], (2, DRAWS)) for field in occupant.Restraint.__dataclass_fields__}
    both = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), occupant.Restraint(**(wide | {"limit_mps2": limits})))
    femur = fit["femur_kN_per_g"]
    return both, np.exp(z[:, 5] * femur[1]) * femur[2]


def drawn_readings(record: StructureRecord, row: Mapping[str, Any], fronts: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Readings of one test in SI by the rules' names, and `p_ais3`, each [draw]; empty where the room cannot say."""
    name = str(record.restraint.value)
    if why_not(row, name):
        return {}
    fitting = UNBELTED if row["restraint"] == UNBELTED else name
    restraint, femur_factor = draw_restraints(fitting)
    own = draw_fronts(record) if fronts is None else fronts
    ones = np.ones(DRAWS)
    lost = float(record.travel_lost_m.value) * ones
    scalars = (float(row["speed_mps"]) * ones, float(row["overlap"]) * ones, injury.REFERENCE_AGE_YR * ones, lost, 0.0 * ones)
    columns = jnp.asarray(np.concatenate([own, own, np.stack(scalars)]))
    against = jnp.full(DRAWS, FACE if row["kind"] == OFFSET else WALL)
    risk = risks((fitting, fitting), dummy_of(row))
    wants_long = any(limit["quantity"] == "hic36" for limit in limits_of((row["test"],)))
    found, pulse = measure(columns, restraint, against, risk, STEP_S, "float32", wants_long)
    side = {key: np.asarray(value[0], dtype=float) for key, value in found.items() if value.ndim == 2}
    head = occupant.head_known(fitting)
    # What the chest adds to the femur scales with the fitted slope; what intrusion adds does not.
    femur = side["femur_kN"] + (femur_factor - 1.0) * risk.links.femur_kN_per_g * side["chest_g"]
    nothing = np.full(DRAWS, np.nan)
    head_peak_g = (side["nij"] - risk.links.nij_base) / risk.links.nij_per_g
    long = {} if pulse is None else {"hic36": _hic36(pulse.head_g[:, 0]) if head else nothing}
    return long | {
        "hic15": side["hic15"] if head else nothing,
        "chest_accel_3ms": side["chest_g"] * GRAVITY,
        "chest_deflection": side["deflection_mm"] * 1e-3,
        "femur_force": femur * 1e3,
        "nij": side["nij"] if head else nothing,
        "neck_tension": np.asarray(occupant.neck_tension_most_N(jnp.asarray(head_peak_g), risk.links)) if head else nothing,
        "p_ais3": side["p_ais3"],
    }


def _hic36(head_g: jax.Array) -> np.ndarray:
    """The criterion over windows of up to 36 ms, of one side's head [time, draw]."""
    return np.asarray(occupant.hic15(jnp.cumsum(head_g, axis=0) * STEP_S, STEP_S, occupant.HIC36_WINDOWS_S), dtype=float)


def limits_of(tests: tuple[str, ...]) -> list[dict[str, Any]]:
    """Limits on readings of these tests, as the law or the regulation states them."""
    from roadworthy.data import table

    both = [row for name in ("rules/standard_limits", "rules/un_tests") for row in table(name).iter_rows(named=True)]
    return [row for row in both if row["test_id"] in tests and row["op"] in ("<=", "<") and row["bound"] is not None]


def passing(
    record: StructureRecord,
    standard: str,
    name: str = "",
    fronts: np.ndarray | None = None,
    size_m: tuple[float, float] = (math.nan, math.nan),
) -> Passing:
    """Every measure of a standard's tests with its limit and the chance of meeting it.

    `fronts` [4, draw] replaces the drawn structures, for a design that differs from the vehicle; `size_m` is width and height, for rollover.
    """
    from roadworthy.data import table

    if standard not in STANDARDS:
        raise unknown("test", standard, STANDARDS)
    if float(record.crush_m.value) <= 0.0:
        raise InputError(f"{record.id} has no length to crush", "state crush_length above 0", code="crash.crush_m", where=record.id)
    rows = [row for row in table("crash/barrier_tests").iter_rows(named=True) if row["test"].startswith(STANDARDS[standard])]
    tests, limits = [], []
    for row in rows:
        readings = drawn_readings(record, row, fronts)
        chances, met, counted = [], np.ones(DRAWS), 0
        for limit in limits_of((row["test"],)):
            chance, share = _chance(row, limit, readings, str(record.restraint.value))
            chances.append(chance)
            if share is not None and not chance.at_least:
                met, counted = met * share, counted + 1
        limits += chances
        p_ais3 = float(np.median(readings["p_ais3"])) if readings else float("nan")
        tests.append(
            {
                "test": row["test"],
                "what": row["source"],
                "dummy": row["dummy"],
                "speed_mps": row["speed_mps"],
                "p_pass": float(met.mean()) if counted else None,
                "known": counted,
                "limits": len(chances),
                "p_ais3": _plain(p_ais3),
                "stars": injury.stars(p_ais3) if readings and row["programme"] == "ncap" else None,
                "reason": why_not(row, str(record.restraint.value)),
            }
        )
    statistical = side_rows(float(record.mass_kg.value), rows)
    if standard == STARS:
        statistical.append(rollover_row(*size_m))
    called, fitting = name or record.id, str(record.restraint.value)
    return Passing(record.id, called, standard, tuple(tests), tuple(limits), tuple(statistical), DRAWS, record.row, fitting)


def _chance(row: Mapping[str, Any], limit: Mapping[str, Any], readings: Mapping[str, np.ndarray], restraint: str) -> tuple[Chance, Any]:
    from scipy.special import ndtr

    quantity, bound = limit["quantity"], float(limit["bound"])
    head = (row["test"], limit["limit_id"], quantity, limit["unit"], bound)
    values = readings.get(quantity)
    if values is None or np.isnan(values).any():
        why = why_not(row, restraint) or WHY_UNKNOWN.get(quantity) or f"the model makes no {quantity.replace('_', ' ')} of this test"
        nothing = float("nan")
        return Chance(*head, nothing, nothing, nothing, nothing, "unknown", why, limit["citation"]), None
    own = np.maximum(values / float(limit["si_factor"]), 1e-9)
    spread = LINK_SCATTER.get(quantity) or scatter()[SCATTER_OF[quantity]]
    share = ndtr((math.log(bound) - np.log(own)) / spread)
    seen = np.log(own)[:, None] + spread * _normals()[:, 5][None, ::8]
    low, median, high = np.exp(np.quantile(seen, [0.1, 0.5, 0.9]))
    return Chance(
        *head, float(median), float(low), float(high), float(share.mean()), "assumed", "", limit["citation"], quantity in BOUNDS
    ), share
