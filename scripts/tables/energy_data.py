"""Which cars does the energy model learn from, and which are kept apart?

Test vehicles of "Data on cars used for testing fuel economy" (EPA, model years 2010-22, public domain) with their coast-down, engine,
gearbox and unadjusted results, joined with the label table of fueleconomy.gov for what the test lists do not say: boost, injection,
stop-start and hybrid drive. Vehicles of one make and model group lie wholly in the fit or wholly held out. Label rows of model years
2023 and later are not read here.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from roadworthy.energy.residual import maker

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "energy"
POUND_KG = 0.45359237
POUND_FORCE_N = POUND_KG * 9.80665
MPH = 0.44704
REV_PER_M = 1.0 / 60.0 / MPH
"""One engine rpm per mph, in revolutions per metre."""
HP_W = 745.69987
LAST_LABEL_YEAR = 2022
HELD_TENTHS = 3
"""Tenths of the model groups that no fit sees."""


def source_folder(parser: argparse.ArgumentParser) -> Path:
    """The folder of public files that the command line or the environment names."""
    parser.add_argument("--source", type=Path, default=os.environ.get("ROADWORTHY_RAW_DATA"))
    found = parser.parse_args().source
    if found is None:
        parser.error("name the folder of public files with --source or ROADWORTHY_RAW_DATA")
    return Path(found)


def group(make: str, model: str) -> str:
    """Make and model group: leading letters of the model, with a lone digit after one or two letters (A4, CX5), or a first digit (328i)."""
    name = re.sub(r"[^A-Z0-9]", "", model.upper().split(" ")[0].replace("-", ""))
    found = re.match(r"([A-Z]{1,2}\d)(?!\d)|([A-Z]+)|(\d)", name)
    return f"{make.strip().upper()}/{found.group() if found else name}"


def electric_group(make: str, text: str) -> str:
    """Make and model group of an electric car from all that its row calls it: "Tesla Model 3" and "NISSAN LEAF" by what follows the make."""
    name = re.sub(rf"^({re.escape(make)}\s*)+", "", text.strip())
    lettered = re.match(r"MODEL ([A-Z0-9])\b", name)
    return f"{make}/MODEL{lettered.group(1)}" if lettered else group(make, name)


def held_out(name: str) -> bool:
    """Whether a group is kept apart, by a hash of its name, so that the split never moves."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10 < HELD_TENTHS


def technology(labels: pl.DataFrame) -> pl.DataFrame:
    """Share of the label rows of each make, displacement, cylinders and year with boost, direct injection, stop-start, hybrid drive."""
    told = pl.col("eng_dscr").cast(pl.String).fill_null("")
    kind = pl.col("atvType").cast(pl.String).fill_null("")
    rows = labels.filter((pl.col("year") >= 2009) & (pl.col("year") <= LAST_LABEL_YEAR) & (pl.col("displ") > 0)).select(
        pl.col("make").cast(pl.String).str.to_uppercase().alias("make_key"),
        pl.col("year").cast(pl.Int64),
        (pl.col("displ").cast(pl.Float64) * 10).round(0).cast(pl.Int64).alias("decilitres"),
        pl.col("cylinders").cast(pl.Float64).alias("cyl"),
        (pl.col("tCharger").cast(pl.String).is_not_null() | pl.col("sCharger").cast(pl.String).is_not_null())
        .cast(pl.Float64)
        .alias("boosted"),
        told.str.contains("SIDI").cast(pl.Float64).alias("direct_injection"),
        (pl.col("startStop").cast(pl.String) == "Y").cast(pl.Float64).fill_null(0.0).alias("start_stop"),
        ((kind == "Hybrid") & ~told.str.contains("Mild")).cast(pl.Float64).alias("hybrid_share"),
    )
    return rows.group_by("make_key", "year", "decilitres", "cyl").agg(
        pl.col("boosted", "direct_injection", "start_stop", "hybrid_share").mean()
    )


