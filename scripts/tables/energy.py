"""Make the tables of the energy room: drive cycles, kei figures, small-car anchors, and fits that fill missing inputs.

Public origins: regulatory drive schedules (EPA, UNECE, MLIT; 1 Hz copies shipped with FASTSim and two open repositories), EPA
"Data on cars used for testing fuel economy" (model years 2010-22, public domain), fueleconomy.gov labels (public domain) and
published Japanese figures named row by row. `parameters.csv` and `lanes.csv` are written by hand from the design document.

    python scripts/tables/energy.py --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from energy_data import FACTS, HP_W, LAST_LABEL_YEAR, MPH, POUND_FORCE_N, POUND_KG, REV_PER_M, petrol, source_folder, test_cars

MILE_M = 1609.344
WLTC_J_END_S = 1477
"""WLTC of Japan is class 3b without its last phase, the last 323 s."""


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
        (pl.col("rated_hp") * HP_W / 1e3).round(2).alias("power_kw"),
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


def _robust(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Regression that wild rows do not pull: coefficients, and the spread by the median absolute error."""
    w = np.ones(y.size)
    for _ in range(20):
        b = np.linalg.lstsq(x * w[:, None], y * w, rcond=None)[0]
        e = np.abs(y - x @ b)
        w = 1.0 / np.sqrt(np.maximum(1.0, e / (1.5 * np.median(e))))
    return b, float(1.4826 * np.median(np.abs(y - x @ b)))


def defaults(raw: Path) -> pl.DataFrame:
    """Fits of the test-car table that stand in for inputs a vehicle lacks."""
    table = pl.read_parquet(raw / "epa_testcar_vehicles_2010_2022.parquet")
    petrol = table.filter((pl.col("fuelgrp") == "gasoline") & ~pl.col("hybrid_name") & ~pl.col("has_cd"))
    rows: list[dict[str, object]] = []

    def row(name: str, value: float, unit: str, sd: float, n: int, what: str, source: str = "EPA test-car lists 2010-22") -> None:
        rows.append(
            {
                "name": name,
                "value": round(float(value), 6),
                "unit": unit,
                "sd": round(float(sd), 6),
                "n": n,
                "status": "derived",
                "source": f"{source}: {what}",
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
    known = (pl.col("tc_lbf_mph2") > 0) & pl.col("etw_lb").is_not_null() & pl.col("fuelgrp").is_in(["gasoline", "electric"])
    usable = table.filter(known & ~pl.col("hybrid_name"))
    crr, area = _effective_load(usable)
    mass = usable["etw_lb"].to_numpy() * POUND_KG
    keep = (crr > 0.003) & (crr < 0.03) & (area > 0.3) & (area < 3.0)
    x = np.c_[
        np.ones(mass.size),
        (usable["first_year"].to_numpy() - 2016.0) / 5.0,
        usable["fuelgrp"].to_numpy() == "electric",
        usable["veh_type"].to_numpy() != "Car",
        np.log(mass / 1500.0),
    ][keep]
    for name, y, last in (("crr", np.log(crr[keep]), 4), ("cda", np.log(area[keep]), 5)):
        b, sd = _robust(x[:, :last], y)
        what = {"crr": "ln A / (m g) with B = 0", "cda": "ln drag area with B = 0"}[name]
        meanings = (
            ("c", "petrol car of 2016, 1,500 kg"),
            ("y", "per 5 years"),
            ("ev", "electric"),
            ("truck", "listed as truck"),
            ("m", "per ln mass"),
        )
        for (part, meaning), value in zip(meanings[:last], b, strict=True):
            row(f"{name}_{part}", value, "ln", sd, int(keep.sum()), f"{what}: {meaning}")
    told = pl.read_parquet(raw / "epa_vehicles_1984_2026.parquet").filter(
        (pl.col("atvType").cast(pl.String) == "Plug-in Hybrid")
        & (pl.col("year") <= LAST_LABEL_YEAR)
        & pl.col("combinedUF").is_between(0.05, 0.95)
    )
    miles = told["rangeA"].cast(pl.String).str.extract(r"(\d+)$").cast(pl.Float64).to_numpy()
    factor = told["combinedUF"].to_numpy().astype(float)
    keep = np.isfinite(miles) & (miles >= 8.0)
    y, x = np.log(-np.log(1.0 - factor[keep])), np.log(miles[keep] * MILE_M)
    shape, offset = np.polyfit(x, y, 1)
    sd = float(np.std(y - shape * x - offset))
    what = "utility factor of plug-in hybrids: ln(-ln(1 - UF)) on ln(electric range)"
    row("uf_range_m", np.exp(-offset / shape), "m", sd, int(keep.sum()), what, "fueleconomy.gov labels to 2022")
    row("uf_shape", shape, "-", sd, int(keep.sum()), what, "fueleconomy.gov labels to 2022")
    return pl.DataFrame(rows)


def technology_of(raw: Path) -> pl.DataFrame:
    """What the engines of each maker usually come with: gearbox, gears, gearing, boost, injection, stop-start."""
    cars = petrol(test_cars(raw)).filter(pl.col("maker") != "OTHER")
    kind = pl.when(pl.col("cvt") > 0).then(pl.lit("cvt")).when(pl.col("dct") > 0).then(pl.lit("dct")).when(pl.col("manual") > 0)
    keyed = cars.with_columns(
        kind.then(pl.lit("manual")).otherwise(pl.lit("at")).alias("gearbox"),
        (pl.col("displacement_m3") * 1e3).round(1).alias("displacement_l"),
        ((pl.col("power_W") / 1e4).round(0) * 10.0).alias("tens_kw"),
        (pl.col("model_year") // 3 * 3 + 1).alias("year"),
    ).drop("model_year")
    grouped = keyed.group_by("maker", "gearbox", "displacement_l", "cylinders", "tens_kw", "year").agg(
        (pl.col("power_W").median() / 1e3).round(1).alias("power_kw"),
        pl.col("gears").median(),
        pl.col("nv_rev_per_m").median().round(3),
        pl.col("boosted", "direct_injection", "start_stop").mean().fill_null(0.0).round(2),
        pl.len().alias("cars"),
    )
    columns = ("maker", "gearbox", "displacement_l", "cylinders", "power_kw", "year", "gears", "nv_rev_per_m", "boosted", "direct_injection",
               "start_stop", "cars")  # fmt: skip
    return grouped.select(columns).sort("maker", "displacement_l", "power_kw", "year", "gearbox", "cylinders")


def main() -> None:
    """Read the public files and write the tables."""
    raw = source_folder(argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)) / "energy"
    FACTS.mkdir(parents=True, exist_ok=True)
    cycles(raw).write_parquet(FACTS / "cycles.parquet", compression="zstd", compression_level=19)
    kei(raw).write_csv(FACTS / "kei_japan.csv")
    anchors(raw).write_csv(FACTS / "anchors_us.csv")
    labels(raw).write_csv(FACTS / "labels_small_us.csv")
    defaults(raw).write_csv(FACTS / "defaults.csv")
    technology_of(raw).write_parquet(FACTS / "technology.parquet", compression="zstd", compression_level=19)


if __name__ == "__main__":
    main()
