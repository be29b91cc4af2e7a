"""Make the tables of the fleet room: lives and miles, death counts, fuel prices, sales, carbon.

Public origins, all works of the US government in the public domain: EPA OMEGA 2.5.0 inputs (survival and annual miles, the 2020
fleet, fatality rates by model year, electricity and refinery emissions), EIA Annual Energy Outlook 2022 and 2023 as OMEGA carries
them, NHTSA FARS counts of 2005-2020.

    python scripts/tables/fleet.py --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA)
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import polars as pl

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "fleet"
TAIL_YEARS = 4
"""The tail has the constant hazard of the last published years: ages 25-29 for cars and SUVs, 32-36 for pickups."""
SMALL_CAR_FT2 = 41.0
BODIES = {"sedan_wagon": "car", "cuv_suv_van": "suv_van", "pickup": "pickup"}
LEGACY_BODIES = {"sedan": "car", "cuv_suv": "suv_van", "pickup": "pickup"}


def lives(raw: Path) -> pl.DataFrame:
    """Survival and annual miles by body and age 0-39, with a tail of constant hazard after the last published age."""
    table = pl.read_csv(raw / "survival_vmt_by_age.csv").filter(pl.col("powertrain") == "ICE")
    parts = []
    for source, body in BODIES.items():
        rows = table.filter(pl.col("body_style") == source).sort("age")
        survival = _extend(rows["reregistered_proportion"].to_numpy())
        parts.append(
            pl.DataFrame(
                {
                    "body": body,
                    "age": rows["age"],
                    "survival": np.round(survival, 9),
                    "annual_mi": rows["annual_vmt"],
                    "status": ["published" if s > 0 else "derived" for s in rows["reregistered_proportion"]],
                }
            )
        )
    return pl.concat(parts)


def _extend(survival: np.ndarray) -> np.ndarray:
    """The published curve while positive, then the hazard of its own last years."""
    end = int(np.max(np.nonzero(survival)[0]))
    kept = (survival[end] / survival[end - TAIL_YEARS]) ** (1.0 / TAIL_YEARS)
    out = survival.copy()
    out[end + 1 :] = out[end] * kept ** np.arange(1, out.size - end)
    return out


def fatality_rates(raw: Path) -> pl.DataFrame:
    """Deaths per billion miles by model year and age: used as a shape only."""
    table = pl.read_csv(raw / "fatality_rate_by_my_cy.csv.gz")
    return table.select(
        pl.col("model_year").cast(pl.Int16),
        pl.col("age").cast(pl.Int16),
        pl.col("fatalities_per_billion_vmt").alias("deaths_per_billion_mi"),
    ).sort("model_year", "age")


def road_fleet(raw: Path) -> pl.DataFrame:
    """Share of light-vehicle miles by incumbent class on the 2020 fleet; small cars by their share of MY2019 sedans."""
    legacy = pl.read_csv(raw / "legacy_fleet_2020.csv").with_columns((pl.col("surviving_2020") * pl.col("annual_vmt")).alias("mi"))
    by_body = {LEGACY_BODIES[body]: mi for body, mi in legacy.group_by("body_style").agg(pl.col("mi").sum()).iter_rows()}
    sedans = pl.read_parquet(raw / "fleet_my2019_ldv.parquet").filter(pl.col("body_style") == "sedan")
    small = sedans.filter(pl.col("footprint_ft2") < SMALL_CAR_FT2)["sales"].sum() / sedans["sales"].sum()
    total = sum(by_body.values())
    miles = {
        "small_car": by_body["car"] * small,
        "car": by_body["car"] * (1.0 - small),
        "suv_van": by_body["suv_van"],
        "pickup": by_body["pickup"],
    }
    return pl.DataFrame(
        {
            "class": list(miles),
            "miles_share": [round(mi / total, 6) for mi in miles.values()],
            "status": "derived",
            "source": "OMEGA legacy fleet 2020 (survivors x annual miles); small cars = their share of MY2019 sedan sales",
        }
    )


def economy(raw: Path) -> pl.DataFrame:
    """On-road miles per gallon of gasoline vehicles by body and model year, the harmonic mean of each year's vehicles."""
    legacy = pl.read_csv(raw / "legacy_fleet_2020.csv").filter(
        (pl.col("in_use_fuel_id") == "pump gasoline") & (pl.col("initial_registered_count") > 0)
    )
    miles = pl.col("initial_registered_count")
    table = legacy.group_by("body_style", "model_year").agg(
        (miles.sum() / (miles / pl.col("miles_per_gallon")).sum()).round(4).alias("onroad_mpg")
    )
    return table.select(pl.col("body_style").replace_strict(LEGACY_BODIES).alias("body"), "model_year", "onroad_mpg").sort(
        "body", "model_year"
    )


