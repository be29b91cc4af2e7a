"""Everything the physics says of a batch of vehicles, as one pure function of arrays.

`figures(car, schedule)` follows every cycle, launches every car empty and loaded, from rest and from ramp speeds, and makes the
label. It is jitted by `rate` and `grid`, differentiable in every number of `Car`, and never fails: what cannot be done is a result.
Limits: those of `follow`, `launch` and `label`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.units import FOOT_M, MILE_M, MPH
from roadworthy.data import table

from . import label
from .car import Car
from .cycles import Schedule
from .follow import Totals, follow
from .launch import QUARTER_MILE_M, SPEED_MARKS, Launch, grade_held, launch, top_speed
from .parameters import Parameters

GRADE_SPEEDS_MPS = (55 * MPH, 65 * MPH, 70 * MPH)
MARKS = tuple(SPEED_MARKS)


@dataclass(frozen=True, slots=True)
class Lane:
    """An acceleration lane: design speed of the highway, speed at its start, length."""

    design_mps: float
    start_mps: float
    length_m: float


@lru_cache(maxsize=1)
def lanes() -> tuple[Lane, ...]:
    """Acceleration lanes of the design guide (assumed; table `energy/lanes`)."""
    rows = table("energy/lanes").iter_rows(named=True)
    return tuple(Lane(r["design_speed_mph"] * MPH, r["start_speed_mph"] * MPH, r["length_ft"] * FOOT_M) for r in rows)


class Label(eqx.Module):
    """US label and the unadjusted values behind it, miles per gallon or its electric equivalent."""

    ftp_mpg: Float[Array, " n"]
    hfet_mpg: Float[Array, " n"]
    city_mpg: Float[Array, " n"]
    hwy_mpg: Float[Array, " n"]
    combined_mpg: Float[Array, " n"]
    combined_J_per_m: Float[Array, " n"]
    """Tank or wall energy per metre behind the combined label: the real-world figure that other rooms use."""


class Figures(eqx.Module):
    """Results for n vehicles; c cycles, k lanes."""

    consumption_J_per_m: Float[Array, "c n"]
    """As each procedure counts it: FTP weights for UDDS, cold WLTC, JC08 a quarter cold, others hot."""
    hot_J_per_m: Float[Array, "c n"]
    cold_J_per_m: Float[Array, "c n"]
    missed_s: Float[Array, "c n"]
    missed_m: Float[Array, "c n"]
    deficit_mps: Float[Array, "c n"]
    label: Label
    empty: Launch
    loaded: Launch
    lane_empty_mps: Float[Array, "k n"]
    lane_loaded_mps: Float[Array, "k n"]
    top_mps: Float[Array, " n"]
    """By power alone, flat, lightly laden."""
    top_grade_mps: Float[Array, " n"]
    top_grade_loaded_mps: Float[Array, " n"]
    grade: Float[Array, "3 n"]
    """Steepest grade held at 55, 65 and 70 mph."""


def joules_per_gallon(car: Car, p: Parameters) -> Float[Array, " n"]:
    """Energy of a gallon of the vehicle's fuel; gasoline's for electric vehicles, by the definition of mpge."""
    return p.gasoline_J_per_gal + (p.diesel_J_per_gal - p.gasoline_J_per_gal) * car.diesel


def economy(consumption_J_per_m: Float[Array, " *n"], gallon_J: Float[Array, " *n"]) -> Float[Array, " *n"]:
    """Miles per gallon of an energy per metre."""
    return gallon_J / consumption_J_per_m / MILE_M


def per_cycle(totals: Totals, schedule: Schedule, p: Parameters) -> tuple[Float[Array, "c n"], Float[Array, "c n"], Float[Array, "c n"]]:
    """Consumption of each cycle per metre driven: as its procedure counts it, hot, and cold. [J/m]"""
    counted, hot, cold = [], [], []
    for name in schedule.cycles:
        rows = np.asarray([i for i, n in enumerate(schedule.names) if n == name])
        metres = jnp.maximum(totals.distance_m[rows].sum(0), 1.0)
        warm = totals.hot_J[rows].sum(0) / metres
        extra = totals.cold_J[rows] / metres
        # the second bag of the FTP is measured once, after the cold start, and counts in both halves of the test
        whole = {"UDDS": 1.0, "JC08": p.cold_jc08}.get(name, 1.0 if name in COLD else 0.0)
        bags = np.array([FTP_SHARES[schedule.labels[i]] if name == "UDDS" else 1.0 for i in rows])
        counted.append(warm + whole * (jnp.asarray(bags, warm.dtype)[:, None] * extra).sum(0))
        hot.append(warm)
        cold.append(warm + extra.sum(0))
    return jnp.stack(counted), jnp.stack(hot), jnp.stack(cold)


FTP_SHARES = {"bag1": label.FTP_COLD, "bag2": 1.0}
"""How much of the cold start's extra in each bag counts: bag 1 against bag 3, bag 2 in full."""
COLD = ("WLTCJ", "WLTC3a", "WLTC3b")
"""Cycles counted from a cold start alone."""


