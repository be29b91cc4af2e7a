"""Tables of the market room from public files: choice set, consumers, published moments, record of small cars.

Origin (all public): EPA OMEGA model vehicles_ldv_zevregions.csv (MY2022) joined to the EPA/DOE fueleconomy.gov table;
FHWA NHTS 2022 v2 households and vehicles; EIA Annual Energy Outlook 2023, reference case; EPA OMEGA survival schedule;
published demand moments and records of very small cars, each row with its own source.

    python scripts/tables/market.py --source DIR      # DIR holds demand/ and fleet/; default: $ROADWORTHY_RAW_DATA
    python scripts/tables/market_bank.py              # afterwards: tastes, mean utilities and costs of 128 nodes
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import polars as pl
from scipy import optimize, stats
from scipy.stats import qmc

from roadworthy.core.axes import INCUMBENT_CLASSES
from roadworthy.core.units import (
    GASOLINE_J_PER_GALLON,
    HORSEPOWER_W,
    INCH_M,
    KWH_J,
    MILE_M,
    POUND_KG,
    SQUARE_FOOT_M2,
)

OUT = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "market"
SMALL_CAR_FOOTPRINT_FT2 = 41.0
CONSUMERS = 2000
SEED = 2022
TASTES = ("outside", "power_to_mass", "economy", "suv", "van", "pickup", "electric", "european", "luxury")
INCOME_EDGES_USD = (5e3, 10e3, 15e3, 25e3, 35e3, 50e3, 75e3, 100e3, 125e3, 150e3, 200e3, 600e3)
"""Brackets of HHFAMINC_IMP 1..11; the floor and the ceiling are assumed."""
GROUP_EDGES_USD = (25e3, 50e3, 100e3, 200e3)

EUROPEAN = {
    "Alfa Romeo", "Aston Martin", "Audi", "BMW", "Bentley", "Bugatti", "Ferrari", "Fiat", "Jaguar", "Lamborghini", "Land Rover",
    "MINI", "Maserati", "McLaren Automotive", "Mercedes-Benz", "Polestar", "Porsche", "Rolls-Royce", "Volkswagen", "Volvo",
}  # fmt: skip
LUXURY = {
    "Acura", "Alfa Romeo", "Aston Martin", "Audi", "BMW", "Bentley", "Bugatti", "Cadillac", "Ferrari", "Genesis", "Infiniti", "Jaguar",
    "Lamborghini", "Land Rover", "Lexus", "Lincoln", "Lucid", "Maserati", "McLaren Automotive", "Mercedes-Benz", "Polestar", "Porsche",
    "Rivian", "Rolls-Royce", "Tesla", "Volvo",
}  # fmt: skip
US_MAKERS = {"Ford", "General Motors", "Tesla", "Rivian", "Lucid"}
"""Parent company seated in the United States (Stellantis: the Netherlands)."""


def models(source: Path) -> pl.DataFrame:
    """The 379 models of MY2022 in SI units with every gap filled and marked."""
    raw = pl.read_csv(source / "demand" / "us_market_my2022_models.csv", infer_schema_length=None)
    rows = pl.read_csv(source / "demand" / "us_fleet_my2022_rows.csv.gz", infer_schema_length=None)
    motors = (
        rows.filter(pl.col("electrification_class").is_in(["EV", "FCV"]), pl.col("total_emachine_kw").is_not_null())
        .group_by("make", "base_model", "electrification_class")
        .agg(((pl.col("total_emachine_kw") * pl.col("sales")).sum() / pl.col("sales").sum()).alias("motor_kw"))
    )
    m = raw.join(motors, on=["make", "base_model", "electrification_class"], how="left").sort("product_id")
    electric = m["electrification_class"].is_in(["EV", "FCV"]).to_numpy()
    mass_kg = m["curb_lb"].to_numpy() * POUND_KG
    footprint_m2 = m["footprint_ft2"].to_numpy() * SQUARE_FOOT_M2

    power_W = m["hp"].to_numpy() * HORSEPOWER_W
    motor_W = m["motor_kw"].to_numpy().astype(float) * 1e3
    known = electric & np.isfinite(motor_W)
    ratio = np.average(motor_W[known] / mass_kg[known], weights=m["sales"].to_numpy()[known])
    power_W = np.where(electric, np.where(known, motor_W, ratio * mass_kg), power_W)
    power_status = np.where(electric, np.where(known, "published", "assumed"), "published")

    body = np.asarray(
        [
            "pickup" if b == "pickup" else "van" if "Van" in c else "car" if b == "sedan_wagon" else "suv"
            for b, c in zip(m["body_style"], m["context_size_class"], strict=True)
        ]
    )
    small = m["footprint_ft2"].to_numpy() < SMALL_CAR_FOOTPRINT_FT2
    by_body = {"car": "car", "suv": "suv_van", "van": "suv_van", "pickup": "pickup"}
    group = np.where(small, "small_car", np.asarray([by_body[b] for b in body]))
    assert set(group) <= set(INCUMBENT_CLASSES)

    length_m, length_status = _filled(m["length_in"].to_numpy().astype(float) * INCH_M, footprint_m2, body)
    width_m, width_status = _filled(m["width_in"].to_numpy().astype(float) * INCH_M, footprint_m2, body)
    seats = m["seats"].to_numpy().astype(float)
    typical = {b: float(np.nanmedian(seats[body == b])) for b in set(body)}
    seats_known = np.isfinite(seats)
    seats = np.where(seats_known, seats, [typical[b] for b in body])

    mpg = m["mpg_comb"].to_numpy().astype(float)
    mpg_known = np.isfinite(mpg)
    mpg = np.where(mpg_known, mpg, np.nanmedian(mpg[electric & (body == "suv")]))
    consumption = GASOLINE_J_PER_GALLON / (mpg * MILE_M)

    flagged = m["msrp_flag"].fill_null("").str.contains("use 62990").to_numpy()
    price = np.where(flagged, 62990.0, m["msrp_usd"].to_numpy())
    check = m["msrp_flag"].is_not_null().to_numpy()
    make = m["make"].to_list()
    return pl.DataFrame(
        {
            "model": m["product_id"],
            "maker": m["manufacturer_id"],
            "make": make,
            "name": m["base_model"],
            "powertrain": m["electrification_class"],
            "body": body,
            "group": group,
            "sales": m["sales"],
            "price_usd": price,
            "length_m": length_m.round(4),
            "width_m": width_m.round(4),
            "footprint_m2": footprint_m2.round(4),
            "mass_kg": mass_kg.round(1),
            "power_W": power_W.round(0),
            "seats": seats.round(2),
            "consumption_J_per_m": consumption.round(3),
            "electric": electric.astype(int),
            "us_maker": [int(x in US_MAKERS) for x in m["manufacturer_id"]],
            "european": [int(x in EUROPEAN) for x in make],
            "luxury": [int(x in LUXURY) for x in make],
            "price_status": np.where(check, "assumed", "published"),
            "length_status": length_status,
            "width_status": width_status,
            "power_status": power_status,
            "seats_status": np.where(seats_known, "published", "assumed"),
            "consumption_status": np.where(mpg_known, "published", "assumed"),
        }
    )


def _filled(size_m: np.ndarray, footprint_m2: np.ndarray, body: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A length or width, with gaps from a log regression on footprint within the body kind."""
    known = np.isfinite(size_m)
    out = size_m.copy()
    for kind in set(body):
        here = body == kind
        fit = here & known
        slope, level = np.polyfit(np.log(footprint_m2[fit]), np.log(size_m[fit]), 1)
        out[here & ~known] = np.exp(level + slope * np.log(footprint_m2[here & ~known]))
    return out, np.where(known, "published", "derived")


