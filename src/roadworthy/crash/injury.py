"""How likely is a serious injury at given dummy readings (layer 1)?

Risk curves of US NCAP for the Hybrid III mid-size male (50M) and small female (5F); AIS3+ for head, neck and chest, AIS2+ for the femur.
P_joint = 1 - prod(1 - p). Limits: these are test verdicts, not field risks: the Nij curve alone is 3.8 % at Nij = 0, about ten times
field data (SAE 2010-22-0004). Star cuts and weights are assumed.
References: table crash/injury_curves; NCAP 2011 frontal stars (relative risk to 15 %).
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core import unknown

BASELINE_RISK = 0.15
"""Fleet-average risk to which star ratings are relative (assumed)."""
STAR_CUTS = (0.67, 1.00, 1.33, 2.67)
"""Relative risk below which 5, 4, 3 and 2 stars are given (assumed)."""
OLD_STAR_CUTS = (0.10, 0.20, 0.35, 0.45)
"""Joint risk up to which a frontal test before 2011 gave 5, 4, 3 and 2 stars (published, secondary)."""
OVERALL_WEIGHTS = (5 / 12, 4 / 12, 3 / 12)
"""Front, side, rollover (assumed)."""
REFERENCE_AGE_YR = 35.0
"""Age at which the age-adjusted chest curve equals the plain one: (12.597 - 10.5456) / 0.05861."""


class Curves(eqx.Module):
    """Coefficients of one dummy's curves."""

    head_a: float
    head_b: float
    neck_a: float
    neck_b: float
    neck_force_a: float
    neck_force_b: float
    chest_a: float
    chest_age: float
    chest_b: float
    chest_power: float
    femur_a: float
    femur_b: float


class Risk(eqx.Module):
    """Risk by body region and jointly."""

    head: Float[Array, " *batch"]
    neck: Float[Array, " *batch"]
    chest: Float[Array, " *batch"]
    femur: Float[Array, " *batch"]
    joint: Float[Array, " *batch"]


DUMMIES = ("50M", "5F")


@lru_cache(maxsize=4)
def curves(dummy: str = "50M") -> Curves:
    """The curves of a dummy, from the table. The age slope was given for the male; it is used for the female too (assumed)."""
    from roadworthy.data import table

    if dummy not in DUMMIES:
        raise unknown("dummy", dummy, DUMMIES)
    rows = {(r["region"], r["dummy"], r["metric"]): r for r in table("crash/injury_curves").iter_rows(named=True)}
    both, this = "HIII 50M/5F", f"HIII {dummy}"
    head, neck = rows["head", both, "HIC15"], rows["neck", both, "Nij"]
    pull, chest = rows["neck", this, "tension or compression"], rows["chest", this, "deflection"]
    aged, femur = rows["chest", "HIII 50M age-adjusted", "deflection"], rows["femur", this, "axial force"]
    return Curves(
        head_a=head["a"],
        head_b=head["b"],
        neck_a=neck["a"],
        neck_b=neck["b"],
        neck_force_a=pull["a"],
        neck_force_b=pull["b"],
        chest_a=aged["a"],
        chest_age=aged["age_per_year"],
        chest_b=chest["b"],
        chest_power=chest["c"],
        femur_a=femur["a"],
        femur_b=femur["b"],
    )


def head(hic15: Float[Array, " *batch"], curve: Curves) -> Float[Array, " *batch"]:
    """P(AIS3+ head) = Phi((ln HIC15 - a) / b); 0 at HIC 0."""
    positive = hic15 > 0.0
    z = (jnp.log(jnp.where(positive, hic15, 1.0)) - curve.head_a) / curve.head_b
    return jnp.where(positive, jax.scipy.special.ndtr(z), 0.0)


def neck(nij: Float[Array, " *batch"], curve: Curves) -> Float[Array, " *batch"]:
    """P(AIS3+ neck) by Nij alone."""
    return jax.nn.sigmoid(curve.neck_b * nij - curve.neck_a)


def neck_by_force(force_kN: Float[Array, " *batch"], curve: Curves) -> Float[Array, " *batch"]:
    """P(AIS3+ neck) by tension or compression, for measured forces: the model makes none."""
    return jax.nn.sigmoid(curve.neck_force_b * force_kN - curve.neck_force_a)


def chest(deflection_mm: Float[Array, " *batch"], age_yr: Float[Array, " *batch"], curve: Curves) -> Float[Array, " *batch"]:
    """P(AIS3+ chest) by deflection and age; at 35 years the plain NCAP curve."""
    positive = deflection_mm > 0.0
    power = jnp.where(positive, jnp.where(positive, deflection_mm, 1.0) ** curve.chest_power, 0.0)
    return jax.nn.sigmoid(curve.chest_b * power + curve.chest_age * age_yr - curve.chest_a)


def femur(force_kN: Float[Array, " *batch"], curve: Curves) -> Float[Array, " *batch"]:
    """P(AIS2+ femur)."""
    return jax.nn.sigmoid(curve.femur_b * force_kN - curve.femur_a)


def joint(
    hic15: Float[Array, " *batch"],
    nij: Float[Array, " *batch"],
    deflection_mm: Float[Array, " *batch"],
    femur_kN: Float[Array, " *batch"],
    age_yr: Float[Array, " *batch"],
    curve: Curves,
) -> Risk:
    """Risk by region and the chance of at least one, taken as independent."""
    parts = (head(hic15, curve), neck(nij, curve), chest(deflection_mm, age_yr, curve), femur(femur_kN, curve))
    safe = jnp.ones_like(parts[0])
    for part in parts:
        safe = safe * (1.0 - part)
    return Risk(*parts, joint=1.0 - safe)


def stars(risk: float, *, before_2011: bool = False) -> int:
    """Stars of a joint risk: 5 is best."""
    if before_2011:
        return 5 - sum(risk > cut for cut in OLD_STAR_CUTS)
    return 5 - sum(risk / BASELINE_RISK >= cut for cut in STAR_CUTS)


def overall_stars(front_risk: float, side_risk: float, rollover_risk: float) -> int:
    """Overall stars from the three weighted relative risks."""
    return stars(sum(w * p for w, p in zip(OVERALL_WEIGHTS, (front_risk, side_risk, rollover_risk), strict=True)))


def rollover(static_stability: Float[Array, " *batch"], *, tip: bool = False) -> Float[Array, " *batch"]:
    """Rollover risk given a single-vehicle crash, from the static stability factor (assumed coefficients)."""
    base = ROLLOVER_TIP if tip else ROLLOVER_NO_TIP
    return jax.nn.sigmoid(-(base + ROLLOVER_SLOPE * jnp.log(static_stability - ROLLOVER_ORIGIN)))


ROLLOVER_NO_TIP, ROLLOVER_TIP, ROLLOVER_SLOPE, ROLLOVER_ORIGIN = 2.8891, 2.6968, 1.1686, 0.9
"""Coefficients of the NCAP rollover curve (assumed)."""