def us_label(
    ftp_J_per_m: Float[Array, " n"], hfet_J_per_m: Float[Array, " n"], car: Car, p: Parameters, year: Float[Array, " n"] | float
) -> Label:
    """The US label from the two unadjusted consumptions, in the form of the given model year."""
    gallon = joules_per_gallon(car, p)
    F, H = economy(ftp_J_per_m, gallon), economy(hfet_J_per_m, gallon)
    city, hwy = label.derived(F, H, year)
    plug = car.electric > 0.5
    city = jnp.where(plug, label.electric(F, p), city)
    hwy = jnp.where(plug, label.electric(H, p), hwy)
    both = label.combined(city, hwy)
    return Label(F, H, city, hwy, both, gallon / both / MILE_M)


def figures(
    car: Car,
    schedule: Schedule,
    p: Parameters,
    year: Float[Array, " n"] | float,
    ways: tuple[Lane, ...] | None = None,
    *,
    engines: bool = True,
    electrics: bool = True,
    hybrids: bool = False,
) -> Figures:
    """All results for a batch. `schedule` must hold UDDS and HWFET; `year` chooses the form of the label; `ways` are the lanes."""
    totals = follow(car, schedule, p, engines=engines, electrics=electrics, hybrids=hybrids)
    counted, hot, cold = per_cycle(totals, schedule, p)
    names = schedule.cycles

    def by_cycle(rows: Float[Array, "p n"], largest: bool = False) -> Float[Array, "c n"]:
        groups = [rows[np.asarray([i for i, n in enumerate(schedule.names) if n == name])] for name in names]
        return jnp.stack([g.max(0) if largest else g.sum(0) for g in groups])

    n = car.power_W.shape[0]
    ways = lanes() if ways is None else ways
    starts = tuple(dict.fromkeys((0.0, *(w.start_mps for w in ways))))
    states = [(car.test_kg, s) for s in starts] + [(car.loaded_kg, s) for s in starts]
    wide = jax.tree.map(lambda x: jnp.concatenate([x] * len(states)), car)
    run = launch(
        wide,
        jnp.concatenate([m for m, _ in states]),
        jnp.concatenate([jnp.full(n, s, car.power_W.dtype) for _, s in states]),
        jnp.asarray([SPEED_MARKS[m] for m in MARKS], car.power_W.dtype),
        jnp.asarray([QUARTER_MILE_M] + [w.length_m for w in ways], car.power_W.dtype),
        p,
    )

    def state(i: int) -> Launch:
        return jax.tree.map(lambda x: x[..., i * n : (i + 1) * n], run)

    def lane_speeds(offset: int) -> Float[Array, "k n"]:
        return jnp.stack([state(offset + starts.index(w.start_mps)).speed_mps[1 + j] for j, w in enumerate(ways)])

    return Figures(
        consumption_J_per_m=counted,
        hot_J_per_m=hot,
        cold_J_per_m=cold,
        missed_s=by_cycle(totals.missed_s),
        missed_m=jnp.maximum(by_cycle(schedule.length_m[:, None].astype(totals.distance_m.dtype) - totals.distance_m), 0.0),
        deficit_mps=by_cycle(totals.deficit_mps, largest=True),
        label=us_label(counted[names.index("UDDS")], counted[names.index("HWFET")], car, p, year),
        empty=state(0),
        loaded=state(len(starts)),
        lane_empty_mps=lane_speeds(0),
        lane_loaded_mps=lane_speeds(len(starts)),
        top_mps=top_speed(car, car.test_kg, 0.0, p),
        top_grade_mps=top_speed(car, car.test_kg, p.pass_grade, p),
        top_grade_loaded_mps=top_speed(car, car.loaded_kg, p.pass_grade, p),
        grade=jnp.stack([grade_held(car, car.test_kg, v, p) for v in GRADE_SPEEDS_MPS]),
    )
