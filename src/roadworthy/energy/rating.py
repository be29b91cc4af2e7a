"""How much does it use, what would its label say, and is it too slow for the road?

`rate(vehicles)` gives a `Rating`: one array per result over the vehicles, with the spread of each consumption, what stood in for
missing inputs, and whether the vehicle lies outside the support of the fit. Unknown mass or power gives NaN with a reason.
Limits: diesel engines differ from petrol ones in three numbers alone; of a plug-in hybrid, label and cycles are those with a sustained
battery, and only `combined_J_per_m` counts both ways of driving (module `plugin`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core import InputError
from roadworthy.core.units import KWH_J, MILE_M

from .adapter import inputs_of
from .car import Car, EnergyInputs, padded, unsupported
from .cycles import DEFAULT, Cycle, Schedule, schedule
from .figures import MARKS, Figures, Lane, figures, joules_per_gallon, lanes
from .label import CITY_2017, CITY_SHARE, HWY_2017, NEW_FORM_YEAR
from .launch import HORIZON_S
from .parameters import Parameters, parameters
from .plugin import composite, depleting

GALLON_L = 3.785411784


@dataclass(frozen=True, slots=True)
class Rating:
    """Results per vehicle (n), per cycle (c) and per lane (k). Infinite times: never reached."""

    ids: tuple[str, ...]
    cycles: tuple[str, ...]
    lanes: tuple[Lane, ...]
    consumption_J_per_m: np.ndarray
    """[c, n] tank or wall energy as each procedure counts it."""
    hot_J_per_m: np.ndarray
    cold_J_per_m: np.ndarray
    missed_s: np.ndarray
    missed_m: np.ndarray
    deficit_mps: np.ndarray
    """[c, n] largest lag behind the trace."""
    ftp_mpg: np.ndarray
    hfet_mpg: np.ndarray
    city_mpg: np.ndarray
    """Label, mpg or mpge, not rounded."""
    hwy_mpg: np.ndarray
    combined_mpg: np.ndarray
    combined_kwh_per_100mi: np.ndarray
    """Wall energy behind the label; NaN with an engine."""
    combined_J_per_m: np.ndarray
    utility: np.ndarray
    """Share of miles on the battery: 0 without a plug, NaN for an electric car."""
    wltcj_km_per_l: np.ndarray
    """NaN for electric vehicles and where the cycle was not asked for."""
    wltcj_wh_per_km: np.ndarray
    jc08_km_per_l: np.ndarray
    co2_g_per_km: np.ndarray
    """Tailpipe, behind the combined label."""
    range_m: np.ndarray
    """Electric range behind the combined label; NaN with an engine or without a battery size."""
    range_wltcj_m: np.ndarray
    time_0_60_s: np.ndarray
    time_0_100kmh_s: np.ndarray
    time_30_50_s: np.ndarray
    time_50_70_s: np.ndarray
    time_0_60_loaded_s: np.ndarray
    quarter_mile_s: np.ndarray
    quarter_mile_mps: np.ndarray
    distance_60_m: np.ndarray
    distance_70_m: np.ndarray
    level_off_mps: np.ndarray
    """Speed reached by a long full acceleration."""
    lane_mps: np.ndarray
    """[k, n] speed at the end of each acceleration lane, lightly laden."""
    lane_loaded_mps: np.ndarray
    top_mps: np.ndarray
    top_reason: tuple[str, ...]
    top_grade_mps: np.ndarray
    """Top speed on the grade of the threshold (6 %)."""
    grade: np.ndarray
    """[3, n] grade held at 55, 65 and 70 mph."""
    sd_city_ln: np.ndarray
    sd_hwy_ln: np.ndarray
    sd_combined_ln: np.ndarray
    sd_wltcj_ln: np.ndarray
    sd_time_ln: np.ndarray
    electric: np.ndarray
    extrapolated: np.ndarray
    fallbacks: tuple[tuple[str, ...], ...]
    reasons: tuple[str, ...]
    status: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


@lru_cache(maxsize=1)
def compiled() -> Any:
    """The jitted physics, made once."""
    return eqx.filter_jit(figures)


def outside(car: Car, p: Parameters) -> np.ndarray:
    """Which vehicles lie outside the support of the fit: size, mass or age."""
    return unsupported({name: getattr(car, name) for name in Car.__dataclass_fields__}, p)


def spreads(car: Car, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviation of log consumption, city and highway: fit, support and level of input."""
    electric = np.asarray(car.electric) > 0.5
    level = np.asarray(car.level)
    mixed = np.asarray(car.hybrid) > 0.5
    coarse = np.where(level > 1.5, p.sd_class, np.where(level > 0.5, p.sd_drag_area, 0.0))
    far = outside(car, p)

    oil = np.asarray(car.diesel) > 0.5

    def spread(fit: float, hybrid: float, diesel: float) -> np.ndarray:
        base = np.where(electric, p.sd_ev, np.where(mixed, hybrid, np.where(oil, diesel, fit)))
        return np.asarray(np.hypot(np.where(far, np.maximum(base, p.sd_outside), base), coarse))

    return (
        spread(float(p.sd_city), float(p.sd_hev_city), float(p.sd_diesel_city)),
        spread(float(p.sd_hwy), float(p.sd_hev_hwy), float(p.sd_diesel_hwy)),
    )