def sales(raw: Path) -> pl.DataFrame:
    """New light vehicles a year, AEO2023 reference case."""
    table = pl.read_parquet(raw / "aeo_new_vehicle_sales_by_class.parquet")
    chosen = table.filter((pl.col("context_id") == "AEO2023") & (pl.col("case_id") == "Reference case"))
    return chosen.group_by("calendar_year").agg(pl.col("sales").sum().round(0).alias("new_vehicles")).sort("calendar_year")


def energy_prices(raw: Path) -> pl.DataFrame:
    """Gasoline and electricity, retail and before tax, 2022 USD, AEO2023; the oil price cases for gasoline."""
    table = pl.read_csv(raw / "aeo_energy_prices.csv").filter((pl.col("context_id") == "AEO2023") & (pl.col("dollar_basis") == 2022))

    def series(fuel: str, case: str, column: str, name: str) -> pl.DataFrame:
        rows = table.filter((pl.col("fuel_id") == fuel) & (pl.col("case_id") == case))
        return rows.select("calendar_year", pl.col(column).alias(name))

    wanted = [
        ("pump gasoline", "Reference case", "retail_dollars_per_unit", "gasoline_retail_usd_per_gal"),
        ("pump gasoline", "Reference case", "pretax_dollars_per_unit", "gasoline_pretax_usd_per_gal"),
        ("pump gasoline", "Low oil price", "retail_dollars_per_unit", "gasoline_low_oil_usd_per_gal"),
        ("pump gasoline", "High oil price", "retail_dollars_per_unit", "gasoline_high_oil_usd_per_gal"),
        ("US electricity", "Reference case", "retail_dollars_per_unit", "electricity_retail_usd_per_kwh"),
        ("US electricity", "Reference case", "pretax_dollars_per_unit", "electricity_pretax_usd_per_kwh"),
    ]
    out = series(*wanted[0])
    for spec in wanted[1:]:
        out = out.join(series(*spec), on="calendar_year", how="left")
    return out.sort("calendar_year")


def registrations(raw: Path) -> pl.DataFrame:
    """Vehicles first registered by body and model year, all fuels; model year 2020 is empty in the source and left out."""
    legacy = pl.read_csv(raw / "legacy_fleet_2020.csv").with_columns(pl.col("body_style").replace_strict(LEGACY_BODIES).alias("body"))
    total = legacy.group_by("body", "model_year").agg(pl.col("initial_registered_count").sum().round(0).alias("vehicles"))
    return total.filter(pl.col("vehicles") > 0.0).sort("body", "model_year")


def sales_by_body(raw: Path) -> pl.DataFrame:
    """New light vehicles by body and year, reference cases of four outlooks."""
    table = pl.read_parquet(raw / "aeo_new_vehicle_sales_by_class.parquet").filter(pl.col("case_id") == "Reference case")
    named = table.with_columns(pl.col("body_style").replace_strict(BODIES).alias("body"), pl.col("context_id").alias("outlook"))
    return (
        named.group_by("outlook", "body", "calendar_year")
        .agg(pl.col("sales").sum().round(0).alias("vehicles"))
        .sort("outlook", "body", "calendar_year")
    )


def outlook_stock(raw: Path) -> pl.DataFrame:
    """Light vehicles on the road and their miles, reference cases of three outlooks."""
    table = pl.read_csv(raw / "aeo_ldv_stock_vmt.csv").filter(pl.col("case_id") == "Reference case")
    return table.select(
        pl.col("context_id").alias("outlook"), "calendar_year", pl.col("stock").alias("vehicles"), pl.col("miles").alias("annual_mi")
    ).sort("outlook", "calendar_year")


