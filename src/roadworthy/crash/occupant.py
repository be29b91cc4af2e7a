"""What does the restraint do to chest and head while the cabin slows?

Chest and head are unit masses that move by z relative to the cabin, z'' = F / m - r, held by a belt with a load limit and, past their
free travel, by wheel or panel: r = min(k (z - s)+, a_L) + k2 (z - s - a_L / k)+ + k_b (z - Z_i)+. Intrusion eats free travel.
Limits: two independent masses, no head contact model, mid-size male; all restraint rows and link formulas are assumed round numbers
that give values like those of consumer tests. References: 14 NHTSA 56 km/h tests (chest 32-53 g) for orientation.
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import unknown
from roadworthy.core.units import GRAVITY

PARTS = ("chest", "head")
TRAVEL_LOST = 0.7
"""Free travel lost per metre of intrusion (assumed)."""
LEAST_TRAVEL_M = 0.06
"""Free travel that remains whatever the intrusion (assumed)."""
RELEASE = 0.25
"""Restraint force in rebound, as a share of that in loading (assumed)."""
HELD_S = 3e-3
"""Duration for which the chest level must be held (49 CFR 571.208 S6.3)."""
HIC_WINDOWS_S = (3e-3, 6e-3, 9e-3, 12e-3, 15e-3)
HIC36_WINDOWS_S = (*HIC_WINDOWS_S, 18e-3, 21e-3, 24e-3, 27e-3, 30e-3, 33e-3, 36e-3)
"""Windows of the criterion as tests before 2000 took it."""
HIC_POWER = 2.5

DEFLECTION_FREE_M = 0.10
FEMUR_FREE_M = 0.05
"""Intrusion that neither chest nor knee feels (assumed)."""


class Links(eqx.Module):
    """What ties deflection, neck and femur of a dummy to what its two masses feel, and how the restraint meets it (table crash/dummies)."""

    deflection_mm_per_g: float
    deflection_mm_per_m: float
    nij_base: float
    nij_per_g: float
    femur_base_kN: float
    femur_kN_per_g: float
    femur_kN_per_m: float
    restraint_factor: float
    """Restraint acceleration over that of the mid-size male: the same belt holds a lighter body."""
    travel_less_m: float
    """Free travel less than that of the mid-size male, who sits farther back."""
    head_kg: float
    """Mass of the dummy's head. [kg]"""


@lru_cache(maxsize=4)
def links(dummy: str = "50M") -> Links:
    """The links of a dummy, `50M` or `5F`; all assumed."""
    from roadworthy.data import table

    rows = {row["dummy"]: row for row in table("crash/dummies").iter_rows(named=True)}
    if dummy not in rows:
        raise unknown("dummy", dummy, rows)
    return Links(**{name: rows[dummy][name] for name in Links.__dataclass_fields__})


def fitted_to(row: Restraint, links: Links, travel_lost_m: Float[Array, " *sides"]) -> Restraint:
    """A restraint [side, part, lane] as a dummy meets it in a cabin with less room; `travel_lost_m` is [side, lane]."""
    travel = jnp.maximum(row.travel_m - links.travel_less_m - travel_lost_m[:, None], LEAST_TRAVEL_M)
    stiffer = tuple(getattr(row, name) * links.restraint_factor for name in ("stiffness_per_s2", "limit_mps2", "second_per_s2"))
    return Restraint(*jnp.broadcast_arrays(row.slack_m, *stiffer, travel, row.stop_per_s2))


