"""Make the tables of the energy room: drive cycles, kei figures, small-car anchors, and fits that fill missing inputs.

Public origins: regulatory drive schedules (EPA, UNECE, MLIT; 1 Hz copies shipped with FASTSim and two open repositories), EPA
"Data on cars used for testing fuel economy" (model years 2010-22, public domain), fueleconomy.gov labels (public domain) and
published Japanese figures named row by row. `parameters.csv` and `lanes.csv` are written by hand from the design document.

    python scripts/tables/energy.py --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA)
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import polars as pl

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "energy"
POUND_KG = 0.45359237
POUND_FORCE_N = POUND_KG * 9.80665
MPH = 0.44704
WLTC_J_END_S = 1477
"""WLTC of Japan is class 3b without its last phase, the last 323 s."""

REV_PER_M = 1.0 / 60.0 / MPH
"""One engine rpm per mph, in revolutions per metre."""


def cycles(raw: Path) -> pl.DataFrame:
    """The eight published schedules at 1 Hz, and WLTC-J cut from WLTC3b."""
    table = pl.read_csv(raw / "drive_cycles.csv").select(
        "cycle", pl.col("t_s").cast(pl.Int32).alias("time_s"), (pl.col("v_kmh") / 3.6).round(6).alias("speed_mps")
    )
    return table.sort("cycle", "time_s")


def kei(raw: Path) -> pl.DataFrame:
    """Published consumption of kei cars in Japan: for validation only."""
    table = pl.read_csv(raw / "kei_japan_figures.csv", infer_schema_length=None)
    return table.select(
        "model",
        "years",
        "powertrain",
        "trans",
        "drive",
        pl.col("disp_cc").alias("displacement_cc"),
        pl.col("curb_kg").alias("mass_kg"),
        "power_kw",
        "cd",
        "frontal_area_m2",
        pl.col("wltcj_km_per_l").alias("wltcj_km_per_l"),
        "jc08_km_per_l",
        "wltcj_wh_per_km",
        pl.col("wltcj_range_km"),
        pl.col("vmax_kmh").alias("speed_max_kmh"),
        pl.when(pl.col("verified_fields") == "none").then(pl.lit("assumed")).otherwise(pl.lit("published")).alias("status"),
        "verified_fields",
        "source",
    )


ANCHORS = ("EB14-LD2A", "EB14-LD22", "145HV412DC", "145HV414DM", "L2FFF2598", "L2FFF2517", "L2FFF8247", "L3FFE3247", "00MBEV4012")
"""Test vehicles of the smallest cars sold in the US: Mirage, Spark, 500, 500e, Spark EV."""


def anchors(raw: Path) -> pl.DataFrame:
    """Small US cars with coast-down and unadjusted economy."""
    table = pl.read_parquet(raw / "epa_testcar_vehicles_2010_2022.parquet").filter(pl.col("veh_id").is_in(ANCHORS))
    electric = pl.col("fuelgrp") == "electric"
    return table.select(
        "make",
        "model",
        pl.col("first_year").alias("year"),
        pl.col("veh_id").alias("test_vehicle"),
        pl.col("fuelgrp").alias("fuel"),
        pl.col("trans").alias("transmission"),
        "gears",
        pl.col("drive"),
        (pl.col("etw_lb") * POUND_KG).round(2).alias("test_mass_kg"),
        (pl.col("ta_lbf") * POUND_FORCE_N).round(4).alias("coast_A_N"),
        (pl.col("tb_lbf_mph") * POUND_FORCE_N / MPH).round(5).alias("coast_B_Nspm"),
        (pl.col("tc_lbf_mph2") * POUND_FORCE_N / MPH**2).round(6).alias("coast_C_Ns2pm2"),
        pl.col("displ_l").alias("displacement_l"),
        (pl.col("rated_hp") * 0.74569987).round(2).alias("power_kw"),
        pl.col("cyl").alias("cylinders"),
        pl.col("nv_ratio").alias("nv_rpm_per_mph"),
        pl.when(electric).then(pl.col("cd_udds_mpg")).otherwise(pl.col("ftp_mpg")).alias("city_mpg"),
        pl.when(electric).then(pl.col("cd_hwy_mpg")).otherwise(pl.col("hwy_mpg")).alias("hwy_mpg"),
        pl.lit("measured").alias("status"),
    ).sort("year", "model", "test_vehicle")


def labels(raw: Path) -> pl.DataFrame:
    """Labels and unadjusted economy of small US cars of 1984-2025."""
    table = pl.read_csv(raw / "keilike_us_epa_labels.csv", infer_schema_length=None)
    names = "Mirage$|Spark$|^Fiat 500$|^500$|Insight|Metro XFI|^Aspire|^Justy$|^Charade$|^Festiva$"
    chosen = table.filter(pl.col("model").str.contains(names))
    return chosen.select(
        "make",
        "model",
        "year",
        "trany",
        "drive",
        pl.col("displ").alias("displacement_l"),
        pl.col("cylinders"),
        pl.col("UCity").alias("city_unadjusted_mpg"),
        pl.col("UHighway").alias("hwy_unadjusted_mpg"),
        pl.col("city08").alias("city_label_mpg"),
        pl.col("highway08").alias("hwy_label_mpg"),
        pl.col("comb08").alias("combined_label_mpg"),
        pl.lit("published").alias("status"),
    ).sort("make", "model", "year", "displacement_l", "trany")


def _effective_load(table: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rolling coefficient and drag area that best reproduce each coast-down with B = 0, over 5-75 mph."""
    mph = np.arange(5.0, 75.1, 2.5)
    A, B, C, m = (table[c].to_numpy() for c in ("ta_lbf", "tb_lbf_mph", "tc_lbf_mph2", "etw_lb"))
    force = A[:, None] + B[:, None] * mph + C[:, None] * mph**2
    design = np.c_[np.ones(mph.size), mph**2]
    A0, C0 = np.linalg.lstsq(design, force.T, rcond=None)[0]
    return A0 / m, C0 * POUND_FORCE_N / MPH**2 * 2.0 / 1.2