POWERTRAINS = {"EV": "electric", "FCV": "electric", "PHEV": "plug_in", "N": "gasoline", "HEV": "gasoline"}


def made(raw: Path) -> pl.DataFrame:
    """Light vehicles made, by maker, CAFE fleet, powertrain and footprint to 0.5 ft2; two-cycle economy modelled by OMEGA, MY2022 only."""
    nothing = pl.lit(None, dtype=pl.Float64)
    parts = []
    for year in (2019, 2022):
        rows = pl.read_parquet(raw / f"fleet_my{year}_ldv.parquet").filter(pl.col("footprint_ft2").is_not_null() & (pl.col("sales") > 0))
        rated = year == 2022
        parts.append(
            rows.select(
                pl.lit(year).alias("model_year"),
                pl.col("manufacturer_id").alias("maker"),
                pl.col("reg_class_id").alias("fleet"),
                (pl.col("electrification_class").replace_strict(POWERTRAINS) if rated else pl.lit("all")).alias("powertrain"),
                (pl.col("footprint_ft2") * 2.0).round(0).alias("bin"),
                "footprint_ft2",
                pl.col("sales").cast(pl.Float64).alias("vehicles"),
                (pl.col("twocycle_mpg_rse") if rated else nothing).alias("mpg"),
                (pl.col("twocycle_kwh_per_mi_rse") if rated else nothing).alias("kwh"),
            )
        )
    n = pl.col("vehicles")

    def mean_over(column: str, weight: pl.Expr) -> pl.Expr:
        return weight.filter(pl.col(column).is_not_null()).sum()

    found = (
        pl.concat(parts)
        .group_by("model_year", "maker", "fleet", "powertrain", "bin")
        .agg(
            ((pl.col("footprint_ft2") * n).sum() / n.sum()).round(3).alias("footprint_ft2"),
            n.sum(),
            (mean_over("mpg", n) / (n / pl.col("mpg")).sum()).round(3).alias("twocycle_mpg"),
            ((n * pl.col("kwh")).sum() / mean_over("kwh", n)).round(5).alias("twocycle_kwh_per_mi"),
        )
    )
    return found.select(
        "model_year", "maker", "fleet", "powertrain", "footprint_ft2", "vehicles",
        pl.when(pl.col("powertrain") == "gasoline").then(pl.col("twocycle_mpg")).alias("twocycle_mpg"),
        pl.when(pl.col("powertrain") == "electric").then(pl.col("twocycle_kwh_per_mi")).alias("twocycle_kwh_per_mi"),
    ).sort("model_year", "maker", "fleet", "powertrain", "footprint_ft2")  # fmt: skip


def epa_targets(raw: Path) -> pl.DataFrame:
    """EPA's CO2 footprint targets of two programmes: a to b g/mi, line c FP + d between the footprints."""
    table = pl.read_csv(raw / "epa_ghg_footprint_targets.csv")
    return table.select(
        pl.col("program").alias("programme"),
        pl.col("reg_class_id").alias("fleet"),
        pl.col("start_year").alias("model_year"),
        pl.col("fp_min").alias("least_ft2"),
        pl.col("fp_max").alias("most_ft2"),
        pl.col("a_coeff").alias("a_g_per_mi"),
        pl.col("b_coeff").alias("b_g_per_mi"),
        pl.col("c_coeff").alias("c_g_per_mi_ft2"),
        pl.col("d_coeff").alias("d_g_per_mi"),
        pl.col("lifetime_vmt").alias("lifetime_mi"),
    )


