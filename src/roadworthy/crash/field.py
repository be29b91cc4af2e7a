"""How likely is death in the field at a given delta-v (layer 3)?

P = 1 - exp(-((dv + kappa i) / V0)^k): a power law of delta-v, with cabin intrusion i counted as added delta-v. V0 and k are fitted on
NASS CDS 1997-2002 by restraint and direction (table crash/field_risk); the only layer that may feed death counts.
Limits: cars of 1997-2002; five delta-v classes; side impact only by its own statistical curve; a mixture of ages.
References: NASS CDS via the DAAG data set; Joksch 1993 (fourth power); Evans 1993 (slope 2.7-4.3 in mass ratio).
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike, Float

from roadworthy.core import Cited, unknown
from roadworthy.crash.injury import REFERENCE_AGE_YR

AGE_KNEE_YR = 65.0
"""Age past which risk rises faster (FARS)."""
AGE_SLOPE = 0.018
"""Rise of log risk per year of age up to 65 (measured, FARS)."""
AGE_SLOPE_OLD = 0.10
"""Rise past 65 (measured, FARS: 0.018 + 0.085, rounded)."""


class FieldCurve(eqx.Module):
    """Scale and exponent of the power law."""

    v0_mps: float
    k: float


@lru_cache(maxsize=1)
def subsets() -> tuple[str, ...]:
    """Names of the fitted subsets."""
    from roadworthy.data import table

    return tuple(table("crash/field_risk")["subset"])


@lru_cache(maxsize=16)
def field_curve(subset: str) -> FieldCurve:
    """The fitted curve of a subset, such as `frontal_belted`."""
    from roadworthy.data import table

    if subset not in subsets():
        raise unknown("field curve", subset, subsets())
    row = next(r for r in table("crash/field_risk").iter_rows(named=True) if r["subset"] == subset)
    return FieldCurve(v0_mps=row["v0_mps"], k=row["k"])


@lru_cache(maxsize=32)
def parameter(name: str) -> Cited:
    """A scalar of crash physics by name, with its source and status (table crash/parameters)."""
    from roadworthy.data import table

    rows = {row["name"]: row for row in table("crash/parameters").iter_rows(named=True)}
    if name not in rows:
        raise unknown("crash parameter", name, rows)
    row = rows[name]
    return Cited(value=row["value"], unit=row["unit"], source=row["source"], status=row["status"])


def fatality(
    delta_v_mps: Float[Array, " *batch"], intrusion_m: Float[Array, " *batch"], v0_mps: ArrayLike, k: ArrayLike, kappa_per_s: ArrayLike
) -> Float[Array, " *batch"]:
    """P(death) of a front occupant; 0 at rest, with finite gradients there."""
    severity = (delta_v_mps + jnp.asarray(kappa_per_s) * intrusion_m) / jnp.asarray(v0_mps)
    moving = severity > 0.0
    hazard = jnp.exp(jnp.asarray(k) * jnp.log(jnp.where(moving, severity, 1.0)))
    return jnp.where(moving, -jnp.expm1(-hazard), 0.0)


def age_factor(age_yr: ArrayLike) -> Float[Array, " *batch"]:
    """Fatality risk relative to an occupant of 35 years: e^(0.018) a year, e^(0.10) a year past 65."""
    age = jnp.asarray(age_yr, jnp.float64)
    young = jnp.minimum(age, AGE_KNEE_YR) - REFERENCE_AGE_YR
    return jnp.exp(AGE_SLOPE * young + AGE_SLOPE_OLD * jnp.maximum(age - AGE_KNEE_YR, 0.0))


def share_at_or_above(closing_mps: ArrayLike, scale_mps: ArrayLike) -> Float[Array, " *batch"]:
    """Share of two-vehicle crashes at or above a closing speed, from the exponential density (the severity weight of a scenario)."""
    return jnp.exp(-jnp.asarray(closing_mps) / jnp.asarray(scale_mps))
