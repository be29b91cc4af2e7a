"""What happens to a vehicle, and to the others, against every kind of vehicle it will meet, by closing speed?

One batch of collisions [partner, speed]: the vehicle against its own kind, against the mean car, sport utility, pickup and heavy truck of
the road, and against any named vehicle. Beside each speed stands the share of two-vehicle crashes that close at least so fast.
Limits: as `collide`; a heavy truck is a moving wall, and of its driver nothing is said. References: docs/rooms/crash.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from roadworthy.core.axes import PARTNERS
from roadworthy.core.units import MPH
from roadworthy.crash import field
from roadworthy.crash.collide import OFFSET_OVERLAP, Collision, collide
from roadworthy.crash.defaults import StructureRecord, partner_structures, structure_of
from roadworthy.crash.structure import Structure

SPEEDS_MPS = tuple(mph * MPH for mph in (20.0, 35.0, 50.0, 60.0, 70.0, 80.0))
WORDS = {"car": "mean car", "cuv_suv": "mean SUV or van", "pickup": "mean pickup", "heavy": "heavy truck"}
READINGS = ("delta_v_mps", "crush_m", "intrusion_m", "chest_g", "hic15", "p_ais3", "p_fatal_field")
MODERN = "modern"


@dataclass(frozen=True, slots=True)
class Met:
    """A partner: its structure, what its driver wears and what its cabin leaves."""

    id: str
    name: str
    structure: Structure
    restraint: str = MODERN
    travel_lost_m: float = 0.0

    @classmethod
    def of(cls, record: StructureRecord, name: str = "") -> Met:
        """A partner from the record of a vehicle."""
        return cls(record.id, name or record.id, structure_of(record), str(record.restraint.value), float(record.travel_lost_m.value))


def partners() -> tuple[Met, ...]:
    """The four partners of the road, in the order of `axes.PARTNERS`."""
    every = partner_structures()
    return tuple(Met(key, WORDS.get(key, key), every.row(i)) for i, key in enumerate(PARTNERS))


def meet_all(own: Met, others: Sequence[Met], speeds_mps: Sequence[float] = SPEEDS_MPS, overlap: float = OFFSET_OVERLAP) -> list[Collision]:
    """`own` against every partner at every closing speed: one collision batch [partner, speed] per restraint among the partners."""
    speed = np.asarray(speeds_mps, dtype=float)
    found: dict[int, Collision] = {}
    for worn in dict.fromkeys(other.restraint for other in others):
        chosen = [i for i, other in enumerate(others) if other.restraint == worn]
        fields = ("mass_kg", "crush_m", "reserve", "strength")
        column = Structure.of(*(np.array([float(getattr(others[i].structure, f)) for i in chosen])[:, None] for f in fields))
        lost = (own.travel_lost_m, np.array([others[i].travel_lost_m for i in chosen])[:, None])
        met = collide(own.structure, column, speed[None], overlap, (own.restraint, worn), travel_lost_m=lost)
        for row, i in enumerate(chosen):
            found[i] = _row(met, row)
    return [found[i] for i in range(len(others))]


def _row(met: Collision, row: int) -> Collision:
    import jax

    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[row] if jnp.ndim(leaf) == 2 else leaf, met)


def table_of(
    record: StructureRecord,
    name: str = "",
    named: Sequence[Met] = (),
    speeds_mps: Sequence[float] = SPEEDS_MPS,
    overlap: float = OFFSET_OVERLAP,
) -> dict[str, Any]:
    """The table of a vehicle against every partner class by speed, both sides, as plain values."""
    own = Met.of(record, name)
    others = [Met(own.id, "its own kind", own.structure, own.restraint, own.travel_lost_m), *partners(), *named]
    scale = float(field.parameter("closing_scale_mps").value)
    rows = []
    for other, met in zip(others, meet_all(own, others, speeds_mps, overlap), strict=True):
        heavy = other.id == "heavy"
        sides = {"own": met.first, "other": met.second}
        rows.append(
            {
                "partner": other.id,
                "name": other.name,
                "mass_kg": None if heavy else float(other.structure.mass_kg),
                **{
                    side: {reading: None if heavy and side == "other" else _numbers(getattr(found, reading)) for reading in READINGS}
                    for side, found in sides.items()
                },
                "extrapolated": [bool(x) for x in np.asarray(met.extrapolated)],
            }
        )
    return {
        "id": own.id,
        "name": own.name,
        "mass_kg": float(own.structure.mass_kg),
        "overlap": float(overlap),
        "closing_mps": [float(v) for v in speeds_mps],
        "share_at_or_above": [float(field.share_at_or_above(v, scale)) for v in speeds_mps],
        "partners": rows,
        "status": "assumed",
    }


def _numbers(values: Any) -> list[float | None]:
    return [float(x) if np.isfinite(x) else None for x in np.asarray(values, dtype=float)]