PUBLISHED = "greencarcongress.com 2022-04-02, table of the 2022 final rule"
SAFE = "85 FR 24174 as in the BTS National Transportation Statistics"
HELD = [
    ("cafe_car_2017", "required CAFE of cars MY2017", "mpg", 39.0, SAFE), ("cafe_truck_2017", "required CAFE of trucks MY2017", "mpg", 29.4, SAFE),
    ("cafe_car_2019", "required CAFE of cars MY2019", "mpg", 41.9, SAFE), ("cafe_truck_2019", "required CAFE of trucks MY2019", "mpg", 30.5, SAFE),
    ("cafe_car_2020", "required CAFE of cars MY2020", "mpg", 43.6, SAFE), ("cafe_truck_2020", "required CAFE of trucks MY2020", "mpg", 31.1, SAFE),
    ("cafe_car_2024", "required CAFE of cars MY2024", "mpg", 49.2, PUBLISHED), ("cafe_truck_2024", "required CAFE of trucks MY2024", "mpg", 35.1, PUBLISHED),
    ("cafe_car_2026", "required CAFE of cars MY2026", "mpg", 59.4, PUBLISHED), ("cafe_truck_2026", "required CAFE of trucks MY2026", "mpg", 42.4, PUBLISHED),
    ("cafe_all_2031", "required CAFE of the whole fleet MY2031", "mpg", 50.4, "89 FR 52540 (hoganlovells.com, sidley.com)"),
    ("epa_2023", "EPA CO2 target of the fleet MY2023", "g/mi", 202.0, "trendscan.net news"),
    ("life_car", "lifetime miles of a car in EPA's credits", "mi", 195264.0, "EPA OMEGA ghg_standards"),
    ("life_truck", "lifetime miles of a truck in EPA's credits", "mi", 225865.0, "EPA OMEGA ghg_standards"),
    ("driver_rate_2020", "driver deaths per million registered years, 2020 models, 2018-21", "1e-6/yr", 38.0, "IIHS by thedrive.com, slashgear.com, silive.com (2023)"),
    ("gasoline_2020", "gasoline used in the US in 2020", "gal", 124e9, "EIA, as in EPA OMEGA general effects inputs"),
]  # fmt: skip
"""Published facts that the room is held against and that no fit has seen."""


def held(crash: Path) -> pl.DataFrame:
    """Published facts for `fleet.held`, with FARS occupants killed in each year (all makes)."""
    mix = pl.read_csv(crash / "fars_crash_mix_by_year.csv").group_by("YEAR").agg(pl.col("occupant_deaths").sum()).sort("YEAR")
    rows = [*HELD]
    rows += [(f"fars_{int(y)}", f"occupants killed in {int(y)}, all makes", "deaths", float(n), "NHTSA FARS") for y, n in mix.iter_rows()]
    return pl.DataFrame(rows, schema=["id", "what", "unit", "published", "source"], orient="row")


def carbon(raw: Path) -> pl.DataFrame:
    """CO2 of electricity at the plant and of refining a gallon of gasoline; refining is given every five years, straight between."""
    grid = pl.read_csv(raw / "emission_factors_powersector.csv")
    refinery = pl.read_csv(raw / "emission_factors_refinery.csv").filter(pl.col("in_use_fuel_id") == "pump gasoline").sort("calendar_year")
    years = grid["calendar_year"].to_numpy()
    return pl.DataFrame(
        {
            "calendar_year": years,
            "grid_co2_g_per_kwh": grid["co2_grams_per_kwh"],
            "refinery_co2_g_per_gal": np.round(np.interp(years, refinery["calendar_year"], refinery["co2_grams_per_gallon"]), 4),
        }
    )


def stock_miles(raw: Path) -> pl.DataFrame:
    """Light vehicles on the road and their miles, AEO2022 reference case."""
    table = pl.read_csv(raw / "aeo_ldv_stock_vmt.csv").filter((pl.col("context_id") == "AEO2022") & (pl.col("case_id") == "Reference case"))
    return table.select("calendar_year", pl.col("stock").alias("vehicles"), pl.col("miles").alias("annual_mi")).sort("calendar_year")


CRASH_TYPES = {
    "two_vehicle": "two_vehicle",
    "single_fixed_other": "single_fixed",
    "single_nonmotorist": "single_fixed",
    "single_rollover_first_event": "rollover_first",
    "three_plus": "three_plus",
}
"""Single-vehicle crashes with a person outside kill few drivers (138 in five years); they are counted with the fixed objects."""


