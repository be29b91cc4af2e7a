"""One vehicle in plain figures for the command line and the page: mileage, merging, top speed, hills.

Merge speed is compared with the 53 mph of a 70 mph design lane and with the posted limit less 10 mph (both assumed).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from roadworthy.core import InputError
from roadworthy.core.units import MPH

from .adapter import inputs_of
from .car import EnergyInputs, added
from .cycles import DEFAULT, Cycle
from .figures import GRADE_SPEEDS_MPS
from .five import five_of
from .five import plain as tests
from .grid import MERGE_DESIGN_MPS
from .parameters import cited, parameters
from .rating import Rating, rate


def plain(x: Any, digits: int = 4) -> Any:
    """A number as JSON can hold it: unknown and never are None."""
    value = float(x)
    return round(value, digits) if math.isfinite(value) else None


MOST_PAYLOAD_KG = 3000.0


def drive(
    vehicle: Any,
    i: int = 0,
    comparators: Any = None,
    *,
    limit_mps: float | None = None,
    cycles: Sequence[str | Cycle] = DEFAULT,
    payload_kg: float = 0.0,
    five_cycle: bool = False,
) -> dict[str, Any]:
    """Everything `rate` says of vehicle `i`, JSON-able, with checks against thresholds and with comparators beside it.

    `comparators` is a batch of vehicles or None; `limit_mps` the posted limit of the highway (70 mph unless told); `cycles` are
    bundled names or traces from `load_cycle`, beside the two of the label; `payload_kg` is carried on top of driver and fuel;
    `five_cycle` adds the label by all five tests (module `five`).
    """
    if not 0.0 <= payload_kg <= MOST_PAYLOAD_KG:
        raise InputError(
            f"a payload of {payload_kg:g} kg is outside 0 to {MOST_PAYLOAD_KG:g} kg",
            "give the load beside the driver, in kilograms",
            code="energy.payload",
        )
    given = vehicle if isinstance(vehicle, EnergyInputs) else inputs_of(vehicle)
    loaded = laden(given, payload_kg)
    rating = rate(loaded, cycles)
    limit = float(parameters().highway_limit_mps) if limit_mps is None else limit_mps
    found = one(rating, i, limit)
    others = [] if comparators is None else [one(r, j, limit) for r in (rate(comparators),) for j in range(len(r))]
    if five_cycle:
        found["label_five_cycle"] = tests(five_of(loaded.select(i)), 0)
    return {"schema": "roadworthy/drive/1", **found, "payload_kg": payload_kg, "comparators": others}


def laden(given: EnergyInputs, payload_kg: float) -> EnergyInputs:
    """The same vehicles with a payload; their full load stays at least what it was."""
    if payload_kg == 0.0:
        return given
    car = added(given.car, jnp.full_like(given.car.test_kg, payload_kg))
    full = jnp.maximum(given.car.loaded_kg, car.test_kg)
    return replace(given, car=eqx.tree_at(lambda c: c.loaded_kg, car, full))


def warnings(r: Rating, i: int) -> list[str]:
    """What a reader should know before using the figures of vehicle `i`."""
    said = []
    if r.extrapolated[i]:
        said.append("outside the support of the fit (size, mass or age): the spread is widened")
    if r.extrapolated[i] and r.electric[i]:
        said.append("no electric car below 1.4 t is in the fit: two with published ranges go 11 and 20 % less far than the model says")
    if np.any(r.missed_s[:, i] > 0.0):
        slow = [name for c, name in enumerate(r.cycles) if r.missed_s[c, i] > 0.0]
        said.append(f"cannot keep up with {', '.join(slow)}: consumption there is per metre driven")
    return said


def one(r: Rating, i: int, limit_mps: float) -> dict[str, Any]:
    """One vehicle of a rating as plain numbers."""
    p = parameters()
    ways = r.lanes
    k = next(j for j, w in enumerate(ways) if w.start_mps == 0.0 and abs(w.design_mps - MERGE_DESIGN_MPS) < 1e-6)
    mph = lambda x: plain(np.asarray(x) / MPH, 2)  # noqa: E731
    merge, loaded, top = r.lane_mps[k, i], r.lane_loaded_mps[k, i], r.top_mps[i]
    known = not r.reasons[i]

    def check(what: str, value: Any, needed: Any, passed: Any) -> dict[str, Any]:
        return {
            "what": what,
            "value": value,
            "needed": round(float(needed), 2),
            "passes": bool(passed) if known else None,
            "status": "assumed",
        }

    checks = [
        check("speed at the end of the lane, mph, against the design merge speed", mph(merge), float(p.merge_speed_mps) / MPH,
              merge >= p.merge_speed_mps),
        check("speed at the end of the lane, mph, against the limit less 10 mph", mph(merge), (limit_mps - p.pass_below_limit_mps) / MPH,
              merge >= limit_mps - p.pass_below_limit_mps),
        check("the same with a full load, mph", mph(loaded), (limit_mps - p.pass_below_limit_mps) / MPH,
              loaded >= limit_mps - p.pass_below_limit_mps),
        check("0-60 mph, s", plain(r.time_0_60_s[i], 2), float(p.pass_0_60_s), r.time_0_60_s[i] <= p.pass_0_60_s),
        check("top speed, mph", mph(top), (limit_mps + p.pass_above_limit_mps) / MPH, top >= limit_mps + p.pass_above_limit_mps),
        check("top speed on a 6 % grade, mph", mph(r.top_grade_mps[i]), (limit_mps - p.pass_grade_below_limit_mps) / MPH,
              r.top_grade_mps[i] >= limit_mps - p.pass_grade_below_limit_mps),
    ]  # fmt: skip
    return {
        "id": r.ids[i],
        "known": known,
        "reason": r.reasons[i],
        "electric": bool(r.electric[i]),
        "label": {
            "city_mpg": plain(r.city_mpg[i], 2),
            "hwy_mpg": plain(r.hwy_mpg[i], 2),
            "combined_mpg": plain(r.combined_mpg[i], 2),
            "combined_kwh_per_100mi": plain(r.combined_kwh_per_100mi[i], 2),
            "unit": "mpge" if r.electric[i] else "mpg",
            "sd_ln": plain(r.sd_combined_ln[i]),
            "utility_factor": plain(r.utility[i]),
        },
        "unadjusted": {"ftp_mpg": plain(r.ftp_mpg[i], 2), "hfet_mpg": plain(r.hfet_mpg[i], 2)},
        "wltcj": {
            "km_per_l": plain(r.wltcj_km_per_l[i], 2),
            "wh_per_km": plain(r.wltcj_wh_per_km[i], 1),
            "sd_ln": plain(r.sd_wltcj_ln[i]),
        },
        "jc08_km_per_l": plain(r.jc08_km_per_l[i], 2),
        "co2_g_per_km": plain(r.co2_g_per_km[i], 1),
        "range_km": plain(r.range_m[i] / 1e3, 1),
        "range_wltcj_km": plain(r.range_wltcj_m[i] / 1e3, 1),
        "time_0_60_s": plain(r.time_0_60_s[i], 2),
        "time_0_60_loaded_s": plain(r.time_0_60_loaded_s[i], 2),
        "time_0_100kmh_s": plain(r.time_0_100kmh_s[i], 2),
        "time_30_50_s": plain(r.time_30_50_s[i], 2),
        "time_50_70_s": plain(r.time_50_70_s[i], 2),
        "quarter_mile_s": plain(r.quarter_mile_s[i], 2),
        "never_reaches_60": bool(np.isposinf(r.time_0_60_s[i])),
        "levels_off_mph": mph(r.level_off_mps[i]),
        "sd_time_ln": plain(r.sd_time_ln[i]),
        "merge": {
            "lane_m": round(ways[k].length_m, 1),
            "speed_mph": mph(merge),
            "loaded_mph": mph(loaded),
            "design_merge_mph": mph(p.merge_speed_mps),
            "limit_mph": mph(limit_mps),
            "lanes": [
                {
                    "design_mph": mph(w.design_mps),
                    "start_mph": mph(w.start_mps),
                    "length_m": round(w.length_m, 1),
                    "speed_mph": mph(r.lane_mps[j, i]),
                    "loaded_mph": mph(r.lane_loaded_mps[j, i]),
                }
                for j, w in enumerate(ways)
            ],
            "status": "assumed",
            "source": cited("merge_speed_mps").source,
        },
        "top_speed_mph": mph(top),
        "top_speed_reason": r.top_reason[i],
        "top_speed_6pct_mph": mph(r.top_grade_mps[i]),
        "grade": {f"at_{round(v / MPH)}_mph": plain(r.grade[j, i]) for j, v in enumerate(GRADE_SPEEDS_MPS)},
        "cycles": {
            name: {
                "J_per_m": plain(r.consumption_J_per_m[c, i], 1),
                "missed_s": plain(r.missed_s[c, i], 1),
                "missed_m": plain(r.missed_m[c, i], 1),
                "largest_lag_mph": mph(r.deficit_mps[c, i]),
            }
            for c, name in enumerate(r.cycles)
        },
        "extrapolated": bool(r.extrapolated[i]),
        "warnings": warnings(r, i),
        "fallbacks": list(r.fallbacks[i]),
        "status": r.status[i],
        "checks": checks,
    }
