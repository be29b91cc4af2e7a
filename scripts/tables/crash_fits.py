"""Make the tables that rest on fits: restraints of tested cars, the mass ratio in FARS, and the facts that the crash room is held against.

Public origins: NHTSA frontal tests of about model year 2010 (ngay/kustats), FARS 2005-2020 (public domain), MY2022 fleet of EPA OMEGA (public
domain), IIHS moderate overlap (single facts).

    python -m scripts.tables.crash_fits --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA; after crash.py; a minute or two)
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from roadworthy.core.units import POUND_KG
from roadworthy.crash.barrier_fit import PARAMETERS, READINGS, START, BarrierFit, fit_barrier
from roadworthy.crash.field import AGE_KNEE_YR
from roadworthy.crash.mass_ratio import fit_slope
from scripts.tables.crash_shared import FACTS, LOAD_KG, mean_curb_lb, models_2022, source_folder, write

MAKES = {
    2: "Jeep", 6: "Chrysler", 7: "Dodge", 12: "Ford", 13: "Lincoln", 18: "Buick", 19: "Cadillac", 20: "Chevrolet", 23: "GMC", 30: "Volkswagen",
    32: "Audi", 34: "BMW", 35: "Nissan", 37: "Honda", 41: "Mazda", 42: "Mercedes-Benz", 45: "Porsche", 48: "Subaru", 49: "Toyota", 51: "Volvo",
    52: "Mitsubishi", 54: "Acura", 55: "Hyundai", 58: "Infiniti", 59: "Lexus", 62: "Land Rover", 63: "Kia",
}  # fmt: skip
"""Light makes by FARS code."""
RATIO_EDGES = (1e-6, 0.05, 0.10, 0.15, 0.20, 0.25, 0.45)
HELD = (
    ("joksch_v0", "scale of the fourth-power law of fatality, belts mixed (Joksch 1993)", "m/s", 31.74, 0.03, "relative", "published", "Joksch 1993: P = (dv / 71 mph)^4"),
    ("evans_unbelted", "exponent of the mass ratio, unbelted frontal (Evans: 2.7 to 4.3)", "1", 3.5, 0.8, "absolute", "published", "Evans 1993, middle of 2.7 to 4.3"),
    ("fars_headon_design", "exponent of the mass ratio, belted head-on, as the design read FARS", "1", 5.38, 0.18, "absolute", "derived", "crash room design: 5.38, standard error 0.09, by make means"),
)  # fmt: skip


def held_facts(raw: Path) -> pl.DataFrame:
    """Published facts that the room is held against, beside those that stand in the other tables."""
    micro = pl.read_csv(raw / "crash" / "iihs_moderate_overlap_microcar_injury.csv")
    smart = micro.filter((pl.col("car") == "Smart Fortwo") & (pl.col("model_tested") == 2011)).row(0, named=True)
    rows = [dict(zip(("id", "what", "unit", "value", "tolerance", "kind", "status", "source"), row, strict=True)) for row in HELD]
    about = "IIHS moderate overlap, 64 km/h, smart fortwo of 2011"
    for name, what, unit, value in (
        ("smart_odb_hic15", "smart in the 64 km/h offset test: HIC15", "1", smart["hic15"]),
        ("smart_odb_chest", "smart in the 64 km/h offset test: chest deflection", "mm", smart["chest_mm"]),
        ("smart_odb_nij", "smart in the 64 km/h offset test: Nij", "1", smart["nij"]),
        ("smart_odb_femur", "smart in the 64 km/h offset test: femur", "kN", max(smart["femur_left_kN"], smart["femur_right_kN"])),
    ):
        rows.append(
            {
                "id": name,
                "what": what,
                "unit": unit,
                "value": float(value),
                "tolerance": 0.5,
                "kind": "relative",
                "status": "published",
                "source": about,
            }
        )
    return pl.DataFrame(rows)


def barrier_fit(fit: BarrierFit) -> pl.DataFrame:
    """Restraint and crush length fitted to the fourteen cars, their intervals, and the scatter of cars left out."""
    source = "fit on 14 NHTSA tests into the full wall (crash/barrier_fit.py); interval: 5 and 95 % of 100 resamplings of the cars"
    rows = [
        {"kind": "parameter", "name": name, "value": v, "low": low, "high": high, "default": start, "status": "derived", "source": source}
        for name, v, low, high, start in zip(PARAMETERS, fit.value, fit.low, fit.high, START, strict=True)
    ]
    spread, bias = np.sqrt((fit.left_out**2).mean(axis=0)), fit.left_out.mean(axis=0)
    for name, v, mean in zip(READINGS, spread, bias, strict=True):
        about = "root mean square of ln(model / test) on cars left out of the fit; default column: its mean"
        rows.append(
            {"kind": "scatter", "name": name, "value": v, "low": None, "high": None, "default": mean, "status": "derived", "source": about}
        )
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("value", "low", "high", "default").round(4))


def barrier_left_out(fit: BarrierFit) -> pl.DataFrame:
    """Reading of each car as tested, and as the model fitted to the other thirteen says."""
    tested, rows = pl.read_csv(FACTS / "cars_14.csv"), []
    for reading, column in zip(READINGS, fit.left_out.T, strict=True):
        for car, value, off in zip(tested["car"], tested[reading], column, strict=True):
            rows.append({"car": car, "reading": reading, "test": value, "model": round(value * float(np.exp(off)), 3), "status": "derived"})
    return pl.DataFrame(rows).with_columns(pl.lit("NHTSA test beside crash/barrier_fit.py").alias("source"))


def mass_ratio(raw: Path) -> pl.DataFrame:
    """Slope of the odds of being killed in the ratio of masses, by impact, and the odds by ratio in head-ons."""
    means = models_2022(raw).group_by("make").agg(mean_curb_lb())
    curb_lb = dict(means.iter_rows())
    mass = {code: curb_lb[make] * POUND_KG + LOAD_KG for code, make in MAKES.items()}
    crashes = pl.read_parquet(raw / "crash" / "fars_two_vehicle_pairs_2005_2020.parquet")
    known = [(pl.col("INJ_SEV_1") == 4) != (pl.col("INJ_SEV_2") == 4)]
    for i in (1, 2):
        known += [
            pl.col(f"MAKE_{i}").is_in(list(mass)),
            pl.col(f"MOD_YEAR_{i}").is_between(1990, 2021),
            pl.col(f"AGE_{i}").is_between(14, 110),
        ]
    chosen, rows = crashes.filter(*known), []
    source = "FARS 2005-2020, light makes, model years 1990-2021, exactly one driver killed; mass: MY2022 sales-weighted mean of the make + 150 kg"
    for impact, code in (("head-on", 2), ("angle", 6), ("front-rear", 1)):
        part = chosen.filter(pl.col("MAN_COLL") == code)
        one, two = (part[f"MAKE_{i}"].replace_strict(mass, return_dtype=pl.Float64).to_numpy() for i in (1, 2))
        ages = [part[f"AGE_{i}"].to_numpy().astype(float) for i in (1, 2)]
        later = (part["MOD_YEAR_2"] - part["MOD_YEAR_1"]).to_numpy() / 10.0
        old = [np.maximum(age - AGE_KNEE_YR, 0.0) / 10.0 for age in ages]
        ratio, first = np.log(two / one), (part["INJ_SEV_1"] == 4).to_numpy().astype(float)
        found = fit_slope(np.stack([ratio, later, (ages[0] - ages[1]) / 10.0, old[0] - old[1]], axis=1), first)
        rows.append({"kind": "slope", "impact": impact, "ratio": None, "value": found.u, "error": found.error, "crashes": found.crashes})
        if code != 2:
            continue
        size, lighter = np.abs(ratio), np.where(ratio > 0.0, first, 1.0 - first)
        for low, high in pairwise(RATIO_EDGES):
            inside = (size > low) & (size <= high)
            p, n = float(lighter[inside].mean()), int(inside.sum())
            spread = 1.0 / np.sqrt(n * p * (1.0 - p))
            rows.append(
                {
                    "kind": "odds",
                    "impact": impact,
                    "ratio": float(np.exp(size[inside].mean())),
                    "value": p / (1.0 - p),
                    "error": spread,
                    "crashes": n,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.lit("measured").alias("status"), pl.lit(source).alias("source"))


def main() -> None:
    raw, names = source_folder(__doc__), ("mass_ratio", "held", "barrier_fit", "barrier_left_out")
    for name in names:  # the fit reads the tables of crash.py through the package, which wants every file there
        (FACTS / f"{name}.csv").touch()
    fit = fit_barrier()
    write(dict(zip(names, (mass_ratio(raw), held_facts(raw), barrier_fit(fit), barrier_left_out(fit)), strict=True)))


if __name__ == "__main__":
    main()
