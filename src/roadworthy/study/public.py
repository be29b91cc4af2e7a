"""Do the public files themselves say what the bundled tables and the model say?

`recomputed(FOLDER)` reads full public files where they are, computes each fact from all of their rows, and sets it beside the bundled
table's value or the model's: whoever has the files need not trust the tables. A file that is not there is a sentence, never a pass.

    required average = sum n / sum (n / target(footprint))  over all rows of the fleet;   refits by the room's own estimator

Limits: the folder is laid out as the scripts in scripts/tables name their sources (FOLDER/crash, /demand, /energy, /fleet, /vehicles).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from roadworthy.core import InputError
from roadworthy.core.held import Held
from roadworthy.core.units import KMH, POUND_KG
from roadworthy.data import table

GROUP = "public files"
YEARS = 5.0
"""Years of deaths that the file adds up."""
EXACT = 1e-6
ROUNDED = 2e-3
"""Tables keep three or four figures of a fit."""
CLASS_TOLERANCE = 0.007
"""As promised for required averages by class."""
FARS, MODELS = "crash/fars_two_vehicle_pairs_2005_2020.parquet", "demand/us_market_my2022_models.csv"
NASS, DEATHS = "crash/nass_cds_1997_2002_front_occupants.csv.gz", "crash/fars_light_vehicle_deaths_by_crash_type_2016_2020.csv"
FLEET_2019, WORLD = "fleet/fleet_my2019_ldv.parquet", "vehicles/world_specs_1988_2020.parquet"
LAUNCHES, TEST_CARS = "demand/natural_experiments.csv", "energy/epa_testcar_vehicles_2010_2022.parquet"
PRICES = "fleet/aeo_energy_prices.csv"
LIVES, DEFLATORS = "fleet/dot_vsl_by_base_year.csv", "fleet/deflator_gdp_implicit.csv"
BODIES, SOLDIERS = "vehicles/nhanes_2009_2012_adults_body.csv.gz", "vehicles/ansur2_trimmed.csv.gz"
SOLDIERS_DIMENSIONS = {
    "sittingheight_mm": "sitting_height_mm",
    "buttockkneelength_mm": "buttock_knee_mm",
    "kneeheightsitting_mm": "knee_height_mm",
    "hipbreadthsitting_mm": "hip_breadth_mm",
    "bideltoidbreadth_mm": "bideltoid_mm",
    "forearmforearmbreadth_mm": "forearm_forearm_mm",
}
"""Columns of the file that the room of space reads, and its names for them."""
SEXES = {"M": "men", "F": "women"}
SURVEY_MEASURES = {"stature_mm": ("height_cm", 10.0), "weight_kg": ("weight_kg", 1.0)}
CRASH_TYPES = {
    "two_vehicle": ("two_vehicle",),
    "single_fixed": ("single_fixed_other", "single_nonmotorist"),
    "rollover_first": ("single_rollover_first_event",),
    "three_plus": ("three_plus",),
}
"""Types of the bundled table and those of the file that they hold."""


@dataclass(frozen=True, slots=True)
class Check:
    """Facts of one room that can be computed from some public files."""

    room: str
    files: tuple[str, ...]
    facts: Callable[..., Iterable[Held]]
    """Takes the files in order."""


def _fact(room: str, name: str, what: str, unit: str, of_file: float, ours: float, tolerance: float, source: str, note: str = "") -> Held:
    return Held(room, f"public_{name}", what, unit, of_file, ours, tolerance, "relative", False, source, note, GROUP)


def required(fleet: Path) -> Iterable[Held]:
    """What the curves ask of every row of the MY2019 fleet, beside the agency's figure."""
    from roadworthy.rules.cafe import cafe_target, required_mpg

    rows = pl.read_parquet(fleet).filter(pl.col("footprint_ft2") > 0)
    for fact in table("rules/held").filter(pl.col("id").str.contains("^required_(car|truck)_")).iter_rows(named=True):
        _, kind, year = fact["id"].split("_")
        part = rows.filter(pl.col("reg_class_id") == kind)
        ours = required_mpg(part["sales"].to_numpy(), cafe_target(kind, int(year), part["footprint_ft2"].to_numpy()))
        what = f"{fact['what']}, on all {part.height:,} rows"
        yield _fact("rules", fact["id"], what, fact["unit"], fact["published"], ours, CLASS_TOLERANCE, fact["source"])