class Restraint(eqx.Module):
    """Belt, air bag and what lies behind them, for chest and head: [part, *batch]."""

    slack_m: Float[Array, " *rows"]
    stiffness_per_s2: Float[Array, " *rows"]
    limit_mps2: Float[Array, " *rows"]
    second_per_s2: Float[Array, " *rows"]
    travel_m: Float[Array, " *rows"]
    stop_per_s2: Float[Array, " *rows"]


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Known restraints."""
    from roadworthy.data import table

    return tuple(dict.fromkeys(table("crash/restraints")["restraint"]))


@lru_cache(maxsize=16)
def _rows(name: str) -> tuple[np.ndarray, bool]:
    from roadworthy.data import table

    rows = table("crash/restraints")
    if name not in names():
        raise unknown("restraint", name, names())
    columns = ("slack_m", "stiffness_per_s2", "limit_mps2", "second_per_s2", "travel_m", "stop_per_s2")
    found = {row["part"]: row for row in rows.iter_rows(named=True) if row["restraint"] == name}
    values = np.array([[found[part][column] for part in PARTS] for column in columns], dtype=float)
    return values, found["head"]["stand_in"] == "yes"


def restraint(name: str) -> Restraint:
    """A restraint by name: `modern`, `belt_1990s` or `unbelted_bag`."""
    values, _ = _rows(name)
    return Restraint(*(jnp.asarray(row) for row in values))


def head_known(name: str) -> bool:
    """Whether the restraint has a head row of its own; without one HIC and Nij stay unknown."""
    return not _rows(name)[1]


def resistance(
    row: Restraint, z_m: Float[Array, " *lanes"], rate_mps: Float[Array, " *lanes"], intrusion_m: Float[Array, " *sides"]
) -> Float[Array, " *lanes"]:
    """Restraint acceleration at a displacement and rate relative to the cabin, a quarter of it once the occupant moves back. [m/s2]"""
    stretch = jnp.maximum(z_m - row.slack_m, 0.0)
    belt = jnp.minimum(row.stiffness_per_s2 * stretch, row.limit_mps2)
    bag = row.second_per_s2 * jnp.maximum(stretch - row.limit_mps2 / row.stiffness_per_s2, 0.0)
    travel = jnp.maximum(row.travel_m - TRAVEL_LOST * intrusion_m, LEAST_TRAVEL_M)
    stop = row.stop_per_s2 * jnp.maximum(z_m - travel, 0.0)
    return (belt + bag + stop) * jnp.where(rate_mps < 0.0, RELEASE, 1.0)


def held_level(series_g: Float[Array, " time *lanes"], dt_s: float) -> Float[Array, " *lanes"]:
    """Highest level held for 3 ms, from a regular series of which each value lasts one step. [g]"""
    width = max(round(HELD_S / dt_s), 1)
    steps = series_g.shape[0] - width + 1
    least = series_g[:steps]
    for shift in range(1, width):
        least = jnp.minimum(least, series_g[shift : shift + steps])
    return jnp.max(least, axis=0)


def hic15(integral_gs: Float[Array, " time *lanes"], dt_s: float, windows_s: tuple[float, ...] = HIC_WINDOWS_S) -> Float[Array, " *lanes"]:
    """Head injury criterion from the running integral of head acceleration: max over windows w of (mean g)^2.5 w.

    Windows of 3, 6, 9, 12 and 15 ms only; `HIC36_WINDOWS_S` gives the criterion of tests before 2000. [s g^2.5]
    """
    best = jnp.zeros_like(integral_gs[0])
    for window in windows_s:
        width = max(round(window / dt_s), 1)
        gain = jnp.max(integral_gs[width:] - integral_gs[:-width], axis=0) / (width * dt_s)
        positive = gain > 0.0
        best = jnp.maximum(best, jnp.where(positive, jnp.where(positive, gain, 1.0) ** HIC_POWER * (width * dt_s), 0.0))
    return best


def deflection_mm(chest_g: Float[Array, " *lanes"], intrusion_m: Float[Array, " *lanes"], link: Links) -> Float[Array, " *lanes"]:
    """Chest deflection from chest g and intrusion (assumed link). [mm]"""
    return link.deflection_mm_per_g * chest_g + link.deflection_mm_per_m * jnp.maximum(intrusion_m - DEFLECTION_FREE_M, 0.0)


def neck_nij(head_peak_g: Float[Array, " *lanes"], link: Links) -> Float[Array, " *lanes"]:
    """Nij from peak head g (assumed link)."""
    return link.nij_base + link.nij_per_g * head_peak_g


def neck_tension_most_N(head_peak_g: Float[Array, " *lanes"], link: Links) -> Float[Array, " *lanes"]:
    """The most that the neck can carry if no bag helps to slow the head: its mass times its deceleration. [N]"""
    return link.head_kg * GRAVITY * head_peak_g


def femur_kN(chest_g: Float[Array, " *lanes"], intrusion_m: Float[Array, " *lanes"], link: Links) -> Float[Array, " *lanes"]:
    """Femur force from chest g and intrusion (assumed link). [kN]"""
    return link.femur_base_kN + link.femur_kN_per_g * chest_g + link.femur_kN_per_m * jnp.maximum(intrusion_m - FEMUR_FREE_M, 0.0)


def in_g(acceleration_mps2: Float[Array, " *lanes"]) -> Float[Array, " *lanes"]:
    """Acceleration as a multiple of standard gravity."""
    return acceleration_mps2 / GRAVITY