def consumers(source: Path) -> pl.DataFrame:
    """2,000 households drawn by weight along a scrambled Sobol sequence, with a smooth income and standard normal tastes."""
    h = pl.read_csv(source / "demand" / "nhts2022_households.csv.gz", infer_schema_length=None)
    v = pl.read_csv(source / "demand" / "nhts2022_vehicles.csv.gz", infer_schema_length=None).filter(pl.col("ANNMILES") > 0)
    miles = v.group_by("HOUSEID").agg(pl.col("ANNMILES").mean().alias("miles_per_vehicle"))
    h = h.join(miles, on="HOUSEID", how="left").sort("HHFAMINC_IMP", "URBRUR", "HHVEHCNT", "HOUSEID")
    weight = h["WTHHFIN"].to_numpy()
    driven = h["miles_per_vehicle"].fill_null(strategy=None, value=float("nan")).to_numpy()
    mean = np.nansum(driven * weight) / weight[np.isfinite(driven)].sum()
    factor = np.clip(np.where(np.isfinite(driven), driven / mean, 1.0), 0.25, 3.0)

    u = qmc.Sobol(d=2 + len(TASTES), scramble=True, rng=np.random.default_rng(SEED)).random_base2(11)[:CONSUMERS]
    u = np.clip(u, 1e-12, 1.0 - 1e-12)
    pick = np.searchsorted(np.cumsum(weight) / weight.sum(), u[:, 0])
    income = _income(h["HHFAMINC_IMP"].to_numpy(), weight, pick, u[:, 1])
    nu = stats.norm.ppf(u[:, 2:])
    columns: dict[str, np.ndarray] = {
        "weight": np.full(CONSUMERS, 1.0 / CONSUMERS),
        "income_usd": income.round(0),
        "income_group": np.digitize(income, GROUP_EDGES_USD),
        "urban": (h["URBRUR"].to_numpy()[pick] == 1).astype(int),
        "vehicles": h["HHVEHCNT"].to_numpy()[pick],
        "miles_factor": (factor[pick] / factor[pick].mean()).round(5),
    }
    return pl.DataFrame(columns | {f"nu_{name}": nu[:, k] for k, name in enumerate(TASTES)})