def field_risk(occupants: Path) -> Iterable[Held]:
    """The curve of death by change of speed, fitted again on every occupant."""
    from roadworthy.crash.fit import count, fit_field_risk

    rows = pl.read_csv(occupants)
    belted, front = rows["seatbelt"] == "belted", rows["frontal"] == 1
    chosen = {
        "frontal_belted_bag": front & belted & (rows["airbag"] == "airbag"),
        "frontal_belted": front & belted,
        "frontal_unbelted": front & ~belted,
        "other_belted": ~front & belted,
    }
    kept = {row["subset"]: row for row in table("crash/field_risk").iter_rows(named=True)}
    for name, mask in chosen.items():
        part = rows.filter(mask)
        fit = fit_field_risk(count(part["dvcat"].to_numpy(), part["weight"].to_numpy(), part["dead"].to_numpy() == "dead"))
        words = f"{name.replace('_', ' ')}, {part.height:,} occupants"
        source = "NASS CDS 1997-2002"
        yield _fact("crash", f"{name}_v0", f"speed scale of death, {words}", "m/s", fit.v0_kmh * KMH, kept[name]["v0_mps"], 0.01, source)
        yield _fact("crash", f"{name}_k", f"exponent of death, {words}", "1", fit.k, kept[name]["k"], 0.01, source)


def mass_ratio(crashes: Path, models: Path) -> Iterable[Held]:
    """Slopes and odds of the lighter vehicle's driver, from every crash of the file."""
    from roadworthy.crash.fars_pairs import by_mass_ratio

    made = by_mass_ratio(pl.read_parquet(crashes), pl.read_csv(models, infer_schema_length=None))
    for i, (row, kept) in enumerate(zip(made.iter_rows(named=True), table("crash/mass_ratio").iter_rows(named=True), strict=True)):
        ratio = f" at a mass ratio of {row['ratio']:.2f}" if row["ratio"] else ""
        what = f"{row['kind']} of the lighter driver killed, {row['impact']}{ratio}, {row['crashes']:,} crashes"
        yield _fact("crash", f"fars_{i}", what, "1", row["value"], kept["value"], EXACT, "NHTSA FARS 2005-2020")


def deaths(by_type: Path) -> Iterable[Held]:
    """Occupants of light vehicles killed a year, by crash type."""
    rows = dict(pl.read_csv(by_type).select("type", "occupant_deaths").iter_rows())
    kept = dict(table("fleet/deaths").select("crash_type", "occupant_deaths").iter_rows())
    for name, held in CRASH_TYPES.items():
        what = f"occupants killed a year, {name.replace('_', ' ')}, mean of 2016-20"
        yield _fact("fleet", f"deaths_{name}", what, "people", sum(rows[of] for of in held) / YEARS, kept[name], ROUNDED, "NHTSA FARS")


def sizes(cars: Path) -> Iterable[Held]:
    """Mass and wheelbase by size, fitted again on every variant."""
    from roadworthy.vehicles import fits

    rows = pl.read_parquet(cars)
    short = rows.filter(pl.col("length_mm") < 4000)
    for name, target, terms, part in (
        ("M1", "curb_kg", ["length_mm", "width_mm", "height_mm"], rows),
        ("W", "wheelbase_mm", ["length_mm"], rows),
        ("W4", "wheelbase_mm", ["length_mm"], short),
    ):
        known = part.select([target, *terms]).drop_nulls()
        X = np.column_stack([np.ones(known.height), *(np.log(known[t].to_numpy()) for t in terms)])
        found = np.linalg.lstsq(X, np.log(known[target].to_numpy()), rcond=None)[0]
        for term, value, kept in zip(["constant", *terms], found, fits.fit(name).terms.values(), strict=True):
            what = f"fit {name} of ln {target}, {term}, {known.height:,} variants"
            yield _fact("vehicles", f"{name}_{term}", what, "1", float(value), float(kept), ROUNDED, "car variants of 1988-2020")


