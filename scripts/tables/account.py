"""Make the tables of the account room: value of a life, deflators, social cost of carbon, pollutants, congestion, oil security.

Public origins: US DOT value of a statistical life by base year; EPA OMEGA 2.1.0 effects inputs (social cost of greenhouse gases,
criteria pollutants, congestion and noise, energy security, maintenance, refuelling, vehicle, refinery and power-plant emission
factors, GDP deflator), a work of the US government in the public domain. The EPA 2023 cost of CO2 is written here from secondary reports: assumed.

    python scripts/tables/account.py --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA)
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import polars as pl

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "account"

EPA_2023 = {"epa_2_5": (0.025, (120, 140, 170, 200)), "epa_2": (0.02, (190, 230, 270, 310)), "epa_1_5": (0.015, (340, 380, 430, 480))}
"""2020 USD per tonne of CO2 in 2020, 2030, 2040 and 2050; text of the report not read."""
INTERAGENCY = {
    "interagency_3": ("co2_global_3.0_USD_per_metricton", 0.03),
    "interagency_5": ("co2_global_5.0_USD_per_metricton", 0.05),
    "interagency_2_5": ("co2_global_2.5_USD_per_metricton", 0.025),
    "interagency_3_95th": ("co2_global_3.95_USD_per_metricton", 0.03),
}


def scghg(raw: Path) -> pl.DataFrame:
    """Social cost of CO2 by stream and year, in the dollars of the source."""
    table = pl.read_csv(raw / "cost_scghg.csv").sort("calendar_year")
    parts = [
        table.select(
            pl.lit(name).alias("stream"),
            "calendar_year",
            pl.col(column).alias("usd_per_tonne"),
            pl.col("dollar_basis").alias("dollar_year"),
            pl.lit(rate).alias("discount_rate"),
            pl.lit("published").alias("status"),
            pl.lit("Interagency working group, as in EPA OMEGA 2.1.0").alias("source"),
        )
        for name, (column, rate) in INTERAGENCY.items()
    ]
    for name, (rate, values) in EPA_2023.items():
        parts.append(
            pl.DataFrame(
                {
                    "stream": name,
                    "calendar_year": [2020, 2030, 2040, 2050],
                    "usd_per_tonne": [float(v) for v in values],
                    "dollar_year": 2020,
                    "discount_rate": rate,
                    "status": "assumed",
                    "source": "EPA report on the social cost of greenhouse gases of 2023, by secondary reports; text not read",
                }
            )
        )
    return pl.concat(parts, how="vertical_relaxed")


def deflator(raw: Path) -> pl.DataFrame:
    """GDP implicit price deflator, 2012 = 100."""
    return pl.read_csv(raw / "deflator_gdp_implicit.csv").select("calendar_year", pl.col("price_deflator").alias("gdp_deflator"))


def vsl(raw: Path) -> pl.DataFrame:
    """US DOT value of a statistical life by base year, million USD of that year."""
    return pl.read_csv(raw / "dot_vsl_by_base_year.csv").select("base_year", pl.col("vsl_million_usd").alias("vsl_musd"))


def congestion_noise(raw: Path) -> pl.DataFrame:
    """Congestion and noise cost of a mile, 2018 USD."""
    table = pl.read_csv(raw / "cost_congestion_noise.csv").filter(pl.col("reg_class_id") != "mediumduty")
    return table.select(
        pl.col("reg_class_id").alias("regulatory_class"),
        pl.col("dollar_basis").alias("dollar_year"),
        pl.col("congestion_cost_dollars_per_mile").alias("congestion_usd_per_mi"),
        pl.col("noise_cost_dollars_per_mile").alias("noise_usd_per_mi"),
    )


def energy_security(raw: Path) -> pl.DataFrame:
    """Cost of energy insecurity of an imported barrel, 2020 USD, and the imported share of a barrel saved."""
    return pl.read_csv(raw / "cost_energy_security.csv").select(
        "calendar_year",
        pl.col("dollar_basis").alias("dollar_year"),
        pl.col("dollars_per_bbl").alias("usd_per_bbl"),
        pl.col("oil_import_reduction_as_percent_of_total_oil_demand_reduction").alias("imported_share"),
    )


def criteria(raw: Path) -> pl.DataFrame:
    """Cost of a US ton of PM2.5, SO2 and NOx by source, study and discount rate, 2020 USD; 2020 rows are empty in the source."""
    table = pl.read_csv(raw / "cost_criteria_pollutants.csv").filter(pl.col("calendar_year") > 2020)
    sources = {"car pump gasoline": "car", "truck pump gasoline": "truck", "egu": "power_plant", "refinery": "refinery"}
    chosen = table.filter(pl.col("source_id").is_in(list(sources)))
    parts = []
    for study in ("low", "high"):
        for percent in (3, 7):
            ending = f"{study}_{percent}.0_USD_per_uston"
            parts.append(
                chosen.select(
                    pl.col("source_id").replace_strict(sources).alias("emitter"),
                    "calendar_year",
                    pl.lit(study).alias("study"),
                    pl.lit(percent / 100.0).alias("discount_rate"),
                    pl.col(f"pm25_{ending}").alias("pm25_usd_per_us_ton"),
                    pl.col(f"sox_{ending}").alias("so2_usd_per_us_ton"),
                    pl.col(f"nox_{ending}").alias("nox_usd_per_us_ton"),
                    pl.col("dollar_basis").alias("dollar_year"),
                )
            )
    return pl.concat(parts).sort("emitter", "study", "discount_rate", "calendar_year")


def vehicle_emissions(raw: Path) -> pl.DataFrame:
    """Exhaust of gasoline vehicles by class, model year and age; SO2 before MY2010 is not given and is left empty."""
    table = pl.read_parquet(raw / "emission_factors_vehicles_by_age.parquet").filter(pl.col("in_use_fuel_id") == "pump gasoline")
    return table.select(
        pl.col("reg_class_id").alias("regulatory_class"),
        pl.col("model_year").cast(pl.Int16),
        pl.col("age").cast(pl.Int16),
        pl.col("nox_grams_per_mile").cast(pl.Float32).alias("nox_g_per_mi"),
        pl.col("pm25_grams_per_mile").cast(pl.Float32).alias("pm25_g_per_mi"),
        pl.col("sox_grams_per_gallon").cast(pl.Float32).alias("so2_g_per_gal"),
    ).sort("regulatory_class", "model_year", "age")


def fuel_emissions(raw: Path) -> pl.DataFrame:
    """Criteria pollutants of power plants (per kWh) and of refining gasoline (per gallon, given every five years)."""
    power = pl.read_csv(raw / "emission_factors_powersector.csv").select(
        pl.lit("power_plant").alias("emitter"),
        "calendar_year",
        pl.lit("g/kWh").alias("unit"),
        pl.col("pm25_grams_per_kwh").alias("pm25_g"),
        pl.col("sox_grams_per_kwh").alias("so2_g"),
        pl.col("nox_grams_per_kwh").alias("nox_g"),
    )
    refinery = pl.read_csv(raw / "emission_factors_refinery.csv").filter(pl.col("in_use_fuel_id") == "pump gasoline")
    return pl.concat(
        [
            power,
            refinery.select(
                pl.lit("refinery").alias("emitter"),
                "calendar_year",
                pl.lit("g/gal").alias("unit"),
                pl.col("pm25_grams_per_gallon").alias("pm25_g"),
                pl.col("sox_grams_per_gallon").alias("so2_g"),
                pl.col("nox_grams_per_gallon").alias("nox_g"),
            ),
        ]
    )


def constants(raw: Path) -> pl.DataFrame:
    """Single figures of the effects inputs."""
    names = {
        "gal_per_bbl": ("gallons_per_barrel", "gal/bbl"),
        "e0_in_retail_gasoline": ("petroleum_share_of_gasoline", "-"),
        "e0_energy_density_ratio": ("gasoline_to_crude_energy_ratio", "-"),
        "grams_per_us_ton": ("grams_per_us_ton", "g"),
        "fuel_reduction_leading_to_reduced_domestic_refining": ("domestic_refining_share", "-"),
    }
    table = pl.read_csv(raw / "general_effects_constants.csv").filter(pl.col("item").is_in(list(names)))
    rows = [(*names[item], value) for item, value in table.select("item", "value").iter_rows()]
    return pl.DataFrame(
        {
            "name": [r[0] for r in rows],
            "value": [r[2] for r in rows],
            "unit": [r[1] for r in rows],
            "status": "published",
            "source": "EPA OMEGA 2.1.0 general effects inputs",
        }
    )


KEI_TANK_GAL = 27.0 / 3.785411784
"""27 litres, a usual tank of a kei car; makers' sheets were not read: assumed."""
KEI_EV_RANGE_MI = 112.0
"""180 km of a small battery on the WLTC, as the Sakura's; less at US speeds: assumed."""
BODIES = {"car": "car", "suv": "suv_van", "truck": "pickup"}


