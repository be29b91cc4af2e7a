"""Make the tables of `cost` that come from public files: energy prices, repair costs and firms' published costs.

Origin: US EIA Annual Energy Outlook 2023 as shipped with EPA OMEGA 2.5.0 (public domain); GDP deflator as shipped with it; facts
from the pages named row by row in firm_costs.csv. The tables blocks, ownership and price_basis are written by hand.

    python scripts/tables/cost.py --source DIR
"""

import argparse
import os
from pathlib import Path

import polars as pl

OUT = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "cost"
FUELS = {"pump gasoline": "gasoline_usd_per_gal", "pump diesel": "diesel_usd_per_gal", "US electricity": "electricity_usd_per_kwh"}
LAST_YEAR = 2050  # the outlook ends here; later rows of the source are extrapolated


def energy_prices(source: Path) -> pl.DataFrame:
    rows = pl.read_csv(source / "fleet" / "aeo_energy_prices.csv").filter(
        (pl.col("context_id") == "AEO2023") & (pl.col("case_id") == "Reference case") & (pl.col("calendar_year") <= LAST_YEAR)
    )
    assert rows["dollar_basis"].unique().to_list() == [2022]
    wide = rows.pivot(on="fuel_id", index="calendar_year", values="retail_dollars_per_unit")
    return wide.rename(FUELS).select("calendar_year", *FUELS.values()).sort("calendar_year")


FIRM = {
    "plant_total_usd": ("Assembly plant (Mazda Toyota Huntsville)", 2.311e9, None, None, None),
    "new_model_usd": ("New conventional model development (incl. plant set-up and tooling)", None, 1e9, 2e9, None),
    "fmvss_car_2001_usd": ("FMVSS cost per passenger car, MY2001", 839.0, None, None, 2002),
    "fmvss_truck_2001_usd": ("FMVSS cost per light truck, MY2001", 711.0, None, None, 2002),
    "fmvss_car_2012_usd": ("FMVSS cost per passenger car, MY2012", 1929.0, None, None, 2012),
    "kei_content_usd": ("Incremental structure+restraints+ESC/AEB for a kei car", 1500.0, 800.0, 3500.0, None),
    "dealer_gross_usd": ("Dealer gross profit per new vehicle", 1200.0, 300.0, 3600.0, None),
    "freight_usd": ("Ocean freight + inland + port per small car Japan-US", None, 1000.0, 1800.0, None),
    "maker_margin_under_18k_usd": ("OEM unit margin (p-mc) on cars under 18k USD", 5036.0, None, None, None),
}
"""Our key -> item in the source, value, low, high, year of its dollars when they are not those of 2022."""


def firm(source: Path) -> pl.DataFrame:
    rows = {row["item"]: row for row in pl.read_csv(source / "demand" / "firm_costs.csv", infer_schema_length=0).iter_rows(named=True)}
    deflator = dict(pl.read_csv(source / "fleet" / "deflator_gdp_implicit.csv").iter_rows())
    found = []
    for key, (item, value, low, high, year) in FIRM.items():
        row = rows[item]
        scale = deflator[2022] / deflator[year] if year else 1.0
        found.append(
            {
                "item": key,
                "value_usd": None if value is None else round(value * scale, 2),
                "low_usd": low,
                "high_usd": high,
                "status": row["status"],
                "source": row["source"] + (f"; dollars of {year} at the GDP deflator" if year else ""),
            }
        )
    return pl.DataFrame(found)


MAINTENANCE_YEAR = 2019
"""Dollars of the maintenance and repair tables."""


def repairs(source: Path) -> pl.DataFrame:
    """Repair cost a mile by age, price, body and powertrain, and tyres, in dollars of 2022 (ANL/ESD-21/4 as shipped with OMEGA 2.1.0)."""
    given = dict(pl.read_csv(source / "fleet" / "cost_repair_parameters.csv").iter_rows())
    deflator = dict(pl.read_csv(source / "fleet" / "deflator_gdp_implicit.csv").iter_rows())
    to_2022 = deflator[2022] / deflator[MAINTENANCE_YEAR]
    events = {row["item"]: row for row in pl.read_csv(source / "fleet" / "cost_maintenance_events.csv").iter_rows(named=True)}
    tyres = events["Tires Replaced"]
    rows: list[tuple[str, str, float, str]] = [("age", str(k), given[f"a_value_{k}"] * to_2022, "USD/mi") for k in range(5)]
    rows.append(("age", "later, per year", given["a_value_add"] * to_2022, "USD/mi"))
    rows.append(("price", "all", given["b"], "1/USD"))
    rows += [("body", body, given[f"{body}_multiplier"], "-") for body in ("car", "suv", "truck")]
    electrified = {"ice": "ICE", "mhev": "ICE", "hev": "HEV", "phev": "PHEV", "bev": "BEV"}
    rows += [("powertrain", ours, given[f"{theirs}_multiplier"], "-") for ours, theirs in electrified.items()]
    rows.append(("tyres", "all", tyres["dollars_per_event"] / tyres["miles_per_event_ICE"] * to_2022, "USD/mi"))
    return pl.DataFrame([(n, k, round(v, 8), u) for n, k, v, u in rows], schema=["name", "key", "value", "unit"], orient="row")


if __name__ == "__main__":
    known = os.environ.get("ROADWORTHY_RAW_DATA")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=known and Path(known), required=known is None)
    chosen = parser.parse_args().source
    energy_prices(chosen).write_csv(OUT / "energy_prices.csv")
    firm(chosen).write_csv(OUT / "firm.csv")
    repairs(chosen).write_csv(OUT / "repairs.csv")
