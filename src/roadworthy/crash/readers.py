"""What may a user bring: national crash files, federal crash tests and consumer ratings, checked column by column.

`read_fars` takes the folder or zip of one year of FARS or CRSS (vehicle.csv and person.csv), `read_tests` an export of NHTSA's vehicle crash
tests, `read_ratings` the SaferCar table. Names are matched without regard to case; what a file must hold is in the three tables below. A column
that is missing is named with the nearest one that is there; a value that is no number is missing, never zero.
Limits: nothing is fetched; codes are passed on as the files have them (BODY_TYP by the coding manual of the year).
References: FARS and CRSS analytical user's manuals; NHTSA vehicle crash test database; NHTSA 5-Star Safety Ratings.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from roadworthy.core import InputError
from roadworthy.core.units import KMH

FARS_VEHICLE = ("ST_CASE", "VEH_NO", "MAKE", "MOD_YEAR", "BODY_TYP", "DEATHS")
FARS_PERSON = ("ST_CASE", "VEH_NO", "PER_NO", "PER_TYP", "AGE", "SEX", "INJ_SEV")
CRSS_VEHICLE = ("CASENUM", "VEH_NO", "MAKE", "MOD_YEAR", "BODY_TYP", "WEIGHT")
CRSS_PERSON = ("CASENUM", "VEH_NO", "PER_NO", "PER_TYP", "AGE", "SEX", "INJ_SEV")
TESTS = ("TSTNO", "CLSSPD", "VEHTWT", "HIC", "CLIP3M")
RATINGS = ("MAKE", "MODEL", "MODEL_YR", "FRNT_DRIV_STARS", "CURB_WEIGHT", "ROLLOVER_POSSIBILITY")
DRIVER = 1
"""PER_TYP of the driver."""
KILLED = 4
"""INJ_SEV of a death."""
UNKNOWN_AGE = 120
"""Ages from here on are codes."""


def read_fars(source: Path | str) -> pl.DataFrame:
    """Vehicles of one year of FARS or CRSS with their drivers: folder or zip with vehicle.csv and person.csv.

    One row a vehicle: case, vehicle, make, model_year, body_type, driver_age, driver_killed, weight (1 in FARS).
    """
    place = Path(source)
    vehicle, person = (_csv(place, name) for name in ("vehicle.csv", "person.csv"))
    sampled = "CASENUM" in vehicle.columns
    wanted = (CRSS_VEHICLE, CRSS_PERSON) if sampled else (FARS_VEHICLE, FARS_PERSON)
    vehicle, person = (
        _need(t, names, f"{place} {name}") for t, names, name in zip((vehicle, person), wanted, ("vehicle.csv", "person.csv"), strict=True)
    )
    case = "CASENUM" if sampled else "ST_CASE"
    drivers = person.filter(pl.col("PER_TYP") == DRIVER).select(
        case,
        "VEH_NO",
        pl.when(pl.col("AGE") < UNKNOWN_AGE).then(pl.col("AGE")).alias("driver_age"),
        (pl.col("INJ_SEV") == KILLED).alias("driver_killed"),
    )
    return vehicle.join(drivers.unique([case, "VEH_NO"], keep="first"), on=[case, "VEH_NO"], how="left").select(
        pl.col(case).alias("case"),
        pl.col("VEH_NO").alias("vehicle"),
        pl.col("MAKE").alias("make"),
        pl.col("MOD_YEAR").alias("model_year"),
        pl.col("BODY_TYP").alias("body_type"),
        "driver_age",
        "driver_killed",
        (pl.col("WEIGHT") if sampled else pl.lit(1.0)).alias("weight"),
    )


def pairs(vehicles: pl.DataFrame) -> pl.DataFrame:
    """Crashes of exactly two vehicles in which exactly one driver died, one row each, columns ending in _1 and _2."""
    two = vehicles.filter(pl.len().over("case") == 2).sort("case", "vehicle")
    first, second = (two.filter(pl.int_range(pl.len()).over("case") == i) for i in (0, 1))
    renamed = (t.rename({name: f"{name}_{i}" for name in t.columns if name != "case"}) for i, t in ((1, first), (2, second)))
    one, other = renamed
    return one.join(other, on="case").filter(pl.col("driver_killed_1") != pl.col("driver_killed_2"))


def read_tests(source: Path | str) -> pl.DataFrame:
    """Federal crash tests: test, speed_mps, mass_kg, hic, chest_g, one row an occupant."""
    found = _need(_csv(Path(source)), TESTS, str(source))
    return found.select(
        pl.col("TSTNO").cast(pl.Int64).alias("test"),
        (pl.col("CLSSPD") * KMH).alias("speed_mps"),
        pl.col("VEHTWT").alias("mass_kg"),
        pl.col("HIC").alias("hic"),
        pl.col("CLIP3M").alias("chest_g"),
    )


def read_ratings(source: Path | str) -> pl.DataFrame:
    """Consumer ratings: make, model, model_year, front_stars, curb_weight as printed, p_rollover (0..1)."""
    found = _need(_csv(Path(source)), RATINGS, str(source), text=("MAKE", "MODEL"))
    share = pl.col("ROLLOVER_POSSIBILITY")
    return found.select(
        pl.col("MAKE").alias("make"),
        pl.col("MODEL").alias("model"),
        pl.col("MODEL_YR").cast(pl.Int64).alias("model_year"),
        pl.col("FRNT_DRIV_STARS").alias("front_stars"),
        pl.col("CURB_WEIGHT").alias("curb_weight"),
        pl.when(share > 1.0).then(share / 100.0).otherwise(share).alias("p_rollover"),
    )


def _csv(place: Path, member: str = "") -> pl.DataFrame:
    """A table as text, columns in capitals; `member` names the file inside a folder or a zip, in any case of letters."""
    if not place.exists():
        raise InputError(f"no file or folder {place}", "give the path as downloaded", code="crash.file", where=str(place))
    if place.is_dir():
        content = next((f.read_bytes() for f in sorted(place.iterdir()) if f.name.lower() == member), None)
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as held:
            name = next((n for n in held.namelist() if not member or n.lower().rsplit("/", 1)[-1] == member), None)
            content = held.read(name) if name else None
    elif member:
        raise InputError(
            f"{place} is neither a folder nor a zip", f"give the folder or zip that holds {member}", code="crash.file", where=str(place)
        )
    else:
        content = place.read_bytes()
    if content is None:
        raise InputError(f"{place} holds no {member}", "give the national CSV files of one year", code="crash.file", where=str(place))
    try:
        table = pl.read_csv(io.BytesIO(content), infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True)
    except pl.exceptions.PolarsError as fault:
        raise InputError(
            f"{place} {member} is not a CSV table: {fault}".replace("\n", " "), "export it as CSV", code="crash.csv", where=str(place)
        ) from None
    return table.rename({name: name.strip().lstrip("\ufeff").upper() for name in table.columns})


def _need(table: pl.DataFrame, names: tuple[str, ...], place: str, text: tuple[str, ...] = ()) -> pl.DataFrame:
    """The table with numbers in the columns that must be there, or one sentence that names the first that is missing."""
    for name in names:
        if name not in table.columns:
            close = get_close_matches(name, table.columns, n=1, cutoff=0.6)
            hint = f"is it {close[0]!r} here? rename it to {name!r}" if close else f"it needs {', '.join(names)}"
            raise InputError(f"{place.strip()} has no column {name!r}", hint, code="crash.column", where=place)
    kinds: Mapping[str, pl.Expr] = {
        n: pl.col(n) if n in text else pl.col(n).str.strip_chars().cast(pl.Float64, strict=False) for n in names
    }
    return table.select(**kinds)
