"""The government's own accounting of mass and safety, shown beside ours and never mixed in.

deaths% = beta (reference - mass) / 100 lb at fixed footprint, beta by body and side of a threshold.
Limits: fitted on US cars; a kei lies far outside in mass and in footprint, so its row is an extrapolation.
Reference: NHTSA, 2024-26 CAFE final rule, safety coefficients (facts/fleet/mass_safety).
"""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core import InputError, unknown
from roadworthy.core.units import POUND_KG
from roadworthy.data import table

STEP_KG = 100.0 * POUND_KG
FITTED_LB = 2200.0
"""Below about the lightest US car of the fit a result is an extrapolation (assumed)."""


@dataclass(frozen=True, slots=True)
class MassEffect:
    """Change of societal deaths per mile against the threshold mass of the same footprint, as shares."""

    linear: float
    compounded: float
    extrapolated: bool


def official_mass_effect(mass_kg: float, body: str = "car") -> MassEffect:
    """What the official coefficients say of a vehicle lighter (or heavier) than the threshold of its body."""
    if not mass_kg > 0.0:
        raise InputError(f"mass {mass_kg} kg is not above zero", "give the curb mass in kilograms", code="fleet.mass")
    rows = {row["body"]: row for row in table("fleet/mass_safety").iter_rows(named=True)}
    if body not in rows:
        raise unknown("body", body, rows)
    row = rows[body]
    steps = (row["threshold_lb"] * POUND_KG - mass_kg) / STEP_KG
    beta = (row["below_percent_per_100_lb"] if steps > 0.0 else row["above_percent_per_100_lb"]) / 100.0
    return MassEffect(beta * steps, (1.0 + beta) ** steps - 1.0, mass_kg < FITTED_LB * POUND_KG)