def owners_time(raw: Path) -> pl.DataFrame:
    """What owners spend beside fuel: maintenance of a mile, an hour at the pump, a gallon and a charged mile in hours."""
    events = pl.read_csv(raw / "cost_maintenance_events.csv")
    omega = "EPA OMEGA 2.1.0"
    rows: list[tuple[str, str, float, str, int | None, str, str]] = []
    for kind, column in (("petrol", "miles_per_event_ICE"), ("electric", "miles_per_event_BEV")):
        given = events.filter(pl.col(column).is_not_null())
        cost = float((given["dollars_per_event"] / given[column]).sum())
        year = int(given["dollar_basis"][0])
        rows.append(("maintenance", kind, round(cost, 7), "USD/mi", year, "published", f"{omega}: sum over services of cost over interval"))
    given_rows = pl.read_csv(raw / "cost_refueling_parameters.csv").select("type", "item", "value", "dollar_basis").iter_rows()
    given_at = {(kind, item): (value, year) for kind, item, value, year in given_rows}

    def number(kind: str, item: str) -> float:
        return float(given_at[kind, item][0])

    shared = number("all", "liquid_refueling_share_included")
    per_minute = number("all", "gallons_per_minute_refuel_rate")
    hour = 60.0
    for kind, body in BODIES.items():
        fixed, part, tank = (number(kind, item) for item in ("fixed_refueling_minutes", "tank_gallons_share_refueled", "tank_gallons"))
        hours = shared * (fixed / (tank * part) + 1.0 / per_minute) / hour
        dollars, year = given_at[kind, "dollars_per_hour_travel_time"]
        rows.append(("hour", body, float(dollars), "USD/h", int(year), "published", f"{omega}: value of travel time"))
        rows.append(
            ("gallon", body, round(hours, 7), "h/gal", None, "published", f"{omega}: stop and pump, share of stops made for fuel alone")
        )
        if body == "car":
            kei = shared * (fixed / (KEI_TANK_GAL * part) + 1.0 / per_minute) / hour
            rows.append(("gallon", "kei", round(kei, 7), "h/gal", None, "assumed", f"{omega} with a tank of 27 litres"))
    share = _polynomial(given_at["car", "share_of_miles_charged_mid_trip"][0], KEI_EV_RANGE_MI)
    rate = number("under_200", "miles_per_hour_charge_rate")
    rows.append(
        ("charged_mile", "kei", round(share / rate, 7), "h/mi", None, "assumed", f"{omega} at a range of {KEI_EV_RANGE_MI:.0f} miles")
    )
    return pl.DataFrame(rows, schema=["item", "of", "value", "unit", "dollar_year", "status", "source"], orient="row")


