"""Which cars does a user's copy of the public lists hold?

`read_labels(path)` reads vehicles.csv of fueleconomy.gov (also zipped); `read_test_cars(path)` reads a model year of EPA "Data on cars
used for testing fuel economy" as CSV. Both check the columns, blank the sentinels and give SI. Limits: lists of 2015 and later (older
ones are laid out differently); electric rows of the test lists mix units and are left out.
References: fueleconomy.gov/feg/ws (column meanings); EPA test-car list data.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.core import InputError, near
from roadworthy.core.units import MPH

from .residual import maker

if TYPE_CHECKING:
    import polars as pl

POUND_KG = 0.45359237
POUND_FORCE_N = POUND_KG * 9.80665
HP_W = 745.69987
LABELS = {
    "id": "id", "year": "year", "make": "make", "model": "model", "displ": "displacement_l", "cylinders": "cylinders", "trany": "gearbox",
    "drive": "drive", "fuelType1": "fuel", "UCity": "city_unadjusted_mpg", "UHighway": "hwy_unadjusted_mpg", "city08": "city_label_mpg",
    "highway08": "hwy_label_mpg", "comb08": "combined_label_mpg",
}  # fmt: skip
"""Column of vehicles.csv and its name here."""
TESTS = {
    "Model Year": "year", "Represented Test Veh Make": "make", "Represented Test Veh Model": "model", "Test Vehicle ID": "test_vehicle",
    "Test Veh Displacement (L)": "displacement_l", "Rated Horsepower": "power_hp", "# of Cylinders and Rotors": "cylinders",
    "Tested Transmission Type Code": "gearbox", "# of Gears": "gears", "Drive System Code": "drive", "N/V Ratio": "nv_rpm_per_mph",
    "Equivalent Test Weight (lbs.)": "test_lb", "Test Procedure Cd": "procedure", "Test Fuel Type Description": "fuel", "RND_ADJ_FE": "mpg",
    "Target Coef A (lbf)": "coast_A", "Target Coef B (lbf/mph)": "coast_B", "Target Coef C (lbf/mph**2)": "coast_C",
}  # fmt: skip
"""Column of a test-car list and its name here."""
PROCEDURES = {"21": "ftp", "31": "ftp", "2": "ftp", "3": "hwy", "90": "us06", "95": "sc03"}
"""Test procedure code and what it measures; others are left out."""


def _frame(path: Path | str, wanted: Mapping[str, str], kind: str) -> pl.DataFrame:
    import polars as pl

    file = Path(path)
    try:
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as box:
                inner = next((n for n in box.namelist() if n.endswith(".csv")), None)
                content = box.read(inner) if inner else b""
        else:
            content = file.read_bytes()
        table = pl.read_csv(content, infer_schema_length=0, encoding="utf8-lossy")
    except (OSError, zipfile.BadZipFile) as fault:
        raise InputError(f"{file} cannot be read: {fault}", f"name the {kind}", code="energy.file", where=str(file)) from None
    except pl.exceptions.PolarsError:
        raise InputError(f"{file} is not a table", f"save the {kind} as CSV with its header", code="energy.file", where=str(file)) from None
    names = {name.strip(): name for name in table.columns}
    missing = [name for name in wanted if name not in names]
    if missing:
        raise InputError(
            f"{file} has no column {missing[0]!r}, and {len(missing) - 1} more are missing",
            f"give the {kind} as published; {near(missing[0], names)}",
            code="energy.columns",
            where=str(file),
        )
    return table.select(pl.col(names[old]).str.strip_chars().alias(new) for old, new in wanted.items())


def _numbers(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    import polars as pl

    return table.with_columns(pl.col(n).str.replace_all(",", "").cast(pl.Float64, strict=False) for n in names)


def read_labels(path: Path | str) -> pl.DataFrame:
    """Labels of fueleconomy.gov: one row a vehicle, miles per gallon; 0 and -1 become null."""
    import polars as pl

    economy = [n for n in LABELS.values() if n.endswith("_mpg")]
    table = _numbers(_frame(path, LABELS, "vehicles.csv of fueleconomy.gov"), "id", "year", "displacement_l", "cylinders", *economy)
    return table.with_columns(
        *(pl.when(pl.col(n) > 0).then(pl.col(n)).alias(n) for n in (*economy, "displacement_l", "cylinders")),
        pl.col("id", "year").cast(pl.Int64),
    )


def read_test_cars(path: Path | str) -> pl.DataFrame:
    """Petrol test vehicles of one list, one row each, with FTP, highway, US06 and SC03 economy where tested.

    SI with the unit in the name; gearbox as `at`, `cvt`, `dct`, `manual`; repeated tests by their harmonic mean.
    """
    import polars as pl

    raw = _frame(path, TESTS, "EPA test-car list of one model year")
    codes = [n for n in TESTS.values() if n not in ("make", "model", "test_vehicle", "gearbox", "drive", "procedure", "fuel")]
    table = _numbers(raw, *codes).filter(pl.col("fuel").str.contains("(?i)gasoline|indolene|tier") & pl.col("mpg").is_between(1.0, 250.0))
    table = table.with_columns(pl.col("procedure").str.replace(r"\.0$", "").replace_strict(PROCEDURES, default=None).alias("test"))
    first = [pl.col(n).first() for n in TESTS.values() if n not in ("procedure", "mpg", "make", "model", "test_vehicle")]
    tests = [(1.0 / (1.0 / pl.col("mpg").filter(pl.col("test") == t)).mean()).alias(f"{t}_mpg") for t in ("ftp", "hwy", "us06", "sc03")]
    cars = table.filter(pl.col("test").is_not_null()).group_by("make", "model", "test_vehicle", maintain_order=True).agg(*first, *tests)
    kind = {"CVT": "cvt", "SCV": "cvt", "AM": "dct", "AMS": "dct", "M": "manual"}

    def between(name: str, low: float, high: float, factor: float) -> pl.Expr:
        return pl.when(pl.col(name).is_between(low, high)).then(pl.col(name) * factor)

    return cars.with_columns(
        pl.col("make").map_elements(maker, return_dtype=pl.String).alias("maker"),
        pl.col("gearbox").replace_strict(kind, default="at"),
        between("displacement_l", 0.3, 10.0, 1e-3).alias("displacement_m3"),
        between("power_hp", 5.0, 2000.0, HP_W).alias("power_W"),
        between("nv_rpm_per_mph", 12.0, 80.0, 1.0 / 60.0 / MPH).alias("nv_rev_per_m"),
        between("test_lb", 800.0, 15000.0, POUND_KG).alias("test_kg"),
        (pl.col("coast_A") * POUND_FORCE_N).alias("coast_A_N"),
        (pl.col("coast_B") * POUND_FORCE_N / MPH).alias("coast_B_Nspm"),
        (pl.col("coast_C") * POUND_FORCE_N / MPH**2).alias("coast_C_Ns2pm2"),
    ).drop("power_hp", "nv_rpm_per_mph", "test_lb", "coast_A", "coast_B", "coast_C", "displacement_l", "fuel")