def test_cars(raw: Path) -> pl.DataFrame:
    """Test vehicles with technology flags, groups and the split; SI, consumption still in mpg."""
    cars = pl.read_parquet(raw / "epa_testcar_vehicles_2010_2022.parquet")
    tech = technology(pl.read_parquet(raw / "epa_vehicles_1984_2026.parquet"))
    keyed = cars.with_columns(
        pl.col("make").str.to_uppercase().alias("make_key"),
        (pl.col("displ_l") * 10).round(0).cast(pl.Int64).alias("decilitres"),
        pl.col("first_year").alias("year"),
    )
    flags = ("boosted", "direct_injection", "start_stop", "hybrid_share")
    joined = keyed.join(tech, on=["make_key", "year", "decilitres", "cyl"], how="left")
    for shift in (1, -1):
        near = tech.with_columns(pl.col("year") + shift).rename({f: f"{f}_near" for f in flags})
        joined = joined.join(near, on=["make_key", "year", "decilitres", "cyl"], how="left")
        joined = joined.with_columns(pl.coalesce(f, f"{f}_near").alias(f) for f in flags).drop(f"{f}_near" for f in flags)
    code = pl.col("trans")
    names = [group(a, b) for a, b in zip(joined["make"], joined["model"], strict=True)]
    return joined.with_columns(
        pl.Series("group", names),
        pl.Series("held", [held_out(name) for name in names]),
        pl.Series("maker", [maker(m) for m in joined["make"]]),
        (pl.col("etw_lb") * POUND_KG).alias("test_kg"),
        (pl.col("ta_lbf") * POUND_FORCE_N).alias("A_N"),
        (pl.col("tb_lbf_mph") * POUND_FORCE_N / MPH).alias("B_Nspm"),
        (pl.col("tc_lbf_mph2") * POUND_FORCE_N / MPH**2).alias("C_Ns2pm2"),
        (pl.col("displ_l") * 1e-3).alias("displacement_m3"),
        (pl.col("rated_hp") * HP_W).alias("power_W"),
        pl.col("cyl").alias("cylinders"),
        pl.when(pl.col("nv_ratio").is_between(12.0, 70.0)).then(pl.col("nv_ratio") * REV_PER_M).alias("nv_rev_per_m"),
        code.is_in(["CVT", "SCV"]).cast(pl.Float64).alias("cvt"),
        code.is_in(["AM", "AMS"]).cast(pl.Float64).alias("dct"),
        (code == "M").cast(pl.Float64).alias("manual"),
        pl.col("drive").is_in(["4", "A"]).cast(pl.Float64).alias("awd"),
        (pl.col("veh_type") != "Car").cast(pl.Float64).alias("truck"),
        pl.col("first_year").cast(pl.Float64).alias("model_year"),
    )


def _road_ok() -> pl.Expr:
    return (
        (pl.col("tc_lbf_mph2") > 0.0) & pl.col("test_kg").is_not_null() & (pl.col("ta_lbf") > 0.0) & pl.col("power_W").is_between(2e4, 8e5)
    )


STRONG_RATIO = 1.22
"""Highway over city economy below which a car named or listed as hybrid is taken for a strong hybrid."""


def _plain_petrol() -> pl.Expr:
    """Petrol cars without a hybrid drive, all inputs known."""
    return (
        (pl.col("fuelgrp") == "gasoline")
        & ~pl.col("has_cd")
        & ~pl.col("hybrid_name")
        & (pl.col("hybrid_share").fill_null(0.0) < 0.5)
        & pl.col("displacement_m3").is_between(0.9e-3, 8.5e-3)
        & pl.col("cylinders").is_between(2, 12)
        & pl.col("nv_rev_per_m").is_not_null()
        & pl.col("trans").is_in(["A", "SA", "CVT", "SCV", "AM", "AMS", "M"])
        & _road_ok()
    )


def petrol(cars: pl.DataFrame) -> pl.DataFrame:
    """Plain petrol cars with both results of the two-cycle test."""
    ratio = pl.col("hwy_mpg") / pl.col("ftp_mpg")
    return cars.filter(_plain_petrol() & pl.col("ftp_mpg").is_not_null() & pl.col("hwy_mpg").is_not_null() & ratio.is_between(1.12, 1.9))


def diesels(cars: pl.DataFrame) -> pl.DataFrame:
    """Diesel cars with both results of the two-cycle test."""
    known = (
        pl.col("nv_rev_per_m").is_not_null() & pl.col("displacement_m3").is_between(0.9e-3, 8.0e-3) & pl.col("cylinders").is_between(2, 12)
    )
    both = pl.col("ftp_mpg").is_not_null() & pl.col("hwy_mpg").is_not_null()
    return cars.filter((pl.col("fuelgrp") == "diesel") & known & both & _road_ok())


COLD_PROCEDURE = 11


def cold_cars(cars: pl.DataFrame, tests: pl.DataFrame) -> pl.DataFrame:
    """Plain petrol cars in the test at 20 F, with its bags: rows of their own, as road load is a tenth higher there."""
    key, bags = ["veh_id", "veh_cfg", "load"], [f"fe_bag{i}" for i in (1, 2, 3)]
    name = [pl.col("veh_id").cast(pl.String), pl.col("veh_cfg").cast(pl.String), pl.col("ta_lbf").cast(pl.Float64).round(2).alias("load")]
    cold = tests.filter(pl.col("proc_cd") == COLD_PROCEDURE).with_columns(name).group_by(key).agg(pl.col(bags).cast(pl.Float64).mean())
    seen = cars.filter(_plain_petrol() & pl.col("cold_mpg").is_not_null() & pl.col("ftp_mpg").is_null())
    both = seen.with_columns(name).drop(bags).join(cold, on=key, how="inner")
    return both.filter(pl.all_horizontal(pl.col(b).is_between(4.0, 80.0) for b in bags))


def cooled_cars(cars: pl.DataFrame) -> pl.DataFrame:
    """Plain petrol cars in SC03 with their air conditioning."""
    return petrol(cars).filter(pl.col("sc03_mpg").is_not_null())