def _polynomial(text: str, range_mi: float) -> float:
    """The value of OMEGA's `a + b * range + c * range ** 2`, read term by term."""
    total = 0.0
    for term in text.split(" + "):
        number, *power = term.replace("**", "^").split("*")
        degree = 0 if not power else 2 if "^" in power[-1] else 1
        total += float(number) * range_mi**degree
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=os.environ.get("ROADWORTHY_RAW_DATA"))
    source = parser.parse_args().source
    if source is None:
        parser.error("name the folder of public files with --source or ROADWORTHY_RAW_DATA")
    raw = Path(source) / "fleet"
    FACTS.mkdir(parents=True, exist_ok=True)
    vehicle_emissions(raw).write_parquet(FACTS / "vehicle_emissions.parquet")
    tables = {
        "scghg": scghg(raw),
        "deflator": deflator(raw),
        "vsl": vsl(raw),
        "congestion_noise": congestion_noise(raw),
        "energy_security": energy_security(raw),
        "criteria": criteria(raw),
        "fuel_emissions": fuel_emissions(raw),
        "constants": constants(raw),
        "owners_time": owners_time(raw),
    }
    for name, table in tables.items():
        table.write_csv(FACTS / f"{name}.csv")
        print(f"account/{name}: {table.height} rows")


if __name__ == "__main__":
    main()