def defaults(raw: Path) -> pl.DataFrame:
    """Fits of the test-car table that stand in for inputs a vehicle lacks."""
    table = pl.read_parquet(raw / "epa_testcar_vehicles_2010_2022.parquet")
    petrol = table.filter((pl.col("fuelgrp") == "gasoline") & ~pl.col("hybrid_name") & ~pl.col("has_cd"))
    rows: list[dict[str, object]] = []

    def row(name: str, value: float, unit: str, sd: float, n: int, what: str) -> None:
        rows.append(
            {
                "name": name,
                "value": round(float(value), 6),
                "unit": unit,
                "sd": round(float(sd), 6),
                "n": n,
                "status": "derived",
                "source": f"EPA test-car lists 2010-22: {what}",
            }
        )

    kinds = {"cvt": ("CVT", "SCV"), "manual": ("M",), "dct": ("AM", "AMS"), "at": ("A", "SA")}
    for kind, codes in kinds.items():
        some = petrol.filter(pl.col("trans").is_in(codes) & pl.col("nv_ratio").is_between(12, 70) & pl.col("displ_l").is_between(0.9, 8.5))
        y = np.log(some["nv_ratio"].to_numpy() * REV_PER_M)
        x = np.c_[np.ones(len(some)), np.log(some["displ_l"].to_numpy() / 2.0)]
        b = np.linalg.lstsq(x, y, rcond=None)[0]
        sd = float(np.std(y - x @ b))
        row(f"nv_{kind}_c", b[0], "ln rev/m", sd, len(some), "ln(N/v) in top gear at 2 L")
        row(f"nv_{kind}_V", b[1], "per ln L", sd, len(some), "ln(N/v) on ln(displacement / 2 L)")
    usable = petrol.filter((pl.col("tc_lbf_mph2") > 0) & pl.col("etw_lb").is_not_null() & (pl.col("veh_type") == "Car"))
    crr, area = _effective_load(usable)
    small = usable["etw_lb"].to_numpy() <= 3600
    sd = float(np.std(np.log(crr[small & (crr > 0.002)])))
    row("crr", np.median(crr[small]), "-", sd, int(small.sum()), "median over cars of at most 3,600 lb of A / (m g) with B = 0")
    heavy = petrol.filter((pl.col("tc_lbf_mph2") > 0) & pl.col("etw_lb").is_not_null())
    _, area = _effective_load(heavy)
    mass = heavy["etw_lb"].to_numpy() * POUND_KG
    keep = (area > 0.3) & (area < 3.0)
    x = np.c_[np.ones(keep.sum()), np.log(mass[keep] / 1500.0)]
    b = np.linalg.lstsq(x, np.log(area[keep]), rcond=None)[0]
    sd = float(np.std(np.log(area[keep]) - x @ b))
    row("cda_c", b[0], "ln m2", sd, int(keep.sum()), "ln drag area with B = 0 at 1,500 kg test mass")
    row("cda_m", b[1], "per ln kg", sd, int(keep.sum()), "ln drag area on ln(test mass / 1,500 kg)")
    return pl.DataFrame(rows)


def main() -> None:
    """Read the public files and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=os.environ.get("ROADWORTHY_RAW_DATA"))
    source = parser.parse_args().source
    if source is None:
        parser.error("name the folder of public files with --source or ROADWORTHY_RAW_DATA")
    raw = Path(source) / "energy"
    FACTS.mkdir(parents=True, exist_ok=True)
    cycles(raw).write_parquet(FACTS / "cycles.parquet", compression="zstd", compression_level=19)
    kei(raw).write_csv(FACTS / "kei_japan.csv")
    anchors(raw).write_csv(FACTS / "anchors_us.csv")
    labels(raw).write_csv(FACTS / "labels_small_us.csv")
    defaults(raw).write_csv(FACTS / "defaults.csv")


if __name__ == "__main__":
    main()