def sales(models: Path) -> Iterable[Held]:
    """Units and mean price of all models of MY2022."""
    rows, kept = pl.read_csv(models, infer_schema_length=None), table("market/models")
    source = "new-vehicle fleet of MY2022 by model"
    yield _fact(
        "market",
        "units_2022",
        f"units of {rows.height} models",
        "vehicles",
        float(rows["sales"].sum()),
        float(kept["sales"].sum()),
        EXACT,
        source,
    )
    there, here = (float(np.average(t[price], weights=t["sales"])) for t, price in ((rows, "msrp_usd"), (kept, "price_usd")))
    yield _fact("market", "price_2022", f"mean price of {rows.height} models, by units", "USD", there, here, EXACT, source)


def launches(record: Path) -> Iterable[Held]:
    """First full year of each launch that the model is held against."""
    rows = pl.read_csv(record, infer_schema_length=None).filter(pl.col("record") == "sale")
    sold = {(model, year): (units, source) for model, year, units, source in rows.select("model", "year", "units", "source").iter_rows()}
    for row in table("market/launches").iter_rows(named=True):
        units, source = sold.get((row["model"], row["year"]), (float("nan"), "not in the file"))
        name = row["model"].lower().replace(" ", "_")
        yield _fact(
            "market", f"launch_{name}", f"{row['model']}, sold in {row['year']}", "vehicles", float(units), row["units"], EXACT, source
        )


def test_cars(vehicles: Path) -> Iterable[Held]:
    """How many of the test cars kept apart the file has, with the same model, weight and measured economy; makes are spelt in several ways."""
    city, highway = (pl.coalesce(pl.col(a), pl.col(b)).cast(pl.Float32) for a, b in (("ftp_mpg", "cd_udds_mpg"), ("hwy_mpg", "cd_hwy_mpg")))
    listed = pl.read_parquet(vehicles).select("model", city.alias("city_mpg"), highway.alias("hwy_mpg"), pl.col("etw_lb").cast(pl.Int64))
    apart = table("energy/held_cars").with_columns(
        pl.col("city_mpg", "hwy_mpg").cast(pl.Float32),
        (pl.col("test_kg").cast(pl.Float64) / POUND_KG).round(0).cast(pl.Int64).alias("etw_lb"),
    )
    found = apart.join(listed.unique(), on=listed.columns, how="semi")
    for kind in apart["kind"].unique(maintain_order=True):
        ours, of_file = (float(t.filter(pl.col("kind") == kind).height) for t in (apart, found))
        what = f"{kind} test cars kept apart, with the economy that the file has for them"
        yield _fact("energy", f"test_cars_{kind}", what, "cars", of_file, ours, EXACT, "EPA test-car lists 2010-22")


def electricity(prices: Path) -> Iterable[Held]:
    """Retail price of electricity, year by year."""
    kept = table("cost/energy_prices")
    rows = pl.read_csv(prices).filter(
        (pl.col("context_id") == "AEO2023") & (pl.col("case_id") == "Reference case") & (pl.col("fuel_id") == "US electricity")
    )
    told = dict(rows.select("calendar_year", "retail_dollars_per_unit").iter_rows())
    for year in (2025, 2030, 2040, 2050):
        ours = float(kept.filter(pl.col("calendar_year") == year)["electricity_usd_per_kwh"].item())
        yield _fact(
            "cost", f"electricity_{year}", f"retail price of electricity in {year}", "USD/kWh", told[year], ours, EXACT, "EIA AEO2023"
        )


