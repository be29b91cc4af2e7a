"""Launches of very small cars that the model is asked to forecast: facts/market/launches.csv.

Units are the first full year and two years on, from market/natural_experiments. Attributes of the 1980s come from the small-car file
(PyBLP's bundled BLP and Petrin data, MIT licence; originally Andrews, Gentzkow and Shapiro); the others are single facts, most of them
assumed. Prices are carried to 2022 with the CPI-U; `sales_index` is all light-vehicle sales of the year over those of MY2022.

    python scripts/tables/market_launches.py --source DIR
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import polars as pl

from roadworthy.core.units import GASOLINE_J_PER_GALLON, HORSEPOWER_W, INCH_M, MILE_M, POUND_KG

OUT = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "market"
CPI = {
    1983: 99.6, 1986: 109.6, 1988: 118.3, 1989: 124.0, 2000: 172.2, 2008: 215.3, 2010: 218.1, 2012: 229.6, 2013: 233.0, 2014: 236.7, 2022: 292.7,
}  # fmt: skip
"""CPI-U, US city average, all items, annual; BLS."""
SALES_M = {1986: 16.0, 1988: 15.4, 1989: 14.5, 2000: 17.3, 2008: 13.2, 2010: 11.6, 2012: 14.4, 2013: 15.5, 2014: 16.4}
"""New light vehicles, millions (assumed: general knowledge of the BEA series)."""
MY2022_M = 12.813
TRACK_OF_WIDTH = 0.88
"""Mean track over width where a track is not known (assumed)."""
WIDTH_1980S_M = 1.53
MASS_1980S_KG = {"Chevrolet Sprint": 700.0, "Geo Metro": 725.0, "Subaru Justy": 800.0}
"""Assumed; the file has power over weight and length times width, which is what demand reads."""

MODERN = (
    # model, year, price USD, length, width, wheelbase [mm], kg, kW, mpg(e), seats, electric, european, dealers
    ("Honda Insight gen-1", 2000, 18880, 3945, 1694, 2400, 820, 51.0, 53.0, 2, 0, 0, 1500),
    ("smart fortwo", 2008, 11590, 2700, 1560, 1869, 820, 52.0, 36.0, 2, 0, 1, 74),
    ("Nissan Cube", 2010, 13990, 3980, 1694, 2530, 1260, 91.0, 28.0, 5, 0, 0, 1500),
    ("Mitsubishi i-MiEV", 2012, 29125, 3675, 1585, 2550, 1170, 49.0, 112.0, 4, 1, 0, 1500),
    ("Chevrolet Spark", 2013, 12185, 3680, 1597, 2375, 1029, 63.0, 34.0, 4, 0, 0, 1500),
    ("Honda Fit", 2013, 15325, 4105, 1694, 2499, 1130, 87.0, 30.0, 5, 0, 0, 1500),
    ("Nissan Versa", 2013, 11990, 4455, 1694, 2601, 1094, 81.0, 33.0, 5, 0, 0, 1500),
    ("Toyota Yaris", 2013, 14370, 3899, 1694, 2510, 1048, 78.0, 32.0, 5, 0, 0, 1500),
    ("Mitsubishi Mirage", 2014, 12995, 3780, 1665, 2450, 895, 55.0, 40.0, 5, 0, 0, 1500),
)  # fmt: skip
"""First full year on sale in the record, or the first recorded one. Sizes, power: specification list of 2020 (single facts, no licence
stated) or general knowledge; label economy, mass and most prices: general knowledge, nobody has verified it."""
OLD = (("Chevrolet Sprint", 1986), ("Subaru Justy", 1988), ("Geo Metro", 1989))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(os.environ.get("ROADWORTHY_RAW_DATA", ".")))
    source = parser.parse_args().source / "demand"
    record = pl.read_csv(source / "natural_experiments.csv", infer_schema_length=None).filter(pl.col("record") == "sale")
    sold = {(r["model"], r["year"]): (float(r["units"]), r["status"], r["source"]) for r in record.iter_rows(named=True)}
    rows = []
    for model, year, price, length, width, base, mass, kw, mpg, seats, electric, european, dealers in MODERN:
        units, status, where = sold[model, year]
        rows.append(
            {
                "model": model, "year": year, "units": units, "units_year3": sold.get((model, year + 2), (None,))[0],
                "price_usd": round(price * CPI[2022] / CPI[year]), "sales_index": round(SALES_M[year] / MY2022_M, 3),
                "length_m": length / 1e3, "width_m": width / 1e3, "footprint_m2": round(base * width * TRACK_OF_WIDTH / 1e6, 3),
                "mass_kg": float(mass), "power_W": kw * 1e3, "consumption_J_per_m": round(GASOLINE_J_PER_GALLON / (mpg * MILE_M), 1),
                "electric": electric, "european": european, "seats": seats, "dealers": dealers,
                "units_status": status, "attributes_status": "assumed", "source": where,
            }
        )  # fmt: skip
    models = pl.read_csv(OUT / "models.csv", infer_schema_length=None)
    area = (models["length_m"] * models["width_m"]).to_numpy()
    slope, level = np.polyfit(np.log(area), np.log(models["footprint_m2"].to_numpy()), 1)
    old = pl.read_csv(source / "us_smallcars_1981_1990.csv", infer_schema_length=None)
    for model, year in OLD:
        car = old.filter((pl.col("name") == model) & (pl.col("year") == year)).row(0, named=True)
        units, status, where = sold[model, year]
        size = car["space_len_x_wid"] * 1e4 * INCH_M**2
        mass = MASS_1980S_KG[model]
        rows.append(
            {
                "model": model, "year": year, "units": units, "units_year3": sold.get((model, year + 2), (None,))[0],
                "price_usd": round(car["price_1000usd1983"] * 1e3 * CPI[2022] / CPI[1983]), "sales_index": round(SALES_M[year] / MY2022_M, 3),
                "length_m": round(size / WIDTH_1980S_M, 3), "width_m": WIDTH_1980S_M, "footprint_m2": round(float(np.exp(level + slope * np.log(size))), 3),
                "mass_kg": mass, "power_W": round(car["hp_per_10lb"] / 10.0 * HORSEPOWER_W / POUND_KG * mass),
                "consumption_J_per_m": round(GASOLINE_J_PER_GALLON / (car["mpg_div10"] * 10.0 * MILE_M), 1),
                "electric": 0, "european": 0, "seats": 4, "dealers": 1500,
                "units_status": status, "attributes_status": "derived", "source": where,
            }
        )  # fmt: skip
    pl.DataFrame(rows).sort("year", "model").write_csv(OUT / "launches.csv")


if __name__ == "__main__":
    main()
