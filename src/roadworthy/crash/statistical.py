"""What can be said of side impact and rollover without a structure: statistics, with their uncertainty in sight.

Side: a barrier of mass m_b at speed v gives the struck car dv = v m_b / (m + m_b), a pole the whole v; risk is the field curve of crashes that
are not frontal, P = 1 - exp(-(dv / V0)^k). Its spread joins the interval of k and the error of the curve on years it was not fitted on.
Rollover: SSF = T / (2 h), P = 1 / (1 + exp(a + b ln(SSF - 0.9))) given a single-vehicle crash; track T and height of mass h are shares of width
and height, both uncertain, because no public table gives them for a kei car.
Limits: no door, no pillar, no curtain bag: two cars of one mass are equally good here; near and far side are one. No verdict of FMVSS 214, R95
or R135 follows. References: NASS CDS 1997-2002 (crash/field_risk); US NCAP rollover (coefficients assumed); docs/rooms/crash.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from roadworthy.core import InputError
from roadworthy.crash import injury
from roadworthy.crash.field import fatality, field_curve, parameter

SUBSET = "other_belted"
HELD_OUT_SPREAD = 0.30
"""Root mean square of ln(predicted / observed) of the three delta-v classes of 2001-02 with 20 deaths or more (derived, `held`)."""
Z_80 = 1.2816
NORMAL_95 = 1.96
LEAST_MARGIN = 0.02
"""Stability is held this far above the 0.9 at which the curve ends."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A middle value with the bounds that hold 80 of 100."""

    low: float
    middle: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Plain numbers."""
        return {"low": self.low, "middle": self.middle, "high": self.high}


def struck_delta_v(mass_kg: float, striker_kg: float, speed_mps: float) -> float:
    """Speed change of a standing car struck by a barrier; a striker of no mass is a fixed pole. [m/s]"""
    if not mass_kg > 0.0:
        raise InputError(f"the mass is {mass_kg:g} kg", "give the mass as tested, above 0 kg", code="crash.mass_kg")
    return speed_mps * striker_kg / (striker_kg + mass_kg) if striker_kg > 0.0 else speed_mps


def struck_risk(delta_v_mps: float) -> Likely:
    """Chance that a belted front occupant dies in a crash that is not frontal at a delta-v, with its spread."""
    from roadworthy.data import table

    row = next(r for r in table("crash/field_risk").iter_rows(named=True) if r["subset"] == SUBSET)
    curve = field_curve(SUBSET)
    middle = float(fatality(jnp.asarray(delta_v_mps), jnp.asarray(0.0), curve.v0_mps, curve.k, 0.0))
    if middle <= 0.0:
        return Likely(0.0, 0.0, 0.0)
    by_exponent = abs(math.log(delta_v_mps / curve.v0_mps)) * (row["k_high"] - row["k_low"]) / (2.0 * NORMAL_95)
    factor = math.exp(Z_80 * math.hypot(by_exponent, HELD_OUT_SPREAD))
    hazard = -math.log1p(-middle)
    return Likely(-math.expm1(-hazard / factor), middle, -math.expm1(-hazard * factor))


def stability(width_m: float, height_m: float) -> Likely:
    """Static stability factor from outer sizes (assumed shares, with their spread). [-]"""
    if not (width_m > 0.0 and height_m > 0.0):
        raise InputError("width or height is not known", "give width and height of the vehicle", code="crash.size_unknown")
    track, centre = parameter("track_share"), parameter("centre_share")
    middle = float(track.value) * width_m / (2.0 * float(centre.value) * height_m)
    spread = math.exp(Z_80 * float(parameter("stability_spread").value))
    return Likely(middle / spread, middle, middle * spread)


def rollover_risk(width_m: float, height_m: float) -> Likely:
    """Chance of rolling over given a single-vehicle crash, by the stability that outer sizes suggest."""
    ssf = stability(width_m, height_m)
    risk = [float(injury.rollover(jnp.asarray(max(x, injury.ROLLOVER_ORIGIN + LEAST_MARGIN)))) for x in (ssf.high, ssf.middle, ssf.low)]
    return Likely(*risk)


def side_rows(mass_kg: float, tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For side tests among barrier-test rows: delta-v by momentum and the field risk at it, as plain values."""
    found = []
    for row in tests:
        pole = row["kind"] == "oblique_pole"
        if row["kind"] != "side_mdb" and not pole:
            continue
        dv = struck_delta_v(mass_kg, 0.0 if pole else float(row["striker_kg"]), float(row["speed_mps"]))
        found.append(
            {"what": "side", "test": row["test"], "delta_v_mps": dv, "p_fatal_field": struck_risk(dv).as_dict(), "status": "derived"}
        )
    return found


def rollover_row(width_m: float, height_m: float) -> dict[str, Any]:
    """Stability and rollover risk of a vehicle, as plain values; both null when its sizes are not known."""
    if not (np.isfinite(width_m) and np.isfinite(height_m)):
        return {"what": "rollover", "stability": None, "p_rollover": None, "status": "unknown"}
    both = {"stability": stability(width_m, height_m).as_dict(), "p_rollover": rollover_risk(width_m, height_m).as_dict()}
    return {"what": "rollover", **both, "status": "assumed"}
