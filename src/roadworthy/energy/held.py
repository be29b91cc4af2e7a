"""Which published facts is the energy room held against?

Unadjusted consumption of test cars kept apart (a stride of them for the scatter, and the median error over all), Japanese figures of
kei cars, small US cars with their coast-down, sprints and an electric range. Nothing here was fitted but where `fitted` says so; misses
stay in the list with what limits them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core.held import Held
from roadworthy.data import describe, table

from .car import EnergyInputs, inputs
from .rating import Rating, rate
from .unseen import held_out, quality

ROOM = "energy"
EACH = 30
"""Every thirtieth held-out car appears by name."""
TARGETS = {("petrol", "city"): 0.045, ("petrol", "hwy"): 0.03, ("hybrid", "city"): 0.06, ("hybrid", "hwy"): 0.06,
           ("electric", "city"): 0.04, ("electric", "hwy"): 0.04, ("petrol", "sc03"): 0.06, ("petrol", "bag 1, 20 F"): 0.075,
           ("petrol", "bag 2, 20 F"): 0.06, ("petrol", "bag 3, 20 F"): 0.06, ("diesel", "city"): 0.06, ("diesel", "hwy"): 0.06}  # fmt: skip
"""Median absolute error that was promised, by drive and cycle; nothing was promised
of SC03, the cold bags and diesel: their bounds were set after the fit."""
NOTES = {
    "hybrid": "12 model groups are few; five-fold by group over all 42 the errors are smaller (table energy/fit_quality)",
    "electric": "9 model groups are few: five-fold by group over all 41 town is 6.2, highway 3.5 %; models differ in what no field of the list tells",
    "diesel": "14 model groups; the three numbers of the diesel engine rest on 36 others",
    "us06": "",
}
REV_PER_M = 1.0 / 60.0 / 0.44704
HEIGHTS_M = {
    "N-Box": 1.79,
    "Alto": 1.525,
    "Mira": 1.50,
    "Copen": 1.28,
    "Hijet": 1.89,
    "Spacia": 1.785,
    "N-Van": 1.96,
    "Jimny": 1.725,
    "Sakura": 1.655,
}
"""Heights of the bodies of the Japanese figures (makers' data sheets)."""
DRAG = ((1.45, 0.31), (1.55, 0.305), (1.70, 0.330), (1.85, 0.362), (9.9, 0.387))
"""Drag coefficient up to a height: the fit of the vehicles room."""


def _slug(row: dict[str, Any]) -> str:
    """Drive and test of a row as part of an id: petrol_city, petrol_bag1_20F."""
    return f"{row['kind']}_{row['quantity']}".replace(", ", "_").replace(" ", "")


def _unseen() -> list[Held]:
    found = held_out()
    source = describe("energy/held_cars").source
    out = [
        Held(ROOM, f"{_slug(r)}_median", f"median error, {r['kind']} {r['quantity']}, {r['cars']} test cars kept apart", "-",
             0.0, float(str(r["median"])), TARGETS[str(r["kind"]), str(r["quantity"])], "absolute", False, source,
             NOTES.get(str(r["kind"]), ""), "median error")
        for r in quality()
        if (r["kind"], r["quantity"]) in TARGETS
    ]  # fmt: skip
    for quantity, words in (("city", "unadjusted city"), ("hwy", "unadjusted highway")):
        for i in range(0, len(found.rows), EACH):
            row = found.rows.row(i, named=True)
            ours, told = float(found.ours_mpg[quantity][i]), float(found.measured_mpg[quantity][i])
            note = "" if abs(ours / told - 1.0) <= 0.1 else "one of the tenth or so of cars beyond 10 %"
            what = f"{words}, {row['make']} {row['model']} {row['year']:.0f}"
            out.append(Held(ROOM, f"{quantity}_{i}", what, "mpg", told, ours, 0.10, "relative", False, source, note, words))
    return out


def _number(rows: list[dict[str, Any]], name: str, factor: float = 1.0) -> np.ndarray:
    return np.array([np.nan if r[name] is None else r[name] * factor for r in rows], float)


def kei_rows() -> list[dict[str, Any]]:
    """Rows of `energy/kei_japan` with a figure on the present Japanese cycle."""
    return [r for r in table("energy/kei_japan").to_dicts() if r["wltcj_km_per_l"] or r["wltcj_range_km"]]


def kei_inputs(rows: list[dict[str, Any]]) -> EnergyInputs:
    """Cars of those rows; drag areas and top gearing assumed but for one car."""
    cars: list[dict[str, float]] = []
    for r in rows:
        height = next(v for k, v in HEIGHTS_M.items() if k in r["model"])
        wide = 1.645 if "Sierra" in r["model"] else 1.475
        engine, manual, cvt = r["displacement_cc"] is not None, "MT" in r["trans"], r["trans"] == "CVT"
        rpm = 2600.0 if cvt else 3400.0 if "Sierra" in r["model"] else 4500.0
        cars.append(
            {
                "curb_kg": r["mass_kg"], "power_W": r["power_kw"] * 1e3, "displacement_m3": (r["displacement_cc"] or np.nan) * 1e-6,
                "electric": float(not engine), "cvt": float(cvt), "manual": float(manual), "boosted": float("turbo" in r["powertrain"]),
                "cda_m2": (r["cd"] or next(c for top, c in DRAG if height < top)) * (r["frontal_area_m2"] or 0.83 * wide * height),
                "gears": np.nan if not engine else 1.0 if cvt else 5.0 if manual else 4.0, "awd": float(r["drive"] == "4WD"),
                "start_stop": float("hybrid" in r["powertrain"]), "year": float(r["years"][:4]),
                "cylinders": np.nan if not engine else 4.0 if "Sierra" in r["model"] else 3.0,
                "nv_rev_per_m": rpm / 60.0 / (100.0 / 3.6) if engine else np.nan, "battery_J": np.nan if engine else 20.0 * 3.6e6,
            }
        )  # fmt: skip
    return inputs([r["model"] for r in rows], {k: np.array([c[k] for c in cars], float) for k in cars[0]})


def _kei(rows: list[dict[str, Any]], r: Rating) -> list[Held]:
    out = []
    for i, row in enumerate(rows):
        if row["wltcj_km_per_l"]:
            doubtful = " (published figure unverified)" if row["status"] == "assumed" else ""
            miss = abs(r.wltcj_km_per_l[i] / row["wltcj_km_per_l"] - 1.0) > 0.10
            note = f"drag area and gearing assumed{doubtful}" if miss else ""
            out.append(Held(ROOM, f"wltcj_{i}", f"WLTC Japan, {row['model']}", "km/L", float(row["wltcj_km_per_l"]), float(r.wltcj_km_per_l[i]),
                            0.10, "relative", False, row["source"], note, "Japanese cycle"))  # fmt: skip
        else:
            note = "all electric cars of the fit weigh 1.4 t and more"
            out.append(Held(ROOM, "wltcj_range_sakura", f"WLTC Japan range, {row['model']}", "km", float(row["wltcj_range_km"]),
                            float(r.range_wltcj_m[i]) / 1e3, 0.15, "relative", False, row["source"], note, "range"))  # fmt: skip
    error = [abs(h.error) for h in out if h.group == "Japanese cycle"]
    middle = Held(ROOM, "wltcj_median", f"median error, WLTC Japan, {len(error)} kei and like cars", "-", 0.0, float(np.median(error)), 0.06,
                  "absolute", False, describe("energy/kei_japan").source, "", "median error")  # fmt: skip
    return [middle, *out]


def _anchor_inputs(rows: list[dict[str, Any]]) -> EnergyInputs:
    given = {
        "test_kg": _number(rows, "test_mass_kg"), "A_N": _number(rows, "coast_A_N"), "B_Nspm": _number(rows, "coast_B_Nspm"),
        "C_Ns2pm2": _number(rows, "coast_C_Ns2pm2"), "power_W": _number(rows, "power_kw", 1e3), "gears": _number(rows, "gears"),
        "displacement_m3": _number(rows, "displacement_l", 1e-3), "cylinders": _number(rows, "cylinders"), "year": _number(rows, "year"),
        "nv_rev_per_m": _number(rows, "nv_rpm_per_mph", REV_PER_M), "cvt": np.array([r["transmission"] == "CVT" for r in rows], float),
        "manual": np.array([r["transmission"] == "M" for r in rows], float),
    }  # fmt: skip
    return inputs([r["test_vehicle"] for r in rows], given)


def _anchors(rows: list[dict[str, Any]], rated: Rating) -> list[Held]:
    out = []
    for i, row in enumerate(rows):
        for quantity, told, ours in (("city", row["city_mpg"], rated.ftp_mpg[i]), ("highway", row["hwy_mpg"], rated.hfet_mpg[i])):
            out.append(Held(ROOM, f"{row['test_vehicle']}_{quantity}", f"unadjusted {quantity}, {row['make']} {row['model']} {row['year']}", "mpg",
                            float(told), float(ours), 0.10, "relative", True, "EPA test-car lists",
                            "without the maker's own terms; its model group may be in the fit", "small US cars"))  # fmt: skip
    return out


SPRINTS: tuple[tuple[Any, ...], ...] = (
    ("cappuccino", "0-60 mph, Suzuki Cappuccino", 690.0, 47e3, 0.62, 1.0, "60mph", 11.3, "doaburnout.com"),
    ("vivio", "0-62 mph, Subaru Vivio", 625.0, 32e3, 0.65, 0.0, "100kmh", 16.0, "published sprint times (reference set)"),
)
"""Kei cars with a published sprint: mass, power, drag area (assumed), boost."""


def _sprint_inputs() -> EnergyInputs:
    names, _, curb, power, area, boost, *_ = zip(*SPRINTS, strict=True)
    given = {"curb_kg": curb, "power_W": power, "cda_m2": area, "boosted": boost, "displacement_m3": 658e-6, "year": 1992.0, "manual": 1.0}
    return inputs(names, {k: np.asarray(v, float) for k, v in given.items()})


def _sprints(r: Rating) -> list[Held]:
    time = {"60mph": r.time_0_60_s, "100kmh": r.time_0_100kmh_s}
    return [
        Held(ROOM, f"sprint_{name}", words, "s", told, float(time[mark][i]), 0.15, "relative", False, source,
             "drag area assumed; few cars below 35 kW are in the fit of traction", "sprint")
        for i, (name, words, _, _, _, _, mark, told, source) in enumerate(SPRINTS)
    ]  # fmt: skip


def held() -> tuple[Held, ...]:
    """Published facts and the model's values for them; some ten seconds, most of it compiling."""
    kei = kei_rows()
    small = [r for r in table("energy/anchors_us").to_dicts() if r["fuel"] != "electric"]
    parts = (kei_inputs(kei), _anchor_inputs(small), _sprint_inputs())
    ratings = apart(rate(together(parts), ("UDDS", "HWFET", "WLTCJ")), [len(x) for x in parts])  # one batch, one compilation
    return (*_unseen(), *_kei(kei, ratings[0]), *_anchors(small, ratings[1]), *_sprints(ratings[2]))


def together(parts: Sequence[EnergyInputs]) -> EnergyInputs:
    """Several batches as one."""
    car = jax.tree.map(lambda *x: jnp.concatenate(x), *(b.car for b in parts))
    return EnergyInputs(
        tuple(i for b in parts for i in b.ids),
        car,
        tuple(f for b in parts for f in b.fallbacks),
        tuple(r for b in parts for r in b.reasons),
        tuple(s for b in parts for s in b.status),
    )


def apart(whole: Rating, sizes: Sequence[int]) -> list[Rating]:
    """A rating cut back into batches: every array by its last axis, every tuple over vehicles."""
    found, start = [], 0
    for size in sizes:
        cut: dict[str, Any] = {
            name: value[..., start : start + size] if isinstance(value, np.ndarray) else value[start : start + size]
            for name in Rating.__dataclass_fields__
            if name not in ("cycles", "lanes") and (value := getattr(whole, name)) is not None
        }
        found.append(replace(whole, **cut))
        start += size
    return found