def _assist() -> pl.Expr:
    """Hybrids whose motor cannot drive the car alone (integrated or belted assist): known model families."""
    honda = (pl.col("maker") == "HONDA") & (
        (pl.col("year") < 2014) | pl.col("model").str.to_uppercase().str.contains("CR-?Z|INSIGHT|CIVIC") & (pl.col("year") < 2019)
    )
    return honda | pl.col("maker").is_in(["GM", "BMW", "MERCEDES", "VW", "NISSAN", "FCA", "SUBARU", "JLR"])


def hybrids(cars: pl.DataFrame) -> pl.DataFrame:
    """Strong hybrids in charge-sustaining tests: named or listed as hybrid, good in town, and of makers whose motor can drive alone."""
    return cars.filter(
        (pl.col("fuelgrp") == "gasoline")
        & pl.col("ftp_mpg").is_not_null()
        & pl.col("hwy_mpg").is_not_null()
        & (pl.col("hybrid_name") | (pl.col("hybrid_share").fill_null(0.0) >= 0.5) | pl.col("has_cd"))
        & ((pl.col("hwy_mpg") / pl.col("ftp_mpg")) < STRONG_RATIO)
        & ~_assist()
        & pl.col("displacement_m3").is_between(0.9e-3, 6.5e-3)
        & _road_ok()
    )


EV_AGREE = 0.03


def make_in(text: str, makes: Sequence[str]) -> str:
    """The make that a list's make and model together name: some lists give a year or a model as the make; empty when none."""
    if text.startswith("MODEL S"):
        return "TESLA"
    return next((m for m in makes if re.search(rf"\b{re.escape(m)}", text)), "")


def electrics(cars: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Electric cars whose two results, read as miles per gallon equivalent, agree with unadjusted values on file at fueleconomy.gov.

    The lists mix units and bases; a row is kept only where some label of the same make up to one model year away has both values
    within 3 %. The make is looked for in make and model, and group, split and maker follow it.
    """
    kwh = 33.705
    cars = cars.filter(
        (pl.col("fuelgrp") == "electric") & pl.col("cd_udds_mpg").is_not_null() & pl.col("cd_hwy_mpg").is_not_null() & _road_ok()
    )
    ev = labels.filter((pl.col("atvType").cast(pl.String) == "EV") & (pl.col("year") <= LAST_LABEL_YEAR) & (pl.col("UCity") > 0))
    known: dict[str, list[tuple[int, float, float]]] = {}
    for m, y, c, h in zip(ev["make"].cast(pl.String), ev["year"], ev["UCity"], ev["UHighway"], strict=True):
        known.setdefault(m.upper(), []).append((int(y), float(c), float(h)))
    makes = sorted(known, key=len, reverse=True)
    city, hwy, ok, named = [], [], [], []
    for row in cars.iter_rows(named=True):
        c, h = (v if v > 55.0 else 100.0 * kwh / v for v in (row["cd_udds_mpg"], row["cd_hwy_mpg"]))
        make = make_in(f"{row['make']} {row['model']}".upper(), makes)
        near = [
            1
            for y, uc, uh in known.get(make, ())
            if abs(y - row["year"]) <= 1 and abs(np.log(c / uc)) < EV_AGREE and abs(np.log(h / uh)) < EV_AGREE
        ]
        city.append(c)
        hwy.append(h)
        ok.append(bool(near))
        named.append(make)
    texts = [f"{a} {b}".upper() for a, b in zip(cars["make"], cars["model"], strict=True)]
    groups = [electric_group(make, text[text.find(make) :] if make in text else text) for make, text in zip(named, texts, strict=True)]
    own = [maker(m) for m in named]
    return cars.with_columns(
        pl.Series("city_mpge", city),
        pl.Series("hwy_mpge", hwy),
        pl.Series("make", [m or a for m, a in zip(named, cars["make"], strict=True)]),
        pl.Series("group", groups),
        pl.Series("held", [held_out(g) for g in groups]),
        pl.Series("maker", own),
    ).filter(pl.Series(ok))


def car_arrays(rows: pl.DataFrame, electric: bool = False, hybrid: bool = False, diesel: bool = False) -> dict[str, np.ndarray]:
    """What `energy.inputs` takes, one array per number; unknown flags as 0."""
    names = ("test_kg", "A_N", "B_Nspm", "C_Ns2pm2", "power_W", "cvt", "dct", "manual", "awd", "truck")
    engine = ("displacement_m3", "cylinders", "nv_rev_per_m", "gears", "boosted", "direct_injection", "start_stop")
    found = {n: rows[n].cast(pl.Float64).fill_null(np.nan).to_numpy().copy() for n in names + (() if electric else engine)}
    for flag in ("boosted", "direct_injection", "start_stop"):
        if flag in found:
            found[flag] = np.nan_to_num(found[flag])
    found["year"] = rows["model_year"].to_numpy()
    found["electric"] = np.full(len(rows), float(electric))
    found["hybrid"] = np.full(len(rows), float(hybrid))
    found["diesel"] = np.full(len(rows), float(diesel))
    return found
