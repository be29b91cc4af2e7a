"""Which EPA test car stands behind the label of each vehicle that FASTSim describes?

Fills `benchmarks/fastsim_refs.csv`: road load, test mass, power, gearing of the test car of the same make, fuel and displacement, at most
five years away, whose unadjusted results are those on file for the label (3 % each); empty where there is none. `seen` tells whether
that car's model group took part in the fit. Rows, labels and times to 60 mph come from `fastsim_label_refs.csv`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from energy_data import REV_PER_M, electric_group, held_out, source_folder, test_cars

REFERENCES = Path(__file__).resolve().parents[2] / "benchmarks" / "fastsim_refs.csv"
AGREE_LN, YEARS = 0.03, 5
COLUMNS = ("test_car", "seen", "test_kg", "A_N", "B_Nspm", "C_Ns2pm2", "test_power_kw", "nv_rev_per_m", "test_gears")


def named_by(model: str) -> pl.Expr:
    """Whether a test car's name holds the first word of the model."""
    return (pl.col("make") + " " + pl.col("model")).str.to_uppercase().str.contains(model.split()[0].upper(), literal=True)


def behind(row: dict[str, str], told: dict[str, str], cars: pl.DataFrame) -> dict[str, str]:
    """The columns of the test car behind one label; empty texts where there is none."""
    electric = row["powertrain"] == "bev"
    kind = "electric" if electric else "diesel" if row["diesel"] == "1" else "gasoline"
    city, hwy = ("cd_udds_mpg", "cd_hwy_mpg") if electric else ("ftp_mpg", "hwy_mpg")
    # some lists give a year or a model as the make: the make may stand in either
    named = (pl.col("make") + " " + pl.col("model")).str.to_uppercase().str.contains(row["make"].upper(), literal=True)
    near = cars.filter(named & (pl.col("fuelgrp") == kind) & ((pl.col("first_year") - int(row["year"])).abs() <= YEARS))
    all_wheels = (pl.col("awd") > 0.5) | pl.col("model").str.to_uppercase().str.contains("AWD|4WD")
    near = near.filter(named_by(row["model"]) & (all_wheels == (row["awd"] == "1")))
    if not electric:
        near = near.filter((pl.col("displ_l") - float(row["displacement_l"])).abs() < 0.06)
    near = near.with_columns(
        ((pl.col(city) / float(told["ucity"])).log().abs()).alias("city_gap"),
        ((pl.col(hwy) / float(told["uhwy"])).log().abs()).alias("hwy_gap"),
    ).filter((pl.col("city_gap") < AGREE_LN) & (pl.col("hwy_gap") < AGREE_LN) & (pl.col("tc_lbf_mph2") > 0.0))
    if near.is_empty():
        return dict.fromkeys(COLUMNS, "")
    car = near.sort((pl.col("city_gap") + pl.col("hwy_gap")).round(3), (pl.col("first_year") - int(row["year"])).abs(), "veh_id").row(
        0, named=True
    )
    apart = held_out(electric_group(row["make"].upper(), f"{row['make']} {row['model']}".upper())) if electric else car["held"]
    gearing = car["nv_ratio"] * REV_PER_M if car["nv_ratio"] and 12.0 < car["nv_ratio"] < 70.0 and not electric else np.nan
    values = (car["test_kg"], car["A_N"], car["B_Nspm"], car["C_Ns2pm2"], (car["power_W"] or np.nan) / 1e3, gearing, car["gears"] or np.nan)
    texts = ["" if v is None or np.isnan(v) else f"{v:.6g}" for v in values]
    return dict(
        zip(COLUMNS, [f"{car['make']} {car['model']} {car['first_year']} {car['veh_id']}", "held" if apart else "fit", *texts], strict=True)
    )


def main() -> None:
    """Fill the table of references."""
    raw = source_folder(argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)) / "energy"
    cars = test_cars(raw)
    told = {r["db_path"]: r for r in csv.DictReader((raw / "fastsim_label_refs.csv").open(encoding="utf-8"))}
    rows = [r | behind(r, told[r["db_path"]], cars) for r in csv.DictReader(REFERENCES.open(encoding="utf-8"))]
    with REFERENCES.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    print(f"{sum(bool(r['test_car']) for r in rows)} of {len(rows)} labels have their test car")


if __name__ == "__main__":
    main()
