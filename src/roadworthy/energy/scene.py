"""What the pictures of driving show: energy per part, one speed trace, and every car on the acceleration lane.

`scene(vehicle, comparators)` gives plain lists, JSON-able, from `flows` and `launch`. Limits: at most the vehicles that are asked for;
unknown vehicles are left out and named.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import equinox as eqx
import numpy as np

from roadworthy.core.units import MPH

from .adapter import inputs_of
from .car import EnergyInputs, padded
from .cycles import Cycle
from .figures import lanes
from .flows import PARTS, Trip, trip
from .grid import MERGE_DESIGN_MPS
from .launch import SPEED_MARKS, history
from .parameters import parameters

TRACE = "US06"
"""The cycle on which weak cars fall behind."""
FLOWS = ("UDDS", "HWFET")
BEYOND = 1.08
"""The road is drawn this much longer than the lane."""


@lru_cache(maxsize=1)
def _compiled() -> Any:
    return eqx.filter_jit(history)


def _flows(given: EnergyInputs, i: int, name: str) -> dict[str, Any]:
    t = trip(given, i, name)
    return {"cycle": name, "J_per_m": t.total_J / t.distance_m, "parts_J_per_m": {k: t.parts_J[k] / t.distance_m for k in PARTS}}


def _trace(t: Trip, name: str) -> dict[str, Any]:
    return {
        "cycle": name,
        "time_s": t.time_s.tolist(),
        "target_mph": (t.target_mps / MPH).round(2).tolist(),
        "speed_mph": (t.speed_mps / MPH).round(2).tolist(),
        "missed_s": float((np.diff(t.time_s) * t.missed).sum()),
    }


def scene(vehicle: Any, comparators: Any = None, *, trace: str | Cycle = TRACE) -> dict[str, Any]:
    """Energy flows on both label cycles, the speed trace of the first vehicle on `trace`, and all on the lane of a 70 mph highway.

    `vehicle` and `comparators` are `Vehicle` or `EnergyInputs` batches.
    """
    p = parameters()
    cars, unknown = [], []
    lane = next(w for w in lanes() if w.start_mps == 0.0 and abs(w.design_mps - MERGE_DESIGN_MPS) < 1e-6)
    for batch in (vehicle, comparators):
        if batch is None:
            continue
        given = batch if isinstance(batch, EnergyInputs) else inputs_of(batch)
        n = len(given)
        wide = padded(given.car)
        v, x = (np.asarray(a)[:, :n] for a in _compiled()(wide, wide.test_kg, p))
        for i in range(n):
            if given.reasons[i]:
                unknown.append({"id": given.ids[i], "reason": given.reasons[i]})
                continue
            last = int((x[:, i] < BEYOND * lane.length_m).sum()) + 1
            cars.append(
                {
                    "id": given.ids[i],
                    "own": batch is vehicle,
                    "electric": bool(given.car.electric[i] > 0.5),
                    "flows": [_flows(given, i, name) for name in FLOWS],
                    "run": {"time_s": list(range(last))[: v.shape[0]], "speed_mph": (v[:last, i] / MPH).round(2).tolist(),
                            "distance_m": x[:last, i].round(1).tolist()},
                    "marks_s": {m: _reach(v[:, i], SPEED_MARKS[m]) for m in ("30mph", "50mph", "60mph", "70mph")},
                }
            )  # fmt: skip
    first = vehicle if isinstance(vehicle, EnergyInputs) else inputs_of(vehicle)
    name = trace if isinstance(trace, str) else trace.name
    followed = None if first.reasons[0] else _trace(trip(first, 0, trace), name)
    merge = {"length_m": lane.length_m, "design_mph": 70.0, "needed_mph": float(p.merge_speed_mps) / MPH, "status": "assumed"}
    return {"cars": cars, "unknown": unknown, "trace": followed, "lane": merge}


def _reach(v: np.ndarray, mark: float) -> float | None:
    """Seconds to a speed along one run at full seconds; None when never."""
    if v[-1] < mark:
        return None
    k = int(np.argmax(v >= mark))
    return float(k if k == 0 else k - 1 + (mark - v[k - 1]) / (v[k] - v[k - 1]))
