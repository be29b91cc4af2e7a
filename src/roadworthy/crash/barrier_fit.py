"""Which restraint do tested cars have, and how far is the wall model from a test it has not seen?

Fourteen NHTSA tests of about model year 2010 into a full wall at 56 km/h (table crash/cars_14) give chest g, HIC36 and femur force.
Three numbers are fitted to all cars together: the load limit of the chest, that of the head, and the femur force per g of the chest,

    minimise  sum_cars sum_readings [ln(model / test) / s]^2 + [ln(f) / 0.15]^2,   s = 0.15 chest, 0.35 HIC, 0.5 femur,

with f a factor on the default crush length of each car's class. Intervals come from 100 resamplings of the cars; the error on unseen cars
from leaving each out in turn. What is left after that is the scatter of tests about the model, used for chances of passing.
Limits: 14 cars of 1,190 to 2,000 kg, two of which share one test's values; no kei car, no cab-over, no small woman among them.
References: NHTSA frontal tests (ngay/kustats); Efron 1979 (bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.units import GRAVITY
from roadworthy.crash import occupant
from roadworthy.crash.motion import STEP_S, lanes, simulate
from roadworthy.crash.structure import WALL_SPEED_MPS, Structure, crush_curve

PARAMETERS = ("crush_factor", "chest_limit_g", "head_limit_g", "femur_kN_per_g")
READINGS = ("chest_g", "hic36", "femur_kN")
SPREAD = np.array([0.15, 0.35, 0.50])
"""Scale of the residuals in logarithms (assumed; weighs the three readings against each other)."""
CRUSH_PRIOR = 0.15
"""Spread of the factor on crush length (assumed): wall tests of dummies hardly tell it apart from the load limit."""
START = np.array([1.0, 36.0, 44.0, 0.02])
RESAMPLES = 100


@dataclass(frozen=True, slots=True)
class BarrierFit:
    """Fitted parameters, in the order of `PARAMETERS`, and what is left on cars left out."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    """5 and 95 % of the resamplings."""
    left_out: np.ndarray
    """ln(model / test) of each car [car, reading] by the fit without it."""


@jax.jit
def readings(at: Float[Array, " 4"], mass_kg: Float[Array, " car"], crush_m: Float[Array, " car"]) -> Float[Array, "3 car"]:
    """Chest g, HIC36 and femur kN of cars in the full wall at 56.3 km/h, for parameters in the order of `PARAMETERS`."""
    row = occupant.restraint("modern")
    fitted = eqx.tree_at(lambda r: r.limit_mps2, row, at[1:3] * GRAVITY)
    both = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf])[..., None], fitted)
    structure = Structure(mass_kg, crush_m * at[0], jnp.full_like(crush_m, 1.15), jnp.full_like(crush_m, 1.2))
    curve, wall = crush_curve(structure, 1.0), jnp.ones(mass_kg.shape, dtype=bool)
    pairs = lanes(curve, curve, jnp.stack([mass_kg, mass_kg]), jnp.full_like(mass_kg, WALL_SPEED_MPS), wall)
    motion, pulse = simulate(pairs, both, STEP_S, "float64", True)
    assert pulse is not None
    hic36 = occupant.hic15(jnp.cumsum(pulse.head_g[:, 0], axis=0) * STEP_S, STEP_S, occupant.HIC36_WINDOWS_S)
    femur = occupant.links().femur_base_kN + at[3] * motion.chest_g[0]
    return jnp.stack([motion.chest_g[0], hic36, femur])


@jax.jit
def residuals(
    at: Float[Array, " 4"],
    mass_kg: Float[Array, " car"],
    crush_m: Float[Array, " car"],
    tested: Float[Array, "3 car"],
    weight: Float[Array, " car"],
) -> Float[Array, " residual"]:
    """Weighted residuals of all cars, and of the prior on crush length."""
    off = (jnp.log(readings(at, mass_kg, crush_m)) - jnp.log(tested)) / SPREAD[:, None]
    return jnp.concatenate([(off * jnp.sqrt(weight)).ravel(), jnp.log(at[:1]) / CRUSH_PRIOR])


slopes = jax.jit(jax.jacfwd(residuals))


def solve(mass_kg: np.ndarray, crush_m: np.ndarray, tested: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The four parameters that fit weighted cars best."""
    from scipy.optimize import least_squares

    given = tuple(jnp.asarray(x) for x in (mass_kg, crush_m, tested, weight))
    found = least_squares(
        lambda x: np.asarray(residuals(jnp.asarray(x), *given)),
        START,
        jac=lambda x: np.asarray(slopes(jnp.asarray(x), *given)),
        bounds=([0.6, 15.0, 15.0, 0.0], [1.6, 80.0, 90.0, 0.2]),
        x_scale=START,
        xtol=1e-5,
        ftol=1e-6,
    )
    return np.asarray(found.x)


def cars() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Test mass [kg], default crush length [m] and readings [reading, car] of the fourteen cars."""
    from roadworthy.crash.defaults import class_row
    from roadworthy.data import table

    tested = table("crash/cars_14")
    curb = tested["curb_kg"].to_numpy()
    rows = [class_row("tested car", "us", "sedan", float(mass)) for mass in curb]
    mass = curb + np.array([row["load_kg"] for row in rows])
    return mass, np.array([row["crush_m"] for row in rows]), np.stack([tested[name].to_numpy() for name in READINGS])


def fit_barrier(resamples: int = RESAMPLES, seed: int = 1) -> BarrierFit:
    """Fit, intervals by resampling cars, and leave-one-out residuals."""
    mass, crush, tested = cars()
    count, draw = mass.size, np.random.default_rng(seed)
    value = solve(mass, crush, tested, np.ones(count))
    many = np.array(
        [solve(mass, crush, tested, np.bincount(draw.integers(0, count, count), minlength=count).astype(float)) for _ in range(resamples)]
    )
    low, high = np.quantile(many, [0.05, 0.95], axis=0) if resamples else (value, value)
    left_out = []
    for i in range(count):
        weight = np.ones(count)
        weight[i] = 0.0
        model = np.asarray(readings(jnp.asarray(solve(mass, crush, tested, weight)), jnp.asarray(mass), jnp.asarray(crush)))
        left_out.append(np.log(model[:, i] / tested[:, i]))
    return BarrierFit(value, low, high, np.array(left_out))


@lru_cache(maxsize=1)
def scatter() -> dict[str, float]:
    """Spread of ln(test / model) on cars left out, by reading (table crash/barrier_fit)."""
    from roadworthy.data import table

    return {row["name"]: row["value"] for row in table("crash/barrier_fit").iter_rows(named=True) if row["kind"] == "scatter"}
