"""Make the tables that rest on fits: restraints of tested cars, the mass ratio in FARS, and the facts that the crash room is held against.

Public origins: NHTSA frontal tests of about model year 2010 (ngay/kustats), FARS 2005-2020 (public domain), MY2022 fleet of EPA OMEGA (public
domain), IIHS moderate overlap (single facts).

    python -m scripts.tables.crash_fits --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA; after crash.py; a minute or two)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from roadworthy.crash.barrier_fit import PARAMETERS, READINGS, START, BarrierFit, fit_barrier
from roadworthy.crash.fars_pairs import by_mass_ratio
from scripts.tables.crash_shared import FACTS, folders, models_2022, write

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
    pairs = pl.read_parquet(raw / "crash" / "fars_two_vehicle_pairs_2005_2020.parquet")
    rows = by_mass_ratio(pairs, models_2022(raw))
    source = "FARS 2005-2020, light makes, model years 1990-2021, exactly one driver killed; mass: MY2022 sales-weighted mean of the make + 150 kg"
    return rows.with_columns(pl.lit("measured").alias("status"), pl.lit(source).alias("source"))


def main() -> None:
    (raw, into), names = folders(__doc__), ("mass_ratio", "held", "barrier_fit", "barrier_left_out")
    for name in names:  # the fit reads the tables of crash.py through the package, which wants every file there
        (FACTS / f"{name}.csv").touch()
    fit = fit_barrier()
    write(dict(zip(names, (mass_ratio(raw), held_facts(raw), barrier_fit(fit), barrier_left_out(fit)), strict=True)), into)


if __name__ == "__main__":
    main()
