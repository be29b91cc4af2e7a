"""How much likelier is the driver of the lighter vehicle to be the one killed, in the field and in the model?

In two-vehicle crashes in which exactly one driver died, logit P(first killed) = u ln(m2 / m1) + b_y (year2 - year1) / 10 + b_a (age1 - age2)
/ 10 + b_o (old1 - old2), old = decades past 65. No constant: which vehicle is first means nothing. In the model, the same odds of a meeting
of masses m1 and m2 are the ratio of the two drivers' risks in the kernel, and its slope is u.
Limits: FARS of the bundled table names no model, so mass is the MY2022 mean of the make, with body type, price and drivers confounded in it;
u says "above 3, not smaller today", never a calibration. References: FARS 2005-2020; Evans and Frick 1993 (2.7-4.3 unbelted).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.crash.field import FieldCurve, parameter
from roadworthy.crash.kernel import CrashAssumptions, field_kernel
from roadworthy.crash.structure import Structure

ITERATIONS = 30
NORMAL_95 = 1.96
CHART_KG, CHART_CRUSH_M, CHART_RESERVE, CHART_STRENGTH, CHART_TO = 1650.0, 0.63, 1.15, 1.20, 1.4
"""The design's midsize car, and the greatest mass ratio of the chart."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A fitted slope with its standard error, and how many crashes it rests on."""

    u: float
    error: float
    crashes: int
    rest: tuple[float, ...]
    """The other coefficients, in the order given."""

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval by the standard error alone; confounding is not in it."""
        return self.u - NORMAL_95 * self.error, self.u + NORMAL_95 * self.error


def fit_slope(columns: np.ndarray, first_killed: np.ndarray) -> Slope:
    """Logistic regression without a constant by Newton's method; the first column is ln(m2 / m1). [crash, column], [crash]"""
    beta = np.zeros(columns.shape[1])
    for _ in range(ITERATIONS):
        p = 1.0 / (1.0 + np.exp(-(columns @ beta)))
        bend = (columns * (p * (1.0 - p))[:, None]).T @ columns
        step = np.linalg.solve(bend, columns.T @ (first_killed - p))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return Slope(float(beta[0]), float(np.sqrt(np.linalg.inv(bend)[0, 0])), len(first_killed), tuple(float(b) for b in beta[1:]))


_kernel = jax.jit(field_kernel)


def model_odds(light: Structure, heavy: Structure, curve: FieldCurve, kappa_per_s: float | None = None) -> np.ndarray:
    """Risk of the first driver over that of the second, for pairs of structures [n] in field head-ons by the kernel."""
    one, none = jnp.asarray(1.0), jnp.asarray(0.0)
    value = {name: jnp.asarray(parameter(name).value, jnp.float64) for name in ("kappa_per_s", "closing_scale_mps", "overlap_field")}
    kappa = value["kappa_per_s"] if kappa_per_s is None else jnp.asarray(kappa_per_s)
    a = CrashAssumptions(
        jnp.asarray(curve.k), jnp.asarray(curve.v0_mps), kappa, value["closing_scale_mps"], value["overlap_field"],
        one, none, one, one, one, one, one,
    )  # fmt: skip
    found = _kernel(light, heavy, jnp.ones(1), a, jnp.zeros(light.shape, dtype=bool), jnp.zeros(light.shape))
    return np.asarray(jnp.diagonal(found.own[..., 0]) / jnp.diagonal(found.partner[..., 0]))


def model_slope(curve: FieldCurve, kappa_per_s: float | None = None) -> float:
    """Slope of ln odds in ln mass ratio between the vehicles of the fleet: cars and sport utilities against one another and pickups."""
    from roadworthy.crash.defaults import class_structures

    fleet = class_structures()
    pairs = [(i, j) for i in range(4) for j in range(4) if i < j]
    light, heavy = (jax.tree.map(lambda leaf, at=at: leaf[np.array([p[at] for p in pairs])], fleet) for at in (0, 1))
    odds = np.log(model_odds(light, heavy, curve, kappa_per_s))
    ratio = np.log(np.asarray(heavy.mass_kg) / np.asarray(light.mass_kg))
    return float((odds @ ratio) / (ratio @ ratio))


def odds_rows() -> list[dict[str, float | str]]:
    """Odds that the lighter vehicle's driver is the one killed, by mass ratio, head-on: FARS bins with 95 % bounds of sampling
    alone, and the model for belted and unbelted.
    """
    from roadworthy.crash.field import field_curve
    from roadworthy.data import table

    bins = [row for row in table("crash/mass_ratio").iter_rows(named=True) if row["kind"] == "odds"]
    rows: list[dict[str, float | str]] = [
        {"who": "FARS", "ratio": row["ratio"], "odds": row["value"]}
        | {end: row["value"] * float(np.exp(sign * NORMAL_95 * row["error"])) for end, sign in (("odds_low", -1.0), ("odds_high", 1.0))}
        for row in bins
    ]
    ratios = np.linspace(1.0, CHART_TO, 9)
    light = Structure.of(np.full(ratios.size, CHART_KG), CHART_CRUSH_M, CHART_RESERVE, CHART_STRENGTH)
    heavy = Structure.of(CHART_KG * ratios, CHART_CRUSH_M, CHART_RESERVE, CHART_STRENGTH)
    for who, subset in (("model, belted", "frontal_belted"), ("model, unbelted", "frontal_unbelted")):
        odds = model_odds(light, heavy, field_curve(subset))
        rows += [{"who": who, "ratio": float(ratio), "odds": float(o)} for ratio, o in zip(ratios, odds, strict=True)]
    return rows