def run(car: Car, plan: Schedule, p: Parameters, year: float | None, ways: tuple[Lane, ...] | None = None) -> Figures:
    """The compiled physics on a batch, with only the kinds of drive that it holds."""
    electric = np.asarray(car.electric) > 0.5
    n = electric.size
    wide = padded(car)
    label_year = wide.year if year is None else jnp.full_like(wide.year, year)
    mixed = bool((np.asarray(car.hybrid) > 0.5).any())
    found = compiled()(wide, plan, p, label_year, ways, engines=bool((~electric).any()), electrics=bool(electric.any()), hybrids=mixed)
    return jax.tree.map(lambda x: np.asarray(x)[..., :n], found)  # type: ignore[no-any-return]


def rate(
    vehicles: Any,
    cycles: Sequence[str | Cycle] = DEFAULT,
    *,
    label_year: float | None = NEW_FORM_YEAR,
    ways: Sequence[Lane] | None = None,
) -> Rating:
    """Consumption, label and performance of `Vehicle` or `EnergyInputs`.

    `cycles`: bundled names or traces from `load_cycle`; UDDS and HWFET are always driven. `label_year` chooses the form of the
    label: that of today unless told; None takes each vehicle's own model year. `ways` replaces the acceleration lanes.
    """
    given = vehicles if isinstance(vehicles, EnergyInputs) else inputs_of(vehicles)
    p = parameters()
    present = [c if isinstance(c, str) else c.name for c in cycles]
    plan = schedule([c for c in ("UDDS", "HWFET") if c not in present] + list(cycles))
    roads = lanes() if ways is None else tuple(ways)
    f = run(given.car, plan, p, label_year, roads)
    unknown = np.asarray([bool(r) for r in given.reasons])
    combined: Any = f.label.combined_J_per_m
    share = np.where(np.asarray(given.car.electric) > 0.5, np.nan, 0.0)
    if bool((np.asarray(given.car.plug) > 0.5).any()):
        wall = run(depleting(given.car), schedule(("UDDS", "HWFET")), p, label_year, roads).label.combined_J_per_m
        combined, plugged = (np.asarray(x) for x in composite(given.car, jnp.asarray(combined), jnp.asarray(wall), p))
        share = share + plugged
    return _rating(given, f, plan.cycles, roads, unknown, p, np.asarray(combined), share)


def pin(vehicles: Any, combined_mpg: np.ndarray) -> EnergyInputs:
    """The same vehicles with one multiplier each, so that the combined label is the known one; NaN leaves a vehicle as it is."""
    given = vehicles if isinstance(vehicles, EnergyInputs) else inputs_of(vehicles)
    known = np.asarray(combined_mpg, float)
    bad = np.isfinite(known) & (known <= 0.0)
    if known.shape != (len(given),) or bad.any():
        raise InputError(
            f"{known.size} known labels for {len(given)} vehicles, the least {np.nanmin(known):g} mpg",
            "give one positive label, in mpg or mpge, for each vehicle",
            code="energy.label",
        )
    fixed = np.where(np.asarray(given.car.electric) > 0.5, 0.0, CITY_SHARE * CITY_2017[0] + (1.0 - CITY_SHARE) * HWY_2017[0])
    model = rate(given).combined_mpg
    settled = np.isfinite(known) & np.isfinite(model)
    # fuel per mile of the label is a fixed part and a part that goes with consumption
    factor = (1.0 / np.where(settled, known, 1.0) - fixed) / (1.0 / np.where(settled, model, 1.0) - fixed)
    return replace(given, car=eqx.tree_at(lambda c: c.factor, given.car, given.car.factor * jnp.asarray(np.where(settled, factor, 1.0))))