def _income(bracket: np.ndarray, weight: np.ndarray, pick: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Income inside each bracket from the lognormal that fits all brackets best, truncated to the bracket."""
    edges = np.log(np.asarray(INCOME_EDGES_USD))
    observed = np.bincount(bracket, weights=weight, minlength=12)[1:] / weight.sum()

    def surprise(theta: np.ndarray) -> float:
        cdf = stats.norm.cdf(edges, theta[0], np.exp(theta[1]))
        cdf[0], cdf[-1] = 0.0, 1.0
        return -float(observed @ np.log(np.maximum(np.diff(cdf), 1e-12)))

    mu, log_sd = optimize.minimize(surprise, x0=np.array([11.1, -0.1]), method="Nelder-Mead").x
    cdf = stats.norm.cdf(edges, mu, np.exp(log_sd))
    at = bracket[pick] - 1
    return np.exp(stats.norm.ppf(cdf[at] + u * (cdf[at + 1] - cdf[at]), mu, np.exp(log_sd)))


def constants(source: Path) -> pl.DataFrame:
    """Numbers of the choice set: households, prices and survival that make a running cost into a present value."""
    households = pl.read_csv(source / "demand" / "nhts2022_households.csv.gz", infer_schema_length=None)["WTHHFIN"].sum()
    rate, years, miles = 0.05, 14, 12000.0
    survival = pl.read_csv(source / "fleet" / "survival_vmt_by_age.csv").filter(pl.col("powertrain") == "ICE")
    alive = np.asarray(
        [
            survival.filter(pl.col("age") == t, pl.col("body_style") != "pickup")["reregistered_proportion"].mean()
            for t in range(1, years + 1)
        ]
    )
    price = pl.read_csv(source / "fleet" / "aeo_energy_prices.csv").filter(
        pl.col("context_id") == "AEO2023", pl.col("case_id") == "Reference case", pl.col("calendar_year").is_between(2022, 2021 + years)
    )
    discounted = alive / (1.0 + rate) ** np.arange(1, years + 1)

    def mean_price(fuel: str) -> float:
        path = price.filter(pl.col("fuel_id") == fuel).sort("calendar_year")["retail_dollars_per_unit"].to_numpy()
        return float(discounted @ path / discounted.sum())

    aeo = "EIA AEO2023 reference case, 2022 dollars, mean of 2022-2035 weighted by discounted survival"
    entries = [
        ("households", households, "1", "measured", "NHTS 2022 v2, sum of household weights"),
        ("sales_tax_rate", 0.06, "1", "assumed", "design judgement: mean of state and local sales tax on vehicles"),
        ("income_reference_usd", 95000.0, "USD", "measured", "NHTS 2022 mean household income, rounded; the price coefficient refers to it"),
        ("fuel_miles_m", miles * MILE_M * discounted.sum(), "m", "derived", "12,000 mi a year (assumed), 14 years at 5 %, survival of EPA OMEGA"),
        ("gasoline_usd_per_J", mean_price("pump gasoline") / GASOLINE_J_PER_GALLON, "USD/J", "derived", aeo),
        ("electricity_usd_per_J", mean_price("US electricity") / KWH_J, "USD/J", "derived", aeo),
        ("published_price_coefficient", 0.226, "1/1000 USD", "published", "auto_tariffs blp_est.tex: -33.147 + 4.679 ln(9.5) per 100k USD"),
        ("dealers_reference", 1500.0, "1", "assumed", "design judgement: dealers of a mass brand"),
        ("highway_speed_mps", 33.5, "m/s", "assumed", "design judgement: 75 mph"),
        ("used_import_record", 7594.0, "1/yr", "published", "JUMVEA via press: kei trucks imported in 2023; a lower bound"),
        ("mpg_cost_slope_usd", 2.0 * 930.0 / (50.4 - 34.5) ** 2, "USD/mpg2", "derived", "NHTSA on the proposed reset (90 FR 56438, by press): 50.4 to 34.5 mpg makes a vehicle 930 USD cheaper; cost taken as b mpg^2 / 2"),
        ("size_floor_ft2", 62.4 * SQUARE_FOOT_M2, "m2", "derived", "smallest length x width in the choice set (Spark)"),
    ]  # fmt: skip
    return pl.DataFrame(entries, schema=["name", "value", "unit", "status", "source"], orient="row")


def records(source: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Published moments and yearly sales of very small cars, as given."""
    moments = pl.read_csv(source / "demand" / "published_demand_moments.csv", infer_schema_length=None)
    moments = moments.with_columns(
        pl.col("value").cast(pl.Float64, strict=False).alias("number"), pl.col("value").cast(pl.String).alias("as_printed")
    ).select("statistic", "scope", "number", "as_printed", pl.col("sd"), "unit", "note", "source", "status")
    cars = pl.read_csv(source / "demand" / "natural_experiments.csv", infer_schema_length=None).rename(
        {"units": "units_per_yr", "launch_or_ref_msrp_usd_nominal": "price_usd_nominal"}
    )
    return moments, cars.select("model", "year", "units_per_yr", "record", "price_usd_nominal", "status", "source", "note")


OWN_CENTRE, PARENT_MEAN = -5.0, -6.76
"""The price bands come from a model whose mean own elasticity is -6.76; they are scaled to the mean that is matched here."""


def targets(moments: pl.DataFrame) -> pl.DataFrame:
    """Published moments as facts to be matched, in the order of `roadworthy.market.moments.moments`, each with an sd."""

    def value(statistic: str, scope: str = "") -> float:
        found = moments.filter((pl.col("statistic") == statistic) & pl.col("scope").str.starts_with(scope))
        assert len(found) == 1, (statistic, scope)
        return float(found["number"][0])

    scale = OWN_CENTRE / PARENT_MEAN
    paper = "auto_tariffs, summary statistics; see market/moments"
    rows: list[tuple[str, str, float, float, str, str, str]] = [
        ("own_elasticity", "mean own-price elasticity, weighted by sales", OWN_CENTRE, 1.0, "yes", "published", "Grieco, Murry and Yurukoglu (2024) -5.01; IV logit -5.12; 2015-24 -6.76")
    ]  # fmt: skip
    for band, words in (
        ("lt_18k", "under 18,000"),
        ("18_22k", "18,000 to 22,000"),
        ("22_27k", "22,000 to 27,000"),
        ("27_35k", "27,000 to 35,000"),
    ):
        v = round(value(f"own_elasticity_price_{band}") * scale, 3)
        rows.append(
            (
                f"own_elasticity_{band}",
                f"own-price elasticity of models at {words} USD, scaled to a mean of -5",
                v,
                round(-0.3 * v, 3),
                "yes",
                "derived",
                paper,
            )
        )
    rows.append(
        (
            "market_elasticity",
            "elasticity of all sales when all prices rise",
            -1.0,
            0.25,
            "yes",
            "published",
            "literature about -1; -0.42 in 2024",
        )
    )
    for scope in ("SUV", "van", "EV", "European brand", "luxury brand"):
        found = moments.filter((pl.col("statistic") == "second_choice_same_type") & (pl.col("scope") == scope))
        rows.append(
            (
                f"second_choice_{scope.split()[0].lower()}",
                f"second choice of {scope} buyers is {scope} again",
                float(found["number"][0]),
                0.05,
                "yes",
                "published",
                paper,
            )
        )
    rows.append(
        (
            "second_choice_ev_class",
            "second choice of EV buyers is an EV of the same class",
            value("second_choice_same_type", "EV same class"),
            0.05,
            "yes",
            "published",
            paper,
        )
    )
    rows.append(
        (
            "second_choice_log_hp",
            "correlation of ln power, first and second choice",
            value("second_choice_corr", "log hp"),
            0.07,
            "yes",
            "published",
            paper,
        )
    )
    rows.append(
        (
            "second_choice_log_mpg",
            "correlation of ln economy, first and second choice with an engine",
            value("second_choice_corr", "log mpg"),
            0.07,
            "yes",
            "published",
            paper,
        )
    )
    for q in range(2, 6):
        v = value("purchase_prob_ratio_to_Q1", f"income quintile Q{q}")
        rows.append(
            (f"purchase_q{q}", f"chance to buy new, income quintile {q} over the lowest", v, round(0.2 * v, 3), "yes", "published", paper)
        )
    for q in range(2, 6):
        rows.append(
            (
                f"price_q{q}",
                f"mean price paid, income quintile {q} less the lowest, 100,000 USD",
                value("mean_price_diff_to_Q1", f"income quintile Q{q}"),
                0.02,
                "yes",
                "published",
                paper,
            )
        )
    for scope in ("Honda Civic", "Ford F-150", "Ford Bronco", "Toyota RAV4 Hybrid", "Tesla Model 3"):
        rows.append(
            (
                f"outside_{scope.split()[-1].lower().replace('-', '')}",
                f"buyers lost by a dearer {scope} who buy no new vehicle",
                value("outside_diversion", scope),
                0.10,
                "small",
                "published",
                paper,
            )
        )
    names = ["id", "what", "value", "sd", "used", "status", "source"]
    return pl.DataFrame(rows, schema=names, orient="row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(os.environ.get("ROADWORTHY_RAW_DATA", ".")))
    source = parser.parse_args().source
    OUT.mkdir(parents=True, exist_ok=True)
    choice = models(source)
    choice.write_csv(OUT / "models.csv")
    people = consumers(source)
    people.write_parquet(OUT / "consumers.parquet", compression="zstd")
    constants(source).write_csv(OUT / "constants.csv")
    moments, cars = records(source)
    moments.write_csv(OUT / "moments.csv")
    targets(moments).write_csv(OUT / "targets.csv")
    cars.write_csv(OUT / "natural_experiments.csv")
    print(
        f"{len(choice)} models, {choice['sales'].sum():,.0f} units; {len(people)} consumers, mean income {people['income_usd'].mean():,.0f} USD"
    )


if __name__ == "__main__":
    main()