def bodies(adults: Path, soldiers: Path) -> Iterable[Held]:
    """Stature and weight of adults by the weights of the survey, and body dimensions fitted again on every soldier."""
    people = pl.read_csv(adults).filter(pl.col("wt_mec2yr") > 0.0)
    for row in table("space/survey_percentiles").iter_rows(named=True):
        column, by = SURVEY_MEASURES[row["measure"]]
        own = people.filter(pl.col("sex") == row["sex"]).sort(column)
        weights = own["wt_mec2yr"].to_numpy()
        middle = (np.cumsum(weights) - 0.5 * weights) / weights.sum()
        found = float(np.interp(row["percent"] / 100.0, middle, own[column].to_numpy() * by))
        name = f"{row['measure']}_{row['sex'].lower()}_{row['percent']}"
        what = f"{row['measure']}, percentile {row['percent']} of {own.height:,} {SEXES[row['sex']]}"
        yield _fact("space", name, what, row["measure"].rsplit("_", 1)[1], found, row["value"], ROUNDED, "NHANES 2009-12")
    measured = pl.read_csv(soldiers)
    kept = {(row["sex"], row["dimension"]): row for row in table("space/body_fits").iter_rows(named=True)}
    for (sex,), own in measured.group_by("sex", maintain_order=True):
        weight = own["weight_kg"].to_numpy()
        X = np.column_stack([np.ones(own.height), own["stature_mm"].to_numpy(), weight, np.sqrt(weight)])
        for column, dimension in SOLDIERS_DIMENSIONS.items():
            y = own[column].to_numpy()
            fit = X @ np.linalg.lstsq(X, y, rcond=None)[0]
            row = kept[str(sex), dimension]
            ours = X @ np.array([row[term] for term in ("b0_mm", "b_stature", "b_weight_mm_per_kg", "b_sqrt_weight")])
            what = f"{dimension}, mean of {own.height:,} soldiers ({SEXES[str(sex)]}) by a fit on them"
            yield _fact("space", f"{dimension}_{str(sex).lower()}", what, "mm", float(fit.mean()), float(ours.mean()), ROUNDED, "ANSUR II")


def dollars(lives: Path, deflators: Path) -> Iterable[Held]:
    """The value of a statistical life and the deflator, year by year."""
    for file, name, there, here, unit, source in (
        (lives, "vsl", ("base_year", "vsl_million_usd"), "vsl_musd", "million USD", "US DOT, departmental guidance"),
        (deflators, "deflator", ("calendar_year", "price_deflator"), "gdp_deflator", "1", "GDP implicit price deflator, 2012 = 100"),
    ):
        of_file = dict(pl.read_csv(file).select(there).iter_rows())
        for year, ours in table(f"account/{name}").select(there[0], here).iter_rows():
            yield _fact("account", f"{name}_{year}", f"{name} of {year}", unit, of_file.get(year, float("nan")), ours, EXACT, source)


CHECKS = (
    Check("vehicles", (WORLD,), sizes),
    Check("rules", (FLEET_2019,), required),
    Check("crash", (NASS,), field_risk),
    Check("crash", (FARS, MODELS), mass_ratio),
    Check("energy", (TEST_CARS,), test_cars),
    Check("space", (BODIES, SOLDIERS), bodies),
    Check("cost", (PRICES,), electricity),
    Check("market", (MODELS,), sales),
    Check("market", (LAUNCHES,), launches),
    Check("fleet", (DEATHS,), deaths),
    Check("account", (LIVES, DEFLATORS), dollars),
)


def recomputed(folder: Path, rooms: Iterable[str]) -> tuple[list[Held], list[str]]:
    """Facts of some rooms from the public files of a folder, and a sentence for each file that is not there or cannot be read.

    Raises InputError when the folder is none.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", "name the folder of public files", code="validate.data", where="--data")
    facts: list[Held] = []
    left_out = []
    wanted = set(rooms)
    for check in CHECKS:
        if check.room not in wanted:
            continue
        places = [folder / file for file in check.files]
        absent = [file for file, place in zip(check.files, places, strict=True) if not place.is_file()]
        if absent:
            left_out.append(f"{check.room}: {', '.join(absent)} not in {folder}: {(check.facts.__doc__ or '').strip()}")
            continue
        try:
            facts += check.facts(*places)
        except (pl.exceptions.PolarsError, OSError, KeyError) as fault:
            said = " ".join(str(fault).split())[:160]
            left_out.append(f"{check.room}: {', '.join(check.files)} cannot be read as the public file of that name: {said}")
    return facts, left_out