def deaths(crash: Path) -> pl.DataFrame:
    """Deaths in light vehicles a year by crash type, mean of 2016-20, and people outside killed in single-vehicle crashes of 2020."""
    table = pl.read_csv(crash / "fars_light_vehicle_deaths_by_crash_type_2016_2020.csv")
    inside = (
        table.with_columns(pl.col("type").replace_strict(CRASH_TYPES).alias("crash_type"))
        .group_by("crash_type")
        .agg((pl.col("driver_deaths").sum() / 5.0).round(1), (pl.col("occupant_deaths").sum() / 5.0).round(1))
        .sort("crash_type")
        .with_columns(pl.lit("2016-2020").alias("years"))
    )
    mix = pl.read_csv(crash / "fars_crash_mix_by_year.csv").filter((pl.col("YEAR") == 2020) & (pl.col("type") == "single"))
    outside = pl.DataFrame(
        {"crash_type": ["outside"], "driver_deaths": [0.0], "occupant_deaths": [float(mix["nonoccupant_deaths"][0])], "years": ["2020"]}
    )
    return pl.concat([inside, outside]).with_columns(
        pl.lit("measured").alias("status"), pl.lit("NHTSA FARS; light-vehicle makes (outside: all makes)").alias("source")
    )


def mass_safety(raw: Path) -> pl.DataFrame:
    """Official effect of 100 lb on societal deaths at fixed footprint; positive means more deaths when lighter."""
    table = pl.read_csv(raw / "mass_safety_coefficients_omega.csv")
    return table.select(
        pl.col("body_style").replace_strict({"sedan": "car", "pickup": "pickup", "cuv_suv": "suv_van"}).alias("body"),
        pl.col("threshold_lbs").alias("threshold_lb"),
        pl.col("change_per_100_lbs_below_threshold_pct").alias("below_percent_per_100_lb"),
        pl.col("change_per_100_lbs_at_or_above_threshold_pct").alias("above_percent_per_100_lb"),
    )


def constants(raw: Path) -> pl.DataFrame:
    """Single figures."""
    carbon = pl.read_csv(raw / "onroad_fuel_carbon.csv")
    gasoline = carbon.filter(pl.col("fuel_id") == "pump gasoline")["direct_co2e_grams_per_unit"][0]
    power = carbon.filter(pl.col("fuel_id") == "US electricity")
    units = pl.read_parquet(raw / "fleet_my2022_ldv.parquet")["sales"].sum()
    omega = "EPA OMEGA 2.5.0 onroad_fuels"
    rows = [
        ("gasoline_co2_g_per_gal", float(gasoline), "g/gal", "published", omega),
        ("transmission_efficiency", float(power["transmission_efficiency"][0]), "-", "published", omega),
        ("charging_efficiency", float(power["refuel_efficiency"][0]), "-", "published", omega),
        ("my2022_vehicles", float(units), "vehicles", "published", "EPA OMEGA MY2022 light-duty fleet, units made"),
    ]
    return pl.DataFrame(rows, schema=["name", "value", "unit", "status", "source"], orient="row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=os.environ.get("ROADWORTHY_RAW_DATA"))
    source = parser.parse_args().source
    if source is None:
        parser.error("name the folder of public files with --source or ROADWORTHY_RAW_DATA")
    raw, crash = Path(source) / "fleet", Path(source) / "crash"
    FACTS.mkdir(parents=True, exist_ok=True)
    fatality_rates(raw).write_parquet(FACTS / "fatality_rates.parquet")
    tables = {
        "lives": lives(raw),
        "road_fleet": road_fleet(raw),
        "economy": economy(raw),
        "sales": sales(raw),
        "energy_prices": energy_prices(raw),
        "carbon": carbon(raw),
        "stock_miles": stock_miles(raw),
        "deaths": deaths(crash),
        "mass_safety": mass_safety(raw),
        "constants": constants(raw),
        "registrations": registrations(raw),
        "sales_by_body": sales_by_body(raw),
        "outlook_stock": outlook_stock(raw),
        "made": made(raw),
        "epa_targets": epa_targets(raw),
        "held": held(crash),
    }
    for name, table in tables.items():
        table.write_csv(FACTS / f"{name}.csv")
        print(f"fleet/{name}: {table.height} rows")


if __name__ == "__main__":
    main()