def _rating(
    given: EnergyInputs,
    f: Figures,
    names: tuple[str, ...],
    roads: tuple[Lane, ...],
    unknown: np.ndarray,
    p: Parameters,
    both_J_per_m: np.ndarray,
    utility: np.ndarray,
) -> Rating:
    car = given.car
    electric = np.asarray(car.electric) > 0.5
    engine = ~electric
    gallon = np.asarray(joules_per_gallon(car, p))
    nothing = np.full(len(given), np.nan)

    def clean(x: Any) -> np.ndarray:
        return np.where(unknown, np.nan, np.asarray(x))

    def at(name: str) -> np.ndarray:
        return clean(f.consumption_J_per_m[names.index(name)]) if name in names else nothing

    def km_per_l(name: str) -> np.ndarray:
        return np.where(engine, gallon / GALLON_L / at(name) / 1e3, np.nan)

    def time(run: Any, mark: str) -> np.ndarray:
        t = np.asarray(run.time_s[MARKS.index(mark)])
        return clean(np.where(t >= HORIZON_S - 1e-9, np.inf, t))

    def far(mark: str) -> np.ndarray:
        return np.where(np.isfinite(time(f.empty, mark)), clean(f.empty.distance_m[MARKS.index(mark)]), np.inf + 0 * clean(0.0))

    def between(low: str, high: str) -> np.ndarray:
        last, first = time(f.empty, high), time(f.empty, low)
        return np.where(np.isfinite(last), last - np.where(np.isfinite(first), first, 0.0), last)

    governed = np.asarray(car.governed_mps)
    top = np.minimum(f.top_mps, governed)
    # a governed car nears its cap only slowly, never beyond; power alone is the limit where the cap is higher
    reason = tuple(r or ("governor" if g < v else "power") for r, g, v in zip(given.reasons, governed, np.asarray(f.top_mps), strict=True))
    combined = clean(both_J_per_m)
    fuel = clean(f.label.combined_J_per_m) * (1.0 - np.nan_to_num(utility))
    grams = p.gasoline_gCO2_per_gal + (p.diesel_gCO2_per_gal - p.gasoline_gCO2_per_gal) * np.asarray(car.diesel)
    stored = np.asarray(car.battery_J) / float(p.ev_eta_chg)
    city_sd, hwy_sd = spreads(car, p)
    return Rating(
        ids=given.ids,
        cycles=names,
        lanes=roads,
        consumption_J_per_m=clean(f.consumption_J_per_m),
        hot_J_per_m=clean(f.hot_J_per_m),
        cold_J_per_m=clean(f.cold_J_per_m),
        missed_s=clean(f.missed_s),
        missed_m=clean(f.missed_m),
        deficit_mps=clean(f.deficit_mps),
        ftp_mpg=clean(f.label.ftp_mpg),
        hfet_mpg=clean(f.label.hfet_mpg),
        city_mpg=clean(f.label.city_mpg),
        hwy_mpg=clean(f.label.hwy_mpg),
        combined_mpg=clean(f.label.combined_mpg),
        combined_kwh_per_100mi=np.where(electric, combined * MILE_M * 100.0 / KWH_J, np.nan),
        combined_J_per_m=combined,
        utility=clean(utility),
        wltcj_km_per_l=km_per_l("WLTCJ"),
        wltcj_wh_per_km=np.where(electric, at("WLTCJ") * 1e3 / (KWH_J / 1e3), np.nan),
        jc08_km_per_l=km_per_l("JC08"),
        co2_g_per_km=np.where(electric, 0.0 * combined, grams * fuel / gallon * 1e3),
        range_m=np.where(electric, stored / combined, np.nan),
        range_wltcj_m=np.where(electric, stored / at("WLTCJ"), np.nan),
        time_0_60_s=time(f.empty, "60mph"),
        time_0_100kmh_s=time(f.empty, "100kmh"),
        time_30_50_s=between("30mph", "50mph"),
        time_50_70_s=between("50mph", "70mph"),
        time_0_60_loaded_s=time(f.loaded, "60mph"),
        quarter_mile_s=clean(f.empty.clock_s[0]),
        quarter_mile_mps=clean(f.empty.speed_mps[0]),
        distance_60_m=far("60mph"),
        distance_70_m=far("70mph"),
        level_off_mps=clean(f.empty.end_mps),
        lane_mps=clean(f.lane_empty_mps),
        lane_loaded_mps=clean(f.lane_loaded_mps),
        top_mps=clean(top),
        top_reason=reason,
        top_grade_mps=clean(np.minimum(f.top_grade_mps, governed)),
        grade=clean(f.grade),
        sd_city_ln=clean(city_sd),
        sd_hwy_ln=clean(hwy_sd),
        sd_combined_ln=clean(CITY_SHARE * city_sd + (1.0 - CITY_SHARE) * hwy_sd),
        sd_wltcj_ln=clean(city_sd),
        sd_time_ln=clean(np.full(len(given), float(p.sd_time))),
        electric=electric,
        extrapolated=outside(car, p),
        fallbacks=given.fallbacks,
        reasons=given.reasons,
        status=given.status,
    )
